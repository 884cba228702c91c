"""What one person can open: their copies of circle keys, opened when asked for, kept for one request, never stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.errors import NoKey
from handover.rooms.model import CircleKeyRow, CopyStatus, KeyCopy
from handover.rooms.reader import Reader
from handover.rooms.trust import Trust, key_name
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.card import RegionKeys
from keys.circle import Circle, CircleKey, KeyName, open_copy
from keys.jws import VerifyKey


@dataclass(frozen=True, kw_only=True)
class HeldKey:
    """A circle's key in somebody's hands."""

    id: str
    """Of its row: what a grant names as its signer."""
    name: KeyName
    key: CircleKey = field(repr=False)

    @property
    def unit_id(self) -> str:
        """The unit whose circle it is."""
        return self.name.unit_id

    @property
    def reader(self) -> Reader:
        """This circle, to give a room or a name to."""
        return Reader(
            unit_id=self.unit_id, circle=self.name.circle, version=self.name.version, recipient=self.recipient
        )

    @property
    def recipient(self) -> HybridRecipient:
        """Whom to seal to, for this circle to read."""
        return self.key.public.recipient


class Keyring:
    """A person's identity and what it opens. One request long; an attribute of the actor."""

    def __init__(
        self, person_id: str, identity: HybridIdentity, *, region: RegionKeys, sheet_id: str | None = None
    ) -> None:
        """Make one. With `sheet_id` the identity is that of a printed sheet in this person's hands."""
        self.person_id = person_id
        self.identity = identity
        self.trust = Trust(region)
        self._sheet_id = sheet_id
        self._opened: dict[KeyName, HeldKey] = {}

    def circle(self, uow: UnitOfWork, unit_id: str, circle: Circle, *, version: int | None = None) -> HeldKey:
        """Open the newest key of that circle that this person holds, or the one of that version.

        Raises:
            NoKey: they hold none.
            BadSignature: nothing vouches for the published half of it.
            Damaged, NotForYou: the copy is not one of that key for this person.
        """
        if version is not None:
            name = KeyName(unit_id=unit_id, circle=circle, version=version)
            if name in self._opened:
                return self._opened[name]
        for row, sealed in self._copies(uow, unit_id, circle, CopyStatus.ACTIVE):
            if version in (None, row.version):
                return self._open(uow, row, sealed)
        raise NoKey("no copy of this key", unit=unit_id, circle=circle.value)

    def versions(self, uow: UnitOfWork, unit_id: str, circle: Circle) -> list[HeldKey]:
        """Open all versions, newest first, a sleeping copy too: for handing on and for nothing else.

        Raises:
            NoKey: they hold none. Other errors are those of `circle`.
        """
        held = self._copies(uow, unit_id, circle, *CopyStatus)
        if not held:
            raise NoKey("no copy of this key", unit=unit_id, circle=circle.value)
        return [self._open(uow, row, sealed) for row, sealed in held]

    def circles(self, uow: UnitOfWork, unit_id: str) -> frozenset[Circle]:
        """Which circles of a unit this person holds a key of; opens nothing."""
        rows = uow.session.scalars(
            select(CircleKeyRow.circle)
            .join(KeyCopy, KeyCopy.circle_key_id == CircleKeyRow.id)
            .where(self._mine(), KeyCopy.status == CopyStatus.ACTIVE, CircleKeyRow.unit_id == unit_id)
        )
        return frozenset(rows)

    def signer(self, uow: UnitOfWork, row: CircleKeyRow, *, reader_unit: str) -> VerifyKey:
        """The verification key of who signed something for `reader_unit`.

        Raises:
            BadSignature: nothing vouches for it.
        """
        return self.trust.verify_key(uow, row, reader_unit=reader_unit)

    def _open(self, uow: UnitOfWork, row: CircleKeyRow, sealed: bytes) -> HeldKey:
        name = key_name(row)
        if name not in self._opened:
            public = self.trust.public(uow, row, reader_unit=row.unit_id)
            key = open_copy(sealed, name, identity=self.identity, public=public)
            self._opened[name] = HeldKey(id=row.id, name=name, key=key)
        return self._opened[name]

    def _copies(
        self, uow: UnitOfWork, unit_id: str, circle: Circle, *statuses: CopyStatus
    ) -> list[tuple[CircleKeyRow, bytes]]:
        rows = uow.session.execute(
            select(CircleKeyRow, KeyCopy.sealed)
            .join(KeyCopy, KeyCopy.circle_key_id == CircleKeyRow.id)
            .where(
                self._mine(),
                KeyCopy.status.in_(statuses),
                CircleKeyRow.unit_id == unit_id,
                CircleKeyRow.circle == circle,
            )
            .order_by(CircleKeyRow.version.desc())
        )
        return [(row, sealed) for row, sealed in rows]

    def _mine(self) -> ColumnElement[bool]:
        if self._sheet_id is not None:
            return KeyCopy.sheet_id == self._sheet_id
        return KeyCopy.person_id == self.person_id
