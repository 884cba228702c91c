"""The open register is taken over as it comes, line by line, again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from handover.db.base import Base
from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.schools.duo import Refused, Row, UnreadableFile, as_written, read
from handover.schools.model import Location
from handover.schools.queries import search_locations
from handover.schools.register import ImportReport, import_register
from handover.terms.school_kind import SchoolKind, Side
from tests.fakes.clock import StandingClock

REAL = (Path(__file__).parents[1] / "data" / "vestigingen-bo-cp1252.csv").read_bytes()
DAY = date(2027, 1, 15)
HEAD = "INSTELLINGSCODE,VESTIGINGSCODE,VESTIGINGSNAAM,PLAATSNAAM\n"


@pytest.fixture
def uow(tmp_path: Path) -> Iterator[UnitOfWork]:
    engine = make_engine(f"sqlite:///{tmp_path / 'schools.sqlite'}")
    tables = [
        table for table in Base.metadata.sorted_tables if table.name in {"board", "swv", "municipality", "location"}
    ]
    Base.metadata.create_all(engine, tables=tables)
    with UnitOfWork(session_factory(engine), StandingClock()) as opened:
        yield opened
    engine.dispose()


def take(uow: UnitOfWork, data: bytes, on: date = DAY) -> ImportReport:
    return import_register(uow, data, kind=SchoolKind.BO, on=on, whole=True)


def test_a_real_file_is_taken_whole(uow: UnitOfWork) -> None:
    report = take(uow, REAL)

    assert len(report.added) == 33
    assert report.refused == []
    assert all(location.place for location in uow.session.query(Location))


def test_a_second_time_changes_nothing(uow: UnitOfWork) -> None:
    take(uow, REAL)

    again = take(uow, REAL)

    assert (again.added, again.changed, again.closed, again.unchanged) == ([], {}, [], 33)


def test_a_school_that_vanished_is_closed_and_opens_when_it_is_back(uow: UnitOfWork) -> None:
    take(uow, REAL)
    lines = REAL.splitlines(keepends=True)
    gone = str(lines[5].split(b";")[3], "ascii")

    closed = take(uow, b"".join(lines[:5] + lines[6:]))
    location = uow.session.get(Location, gone)
    assert closed.closed == [gone]
    assert location is not None
    assert location.closed_on == DAY

    assert take(uow, REAL).reopened == [gone]
    assert location.closed_on is None


def test_a_change_is_told_field_by_field(uow: UnitOfWork) -> None:
    take(uow, (HEAD + "25FY,00,Raayland College,Venray\n").encode())

    report = take(uow, (HEAD + "25FY,00,Raayland,Venray\n").encode())

    assert report.changed == {"25FY00": {"name": ("Raayland College", "Raayland")}}


def test_a_line_that_cannot_be_read_closes_nobody(uow: UnitOfWork) -> None:
    take(uow, REAL)
    lines = REAL.splitlines(keepends=True)
    broken = [b"x;" + lines[5]]

    report = take(uow, b"".join(lines[:5] + broken + lines[6:]))

    assert [refused.line for refused in report.refused] == [6]
    assert report.closed == []


@pytest.mark.parametrize(
    "text",
    [
        "INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM\n25FY;00;Raayland\n",
        "BRIN NUMMER,VESTIGINGSNUMMER,VESTIGINGSNAAM\n25FY,25FY00,Raayland\n",
        '"BRIN NUMMER";"VESTIGINGSNUMMER";"VESTIGINGSNAAM"\r\n"25FY";"25FY00";"Raayland"\r\n',
        "\ufeffINSTELLINGSCODE\tVESTIGINGSCODE\tVESTIGINGSNAAM\n25FY\t0\tRaayland\n",
    ],
)
def test_separator_quotes_mark_and_width_of_the_code_may_differ(text: str) -> None:
    (row,) = read(text.encode())

    assert isinstance(row, Row)
    assert (row.brin6, row.name) == ("25FY00", "Raayland")


@pytest.mark.parametrize("data", [b"", b"  \n", b"PK\x03\x04\0\0", b"naam;adres\nx;y\n", b"\xff\xfe"])
def test_what_is_no_register_is_refused_whole(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        list(read(data))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("99XX,00", "kolommen"),
        ("Raayland,00,Raayland,Venray", "BRIN"),
        ("25FY,00,,Venray", "naam"),
        ("25FY,00,a,b,c", "kolommen"),
        (f"25FY,00,{'a' * 201},Venray", "Te lang"),
        ("25FY,00,Raay\u202eland,Venray", "teken"),
    ],
)
def test_a_line_that_is_refused_says_where_and_why(line: str, words: str) -> None:
    (found,) = read((HEAD + line + "\n").encode())

    assert isinstance(found, Refused)
    assert found.line == 2
    assert words in found.reason


def test_the_same_location_twice_is_taken_once() -> None:
    found = list(read((HEAD + "25FY,00,Raayland,Venray\n" * 2).encode()))

    assert [type(one) for one in found] == [Row, Refused]


def test_old_apostrophes_and_umlauts_come_through() -> None:
    (row,) = read((HEAD + "25FY,00,’t Höfke,Venray\n").encode("cp1252"))

    assert isinstance(row, Row)
    assert row.name == "’t Höfke"


def test_a_school_is_found_by_any_words_of_its_name_place_or_brin(uow: UnitOfWork) -> None:
    take(uow, (HEAD + "25FY,00,Höfke College,Venray\n03QI,00,Hommel,Horst\n").encode())

    for words in ("venray hofke", "HÖFKE", "25fy00"):
        assert [found.brin6 for found in search_locations(uow, words, side=Side.PO)] == ["25FY00"]
    assert search_locations(uow, "hofke horst", side=Side.PO) == []
    assert search_locations(uow, "hofke", side=Side.VO) == []


def test_a_quote_that_is_not_closed_costs_its_own_line_and_no_other(uow: UnitOfWork) -> None:
    lines = REAL.splitlines(keepends=True)
    fifth = lines[5].split(b";")
    fifth[4] = b'"' + fifth[4]

    report = take(uow, b"".join([*lines[:5], b";".join(fifth), *lines[6:]]))

    assert [refused.line for refused in report.refused] == [6]
    assert len(report.added) == 32


def test_a_file_of_secondary_schools_tells_practical_ones_apart(uow: UnitOfWork) -> None:
    head = "INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;ONDERWIJSSTRUCTUUR\n"
    data = (head + "25FY;00;Raayland College;HAVO/VWO\n26AA;00;Wildveld;PRO\n").encode()

    report = import_register(uow, data, kind=SchoolKind.VO, on=DAY, whole=True)

    assert report.added == ["25FY00", "26AA00"]
    assert [uow.session.get_one(Location, brin6).kind for brin6 in report.added] == [SchoolKind.VO, SchoolKind.PRO]
    assert import_register(uow, data, kind=SchoolKind.VO, on=DAY, whole=True).unchanged == 2


def test_a_file_taken_over_as_another_kind_changes_no_school(uow: UnitOfWork) -> None:
    take(uow, REAL)

    report = import_register(uow, REAL, kind=SchoolKind.VO, on=DAY, whole=True)

    assert len(report.refused) == 33
    assert (report.added, report.changed, report.closed) == ([], {}, [])


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("HORST AAN DE MAAS", "Horst aan de Maas"),
        ("BERGEN LB", "Bergen LB"),
        ("'S-HERTOGENBOSCH", "'s-Hertogenbosch"),
        ("IJSSELSTEIN", "IJsselstein"),
        ("DE RIJP", "De Rijp"),
        ("EE", "Ee"),
        ("Venray", "Venray"),
        ("", ""),
    ],
)
def test_places_are_written_as_people_write_them(shouted: str, written: str) -> None:
    assert as_written(shouted) == written
