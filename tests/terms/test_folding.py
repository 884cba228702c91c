"""What people type finds what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.terms.folding import fold


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Höfke", "hofke"),
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Çağla Yıldız", "cagla yildiz"),
        ("Straße", "strasse"),
        ("KC  'LEEF' (Kessel)", "kc leef kessel"),
        ("Mgr. Jenneskens-straat", "mgr jenneskens straat"),
        ("’t Kapelke", "t kapelke"),
    ],
)
def test_accents_capitals_and_signs_do_not_matter(written: str, typed: str) -> None:
    assert fold(written) == typed == fold(typed)


@pytest.mark.parametrize("name", ["Олена", "نور", "李娜"])
def test_other_scripts_keep_their_letters(name: str) -> None:
    assert fold(name)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
