"""One leaver's dossier as its own page shows it: what is done, what is left, and the one next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import ngettext

from handover.bundles.sending import left_to_do
from handover.bundles.state import HandoverStatus
from handover.desk.contact_cards import Card, other_side
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.forms_fields import in_words, shown
from handover.desk.forms_questions import HAS_OPP, SectionForm
from handover.desk.forms_sections import FORMS
from handover.desk.sent import School, destination
from handover.dossiers.content import Content, Section
from handover.dossiers.documents import KeptDocument, list_documents
from handover.dossiers.drafts import open_draft
from handover.dossiers.labels import AGREEMENTS, MISSING, SECTIONS
from handover.dossiers.rules import Missing, ToDo
from handover.policy import Actor
from handover.services import Services
from handover.terms import document_kind
from handover.terms.msgid import msgid
from handover.terms.parent import Agreement
from handover.terms.schooladvies import LABELS as ADVICES

_STOPS = frozenset({Missing.TLV, Missing.RECEIVER_CLOSED})
_WAITS = frozenset({Missing.RECEIVER_NOT_READY, Missing.RECEIVER_KEY})

PLACES: Mapping[Missing, str] = MappingProxyType(
    {
        Missing.FINAL_ADVICE: "advies#veld-final",
        Missing.TEST: "advies#veld-test_advice",
        Missing.MOTIVATION: "advies#veld-motivation",
        Missing.CAREER: "rapport#veld-career",
        Missing.RESULTS: "rapport#veld-results",
        Missing.LEARNING: "rapport#veld-learning",
        Missing.BEHAVIOUR: "rapport#veld-behaviour",
        Missing.WHAT_WORKS: "rapport#veld-what_works",
        Missing.OKR_DOCUMENT: "documenten#toevoegen",
        Missing.OPP_DOCUMENT: "documenten#toevoegen",
        Missing.ACTIONS: "ondersteuning#veld-actions_agreed_on",
        Missing.PUPIL_VOICE: "ondersteuning#veld-pupil_voice",
        Missing.HIDDEN_LIST: "geheim",
        Missing.HIDDEN_TEXT: "geheim",
        Missing.HIDDEN_DOCUMENT: "geheim",
        Missing.HIDDEN_UNSEEN: "geheim",
        Missing.CONTACT: "gesprek#veld-name",
        Missing.CONVERSATION_REASON: "gesprek#veld-conversation_reason",
    }
)
"""Where the field is in which it is done; other things are done on the page of their section."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing that is left, as a link to where it is done."""

    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the page. `stand` is one of those of the macro `teken`."""

    section: Section
    title: str
    stand: str
    href: str
    tasks: tuple[Task, ...]
    note: str
    facts: tuple[tuple[str, str], ...]
    """What was filled in, as (question, answer)."""
    is_unfinished: bool = False
    """It is closed, and was not done when the dossier went by another way."""

    @property
    def is_done(self) -> bool:
        """Whether it can be folded."""
        return not self.tasks


@dataclass(frozen=True, kw_only=True)
class DossierPage:
    """The whole page."""

    head: Head
    parts: tuple[Part, ...]
    left: int
    next_step: Task | None
    school: School | None
    documents: tuple[KeptDocument, ...]
    cards: tuple[Card, ...]
    """Whom to call at the school that it is on its way to."""
    cards_beside: tuple[Card, ...] = ()
    """The same at the second school, of a dossier that is at two."""

    @property
    def spine(self) -> list[dict[str, object]]:
        """The parts as the macro `rug` takes them, and sending as the last."""
        found: list[dict[str, object]] = [
            {
                "naam": part.title,
                "stand": "todo" if part.is_unfinished else part.stand,
                "href": f"#{part.section.value}",
                "noot": part.note,
                "taken": [(task.text, task.href) for task in part.tasks],
            }
            for part in self.parts
        ]
        return [*found, _sending(self)]


def open_page(services: Services, actor: Actor, reference: str) -> DossierPage:
    """Open a leaver's dossier for its own school.

    Raises:
        NamesOnly, NotFound, NoKey: not for this actor, or not so much of it.
        KeysError: what is stored was changed or exchanged.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        head = head_of(uow, actor, leaver)
        content = open_draft(uow, actor, reference).content
        documents = tuple(list_documents(uow, actor, leaver))
        is_outside = head.is_closed and head.sent is not None and head.sent.outside is not None
        missing = left_to_do(services, uow, actor, reference) if is_outside or not head.is_closed else []
        school = destination(uow, leaver.id)
        sent = head.sent if head.sent and head.sent.is_on_its_way else None
        cards = other_side(uow, sent.handover_id, is_sender=True) if sent else ()
        beside = other_side(uow, head.beside.handover_id, is_sender=True) if head.beside else ()
    left = [] if is_outside else missing
    tasks = {section: _tasks(head, left, section) for section in Section}
    parts = [_part(head, section, content, documents, school, left, tasks[section]) for section in Section]
    if is_outside:
        # It went before all of this was done: what is empty is not called done.
        unfinished = {todo.section for todo in missing} - {Section.DESTINATION}
        parts = [replace(one, is_unfinished=True, note="") if one.section in unfinished else one for one in parts]
    return DossierPage(
        head=head,
        parts=tuple(parts),
        left=len(left),
        next_step=next((task for section in Section for task in tasks[section]), None),
        school=school,
        documents=documents,
        cards=tuple(cards),
        cards_beside=tuple(beside),
    )


def sentence(todo: ToDo) -> str:
    """What is left, in words."""
    return str(_(MISSING[todo.missing], wie=todo.about) if todo.about else _(MISSING[todo.missing]))


def facts_of(form: SectionForm, content: Content, *, has_opp: bool) -> tuple[tuple[str, str], ...]:
    """What was filled in of a form, as (question, answer); questions without an answer are left out."""
    part = getattr(content, form.part)
    found = []
    for one in form.fields:
        value = has_opp if one.name == HAS_OPP else getattr(part, one.name)
        text = in_words(one, shown(value))
        if text and value is not False:
            found.append((str(one.label), text))
    return tuple(found)


def _tasks(head: Head, left: Sequence[ToDo], section: Section) -> tuple[Task, ...]:
    return tuple(
        Task(text=sentence(todo), href=f"{head.href}/{PLACES.get(todo.missing, section.value)}")
        for todo in left
        if todo.section is section
    )


def _part(
    head: Head,
    section: Section,
    content: Content,
    documents: tuple[KeptDocument, ...],
    school: School | None,
    left: Sequence[ToDo],
    tasks: tuple[Task, ...],
) -> Part:
    form = FORMS.get(section)
    facts = facts_of(form, content, has_opp=head.has_opp) if form else ()
    if section is Section.SUPPORT and not head.has_opp:
        facts = ()
    if section is Section.PARENTS:
        facts = tuple((parent.name, _agreement(parent.agreement)) for parent in content.parents)
    if section is Section.DOCUMENTS:
        facts = tuple((_(document_kind.LABELS[one.kind]), one.title) for one in documents)
    return Part(
        section=section,
        title=_(SECTIONS[section]),
        stand=_stand([todo.missing for todo in left if todo.section is section]),
        href=f"{head.href}/{section.value}",
        tasks=tasks,
        note="" if tasks else _note(section, content, documents, school, has_opp=head.has_opp),
        facts=facts,
    )


def _agreement(agreement: Agreement) -> str:
    return str(_("Eens met het dossier: %(antwoord)s", antwoord=_(AGREEMENTS[agreement]).lower()))


def _stand(missing: Sequence[Missing]) -> str:
    if not missing:
        return "done"
    if any(one in _STOPS for one in missing):
        return "stop"
    return "wait" if all(one in _WAITS for one in missing) else "now"


def _note(
    section: Section,
    content: Content,
    documents: tuple[KeptDocument, ...],
    school: School | None,
    *,
    has_opp: bool,
) -> str:
    """One line in the spine for a part that is done."""
    note = ""
    match section:
        case Section.ADVICE:
            final = content.advice.final
            note = _("%(advies)s, definitief", advies=_(ADVICES[final])) if final else _("niet nodig op uw school")
        case Section.SUPPORT:
            note = _("met OPP") if has_opp else _("geen OPP")
        case Section.DOCUMENTS:
            note = ngettext("%(num)s document", "%(num)s documenten", len(documents))
        case Section.DESTINATION:
            note = f"{school.name}, {school.place}" if school else ""
        case Section.CONVERSATION:
            note = _("gesprek gevraagd") if content.contact.conversation_asked else _("geen gesprek nodig")
    return str(note)


def _sending(page: DossierPage) -> dict[str, object]:
    """The last station of the spine."""
    sent = page.head.sent
    href = f"{page.head.href}/versturen"
    if sent is not None and sent.is_on_its_way:
        stand = "done" if sent.status is HandoverStatus.CONFIRMED else "wait"
        note = sent.outside.how if sent.outside else _(STATUS_NOTES[sent.status])
        return {
            "naam": _("Overgedragen") if sent.outside else _("Verstuurd"),
            "stand": stand,
            "href": href,
            "noot": note,
        }
    if page.left:
        noot = ngettext("Eerst het %(num)s punt hierboven", "Eerst de %(num)s punten hierboven", page.left)
        return {"naam": _("Versturen"), "stand": "todo", "href": href, "noot": noot}
    return {"naam": _("Versturen"), "stand": "now", "href": href, "noot": _("Alles is klaar")}


STATUS_NOTES: Mapping[HandoverStatus, str] = MappingProxyType(
    {
        HandoverStatus.SEALING: msgid("Het dossier gaat op slot"),
        HandoverStatus.OFFERED: msgid("De nieuwe school heeft het nog niet ontvangen"),
        HandoverStatus.ACCEPTED: msgid("Ontvangen, nog niet bevestigd"),
        HandoverStatus.CONFIRMED: msgid("De nieuwe school heeft de overdracht bevestigd"),
    }
)
