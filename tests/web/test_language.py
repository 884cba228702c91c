from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale, gettext

from handover.web.catalogue import said_by, untranslated
from handover.web.dates import UnreadableDay, read_day
from handover.web.i18n import dag, dag_en_jaar, dag_en_tijdstip, dag_van_de_week, schooldagen, tijdstip
from handover.web.shell import provide_language_keeper
from tests.web.gallery import MARIEKE, Gallery, signed_in

AFTERNOON = datetime(2027, 3, 12, 13, 20, tzinfo=UTC)
TODAY = date(2027, 4, 13)


def switch(gallery: Gallery, language: str, back: str = "/galerij/lijst") -> tuple[str, str]:
    client = gallery.app.test_client()
    token = client.get("/galerij/lijst").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/taal", data={"taal": language, "terug": back, "csrf_token": token})
    return answer.location or "", client.get("/galerij/lijst").text


def test_days_and_times_are_written_as_schools_write_them(gallery: Gallery) -> None:
    with gallery.app.test_request_context("/"):
        assert dag(date(2027, 3, 12)) == "12 maart"
        assert dag(datetime(2027, 3, 12, 23, 30, tzinfo=UTC)) == "13 maart"
        assert dag_en_jaar(date(2014, 11, 4)) == "4 november 2014"
        assert dag_van_de_week(date(2027, 4, 23)) == "vrijdag 23 april"
        assert tijdstip(AFTERNOON) == "14.20 uur"
        assert dag_en_tijdstip(datetime(2027, 4, 9, 6, 40, tzinfo=UTC)) == "9 april, 8.40 uur"
        assert [schooldagen(number) for number in (0, 1, 7)] == ["vandaag", "1 schooldag", "7 schooldagen"]


def test_and_in_english(gallery: Gallery) -> None:
    with gallery.app.test_request_context("/"), force_locale("en"):
        assert dag(date(2027, 3, 12)) == "12 March"
        assert tijdstip(AFTERNOON) == "14:20"
        assert [schooldagen(number) for number in (0, 1, 7)] == ["today", "1 school day", "7 school days"]


def test_pages_are_dutch_until_somebody_chooses_otherwise(gallery: Gallery) -> None:
    client = gallery.app.test_client()

    assert '<html lang="nl">' in client.get("/galerij/lijst", headers={"Accept-Language": "en"}).text


def test_the_choice_is_kept_in_the_browser_and_leads_back(gallery: Gallery) -> None:
    location, text = switch(gallery, "en")

    assert location == "/galerij/lijst"
    assert '<html lang="en">' in text
    assert "Sign out" in text


def test_a_persons_choice_goes_before_the_browsers_and_is_handed_on(gallery: Gallery) -> None:
    kept: list[tuple[str, str]] = []
    provide_language_keeper(gallery.app, lambda viewer, language: kept.append((viewer.person_id, language)))
    gallery.visit = signed_in(replace(MARIEKE, language="nl"))

    _location, text = switch(gallery, "en")

    assert kept == [(MARIEKE.person_id, "en")]
    assert '<html lang="nl">' in text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "x", "/a\r\nb"]
)
def test_the_switch_leads_nowhere_else(gallery: Gallery, back: str) -> None:
    assert switch(gallery, "en", back)[0] == "/"


def test_an_unknown_language_is_dutch(gallery: Gallery) -> None:
    assert '<html lang="nl">' in switch(gallery, "tlh")[1]


def test_every_text_of_the_shell_has_its_english() -> None:
    assert len(said_by("web")) > 100
    assert untranslated("web") == []


def test_a_text_without_english_stays_dutch(gallery: Gallery) -> None:
    with gallery.app.test_request_context("/"), force_locale("en"):
        assert gettext("Deze zin staat nergens") == "Deze zin staat nergens"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5-3-2015", date(2015, 3, 5)),
        ("05/03/15", date(2015, 3, 5)),
        ("5.3.2015", date(2015, 3, 5)),
        ("2015-03-05", date(2015, 3, 5)),
        ("2015/3/5", date(2015, 3, 5)),
        ("12 maart", date(2027, 3, 12)),
        ("  12   Maart 2026 ", date(2026, 3, 12)),
        ("vrijdag 23 april", date(2027, 4, 23)),
        ("1 mrt.", date(2027, 3, 1)),
        ("12 March", date(2027, 3, 12)),
        ("20 december", date(2026, 12, 20)),
        ("1-9", date(2027, 9, 1)),
        ("29 februari", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_type_it(text: str, day: date) -> None:
    assert read_day(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["", "morgen", "31 april", "29-2-2027", "13-13-2015", "30 februari", "12 foo"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDay):
        read_day(text, today=TODAY)
