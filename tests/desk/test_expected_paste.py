"""A list of a secondary school's own administration: shown first, announced line by line, with an account of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from handover.leavers.model import Announcement, Leaver
from handover.schools.model import UnitLocation
from handover.terms.destination import Announced, Outcome
from handover.terms.school_kind import SchoolKind
from tests.factories.access import given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in
from tests.web.valid import check_page

PASTE = "/dossiers/verwacht/plakken"
HEAD = (
    "Leerlingnr\tRoepnaam\tTussenvoegsel\tAchternaam\tGeboortedatum\t"
    "BRIN basisschool\tAanmeldcode\tAanmelddatum\tStatus\n"
)


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def office(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.office)


def rows(thread: Thread) -> list[Announcement]:
    with thread.services.uow() as uow:
        return list(uow.session.scalars(select(Announcement)))


def code_of(thread: Thread, reference: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == reference)).one()


def test_a_list_is_shown_first_and_announced_when_asked(thread: Thread, office: Visitor) -> None:
    reference = thread.leaver()
    text = (
        HEAD
        + f"101\tNoah\t\tWójcik\t19-6-2015\t\t{code_of(thread, reference)}\t2027/03/05\tGeplaatst\n"
        + "102\tFenna\tde\tBruijn\t2015-02-01\t03qi-00\t\t5-3-2027\tWachtlijst\n"
    )

    shown = office.post(PASTE, {"rijen": text, "doe": "kijk"})

    check_page(shown.text)
    assert "2 leerlingen kunnen worden aangemeld" in shown.text
    assert "Deze kolommen laten wij weg: Leerlingnr." in shown.text
    assert rows(thread) == []

    done = office.post(PASTE, {"rijen": text, "doe": "meld"}, follow=True)

    assert "2 leerlingen zijn aangemeld." in done.text
    found = {(row.state, row.outcome, row.applied_on.isoformat()) for row in rows(thread)}
    assert found == {
        (Announced.BY_CODE, Outcome.ADMITTED, "2027-03-05"),
        (Announced.ASKED, Outcome.WAITING, "2027-03-05"),
    }


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Noah\t\tWójcik\t31-2-2015\t03QI00\t\t\t", "De geboortedatum is niet te lezen."),
        ("Noah\t\t\t19-6-2015\t03QI00\t\t\t", "Vul de achternaam in."),
        ("Noah\t\tWójcik\t19-6-2015\t\t\t\t", "Er staat geen aanmeldcode en geen BRIN"),
        ("Noah\t\tWójcik\t19-6-2015\tDe Hommel\t\t\t", "Het BRIN van de basisschool klopt niet."),
        ("Noah\t\tWójcik\t19-6-2015\t\t7K3P-2M9Q-5\t\t", "De aanmeldcode klopt niet."),
        ("Noah\t\tWójcik\t19-6-2015\t03QI00\t\t1-12-2027\t", "De dag van aanmelden is niet te lezen, of komt nog."),
        ("Noah\t\tWójcik\t19-6-2015\t03QI00\t\t\tmisschien", "De stand kennen wij niet."),
    ],
)
def test_a_row_that_cannot_be_says_why_and_the_others_go_on(
    thread: Thread, office: Visitor, row: str, why: str
) -> None:
    text = HEAD + f"1\t{row}\n" + "2\tFenna\tde\tBruijn\t1-2-2015\t03QI00\t\t\t\n"

    shown = office.post(PASTE, {"rijen": text})
    done = office.post(PASTE, {"rijen": text, "doe": "meld"})

    check_page(done.text)
    for page in (shown, done):
        assert why in page.text
    assert "1 leerling is aangemeld." in done.text
    assert "Fenna" not in done.text
    assert len(rows(thread)) == 1


def test_what_only_the_service_knows_is_said_of_each_line_after_announcing(thread: Thread, office: Visitor) -> None:
    code = code_of(thread, thread.leaver())
    text = HEAD + "".join(
        f"{number}\tNoah\t\tWójcik-{number}\t19-6-2015\t{brin}\t{given}\t\t\n"
        for number, (brin, given) in enumerate((("", code), ("", code), ("99ZZ99", ""), ("", "0000-0000-0")))
    )

    done = office.post(PASTE, {"rijen": text, "doe": "meld"})

    assert "1 leerling is aangemeld." in done.text
    for why in (
        "Deze code is bij uw school al ingevoerd.",
        "Kies een basisschool uit het register.",
        "Deze code kennen",
    ):
        assert why in done.text
    assert "Wójcik-0" not in done.text
    assert len(rows(thread)) == 1


def test_the_same_list_again_announces_nobody_twice(thread: Thread, office: Visitor) -> None:
    text = HEAD + "2\tFenna\tde\tBruijn\t1-2-2015\t03QI00\t\t\t\n"
    for _time in range(2):
        office.post(PASTE, {"rijen": text, "doe": "meld"})

    assert len(rows(thread)) == 1
    assert "Meldde u al aan" in office.post(PASTE, {"rijen": text}).text


def test_nothing_pasted_and_nothing_good_are_met_with_words(office: Visitor, thread: Thread) -> None:
    assert office.post(PASTE, {"rijen": " \n "}).status_code == 422
    assert "Zo kan nog geen enkele regel" in office.post(PASTE, {"rijen": "appel\tpeer\n", "doe": "meld"}).text
    assert rows(thread) == []


def from_many_schools(thread: Thread, number: int) -> str:
    """So many children, from as many primary schools as such a number comes from."""
    for school in range(number // 30 + 1):
        given_location(thread.services, f"{school + 30}AA00", f"De {school}e", kind=SchoolKind.BO)
    lines = (f"{n}\tKind\t\tNummer-{n:03}\t1-2-2015\t{n // 30 + 30}AA00\t\t\t\n" for n in range(number))
    return HEAD + "".join(lines)


def test_a_year_of_a_large_school_goes_in_one_list(thread: Thread, office: Visitor) -> None:
    done = office.post(PASTE, {"rijen": from_many_schools(thread, 300), "doe": "meld"}, follow=True)

    assert "300 leerlingen zijn aangemeld." in done.text
    assert len(rows(thread)) == 300


def test_more_than_is_read_at_once_stays_to_be_pasted(thread: Thread, office: Visitor) -> None:
    done = office.post(PASTE, {"rijen": from_many_schools(thread, 402), "doe": "meld"})

    assert "400 leerlingen zijn aangemeld." in done.text
    assert "De lijst is te lang" in done.text
    assert "Nummer-401" in done.text
    assert "Nummer-399" not in done.text


def test_children_over_the_cap_of_one_school_stay_with_the_reason_and_the_rest_is_announced(
    thread: Thread, office: Visitor
) -> None:
    body = "".join(f"{n}\tKind\t\tNummer-{n:03}\t1-2-2015\t03QI00\t\t\t\n" for n in range(42))

    done = office.post(PASTE, {"rijen": HEAD + body, "doe": "meld"})

    check_page(done.text)
    assert "40 leerlingen zijn aangemeld." in done.text
    assert done.text.count("Voor deze basisschool meldde uw school vandaag al veel meer leerlingen aan") == 2
    assert "Nummer-041" in done.text
    assert len(rows(thread)) == 40


def test_a_list_without_locations_is_for_the_one_that_is_chosen(thread: Thread, office: Visitor) -> None:
    given_location(thread.services, "25AA01", "Raayland Horst", place="Horst", kind=SchoolKind.VO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25AA01"))
        uow.commit()
    text = HEAD + "2\tFenna\tde\tBruijn\t1-2-2015\t03QI00\t\t\t\n"

    asked = office.post(PASTE, {"rijen": text})
    check_page(asked.text)
    assert "Kies onder de lijst voor welke vestiging dit is." in asked.text
    assert "Zo kan nog geen enkele regel" in asked.text
    office.post(PASTE, {"rijen": text, "doe": "meld", "vestiging": "25AA01"})

    assert [row.receiver_brin for row in rows(thread)] == ["25AA01"]
