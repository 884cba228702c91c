"""The children of a secondary school with whom the lines of a pasted list are matched: came, or still expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from handover.bundles.guest_units import is_guest
from handover.bundles.left import facts_of
from handover.bundles.model import Handover
from handover.bundles.rules import unmet
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.expected import expected
from handover.desk.inbox import SEARCHED
from handover.desk.inbox_rows import ShownName, shown_name
from handover.leavers.model import Announcement, Application, Leaver
from handover.policy import Action, Actor, Subject, require
from handover.rooms.names import open_names
from handover.services import Services
from handover.terms.destination import Outcome

LIVE_HERE = frozenset({HandoverStatus.OFFERED, HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child whose dossier came, or who was announced. Of what is sealed: only the name, opened for this person."""

    subject_id: str
    """The handover's id; of an expected child the announcement's."""
    is_expected: bool
    reference: str = ""
    code: str = ""
    """The aanmeldcode; empty where none is known here."""
    about: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the name grant says; empty: on the lock, changed, or gone."""
    status: HandoverStatus | None = None
    """None of who is expected."""
    outcome: Outcome
    read: int
    """The version of the application, or of the announcement."""
    is_off: bool = False
    """The primary school withdrew it."""
    is_complete: bool = False
    """It can be confirmed as it stands."""
    is_talked: bool = False
    """A conversation was held."""
    is_answered: bool = True
    """Somebody at the primary school reads what is asked here."""

    @property
    def name(self) -> ShownName | None:
        """To be shown; None: on the lock, changed, or gone."""
        return shown_name(self.about) if self.about else None

    @property
    def key(self) -> str:
        """What names this child in a form."""
        return f"{'v' if self.is_expected else 'd'}{self.subject_id}"

    @property
    def has_ended(self) -> bool:
        """Whether its dossier was given back, taken back or let go."""
        return self.status is not None and self.status not in LIVE_HERE


@dataclass(frozen=True, kw_only=True)
class Children:
    """All of one school."""

    rows: Sequence[Child]
    shut: int
    """Of how many the name did not open for this person."""


def children_of(services: Services, uow: UnitOfWork, actor: Actor, unit_id: str) -> Children:
    """Who came and who is expected, the newest dossiers first.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    require(actor, Action.SEE_ANNOUNCED, Subject(unit_id=unit_id))
    rows = [*_came(uow, actor, unit_id), *_expected(services, uow, actor, unit_id)]
    return Children(rows=rows, shut=sum(1 for row in rows if not row.about and not row.has_ended))


def _came(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Child]:
    handovers = uow.session.scalars(
        select(Handover)
        .where(
            Handover.receiver_unit_id == unit_id,
            Handover.status.not_in((HandoverStatus.DRAFT, HandoverStatus.SEALING)),
            Handover.offered_at.is_not(None),
        )
        .order_by(Handover.offered_at.desc(), Handover.id)
        .limit(SEARCHED)
    ).all()
    names = open_names(uow, actor.keyring, unit_id, [one.id for one in handovers if one.status in LIVE_HERE]).about
    applications = _applications(uow, {one.application_id for one in handovers})
    codes = _codes(uow, {one.leaver_id for one in handovers})
    facts = facts_of(uow, [one for one in handovers if one.status is HandoverStatus.ACCEPTED])
    guests = {one for one in {handover.sender_unit_id for handover in handovers} if is_guest(uow, one)}
    return [
        Child(
            subject_id=one.id,
            is_expected=False,
            reference=one.reference,
            code=codes.get(one.leaver_id, ""),
            about=names.get(one.id, {}),
            status=one.status,
            outcome=applications[one.application_id].outcome,
            read=applications[one.application_id].version,
            is_complete=one.id in facts and not unmet(facts[one.id]),
            is_talked=one.conversation_held_on is not None,
            is_answered=one.sender_unit_id not in guests,
        )
        for one in handovers
    ]


def _expected(services: Services, uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Child]:
    found = expected(services, uow, actor, unit_id).rows
    announced = {
        row.id: row
        for row in uow.session.scalars(select(Announcement).where(Announcement.id.in_([one.id for one in found])))
    }
    applications = _applications(uow, {row.application_id for row in announced.values() if row.application_id})
    codes = _codes(uow, {row.leaver_id for row in announced.values() if row.leaver_id})
    return [
        Child(
            subject_id=one.id,
            is_expected=True,
            code=codes.get(announced[one.id].leaver_id or "", ""),
            about=one.about or {},
            outcome=one.outcome,
            read=applications[key].version if (key := announced[one.id].application_id) else announced[one.id].version,
            is_off=one.is_off,
        )
        for one in found
    ]


def _applications(uow: UnitOfWork, ids: Collection[str]) -> dict[str, Application]:
    return {row.id: row for row in uow.session.scalars(select(Application).where(Application.id.in_(ids)))}


def _codes(uow: UnitOfWork, leaver_ids: Collection[str]) -> dict[str, str]:
    rows = uow.session.execute(select(Leaver.id, Leaver.aanmeldcode).where(Leaver.id.in_(leaver_ids)))
    return {key: code for key, code in rows}  # noqa: C416  # a Row is a pair only to those who run it
