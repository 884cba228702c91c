"""A teacher who writes the same for each child of a class goes from child to child, without the list in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from handover.leavers.actions import add_leaver
from tests.factories.thread import Thread, given_krekel, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

A_CHILD = {"first_name": "Sem", "infix": "", "last_name": "Bos", "birth_date": "2015-01-05"}
FILLED = {"career": "Altijd bij ons.", "results": "Goed.", "learning": "Rustig.", "behaviour": "Vrolijk."}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def teacher(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


def _next(page: BeautifulSoup) -> Tag:
    button = page.select_one("button[name=volgende]")
    assert isinstance(button, Tag)
    return button


def _save(teacher: Visitor, path: str, **typed: str) -> tuple[str, BeautifulSoup]:
    """Press the second button with this in the form; where it leads, and the page there."""
    page = teacher.page(path)
    read = page.select_one("input[name=gelezen]")
    assert isinstance(read, Tag)
    form = {"gelezen": str(read["value"]), "volgende": str(_next(page)["value"]), **typed}
    answer = teacher.post(path, form)
    assert answer.status_code == 303, answer.text
    there = answer.headers["Location"]
    return there, teacher.page(there)


def test_it_goes_by_name_to_who_still_needs_it_round_to_the_first_and_then_to_the_list(
    thread: Thread, teacher: Visitor
) -> None:
    first = thread.leaver(first_name="Mila", last_name="Peeters")
    last = thread.leaver(first_name="Daan", last_name="Aerts")
    has_it = thread.leaver(first_name="Roos", last_name="Camps")
    thread.written(has_it)
    thread.offered(first_name="Elif", last_name="Yıldız")

    check_page(teacher.get(f"/leerling/{first}/rapport").text)
    assert "Bewaar en ga naar Daan" in text_of(_next(teacher.page(f"/leerling/{first}/rapport")))
    there, page = _save(teacher, f"/leerling/{first}/rapport", what_works="Eerst rekenen.", **FILLED)

    assert there == f"/leerling/{last}/rapport#veld-career"
    assert "Dit is het volgende kind" in text_of(page)
    assert "Daan Aerts" in text_of(page)
    # Half of it is good too, and says on the way back what is left: nothing of the others.
    assert "Bewaar en ga naar de groep" in text_of(_next(page))
    there, page = _save(teacher, f"/leerling/{last}/rapport", **FILLED)

    assert there == f"/groep/{thread.po.groups['8a']}"
    assert "Bij de andere kinderen van deze groep ontbreekt hier niets meer" in text_of(page)
    assert "Bewaar en ga naar Daan" in text_of(_next(teacher.page(f"/leerling/{first}/rapport")))


def test_who_was_sent_is_another_schools_or_is_nobody_is_not_gone_to(thread: Thread, teacher: Visitor) -> None:
    mine, sent = (thread.leaver(first_name="Mila", last_name=name) for name in ("Peeters", "Aerts"))
    thread.written(sent)
    thread.applied(sent)
    thread.send(sent)
    krekel = given_krekel(thread.region)
    lot = krekel.actor("Lot Maas")
    theirs = add_leaver(thread.services, lot, krekel.groups["8b"], A_CHILD)
    path = f"/leerling/{mine}/gesprek"

    for reference in (sent, theirs, "0000-00", "../../groep", "//elders.example"):
        read = teacher.page(path).select_one("input[name=gelezen]")
        assert isinstance(read, Tag)
        answer = teacher.post(path, {"gelezen": str(read["value"]), "name": reference, "volgende": reference})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/leerling/{mine}")
        assert reference in str(teacher.page(path).select_one("#veld-name"))


def test_what_was_typed_wrong_stays_with_both_buttons(thread: Thread, teacher: Visitor) -> None:
    one = thread.leaver(first_name="Mila", last_name="Peeters")
    other = thread.leaver(first_name="Daan", last_name="Aerts")
    path = f"/leerling/{one}/advies"
    read = teacher.page(path).select_one("input[name=gelezen]")
    assert isinstance(read, Tag)

    answer = teacher.post(path, {"gelezen": str(read["value"]), "final_on": "gisteren", "volgende": other})

    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert _next(page)["value"] == other
    field = page.select_one("#veld-final_on")
    assert isinstance(field, Tag)
    assert field["value"] == "gisteren"
    assert teacher.page(f"/leerling/{one}")


def test_no_next_where_nothing_has_to_be_filled_in_and_none_of_what_was_sent(thread: Thread, teacher: Visitor) -> None:
    one = thread.leaver(first_name="Mila", last_name="Peeters")

    assert not teacher.page(f"/leerling/{one}/leerling").select("button[name=volgende]")
    thread.written(one)
    thread.applied(one)
    thread.send(one)
    assert not teacher.page(f"/leerling/{one}/rapport").select("button[name=volgende]")
