"""What somebody pastes from a spreadsheet is read as they meant it, or refused with a reason they can act on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.desk.paste import MAX_ROWS, Column, Pasted, Status, read_paste
from handover.leavers.naming import same_child

TODAY = date(2027, 4, 8)


def _read(text: str, *listed: dict[str, str]) -> Pasted:
    return read_paste(text, today=TODAY, listed={same_child(one) for one in listed})


def _names(text: str) -> list[tuple[str, str, str, str]]:
    return [(one["first_name"], one["infix"], one["last_name"], one["birth_date"]) for one in _read(text).good]


LIEKE = ("Lieke", "van den", "Heuvel", "2015-06-19")


@pytest.mark.parametrize(
    "text",
    [
        "Roepnaam\tTussenvoegsel\tAchternaam\tGeboortedatum\nLieke\tvan den\tHeuvel\t19-6-2015",
        "Achternaam;Voorvoegsel;Roepnaam;Geb.datum\nHeuvel;van den;Lieke;19-06-2015",
        "Lieke\tvan den\tHeuvel\t19 juni 2015",
        "19/6/15\tLieke\tvan den\tHeuvel",
        "Naam;Geboortedatum\nLieke van den Heuvel;2015-06-19",
        "Leerling\tGeboren\nHeuvel, Lieke van den\t2015-06-19 00:00:00",
        "Lieke\tHeuvel, van den\t19-6-2015",
        "Lieke,van den,Heuvel,19-6-2015",
        '"Lieke";"van den";"Heuvel";"42174"',
        "Roepnaam\tAchternaam\tGeboortedatum\r\nLieke\tHeuvel, van den\t19.6.2015\r\n\r\n",
        "Nr\tRoepnaam\tTussenv.\tAchternaam\tBSN\tGeboortedatum\n1\tLieke\tvan den\tHeuvel\t123456782\t19-6-2015",
    ],
)
def test_a_row_is_recognised_by_heading_or_by_order(text: str) -> None:
    assert _names(text) == [LIEKE]


def test_columns_that_are_not_used_are_named() -> None:
    read = _read("Nr\tRoepnaam\tAchternaam\tBSN\tGeboortedatum\n1\tNoah\tPeters\t123456782\t19-6-2015")

    assert read.unused == ("Nr", "BSN")
    assert read.columns[0] is Column.OTHER


def test_one_bad_row_does_not_spoil_the_others() -> None:
    read = _read("Noah\tPeters\t19-6-2015\nBram\t\t1-2-2015\nSem\tVerhaegh\t31-4-2015\nFinn\tPoels\t3-3-2015")

    assert [row.status for row in read.rows] == [Status.GOOD, Status.REFUSED, Status.REFUSED, Status.GOOD]
    assert [row.line for row in read.rows] == [1, 2, 3, 4]
    assert all(row.reasons for row in read.rows if row.status is Status.REFUSED)


@pytest.mark.parametrize("born", ["", "31-4-2015", "19 juni", "2030-01-01", "1-1-1950", "gisteren", "19-6"])
def test_a_birth_date_that_cannot_be_is_refused_with_one_reason(born: str) -> None:
    (row,) = _read(f"Roepnaam\tAchternaam\tGeboortedatum\nNoah\tPeters\t{born}").rows

    assert row.status is Status.REFUSED
    assert len(row.reasons) == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Łucja", "Wójcik"),
        ("محمد", "الأحمد"),
        ("Νίκος", "Παπαδόπουλος"),
        ("小龙", "李"),
        ("Yiğit", "Öztürk"),
        ("D'Angelo", "O’Neill"),
    ],
)
def test_names_of_any_script_are_names(first: str, last: str) -> None:
    (row,) = _read(f"Roepnaam\tAchternaam\tGeboortedatum\n{first}\t{last}\t19-6-2015").rows

    assert row.name is not None
    assert (row.name["first_name"], row.name["last_name"]) == (first, last)


def test_marks_that_nobody_sees_are_taken_out_of_a_name() -> None:
    assert _names("Roepnaam\tAchternaam\tGeboortedatum\n\u202eNo\u200bah\u2069\tPe\u00adters\t19-6-2015") == [
        ("Noah", "", "Peters", "2015-06-19")
    ]


def test_a_control_sign_in_a_name_is_refused() -> None:
    (row,) = _read("Roepnaam\tAchternaam\tGeboortedatum\nNo\x07ah\tPeters\t19-6-2015").rows

    assert row.status is Status.REFUSED


def test_a_child_on_the_list_is_passed_over_however_its_name_is_split() -> None:
    listed = {"first_name": "Lieke", "infix": "", "last_name": "van den Heuvel", "birth_date": "2015-06-19"}

    read = _read("Lieke\tvan den\tHeuvel\t19-6-2015\nNoah\t\tPeters\t19-6-2015\nNoah\t\tPeters\t19-6-2015", listed)

    assert [row.status for row in read.rows] == [Status.LISTED, Status.GOOD, Status.TWICE]
    assert len(read.good) == 1


def test_more_rows_than_a_school_has_are_cut_off_and_said() -> None:
    read = _read("\n".join(f"Kind{letter}\tPeters{letter}\t19-6-2015" for letter in map(chr, range(200, 200 + 500))))

    assert len(read.rows) == MAX_ROWS
    assert read.cut_off


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    read = _read(text)

    assert len(read.good) == read.count(Status.GOOD)


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6))
def test_no_table_breaks_the_reading(rows: list[list[str]]) -> None:
    _read("\n".join("\t".join(row) for row in rows))
