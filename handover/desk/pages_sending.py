"""Where a dossier goes: the school, the last check, sending and taking back, and the trail of all of it."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from sqlalchemy import select

from handover.access.current import current_actor
from handover.bundles.handovers import handover_of, subject_of_handover
from handover.bundles.model import Handover
from handover.bundles.one_of_two import let_go_of
from handover.bundles.outcomes import withdraw_application
from handover.bundles.sending import NotReady, send
from handover.bundles.state import HandoverStatus
from handover.bundles.supplementing import supplement
from handover.bundles.withdrawing import withdraw
from handover.desk.dossier_head import head_of, readable_leaver
from handover.desk.second_page import SecondPage, open_second
from handover.desk.sending_page import (
    FoundSchool,
    SchoolPage,
    SendingPage,
    find_schools,
    one_school,
    open_school,
    open_sending,
)
from handover.desk.sent import newest_handover, sent_of
from handover.desk.trail import trail_lines
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.applications import change_application, prefer_application
from handover.leavers.recording import record_application
from handover.policy import Action, require
from handover.services import current_services
from handover.terms.destination import Tlv
from handover.terms.school_kind import LABELS as KINDS
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

sending = Blueprint("sending", __name__, template_folder="templates")


@sending.get("/leerling/<reference>/school")
def show_school(reference: str) -> Response:
    """Where the child applied."""
    actor = current_actor()
    return _school_page(open_school(current_services(), actor, reference))


@sending.post("/leerling/<reference>/school/zoek")
def search_school(reference: str) -> Response:
    """Schools of the register by name, place or BRIN. A form, not an address: it says where a child may go."""
    actor, services = current_actor(), current_services()
    page, text = open_school(services, actor, reference), request.form.get("zoek", "").strip()[:100]
    if not text:
        wrong = {"zoek": _("Vul een naam, een plaats of een BRIN in.")}
        return _school_page(page, searched=text, wrong=wrong, status=422)
    return _school_page(page, searched=text, found=find_schools(services, text))


@sending.post("/leerling/<reference>/school/kies")
def choose_school(reference: str) -> Response:
    """The school that was chosen, at full size, and what is still to be said of the application."""
    actor, services = current_actor(), current_services()
    page, brin = open_school(services, actor, reference), request.form.get("brin", "")
    chosen = one_school(services, brin)
    if chosen is None:
        return _school_page(page, searched=brin, wrong={"zoek": _no_school()}, status=422)
    return _apply_page(page, chosen, {"applied_on": "", "tlv": ""})


@sending.post("/leerling/<reference>/school")
def apply(reference: str) -> Response:
    """Record an application."""
    actor, services = current_actor(), current_services()
    page, brin = open_school(services, actor, reference), request.form.get("brin", "")
    typed = {"applied_on": request.form.get("applied_on", ""), "tlv": request.form.get("tlv", "")}
    chosen = one_school(services, brin)
    if chosen is None:
        return _school_page(page, searched=brin[:100], wrong={"zoek": _no_school()}, status=422)
    try:
        applied_on = _day(typed["applied_on"], page)
        record_application(services, actor, reference, brin6=chosen.brin, applied_on=applied_on, tlv=_tlv(typed["tlv"]))
    except Invalid as error:
        return _apply_page(page, chosen, typed, wrong=error.fields, status=422)
    tell(Notice(text=_("De aanmelding is vastgelegd.")))
    return _to(f"/leerling/{reference}/school")


@sending.post("/leerling/<reference>/school/wijzig")
def change(reference: str) -> Response:
    """Correct the day or the TLV of an application, or let the dossier go there first."""
    actor, services = current_actor(), current_services()
    page, application_id = open_school(services, actor, reference), request.form.get("aanmelding", "")
    typed = {"applied_on": request.form.get("applied_on", ""), "tlv": request.form.get("tlv", "")}
    try:
        if request.form.get("eerst"):
            prefer_application(services, actor, reference, application_id)
            tell(Notice(text=_("Het dossier gaat nu naar deze school.")))
            return _to(f"/leerling/{reference}/school")
        change_application(
            services,
            actor,
            reference,
            application_id,
            applied_on=_day(typed["applied_on"], page),
            tlv=_tlv(typed["tlv"]),
        )
    except Invalid as error:
        return _school_page(page, changing=application_id, typed=typed, wrong=error.fields, status=422)
    except NotFound:
        return _gone(page)
    tell(Notice(text=_("De aanmelding is gewijzigd.")))
    return _to(f"/leerling/{reference}/school")


@sending.post("/leerling/<reference>/school/intrekken")
def give_up(reference: str) -> Response:
    """Record that an application does not go on."""
    actor, services = current_actor(), current_services()
    page, application_id = open_school(services, actor, reference), request.form.get("aanmelding", "")
    try:
        withdraw_application(services, actor, reference, application_id)
    except IllegalTransition:
        wrong = {"aanmelding": _("Bij deze school ligt het dossier. Haal dat eerst terug, of bel de school.")}
        return _school_page(page, wrong=wrong, status=409)
    except NotFound:
        return _gone(page)
    tell(Notice(text=_("De aanmelding is van de lijst. Meld het kind opnieuw aan als het toch doorgaat.")))
    return _to(f"/leerling/{reference}/school")


def _gone(page: SchoolPage) -> Response:
    """The child is there, so it is the application that went: in another window, or by a colleague."""
    wrong = {"aanmelding": _("Deze aanmelding staat niet meer op de lijst. Hieronder staat hoe het nu is.")}
    return _school_page(page, wrong=wrong, status=409)


@sending.get("/leerling/<reference>/versturen")
def show_sending(reference: str) -> Response:
    """What is missing, or the last check; after sending how it stands."""
    actor = current_actor()
    return _sending_page(open_sending(current_services(), actor, reference, about=request.args.get("overdracht")))


@sending.post("/leerling/<reference>/versturen")
def send_dossier(reference: str) -> Response:
    """Send it to the school that the page showed. A second press, or the back button, changes nothing."""
    actor, services = current_actor(), current_services()
    to = request.form.get("brin") or None
    # What the page was about, not what stands now: a supplement never becomes a dossier to a school that let go.
    after = request.form.get("na", "")
    try:
        if after:
            supplement(services, actor, reference, of=after)
        else:
            send(services, actor, reference, to=to)
    except NotReady:
        return _sending_page(open_sending(services, actor, reference), tried=True, status=409)
    except IllegalTransition:
        if not after:
            raise
        return _sending_page(open_sending(services, actor, reference), overtaken=True, status=409)
    except Conflict:
        page = open_sending(services, actor, reference)
        if after and not page.head.is_closed:
            return _sending_page(page, overtaken=True, status=409)
        if not page.head.is_closed:
            # Somebody chose another school since: look again before anything goes.
            return _sending_page(page, moved=True, status=409)
        tell(Notice(text=_("Dit dossier was al verstuurd. Er is niets dubbel gegaan."), tone=Tone.INFO))
        return _to(f"/leerling/{reference}/versturen")
    sent_now = _("Het dossier is verstuurd en gaat nu op slot.")
    sent_after = _("De aanvulling is verstuurd en gaat nu op slot.")
    tell(Notice(text=sent_after if after else sent_now))
    return _to(f"/leerling/{reference}/versturen")


@sending.get("/leerling/<reference>/tweede-school")
def show_second(reference: str) -> Response:
    """A second school beside the one that has it: what is missing, or the last check."""
    return _second_page(open_second(current_services(), current_actor(), reference))


@sending.post("/leerling/<reference>/tweede-school")
def send_second(reference: str) -> Response:
    """Send it there too. A second press changes nothing."""
    actor, services = current_actor(), current_services()
    try:
        send(services, actor, reference, to=request.form.get("brin") or None, is_second=True)
    except NotReady:
        return _second_page(open_second(services, actor, reference), tried=True, status=409)
    except (Conflict, IllegalTransition):
        text = _("Er is niets verstuurd: er is intussen iets veranderd, of het was al verstuurd. Kijk hieronder.")
        tell(Notice(text=text, tone=Tone.WARNING))
        return _to(f"/leerling/{reference}/versturen")
    tell(Notice(text=_("Het dossier is ook naar de tweede school verstuurd en gaat nu op slot.")))
    return _to(f"/leerling/{reference}/versturen")


@sending.post("/leerling/<reference>/een-van-twee")
def end_one(reference: str) -> Response:
    """Let go of the one of two schools that is to go. Twice is once."""
    try:
        let_go_of(current_services(), current_actor(), reference, request.form.get("overdracht", ""))
    except (Conflict, IllegalTransition):
        text = _("Er is niets veranderd: het staat er intussen anders voor. Kijk hieronder.")
        tell(Notice(text=text, tone=Tone.WARNING))
    else:
        tell(Notice(text=_("Het dossier is weg bij deze school. De andere school houdt het.")))
    return _to(f"/leerling/{reference}/versturen")


@sending.post("/leerling/<reference>/terughalen")
def take_back(reference: str) -> Response:
    """Take it back, as long as the school has not received it. Twice is once."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        about = request.form.get("overdracht") or None
        sent = newest_handover(uow, leaver.id, about)
        if sent is not None and about is not None and sent.handover_id != about:
            # The one that was seen has ended, and another is under way: that one is not meant.
            require(actor, Action.WITHDRAW, subject_of_handover(handover_of(uow, sent.handover_id), leaver.group_id))
            meant = uow.session.get(Handover, about)
            sent = sent_of(uow, meant) if meant is not None and meant.leaver_id == leaver.id else None
        there = subject_of_handover(handover_of(uow, sent.handover_id), leaver.group_id) if sent else subject_of(leaver)
        require(actor, Action.WITHDRAW, there)
    if sent is not None and sent.is_on_its_way:
        try:
            withdraw(services, actor, sent.handover_id)
        except IllegalTransition:
            text = _("Terughalen kan niet meer: de school heeft het dossier ontvangen. Bel hen als er iets niet klopt.")
            tell(Notice(text=text, tone=Tone.WARNING))
            return _to(f"/leerling/{reference}/versturen")
    elif sent is None or sent.status is not HandoverStatus.WITHDRAWN:
        tell(Notice(text=_("Er is geen dossier onderweg. Er is niets veranderd."), tone=Tone.INFO))
        return _to(f"/leerling/{reference}/versturen")
    tell(Notice(text=_("Het dossier is teruggehaald. De school kan het niet meer openen.")))
    return _to(f"/leerling/{reference}/versturen")


@sending.get("/leerling/<reference>/spoor")
def show_trail(reference: str) -> Response:
    """What was done to this dossier, by whom and when."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.SEE_TRAIL, subject_of(leaver))
        head = head_of(uow, actor, leaver)
        sent = uow.session.scalars(select(Handover.id).where(Handover.leaver_id == leaver.id)).all()
        lines = trail_lines(uow, actor, [leaver.id, *sent])
    return render("desk/spoor.html", kop=head, regels=lines[::-1])


def _school_page(
    page: SchoolPage,
    *,
    searched: str = "",
    found: list[FoundSchool] | None = None,
    changing: str = "",
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "desk/school_waarheen.html",
        status=status,
        kop=page.head,
        pagina=page,
        gezocht=searched,
        gevonden=found,
        wijzigt=changing,
        getypt=typed or {},
        fouten=_in_words(wrong),
        soorten=KINDS,
    )


def _apply_page(
    page: SchoolPage,
    chosen: FoundSchool,
    typed: dict[str, str],
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "desk/school_aanmelding.html",
        status=status,
        kop=page.head,
        school=chosen,
        getypt=typed,
        fouten=_in_words(wrong),
        soorten=KINDS,
    )


def _sending_page(
    page: SendingPage, *, tried: bool = False, moved: bool = False, overtaken: bool = False, status: int = 200
) -> Response:
    return render(
        "desk/versturen.html",
        status=status,
        kop=page.head,
        pagina=page,
        geprobeerd=tried,
        anders=moved,
        ingehaald=overtaken,
    )


def _second_page(page: SecondPage, *, tried: bool = False, status: int = 200) -> Response:
    return render("desk/tweede_school.html", status=status, kop=page.head, pagina=page, geprobeerd=tried)


def _day(text: str, page: SchoolPage) -> date:
    """The day that was typed.

    Raises:
        Invalid: it is not one.
    """
    try:
        return read_day(text, today=page.today)
    except UnreadableDay as error:
        raise Invalid(fields={"applied_on": _("Vul een dag in die bestaat, bijvoorbeeld 26-3-2027.")}) from error


def _tlv(text: str) -> Tlv:
    try:
        return Tlv(text or Tlv.NOT_NEEDED)
    except ValueError:
        return Tlv.NOT_NEEDED


def _no_school() -> str:
    return str(_("Er is geen open school voor voortgezet onderwijs met dit BRIN. Kijk het na, of zoek op naam."))


def _in_words(wrong: dict[str, str] | None) -> dict[str, str]:
    """What an action says is wrong, in the language of the page."""
    return {name: str(_(text)) for name, text in (wrong or {}).items()}


def _to(address: str) -> Response:
    return cast("Response", redirect(address, code=303))
