"""A clerk works through the year: a list of three hundred lines, three of them wrong, mended and done at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import func, select

from handover.bundles.announcing import Application, announce_all
from handover.leavers.model import Announcement
from handover.leavers.model import Application as Applied
from handover.terms.destination import Outcome
from handover.terms.school_kind import SchoolKind
from tests.desk.received import application_of
from tests.factories.access import given_location
from tests.factories.thread import DAY, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.forms import filled
from tests.web.valid import check_page

LIST = "/dossiers/lijst"
HEAD = "Leerlingnummer;Achternaam;Tussenvoegsel;Roepnaam;Geb.datum;Status"
ENDINGS = ("a", "e", "i", "o", "u", "aart", "bert", "den", "eke", "huis", "ink", "lo", "ma", "stra", "wijk")
BEGINNINGS = (
    *("Bak", "Cor", "Dijk", "Ever", "Fok", "Geer", "Hof", "Jan", "Kuip", "Lam"),
    *("Mol", "Nij", "Oos", "Pol", "Ramp", "Sloot", "Tijs", "Uil", "Veld", "Wolf"),
)
ALL = 300
A_CLASS = 30
"""Children of each primary school."""
CAME = 4
"""Dossiers that came; all others are still expected."""


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def names() -> list[str]:
    return [f"{first}{last}" for first in BEGINNINGS for last in ENDINGS]


def year(thread: Thread) -> list[str]:
    """A year's children at the secondary school. Gives the ids of the handovers that came."""
    came = [thread.accepted(has_opp=False, last_name=name) for name in names()[:CAME]]
    for school in range(ALL // A_CLASS + 1):
        given_location(thread.services, f"{school + 30}AA00", f"De {school}e", kind=SchoolKind.BO)
    said = [
        Application(
            receiver_brin=thread.vo.brin6,
            name=thread.name | {"last_name": name},
            applied_on=DAY,
            sender_brin=f"{at // A_CLASS + 30}AA00",
        )
        for at, name in enumerate(names()[CAME : ALL - 1])
    ]
    assert announce_all(thread.services, thread.office.actor, said) == [None] * len(said)
    return came


def pasted() -> str:
    """As the administration has it: days in three forms, lines 12, 150 and 301 wrong."""
    days = ("19-6-2015", "2015/06/19", "19-06-2015")
    rows = [f"{100 + at};{name};;Noah;{days[at % 3]};Ingeschreven" for at, name in enumerate(names()[:ALL])]
    rows[10] = rows[10].replace("Ingeschreven", "in behandelign")
    rows[148] = rows[148].replace(";Noah;", ";Noach;")
    rows[299] = "399;Quist;;Xander;1-2-2014;Ingeschreven"
    return "\n".join([HEAD, *rows])


def enrolled(thread: Thread) -> int:
    wanted = (
        select(func.count()).select_from(Announcement).outerjoin(Applied, Applied.id == Announcement.application_id)
    ).where(func.coalesce(Applied.outcome, Announcement.outcome) == Outcome.ENROLLED)
    with thread.services.uow() as uow:
        return uow.session.scalar(wanted) or 0


def page_after(visitor: Visitor, form: Tag, **pressed: str) -> BeautifulSoup:
    answer = visitor.post(LIST, {**filled(form), **pressed})
    assert answer.status_code == 200, answer.text[:2000]
    check_page(answer.text)
    return BeautifulSoup(answer.text, "html5lib")


def form_with(page: BeautifulSoup, selector: str) -> Tag:
    return next(form for form in page.select("form") if form.select_one(selector) is not None)


def test_three_hundred_lines_of_which_three_are_wrong(thread: Thread) -> None:
    came = year(thread)
    office = given_signed_in(given_app(thread.region), thread.office)

    inbox = office.page("/dossiers")
    assert inbox.select_one(f"a[href='{LIST}']") is not None
    start = form_with(office.page(LIST), "textarea[name=rijen]")
    looked = page_after(office, start, rijen=pasted(), doe="kijk")

    # What is wrong stands on top and open; what is fine is folded.
    assert "297 regels kunnen zo, 3 regels kloppen niet" in text_of(looked)
    wrong = looked.select(".wo-lijst > li")
    assert [text_of(one).split()[1] for one in wrong] == ["12", "150", "301"]
    assert "De stand kennen wij niet." in text_of(wrong[0])
    assert wrong[1].select_one("input[type=radio]") is not None, "a first name that is nearly right is chosen"
    assert "staat niet bij uw dossiers" in text_of(wrong[2])
    fine = next(one for one in looked.select("details") if "297 regels kunnen zo" in text_of(one))
    assert not fine.has_attr("open")
    assert len(fine.select("input[name=kies][checked]")) == 297
    assert enrolled(thread) == 0

    # She mends one in the text itself and chooses another.
    mended = pasted().replace("in behandelign", "Ingeschreven")
    looked = page_after(office, form_with(looked, "textarea[name=rijen]"), rijen=mended, doe="kijk")
    radio = looked.select_one("input[name='keuze-150']")
    assert radio is not None
    done = page_after(office, form_with(looked, "button[value=leg]"), **{"keuze-150": str(radio["value"])}, doe="leg")

    assert "299 regels zijn gedaan, 1 niet" in text_of(done)
    assert enrolled(thread) == ALL - 1 - CAME
    applications = [application_of(thread, one) for one in came]
    with thread.services.uow() as uow:
        found = {uow.session.get_one(Applied, one).outcome for one in applications}
    assert found == {Outcome.ENROLLED}
    sheet = done.select_one("#veld-overzicht")
    assert sheet is not None
    assert len(sheet.get_text().strip().splitlines()) == ALL + 1

    # The same list once more: there is nothing left to do.
    again = page_after(office, start, rijen=mended, doe="kijk")
    assert "298 regels staan al zo" in text_of(again)
