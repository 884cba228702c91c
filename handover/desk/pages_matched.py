"""A list of the own administration, pasted: which child each line is, what would be done, and then what was done.

Nothing of the list is kept: it travels in the form, and is read and matched again at each step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from handover.access.current import actor_here, current_actor
from handover.bundles.together import do_all
from handover.bundles.together_model import Became, Together
from handover.bundles.undo_steps import steps_of
from handover.db.base import is_id, new_id
from handover.desk.expected import SEES
from handover.desk.listed_children import children_of
from handover.desk.matched_account import account_of_list
from handover.desk.matched_plan import AS_LISTED, Planned, Verdict, modes, plan
from handover.desk.paste import Pasted
from handover.desk.paste_matched import MOST, read_matched
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import Actor
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.templating import render

matched = Blueprint("matched", __name__, template_folder="templates")


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What was pasted, and what would become of it."""

    pasted: Pasted
    lines: list[Planned]
    shut: int


@matched.get("/dossiers/lijst")
def show_paste() -> Response:
    """Where a list of the own administration is pasted."""
    actor = current_actor()
    return _paste_page(actor, _unit(actor))


@matched.post("/dossiers/lijst")
def paste() -> Response:
    """Tell of each line what would be done; and only when asked do it, and tell of each what became of it."""
    actor, form = current_actor(), request.form
    unit_id, text, mode = _unit(actor), form.get("rijen", ""), form.get("wat", "")
    wrong = {}
    if not text.strip():
        wrong["rijen"] = _("Plak eerst de rijen uit uw administratie.")
    if not mode:
        wrong["wat"] = _("Kies wat er moet gebeuren.")
    elif mode not in modes(actor.roles_at(unit_id)):
        raise NotAllowed
    if wrong:
        return _paste_page(actor, unit_id, wrong=wrong)
    asked = _asked()
    read = _read(actor, unit_id, text, mode, asked)
    if form.get("doe") != "leg":
        return _look_page(actor, unit_id, read)
    return _do(actor, unit_id, read, asked)


def _do(actor: Actor, unit_id: str, read: _Read, asked: Collection[str]) -> Response:
    todo = [one for one in read.lines if one.deed and one.deed.step and one.deed.token in asked]
    sent = request.form.get("druk", "")
    press = sent if is_id(sent) else new_id()
    steps = [replace(one.deed.step, press=press) for one in todo if one.deed and one.deed.step]
    try:
        results = do_all(current_services(), actor, steps, question=request.form.get("vraag", ""))
    except Invalid as error:
        said = error.fields["question"]
        return _look_page(actor, unit_id, read, wrong={"vraag": _(said)})
    became = {one.line: result for one, result in zip(todo, results, strict=True)}
    before = {int(text) for text in request.form.getlist("was") if text.isdecimal() and len(text) < len("10000")}
    account = account_of_list(read.lines, became, asked=asked, before=before)
    with current_services().uow() as uow:
        changed = sum(step.undone_at is None for step in steps_of(uow, actor, press))
    return render(
        "desk/lijst_uitkomst.html",
        uitkomst=account,
        gelezen=read.pasted,
        meest=MOST,
        gevraagd=sorted(asked),
        veranderd=changed,
        # Where nothing at all was done in this part, something is away: to press on is for the person.
        gaat_vanzelf=any(result is not Became.LATER for result in results),
        **{**_common(actor, unit_id), "druk": press},
    )


def _read(actor: Actor, unit_id: str, text: str, mode: str, asked: Collection[str]) -> _Read:
    services = current_services()
    with services.uow() as uow:
        children = children_of(services, uow, actor, unit_id)
        today = local_day(uow.clock.now())
    pasted, matches = read_matched(text, today=today, children=children.rows)
    return _Read(pasted=pasted, lines=plan(matches, mode, asked), shut=children.shut)


def _asked() -> set[str]:
    """The tokens of what was ticked, and of what was chosen where a line fitted more than one child."""
    form = request.form
    return {*form.getlist("kies"), *(form[name] for name in form if name.startswith("keuze-"))}


def _paste_page(actor: Actor, unit_id: str, *, wrong: Mapping[str, str] | None = None) -> Response:
    return render(
        "desk/lijst_plakken.html", fouten=wrong or {}, status=422 if wrong else 200, **_common(actor, unit_id)
    )


def _look_page(actor: Actor, unit_id: str, read: _Read, *, wrong: Mapping[str, str] | None = None) -> Response:
    def of(*verdicts: Verdict) -> list[Planned]:
        return [one for one in read.lines if one.verdict in verdicts]

    return render(
        "desk/lijst_kijk.html",
        gelezen=read.pasted,
        meest=MOST,
        op_slot=read.shut,
        fout=of(Verdict.WRONG, Verdict.CHOOSE),
        anders=of(Verdict.ONE_BY_ONE, Verdict.NOT_NOW, Verdict.TWICE),
        goed=of(Verdict.DO),
        al=of(Verdict.ALREADY),
        gevraagd=_asked(),
        fouten=wrong or {},
        status=422 if wrong else 200,
        **_common(actor, unit_id),
    )


def _common(actor: Actor, unit_id: str) -> dict[str, Any]:
    form, can = request.form, modes(actor.roles_at(unit_id))
    return {
        "tekst": form.get("rijen", ""),
        "wat": form.get("wat") or can[0],
        "kan": [(one, *_words(one)) for one in can],
        "bij": unit_id if len(actor.units_as(*SEES)) > 1 else "",
        "vraag": form.get("vraag", _("Wij willen graag een warm gesprek over deze leerling. Wanneer kunt u?")),
        "is_gesprek": form.get("wat") == Together.TALK,
        "druk": new_id(),
    }


def _words(mode: str) -> tuple[str, str]:
    """What a choice is called, and what it means."""
    return {
        AS_LISTED: (_("Leg vast wat er in de lijst staat"), _("Toegelaten, wachtlijst of ingeschreven, per regel.")),
        Together.RECEIVE: (_("Neem de dossiers in ontvangst"), _("Dit is geen toelating.")),
        Together.ADMIT: (_("Leg bij allemaal vast: toegelaten"), _("De leerling mag komen. Inschrijven volgt nog.")),
        Together.WAIT: (_("Leg bij allemaal vast: op de wachtlijst"), _("Er is nu geen plek.")),
        Together.ENROL: (_("Leg bij allemaal vast: ingeschreven"), _("De leerling staat bij u ingeschreven.")),
        Together.CONFIRM: (_("Bevestig de overdrachten"), _("Alleen waar niets meer te doen is.")),
        Together.TALK: (
            _("Vraag een warm gesprek"),
            _("Wie het leest bij een basisschool, krijgt één mail voor al uw vragen."),
        ),
    }[mode]


def _unit(actor: Actor) -> str:
    asked = request.values.get("bij", "")
    units = (actor if asked else actor_here(*SEES)).units_as(*SEES)
    if not units or (asked and asked not in units):
        raise NotFound
    return asked or units[0]
