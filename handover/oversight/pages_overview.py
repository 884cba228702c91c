"""The samenwerkingsverband's first page: how far the region is, and whom to ring today. Numbers, never a name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from handover.access.current import current_actor
from handover.oversight.counting import SMALL
from handover.oversight.overview import MOST_CALLS, Choice, Line, Only, Sort, overview
from handover.policy import Action, Subject, may
from handover.services import current_services
from handover.web.templating import render

standing = Blueprint("standing", __name__, template_folder="templates")

FIRST_CALLS = 8
"""So many are shown at first; the others, `MOST_CALLS` in all, behind a link."""
FIRST_MUNICIPALITIES = 40
"""More than a region has. Of more the furthest behind are shown first."""

_Word = TypeVar("_Word", bound=StrEnum)


@standing.get("/regio/stand")
def show() -> Response:
    """All schools with their numbers, put in order by `volgorde`, chosen by `toon`, `gemeente` and `zoek`, by `deel`.

    A boc'er with schools sees those, unless `van` says all.
    """
    actor, asked = current_actor(), request.args
    every = asked.get("bel") == "alle"
    choice = Choice(
        sort=_word(Sort, "volgorde", Sort.PLACE),
        only=_word(Only, "toon", Only.ALL),
        municipality=asked.get("gemeente", ""),
        searched=asked.get("zoek", ""),
        mine=asked.get("van") != "alle",
        part=_number("deel"),
        folds=True,
        calls=MOST_CALLS if every else FIRST_CALLS,
    )
    with current_services().uow() as uow:
        found = overview(uow, actor, choice)
    return render(
        "oversight/stand.html",
        stand=found,
        keuze=choice,
        gemeenten=[(line.name, line.name) for line in found.municipalities],
        per_gemeente=_first_of(found.municipalities, every=asked.get("gemeenten") == "alle"),
        bel=found.calls,
        volgorde=lambda sort: _address(choice, sort),
        deel=lambda part: _address(choice, choice.sort, part),
        lang=found.long_wait,
        klein=SMALL,
        mag=may(actor, Action.INVITE_UNIT, Subject()),
    )


def _word(kind: type[_Word], name: str, otherwise: _Word) -> _Word:
    said = request.args.get(name, "")
    return kind(said) if said in set(kind) else otherwise


def _number(name: str) -> int:
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < len("10000") else 1


def _first_of(municipalities: Sequence[Line], *, every: bool) -> Sequence[Line]:
    if every or len(municipalities) <= FIRST_MUNICIPALITIES:
        return municipalities
    # What a small one has not sent is not told, by its place in a list either.
    behind = sorted(municipalities, key=lambda line: (-(line.counts.unsent or 0), line.name))
    return behind[:FIRST_MUNICIPALITIES]


def _address(choice: Choice, sort: str, part: int = 1) -> str:
    """The same choice in another order, or another part of it."""
    said = {"volgorde": sort, "toon": choice.only, "gemeente": choice.municipality, "zoek": choice.searched}
    said |= {"van": "" if choice.mine else "alle", "deel": str(part) if part > 1 else ""}
    return f"/regio/stand?{urlencode({name: value for name, value in said.items() if value})}#scholen"
