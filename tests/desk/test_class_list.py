"""A teacher sees whose turn it is for each child, and nobody sees the children of others."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import event

from handover.bundles.destroying import destroy
from handover.bundles.ending import end_leaver
from handover.bundles.model import Handover
from handover.bundles.readiness import left_of_class
from handover.bundles.receiving import confirm, decline
from handover.bundles.sending import left_to_do
from handover.leavers.model import Leaver
from handover.policy import Role
from handover.rooms.errors import NoKey
from handover.schools.model import UnitSide
from handover.terms.destination import LeaverEnd
from tests.factories.access import Colleague, given_colleague, given_enrolled_unit
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def _confirmed(thread: Thread, first_name: str, last_name: str) -> str:
    handover_id = thread.accepted(has_opp=False, first_name=first_name, last_name=last_name)
    thread.read(handover_id)
    with thread.services.uow() as uow:
        application_id = uow.session.get_one(Handover, handover_id).application_id
    thread.enrolled(application_id)
    confirm(thread.services, thread.intake.actor, handover_id)
    return handover_id


def _part(page: BeautifulSoup, turn: str) -> str:
    heading = page.find(id=turn)
    assert isinstance(heading, Tag), f"nobody under {turn}"
    part = heading.find_parent("tbody")
    assert isinstance(part, Tag)
    return text_of(part)


def test_children_stand_by_whose_turn_it_is_with_one_next_step_each(thread: Thread) -> None:
    thread.leaver(first_name="Sem", last_name="Verhaegh")
    ready = thread.leaver(first_name="Daan", last_name="Geurts")
    thread.written(ready)
    thread.applied(ready)
    thread.offered(first_name="Elif", last_name="Yıldız")
    thread.accepted(first_name="Roos", last_name="Camps")
    _confirmed(thread, "Teun", "Vissers")
    stays = thread.leaver(first_name="Kacper", last_name="Zieliński")
    end_leaver(thread.services, thread.teacher.actor, stays, end=LeaverEnd.STAYS)
    mistake = thread.leaver(first_name="Fout", last_name="Foutjes")
    end_leaver(thread.services, thread.teacher.actor, mistake, end=LeaverEnd.MISTAKE)

    visitor = given_signed_in(given_app(thread.region), thread.teacher)
    check_page(visitor.get("/groep").text)
    page = visitor.page("/groep")

    assert "Begin met het dossier" in _part(page, "you")
    assert "Verstuur: alles is klaar" in _part(page, "you")
    assert page.find("a", href=f"/leerling/{ready}/versturen")
    assert "Wacht op Raayland College, sinds 8 april" in _part(page, "wait")
    done = _part(page, "done")
    for said in ("Roos Camps", "Ontvangen op 8 april", "Bevestigd op 8 april", "Blijft in groep 8"):
        assert said in done
    assert "Foutjes" not in text_of(page)
    assert "3 van de 5 dossiers zijn verstuurd" in text_of(page)


def test_a_dossier_that_came_back_is_the_teachers_turn_until_another_school_is_chosen(thread: Thread) -> None:
    handover_id = thread.offered()
    decline(thread.services, thread.intake.actor, handover_id, reason="not_applied_here")

    page = given_signed_in(given_app(thread.region), thread.teacher).page("/groep")

    assert "Kies opnieuw: Raayland College gaf het dossier terug" in _part(page, "you")


def test_after_what_came_back_is_destroyed_it_is_not_ready_for_the_same_school(thread: Thread) -> None:
    handover_id = thread.offered()
    decline(thread.services, thread.intake.actor, handover_id, reason="not_applied_here")
    destroy(thread.services, handover_id)

    page = given_signed_in(given_app(thread.region), thread.teacher).page("/groep")

    assert "Kies opnieuw: Raayland College gaf het dossier terug" in _part(page, "you")
    assert "alles is klaar" not in text_of(page)


def test_within_a_part_children_stand_by_last_name_without_its_infix(thread: Thread) -> None:
    for first, infix, last in (
        ("A", "van den", "Heuvel"),
        ("B", "", "Öztürk"),
        ("C", "", "Peters"),
        ("D", "de", "Bruijn"),
    ):
        thread.leaver(first_name=first, infix=infix, last_name=last)

    page = given_signed_in(given_app(thread.region), thread.teacher).page("/groep")

    names = [text_of(link) for link in page.select("a.wo-name")]
    assert names == ["D de Bruijn", "A van den Heuvel", "B Öztürk", "C Peters"]


def test_the_administration_sees_names_and_where_they_go_and_nothing_of_what_is_missing(thread: Thread) -> None:
    reference = thread.leaver()
    thread.applied(reference)
    page = given_signed_in(given_app(thread.region), thread.po.admin).page("/groep")

    assert "In voorbereiding bij groep 8a" in _part(page, "wait")
    assert "Noah Wójcik" in text_of(page)
    assert "Raayland College, Venray" in text_of(page)


def test_somebody_without_the_schools_keys_sees_references_and_is_told_why(thread: Thread) -> None:
    reference = thread.leaver()
    newcomer = given_colleague(thread.po, Colleague(name="Nico Nieuw", roles=(Role.IB,)), with_keys=False)

    answer = given_signed_in(given_app(thread.region), newcomer).get("/groep")

    check_page(answer.text)
    assert "Wójcik" not in answer.text
    assert reference in answer.text
    assert "U heeft de sleutel van deze namen nog niet" in answer.text


def test_a_teacher_of_another_group_and_another_school_find_no_such_list(thread: Thread) -> None:
    thread.leaver()
    group = thread.po.groups["8a"]
    other = given_colleague(thread.po, Colleague(name="Bert Jacobs", roles=(Role.TEACHER,)))
    elsewhere = given_enrolled_unit(
        thread.region,
        UnitSide.PO,
        "De Krekel",
        brin6="04AB00",
        people=[Colleague(name="Iris Elders", roles=(Role.IB,))],
    )
    app = given_app(thread.region)
    for member in (other, elsewhere.people["Iris Elders"], thread.intake):
        visitor = given_signed_in(app, member)
        for path in (
            f"/groep/{group}",
            f"/groep/{group}/lijst",
            f"/groep/{group}/toevoegen",
            f"/groep/{group}/plakken",
        ):
            assert visitor.get(path).status_code == 404, f"{member.email} {path}"
    assert "Wójcik" not in given_signed_in(app, other).get("/groep").text
    assert given_visitor(app).get("/groep").headers["Location"].startswith("/aanmelden")


def test_empty_lists_say_what_to_do(thread: Thread) -> None:
    other = given_colleague(thread.po, Colleague(name="Bert Jacobs", roles=(Role.TEACHER,)))
    app = given_app(thread.region)

    without = given_signed_in(app, other).get("/groep").text
    empty = given_signed_in(app, thread.teacher).get("/groep").text

    check_page(without)
    check_page(empty)
    assert "U heeft nog geen groep" in without
    assert f"/groep/{thread.po.groups['8a']}/plakken" in empty


def test_searching_finds_by_any_part_of_a_name_and_keeps_it_out_of_the_address(thread: Thread) -> None:
    thread.leaver(first_name="Yusuf", last_name="Öztürk")
    thread.leaver(first_name="Sem", last_name="Verhaegh")
    visitor = given_signed_in(given_app(thread.region), thread.teacher)

    answer = visitor.post("/groep", {"zoek": "ozt"})

    check_page(answer.text)
    assert "Öztürk" in answer.text
    assert "Verhaegh" not in answer.text
    assert "Niemand gevonden" in visitor.post("/groep", {"zoek": "zzz"}).text


def test_no_name_of_a_child_stands_outside_what_one_key_hides(thread: Thread) -> None:
    thread.leaver(first_name="Lieke", last_name="Heuvelnaam")
    visitor = given_signed_in(given_app(thread.region), thread.teacher)
    for path in ("/groep", f"/groep/{thread.po.groups['8a']}/lijst"):
        page = visitor.page(path)
        for marked in page.select("[data-name]"):
            marked.decompose()
        assert "Heuvelnaam" not in str(page)
        assert "Lieke" not in str(page)


def test_a_class_is_opened_with_as_many_queries_as_one_child(thread: Thread) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            reference = thread.leaver(first_name=f"Kind {number}")
            thread.written(reference)
        counted: list[str] = []

        def note(*args: object) -> None:
            counted.append(str(args[2]))

        actor = thread.teacher.actor
        with thread.services.uow() as uow:
            leavers = list(uow.session.query(Leaver))
            event.listen(thread.region.engine, "before_cursor_execute", note)
            found = left_of_class(thread.services, uow, actor, thread.po.id, leavers)
            event.remove(thread.region.engine, "before_cursor_execute", note)
            for leaver in leavers:
                assert list(found[leaver.id].todos) == left_to_do(thread.services, uow, actor, leaver.reference)
        return len(counted)

    assert queries(1) == queries(5)


def test_a_dossier_that_does_not_open_says_why_and_spoils_no_other(thread: Thread) -> None:
    thread.leaver()
    newcomer = given_colleague(thread.po, Colleague(name="Nico Nieuw", roles=(Role.IB,)), with_keys=False)
    actor = newcomer.actor
    with thread.services.uow() as uow:
        leavers = list(uow.session.query(Leaver))
        found = left_of_class(thread.services, uow, actor, thread.po.id, leavers)

    assert all(isinstance(left.closed, NoKey) for left in found.values())
