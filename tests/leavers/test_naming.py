"""A name is kept as somebody bears it, without what nobody can see; what cannot be one is refused with a reason."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.errors import Invalid
from handover.leavers.naming import read_name, same_child, tidy
from schemas.dossiers import NameSchema

TURNING = {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
"""Signs that turn the direction of what follows."""
TODAY = date(2027, 4, 8)
NOAH = {"first_name": "Noah", "infix": "", "last_name": "Wójcik", "birth_date": "2015-06-19"}


def test_a_name_that_is_right_comes_back_as_it_is() -> None:
    assert read_name(NOAH, today=TODAY) == NOAH


@pytest.mark.parametrize("joined", ["می\u200cنا", "क\u094d\u200dष"])
def test_joiners_that_a_script_needs_stay(joined: str) -> None:
    assert tidy(joined) == joined


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u061c"])
def test_marks_that_nobody_sees_go(sign: str) -> None:
    assert tidy(f"No{sign}ah") == "Noah"


@given(st.text(max_size=150), st.text(max_size=40), st.text(max_size=150))
def test_whatever_is_taken_is_what_the_schema_takes_and_tidying_twice_changes_nothing(
    first: str, infix: str, last: str
) -> None:
    try:
        read = read_name(NOAH | {"first_name": first, "infix": infix, "last_name": last}, today=TODAY)
    except Invalid:
        return
    NameSchema().load(read)
    assert read_name(read, today=TODAY) == read
    seen = "".join(read[part] for part in ("first_name", "infix", "last_name"))
    assert not any(
        unicodedata.bidirectional(sign) in {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI"} for sign in seen
    )


@pytest.mark.parametrize("born", ["2027-04-09", "1999-01-01", "2026-01-01", None, ""])
def test_a_birth_date_that_no_leaver_has_is_refused(born: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        read_name(NOAH | {"birth_date": born}, today=TODAY)

    assert set(caught.value.fields) == {"birth_date"}


def test_one_child_is_known_however_its_name_was_split() -> None:
    one = {"first_name": "Lieke", "infix": "van den", "last_name": "Heuvel", "birth_date": "2015-06-19"}
    other = {"first_name": "LIEKE", "infix": "", "last_name": "van den  heuvel", "birth_date": "2015-06-19"}

    assert same_child(one) == same_child(other)
    assert same_child(one) != same_child(one | {"birth_date": "2015-06-20"})
