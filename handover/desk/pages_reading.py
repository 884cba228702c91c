"""Reading a dossier that was received, beside notes and questions; and, at the sender, reading what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TypedDict, cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.bundles import conversations, downloads, remarks
from handover.bundles.conversations import ConversationWay
from handover.bundles.downloads import Download
from handover.bundles.model import Part
from handover.bundles.opening import Tampered
from handover.bundles.state import HandoverStatus
from handover.desk.reading_front import Front, front_of
from handover.desk.reading_page import READABLE, read_page
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import Actor
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, tell
from handover.web.templating import render

reading = Blueprint("reading", __name__, template_folder="templates")

WAYS = frozenset(way.value for way in ConversationWay)
_WHOLE = f"{Part.DOSSIER.value}-0"
_KEY = re.compile("(?:" + "|".join(part.value for part in Part) + r")-\d{1,4}", re.ASCII)


class _Conversation(TypedDict):
    held_on: date
    way: ConversationWay
    who: str
    agreed: str


@reading.get("/dossier/<handover_id>")
def show(handover_id: str) -> Response:
    """What this child needs, and what is left to do; before it was received who it is about, and no more."""
    return _show(current_actor(), handover_id)


@reading.get("/dossier/<handover_id>/document/<part>/<int:number>")
def stream(handover_id: str, part: str, number: int) -> Response:
    """The bytes of one document, for the viewer."""
    actor = current_actor()
    return _sent(
        downloads.one(
            current_services(), actor, handover_id, _part(part), number, way="screen", version=_version(request.args)
        )
    )


@reading.get("/dossier/<handover_id>/document/<part>/<int:number>/download")
def download_one(handover_id: str, part: str, number: int) -> Response:
    """One document to keep."""
    actor = current_actor()
    version = _version(request.args)
    return _sent(downloads.one(current_services(), actor, handover_id, _part(part), number, version=version))


@reading.get("/dossier/<handover_id>/download")
def download_all(handover_id: str) -> Response:
    """Everything that this person may read, in one ZIP."""
    actor = current_actor()
    try:
        return _sent(downloads.as_zip(current_services(), actor, handover_id))
    except Tampered:
        return _alarm(actor, handover_id)


@reading.get("/dossier/<handover_id>/verzegeld")
def show_sealing(handover_id: str) -> Response:
    """Five new words, to write down before the download; each time that this page is drawn they are others."""
    actor, services = current_actor(), current_services()
    front = _readable(actor, handover_id)
    drawn = downloads.sealed(services, actor, handover_id)
    return render("desk/lezen_verzegeld.html", voor=front, woorden=drawn.words, delen=list(drawn.downloads))


@reading.post("/dossier/<handover_id>/verzegeld/<part>")
def download_sealed(handover_id: str, part: str) -> Response:
    """A part sealed under the words that the page gave back; they are in no address and are kept nowhere."""
    actor, services = current_actor(), current_services()
    wanted = _part(part)
    try:
        made = downloads.sealed(services, actor, handover_id, words=request.form.get("woorden", ""))
        if wanted not in made.downloads:
            raise NotFound
        return _sent(made.downloads[wanted]())
    except Tampered:
        return _alarm(actor, handover_id)


@reading.post("/dossier/<handover_id>/notitie")
def write_note(handover_id: str) -> Response:
    """A note for the own school, at the page that was shown."""
    return _write(handover_id, "note")


@reading.post("/dossier/<handover_id>/vraag")
def write_question(handover_id: str) -> Response:
    """A question to the other school, at the page that was shown."""
    return _write(handover_id, "ask")


@reading.get("/dossier/<handover_id>/gesprek")
def show_conversation(handover_id: str) -> Response:
    """What became of the conversation, and the form to record it."""
    return _conversation(current_actor(), handover_id)


@reading.post("/dossier/<handover_id>/gesprek")
def hold(handover_id: str) -> Response:
    """Record that people spoke."""
    actor, services = current_actor(), current_services()
    try:
        conversations.hold(services, actor, handover_id, **_typed_conversation(local_day(services.clock.now())))
    except Invalid as error:
        return _conversation(actor, handover_id, wrong={k: _(v) for k, v in error.fields.items()}, status=422)
    tell(Notice(text=_("Het gesprek is vastgelegd. Beide scholen kunnen het lezen.")))
    return _to(f"/dossier/{handover_id}")


@reading.post("/dossier/<handover_id>/gesprek/niet-nodig")
def waive(handover_id: str) -> Response:
    """Record why no conversation is needed any more."""
    actor, services = current_actor(), current_services()
    try:
        conversations.waive(services, actor, handover_id, reason=request.form.get("reason", ""))
    except Invalid as error:
        return _conversation(actor, handover_id, wrong={k: _(v) for k, v in error.fields.items()}, status=422)
    tell(Notice(text=_("Vastgelegd dat een gesprek niet nodig is. De andere school leest waarom.")))
    return _to(f"/dossier/{handover_id}")


def _write(handover_id: str, kind: str) -> Response:
    """`kind` is that of the form's fields: note or ask."""
    actor, services = current_actor(), current_services()
    shown = _key(request.form.get("toon", ""))
    act = remarks.note if kind == "note" else remarks.ask
    try:
        part, document = _place(shown, care=f"{kind}-care" in request.form)
        page = _number(request.form.get(f"{kind}-page", "")) if document else None
        act(
            services,
            actor,
            handover_id,
            text=request.form.get(f"{kind}-text", ""),
            part=part,
            document=document,
            page=page,
            version=_version(request.form),
        )
    except Invalid as error:
        wrong = {f"{kind}-{name}": _(text) for name, text in error.fields.items()}
        return _show(actor, handover_id, shown=shown, wrong=wrong, status=422)
    done = (
        _("Uw notitie is bewaard.") if kind == "note" else _("Uw vraag is gesteld. De andere school krijgt een mail.")
    )
    tell(Notice(text=done))
    return _to(f"/dossier/{handover_id}?toon={shown}#{'notities' if kind == 'note' else 'vragen'}")


def _show(
    actor: Actor, handover_id: str, *, shown: str = "", wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    services = current_services()
    try:
        with services.uow() as uow:
            front = front_of(uow, actor, handover_id)
        if not front.may_read:
            return _closed(front)
        page = read_page(services, actor, front, shown or request.args.get("toon", ""))
    except Tampered:
        return _alarm(actor, handover_id)
    if page.has_damaged_remark:
        remarks.report_damage(services, actor, handover_id)
    if any(one.damaged for one in page.opened):
        remarks.report_damage(services, actor, handover_id, what="opened")
    return render("desk/lezen.html", status=status, pagina=page, voor=front, fouten=wrong or {}, getypt=request.form)


def _closed(front: Front) -> Response:
    """Not to be read by this person now: not received yet, ended, or not theirs to read."""
    if front.is_sender and front.status in {HandoverStatus.DRAFT, HandoverStatus.SEALING}:
        return _to(front.back)
    return render("desk/lezen_dicht.html", voor=front)


def _readable(actor: Actor, handover_id: str) -> Front:
    with current_services().uow() as uow:
        front = front_of(uow, actor, handover_id)
    if not front.may_read:
        raise NotAllowed
    return front


def _conversation(
    actor: Actor, handover_id: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    front = _readable(actor, handover_id)
    with current_services().uow() as uow:
        known = conversations.conversation_of(uow, actor, handover_id)
    return render(
        "desk/gesprek.html",
        status=status,
        voor=front,
        gesprek=known,
        kan=front.status in READABLE,
        fouten=wrong or {},
        getypt=request.form,
    )


def _typed_conversation(today: date) -> _Conversation:
    """What was filled in, all errors at once.

    Raises:
        Invalid: something is missing, or is no day.
    """
    form, wrong = request.form, {}
    day = today
    try:
        day = read_day(form.get("held_on", ""), today=today)
    except UnreadableDay:
        wrong["held_on"] = _("Vul de dag van het gesprek in, zoals 12 maart.")
    if form.get("way") not in WAYS:
        wrong["way"] = _("Kies hoe u elkaar sprak.")
    asked = {"who": _("Schrijf op wie elkaar spraken."), "agreed": _("Schrijf op wat u afsprak.")}
    wrong |= {name: text for name, text in asked.items() if not form.get(name, "").strip()}
    if wrong:
        raise Invalid(fields=wrong)
    return {"held_on": day, "way": ConversationWay(form["way"]), "who": form["who"], "agreed": form["agreed"]}


def _alarm(actor: Actor, handover_id: str) -> Response:
    """What is stored is not what was sent. Nothing of it is shown."""
    services = current_services()
    front: Front | None = None
    try:
        with services.uow() as uow:
            front = front_of(uow, actor, handover_id)
    except Tampered:
        # Who it is about was exchanged; opening a part puts itself in the trail, this does not.
        remarks.report_damage(services, actor, handover_id, what="name")
    return render("desk/lezen_alarm.html", status=409, voor=front)


def _sent(file: Download) -> Response:
    response = Response(file.pieces, mimetype=file.media_type, direct_passthrough=True)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
    return response


def _part(text: str) -> Part:
    try:
        return Part(text)
    except ValueError:
        raise NotFound from None


def _key(typed: str) -> str:
    """The key of the item that was shown, or of the dossier as a whole where none was.

    Raises:
        NotFound: no page of ours names an item so. It may have meant the care part: it is not taken for another.
    """
    if typed and not _KEY.fullmatch(typed):
        raise NotFound
    return typed or _WHOLE


def _place(shown: str, *, care: bool) -> tuple[Part, int | None]:
    """The part and document of an item's key. On the dossier as a whole the writer chooses who reads it."""
    part, _dash, number = shown.partition("-")
    if int(number):
        return _part(part), int(number)
    return (Part.CARE if care or part == Part.CARE.value else Part.DOSSIER), None


def _version(given: Mapping[str, str]) -> int | None:
    """The version of what somebody has before them; None: the newest."""
    text = given.get("v", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None  # noqa: PLR2004  # none has more


def _number(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 4:  # noqa: PLR2004  # no document has 10,000 pages
        raise Invalid(fields={"page": _("Vul een bladzijde in, zoals 3.")})
    return int(text)


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))
