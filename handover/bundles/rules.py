"""What must be there before a receiver may confirm: reasons as data, shown as the list beside the dossier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handover.terms.destination import Outcome, Tlv


class Unmet(StrEnum):
    """One thing that is left before confirming; its Dutch sentence is in `desk.confirm_list`."""

    ENROLMENT = "enrolment"
    DOSSIER_UNREAD = "dossier_unread"
    DOCUMENT_UNREAD = "document_unread"
    CARE_UNREAD = "care_unread"
    QUESTION_OPEN = "question_open"
    TLV = "tlv"
    CONVERSATION = "conversation"
    CONFIRMED_ELSEWHERE = "confirmed_elsewhere"


@dataclass(frozen=True)
class Reason:
    """What is left, and how many of it."""

    unmet: Unmet
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class ConfirmFacts:
    """What the rule needs to know."""

    outcome: Outcome
    tlv: Tlv
    is_here: bool
    """Whether the dossier lies in this service: else there is nothing to read."""
    unread_dossier: bool
    """The dossier itself, by intake or care, on screen or downloaded: its last byte was sent."""
    unread_documents: int
    unread_care: int
    """Care items not read by `care`, or by `intake` where the unit has no `care`."""
    open_questions: int
    conversation_asked: bool
    conversation_settled: bool
    confirmed_elsewhere: bool = False
    """Another school has confirmed that the child is there; which one is not said here."""


def unmet(facts: ConfirmFacts) -> list[Reason]:
    """Everything that is left before confirming; empty when it may be."""
    found = []
    if facts.confirmed_elsewhere:
        found.append(Reason(Unmet.CONFIRMED_ELSEWHERE))
    if facts.outcome is not Outcome.ENROLLED:
        found.append(Reason(Unmet.ENROLMENT))
    if facts.unread_dossier:
        found.append(Reason(Unmet.DOSSIER_UNREAD))
    for count, kind in (
        (facts.unread_documents, Unmet.DOCUMENT_UNREAD),
        (facts.unread_care, Unmet.CARE_UNREAD),
        (facts.open_questions, Unmet.QUESTION_OPEN),
    ):
        if count:
            found.append(Reason(kind, count))
    if facts.tlv not in {Tlv.NOT_NEEDED, Tlv.GRANTED}:
        found.append(Reason(Unmet.TLV))
    if facts.conversation_asked and not facts.conversation_settled:
        found.append(Reason(Unmet.CONVERSATION))
    return found
