"""Whose turn it is for one leaver, how far it is, and the one next step. Pure: it is told what there is to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from flask_babel import gettext as _

from handover.bundles.one_of_two import Because
from handover.bundles.readiness import Left
from handover.bundles.state import HandoverStatus
from handover.desk.dossier_page import PLACES, sentence
from handover.desk.end_words import STEPS
from handover.desk.outside_words import Elsewhere
from handover.desk.sent import ON_ITS_WAY
from handover.dossiers.content import Section
from handover.dossiers.rules import Missing, ToDo
from handover.terms.destination import LeaverEnd, Passage
from handover.terms.msgid import msgid
from handover.web.i18n import dag
from keys.errors import KeysError


class Turn(StrEnum):
    """Who has to do something; in the order of the list."""

    YOU = "you"
    WAIT = "wait"
    DONE = "done"


STATIONS = (msgid("dossier"), msgid("ouders"), msgid("verstuurd"), msgid("ontvangen"), msgid("bevestigd"))

ENDS: Mapping[LeaverEnd, str] = MappingProxyType(
    {
        LeaverEnd.STAYS: msgid("Blijft in groep 8, geen overdracht nodig"),
        LeaverEnd.OTHER_SCHOOL: msgid("Gaat naar een andere basisschool"),
        LeaverEnd.ABROAD: msgid("Gaat naar het buitenland"),
        LeaverEnd.EXEMPT: msgid("Heeft vrijstelling"),
        LeaverEnd.DIED: msgid("Overleden"),
        LeaverEnd.MISTAKE: msgid("Stond per ongeluk op de lijst"),
    }
)


@dataclass(frozen=True, kw_only=True)
class ToLetGo:
    """That of two schools one is to let go of the dossier."""

    handover_id: str
    school: str
    because: Because


@dataclass(frozen=True, kw_only=True)
class Going:
    """The handover of a leaver that counts, as far as the list needs it; `school` is where it went."""

    handover_id: str
    application_id: str
    status: HandoverStatus
    brin: str
    school: str
    sent_at: datetime
    accepted_at: datetime | None
    confirmed_at: datetime | None
    conversation_open: bool
    is_supplementing: bool
    """It was opened to send something after, and that was not sent yet."""
    mentor_read: bool
    """It has a mentor, and all of its mentors opened the report."""
    elsewhere: Elsewhere | None
    """How it went outside the service."""
    question_waits: bool
    """The secondary school asked something, and nobody of this school answered."""
    was_declined: bool = False
    """The school gave it back; so it is told after what was given back is destroyed."""
    is_closed: bool = False
    """The open register says that the location is no more."""
    beside: Going | None = None
    """The other, of a dossier that is at two schools."""
    to_let_go: ToLetGo | None = None
    failed_beside: str = ""
    """The second school that it was sent to as well, where it did not come whole and could go once more."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is known of one leaver."""

    href: str
    """Of its dossier."""
    going: Going | None
    application_id: str | None
    """The one that a dossier would go to."""
    school: str
    """Its school; empty where there is none."""
    left: Left | None
    """None when the reader sees names only."""
    ended_as: LeaverEnd | None
    others: str
    """Whose work it is where it is not the reader's."""
    passage: tuple[Passage, str] | None = None
    """How far it is certain that another primary school has the child, and that school's name, if it has one."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One row's thread, turn and step; a step without `href` is nothing to press. `stuck`: it cannot go on as it is."""

    turn: Turn
    stands: tuple[str, ...]
    step: str
    href: str = ""
    stuck: bool = False


def progress_of(now: Situation) -> Progress:
    """How far a leaver is."""
    if now.ended_as is not None and now.passage is not None and now.passage[0] in STEPS:
        return _passing(now, *now.passage)
    if now.ended_as is not None:
        return Progress(turn=Turn.DONE, stands=(), step=_(ENDS[now.ended_as]))
    if now.going is not None and now.going.status in ON_ITS_WAY:
        return _at_two(now, now.going) or _failed_beside(now, now.going) or _at_one(now, now.going)
    if now.left is None:
        step = _("In voorbereiding bij %(wie)s", wie=now.others)
        return Progress(turn=Turn.WAIT, stands=("wait", "todo", "todo", "todo", "todo"), step=step)
    return _draft(now, now.left)


def _passing(now: Situation, state: Passage, school: str) -> Progress:
    step = _(STEPS[state], school=school or _("de andere school"))
    turn = Turn.WAIT if state is Passage.ASKED else Turn.YOU
    return Progress(turn=turn, stands=(), step=step, href=f"{now.href}/einde")


def _at_two(now: Situation, going: Going) -> Progress | None:
    """What is to be done, or waited for, about a dossier at two schools; None where it is at one."""
    other = going.beside
    if other is None:
        return None
    ordinary = _under_way(now, going)
    if going.to_let_go is not None:
        step = _(_LET_GO[going.to_let_go.because], school=going.to_let_go.school)
        if now.left is None:
            return replace(ordinary, turn=Turn.WAIT, step=step, href="")
        href = f"{now.href}/versturen?overdracht={going.to_let_go.handover_id}"
        return replace(ordinary, turn=Turn.YOU, step=step, href=href)
    for one in (going, other):
        to_do = _at_one(now, one)
        if to_do.turn is Turn.YOU:
            return replace(to_do, stands=ordinary.stands)
    if other.status in {HandoverStatus.SEALING, HandoverStatus.OFFERED}:
        step = _("%(stap)s; wacht ook op %(school)s", stap=ordinary.step, school=other.school)
        return replace(ordinary, turn=Turn.WAIT, step=step)
    return replace(ordinary, step=_("%(stap)s, ook door %(school)s", stap=ordinary.step, school=other.school))


def _failed_beside(now: Situation, going: Going) -> Progress | None:
    """What to do about a dossier of which what went to the second school did not come whole; None where it did."""
    if not going.failed_beside or now.left is None:
        return None
    step = _("Verstuur opnieuw naar %(school)s: het kwam niet heel aan", school=going.failed_beside)
    return replace(_under_way(now, going), turn=Turn.YOU, step=step, href=f"{now.href}/tweede-school")


def _at_one(now: Situation, going: Going) -> Progress:
    return _at_closed(now, going) or _under_way(now, going)


_LET_GO: Mapping[Because, str] = MappingProxyType(
    {
        Because.CONFIRMED: msgid("Een andere school heeft bevestigd: laat %(school)s los"),
        Because.TLV_REFUSED: msgid("De TLV is geweigerd: laat %(school)s los"),
        Because.TLV_GRANTED: msgid("De TLV is er: laat %(school)s los"),
    }
)


def _at_closed(now: Situation, going: Going) -> Progress | None:
    """What to do about a dossier at a school that closed before it was confirmed."""
    if not going.is_closed or going.status is HandoverStatus.CONFIRMED:
        return None
    step = _("%(school)s is gesloten: vraag de ouders waar het kind heen gaat", school=going.school)
    stands = ("done", "done", "stop", "todo", "todo")
    return Progress(turn=Turn.YOU, stands=stands, step=step, href=f"{now.href}/school", stuck=True)


def _under_way(now: Situation, going: Going) -> Progress:
    done = ("done", "done")
    if going.is_supplementing and now.left is not None:
        rest = ("wait", "todo") if going.status is HandoverStatus.OFFERED else ("done", "wait")
        return Progress(turn=Turn.YOU, stands=(*done, "now", *rest), step=_("Stuur de aanvulling na"), href=now.href)
    match going.status:
        case HandoverStatus.SEALING:
            return Progress(
                turn=Turn.WAIT,
                stands=(*done, "wait", "todo", "todo"),
                step=_("Gaat op slot, sinds %(dag)s", dag=dag(going.sent_at)),
            )
        case HandoverStatus.OFFERED:
            return Progress(
                turn=Turn.WAIT,
                stands=(*done, "done", "wait", "todo"),
                step=_("Wacht op %(school)s, sinds %(dag)s", school=going.school, dag=dag(going.sent_at)),
            )
        case HandoverStatus.CONFIRMED:
            day = dag(going.confirmed_at or going.sent_at)
            step = _("Bevestigd op %(dag)s", dag=day)
            if going.mentor_read:
                step = _("Bevestigd op %(dag)s, de mentor las het", dag=day)
            return Progress(turn=Turn.DONE, stands=("done",) * 5, step=step)
    received = dag(going.accepted_at or going.sent_at)
    if going.question_waits and now.left is not None:
        return Progress(
            turn=Turn.YOU,
            stands=(*done, "done", "done", "now"),
            step=_("Beantwoord de vraag van %(school)s", school=going.school),
            href=f"{now.href}/vragen",
        )
    return Progress(turn=Turn.DONE, stands=(*done, "done", "done", "wait"), step=_received(going, received))


def _received(going: Going, day: str) -> str:
    if going.elsewhere is not None:
        return str(_("Buiten de dienst overgedragen: %(hoe)s", hoe=going.elsewhere.how))
    if going.conversation_open:
        return str(_("Ontvangen op %(dag)s, het gesprek moet nog", dag=day))
    return str(_("Ontvangen op %(dag)s", dag=day))


def _draft(now: Situation, left: Left) -> Progress:
    if left.closed is not None:
        return _closed(left)
    parents = [todo for todo in left.todos if todo.section is Section.PARENTS]
    elsewhere = [todo for todo in left.todos if todo.section is Section.DESTINATION]
    own = [todo for todo in left.todos if todo not in parents and todo not in elsewhere]
    filled = ("now" if own else "done", "now" if parents else "done")
    stuck = _stuck(now)
    closed = next((todo for todo in left.todos if todo.missing is Missing.RECEIVER_CLOSED), None)
    if stuck is None and closed is not None:
        stuck = sentence(closed), "school"
    if stuck is not None:
        step, href = stuck
        return Progress(
            turn=Turn.YOU, stands=(*filled, "stop", "todo", "todo"), step=step, href=f"{now.href}/{href}", stuck=True
        )
    if left.todos and all(todo.missing is Missing.RECEIVER_NOT_READY for todo in left.todos):
        step = _("%(school)s doet niet mee: wacht, of verstuur met een code", school=now.school)
        href = f"{now.href}/met-code"
        return Progress(turn=Turn.WAIT, stands=(*filled, "wait", "todo", "todo"), step=step, href=href)
    if left.todos and all(todo.missing is Missing.RECEIVER_KEY for todo in left.todos):
        step = _("De sleutel van %(school)s wacht op het samenwerkingsverband", school=now.school)
        return Progress(turn=Turn.WAIT, stands=(*filled, "wait", "todo", "todo"), step=step, href="/hulp")
    if not left.todos:
        return Progress(
            turn=Turn.YOU,
            stands=("done", "done", "now", "todo", "todo"),
            step=_("Verstuur: alles is klaar"),
            href=f"{now.href}/versturen",
        )
    step, href = _next(left.todos)
    refused = any(todo.missing is Missing.TLV for todo in left.todos)
    sending = "stop" if refused else ("now" if elsewhere and not own and not parents else "todo")
    return Progress(
        turn=Turn.YOU, stands=(*filled, sending, "todo", "todo"), step=step, href=f"{now.href}{href}", stuck=refused
    )


def _closed(left: Left) -> Progress:
    stands = ("stop", "todo", "todo", "todo", "todo")
    if isinstance(left.closed, KeysError):
        step = _("Dit dossier gaat niet open: bel ons")
        return Progress(turn=Turn.YOU, stands=stands, step=step, href="/hulp", stuck=True)
    step = _("Een collega moet u de sleutel nog geven")
    return Progress(turn=Turn.WAIT, stands=("wait", *stands[1:]), step=step, href="/school")


def _stuck(now: Situation) -> tuple[str, str] | None:
    """What came back, and where to go on; nothing any more once another school was chosen."""
    if now.going is None:
        return None
    if now.going.status is HandoverStatus.DRAFT:
        return _("Verstuur opnieuw: het kwam niet heel aan"), "versturen"
    if now.going.was_declined and now.going.application_id == now.application_id:
        return _("Kies opnieuw: %(school)s gaf het dossier terug", school=now.going.school), "school"
    return None


def _next(todos: tuple[ToDo, ...]) -> tuple[str, str]:
    """The first thing, or the part in which several are left."""
    first = todos[0]
    blank = {Missing.FINAL_ADVICE, Missing.CAREER, Missing.RESULTS, Missing.LEARNING, Missing.BEHAVIOUR}
    if blank <= {todo.missing for todo in todos}:
        return _("Begin met het dossier"), ""
    there = [todo for todo in todos if todo.section is first.section]
    if first.missing is Missing.APPLICATION:
        return _("Leg de aanmelding vast"), "/school"
    if len(there) == 1:
        return sentence(first), f"/{PLACES.get(first.missing, first.section.value)}"
    return _(_MORE[first.section], num=len(there)), f"/{first.section.value}"


_MORE: Mapping[Section, str] = MappingProxyType(
    {
        Section.PUPIL: msgid("Vul de gegevens aan: nog %(num)s punten"),
        Section.ADVICE: msgid("Vul advies en toets in: nog %(num)s punten"),
        Section.REPORT: msgid("Maak het rapport af: nog %(num)s punten"),
        Section.SUPPORT: msgid("Vul de ondersteuning aan: nog %(num)s punten"),
        Section.DOCUMENTS: msgid("Voeg documenten toe: nog %(num)s"),
        Section.PARENTS: msgid("Rond de stap met de ouders af: nog %(num)s punten"),
        Section.DESTINATION: msgid("Kijk de school na: nog %(num)s punten"),
        Section.CONVERSATION: msgid("Vul het contact in: nog %(num)s punten"),
    }
)
