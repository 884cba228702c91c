from __future__ import annotations

import pytest

from handover.dossiers.guess import guess_kind
from handover.terms.document_kind import DocumentKind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Onderwijskundig rapport Amira.pdf", DocumentKind.OKR),
        ("OKR_2027-definitief.pdf", DocumentKind.OKR),
        ("opp.pdf", DocumentKind.OPP),
        ("Ontwikkelingsperspectief groep 8.pdf", DocumentKind.OPP),
        ("Handelingsdeel bij het OPP.pdf", DocumentKind.HANDELINGSPLAN),
        ("TLV-VSO.pdf", DocumentKind.TLV),
        ("Doorstroomtoets IEP.pdf", DocumentKind.TOETSRESULTATEN),
        ("rapport groep 7.pdf", DocumentKind.CIJFERLIJST),
        ("Dyslexieverklaring.pdf", DocumentKind.DIAGNOSE),
        ("Zienswijze ouders bij OKR.pdf", DocumentKind.ZIENSWIJZE),
        ("Verzuimoverzicht.pdf", DocumentKind.VERZUIM),
    ],
)
def test_a_name_says_what_a_document_is(name: str, kind: DocumentKind) -> None:
    assert guess_kind(name) is kind


@pytest.mark.parametrize("name", ["scan0001.pdf", "Noah.pdf", "شهادة.pdf", "Hopper.pdf"])
def test_what_nobody_can_tell_goes_where_the_fewest_read_it(name: str) -> None:
    assert guess_kind(name).goes_to_care
