"""Every kind has its side, its room and its words."""

from __future__ import annotations

from handover.terms import document_kind, school_kind
from handover.terms.document_kind import DocumentKind
from handover.terms.school_kind import SchoolKind, Side, kinds_of


def test_every_kind_of_school_is_on_one_side() -> None:
    assert kinds_of(Side.PO) == (SchoolKind.BO, SchoolKind.SBO, SchoolKind.SO)
    assert kinds_of(Side.VO) == (SchoolKind.VO, SchoolKind.PRO, SchoolKind.VSO, SchoolKind.ISK)
    assert kinds_of(Side.SWV) == ()


def test_a_tlv_is_needed_for_special_and_practical_education() -> None:
    assert {kind for kind in SchoolKind if kind.needs_tlv} == {
        SchoolKind.SBO,
        SchoolKind.SO,
        SchoolKind.PRO,
        SchoolKind.VSO,
    }


def test_only_special_schools_let_a_child_go_without_advice() -> None:
    assert [kind for kind in SchoolKind if not kind.needs_advice] == [SchoolKind.SO]


def test_what_says_how_a_child_is_cared_for_lies_in_the_care_room() -> None:
    assert {kind for kind in DocumentKind if not kind.goes_to_care} == {
        DocumentKind.OKR,
        DocumentKind.TOETSRESULTATEN,
        DocumentKind.CIJFERLIJST,
        DocumentKind.ADVIESFORMULIER,
        DocumentKind.ZIENSWIJZE,
        DocumentKind.OTHER,
    }


def test_every_kind_has_words() -> None:
    assert set(document_kind.LABELS) == set(DocumentKind)
    assert set(school_kind.LABELS) == set(SchoolKind)
    assert set(school_kind.SIDE_LABELS) == set(Side)
