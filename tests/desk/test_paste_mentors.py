"""A class list of the new school year: which child and which mentor a row means, and what is refused, and why."""

from __future__ import annotations

from datetime import date

import pytest

from handover.desk.paste_mentors import ClassList, Colleague, mentors_in, read_class_list
from handover.errors import Invalid

CHILDREN = {
    "h1": {"first_name": "Noah", "infix": "", "last_name": "Wójcik", "birth_date": "2015-06-19"},
    "h2": {"first_name": "Lieke", "infix": "van den", "last_name": "Heuvel", "birth_date": "2015-03-05"},
    "h3": {"first_name": "Sem", "infix": "", "last_name": "Peeters", "birth_date": "2015-01-02"},
    "h4": {"first_name": "Sem", "infix": "", "last_name": "Peeters", "birth_date": "2014-12-30"},
}
JORIS, ANNA = Colleague(email="joris@vo.nl", name="Joris Vink"), Colleague(email="anna@vo.nl", name="Anna de Bos")
BOS = Colleague(email="ben@vo.nl", name="Ben Bos")


def read(text: str, **of_class: str) -> ClassList:
    return read_class_list(
        text, today=date(2027, 8, 20), children=CHILDREN, colleagues=[JORIS, ANNA, BOS], of_class=of_class
    )


@pytest.mark.parametrize(
    ("row", "child"),
    [
        ("Noah Wójcik", "h1"),
        ("noah wojcik", "h1"),
        ("Wójcik, Noah", "h1"),
        ("Heuvel, Lieke van den", "h2"),
        ("Lieke van den Heuvel", "h2"),
    ],
)
def test_a_child_is_known_by_its_name_however_it_is_written(row: str, child: str) -> None:
    found = read(f"Leerling\tKlas\tMentor\n{row}\t1b\tJoris Vink")

    assert [(line.handover_id, line.class_name, line.mentors[0].email) for line in found.good] == [
        (child, "1b", "joris@vo.nl")
    ]


@pytest.mark.parametrize("born", ["30-12-2014", "2014/12/30", "30 december 2014", "42003"])
def test_of_two_with_one_name_the_birth_date_says_which(born: str) -> None:
    found = read(f"Naam;Geboortedatum;Klas;Mentor\nSem Peeters;{born};1b;joris@vo.nl")

    assert [line.handover_id for line in found.good] == ["h4"]


def test_a_name_that_two_children_have_is_not_guessed_at() -> None:
    found = read("Naam\tKlas\tMentor\nSem Peeters\t1b\tJoris Vink")

    assert found.good == []
    assert found.bad[0].reasons == ("Deze naam past bij twee leerlingen. Zet de geboortedatum erbij.",)


def test_another_first_name_may_be_that_of_a_twin_and_is_refused() -> None:
    found = read("Naam;Geboortedatum;Klas;Mentor\nNoë Wojcik;19-6-2015;1b;joris@vo.nl")

    assert found.good == []
    assert found.bad[0].reasons[0].startswith("Deze leerling staat niet bij uw ontvangen dossiers")


def test_three_wrong_rows_of_three_hundred_hold_up_no_other() -> None:
    rows = ["Noah Wójcik\t1b\tJoris Vink"] * 297 + ["Niemand Bekend\t1b\tJoris Vink"] * 3
    found = read("\n".join(["Naam\tKlas\tMentor", *rows]))

    assert (len(found.good), [line.number for line in found.bad]) == (297, [299, 300, 301])


def test_a_class_without_a_mentor_asks_for_one_and_takes_it() -> None:
    text = "Naam\tKlas\nNoah Wójcik\t1b\nLieke van den Heuvel\t1c"

    assert read(text).classes_without == ("1b", "1c")
    found = read(text, **{"1b": "Joris Vink; anna@vo.nl", "1c": ""})
    assert [[one.email for one in line.mentors] for line in found.good] == [["joris@vo.nl", "anna@vo.nl"]]
    assert found.classes_without == ("1b", "1c")


@pytest.mark.parametrize(
    ("typed", "mails", "expected"),
    [
        ("Joris Vink", "", [("joris@vo.nl", "Joris Vink")]),
        ("vink", "", [("joris@vo.nl", "Joris Vink")]),
        ("J. Vink", "", [("joris@vo.nl", "Joris Vink")]),
        ("dhr. Vink", "", [("joris@vo.nl", "Joris Vink")]),
        ("jan-en-alleman+klas@vo.nl", "", [("jan-en-alleman+klas@vo.nl", "")]),
        ("Nieuw Iemand <nieuw@vo.nl>", "", [("nieuw@vo.nl", "Nieuw Iemand")]),
        ("NIEUW@vo.nl", "", [("nieuw@vo.nl", "")]),
        ("Joris Vink en Anna de Bos", "", [("joris@vo.nl", "Joris Vink"), ("anna@vo.nl", "Anna de Bos")]),
        ("joris@vo.nl, anna@vo.nl", "", [("joris@vo.nl", ""), ("anna@vo.nl", "")]),
        ("Eva Smit", "eva@vo.nl", [("eva@vo.nl", "Eva Smit")]),
        ("E. Smit / J. Vink", "eva@vo.nl / joris@vo.nl", [("eva@vo.nl", "E. Smit"), ("joris@vo.nl", "J. Vink")]),
    ],
)
def test_a_mentor_is_known_by_name_or_address(typed: str, mails: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.email, one.name) for one in mentors_in(typed, mails, [JORIS, ANNA, BOS])] == expected


@pytest.mark.parametrize(
    "typed", ["Niemand", "Bos", "joris@", "@", "<script>@x", "Anna Vink", "P. Vink", "(" * 299 + "@", "x" * 301]
)
def test_who_is_nobody_or_two_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        mentors_in(typed, "", [JORIS, ANNA, BOS])


def test_without_headings_nothing_is_taken_for_a_mentor() -> None:
    found = read("Noah\tWójcik\t19-6-2015")

    assert found.good == []
    assert found.bad[0].reasons == ("Er staat geen mentor en geen klas.",)


def test_a_class_that_is_no_name_of_one_is_refused() -> None:
    found = read("Naam\tKlas\tMentor\nNoah Wójcik\t" + "x" * 21 + "\tJoris Vink")

    assert "20 tekens" in found.bad[0].reasons[0]


def test_a_cell_full_of_blanks_stalls_nobody() -> None:
    with pytest.raises(Invalid):
        mentors_in("a" + " " * 2_000_000 + "b", "", [JORIS])
