"""What is found in a document, looked at in this process; `test_checking` looks at how it is done safely."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handover.dossiers.finding import MAX_PAGES, Examination, Finding
from handover.dossiers.pdf import examine
from tests.dossiers import pdfs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("made", "findings"),
    [
        pytest.param(made, findings, id=made.__name__)
        for made, findings in [
            (pdfs.a_letter, []),
            (pdfs.with_text_in_a_form, []),
            (pdfs.with_empty_list_of_files, []),
            (pdfs.with_font_named_js, []),
            (pdfs.a_loop_of_tables, []),
            (pdfs.a_scan, [Finding.NO_TEXT_LAYER]),
            (pdfs.with_fields, [Finding.FORM_FIELDS]),
            (pdfs.with_signature, [Finding.SIGNED]),
            (pdfs.with_script_at_opening, [Finding.JAVASCRIPT]),
            (pdfs.with_script_in_annotation, [Finding.JAVASCRIPT]),
            (pdfs.with_script_by_name, [Finding.JAVASCRIPT]),
            (pdfs.with_script_of_rendition, [Finding.JAVASCRIPT]),
            (pdfs.with_script_in_object_stream, [Finding.JAVASCRIPT]),
            (pdfs.with_script_in_escaped_letters, [Finding.JAVASCRIPT]),
            (pdfs.with_script_unlisted, [Finding.JAVASCRIPT]),
            (pdfs.with_script_packed_and_unlisted, [Finding.JAVASCRIPT]),
            (pdfs.with_script_in_earlier_version, [Finding.JAVASCRIPT]),
            (pdfs.a_long_chain, [Finding.JAVASCRIPT]),
            (pdfs.with_launch, [Finding.LAUNCH]),
            (pdfs.with_file, [Finding.EMBEDDED_FILES]),
            (pdfs.with_file_in_annotation, [Finding.EMBEDDED_FILES]),
            (pdfs.with_xfa, [Finding.XFA]),
        ]
    ],
)
def test_a_document_of_one_page_has_these_findings(made: Callable[[], bytes], findings: list[Finding]) -> None:
    assert examine(made()) == Examination(1, tuple(findings))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(made, id=made.__name__)
        for made in [
            pdfs.with_script_in_second_value,
            pdfs.a_loop_of_pages,
            pdfs.a_tree_that_shares_branches,
            pdfs.a_deep_nest,
            pdfs.an_object_that_is_itself,
        ]
    ],
)
def test_what_programs_may_read_in_two_ways_is_unreadable(made: Callable[[], bytes]) -> None:
    assert examine(made()) == Examination.refused(Finding.UNREADABLE)


@pytest.mark.parametrize("made", [pdfs.a_flate_bomb, pdfs.many_flate_bombs])
def test_pages_that_would_fill_a_readers_memory_are_refused(made: Callable[[], bytes]) -> None:
    assert examine(made()) == Examination.refused(Finding.TOO_MUCH_MEMORY)


def test_files_without_a_page_are_found_too() -> None:
    assert Finding.EMBEDDED_FILES in examine(pdfs.with_file_and_no_page()).refusals


def test_a_document_without_a_page_is_unreadable() -> None:
    none = {pdfs.PAGES: b"<< /Type /Pages /Kids [] /Count 0 >>"}

    assert examine(pdfs.a_letter(none)) == Examination.refused(Finding.UNREADABLE)


def test_five_hundred_pages_are_taken() -> None:
    assert examine(pdfs.pages(MAX_PAGES)) == Examination(MAX_PAGES)


@pytest.mark.parametrize(("number", "count"), [(501, None), (10_000, None), (501, 1), (1, 501)])
def test_more_pages_are_refused_whatever_the_count_says(number: int, count: int | None) -> None:
    assert examine(pdfs.pages(number, count=count)) == Examination.refused(Finding.TOO_MANY_PAGES)


def test_a_document_that_asks_for_a_password_is_refused() -> None:
    assert examine(pdfs.encrypted(user="geheim", owner="beheer")) == Examination.refused(Finding.NEEDS_PASSWORD)


def test_a_document_that_anybody_can_open_is_read_through_its_encryption() -> None:
    assert examine(pdfs.encrypted(user="", owner="beheer")) == Examination(1, (Finding.EMPTY_OWNER_PASSWORD,))


def test_a_document_cut_off_anywhere_is_refused() -> None:
    whole = pdfs.a_letter()

    for length in range(len(whole) - len("F\n")):
        assert examine(whole[:length]) == Examination.refused(Finding.UNREADABLE), length


def test_a_large_document_cut_off_in_its_second_version_is_refused() -> None:
    whole = pdfs.updated(pdfs.a_letter(), {pdfs.FREE: pdfs.a_stream(b"x" * 100_000)})

    assert examine(whole[:-50_000]) == Examination.refused(Finding.UNREADABLE)


def test_several_reasons_come_together_in_a_fixed_order() -> None:
    both = pdfs.a_letter(
        {pdfs.FREE: pdfs.FILE, 11: pdfs.EMBEDDED},
        catalog=b"/OpenAction %s /Files 10 0 R" % pdfs.SCRIPT,
        content=pdfs.a_stream(b"0 0 m"),
    )

    assert examine(both) == Examination(1, (Finding.JAVASCRIPT, Finding.EMBEDDED_FILES, Finding.NO_TEXT_LAYER))


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n0\n%%EOF", b"%PDF-" + bytes(2000) + b"%%EOF"]
)
def test_a_mark_at_each_end_makes_no_document(data: bytes) -> None:
    assert examine(data) == Examination.refused(Finding.UNREADABLE)


def test_nothing_that_pypdf_says_of_a_document_is_written_anywhere() -> None:
    # In a process of its own: pytest listens to every logger of this one.
    script = (
        "from handover.dossiers.pdf import examine; from tests.dossiers import pdfs\n"
        "damaged = pdfs.a_stream(b'x' + bytes([156]) + bytes([255]) * 50, b'/Filter /FlateDecode')\n"
        "assert examine(pdfs.a_letter(content=damaged)).findings == ('no_text_layer',)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
