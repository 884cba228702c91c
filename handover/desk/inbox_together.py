"""What an inbox says of things that were done to many dossiers at once: how many, and which not, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from handover.bundles.model import Handover
from handover.bundles.placing import HANDLERS
from handover.bundles.together import ASKS, Became, Together
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_rows import shown_name
from handover.policy import RULES, Actor, Role
from handover.rooms.names import open_names

_BUTTONS: Mapping[Together, tuple[LazyString, str]] = MappingProxyType(
    {
        Together.ADMIT: (_l("Leg vast: toegelaten"), "check"),
        Together.ENROL: (_l("Leg vast: ingeschreven"), "check"),
        Together.CONFIRM: (_l("Bevestig de overdracht"), "shield"),
        Together.TAKE: (_l("Ik doe deze"), "person"),
        Together.TALK: (_l("Vraag een gesprek"), "talk"),
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


def doable(roles: Collection[Role]) -> list[tuple[str, LazyString, str]]:
    """The buttons for somebody with these roles at the receiver: value, words, icon."""
    return [
        (one.value, *_BUTTONS[one])
        for one in _BUTTONS
        if RULES[ASKS[one]].receiver & set(roles) and (one is not Together.TAKE or set(HANDLERS) & set(roles))
    ]


def account_of(
    uow: UnitOfWork, actor: Actor, unit_id: str, what: Together, results: Mapping[str, Became], *, press: str = ""
) -> Account:
    """The account of what was just done."""
    wrong = {key: became for key, became in results.items() if became in WENT_WRONG}
    names = open_names(uow, actor.keyring, unit_id, list(wrong)).about
    rows = uow.session.execute(select(Handover.id, Handover.reference).where(Handover.id.in_(wrong)))
    references = {key: reference for key, reference in rows}  # noqa: C416  # a Row is a pair only to those who run it
    return Account(
        what=str(_DONE[what]),
        done=len(results) - len(wrong),
        changed=sum(became is Became.DONE for became in results.values()),
        press=press,
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
