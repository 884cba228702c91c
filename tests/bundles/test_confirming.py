"""What is left before a receiver may confirm, as reasons that a page can show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handover.bundles.rules import ConfirmFacts, Reason, Unmet, unmet
from handover.terms.destination import Outcome, Tlv

READY = ConfirmFacts(
    outcome=Outcome.ENROLLED,
    is_here=True,
    tlv=Tlv.NOT_NEEDED,
    unread_dossier=False,
    unread_documents=0,
    unread_care=0,
    open_questions=0,
    conversation_asked=False,
    conversation_settled=False,
)


def test_enrolled_read_and_nothing_open_may_be_confirmed() -> None:
    assert unmet(READY) == []


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ENROLLED])
def test_only_an_enrolment_is_enough(outcome: Outcome) -> None:
    assert unmet(replace(READY, outcome=outcome)) == [Reason(Unmet.ENROLMENT)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"unread_dossier": True}, Reason(Unmet.DOSSIER_UNREAD)),
        ({"unread_documents": 2}, Reason(Unmet.DOCUMENT_UNREAD, 2)),
        ({"unread_care": 1}, Reason(Unmet.CARE_UNREAD, 1)),
        ({"open_questions": 3}, Reason(Unmet.QUESTION_OPEN, 3)),
        ({"tlv": Tlv.REQUESTED}, Reason(Unmet.TLV)),
        ({"conversation_asked": True}, Reason(Unmet.CONVERSATION)),
    ],
)
def test_each_thing_that_is_left_is_named_and_counted(changed: dict[str, object], expected: Reason) -> None:
    assert unmet(replace(READY, **changed)) == [expected]  # type: ignore[arg-type]  # one field of each kind


def test_a_conversation_that_was_held_or_waived_no_longer_blocks() -> None:
    assert unmet(replace(READY, conversation_asked=True, conversation_settled=True)) == []


def test_a_granted_tlv_no_longer_blocks() -> None:
    assert unmet(replace(READY, tlv=Tlv.GRANTED)) == []
