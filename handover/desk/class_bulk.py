"""A group in one go: send all that is ready, and record that the parents were given their copies."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial

from sqlalchemy import select

from handover.bundles.handovers import under_way as handovers_under_way
from handover.bundles.readiness import ENDED, applications_of, chosen, left_of_class
from handover.bundles.second import may_go_to
from handover.bundles.sending import NotReady, left_to_send_beside, send
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_going import going_of, is_under_way, schools_of
from handover.desk.class_groups import GroupTab
from handover.desk.class_roster import group_tab
from handover.desk.parents_page import record_copies
from handover.dossiers.content import Name
from handover.dossiers.rules import HIDING, Missing
from handover.errors import Conflict, HandoverError, IllegalTransition, Unavailable
from handover.leavers.actions import subject_of
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, may
from handover.rooms.names import read_names
from handover.schools.calendar import region_days
from handover.services import Services
from handover.terms.folding import fold
from handover.terms.parent import InspectionWay
from keys.errors import KeysError
from schemas.dossiers import NameSchema

WITHIN = 20.0
"""Seconds of work in one request; what is not done by then stays chosen for the next press."""
_OF_COPIES = frozenset({Missing.COPY, Missing.STALE_COPY, Missing.INSPECTION})


@dataclass(frozen=True, kw_only=True)
class Child:
    """One child of a group, as a list of things to do with all of them shows it."""

    reference: str
    name: Name = field(repr=False)
    looks_like: tuple[str, ...] = field(repr=False)
    """Names of others on the list whom this child could be taken for: namesakes, brothers and sisters of that day."""
    version: int
    school: tuple[str, str, str] | None
    """Where the dossier would go: name, place, BRIN."""
    missing: frozenset[Missing]

    @property
    def is_ready(self) -> bool:
        """Whether it may be sent."""
        return not self.missing

    @property
    def is_held(self) -> bool:
        """Whether no copy can be made, because of a secret address or number."""
        return bool(self.missing & HIDING)

    @property
    def only_unseen(self) -> bool:
        """Whether each parent has a good copy, and one of them has not seen the dossier."""
        return Missing.INSPECTION in self.missing and not self.missing & {Missing.COPY, Missing.STALE_COPY}

    @property
    def needs_copies(self) -> bool:
        """Whether a parent has not seen the dossier, or has no copy of it as it is now, and could have one."""
        return bool(self.missing & _OF_COPIES) and not self.is_held


@dataclass(frozen=True, kw_only=True)
class ReadySecond:
    """A child at one school whose dossier is ready to go to a second one too: that is decided for each child apart."""

    reference: str
    name: Name = field(repr=False)
    school: tuple[str, str, str]
    """Where it would go too: name, place, BRIN."""


@dataclass(frozen=True, kw_only=True)
class GroupInOneGo:
    """The children of a group whose dossiers can still be changed, by last name."""

    group: GroupTab
    children: tuple[Child, ...]
    seconds: tuple[ReadySecond, ...] = ()

    @property
    def ready(self) -> list[Child]:
        """Those whose dossiers may be sent."""
        return [child for child in self.children if child.is_ready]

    @property
    def without_copy(self) -> list[Child]:
        """Those of whom a parent has no good copy, or has not seen the dossier."""
        return [child for child in self.children if child.needs_copies]

    @property
    def without_parents(self) -> list[Child]:
        """Those of whom nobody wrote down a parent: nothing can be given to whom nobody knows."""
        return [child for child in self.children if Missing.PARENT in child.missing]

    @property
    def held(self) -> list[Child]:
        """Those of whom no copy is made until somebody looked at what is secret."""
        return [child for child in self.children if child.is_held]


class Became(StrEnum):
    """What became of one child's dossier."""

    DONE = "done"
    ALREADY = "already"
    NOT_READY = "not_ready"
    CHANGED = "changed"  # it goes to another school by now, or a colleague is working on it
    LATER = "later"  # there was no time left, or the store is away: press once more
    REFUSED = "refused"


def open_in_one_go(services: Services, actor: Actor, group_key: str) -> GroupInOneGo:
    """A group, for somebody who sends its dossiers.

    Raises:
        NotFound: no such group for this actor.
        NoKey: this person does not hold the school's keys.
    """
    with services.uow() as uow:
        group = group_tab(uow, actor, group_key)
        listed, under_way = _on_the_list(uow, group)
        leavers = [row for row in listed if may(actor, Action.SEND, subject_of(row))]
        seconds = _seconds(services, uow, actor, [row for row in under_way if may(actor, Action.SEND, subject_of(row))])
        ids = [leaver.id for leaver in leavers]
        names = read_names(uow, actor.keyring, group.unit_id, ids)
        named = {leaver_id: Name(**NameSchema().load(about)) for leaver_id, about in names.items()}
        left = left_of_class(services, uow, actor, group.unit_id, leavers)
        going = {leaver_id: chosen(rows) for leaver_id, rows in applications_of(uow, ids).items()}
        schools = schools_of(uow, {one.receiver_brin for one in going.values() if one})
        children = [
            Child(
                reference=leaver.reference,
                name=named[leaver.id],
                looks_like=look_alikes(named, leaver.id),
                version=leaver.content_version,
                school=_school(going.get(leaver.id), schools),
                missing=frozenset(todo.missing for todo in left[leaver.id].todos),
            )
            for leaver in leavers
            if leaver.id in named and left[leaver.id].closed is None
        ]
    return GroupInOneGo(
        group=group,
        children=tuple(sorted(children, key=lambda child: child.name.sort_key)),
        seconds=tuple(sorted(seconds, key=lambda child: child.name.sort_key)),
    )


def look_alikes(named: Mapping[str, Name], leaver_id: str) -> tuple[str, ...]:
    """Whom somebody could take this child for: the same full name, or the same last name and birth date."""
    this = named[leaver_id]
    return tuple(
        other.full
        for key, other in named.items()
        if key != leaver_id
        and (
            fold(other.full) == fold(this.full)
            or (fold(other.last_name) == fold(this.last_name) and other.birth_date == this.birth_date)
        )
    )


def send_all(services: Services, actor: Actor, wanted: Mapping[str, str]) -> dict[str, Became]:
    """Send these dossiers, each to the BRIN that was shown with it; what becomes of one holds up no other.

    Killed in between, those before it were sent, and pressed again they are found sent.
    """
    until, results = time.monotonic() + WITHIN, {}
    for reference, brin in wanted.items():
        if time.monotonic() > until:
            results[reference] = Became.LATER
            continue
        results[reference] = _became(partial(send, services, actor, reference, to=brin))
    return results


def give_copies(
    services: Services,
    actor: Actor,
    wanted: Mapping[str, int],
    *,
    on: date,
    how: str,
    inspected: InspectionWay | None = None,
) -> dict[str, Became]:
    """Record for these children that each parent who must see it was given a copy, of the version that was shown.

    `inspected`: and saw the dossier that day, in this way.
    """
    act = partial(record_copies, services, actor, on=on, how=how, inspected=inspected)
    return {reference: _became(partial(act, reference, seen=seen)) for reference, seen in wanted.items()}


def _became(act: Callable[[], object]) -> Became:
    try:
        act()
    except NotReady:
        return Became.NOT_READY
    except Conflict:
        return Became.CHANGED
    except Unavailable:
        return Became.LATER
    except IllegalTransition:
        return Became.ALREADY
    except HandoverError:
        return Became.REFUSED
    return Became.DONE


def still_to_send(uow: UnitOfWork, group: GroupTab) -> list[Leaver]:
    """Those on the list of a group whose dossiers are under way to no school."""
    return _on_the_list(uow, group)[0]


def _on_the_list(uow: UnitOfWork, group: GroupTab) -> tuple[list[Leaver], list[Leaver]]:
    """Those on the list of a group whose dossiers are under way to no school, and those whose are."""
    there = Leaver.group_id.is_(None) if group.group_id is None else Leaver.group_id == group.group_id
    rows = uow.session.scalars(
        select(Leaver).where(Leaver.unit_id == group.unit_id, Leaver.ended_as.is_(None), there)
    ).all()
    going = going_of(uow, [row.id for row in rows])
    sent = [row for row in rows if is_under_way(going.get(row.id))]
    return [row for row in rows if row not in sent], sent


def _seconds(services: Services, uow: UnitOfWork, actor: Actor, leavers: Sequence[Leaver]) -> list[ReadySecond]:
    if not region_days(uow).two_schools:
        return []
    standing = {
        key: [one for one in rows if one.outcome not in ENDED]
        for key, rows in applications_of(uow, [leaver.id for leaver in leavers]).items()
    }
    # Most children applied at one school: of those nothing more is asked.
    several = [leaver for leaver in leavers if len(standing.get(leaver.id, ())) > 1]
    found = []
    for leaver in several:
        there, places = handovers_under_way(uow, leaver.id), may_go_to(uow, leaver.id)
        if len(there) > 1 or len(places) == 1 or not _is_ready_beside(services, uow, actor, leaver):
            continue
        about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id])[leaver.id]
        name, place = schools_of(uow, places[1:])[places[1]]
        named = Name(**NameSchema().load(about))
        found.append(ReadySecond(reference=leaver.reference, name=named, school=(name, place, places[1])))
    return found


def _is_ready_beside(services: Services, uow: UnitOfWork, actor: Actor, leaver: Leaver) -> bool:
    try:
        return not left_to_send_beside(services, uow, actor, leaver.reference)
    except (HandoverError, KeysError):
        return False  # its own page says what is the matter with it


def _school(application: Application | None, schools: Mapping[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    if application is None:
        return None
    name, place = schools[application.receiver_brin]
    return name, place, application.receiver_brin
