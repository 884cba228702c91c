"""When a leaver's story ends otherwise: groep 8 again, another primary school, abroad; or it was entered by mistake.

A dossier that is under way is closed with it, and what the secondary school was given goes at once. What secondary
schools announced lapses, with a word that says no more than that; of an entry by mistake they are asked anew who it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.announcing import STANDING, season_start
from handover.bundles.events import HandoverClosed, told_by_sender
from handover.bundles.handovers import end_handover, live_handovers, take_from_receiver
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notice_subjects import forget_unsent
from handover.bundles.notices import (
    tell_after_all,
    tell_of_announcement,
    tell_of_announcement_after_all,
    tell_receiver,
)
from handover.bundles.passing import begin_passage, end_passage, settle_lists
from handover.bundles.state import HandoverAction, HandoverStatus
from handover.bundles.unlinking import unlink
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.events import LeaverEnded, LeaverReopened
from handover.leavers.model import Announcement, Leaver
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Announced, LeaverEnd

_LAPSED = (NoticeKind.LAPSED, NoticeKind.APPLICATION_LAPSED)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """Which secondary schools were told already, by what became of the dossier; `quiet`: nobody is told anything."""

    quiet: bool
    units: frozenset[str] = frozenset()


def end_leaver(services: Services, actor: Actor, reference: str, *, end: LeaverEnd, to: str = "") -> None:
    """Take a child off the list, with the reason. A live handover is closed with it, and announcements lapse.

    `to`: of a child that goes to another primary school, that location's BRIN; empty where the register has none. Of
    a child who died, whose handover may be confirmed and then stays as it is, nobody is mailed any more.

    Raises:
        IllegalTransition: it ended already, its dossier is being sealed at this moment, or the handover is confirmed.
        Invalid: `to` is no other open primary school.
        NotFound, NotAllowed: no such leaver for this actor.
        NoKey: the school it goes to must be told its name, and this person does not hold the key of names.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        # Taking off the list corrects the list: who may correct a name may do this.
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        if leaver.ended_as is not None:
            raise IllegalTransition
        told = _close(uow, actor, leaver, end)
        leaver.ended_as, leaver.ended_on = end, local_day(uow.clock.now())
        _lapse(uow, leaver, told)
        settle_lists(uow, leaver, end)
        if end is LeaverEnd.OTHER_SCHOOL:
            begin_passage(services, uow, actor, leaver, to)
        if told.quiet:
            forget_unsent(uow, leaver.id)
        record(
            uow,
            LeaverEnded(
                actor_id=actor.person_id,
                unit_id=leaver.unit_id,
                subject_kind="leaver",
                subject_id=leaver.id,
                end=end.value,
            ),
        )
        uow.commit()


def reopen_leaver(services: Services, actor: Actor, reference: str) -> bool:
    """Put a child back on the list; applications stand again, a dossier that was closed with it is to be sent anew.

    Gives whether another primary school has it on its list as well: that school is told.

    Raises:
        IllegalTransition: it is on the list, or on that of the year after.
        NotFound, NotAllowed: no such leaver for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        again = uow.session.scalars(select(Leaver.id).where(Leaver.before_id == leaver.id)).first()
        if leaver.ended_as is None or again is not None:
            raise IllegalTransition
        quiet = leaver.ended_as is LeaverEnd.DIED
        leaver.ended_as, leaver.ended_on = None, None
        on_two_lists = end_passage(uow, leaver)
        forget_unsent(uow, leaver.id, _LAPSED)
        _revive(uow, leaver, quiet=quiet)
        record(
            uow,
            LeaverReopened(
                actor_id=actor.person_id, unit_id=leaver.unit_id, subject_kind="leaver", subject_id=leaver.id
            ),
        )
        uow.commit()
        return on_two_lists


def _close(uow: UnitOfWork, actor: Actor, leaver: Leaver, end: LeaverEnd) -> _Told:
    quiet = end is LeaverEnd.DIED
    told = set()
    for live in live_handovers(uow, leaver.id):
        if quiet and live.status is HandoverStatus.CONFIRMED:
            continue
        was_offered, was_accepted = live.offered_at is not None, live.accepted_at is not None
        end_handover(uow, live, HandoverAction.CLOSE)
        take_from_receiver(uow, live)
        record(uow, told_by_sender(HandoverClosed, actor, live))
        if quiet or not was_offered:
            continue
        if was_accepted:
            tell_receiver(uow, live, NoticeKind.LAPSED)
        else:
            tell_after_all(uow, live, NoticeKind.OFFERED, NoticeKind.LAPSED)
        told.add(live.receiver_unit_id)
    return _Told(quiet=quiet, units=frozenset(told))


def _lapse(uow: UnitOfWork, leaver: Leaver, told: _Told) -> None:
    for row in _announcements(uow, leaver, STANDING):
        if leaver.ended_as is LeaverEnd.MISTAKE:
            # The child applied there all the same: the school is asked which one it is, as if there were no code.
            unlink(uow, row)
            if row.sender_unit_id is not None:
                tell_of_announcement(uow, row.id, NoticeKind.ANNOUNCED, unit_id=row.sender_unit_id)
            continue
        row.state = Announced.LAPSED
        if not told.quiet and row.receiver_unit_id not in told.units:
            tell_of_announcement(uow, row.id, NoticeKind.APPLICATION_LAPSED, unit_id=row.receiver_unit_id)


def _revive(uow: UnitOfWork, leaver: Leaver, *, quiet: bool) -> None:
    for row in _announcements(uow, leaver, {Announced.LAPSED}):
        row.state = Announced.KNOWN if row.answered_at is not None else Announced.BY_CODE
        if not quiet:
            told, now = NoticeKind.APPLICATION_LAPSED, NoticeKind.APPLICATION_STANDS
            tell_of_announcement_after_all(uow, row, told, now, instead=NoticeKind.LAPSED)


def _announcements(
    uow: UnitOfWork, leaver: Leaver, states: set[Announced] | frozenset[Announced]
) -> list[Announcement]:
    return list(
        uow.session.scalars(
            select(Announcement)
            .where(
                Announcement.leaver_id == leaver.id,
                Announcement.state.in_(states),
                Announcement.announced_at >= season_start(uow),
            )
            .order_by(Announcement.id)
            .with_for_update()
        )
    )
