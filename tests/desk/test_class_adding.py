"""Putting children on the list, one or a whole class; correcting who they are; taking them off and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.state import HandoverStatus
from handover.desk.sent import newest_handover
from handover.leavers.model import Leaver
from handover.policy import Role
from handover.rooms.names import read_names
from tests.factories.access import Colleague, given_colleague
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

ROWS = """Roepnaam\tTussenvoegsel\tAchternaam\tGeboortedatum
Anna\tde\tWit\t3-4-2015
Piet\t\tPeters\t31-4-2015
Zofia\t\tKowalczyk\t12 mei 2015
"""
ANNA = {"first_name": "Anna", "infix": "de", "last_name": "Wit", "birth_date": "3-4-2015"}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitor(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


def _group(thread: Thread) -> str:
    return f"/groep/{thread.po.groups['8a']}"


def _listed(thread: Thread) -> list[str]:
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        ids = list(uow.session.scalars(select(Leaver.id)))
        names = read_names(uow, actor.keyring, thread.po.id, ids).values()
    return sorted(f"{about['first_name']} {about['last_name']} {about['birth_date']}" for about in names)


def test_pasting_shows_first_and_adds_only_when_asked(thread: Thread, visitor: Visitor) -> None:
    shown = visitor.post(f"{_group(thread)}/plakken", {"rijen": ROWS, "doe": "kijk"})

    check_page(shown.text)
    assert "2 kinderen kunnen op de lijst" in shown.text
    assert "De geboortedatum is niet te lezen" in shown.text
    assert "1 regel klopt nog niet" in shown.text
    assert _listed(thread) == []

    done = visitor.post(f"{_group(thread)}/plakken", {"rijen": ROWS, "doe": "zet"}, follow=True)

    assert "2 kinderen staan op de lijst. 1 regel is overgeslagen." in done.text
    assert _listed(thread) == ["Anna Wit 2015-04-03", "Zofia Kowalczyk 2015-05-12"]


def test_pasting_the_same_again_adds_nobody_twice(thread: Thread, visitor: Visitor) -> None:
    for _time in range(2):
        visitor.post(f"{_group(thread)}/plakken", {"rijen": ROWS, "doe": "zet"})

    assert len(_listed(thread)) == 2
    assert "Staat al op de lijst" in visitor.post(f"{_group(thread)}/plakken", {"rijen": ROWS}).text


def test_pasting_nothing_says_so(thread: Thread, visitor: Visitor) -> None:
    answer = visitor.post(f"{_group(thread)}/plakken", {"rijen": " \n"})

    assert answer.status_code == 422
    check_page(answer.text)


def test_one_child_is_added_and_a_namesake_only_when_somebody_says_so(thread: Thread, visitor: Visitor) -> None:
    assert visitor.post(f"{_group(thread)}/toevoegen", ANNA).status_code == 303

    again = visitor.post(f"{_group(thread)}/toevoegen", ANNA)

    assert again.status_code == 422
    check_page(again.text)
    assert "staat al op de lijst" in again.text
    assert len(_listed(thread)) == 1
    assert visitor.post(f"{_group(thread)}/toevoegen", ANNA | {"ander": "ja"}).status_code == 303
    assert len(_listed(thread)) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"last_name": ""}, "Vul de achternaam in"),
        ({"birth_date": "31-4-2015"}, "geen dag die bestaat"),
        ({"birth_date": "3-4-2029"}, "komt nog"),
        ({"birth_date": ""}, "Vul de geboortedatum in"),
        ({"first_name": "12"}, "geen letter"),
        ({"first_name": "x" * 101}, "te lang"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    thread: Thread, visitor: Visitor, changed: dict[str, str], said: str
) -> None:
    answer = visitor.post(f"{_group(thread)}/toevoegen", ANNA | changed)

    assert answer.status_code == 422
    check_page(answer.text)
    assert said in answer.text
    assert "Wit" in answer.text or "Anna" in answer.text
    assert _listed(thread) == []


def test_the_administration_adds_children_without_holding_the_keys_of_dossiers(thread: Thread) -> None:
    second = given_colleague(thread.po, Colleague(name="Ad Beheer", roles=(Role.PO_ADMIN,)))
    visitor = given_signed_in(given_app(thread.region), second)

    assert visitor.post(f"{_group(thread)}/toevoegen", ANNA).status_code == 303

    with thread.services.uow() as uow:
        reference = uow.session.scalars(select(Leaver.reference)).one()
    thread.written(reference)


def test_a_name_is_corrected(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    check_page(visitor.get(f"/leerling/{reference}/naam").text)

    answer = visitor.post(f"/leerling/{reference}/naam", ANNA | {"groep": thread.po.groups["8a"]})

    assert answer.status_code == 303
    assert _listed(thread) == ["Anna Wit 2015-04-03"]


def test_a_child_is_not_moved_to_a_group_that_is_not_the_teachers(thread: Thread, visitor: Visitor) -> None:
    given_colleague(thread.po, Colleague(name="Bert Jacobs", roles=(Role.TEACHER,)))
    reference = thread.leaver()

    answer = visitor.post(f"/leerling/{reference}/naam", ANNA | {"groep": "0" * 32})

    assert answer.status_code == 404
    assert _listed(thread) == ["Noah Wójcik 2015-06-19"]


def test_a_child_goes_off_the_list_with_a_reason_and_back_again(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    check_page(visitor.get(f"/leerling/{reference}/einde").text)
    assert visitor.post(f"/leerling/{reference}/einde", {}).status_code == 422

    gone = visitor.post(f"/leerling/{reference}/einde", {"reden": "mistake"}, follow=True)

    check_page(gone.text)
    assert "Zet terug" in gone.text
    assert "Er staat nog niemand op de lijst" in text_of(visitor.page("/groep"))
    assert visitor.post(f"/leerling/{reference}/einde", {"reden": "stays"}).status_code == 303
    for _time in range(2):
        assert visitor.post(f"/leerling/{reference}/terug-op-de-lijst").status_code == 303
    assert "Noah Wójcik" in text_of(visitor.page("/groep"))


def test_a_dossier_under_way_is_closed_with_its_leaver_and_the_school_loses_it_at_once(
    thread: Thread, visitor: Visitor
) -> None:
    handover_id = thread.offered()
    with thread.services.uow() as uow:
        leaver = uow.session.scalars(select(Leaver)).one()

    visitor.post(f"/leerling/{leaver.reference}/einde", {"reden": "abroad"})

    intake = thread.intake.actor
    with thread.services.uow() as uow:
        sent = newest_handover(uow, leaver.id)
        assert read_names(uow, intake.keyring, thread.vo.id, [handover_id]) == {}
    assert sent is not None
    assert sent.status is HandoverStatus.CLOSED
