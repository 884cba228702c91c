"""An admin decides who gets keys, and signs that with the admin circle.

Whoever hands a key on checks it, so that a membership which somebody wrote into a table leads to no key.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from handover.access.model import Decision, Invitation
from handover.db.unit_of_work import UnitOfWork
from handover.rooms.keyring import Keyring
from handover.rooms.model import CircleKeyRow
from keys.circle import Circle
from keys.errors import BadSignature

DECISION = "handover-decision+jws"


def decide(uow: UnitOfWork, keyring: Keyring, unit_id: str, *, who: str, circles: Collection[Circle]) -> None:
    """Sign that a person, or whoever uses an invitation, may be given the keys of these circles.

    Raises:
        NoKey: this admin does not hold the admin key yet.
    """
    admin = keyring.circle(uow, unit_id, Circle.ADMIN)
    said = {"unit": unit_id, "who": who, "circles": sorted(circle.value for circle in circles)}
    uow.session.add(
        Decision(
            unit_id=unit_id,
            who=who,
            jws=admin.key.sign(said, DECISION),
            signer_id=admin.id,
            created_at=uow.clock.now(),
        )
    )


def decided(uow: UnitOfWork, keyring: Keyring, unit_id: str, person_id: str) -> frozenset[Circle]:
    """The circles whose keys an admin has decided that this person may have.

    Raises:
        BadSignature: a decision was changed, or signed by nobody of this unit.
    """
    invitations = select(Invitation.id).where(Invitation.unit_id == unit_id, Invitation.person_id == person_id)
    rows = uow.session.scalars(
        select(Decision).where(
            Decision.unit_id == unit_id, or_(Decision.who == person_id, Decision.who.in_(invitations))
        )
    )
    found: set[Circle] = set()
    for row in rows:
        signer = uow.session.get(CircleKeyRow, row.signer_id)
        if signer is None or (signer.unit_id, signer.circle) != (unit_id, Circle.ADMIN):
            raise BadSignature("not decided by an admin", decision=row.id)
        said = keyring.signer(uow, signer, reader_unit=unit_id).read(row.jws, DECISION)
        if (said.get("unit"), said.get("who")) != (unit_id, row.who):
            raise BadSignature("a decision about somebody else", decision=row.id)
        found |= {Circle(circle) for circle in said["circles"]}
    return frozenset(found)
