"""A room that was entered: small sealed records in it, each of which says what it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import delete, select

from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, NotFound
from handover.rooms.model import RoomKind, SealedRecord, SubjectKind
from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.errors import Damaged
from keys.jws import canonical


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was read: `version` is what the next `seal` of it names."""

    subject: str
    data: bytes = field(repr=False)
    version: int


@dataclass(frozen=True, kw_only=True)
class OpenRoom:
    """A room in the hands of somebody who may enter it; lives as long as a request."""

    room_id: str
    kind: RoomKind
    subject_kind: SubjectKind
    subject_id: str
    maker_unit_id: str
    identity: HybridIdentity = field(repr=False)

    @property
    def about(self) -> str:
        """Whose it is, as its grants say: `leaver:…`."""
        return f"{self.subject_kind.value}:{self.subject_id}"

    @property
    def recipient(self) -> HybridRecipient:
        """What to seal blobs of this room to."""
        return self.identity.recipient()

    def seal(self, uow: UnitOfWork, kind: str, subject: str, data: bytes, *, after: int) -> int:
        """Write a record; `after` is the version that was read, 0 for a new one. Gives the new version.

        Raises:
            Conflict: somebody wrote it since, or it exists already.
        """
        row = self._row(uow, kind, subject)
        if (row.version if row else 0) != after:
            raise Conflict("written by somebody else since", room=self.room_id)
        version = after + 1
        blob = encrypt_bytes(self.recipient, self._label(kind, subject, version) + b"\n" + data)
        if row is None:
            row = SealedRecord(room_id=self.room_id, kind=kind, subject=subject)
            uow.session.add(row)
        row.blob, row.sha256 = blob, sha256(blob).hexdigest()
        row.version, row.changed_at = version, uow.clock.now()
        uow.flush()
        return version

    def read(self, uow: UnitOfWork, kind: str, subject: str) -> Record:
        """Read one record.

        Raises:
            NotFound: there is none.
            Damaged, NotForYou: it was changed, or is another record in its place.
        """
        row = self._row(uow, kind, subject)
        if row is None:
            raise NotFound(room=self.room_id)
        return self.open_row(row)

    def read_all(self, uow: UnitOfWork, kind: str) -> dict[str, Record]:
        """Read all records of a kind, by subject; errors are those of `read`."""
        rows = uow.session.scalars(
            select(SealedRecord).where(SealedRecord.room_id == self.room_id, SealedRecord.kind == kind)
        )
        return {row.subject: self.open_row(row) for row in rows}

    def erase(self, uow: UnitOfWork, kind: str, subject: str) -> None:
        """Delete a record, if it is there."""
        uow.session.execute(
            delete(SealedRecord).where(
                SealedRecord.room_id == self.room_id, SealedRecord.kind == kind, SealedRecord.subject == subject
            )
        )

    def _row(self, uow: UnitOfWork, kind: str, subject: str) -> SealedRecord | None:
        return uow.session.scalar(
            select(SealedRecord).where(
                SealedRecord.room_id == self.room_id, SealedRecord.kind == kind, SealedRecord.subject == subject
            )
        )

    def open_row(self, row: SealedRecord) -> Record:
        """Open a record of this room that was read already; errors are those of `read`."""
        if sha256(row.blob).hexdigest() != row.sha256:
            raise Damaged("not the bytes of this record", record=row.id)
        label, _, data = decrypt_bytes(self.identity, row.blob, limits=SERVICE_LIMITS).partition(b"\n")
        if label != self._label(row.kind, row.subject, row.version):
            raise Damaged("another record in its place", record=row.id)
        return Record(subject=row.subject, data=data, version=row.version)

    def _label(self, kind: str, subject: str, version: int) -> bytes:
        return canonical(
            {"room": self.room_id, "about": self.about, "kind": kind, "subject": subject, "version": version}
        )
