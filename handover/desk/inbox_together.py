"""What an inbox says of things that were done to many dossiers at once: how many, and which not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from handover.bundles.many import Standing, done_by
from handover.bundles.model import Handover
from handover.bundles.placing import HANDLERS
from handover.bundles.together import ASKS
from handover.bundles.together_model import Became, Together
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_rows import shown_name
from handover.policy import RULES, Actor, Role
from handover.rooms.names import open_names
from handover.schools.model import Person

_BUTTONS: Mapping[Together, tuple[LazyString, str, str]] = MappingProxyType(
    {
        Together.ADMIT: (_l("Leg vast: toegelaten"), "check", "t"),
        Together.ENROL: (_l("Leg vast: ingeschreven"), "check", "i"),
        Together.CONFIRM: (_l("Bevestig de overdracht"), "shield", "b"),
        Together.TAKE: (_l("Ik doe deze"), "person", "m"),
        Together.TALK: (_l("Vraag een gesprek"), "talk", "g"),
    }
)
"""Words, icon, and the key that presses it: none that moves about the list or turns a page."""
_GOING: Mapping[Together, LazyString] = MappingProxyType(
    {
        Together.RECEIVE: _l("in ontvangst nemen"),
        Together.ADMIT: _l("vastleggen: toegelaten"),
        Together.WAIT: _l("vastleggen: op de wachtlijst"),
        Together.ENROL: _l("vastleggen: ingeschreven"),
        Together.CONFIRM: _l("de overdracht bevestigen"),
        Together.TAKE: _l("aan u toewijzen"),
        Together.TALK: _l("een gesprek vragen"),
    }
)
_DONE: Mapping[Together, LazyString] = MappingProxyType(
    {
        Together.RECEIVE: _l("ontvangen, dit is geen toelating"),
        Together.ADMIT: _l("toegelaten"),
        Together.WAIT: _l("op de wachtlijst"),
        Together.ENROL: _l("ingeschreven"),
        Together.CONFIRM: _l("de overdracht is bevestigd"),
        Together.TAKE: _l("die doet u"),
        Together.TALK: _l("het gesprek is gevraagd"),
    }
)
WENT_WRONG: Mapping[Became, LazyString] = MappingProxyType(
    {
        Became.NOT_COMPLETE: _l("nog niet bevestigd, er is nog iets te doen"),
        Became.GONE: _l("niet gedaan, er is intussen iets veranderd. Kijk het na."),
        Became.NOBODY_READS: _l("niet gevraagd: de basisschool doet niet mee. Bel haar."),
        Became.LATER: _l("nog niet gedaan, probeer het opnieuw"),
        Became.REFUSED: _l("niet gedaan: dit mag u niet, of het gaat niet open"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One that was not done."""

    kenmerk: str
    naam: str = field(repr=False)
    href: str
    tekst: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """What became of all of them; who was done already counts as done."""

    what: str
    done: int
    mis: tuple[Line, ...]
    changed: int = 0
    """How many this press changed, and can be taken back with `press`."""
    press: str = ""
    others: tuple[str, ...] = ()
    """Of those that stood so already: which colleague did how many of them."""
    left: int = 0
    """How many were not tried, because it was stopped."""


@dataclass(frozen=True, kw_only=True)
class Going:
    """A press that is being done, or was left amid it."""

    href: str
    what: str
    done: int
    total: int


def going(standing: Standing) -> Going:
    """How far it is, in words."""
    what = str(_GOING[standing.what])
    return Going(href=f"/dossiers/samen/{standing.press}", what=what, done=standing.tried, total=standing.total)


def doable(roles: Collection[Role]) -> list[tuple[str, LazyString, str, str]]:
    """The buttons for somebody with these roles at the receiver: value, words, icon, key."""
    return [
        (one.value, *_BUTTONS[one])
        for one in _BUTTONS
        if RULES[ASKS[one]].receiver & set(roles) and (one is not Together.TAKE or set(HANDLERS) & set(roles))
    ]


def account_of(uow: UnitOfWork, actor: Actor, standing: Standing) -> Account:
    """The account of a press."""
    results = {key: became for key, became in standing.became.items() if became is not None}
    wrong = {key: became for key, became in results.items() if became in WENT_WRONG}
    names = open_names(uow, actor.keyring, standing.unit_id, list(wrong)).about
    rows = uow.session.execute(select(Handover.id, Handover.reference).where(Handover.id.in_(wrong)))
    references = {key: reference for key, reference in rows}  # noqa: C416  # a Row is a pair only to those who run it
    return Account(
        what=str(_DONE[standing.what]),
        done=len(results) - len(wrong),
        changed=standing.changed,
        press=standing.press,
        others=_others(uow, actor, standing),
        left=standing.total - standing.tried,
        mis=tuple(
            Line(
                kenmerk=references[key],
                naam=shown_name(names[key]).whole if key in names else "",
                href=f"/dossier/{key}",
                tekst=str(WENT_WRONG[became]),
            )
            for key, became in wrong.items()
        ),
    )


def _others(uow: UnitOfWork, actor: Actor, standing: Standing) -> tuple[str, ...]:
    """Who was first where somebody was. What this person did before is no news to them."""
    already = [key for key, became in standing.became.items() if became is Became.ALREADY]
    if not already:
        return ()
    counted = Counter(done_by(uow, standing.unit_id, standing.what, already).values())
    del counted[actor.person_id]
    names = dict(uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(counted))).all())
    return tuple(
        ngettext("%(num)s daarvan deed %(naam)s al.", "%(num)s daarvan deed %(naam)s al.", count, naam=names[person_id])
        for person_id, count in counted.most_common()
        if person_id in names
    )
