"""Taking back what was just pressed, as people do it on the pages: one outcome, many at once, a move."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.outcomes import record_outcome
from handover.leavers.model import Application
from handover.terms.destination import Outcome
from tests.bundles.test_life import other_school
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    members = {"teacher": thread.teacher, "intake": thread.intake, "office": thread.office}
    return {name: given_signed_in(app, member) for name, member in members.items()}


def found(thread: Thread, handover_id: str) -> Handover:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id)


def outcome(thread: Thread, handover_id: str) -> Outcome:
    with thread.services.uow() as uow:
        return uow.session.get_one(Application, handover_of(uow, handover_id).application_id).outcome


def way_back(answer: str) -> str:
    """Where the button leads that takes it back."""
    start = answer.index('action="/ongedaan/') + len('action="')
    return answer[start : answer.index('"', start)]


def test_the_account_of_many_takes_them_all_back(thread: Thread, visitors: dict[str, Visitor]) -> None:
    chosen = [thread.accepted(last_name=name) for name in ("Bakker", "Cox")]
    office = visitors["office"]
    done = office.post("/dossiers/samen", {"doe": "admit", "kies": chosen}, follow=True)
    assert "Maak deze 2 ongedaan" in done.text

    back = office.post(way_back(done.text), follow=True)

    assert "2 dossiers zijn weer zoals ze waren." in back.text
    assert [outcome(thread, one) for one in chosen] == [Outcome.ASKED, Outcome.ASKED]


def test_what_changed_nothing_offers_no_way_back(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.accepted()
    visitors["office"].post("/dossiers/samen", {"doe": "enrol", "kies": [handover_id]}, follow=True)

    again = visitors["office"].post("/dossiers/samen", {"doe": "enrol", "kies": [handover_id]}, follow=True)

    assert "1 dossier: ingeschreven" in again.text
    assert "/ongedaan/" not in again.text


def test_one_that_a_colleague_went_on_with_stays_and_is_named_by_its_reference(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id = thread.accepted()
    done = visitors["office"].post("/dossiers/samen", {"doe": "admit", "kies": [handover_id]}, follow=True)
    with thread.services.uow() as uow:
        application_id = handover_of(uow, handover_id).application_id
    record_outcome(thread.services, thread.office.actor, application_id, outcome=Outcome.ENROLLED)

    back = visitors["office"].post(way_back(done.text), follow=True)

    assert f"Kijk het na: {found(thread, handover_id).reference}." in back.text
    assert outcome(thread, handover_id) is Outcome.ENROLLED


def test_a_press_of_somebody_else_is_told_as_one_that_never_was(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.accepted()
    done = visitors["office"].post("/dossiers/samen", {"doe": "admit", "kies": [handover_id]}, follow=True)

    theirs = visitors["intake"].post(way_back(done.text), follow=True)
    never = visitors["intake"].post(f"/ongedaan/{'0' * 32}", follow=True)

    for answer in (theirs, never):
        assert "Ongedaan maken kan niet meer. Er is niets veranderd." in answer.text
    assert outcome(thread, handover_id) is Outcome.ADMITTED


def test_one_outcome_and_one_placing_go_back_from_the_notice(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, intake, office = thread.accepted(), visitors["intake"], visitors["office"]
    form = office.page(f"/dossiers/{handover_id}/uitslag").select_one("input[name=versie]")
    assert form is not None
    kept = office.post(
        f"/dossiers/{handover_id}/uitslag",
        {"uitslag": "waiting", "tlv": "not_needed", "versie": form["value"]},
        follow=True,
    )
    assert outcome(thread, handover_id) is Outcome.WAITING
    office.post(way_back(kept.text))
    assert outcome(thread, handover_id) is Outcome.ASKED

    placed = intake.post(
        f"/dossier/{handover_id}/indeling",
        {"brin": thread.vo.brin6, "handler_id": thread.intake.person_id},
        follow=True,
    )
    assert found(thread, handover_id).handler_id == thread.intake.person_id
    intake.post(way_back(placed.text))
    assert found(thread, handover_id).handler_id is None


def test_receiving_says_before_the_press_that_it_cannot_be_taken_back(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id = thread.offered()

    for path in ("/dossiers?stap=nieuw", f"/dossiers/{handover_id}/ontvangen"):
        assert "U kunt dit niet ongedaan maken." in text_of(visitors["intake"].page(path))


def test_a_move_is_taken_back_from_where_one_sees_how_it_stands(thread: Thread, visitors: dict[str, Visitor]) -> None:
    dendron, old, teacher = other_school(thread), thread.offered(), visitors["teacher"]
    href = f"/leerling/{found(thread, old).reference}"
    thread.region.clock.pass_by(timedelta(minutes=1))
    asked = {"brin": dendron.brin6, "applied_on": "5-4-2027", "overdracht": old}
    assert "Vergist u zich?" in teacher.post(f"{href}/andere-school/kies", asked).text
    moved = teacher.post(f"{href}/andere-school", asked, follow=True)
    start = moved.text.index(f'action="{href}/andere-school/') + len('action="')
    back = moved.text[start : moved.text.index('"', start)]

    assert "weer naar de school die het eerst had" in teacher.post(back, follow=True).text
    assert "het dossier ging intussen verder" in teacher.post(back, follow=True).text

    assert "Draai de verhuizing terug" not in text_of(teacher.page(f"{href}/versturen"))
    assert thread.vo.brin6 in text_of(teacher.page(f"{href}/versturen"))
