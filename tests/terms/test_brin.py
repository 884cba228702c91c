"""A BRIN is read however it is written, and nothing else passes for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.terms.brin import Brin4, Brin6

CODES = st.from_regex(r"[0-9]{2}[A-Z]{2}[0-9]{2}", fullmatch=True)


@given(CODES)
def test_what_is_written_reads_back(code: str) -> None:
    assert str(Brin6.parse(code)) == code
    assert str(Brin6.parse(code.lower())) == code


@given(CODES, st.sampled_from([" ", "-", "/", ".", " - "]))
def test_signs_between_school_and_location_do_not_matter(code: str, between: str) -> None:
    assert Brin6.parse(f" {code[:4]}{between}{code[4:]} ") == Brin6(code)


@given(CODES)
def test_both_widths_of_a_file_are_the_same_location(code: str) -> None:
    assert Brin6.join(code[:4], code[4:]) == Brin6.join(code[:4], code) == Brin6.join("", code)


def test_a_zero_that_a_spreadsheet_ate_comes_back() -> None:
    assert str(Brin6.join("25FY", "0")) == "25FY00"
    assert str(Brin6.join("25FY", "7")) == "25FY07"


@given(CODES)
def test_a_location_knows_its_school(code: str) -> None:
    location = Brin6(code)

    assert location.brin == Brin4(code[:4])
    assert str(location.brin) + location.vestiging == code


def test_a_vestiging_of_another_school_is_refused() -> None:
    with pytest.raises(ValueError, match="another"):
        Brin6.join("25FY", "25GF00")


@pytest.mark.parametrize("text", ["", "25FY", "25FY0", "25FY000", "2AFY00", "25F100", "25FYAA", "٢٥FY00", "25FÝ00"])
def test_anything_else_is_no_location(text: str) -> None:
    with pytest.raises(ValueError, match="BRIN"):
        Brin6.parse(text)


@pytest.mark.parametrize("text", ["", "25F", "25FY0", "FY25", "25FY00"])
def test_anything_else_is_no_school(text: str) -> None:
    with pytest.raises(ValueError, match="BRIN"):
        Brin4.parse(text)


@pytest.mark.parametrize(("brin", "vestiging"), [("25FY", ""), ("", "00"), ("", ""), ("25FY", "000")])
def test_half_a_pair_is_no_location(brin: str, vestiging: str) -> None:
    with pytest.raises(ValueError, match="BRIN"):
        Brin6.join(brin, vestiging)
