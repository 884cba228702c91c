"""What must be there before a dossier may be sent: reasons as data, so that a page can show them as a to-do list.

Parents' "nee" never blocks; that they disagree about the school does, until it was talked over. A copy must have been
delivered to everyone with gezag (WPO art. 42 [A]; see the glossary).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from handover.dossiers.content import Content, Parent, Section
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement
from handover.terms.schooladvies import Schooladvies, needs_motivation


class Missing(StrEnum):
    """One thing that is left to do; its Dutch sentence is in `labels`."""

    FINAL_ADVICE = "final_advice"
    TEST = "test"
    MOTIVATION = "motivation"
    CAREER = "career"
    RESULTS = "results"
    LEARNING = "learning"
    BEHAVIOUR = "behaviour"
    WHAT_WORKS = "what_works"
    OKR_DOCUMENT = "okr_document"
    OPP_DOCUMENT = "opp_document"
    ACTIONS = "actions"
    PUPIL_VOICE = "pupil_voice"
    PARENT = "parent"
    INSPECTION = "inspection"
    COPY = "copy"
    STALE_COPY = "stale_copy"
    DISAGREEMENT = "disagreement"
    SCHOOL_DISPUTE = "school_dispute"
    HIDDEN_LIST = "hidden_list"
    HIDDEN_TEXT = "hidden_text"
    HIDDEN_DOCUMENT = "hidden_document"
    HIDDEN_UNSEEN = "hidden_unseen"
    APPLICATION = "application"
    OTHER_NAME = "other_name"
    RECEIVER_CLOSED = "receiver_closed"  # is no more, says the open register
    RECEIVER_NOT_READY = "receiver_not_ready"  # takes no part
    RECEIVER_KEY = "receiver_key"  # takes part, and its key waits for the samenwerkingsverband
    TLV = "tlv"
    SECOND_NOT_ALLOWED = "second_not_allowed"  # by the region; `bundles.second` asks this and what follows
    SECOND_CONFIRMED = "second_confirmed"
    SECOND_SAME_SCHOOL = "second_same_school"
    SECOND_KINDS = "second_kinds"  # not VSO and another
    SECOND_TLV_UNSAID = "second_tlv_unsaid"
    SECOND_TLV_DECIDED = "second_tlv_decided"
    CONTACT = "contact"
    CONVERSATION_REASON = "conversation_reason"


HIDING = frozenset({Missing.HIDDEN_LIST, Missing.HIDDEN_TEXT, Missing.HIDDEN_DOCUMENT, Missing.HIDDEN_UNSEEN})


class Hides(StrEnum):
    """What is known of a secret address or number."""

    SAID = "said"  # somebody wrote down what must stand nowhere
    IN_TEXT = "in_text"
    IN_DOCUMENT = "in_document"
    UNSEEN = "unseen"  # a document was not looked through, or is a scan that nobody looked at


@dataclass(frozen=True)
class ToDo:
    """What is left, where on the page it is done, and about whom (a parent's name) if about somebody."""

    section: Section
    missing: Missing
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules need to know besides the content."""

    has_opp: bool
    needs_advice: bool
    """False for SO: its pupils may leave without a schooladvies."""
    documents: tuple[DocumentKind, ...]
    content_version: int
    application: bool
    receiver_ready: bool
    """The receiver takes part and has a valid card."""
    receiver_takes_part: bool = False
    """It takes part, card or no card."""
    receiver_closed: bool = False
    """The open register says that the location is no more."""
    tlv_settled: bool
    hidden: frozenset[Hides] = frozenset()
    """What is known of a secret address or number in this dossier."""
    doubtful: bool = False
    """The receiver gave another name to this child's code, and nobody here has said that it is this child."""


def to_do(content: Content, facts: Facts) -> list[ToDo]:
    """Everything that is left before sending, in the order of the page; empty when it may go."""
    return [
        *_advice(content, facts),
        *_report(content),
        *(_support(content, facts) if facts.has_opp else ()),
        *_documents(facts),
        *_parents(content, facts),
        *hidden_todos(content, facts.hidden),
        *_destination(facts),
        *_conversation(content),
    ]


def _advice(content: Content, facts: Facts) -> Iterator[ToDo]:
    advice = content.advice
    if not facts.needs_advice:
        return
    if advice.test_advice is None and not advice.no_test_reason:
        yield ToDo(Section.ADVICE, Missing.TEST)
    if advice.final is None or advice.final_on is None:
        yield ToDo(Section.ADVICE, Missing.FINAL_ADVICE)
    elif advice.test_advice is not None and _unmotivated(advice.final, advice.test_advice, advice.motivation):
        yield ToDo(Section.ADVICE, Missing.MOTIVATION)


def _unmotivated(final: Schooladvies, test: Schooladvies, motivation: str) -> bool:
    return needs_motivation(final, test) and not motivation.strip()


def _report(content: Content) -> Iterator[ToDo]:
    report = content.report
    for missing, text in (
        (Missing.CAREER, report.career),
        (Missing.RESULTS, report.results),
        (Missing.LEARNING, report.learning),
        (Missing.BEHAVIOUR, report.behaviour),
        (Missing.WHAT_WORKS, report.what_works),
    ):
        if not text.strip():
            yield ToDo(Section.REPORT, missing)


def _support(content: Content, facts: Facts) -> Iterator[ToDo]:
    support = content.support
    if DocumentKind.OPP not in facts.documents:
        yield ToDo(Section.DOCUMENTS, Missing.OPP_DOCUMENT)
    if support.actions_agreed_on is None and not support.actions_waiver.strip():
        yield ToDo(Section.SUPPORT, Missing.ACTIONS)
    heard = all(text.strip() for text in (support.pupil_voice, support.pupil_influence, support.pupil_told))
    if not heard and not support.pupil_waiver.strip():
        yield ToDo(Section.SUPPORT, Missing.PUPIL_VOICE)


def _documents(facts: Facts) -> Iterator[ToDo]:
    if DocumentKind.OKR not in facts.documents:
        yield ToDo(Section.DOCUMENTS, Missing.OKR_DOCUMENT)


def _parents(content: Content, facts: Facts) -> Iterator[ToDo]:
    if not content.parents:
        yield ToDo(Section.PARENTS, Missing.PARENT)
    for parent in content.parents:
        if parent.must_see:
            yield from _parent(parent, facts.content_version)


def _parent(parent: Parent, content_version: int) -> Iterator[ToDo]:
    if parent.inspected_on is None:
        yield ToDo(Section.PARENTS, Missing.INSPECTION, parent.name)
    if parent.copy_on is None:
        yield ToDo(Section.PARENTS, Missing.COPY, parent.name)
    elif parent.copy_of < content_version:
        yield ToDo(Section.PARENTS, Missing.STALE_COPY, parent.name)
    if parent.agreement is Agreement.NO and not (parent.disagreement.strip() or parent.view.strip()):
        yield ToDo(Section.PARENTS, Missing.DISAGREEMENT, parent.name)
    if parent.school_dispute.strip():
        yield ToDo(Section.PARENTS, Missing.SCHOOL_DISPUTE, parent.name)


def hidden_todos(content: Content, hidden: Collection[Hides]) -> Iterator[ToDo]:
    """What holds a dossier, and every copy of it, because of a secret address or number: the `HIDING` ones."""
    if content.pupil.secret_address and Hides.SAID not in hidden:
        yield ToDo(Section.PARENTS, Missing.HIDDEN_LIST)
    for hides, missing in (
        (Hides.IN_TEXT, Missing.HIDDEN_TEXT),
        (Hides.IN_DOCUMENT, Missing.HIDDEN_DOCUMENT),
        (Hides.UNSEEN, Missing.HIDDEN_UNSEEN),
    ):
        if hides in hidden:
            yield ToDo(Section.PARENTS, missing)


def _destination(facts: Facts) -> Iterator[ToDo]:
    if not facts.application:
        yield ToDo(Section.DESTINATION, Missing.APPLICATION)
        return
    if facts.doubtful:
        yield ToDo(Section.DESTINATION, Missing.OTHER_NAME)
    if facts.receiver_closed:
        yield ToDo(Section.DESTINATION, Missing.RECEIVER_CLOSED)
    elif not facts.receiver_ready:
        missing = Missing.RECEIVER_KEY if facts.receiver_takes_part else Missing.RECEIVER_NOT_READY
        yield ToDo(Section.DESTINATION, missing)
    if not facts.tlv_settled:
        yield ToDo(Section.DESTINATION, Missing.TLV)


def _conversation(content: Content) -> Iterator[ToDo]:
    contact = content.contact
    if not contact.name.strip() or not contact.telephone.strip():
        yield ToDo(Section.CONVERSATION, Missing.CONTACT)
    if contact.conversation_asked and not contact.conversation_reason.strip():
        yield ToDo(Section.CONVERSATION, Missing.CONVERSATION_REASON)
