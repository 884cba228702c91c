"""The rows of the inbox: for each dossier who it is about, since when it waits, what to look out for, the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from handover.bundles.left import facts_of, units_with_care
from handover.bundles.mentors import read_by_mentor, reads, standing
from handover.bundles.model import Handover
from handover.bundles.remarks import open_questions
from handover.bundles.rules import ConfirmFacts, unmet
from handover.bundles.state import ELSEWHERE, HandoverStatus
from handover.bundles.statements import unsigned
from handover.db.unit_of_work import UnitOfWork
from handover.desk.confirm_list import NOW, WAIT, Point, Reader, next_point
from handover.desk.inbox_counts import marked_after
from handover.desk.outside_words import elsewhere_of
from handover.desk.received_words import ENDED, OUTCOME_BADGES, TLV_BADGES
from handover.policy import Actor, Role
from handover.rooms.names import Names
from handover.schools.model import Department, Person, Unit
from handover.terms.clock import local_day
from handover.terms.destination import Tlv
from handover.terms.schooldag import schooldagen_since

_RECEIVED = frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})


@dataclass(frozen=True, kw_only=True)
class ShownName:
    """A child's name: what comes first, and what it is sorted and found by."""

    first: str
    last: str
    birth_date: date | None = None

    @property
    def whole(self) -> str:
        """In one piece, for those who hear the page."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, kw_only=True)
class Badge:
    """Something to look out for. `kind` and `icon` as the macro `merk` takes them."""

    text: str | LazyString
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One dossier in the list."""

    handover_id: str
    reference: str
    status: HandoverStatus
    school: str
    place: str
    name: ShownName | None
    is_locked: bool
    """The name is there, and this person has no key of it."""
    is_damaged: bool
    """The name was changed by somebody who may not; nothing of it is shown."""
    since: date
    waited: int
    """School days."""
    marked_after: int
    """School days after which waiting for this school is long."""
    badges: Sequence[Badge]
    step: Point
    """The one next step; its `stand` is empty when the story has ended."""
    href: str
    """Where the row leads; empty: nowhere."""
    can_accept: bool
    can_choose: bool = False
    """Something can be done to it together with others: it was received, and is this person's to handle."""

    @property
    def waited_long(self) -> bool:
        """Whether it waits for this school, and has for long."""
        return self.status is HandoverStatus.OFFERED and self.waited > self.marked_after


def make_rows(
    uow: UnitOfWork,
    actor: Actor,
    unit_id: str,
    handovers: Sequence[Handover],
    names: Names,
    *,
    since: Mapping[str, datetime],
) -> list[Row]:
    """The rows of these handovers, which this actor may see, in their order."""
    maker = _RowMaker(uow, actor, unit_id, handovers)
    return [maker.row(handover, names, since[handover.id]) for handover in handovers]


def shown_name(about: Mapping[str, Any]) -> ShownName:
    """What a name grant says, to be shown."""
    born = str(about.get("birth_date") or "")
    last = " ".join(part for part in (str(about.get("infix") or ""), str(about.get("last_name") or "")) if part)
    return ShownName(
        first=str(about.get("first_name") or ""),
        last=last,
        birth_date=date.fromisoformat(born) if born else None,
    )


class _RowMaker:
    """What a page of rows has in common, asked once."""

    def __init__(self, uow: UnitOfWork, actor: Actor, unit_id: str, handovers: Sequence[Handover]) -> None:
        self.today, self.marked_after = local_day(uow.clock.now()), marked_after(uow)
        self.reader = Reader(roles=actor.roles_at(unit_id), unit_has_care=bool(units_with_care(uow, [unit_id])))
        senders = {handover.sender_unit_id for handover in handovers}
        self.schools = {unit.id: unit for unit in uow.session.scalars(select(Unit).where(Unit.id.in_(senders)))}
        received = [handover for handover in handovers if handover.status in _RECEIVED]
        self.facts = facts_of(uow, received) if received else {}
        self.questions = open_questions(uow, [handover.id for handover in received]) if received else {}
        self.unsigned = unsigned(uow, [handover.id for handover in received]) if received else set()
        self.labels = _labels(uow, handovers)
        self.outside = elsewhere_of(uow, [one.id for one in received if one.origin in ELSEWHERE])
        self.reads = bool(self.reader.roles & {Role.INTAKE, Role.CARE})
        self.is_mentor = self.reader.roles <= {Role.MENTOR, Role.VO_ADMIN}
        confirmed = [handover.id for handover in handovers if handover.status is HandoverStatus.CONFIRMED]
        self.mentors = read_by_mentor(uow, confirmed) if confirmed else {}
        is_any = Role.MENTOR in self.reader.roles
        self.own_class = _own_class(uow, actor, confirmed) if is_any else set()
        self.mine = {key for key, who in reads(uow, confirmed) if who == actor.person_id} if is_any else set()

    def row(self, handover: Handover, names: Names, since: datetime) -> Row:
        about = names.about.get(handover.id)
        school = self.schools[handover.sender_unit_id]
        day = local_day(since)
        return Row(
            handover_id=handover.id,
            reference=handover.reference,
            status=handover.status,
            school=school.name,
            place=school.place,
            name=shown_name(about) if about is not None else None,
            is_locked=about is None and handover.id not in names.refused and handover.status not in ENDED,
            is_damaged=handover.id in names.refused,
            since=day,
            waited=schooldagen_since(day, self.today),
            marked_after=self.marked_after,
            badges=self._badges(handover),
            step=self._step(handover),
            href=self._href(handover),
            can_accept=handover.status is HandoverStatus.OFFERED and Role.INTAKE in self.reader.roles,
            can_choose=handover.status is HandoverStatus.ACCEPTED
            and bool(self.reader.roles & {Role.INTAKE, Role.CARE, Role.VO_OFFICE}),
        )

    def _badges(self, handover: Handover) -> list[Badge]:
        facts = self.facts.get(handover.id)
        if facts is None or self.is_mentor:
            return self._labels(handover)
        inside = self._content_badges(handover, facts) if self.reads else []
        return [*self._labels(handover), *inside, *_administration_badges(facts)]

    def _labels(self, handover: Handover) -> list[Badge]:
        """Who takes care of it, in which department, and that the dossier lies elsewhere."""
        icons = ((handover.handler_id, "person"), (handover.department_id, "people"))
        found = [Badge(text=self.labels[key], icon=icon) for key, icon in icons if key in self.labels]
        if (elsewhere := self.outside.get(handover.id)) is not None:
            found.append(Badge(text=_("Buiten de dienst: %(hoe)s", hoe=elsewhere.how), icon="file"))
        return found

    def _content_badges(self, handover: Handover, facts: ConfirmFacts) -> list[Badge]:
        found = []
        if handover.id in self.unsigned:
            found.append(Badge(text=_("Nagekomen"), kind="letop", icon="plus"))
        if facts.conversation_asked and not facts.conversation_settled:
            found.append(Badge(text=_("Gesprek gevraagd"), kind="letop", icon="talk"))
        if count := self.questions.get(handover.id, 0):
            text = ngettext("%(num)s vraag open", "%(num)s vragen open", count)
            found.append(Badge(text=text, kind="letop", icon="ask"))
        if handover.has_opp:
            found.append(Badge(text=_("OPP"), icon="file"))
        if handover.has_care:
            found.append(Badge(text=_("Zorgdeel"), icon="lock"))
        return found

    def _step(self, handover: Handover) -> Point:
        if handover.status is HandoverStatus.OFFERED:
            stand = NOW if Role.INTAKE in self.reader.roles else WAIT
            text = _("Neem in ontvangst") if stand is NOW else _("De intake neemt het in ontvangst")
            return Point(stand=stand, text=text, href=self._href(handover) if stand is NOW else "")
        if handover.status is HandoverStatus.CONFIRMED and handover.id in self.unsigned and self.reads:
            return Point(stand=NOW, text=_("Bekijk wat er is nagekomen"), href=self._href(handover))
        if handover.status is HandoverStatus.CONFIRMED:
            unread = handover.id in self.own_class - self.mine
            return self._mentor_step(handover) if self.is_mentor or unread else self._after_confirming(handover)
        facts = self.facts.get(handover.id)
        if facts is None:
            return Point(stand="", text=str(ENDED[handover.status]))
        return next_point(unmet(facts), handover.id, self.reader)

    def _mentor_step(self, handover: Handover) -> Point:
        if handover.id in self.mine:
            return Point(stand="done", text=_("Gelezen"))
        if handover.id in self.outside:
            return Point(stand=NOW, text=_("Kijk wat er over dit kind staat"), href=self._href(handover))
        return Point(stand=NOW, text=_("Lees wat de basisschool meegaf"), href=self._href(handover))

    def _after_confirming(self, handover: Handover) -> Point:
        if handover.id not in self.mentors:
            names = bool(self.reader.roles & {Role.INTAKE, Role.VO_OFFICE})
            href = f"/dossier/{handover.id}/mentoren" if names else ""
            return Point(stand=NOW if names else WAIT, text=_("Wijs een mentor aan"), href=href)
        count, read = self.mentors[handover.id]
        if handover.id in self.outside:
            waits, done = _("De mentor kijkt hier nog"), _("Klaar: de mentor heeft gekeken")
            return Point(stand=WAIT, text=waits) if read < count else Point(stand="done", text=done)
        if read < count:
            return Point(stand=WAIT, text=_("De mentor leest het rapport nog"))
        return Point(stand="done", text=_("Klaar: de mentor las het rapport"))

    def _href(self, handover: Handover) -> str:
        if handover.status in _RECEIVED and (self.reads or self.is_mentor or handover.id in self.own_class):
            return f"/dossier/{handover.id}"
        if handover.status is HandoverStatus.OFFERED and Role.INTAKE in self.reader.roles:
            return f"/dossiers/{handover.id}/ontvangen"
        if handover.status not in ENDED and Role.VO_OFFICE in self.reader.roles:
            return f"/dossiers/{handover.id}/uitslag"
        return ""


def _own_class(uow: UnitOfWork, actor: Actor, handover_ids: Sequence[str]) -> set[str]:
    """Of these handovers, those of whose child this person is mentor, beside whatever else they are at the school."""
    return {row.handover_id for row in standing(uow, handover_ids) if row.person_id == actor.person_id}


def _labels(uow: UnitOfWork, handovers: Sequence[Handover]) -> dict[str | None, str]:
    """Names of the handlers and departments of these handovers, by id."""
    people = {one.handler_id for one in handovers if one.handler_id}
    departments = {one.department_id for one in handovers if one.department_id}
    asked = [select(Person.id, Person.name).where(Person.id.in_(people))] if people else []
    asked += [select(Department.id, Department.name).where(Department.id.in_(departments))] if departments else []
    return {key: name for query in asked for key, name in uow.session.execute(query)}


def _administration_badges(facts: ConfirmFacts) -> list[Badge]:
    text, kind = OUTCOME_BADGES[facts.outcome]
    found = [Badge(text=text, kind=kind)]
    if facts.tlv is not Tlv.NOT_NEEDED:
        text, kind = TLV_BADGES[facts.tlv]
        found.append(Badge(text=text, kind=kind))
    return found
