"""What secondary schools announced, for the primary school to say which child it is; and the letter with the code."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _

from handover.access.current import actor_here, current_actor
from handover.bundles.answering import ANSWERERS, answer_known, answer_unknown, questions, require_answerer
from handover.bundles.passing import arriving, on_two_lists
from handover.desk.class_groups import groups_of
from handover.desk.inbox_rows import shown_name
from handover.desk.parents_letter import Letters, letter_of, letters_of
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.schools.model import Unit
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.reference import parse_reference
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

announced = Blueprint("announced", __name__, template_folder="templates")

NONE_OF_OURS, ANOTHER = "geen", "ander"


@announced.get("/groep/aanmeldingen")
def show() -> Response:
    """What secondary schools ask, longest waiting first."""
    return _page()


@announced.post("/groep/aanmeldingen/<announcement_id>")
def answer(announcement_id: str) -> Response:
    """Say which child it is, or that it is none of ours."""
    actor, services = current_actor(), current_services()
    who = request.form.get("wie", "")
    with services.uow() as uow:
        require_answerer(uow, actor, announcement_id)
    if not who:
        return _page(wrong={announcement_id: _("Kies eerst welk kind het is.")}, status=422)
    if who == ANOTHER:
        who = _reference(request.form.get("kenmerk", ""))
    try:
        if who == NONE_OF_OURS:
            answer_unknown(services, actor, announcement_id)
            tell(Notice(text=_("De school hoort dat u dit kind niet kent. De naam is bij u gewist.")))
        else:
            answer_known(services, actor, announcement_id, who)
            tell(Notice(text=_("De aanmelding hoort nu bij dit kind. Het dossier mag naar die school.")))
    except Invalid as error:
        return _page(wrong={announcement_id: " ".join(_(text) for text in error.fields.values())}, status=422)
    except NotFound:
        return _page(wrong={announcement_id: _("Dit kenmerk staat niet op uw lijst. Kijk het na.")}, status=422)
    except IllegalTransition:
        text = _("Dit hoefde niet meer: een collega antwoordde al, of de school haalde de aanmelding terug.")
        tell(Notice(text=text, tone=Tone.INFO))
    return redirect(url_for("announced.show"), code=303)  # type: ignore[return-value]  # ours is flask's Response


@announced.get("/leerling/<reference>/brief.pdf")
def letter(reference: str) -> Response:
    """The letter with the code, for the parents of one child."""
    made = letter_of(current_services(), current_actor(), reference)
    return _printed(made, f"brief-{reference}.pdf")


@announced.get("/groep/<group_id>/brieven.pdf")
def letters(group_id: str) -> Response:
    """The letters of a whole group, one page each."""
    return _printed(letters_of(current_services(), current_actor(), group_id), "brieven.pdf")


def _printed(made: Letters, file_name: str) -> Response:
    response = Response(made.pdf(), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response


def _reference(typed: str) -> str:
    """As it is written; what cannot be one names nobody."""
    try:
        return parse_reference(typed)
    except ValueError:
        return "-"


def _page(*, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    actor = actor_here(*ANSWERERS)
    units = actor.units_as(*ANSWERERS)
    if not units:
        raise NotFound
    with current_services().uow() as uow:
        ours = {unit_id: uow.session.get_one(Unit, unit_id).name for unit_id in units} if len(units) > 1 else {}
        found = [
            {
                "aan": ours.get(unit_id, ""),
                "vraag": question,
                "naam": shown_name(question.about) if question.about is not None else None,
                "sinds": local_day(question.announced_at),
                "kinderen": [(one, shown_name(one.about)) for one in question.candidates],
            }
            for unit_id in units
            for question in questions(uow, actor, unit_id)
        ]
        comers = [
            {"vraag": one, "naam": shown_name(one.about) if one.about is not None else None, "groepen": groups}
            for unit_id in units
            if (groups := [tab for tab in groups_of(uow, actor, local_day(uow.clock.now())) if tab.unit_id == unit_id])
            for one in arriving(uow, actor, unit_id)
        ]
        doubles = [
            {"vraag": one, "naam": shown_name(one.about) if one.about is not None else None}
            for unit_id in units
            for one in on_two_lists(uow, actor, unit_id)
        ]
    return render(
        "desk/aanmeldingen.html",
        status=status,
        vragen=found,
        komers=comers,
        dubbelen=doubles,
        fouten=wrong or {},
        geen=NONE_OF_OURS,
        ander=ANOTHER,
    )
