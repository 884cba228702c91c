"""A pupil's number is tested as the register does, and never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.terms.pupil_number import PupilNumber


def accepted(digits: str) -> bool:
    try:
        PupilNumber.parse(digits)
    except ValueError:
        return False
    return True


@given(st.from_regex(r"[0-9]{9}", fullmatch=True) | st.from_regex(r"10[0-9]{7}", fullmatch=True))
def test_it_passes_the_eleven_test_of_a_bsn_or_that_of_an_onderwijsnummer(digits: str) -> None:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    rest = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11

    assert accepted(digits) == (digits != "000000000" and (rest == 0 or (rest == 5 and digits.startswith("10"))))


@pytest.mark.parametrize("text", ["111222333", "111.222.333", " 111 222 333 "])
def test_a_bsn_is_read_however_it_is_typed(text: str) -> None:
    number = PupilNumber.parse(text)

    assert number.digits == "111222333"
    assert (number.is_bsn, number.is_onderwijsnummer) == (True, False)


def test_an_onderwijsnummer_is_told_apart() -> None:
    number = PupilNumber.parse("101222331")

    assert (number.is_bsn, number.is_onderwijsnummer) == (False, True)


def test_a_lost_leading_zero_comes_back() -> None:
    assert PupilNumber.parse("12345672").digits == "012345672"


@pytest.mark.parametrize("text", ["", "000000000", "111222334", "1112223334", "11122233", "11122233a", "١١١٢٢٢٣٣٣"])
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="pupil number") as refused:
        PupilNumber.parse(text)

    assert not text or text not in str(refused.value)


def test_it_is_not_shown_in_logs() -> None:
    assert "111222333" not in repr(PupilNumber.parse("111222333"))
