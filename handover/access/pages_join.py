"""Coming in: an invitation and its words, for a school, for a colleague, and by the recovery sheet.

The code and the words travel in the body of forms only, never in an address: each step is a POST that shows the next.
Nothing is used up before the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.codes import Drawn, draw_words, require_drawn
from handover.access.current import current_actor, give_session, take_up
from handover.access.enrolment import enrol_unit
from handover.access.errors import CodeRefused, SignInFirst, TooManyTries
from handover.access.fields import require_roles
from handover.access.invitations import FoundInvitation, find_invitation
from handover.access.labels import role_name, said
from handover.access.model import InvitationKind
from handover.access.newcomer import person_with
from handover.access.people import accept_invitation
from handover.access.recovery import recover_unit
from handover.access.roles import ADMIN
from handover.access.sheet import PrintedSheet
from handover.access.signin import sign_in_newcomer
from handover.errors import Invalid
from handover.policy import Actor, Role
from handover.schools.model import UnitSide
from handover.services import current_services
from handover.web.messages import Notice, tell
from handover.web.templating import render
from handover.web.visit import current_viewer

join = Blueprint("join", __name__, template_folder="templates")

ALSO = {
    UnitSide.PO: (Role.TEACHER, Role.IB),
    UnitSide.VO: (Role.INTAKE, Role.CARE, Role.VO_OFFICE),
    UnitSide.SWV: (),
}
"""What the first admin may be as well: a small school has one person for everything."""
_NEW_WORDS = frozenset({InvitationKind.READMISSION, InvitationKind.RECOVERY})
"""Invitations for people whose words are lost: these are used without being signed in."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What the one request that used an invitation knows."""

    unit_id: str
    person_id: str
    passphrase: str | None = field(repr=False)
    words: str = ""
    """Of an enrolment: the five of the unit's key."""
    sheet: PrintedSheet | None = field(default=None, repr=False)


@join.get("/uitnodiging")
def ask_code() -> Response:
    """Where the link in the mail leads: the code is told, and typed here."""
    return _code_page()


@join.post("/uitnodiging")
def show_words() -> Response:
    """What the code is for, and five words; other words with each POST."""
    code, found = _found()
    refused = _wrong_visitor(found)
    if refused is not None:
        return refused
    if _comes_signed_in(found):
        return _page("access/meedoen.html", found, code=code)
    return _words_page(found, code, draw_words(current_services(), code))


@join.post("/uitnodiging/woorden")
def written_down() -> Response:
    """The words are on paper: ask to type them back, once."""
    code, found = _found()
    drawn = Drawn(words=request.form.get("woorden", ""), proof=request.form.get("bewijs", ""))
    try:
        require_drawn(current_services(), code, drawn)
    except Invalid:
        return _words_page(found, code, draw_words(current_services(), code), status=422)
    if not request.form.get("opgeschreven"):
        wrong = {"opgeschreven": _("Schrijf de vijf woorden eerst op. Wij kunnen ze niet nog eens laten zien.")}
        return _words_page(found, code, drawn, wrong=wrong, status=422)
    return _type_page(found, code, drawn.proof)


@join.post("/uitnodiging/binnen")
def come_in() -> Response:
    """Use the code. The words that come back must be those that we drew."""
    code, found = _found()
    refused = _wrong_visitor(found)
    if refused is not None:
        return refused
    actor = current_actor() if _comes_signed_in(found) else None
    proof = request.form.get("bewijs", "")
    drawn = None if actor else Drawn(words=request.form.get("wachtzin", ""), proof=proof)
    try:
        arrived = _use(found, code, drawn=drawn, actor=actor)
    except Invalid as error:
        if actor is not None:
            raise
        return _type_page(found, code, proof, wrong=said(error), status=422)
    return _welcome(found, arrived)


def _use(found: FoundInvitation, code: str, *, drawn: Drawn | None, actor: Actor | None) -> Arrived:
    services = current_services()
    if found.kind is InvitationKind.UNIT:
        made = enrol_unit(services, code=code, drawn=drawn, actor=actor, also=_also(found.side))
        return Arrived(
            unit_id=made.unit_id,
            person_id=made.person_id,
            passphrase=made.passphrase,
            words=made.words,
            sheet=made.sheet,
        )
    if found.kind is InvitationKind.RECOVERY:
        back = recover_unit(services, code=code, typed=request.form.get("blad", ""), drawn=drawn)
        return Arrived(unit_id=back.unit_id, person_id=back.person_id, passphrase=back.passphrase, sheet=back.sheet)
    joined = accept_invitation(services, code=code, drawn=drawn, actor=actor)
    return Arrived(unit_id=joined.unit_id, person_id=joined.person_id, passphrase=joined.passphrase)


def _welcome(found: FoundInvitation, arrived: Arrived) -> Response:
    """Signed in. A school's first admin sees the recovery sheet and the key's words; who is new, the first minute."""
    secret = None
    if arrived.passphrase is not None:
        began = sign_in_newcomer(current_services(), person_id=arrived.person_id, passphrase=arrived.passphrase)
        secret = began.secret
        take_up(secret)
    if arrived.sheet is not None:
        response = render(
            "access/aangesloten.html",
            found=found,
            arrived=arrived,
            hersteld=found.kind is InvitationKind.RECOVERY,
            is_regio=found.side is UnitSide.SWV,
        )
    else:
        is_new = found.kind is InvitationKind.COLLEAGUE and secret is not None
        response = redirect(  # type: ignore[assignment]  # flask's Response
            "/welkom" if is_new else f"/school/{arrived.unit_id}", code=303
        )
        tell(Notice(text=_("Welkom. U bent binnen.")))
    return give_session(response, secret) if secret else response


def _found() -> tuple[str, FoundInvitation]:
    code = request.form.get("code", "")
    return code, find_invitation(current_services(), code, client_address=request.remote_addr or "")


def _comes_signed_in(found: FoundInvitation) -> bool:
    return found.has_sign_in and found.kind not in _NEW_WORDS


def _wrong_visitor(found: FoundInvitation) -> Response | None:
    """A page for whoever must first sign in, or first sign out; None when it is the right person."""
    viewer = current_viewer()
    if _comes_signed_in(found):
        with current_services().uow() as uow:
            invited = person_with(uow, found.email)
        if viewer is not None and invited is not None and viewer.person_id == invited.id:
            return None
    elif viewer is None:
        return None
    return render("access/eerst.html", status=409, found=found, aangemeld=viewer is not None)


def _also(side: UnitSide) -> tuple[Role, ...]:
    chosen = {Role(role) for role in request.form.getlist("ook") if role in set(Role)}
    return require_roles(chosen & set(ALSO[side]), side) if chosen & set(ALSO[side]) else ()


def _words_page(
    found: FoundInvitation,
    code: str,
    drawn: Drawn,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return _page("access/woorden.html", found, code=code, drawn=drawn, fouten=wrong or {}, status=status)


def _type_page(
    found: FoundInvitation, code: str, proof: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    return _page(
        "access/typ.html",
        found,
        code=code,
        bewijs=proof,
        blad=request.form.get("blad", ""),
        met_blad=found.kind is InvitationKind.RECOVERY,
        fouten=wrong or {},
        status=status,
    )


def _page(template: str, found: FoundInvitation, *, status: int = 200, **more: Any) -> Response:
    also = ALSO[found.side] if found.kind is InvitationKind.UNIT else ()
    return render(
        template,
        status=status,
        found=found,
        soort=found.kind.value,
        rollen=[role_name(role) for role in found.roles],
        ook_keuzes=[(role.value, role_name(role)) for role in also],
        ook=request.form.getlist("ook"),
        beheer=role_name(ADMIN[found.side]),
        **more,
    )


def _code_page(*, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    return render("access/uitnodiging.html", status=status, fouten=wrong or {}, code=request.form.get("code", ""))


def _refused(_error: CodeRefused) -> Response:
    wrong = _("Deze code werkt niet (meer). Kijk hem na, of vraag een nieuwe aan wie u uitnodigde.")
    return _code_page(wrong={"code": wrong}, status=410)


def _wait(error: TooManyTries) -> Response:
    wrong = _("Er waren te veel pogingen. Wacht %(tijd)s seconden en probeer het dan opnieuw.", tijd=error.retry_after)
    page = _code_page(wrong={"code": wrong}, status=429)
    page.headers["Retry-After"] = str(error.retry_after)
    return page


def _first(_error: SignInFirst) -> Response:
    return redirect("/aanmelden?terug=/uitnodiging", code=303)  # type: ignore[return-value]  # flask's Response


join.register_error_handler(CodeRefused, _refused)
join.register_error_handler(TooManyTries, _wait)
join.register_error_handler(SignInFirst, _first)
