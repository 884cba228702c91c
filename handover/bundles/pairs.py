"""Two schools of one child at a time: which make a pair, and which children are known to be at two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select

from handover.bundles.model import Handover
from handover.bundles.state import LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application
from handover.schools.calendar import region_days
from handover.schools.model import Location
from handover.terms.destination import Tlv
from handover.terms.school_kind import SchoolKind

UNDER_WAY = LIVE - {HandoverStatus.DRAFT}
DECIDED = frozenset({Tlv.GRANTED, Tlv.REFUSED})
_TWO = 2


def is_pair(kinds: Sequence[SchoolKind]) -> bool:
    """Whether these are two schools of which exactly one is VSO."""
    return len(kinds) == _TWO and kinds.count(SchoolKind.VSO) == 1


def kinds_at(uow: UnitOfWork, brins: Collection[str]) -> Mapping[str, SchoolKind]:
    """The kinds of these locations, by BRIN."""
    rows = uow.session.execute(select(Location.brin6, Location.kind).where(Location.brin6.in_(brins)))
    return {row[0]: row[1] for row in rows}


def schools_of_pairs(uow: UnitOfWork, leaver_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """The two schools of those of these children whose dossier is at two, by leaver id."""
    rows = uow.session.execute(
        select(Handover.leaver_id, Handover.receiver_unit_id).where(
            Handover.leaver_id.in_(leaver_ids), Handover.status.in_(UNDER_WAY)
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for leaver_id, unit_id in rows:
        found[leaver_id].add(unit_id)
    return {leaver_id: frozenset(units) for leaver_id, units in found.items() if len(units) == _TWO}


def doubles_among(uow: UnitOfWork, applications: Iterable[Application]) -> dict[str, list[str]]:
    """Of children whom schools say to have, by what was recorded there, those whom several say to have: their units.

    Not those of whom it is known why: their dossier lies at these two, or may lie there while the TLV is undecided.
    """
    at: dict[str, dict[str, Application]] = defaultdict(dict)
    for one in applications:
        if one.receiver_unit_id is not None:
            at[one.leaver_id].setdefault(one.receiver_unit_id, one)
    several = {leaver_id: units for leaver_id, units in at.items() if len(units) > 1}
    if not several:
        return {}
    pairs, allowed = schools_of_pairs(uow, several), region_days(uow).two_schools
    kinds = kinds_at(uow, {one.receiver_brin for units in several.values() for one in units.values()})
    found = {}
    for leaver_id, units in several.items():
        is_known = frozenset(units) <= pairs.get(leaver_id, frozenset())
        if not is_known and not (allowed and _may_be_a_pair(list(units.values()), kinds)):
            found[leaver_id] = list(units)
    return found


def _may_be_a_pair(applications: Sequence[Application], kinds: Mapping[str, SchoolKind]) -> bool:
    special = [one for one in applications if kinds[one.receiver_brin] is SchoolKind.VSO]
    return is_pair([kinds[one.receiver_brin] for one in applications]) and special[0].tlv not in DECIDED
