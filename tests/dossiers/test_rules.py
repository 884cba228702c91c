"""What is missing before a dossier may be sent, as a to-do list in the order of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handover.dossiers.content import Advice, Contact, Content, Parent, Report, Section, Support
from handover.dossiers.rules import Facts, Missing, ToDo, to_do
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement, Custody
from handover.terms.schooladvies import Schooladvies

DAY = date(2027, 4, 8)


def a_parent() -> Parent:
    return Parent(id="p1", name="F. Haddad", inspected_on=DAY, copy_on=DAY, copy_of=3, agreement=Agreement.YES)


def a_complete_content() -> Content:
    return Content(
        advice=Advice(test_advice=Schooladvies.HAVO, final=Schooladvies.HAVO, final_on=DAY),
        report=Report(career="a", results="b", learning="c", behaviour="d", what_works="e"),
        contact=Contact(name="M. Janssen", telephone="077 000 00 01"),
        parents=(a_parent(),),
    )


def complete_facts() -> Facts:
    return Facts(
        has_opp=False,
        needs_advice=True,
        documents=(DocumentKind.OKR,),
        content_version=3,
        application=True,
        receiver_ready=True,
        tlv_settled=True,
    )


def missing(content: Content, facts: Facts | None = None) -> list[Missing]:
    return [item.missing for item in to_do(content, facts or complete_facts())]


def test_a_complete_dossier_leaves_nothing_to_do() -> None:
    assert to_do(a_complete_content(), complete_facts()) == []


def test_an_empty_dossier_says_everything_in_the_order_of_the_page() -> None:
    facts = replace(complete_facts(), has_opp=True, documents=(), application=False)

    found = to_do(Content(), facts)

    order = list(Section)
    places = [order.index(item.section) for item in found if item.missing is not Missing.OPP_DOCUMENT]
    assert places == sorted(places)
    assert {item.section for item in found} == set(Section) - {Section.PUPIL}


@pytest.mark.parametrize("field", ["career", "results", "learning", "behaviour", "what_works"])
def test_each_part_of_the_report_is_asked_for_by_its_own_name(field: str) -> None:
    content = a_complete_content().with_section("report", {field: "  \n"})

    assert missing(content) == [Missing(field)]


def test_a_higher_test_without_a_higher_advice_must_be_motivated() -> None:
    content = a_complete_content().with_section("advice", {"test_advice": Schooladvies.VWO})

    assert missing(content) == [Missing.MOTIVATION]
    assert missing(content.with_section("advice", {"motivation": "In het belang van het kind."})) == []


def test_a_lower_test_asks_for_nothing() -> None:
    assert missing(a_complete_content().with_section("advice", {"test_advice": Schooladvies.VMBO_KB})) == []


def test_a_child_without_a_test_needs_the_reason() -> None:
    content = a_complete_content().with_section("advice", {"test_advice": None})

    assert missing(content) == [Missing.TEST]
    assert missing(content.with_section("advice", {"no_test_reason": "ontheffing"})) == []


def test_special_education_sends_without_an_advice() -> None:
    content = replace(a_complete_content(), advice=Advice())

    assert missing(content, replace(complete_facts(), needs_advice=False)) == []


def test_nee_of_a_parent_never_blocks_when_its_reason_travels_along() -> None:
    no = replace(a_parent(), agreement=Agreement.NO)
    content = replace(a_complete_content(), parents=(no,))

    assert missing(content) == [Missing.DISAGREEMENT]
    assert missing(replace(content, parents=(replace(no, view="Wij zien dat anders."),))) == []


def test_every_parent_with_gezag_sees_it_and_has_a_copy_each_by_name() -> None:
    other = Parent(id="p2", name="S. Haddad")
    content = replace(a_complete_content(), parents=(a_parent(), other))

    assert to_do(content, complete_facts()) == [
        ToDo(Section.PARENTS, Missing.INSPECTION, "S. Haddad"),
        ToDo(Section.PARENTS, Missing.COPY, "S. Haddad"),
    ]


@pytest.mark.parametrize(("custody", "asked"), [(Custody.YES, True), (Custody.UNKNOWN, True), (Custody.NO, False)])
def test_only_a_parent_who_certainly_has_no_gezag_is_left_out(custody: Custody, asked: bool) -> None:
    other = Parent(id="p2", name="S. Haddad", custody=custody)
    content = replace(a_complete_content(), parents=(a_parent(), other))

    assert bool(missing(content)) is asked


def test_a_copy_of_an_earlier_version_is_no_longer_good() -> None:
    assert missing(a_complete_content(), replace(complete_facts(), content_version=4)) == [Missing.STALE_COPY]


def test_with_an_opp_the_plan_the_agreement_and_the_pupils_voice_are_needed() -> None:
    facts = replace(complete_facts(), has_opp=True)

    assert set(missing(a_complete_content(), facts)) == {
        Missing.OPP_DOCUMENT,
        Missing.ACTIONS,
        Missing.PUPIL_VOICE,
    }


def test_both_can_be_waived_with_a_reason() -> None:
    facts = replace(complete_facts(), has_opp=True, documents=(DocumentKind.OKR, DocumentKind.OPP))
    waived = replace(a_complete_content(), support=Support(actions_waiver="a", pupil_waiver="b"))

    assert missing(waived, facts) == []


def test_a_conversation_asked_for_needs_its_reason() -> None:
    content = a_complete_content().with_section("contact", {"conversation_asked": True})

    assert missing(content) == [Missing.CONVERSATION_REASON]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"application": False}, Missing.APPLICATION),
        ({"receiver_ready": False}, Missing.RECEIVER_NOT_READY),
        ({"tlv_settled": False}, Missing.TLV),
    ],
)
def test_the_destination_must_be_recorded_ready_and_permitted(changed: dict[str, bool], expected: Missing) -> None:
    facts = replace(complete_facts(), **changed)  # type: ignore[arg-type]  # each names a flag

    assert missing(a_complete_content(), facts) == [expected]
