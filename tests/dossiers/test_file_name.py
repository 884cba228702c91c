from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.dossiers.file_name import MAX_LENGTH, clean_file_name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("OKR Noah.pdf", "OKR Noah.pdf"),
        ("OKR.PDF", "OKR.pdf"),
        ("rapport", "rapport.pdf"),
        (None, "document.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        ("...", "document.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("../../okr.pdf", "okr.pdf"),
        ("C:\\Users\\juf\\okr.pdf", "okr.pdf"),
        ("map/", "map.pdf"),
        ("a\0b\x1b[31m\x7f\r\nc.pdf", "ab[31m c.pdf"),
        ("  veel   ruimte\u2028 .pdf ", "veel ruimte.pdf"),
        ("rapport\u202efdp.exe", "rapportfdp.exe.pdf"),
        ("\u2066\u200fokr\u2069\u061c.pdf", "okr.pdf"),
        ("wat <is> dit?.pdf", "wat _is_ dit_.pdf"),
        ("Zoe\u0308.pdf", "Zoë.pdf"),
        ("دفتر\u200cها.pdf", "دفتر\u200cها.pdf"),
        ("Łukasz Đorđević ĳ 王小明.pdf", "Łukasz Đorđević ĳ 王小明.pdf"),
        ("👩\u200d🏫.pdf", "👩\u200d🏫.pdf"),
        ("half \ud83d.pdf", "half.pdf"),
    ],
)
def test_a_name_is_kept_and_what_could_mislead_is_not(raw: str | None, clean: str) -> None:
    assert clean_file_name(raw) == clean


def test_a_long_name_is_cut_before_its_ending() -> None:
    assert clean_file_name("x" * 300 + ".pdf") == "x" * 116 + ".pdf"


def test_a_name_is_not_cut_between_a_letter_and_its_accent() -> None:
    assert clean_file_name("x" * 115 + "q\u0303" + "x" * 100) == "x" * 115 + ".pdf"


@given(st.text(max_size=400))
def test_any_text_gives_a_name_that_stays_the_same_when_cleaned_again(raw: str) -> None:
    clean = clean_file_name(raw)

    assert clean_file_name(clean) == clean
    assert clean == unicodedata.normalize("NFC", clean)
    assert len(".pdf") < len(clean) <= MAX_LENGTH
    assert not set(clean) & set('/\\:*?"<>|\0\n')
