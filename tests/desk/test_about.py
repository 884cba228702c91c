"""What everybody may read: help, who sees what (drawn up from the rules themselves), accessibility."""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader

from handover.access.roles import ROLES
from handover.desk.help_words import DOES
from handover.desk.who_sees import WORDS, stages_of, tables
from handover.policy import Action, Role, Stage
from handover.schools.model import Person, UnitSide
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page

MATRIX = Path(__file__).resolve().parents[1] / "matrix.csv"
OWN = {
    Role.TEACHER: "teacher own group",
    Role.IB: "ib own unit",
    Role.PO_ADMIN: "po_admin own unit",
    Role.INTAKE: "intake own unit",
    Role.CARE: "care own unit",
    Role.VO_OFFICE: "vo_office own unit",
    Role.MENTOR: "mentor own class",
    Role.VO_ADMIN: "vo_admin own unit",
}


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def nobody(app: Flask) -> Visitor:
    return given_visitor(app)


@pytest.mark.parametrize("path", ["/hulp", "/wie-ziet-wat", "/toegankelijkheid"])
def test_anybody_reads_it_signed_in_or_not(app: Flask, thread: Thread, nobody: Visitor, path: str) -> None:
    for visitor in (nobody, given_signed_in(app, thread.intake), given_signed_in(app, thread.region.swv)):
        answer = visitor.get(path)
        assert answer.status_code == 200
        check_page(answer.text)


@pytest.fixture
def region_with_telephone(thread: Thread) -> None:
    with thread.services.uow() as uow:
        uow.session.get_one(Person, thread.region.swv.person_id).telephone = "0478 000 000"
        uow.commit()


@pytest.mark.usefixtures("region_with_telephone")
def test_signed_out_nobody_is_named_but_the_telephone_of_the_region(nobody: Visitor) -> None:
    said = text_of(nobody.page("/hulp"))

    assert "SWV Noord-Limburg, Venray" in said
    assert "0478 000 000" in said
    assert "Corrie" not in said
    assert "@" not in said


def test_signed_in_the_own_administrator_and_the_own_work_come_first(app: Flask, thread: Thread) -> None:
    said = text_of(given_signed_in(app, thread.intake).page("/hulp"))

    assert "Beheer Raayland College" in said
    assert "Corrie Beheer" in said
    assert "De Hommel" not in said
    assert said.index("Als intakecoördinator") < said.index("Wat anderen hier doen")


def test_every_role_is_told_what_it_does() -> None:
    assert set(DOES) == set(Role)


def _printed(visitor: Visitor, role: Role) -> str:
    pages = PdfReader(BytesIO(visitor.get(f"/hulp/{role}.pdf").data)).pages
    assert len(pages) == 1
    return _without_spaces(pages[0].extract_text())


def _without_spaces(text: str) -> str:
    return "".join(text.split())


@pytest.mark.usefixtures("region_with_telephone")
@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_sheet_to_print(thread: Thread, app: Flask, nobody: Visitor, role: Role) -> None:
    said = _printed(nobody, role)

    for text in DOES[role]:
        assert _without_spaces(str(text)) in said
    assert "SWVNoord-Limburg,Venray,0478000000" in said
    assert "CorrieBeheer" not in said
    assert "CorrieBeheer" in _printed(given_signed_in(app, thread.intake), role)


def test_a_sheet_for_a_role_that_does_not_exist_is_not_found(nobody: Visitor) -> None:
    assert nobody.get("/hulp/directeur.pdf").status_code == 404


def test_everything_that_policy_knows_has_words() -> None:
    assert set(WORDS) == set(Action)


def test_the_table_shows_each_thing_once_for_a_side_that_may_do_it(app: Flask) -> None:
    with app.test_request_context():
        found = {table.side: table for table in tables()}

    assert set(found) == set(UnitSide)
    for side, table in found.items():
        assert len(table.roles) == len(ROLES[side])
        assert all(len(line.cells) == len(table.roles) for line in table.lines)
    shown = {line.what for table in found.values() for line in table.lines}
    assert len(shown) == len(Action)


def test_the_table_says_what_the_matrix_that_was_written_by_hand_says() -> None:
    lines = [line for line in MATRIX.read_text().splitlines() if not line.startswith("#")]
    wrong = {}
    for row in csv.DictReader(lines):
        action = Action(row["action"])
        for stage in (row["stages"] or "").split():
            for role, column in OWN.items():
                if stage not in {one.value for one in Stage}:
                    continue
                said = Stage(stage) in stages_of(role, action)
                if said != (row[column] == "A"):
                    wrong[action, stage, role] = said

    assert wrong == {}


def test_the_page_tells_the_differences_that_matter(nobody: Visitor) -> None:
    page = nobody.page("/wie-ziet-wat")

    def cell(what: str, role: str) -> str:
        for table in page.select("table"):
            heads = [text_of(head) for head in table.select("thead th")]
            for row in table.select("tbody tr"):
                if text_of(row.select("th")[0]) == what and role in heads:
                    return text_of(row.select("td")[heads.index(role) - 1]).partition(": ")[2]
        raise AssertionError((what, role))

    assert cell("Het rapport lezen dat is verstuurd", "Intakecoördinator") == "na ontvangst"
    assert cell("Het rapport lezen dat is verstuurd", "Leerlingadministratie") == "nee"
    assert cell("Het rapport lezen dat is verstuurd", "Mentor") == "na bevestiging , alleen de eigen klas"
    assert cell("Het dossier versturen", "Leerkracht groep 8") == "ja , alleen de eigen groep"
    assert cell("Het dossier versturen", "Intern begeleider") == "ja"
    assert cell("Sleutels", "Mentor") == "geen"
    assert cell("Sleutels", "Leerlingadministratie") == "namensleutel"


def test_the_statement_says_what_was_not_tested(nobody: Visitor) -> None:
    said = text_of(nobody.page("/toegankelijkheid"))

    for honest in ("schermlezer", "nog niet is getest", "Wat niet goed werkt", "60 minuten"):
        assert honest in said


def test_the_footer_of_every_page_leads_here(nobody: Visitor) -> None:
    links = [str(link["href"]) for link in BeautifulSoup(nobody.get("/aanmelden").text, "html5lib").select("footer a")]

    assert links[:3] == ["/hulp", "/wie-ziet-wat", "/toegankelijkheid"]


def test_no_member_of_staff_is_named_on_the_pages_for_everybody(thread: Thread, nobody: Visitor) -> None:
    people: list[Member] = [thread.teacher, thread.intake, thread.region.swv]
    for path in ("/hulp", "/wie-ziet-wat", "/toegankelijkheid"):
        page = nobody.get(path).text
        assert not [member.email for member in people if member.email in page]
