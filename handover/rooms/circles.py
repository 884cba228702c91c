"""Making a unit's circles, handing their keys on, and taking copies away."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, select

from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict
from handover.rooms.keyring import HeldKey, Keyring
from handover.rooms.model import CircleKeyRow, CopyStatus, KeyCopy, Sheet
from keys.age.hybrid import HybridRecipient
from keys.circle import Circle, CircleKey, KeyName, seal_copy, sign_copy


def make_circles(
    uow: UnitOfWork,
    unit_id: str,
    *,
    person_id: str,
    recipient: HybridRecipient,
    sheet: HybridRecipient | None,
    circles: Iterable[Circle] = tuple(Circle),
) -> dict[Circle, HeldKey]:
    """Make the first version of a unit's circles, with a copy for one person and one for the printed sheet.

    Publish them with `cards.publish_first_card` in the same transaction. An SWV has `Circle.ADMIN` only.
    Independent keys, not derived ones: each can be destroyed alone.

    Raises:
        Conflict: the unit has circles already.
    """
    printed = _add_sheet(uow, unit_id, sheet) if sheet else None
    made = {}
    for circle in circles:
        name = KeyName(unit_id=unit_id, circle=circle, version=1)
        made[circle] = add_key(uow, CircleKey.generate(), name, endorsement=None)
        add_copy(uow, made[circle], person_id=person_id, recipient=recipient)
        if printed and sheet:
            add_copy(uow, made[circle], sheet_id=printed.id, recipient=sheet)
    uow.flush()
    return made


def hand_on(
    uow: UnitOfWork, keyring: Keyring, unit_id: str, circle: Circle, *, person_id: str, recipient: HybridRecipient
) -> None:
    """Give a member one's own copy of a circle's key, in all its versions that are still of use.

    An admin has decided, and the two have compared the newcomer's five words: the caller's to see to. Where the giver's
    own copy slept because it was the last, it goes. Doing it again changes nothing.

    Raises:
        NoKey: the giver holds no copy.
    """
    for held in keyring.versions(uow, unit_id, circle):
        mine = _copy(uow, held.id, person_id=keyring.person_id)
        if _copy(uow, held.id, person_id=person_id) is None:
            add_copy(uow, held, person_id=person_id, recipient=recipient)
        if mine is not None and mine.status is CopyStatus.ASLEEP and person_id != keyring.person_id:
            uow.session.delete(mine)
    uow.flush()


def end_copies(uow: UnitOfWork, person_id: str, unit_id: str) -> frozenset[Circle]:
    """Take away what a person holds of a unit; gives the circles of which their copy was the last, and now sleeps.

    The printed sheet does not count as a holder. A sleeping copy opens nothing but `hand_on`; po_admin, board and
    swv_admin are to be told. What the person has read they have read: rotate the circles that they held.
    """
    asleep = set()
    for copy, row in _copies_of(uow, person_id, unit_id):
        if _held_by_others(uow, row.id, person_id):
            uow.session.delete(copy)
        else:
            copy.status = CopyStatus.ASLEEP
            asleep.add(row.circle)
    uow.flush()
    return frozenset(asleep)


def holders(uow: UnitOfWork, unit_id: str) -> dict[Circle, frozenset[str]]:
    """Which persons hold an active copy of the newest version of each circle."""
    rows = uow.session.execute(
        select(CircleKeyRow.circle, CircleKeyRow.version, KeyCopy.person_id)
        .outerjoin(
            KeyCopy,
            (KeyCopy.circle_key_id == CircleKeyRow.id)
            & KeyCopy.person_id.is_not(None)
            & (KeyCopy.status == CopyStatus.ACTIVE),
        )
        .where(CircleKeyRow.unit_id == unit_id)
    ).all()
    newest: dict[Circle, int] = {}
    for circle, version, _person in rows:
        newest[circle] = max(version, newest.get(circle, 0))
    return {
        circle: frozenset(person for one, v, person in rows if person and (one, v) == (circle, version))
        for circle, version in newest.items()
    }


def holder_counts(uow: UnitOfWork) -> dict[tuple[str, Circle], int]:
    """Of each unit's circles, how many persons hold an active copy of the newest version; none are not in it."""
    newest = (
        select(CircleKeyRow.unit_id, CircleKeyRow.circle, func.max(CircleKeyRow.version).label("version"))
        .group_by(CircleKeyRow.unit_id, CircleKeyRow.circle)
        .subquery()
    )
    rows = uow.session.execute(
        select(CircleKeyRow.unit_id, CircleKeyRow.circle, func.count())
        .join(
            newest,
            (newest.c.unit_id == CircleKeyRow.unit_id)
            & (newest.c.circle == CircleKeyRow.circle)
            & (newest.c.version == CircleKeyRow.version),
        )
        .join(KeyCopy, KeyCopy.circle_key_id == CircleKeyRow.id)
        .where(KeyCopy.person_id.is_not(None), KeyCopy.status == CopyStatus.ACTIVE)
        .group_by(CircleKeyRow.unit_id, CircleKeyRow.circle)
    )
    return {(unit_id, circle): count for unit_id, circle, count in rows}


def replace_sheet(uow: UnitOfWork, keyring: Keyring, unit_id: str, recipient: HybridRecipient) -> Sheet:
    """Revoke the unit's printed sheets, and make a new one a member of every circle that this person holds.

    Circles that they do not hold have no sheet until somebody who does calls `complete_sheet`. The old sheet still
    opens what was stolen before: rotate as well.
    """
    for old in uow.session.scalars(select(Sheet).where(Sheet.unit_id == unit_id, Sheet.revoked_at.is_(None))):
        old.revoked_at = uow.clock.now()
        uow.session.execute(delete(KeyCopy).where(KeyCopy.sheet_id == old.id))
    sheet = _add_sheet(uow, unit_id, recipient)
    complete_sheet(uow, keyring, sheet)
    return sheet


def complete_sheet(uow: UnitOfWork, keyring: Keyring, sheet: Sheet) -> None:
    """Give a sheet the keys of the circles that this person holds and it lacks.

    The caller compares the sheet's five words with the printed ones before calling this in another session than
    the one that made it.
    """
    recipient = HybridRecipient.parse(sheet.recipient)
    for circle in keyring.circles(uow, sheet.unit_id):
        for held in keyring.versions(uow, sheet.unit_id, circle):
            if _copy(uow, held.id, sheet_id=sheet.id) is None:
                add_copy(uow, held, sheet_id=sheet.id, recipient=recipient)
    uow.flush()


def add_key(uow: UnitOfWork, key: CircleKey, name: KeyName, *, endorsement: str | None) -> HeldKey:
    """Add the public row of a new key.

    Raises:
        Conflict: somebody made that version at the same time.
    """
    row = CircleKeyRow(
        unit_id=name.unit_id,
        circle=name.circle,
        version=name.version,
        recipient=key.public.recipient.encode(),
        verify=key.public.verify.encode(),
        endorsement=endorsement,
        created_at=uow.clock.now(),
    )
    uow.session.add(row)
    uow.flush()
    return HeldKey(id=row.id, name=name, key=key)


def add_copy(
    uow: UnitOfWork,
    held: HeldKey,
    *,
    recipient: HybridRecipient,
    person_id: str | None = None,
    sheet_id: str | None = None,
) -> None:
    """Seal a key to one holder, and say in the circle's name that they are one."""
    holder = person_id or sheet_id
    if holder is None:
        raise Conflict("a copy has a holder")
    uow.session.add(
        KeyCopy(
            circle_key_id=held.id,
            person_id=person_id,
            sheet_id=sheet_id,
            recipient=recipient.encode(),
            signature=sign_copy(held.key, held.name, holder=holder, recipient=recipient),
            sealed=seal_copy(held.key, held.name, recipient=recipient),
            created_at=uow.clock.now(),
        )
    )


def _add_sheet(uow: UnitOfWork, unit_id: str, recipient: HybridRecipient) -> Sheet:
    sheet = Sheet(unit_id=unit_id, recipient=recipient.encode(), created_at=uow.clock.now())
    uow.session.add(sheet)
    uow.flush()
    return sheet


def _copy(
    uow: UnitOfWork, circle_key_id: str, *, person_id: str | None = None, sheet_id: str | None = None
) -> KeyCopy | None:
    holder = KeyCopy.sheet_id == sheet_id if person_id is None else KeyCopy.person_id == person_id
    return uow.session.scalar(select(KeyCopy).where(KeyCopy.circle_key_id == circle_key_id, holder))


def _copies_of(uow: UnitOfWork, person_id: str, unit_id: str) -> list[tuple[KeyCopy, CircleKeyRow]]:
    rows = uow.session.execute(
        select(KeyCopy, CircleKeyRow)
        .join(CircleKeyRow, CircleKeyRow.id == KeyCopy.circle_key_id)
        .where(KeyCopy.person_id == person_id, CircleKeyRow.unit_id == unit_id)
    )
    return [(copy, row) for copy, row in rows]


def _held_by_others(uow: UnitOfWork, circle_key_id: str, person_id: str) -> bool:
    others = select(KeyCopy.id).where(
        KeyCopy.circle_key_id == circle_key_id,
        KeyCopy.person_id.is_not(None),
        KeyCopy.person_id != person_id,
        KeyCopy.status == CopyStatus.ACTIVE,
    )
    return uow.session.scalar(others.limit(1)) is not None
