"""Something hidden is found however it is written, and not in what only looks a little like it."""

from __future__ import annotations

import pytest

from handover.terms.hidden import holds, needle


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("Dorpsstraat 12", "Zij wonen aan de DORPSSTRAAT-12 in Venray."),
        ("Dorpsstraat 12", "Dorps\nstraat   12"),
        ("5801 AB", "5801ab"),
        ("06 12345678", "bel 0612345678"),
        ("06 12345678", "bel +31 6 1234 5678"),
        ("0031612345678", "06-12 34 56 78"),
        ("Café de Zwaan", "cafe de zwaan"),
    ],
)
def test_it_is_found_however_it_is_written(item: str, text: str) -> None:
    assert holds(text, [needle(item)])


@pytest.mark.parametrize(
    ("item", "text"),
    [("Dorpsstraat 12", "Dorpsstraat 21"), ("5801 AB", "5801 BA"), ("06 12345678", "06 12345679"), ("5801 AB", "")],
)
def test_what_only_looks_like_it_is_not_found(item: str, text: str) -> None:
    assert not holds(text, [needle(item)])
