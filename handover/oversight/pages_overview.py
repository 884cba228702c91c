"""The samenwerkingsverband's first page: how far the region is, and whom to ring today. Numbers, never a name."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from handover.access.current import current_actor
from handover.oversight.counting import SMALL
from handover.oversight.overview import Choice, Only, Sort, overview
from handover.policy import Action, Subject, may
from handover.services import current_services
from handover.web.templating import render

standing = Blueprint("standing", __name__, template_folder="templates")

FIRST_CALLS = 8
"""So many are shown at first; the others behind a link."""

_Word = TypeVar("_Word", bound=StrEnum)


@standing.get("/regio/stand")
def show() -> Response:
    """All schools with their numbers, put in order by `volgorde`, chosen by `toon`, `gemeente` and `zoek`.

    A boc'er with schools sees those, unless `van` says all.
    """
    actor, asked = current_actor(), request.args
    choice = Choice(
        sort=_word(Sort, "volgorde", Sort.PLACE),
        only=_word(Only, "toon", Only.ALL),
        municipality=asked.get("gemeente", ""),
        searched=asked.get("zoek", ""),
        mine=asked.get("van") != "alle",
    )
    with current_services().uow() as uow:
        found = overview(uow, actor, choice)
    every = asked.get("bel") == "alle"
    return render(
        "oversight/stand.html",
        stand=found,
        keuze=choice,
        gemeenten=[(line.name, line.name) for line in found.municipalities],
        bel=found.calls if every else found.calls[:FIRST_CALLS],
        volgorde=lambda sort: _address(choice, sort),
        lang=found.long_wait,
        klein=SMALL,
        mag=may(actor, Action.INVITE_UNIT, Subject()),
    )


def _word(kind: type[_Word], name: str, otherwise: _Word) -> _Word:
    said = request.args.get(name, "")
    return kind(said) if said in set(kind) else otherwise


def _address(choice: Choice, sort: str) -> str:
    """The same choice in another order."""
    said = {"volgorde": sort, "toon": choice.only, "gemeente": choice.municipality, "zoek": choice.searched}
    said["van"] = "" if choice.mine else "alle"
    return f"/regio/stand?{urlencode({name: value for name, value in said.items() if value})}#scholen"
