"""What is left before handovers can be confirmed: for one, or for a page of the inbox in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from handover.bundles.model import Bundle, Handover, Part, Reading, Remark, RemarkKind, SealedPart
from handover.bundles.rules import ConfirmFacts
from handover.bundles.state import ELSEWHERE, BundleStatus, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.leavers.model import Application
from handover.policy import Role
from handover.schools.model import Membership
from handover.schools.queries import holds_on
from handover.terms.clock import local_day

Item = tuple[Part, int]
"""Something to read: part, and 0 for what was filled in or n for the nth document."""


@dataclass(frozen=True)
class _Contents:
    """What the newest settled version holds, and what of it was read as which role."""

    documents: Mapping[Part, int]
    read: frozenset[tuple[Part, int, str]]


def facts_of(uow: UnitOfWork, handovers: Sequence[Handover]) -> dict[str, ConfirmFacts]:
    """What stands between each of these handovers and its confirmation, by id. They were all received.

    Raises:
        NotFound: one that was sealed here has no settled version.
    """
    ids = [handover.id for handover in handovers]
    applications = _applications(uow, {handover.application_id for handover in handovers})
    elsewhere = {handover.id for handover in handovers if handover.origin in ELSEWHERE}
    if elsewhere:
        # A row that says so does not hide what was sent here: where there is a version, it counts.
        elsewhere -= set(
            uow.session.scalars(
                select(Bundle.handover_id).where(
                    Bundle.handover_id.in_(elsewhere), Bundle.status == BundleStatus.SETTLED
                )
            )
        )
    contents = _contents(uow, [handover_id for handover_id in ids if handover_id not in elsewhere])
    asked = _own_questions(uow, ids)
    confirmed = _confirmed(uow, {handover.leaver_id for handover in handovers})
    with_care = units_with_care(uow, {handover.receiver_unit_id for handover in handovers})
    found = {}
    for handover in handovers:
        is_here = handover.id not in elsewhere
        has_care = handover.receiver_unit_id in with_care
        unread = _unread(contents[handover.id], handover, has_care=has_care) if is_here else set[Item]()
        application = applications[handover.application_id]
        found[handover.id] = ConfirmFacts(
            outcome=application.outcome,
            tlv=application.tlv,
            is_here=is_here,
            unread_dossier=(Part.DOSSIER, 0) in unread,
            unread_documents=sum(1 for part, item in unread if part is Part.DOSSIER and item),
            unread_care=sum(1 for part, _ in unread if part is Part.CARE),
            open_questions=asked.get(handover.id, 0),
            conversation_asked=handover.conversation_asked,
            conversation_settled=handover.conversation_held_on is not None or handover.conversation_waived,
            confirmed_elsewhere=bool(confirmed.get(handover.leaver_id, set()) - {handover.id}),
        )
    return found


def is_confirmed_elsewhere(uow: UnitOfWork, handover: Handover) -> bool:
    """Whether another school has confirmed that this child is there."""
    return bool(_confirmed(uow, {handover.leaver_id}).get(handover.leaver_id, set()) - {handover.id})


def _confirmed(uow: UnitOfWork, leaver_ids: Collection[str]) -> dict[str, set[str]]:
    """The confirmed handover of each of these leavers that has one."""
    rows = uow.session.execute(
        select(Handover.leaver_id, Handover.id).where(
            Handover.leaver_id.in_(leaver_ids), Handover.status == HandoverStatus.CONFIRMED
        )
    )
    return {row[0]: {row[1]} for row in rows}


def _applications(uow: UnitOfWork, ids: Collection[str]) -> dict[str, Application]:
    return {row.id: row for row in uow.session.scalars(select(Application).where(Application.id.in_(ids)))}


def _own_questions(uow: UnitOfWork, handover_ids: Collection[str]) -> dict[str, int]:
    """Open questions of the receiver itself: those of the primary school are not the receiver's to close."""
    rows = uow.session.execute(
        select(Remark.handover_id, func.count())
        .join(Handover, Handover.id == Remark.handover_id)
        .where(
            Remark.handover_id.in_(handover_ids),
            Remark.kind == RemarkKind.QUESTION,
            Remark.unit_id == Handover.receiver_unit_id,
            Remark.closed_at.is_(None),
        )
        .group_by(Remark.handover_id)
    )
    return dict(rows.all())


def _contents(uow: UnitOfWork, handover_ids: Collection[str]) -> dict[str, _Contents]:
    rows = uow.session.execute(
        select(Bundle.handover_id, Bundle.id)
        .where(Bundle.handover_id.in_(handover_ids), Bundle.status == BundleStatus.SETTLED)
        .order_by(Bundle.number)
    )
    newest = dict(rows.all())  # of the same handover the last one stays
    if set(newest) != set(handover_ids):
        raise NotFound
    bundles = list(newest.values())
    documents: dict[str, dict[Part, int]] = defaultdict(dict)
    sealed = select(SealedPart.bundle_id, SealedPart.part, SealedPart.documents)
    for bundle_id, part, count in uow.session.execute(sealed.where(SealedPart.bundle_id.in_(bundles))):
        documents[bundle_id][part] = count
    read: dict[str, set[tuple[Part, int, str]]] = defaultdict(set)
    seen = select(Reading.bundle_id, Reading.part, Reading.item, Reading.role)
    for bundle_id, part, item, role in uow.session.execute(seen.where(Reading.bundle_id.in_(bundles))):
        read[bundle_id].add((part, item, role))
    return {
        handover_id: _Contents(documents[bundle_id], frozenset(read[bundle_id]))
        for handover_id, bundle_id in newest.items()
    }


def _unread(contents: _Contents, handover: Handover, *, has_care: bool) -> set[Item]:
    """What nobody who counts has read: `(part, item)`, item 0 being what was filled in itself."""
    wanted: set[Item] = set()
    for part, count in contents.documents.items():
        first = 0 if part is Part.DOSSIER or handover.has_opp else 1
        wanted |= {(part, item) for item in range(first, count + 1)}
    counts = {
        Part.DOSSIER: {Role.INTAKE.value, Role.CARE.value},
        Part.CARE: {Role.CARE.value} if has_care else {Role.INTAKE.value},
    }
    return wanted - {(part, item) for part, item, role in contents.read if role in counts[part]}


def units_with_care(uow: UnitOfWork, unit_ids: Collection[str]) -> set[str]:
    """Those of these units where somebody is zorgcoördinator today: where nobody is, intake reads the care part."""
    today = local_day(uow.clock.now())
    return set(
        uow.session.scalars(
            select(Membership.unit_id)
            .where(
                Membership.unit_id.in_(unit_ids),
                Membership.role == Role.CARE,
                holds_on(today),
            )
            .distinct()
        )
    )
