"""References and aanmeldcodes survive being read aloud, and a slip of the ear is noticed."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.terms.aanmeldcode import check_symbol, new_aanmeldcode, parse_aanmeldcode
from handover.terms.reference import SYMBOLS, new_reference, parse_reference

BODIES = st.text(SYMBOLS, min_size=8, max_size=8)
WRITTEN = BODIES.map(lambda body: f"{body[:4]}-{body[4:]}-{check_symbol(body)}")


def test_a_reference_has_the_shape_that_people_know() -> None:
    drawn = {new_reference() for _ in range(200)}

    assert len(drawn) == 200
    assert all(len(one) == 7 and one[4] == "-" and parse_reference(one) == one for one in drawn)


@given(st.text(SYMBOLS, min_size=6, max_size=6))
def test_a_reference_is_read_however_it_is_typed(symbols: str) -> None:
    written = f"{symbols[:4]}-{symbols[4:]}"

    assert parse_reference(symbols.lower()) == written
    assert parse_reference(f" {symbols[:2]} {symbols[2:]} ") == written
    assert parse_reference(symbols.replace("0", "o").replace("1", "l")) == written
    assert parse_reference(symbols.replace("0", "O").replace("1", "I")) == written


@pytest.mark.parametrize("text", ["", "7K3P", "7K3P-2", "7K3P-2MM", "7K3P-2U", "7K3P-2é"])
def test_anything_else_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        parse_reference(text)


def test_a_new_code_is_a_code() -> None:
    drawn = {new_aanmeldcode() for _ in range(200)}

    assert len(drawn) == 200
    assert all(parse_aanmeldcode(one) == one for one in drawn)


@given(WRITTEN)
def test_a_code_is_read_however_it_is_typed(written: str) -> None:
    assert parse_aanmeldcode(written.replace("-", "").lower()) == written
    assert parse_aanmeldcode(written.replace("-", " ").replace("0", "o").replace("1", "i")) == written


@given(WRITTEN, st.integers(0, 8), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_noticed(written: str, place: int, other: str) -> None:
    code = written.replace("-", "")
    wrong = code[:place] + other + code[place + 1 :]

    if wrong == code:
        assert parse_aanmeldcode(wrong) == written
    else:
        with pytest.raises(ValueError, match="wrong"):
            parse_aanmeldcode(wrong)


@given(WRITTEN)
def test_any_two_symbols_that_changed_places_are_noticed(written: str) -> None:
    code = written.replace("-", "")
    for one, other in combinations(range(9), 2):
        swapped = list(code)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if code[one] != code[other]:
            with pytest.raises(ValueError, match="wrong"):
                parse_aanmeldcode("".join(swapped))


@pytest.mark.parametrize("text", ["", "7K3P-2M9Q", "7K3P-2M9Q-44", "7K3P-2M9U-4"])
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match="nine"):
        parse_aanmeldcode(text)
