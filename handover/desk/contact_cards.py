"""Whom to call at the school on the other side: staff's name, function, telephone and days, and who stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handover.access.labels import role_name
from handover.bundles.handovers import handover_of
from handover.bundles.notices import RECEIVERS, SENDERS
from handover.bundles.readers import Reader, Whose, readers_of
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Leaver
from handover.schools.absences import Away, away_on, present_for
from handover.schools.model import Person
from handover.terms.clock import local_day

MOST = 4
"""A large intake has more people; whoever answers knows the way."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """Somebody to call. No more than this of anybody: not the address, not why they are away."""

    name: str
    function: str
    """Empty for who stands in: whom for says more."""
    telephone: str
    days: str
    away_until: date | None = None
    """The last day on which they are away."""
    stands_in_for: str = ""
    """The colleague who is away."""


Known = dict[Whose, Sequence[Card]]
"""Cards that were found before, for a list of dossiers: many go between the same two schools."""


def other_side(uow: UnitOfWork, handover_id: str, *, is_sender: bool, known: Known | None = None) -> Sequence[Card]:
    """Who answers at the other school, who is there before who is away. What is found is put with what is `known`.

    Whether that may be seen is the caller's to ask. Empty where the other school takes no part.
    """
    handover, known = handover_of(uow, handover_id), {} if known is None else known
    if is_sender:
        whose = Whose(unit_id=handover.receiver_unit_id, roles=RECEIVERS)
    else:
        leaver = uow.session.get_one(Leaver, handover.leaver_id)
        whose = Whose(unit_id=handover.sender_unit_id, roles=SENDERS, group_id=leaver.group_id)
    if whose not in known:
        known[whose] = _cards(uow, whose)
    return known[whose]


def _cards(uow: UnitOfWork, whose: Whose) -> Sequence[Card]:
    readers = readers_of(uow, whose)
    away = away_on(uow, whose.unit_id, local_day(uow.clock.now()))
    ids = [reader.person_id for reader in readers]
    people = {row.id: row for row in uow.session.scalars(select(Person).where(Person.id.in_(ids)))}
    covered = {
        present_for(one.person_id, away): people[one.person_id].name for one in away.values() if one.person_id in people
    }
    cards = [_card(people[reader.person_id], reader, away, covered) for reader in readers]
    return sorted(cards, key=lambda card: (card.away_until is not None, card.name))[:MOST]


def _card(person: Person, reader: Reader, away: Mapping[str, Away], covered: Mapping[str | None, str]) -> Card:
    gone = away.get(person.id)
    return Card(
        name=person.name,
        function="" if reader.covers else role_name(reader.role),
        telephone=person.telephone,
        days=person.days_present,
        away_until=gone.until_on if gone else None,
        stands_in_for=covered.get(person.id, "") if reader.covers else "",
    )
