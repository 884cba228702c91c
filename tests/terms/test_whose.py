"""Whose a document is: names as people and programs write them, and never half a word."""

from __future__ import annotations

import pytest

from handover.terms.whose import Called, in_words, named_in, packed, unpacked

NOAH = Called.of({"first_name": "Noah", "infix": "", "last_name": "Wójcik", "birth_date": "2015-06-19"})
LIEKE = Called.of({"first_name": "Lieke", "infix": "van den", "last_name": "Berg", "birth_date": "2014-11-04"})
BO = Called.of({"first_name": "Bo", "infix": "", "last_name": "Li", "birth_date": "2015-01-02"})
CLASS = (NOAH, LIEKE, BO)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Onderwijskundig rapport van Noah Wójcik, groep 8", (0,)),
        ("Leerling: WOJCIK, NOAH", (0,)),
        ("Naam: Berg, Lieke van den", (1,)),
        ("Naam: van den Berg, Lieke", (1,)),
        ("Berg, van den, Lieke", (1,)),
        ("Achternaam: Berg   Geboren: 4 november 2014", (1,)),
        ("Berg 04-11-2014", (1,)),
        ("Berg 2014-11-04", (1,)),
        ("Noah speelt graag met Lieke van den Berg. Noah Wójcik leest veel.", (0, 1)),
        ("Noah begint rustig. De heer Wójcik is tevreden.", ()),
        ("Een symbolisch boliviaans feest", ()),
        ("Bo Li doet mee", (2,)),
        ("Bergen op 4 november 2014", ()),
        ("", ()),
    ],
)
def test_a_text_names_who_stands_in_it_whole(text: str, named: tuple[int, ...]) -> None:
    assert named_in(in_words(text), CLASS) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Rapport van Sem de Vries, geboren 19-06-2015", (0,)),
        ("Naam: Vries, Tim de. 19 juni 2015", (1,)),
        ("Sem de Vries zit naast Tim de Vries, 19-06-2015", (0, 1)),
        ("Achternaam: Vries, de. Geboren: 19-06-2015", (0, 1)),
    ],
)
def test_of_twins_the_one_is_not_named_by_the_birth_date_of_the_other(text: str, named: tuple[int, ...]) -> None:
    born = {"infix": "de", "last_name": "Vries", "birth_date": "2015-06-19"}
    twins = [Called.of({"first_name": first, **born}) for first in ("Sem", "Tim")]

    assert named_in(in_words(text), twins) == named


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("OKR_Wójcik_Noah_2027.pdf", [NOAH]),
        ("okr noah 8a wojcik.pdf", [NOAH]),
        ("Lieke-van-den-Berg.pdf", [LIEKE]),
        ("Berg, Lieke.pdf", [LIEKE]),
        ("Berg.pdf", []),
        ("Noah.pdf", []),
        ("rapport-0012.pdf", []),
    ],
)
def test_the_name_of_a_file_may_say_something_between(name: str, named: list[Called]) -> None:
    assert [one for one in CLASS if one.is_in_file_name(in_words(name))] == named


def test_what_goes_to_another_process_comes_back_the_same() -> None:
    assert unpacked(packed(CLASS)) == list(CLASS)


def test_a_name_stands_in_no_message() -> None:
    assert "wojcik" not in repr(NOAH)
