"""Rotating a circle: a new version of its key, and everything that names the old one sealed anew.

Four steps, each its own transaction, each repeatable; stopped in between, both versions open:

1. `begin_rotation`: a holder makes version n+1, for every remaining member and the sheet;
2. `reseal_grants`, until it gives 0: grants to older versions become grants to n+1, the withheld ones too;
3. `cards.publish_card` by a holder of the admin key: others seal to n+1 from now; then 2 again for what came meanwhile;
4. `drop_old_copies`: nobody keeps a copy of a version that no grant names.

Room keys stay. It protects what comes and what is stolen later, not what was read.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.circles import add_copy, add_key
from handover.rooms.grants import context_of, signed_of, signer_key, signer_rows
from handover.rooms.keyring import HeldKey, Keyring
from handover.rooms.model import CircleKeyRow, CopyStatus, Grant, KeyCopy, Sheet
from handover.rooms.trust import read_cards
from keys import grant
from keys.age.hybrid import HybridRecipient
from keys.circle import Circle, CircleKey, KeyName, check_copy, endorse
from keys.jws import VerifyKey

BATCH = 200


def begin_rotation(
    uow: UnitOfWork, keyring: Keyring, unit_id: str, circle: Circle, *, without: Collection[str] = ()
) -> HeldKey:
    """Make the next version, for every holder of the present one but the persons (or sheets) in `without`.

    Only who was made a member by a holder gets it: a copy's signature is checked. Where a version is already waiting
    for its card, that one is given, and none is made.

    Raises:
        NoKey: this person does not hold the newest version.
        BadSignature: a copy's row names somebody whom no holder made a member.
        Conflict: somebody else rotated it at the same time.
    """
    newest = newest_version(uow, unit_id, circle)
    old = keyring.circle(uow, unit_id, circle, version=newest)
    if newest > published_version(uow, unit_id, circle):
        return old
    key = CircleKey.generate()
    name = KeyName(unit_id=unit_id, circle=circle, version=newest + 1)
    new = add_key(uow, key, name, endorsement=endorse(old.key, name, key.public))
    for copy in _remaining(uow, old.id, without):
        recipient = HybridRecipient.parse(copy.recipient)
        holder = copy.person_id or copy.sheet_id or ""
        check_copy(old.key.public, old.name, holder=holder, recipient=recipient, signature=copy.signature)
        add_copy(uow, new, person_id=copy.person_id, sheet_id=copy.sheet_id, recipient=recipient)
    uow.flush()
    return new


def reseal_grants(uow: UnitOfWork, keyring: Keyring, unit_id: str, circle: Circle, *, limit: int = BATCH) -> int:
    """Seal at most `limit` grants to older versions anew to the newest; gives how many it were.

    Raises:
        NoKey: this person lacks one of the versions.
        BadSignature, Damaged: a grant was changed; nothing was re-sealed.
        Conflict: a grant was written at the same time; nothing was re-sealed, do it again.
    """
    newest = newest_version(uow, unit_id, circle)
    new = keyring.circle(uow, unit_id, circle, version=newest)
    rows = uow.session.scalars(
        select(Grant)
        .where(Grant.unit_id == unit_id, Grant.circle == circle, Grant.circle_version < newest)
        .order_by(Grant.id)
        .limit(limit)
    ).all()
    signers = signer_rows(uow, {row.signer_id for row in rows})
    for row in rows:
        _reseal(uow, keyring, row, signer_key(uow, keyring, row, signers), new)
    uow.flush()
    return len(rows)


def waiting_grants(uow: UnitOfWork, unit_id: str, circle: Circle) -> int:
    """How many grants still name an older version."""
    newest = newest_version(uow, unit_id, circle)
    waiting = select(func.count()).where(
        Grant.unit_id == unit_id, Grant.circle == circle, Grant.circle_version < newest
    )
    return uow.session.scalar(waiting) or 0


def drop_old_copies(uow: UnitOfWork, unit_id: str, circle: Circle) -> int:
    """Delete all copies of versions that no grant names and that others no longer seal to; gives how many versions."""
    published = published_version(uow, unit_id, circle)
    rows = uow.session.scalars(
        select(CircleKeyRow)
        .where(
            CircleKeyRow.unit_id == unit_id,
            CircleKeyRow.circle == circle,
            CircleKeyRow.version < published,
            CircleKeyRow.retired_at.is_(None),
        )
        .with_for_update()
    ).all()
    # Asked after the lock, in a statement of its own: somebody may have been sealing to one of these until now.
    named = set(
        uow.session.scalars(
            select(Grant.circle_version).where(Grant.unit_id == unit_id, Grant.circle == circle).distinct()
        )
    )
    unused = [row for row in rows if row.version not in named]
    for row in unused:
        uow.session.execute(delete(KeyCopy).where(KeyCopy.circle_key_id == row.id))
        row.retired_at = uow.clock.now()
    uow.flush()
    return len(unused)


def newest_version(uow: UnitOfWork, unit_id: str, circle: Circle) -> int:
    """The newest version of a circle's key; 0 where there is none."""
    newest = select(func.max(CircleKeyRow.version)).where(
        CircleKeyRow.unit_id == unit_id, CircleKeyRow.circle == circle
    )
    return uow.session.scalar(newest) or 0


def published_version(uow: UnitOfWork, unit_id: str, circle: Circle) -> int:
    """The version on the unit's newest card; 0 where there is none.

    Raises:
        BadSignature: a card was changed.
    """
    cards = read_cards(uow, unit_id)
    return cards[-1].entry(circle).version if cards and cards[-1].has(circle) else 0


def _remaining(uow: UnitOfWork, circle_key_id: str, without: Collection[str]) -> list[KeyCopy]:
    copies = uow.session.scalars(
        select(KeyCopy)
        .outerjoin(Sheet, Sheet.id == KeyCopy.sheet_id)
        .where(
            KeyCopy.circle_key_id == circle_key_id,
            KeyCopy.status == CopyStatus.ACTIVE,
            Sheet.revoked_at.is_(None),
        )
    )
    return [copy for copy in copies if not {copy.person_id, copy.sheet_id} & set(without)]


def _reseal(uow: UnitOfWork, keyring: Keyring, row: Grant, signer: VerifyKey, new: HeldKey) -> None:
    old = keyring.circle(uow, row.unit_id, new.name.circle, version=row.circle_version)
    before = context_of(row)
    row.circle_version = new.name.version
    sealed = grant.reseal(
        signed_of(row),
        old=before,
        new=context_of(row),
        identity=old.key.identity,
        signer=signer,
        recipient=new.recipient,
        new_signer=new.key,
    )
    row.blob, row.signature, row.signer_id = sealed.blob, sealed.signature, new.id
