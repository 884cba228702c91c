"""A class without typing everything for each child: pasted columns, the pdf that says it, one contact for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import current_actor
from handover.desk.class_account import account
from handover.desk.class_filling import MOST, ROW_LENGTH, Line, has_details, may_fill, plan, put_and_fill
from handover.desk.class_roster import ForAdding, for_adding
from handover.desk.class_same import Done, contact_in_all, pdf_in_all
from handover.desk.paste import Pasted, Status, read_paste
from handover.desk.paste_details import HEADINGS, LABELS
from handover.leavers.actions import add_leavers
from handover.policy import Actor
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

class_filling = Blueprint("class_filling", __name__, template_folder="templates")

_WHO = "wie-"
"""Before the number of a row: which child it means."""
_OVER = "over"
"""What differs and is to be written all the same: number of the row, column, mark."""
_NEW, _WAS = "nieuw", "was"
"""What earlier parts of the same list did, to tell it at the end: rows that came on the list, and `row.count`."""


@class_filling.get("/groep/<group_id>/plakken")
def show_paste(group_id: str) -> Response:
    """Where rows of a spreadsheet are pasted."""
    actor = current_actor()
    return _paste_page(for_adding(current_services(), actor, group_id), "")


@class_filling.post("/groep/<group_id>/plakken")
def paste(group_id: str) -> Response:
    """Show what was read, and only when asked add who is new and fill what is empty."""
    actor, services = current_actor(), current_services()
    place = for_adding(services, actor, group_id)
    text = request.form.get("rijen", "")
    if not text.strip():
        wrong = {"rijen": _("Plak eerst de rijen uit uw spreadsheet.")}
        return _paste_page(place, text, wrong=wrong, status=422)
    read = _read(text, place)
    if not (has_details(read) and may_fill(actor, place.group)):
        return _names_only(actor, place, text, read)
    if request.form.get("doe") == "zet":
        return _fill(actor, place, text, read)
    lines = plan(services, actor, place.group, read, today=place.today, chose=_chosen())
    return _paste_page(place, text, read=read, lines=lines)


@class_filling.post("/groep/<group_id>/rapport-in-pdf")
def pdf_for_all(group_id: str) -> Response:
    """Say in each dossier with an OKR document that the empty parts of the report stand there."""
    done = pdf_in_all(current_services(), current_actor(), group_id)
    text = ngettext(
        "Bij %(num)s kind staat nu in het rapport: dit staat in de pdf.",
        "Bij %(num)s kinderen staat nu in het rapport: dit staat in de pdf.",
        done.count,
    )
    _say(done, text, _("Er was niets in te vullen: er is geen kind met een rapport als pdf en lege delen."))
    return _to(f"/groep/{group_id}")


@class_filling.post("/groep/<group_id>/contact")
def contact_for_all(group_id: str) -> Response:
    """Put the one who is signed in as the contact in each dossier that has none."""
    done = contact_in_all(current_services(), current_actor(), group_id)
    if done.no_telephone:
        return _without_telephone(f"/groep/{group_id}")
    text = ngettext("U bent nu contact bij %(num)s kind.", "U bent nu contact bij %(num)s kinderen.", done.count)
    _say(done, text, _("Er was niets in te vullen: elk kind heeft al een contact."))
    return _to(f"/groep/{group_id}")


def _without_telephone(address: str) -> Response:
    text = _("Vul eerst bij Mijn gegevens uw telefoonnummer op school in. Daarna kan het hier in één keer.")
    tell(Notice(text=text, tone=Tone.WARNING))
    return _to(address)


def _say(done: Done, text: str, nothing: str) -> None:
    said = text if done.count else nothing
    if done.left:
        said += " " + ngettext(
            "Bij %(num)s kind lukte het niet: een collega was bezig, of het dossier gaat niet open.",
            "Bij %(num)s kinderen lukte het niet: een collega was bezig, of het dossier gaat niet open.",
            done.left,
        )
    if done.later:
        said += " " + _("Nog niet alle kinderen zijn gedaan: druk nog een keer.")
    tell(Notice(text=said, tone=Tone.OK if done.count and not done.left and not done.later else Tone.WARNING))


def _read(text: str, place: ForAdding) -> Pasted:
    return read_paste(text, today=place.today, listed=place.listed, more=HEADINGS, most=MOST, row_length=ROW_LENGTH)


def _names_only(actor: Actor, place: ForAdding, text: str, read: Pasted) -> Response:
    """Names and birth dates, all at once: nothing else was pasted, or nothing else is this person's to fill."""
    if request.form.get("doe") != "zet" or not read.good:
        return _paste_page(place, text, read=read, is_left_out=has_details(read))
    added = add_leavers(current_services(), actor, place.group.key, read.good)
    text = ngettext("%(num)s kind staat op de lijst.", "%(num)s kinderen staan op de lijst.", len(added))
    left_out = read.count(Status.REFUSED)
    if left_out:
        text += " " + ngettext("%(num)s regel is overgeslagen.", "%(num)s regels zijn overgeslagen.", left_out)
    tell(Notice(text=text, tone=Tone.WARNING if left_out else Tone.OK))
    return _to(place.group.href)


def _fill(actor: Actor, place: ForAdding, text: str, read: Pasted) -> Response:
    chose = _chosen()
    lines, became, new = put_and_fill(
        current_services(), actor, place.group, read, today=place.today, chose=chose, tokens=_ticked()
    )
    told = account(lines, became, new=new, new_before=_numbers(_NEW), counts_before=_numbers(_WAS))
    return render(
        "desk/groep_geplakt.html",
        groep=place.group,
        tekst=text,
        uitkomst=told,
        gekozen=chose,
        over=request.form.getlist(_OVER),
    )


def _chosen() -> dict[int, str]:
    """Which child somebody chose for a row."""
    return {
        int(name.removeprefix(_WHO)): value
        for name, value in request.form.items()
        if name.startswith(_WHO) and _is_number(name.removeprefix(_WHO)) and value
    }


def _ticked() -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for value in request.form.getlist(_OVER):
        line, _dot, token = value.partition(".")
        if _is_number(line):
            found[int(line)].add(token)
    return found


def _numbers(name: str) -> dict[int, int]:
    """Numbers of rows that travel in one field, each with a count or nothing; it is told, and decides nothing."""
    pairs = (one.partition(".")[::2] for one in request.form.get(name, "").split())
    return {int(row): int(count or "0") for row, count in pairs if _is_number(row) and _is_number(count or "0")}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6  # noqa: PLR2004  # no text has so many lines


def _paste_page(
    place: ForAdding,
    text: str,
    *,
    read: Pasted | None = None,
    lines: Sequence[Line] = (),
    wrong: dict[str, str] | None = None,
    is_left_out: bool = False,
    status: int = 200,
) -> Response:
    return render(
        "desk/groep_plakken.html",
        status=status,
        groep=place.group,
        tekst=text,
        gelezen=read,
        regels_vol=lines,
        labels={column.value: label for column, label in LABELS.items()},
        gekozen=_chosen() if request.method == "POST" else {},
        meest=MOST,
        weggelaten=is_left_out,
        fouten=wrong or {},
    )


def _to(address: str) -> Response:
    return cast("Response", redirect(address, code=303))
