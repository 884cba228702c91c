"""Where the dossiers of a class are: of each child the handover that counts, and the one beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from handover.audit.model import AuditEntry
from handover.bundles.events import HandoverDeclined
from handover.bundles.mentors import read_by_mentor
from handover.bundles.model import Handover, Remark, RemarkKind
from handover.bundles.one_of_two import surplus_of
from handover.bundles.second import may_go_to
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_turn import Going, ToLetGo
from handover.desk.outside_words import elsewhere_of
from handover.desk.sent import ON_ITS_WAY, foremost
from handover.schools.model import Location

_GIVEN_BACK = frozenset({HandoverStatus.DECLINED, HandoverStatus.DESTROYED})


def is_under_way(going: Going | None) -> bool:
    """Whether a dossier was sent and is there, or is on its way."""
    return going is not None and going.status in ON_ITS_WAY


def schools_of(uow: UnitOfWork, brins: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name and place of locations, by BRIN."""
    rows = uow.session.execute(
        select(Location.brin6, Location.name, Location.place).where(Location.brin6.in_(list(brins)))
    )
    return {brin: (name, place) for brin, name, place in rows}


def going_of(uow: UnitOfWork, leaver_ids: Sequence[str]) -> dict[str, Going]:
    """The handover of each leaver that has one: the furthest under way, or else the newest."""
    rows = uow.session.execute(
        select(Handover, Location)
        .join(Location, Location.brin6 == Handover.receiver_brin)
        .where(Handover.leaver_id.in_(leaver_ids))
        .order_by(Handover.created_at, Handover.id)
    ).all()
    places = {location.brin6: location for _handover, location in rows}
    of: dict[str, list[Handover]] = defaultdict(list)
    for handover, _location in rows:
        of[handover.leaver_id].append(handover)
    counts = {leaver_id: foremost(handovers) for leaver_id, handovers in of.items()}
    others = {leaver_id: _beside(handovers, counts[leaver_id]) for leaver_id, handovers in of.items()}
    shown = [*counts.values(), *(one for one in others.values() if one)]
    going = _going(uow, shown, places)
    return {
        leaver_id: replace(going[one.id], beside=going[other.id], to_let_go=_to_let_go(uow, one, other))
        if (other := others[leaver_id])
        else replace(going[one.id], failed_beside=_failed_beside(uow, of[leaver_id], one))
        for leaver_id, one in counts.items()
    }


def _beside(handovers: Sequence[Handover], one: Handover) -> Handover | None:
    """The other of two that are under way."""
    if one.status not in ON_ITS_WAY:
        return None
    return next((other for other in handovers if other is not one and other.status in ON_ITS_WAY), None)


def _failed_beside(uow: UnitOfWork, handovers: Sequence[Handover], one: Handover) -> str:
    """The school to which it did not come whole beside this one, and may go once more; empty: there is none."""
    failed = next((other for other in handovers if other.status is HandoverStatus.DRAFT), None)
    if failed is None or one.status not in ON_ITS_WAY or failed.receiver_brin not in may_go_to(uow, one.leaver_id):
        return ""
    return uow.session.get_one(Location, failed.receiver_brin).name


def _to_let_go(uow: UnitOfWork, *pair: Handover) -> ToLetGo | None:
    found = surplus_of(uow, pair)
    if found is None:
        return None
    location = uow.session.get_one(Location, found.handover.receiver_brin)
    return ToLetGo(handover_id=found.handover.id, school=location.name, because=found.because)


def _going(uow: UnitOfWork, shown: Sequence[Handover], places: Mapping[str, Location]) -> dict[str, Going]:
    """How each of these handovers stands, by its id."""
    ids = [handover.id for handover in shown]
    read = {handover_id for handover_id, (count, done) in read_by_mentor(uow, ids).items() if count == done}
    outside, asked, declined = elsewhere_of(uow, ids), _asked(uow, ids), _declined(uow, shown)
    return {
        handover.id: Going(
            handover_id=handover.id,
            application_id=handover.application_id,
            status=handover.status,
            brin=handover.receiver_brin,
            school=places[handover.receiver_brin].name,
            sent_at=handover.created_at,
            accepted_at=handover.accepted_at,
            confirmed_at=handover.confirmed_at,
            conversation_open=handover.conversation_asked
            and handover.conversation_held_on is None
            and not handover.conversation_waived,
            is_supplementing=handover.supplement_opened_at is not None,
            mentor_read=handover.id in read,
            elsewhere=outside.get(handover.id),
            question_waits=handover.id in asked,
            was_declined=handover.id in declined,
            is_closed=places[handover.receiver_brin].closed_on is not None,
        )
        for handover in shown
    }


def _declined(uow: UnitOfWork, handovers: Iterable[Handover]) -> set[str]:
    """Which of these were given back; of what was destroyed since only the log knows."""
    ended = {one.id: one.status for one in handovers if one.status in _GIVEN_BACK}
    destroyed = [key for key, status in ended.items() if status is HandoverStatus.DESTROYED]
    told = select(AuditEntry.subject_id).where(
        AuditEntry.subject_id.in_(destroyed), AuditEntry.name == HandoverDeclined.name
    )
    logged = set(uow.session.scalars(told)) if destroyed else set()
    return logged | {key for key, status in ended.items() if status is HandoverStatus.DECLINED}


def _asked(uow: UnitOfWork, handover_ids: Sequence[str]) -> set[str]:
    """The handovers in which the receiver asked something that the sender did not answer."""
    reply = aliased(Remark)
    answered = select(reply.id).where(reply.answers_id == Remark.id, reply.unit_id != Remark.unit_id).exists()
    rows = uow.session.scalars(
        select(Remark.handover_id)
        .join(Handover, and_(Handover.id == Remark.handover_id, Handover.receiver_unit_id == Remark.unit_id))
        .where(
            Remark.handover_id.in_(handover_ids),
            Remark.kind == RemarkKind.QUESTION,
            Remark.closed_at.is_(None),
            ~answered,
        )
    )
    return set(rows)
