"""The letter that parents carry to a secondary school: their child's code, and what it is for. One A4 a child."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

import typst
from babel.dates import format_date
from sqlalchemy import select

from handover.bundles.pairs import schools_of_pairs
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_roster import group_tab
from handover.desk.sent import destinations
from handover.dossiers.content import Name
from handover.errors import NotFound, Unavailable
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, may, require
from handover.rooms.errors import NoKey
from handover.rooms.names import read_names
from handover.schools.calendar import region_days
from handover.schools.model import Unit
from handover.services import Services
from handover.terms.clock import local_day
from schemas.dossiers import NameSchema


@dataclass(frozen=True, kw_only=True)
class Letters:
    """What is printed: one page for each child. Gone when this value is."""

    school: str
    place: str
    made_on: date
    children: Sequence[tuple[str, str, str]] = field(repr=False)
    """Name, aanmeldcode, reference."""
    at_two: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    """By reference: the two schools of a child that applied at both, as things are."""

    def pdf(self) -> bytes:
        """Tagged (PDF/UA-1). Its facts go in as data, never as markup; nothing of it touches a disk.

        A name in a script of which this machine has no signs cannot be printed: that child is called by its reference.
        """
        if (whole := self._set(self.children)) is not None:
            return whole
        printable = [child if self._set([child]) else (child[2], *child[1:]) for child in self.children]
        whole = self._set(printable)
        if whole is None:
            raise Unavailable("the letters could not be set")
        return whole

    def _set(self, children: Sequence[tuple[str, str, str]]) -> bytes | None:
        facts = {
            "school": self.school,
            "place": self.place,
            "made_on": format_date(self.made_on, "d MMMM y", locale="nl"),
            "children": [
                {"name": name, "code": code, "reference": reference, "two": list(self.at_two.get(reference, ()))}
                for name, code, reference in children
            ],
        }
        try:
            return bytes(typst.compile(_source(), sys_inputs={"letters": json.dumps(facts)}, pdf_standards="ua-1"))
        except typst.TypstError:
            return None  # what it says may quote a name


def letter_of(services: Services, actor: Actor, reference: str) -> Letters:
    """The letter of one child.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        require(actor, Action.SEE_LEAVER, subject_of(leaver))
        return _letters(uow, actor, leaver.unit_id, [leaver])


def letters_of(services: Services, actor: Actor, group_key: str) -> Letters:
    """The letters of all who are on the list of a group, by last name.

    Raises:
        NotFound: no such group for this actor, or nobody on its list.
        NoKey: this person does not hold the names key.
    """
    with services.uow() as uow:
        group = group_tab(uow, actor, group_key)
        there = Leaver.group_id.is_(None) if group.group_id is None else Leaver.group_id == group.group_id
        rows = uow.session.scalars(
            select(Leaver).where(Leaver.unit_id == group.unit_id, Leaver.ended_as.is_(None), there)
        ).all()
        leavers = [row for row in rows if may(actor, Action.SEE_LEAVER, subject_of(row))]
        if not leavers:
            raise NotFound
        return _letters(uow, actor, group.unit_id, leavers)


def _letters(uow: UnitOfWork, actor: Actor, unit_id: str, leavers: Sequence[Leaver]) -> Letters:
    about = read_names(uow, actor.keyring, unit_id, [leaver.id for leaver in leavers])
    if len(about) < len(leavers):
        raise NoKey
    named = [(Name(**NameSchema().load(about[leaver.id])), leaver) for leaver in leavers]
    named.sort(key=lambda one: one[0].sort_key)
    unit = uow.session.get_one(Unit, unit_id)
    return Letters(
        school=unit.name,
        place=unit.place,
        made_on=local_day(uow.clock.now()),
        at_two=_at_two(uow, leavers),
        children=[(name.full, leaver.aanmeldcode, leaver.reference) for name, leaver in named],
    )


def _at_two(uow: UnitOfWork, leavers: Sequence[Leaver]) -> dict[str, list[str]]:
    if not region_days(uow).two_schools:
        live = schools_of_pairs(uow, [leaver.id for leaver in leavers])
        leavers = [leaver for leaver in leavers if leaver.id in live]
    found = {leaver.reference: destinations(uow, leaver.id) for leaver in leavers}
    return {
        reference: [f"{school.name} in {school.place}" for school in schools]
        for reference, schools in found.items()
        if len(schools) > 1
    }


@cache
def _source() -> bytes:
    return files("handover.desk").joinpath("parents_letter.typ").read_bytes()
