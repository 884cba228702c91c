"""A second school at the same time: VSO and another kind, while it is not decided whether the child gets a TLV.

Only where the region allows it. What keeps a second handover from being made is told as what is left to do; the
database holds that there are never three, and never two confirmed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from handover.bundles.handovers import under_way
from handover.bundles.model import Handover
from handover.bundles.pairs import DECIDED, is_pair, kinds_at
from handover.bundles.readiness import ENDED, applications_of, chosen
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.content import Section
from handover.dossiers.rules import Missing, ToDo
from handover.leavers.model import Application, Leaver
from handover.schools.calendar import region_days
from handover.terms.destination import Tlv
from handover.terms.school_kind import SchoolKind


def second_application(
    uow: UnitOfWork, leaver_id: str, first: Handover, *, to: str | None = None
) -> Application | None:
    """To which a dossier would go beside the first: that at `to`, or the most wanted of those that may be the second.

    Where none may, it is the most wanted that makes a pair with it, or else of the others, so that a page can say what
    keeps it.
    """
    others = [
        one
        for one in applications_of(uow, [leaver_id]).get(leaver_id, ())
        if one.outcome not in ENDED and one.id != first.application_id
    ]
    if to is not None:
        return next((one for one in others if one.receiver_brin == to), None)
    kinds = kinds_at(uow, {first.receiver_brin, *(one.receiver_brin for one in others)})
    pairs = [one for one in others if is_pair([kinds[first.receiver_brin], kinds[one.receiver_brin]])]
    may_be = [one for one in pairs if not any(_missing(uow, first, one))]
    return next(iter(may_be or pairs or others), None)


def may_go_to(uow: UnitOfWork, leaver_id: str) -> list[str]:
    """Where a dossier is, and where it goes or may go as things are, the first one first: BRINs, two at most."""
    there = under_way(uow, leaver_id)
    if len(there) > 1:
        return [one.receiver_brin for one in there]
    standing = applications_of(uow, [leaver_id]).get(leaver_id, ())
    if there:
        second = second_application(uow, leaver_id, there[0])
        may_be = second is not None and not any(_missing(uow, there[0], second))
        return [there[0].receiver_brin, *([second.receiver_brin] if second and may_be else [])]
    first = chosen(standing)
    if first is None:
        return []
    others = [one for one in standing if one.outcome not in ENDED and one is not first]
    second = next((one for one in others if not any(_not_a_pair(uow, first, first.receiver_unit_id, one))), None)
    return [first.receiver_brin, *([second.receiver_brin] if second else [])]


def left_for_second(uow: UnitOfWork, first: Handover, application: Application) -> list[ToDo]:
    """What keeps this application from being the second, besides what keeps any dossier from being sent."""
    return [ToDo(Section.DESTINATION, missing) for missing in _missing(uow, first, application)]


def tlv_of_pair(uow: UnitOfWork, pair: Collection[Handover]) -> tuple[Tlv, Handover | None]:
    """How it stands with the TLV of a child at two schools, and the handover to the VSO; None: neither is one."""
    kinds = kinds_at(uow, {one.receiver_brin for one in pair})
    special = next((one for one in pair if kinds[one.receiver_brin] is SchoolKind.VSO), None)
    if special is None:
        return Tlv.NOT_NEEDED, None
    return uow.session.get_one(Application, special.application_id).tlv, special


def stays_a_pair(uow: UnitOfWork, moved: Handover, brin: str) -> bool:
    """Whether a child at two schools is still at VSO and another, once this handover lies at that location.

    It holds the child until the transaction ends: a second handover that is being sealed at this moment counts.
    """
    uow.session.get(Leaver, moved.leaver_id, with_for_update=True, populate_existing=True)
    others = [one for one in under_way(uow, moved.leaver_id) if one.id != moved.id]
    kinds = kinds_at(uow, {brin, *(one.receiver_brin for one in others)})
    return all(is_pair([kinds[brin], kinds[one.receiver_brin]]) for one in others)


def _missing(uow: UnitOfWork, first: Handover, application: Application) -> Iterator[Missing]:
    if first.status is HandoverStatus.CONFIRMED and region_days(uow).two_schools:
        yield Missing.SECOND_CONFIRMED
        return
    there = uow.session.get_one(Application, first.application_id)
    yield from _not_a_pair(uow, there, first.receiver_unit_id, application)


def _not_a_pair(
    uow: UnitOfWork, there: Application, unit_id: str | None, application: Application
) -> Iterator[Missing]:
    """What keeps a dossier from being at the schools of both applications, besides how it stands at the first."""
    if not region_days(uow).two_schools:
        yield Missing.SECOND_NOT_ALLOWED
        return
    if application.receiver_unit_id is not None and application.receiver_unit_id == unit_id:
        yield Missing.SECOND_SAME_SCHOOL
        return
    kinds = kinds_at(uow, {there.receiver_brin, application.receiver_brin})
    if not is_pair([kinds[there.receiver_brin], kinds[application.receiver_brin]]):
        yield Missing.SECOND_KINDS
        return
    tlv = application.tlv if kinds[application.receiver_brin] is SchoolKind.VSO else there.tlv
    if tlv in DECIDED:
        yield Missing.SECOND_TLV_DECIDED
    elif tlv is Tlv.NOT_NEEDED:
        yield Missing.SECOND_TLV_UNSAID  # announced by that school, and nobody here has said anything of it
