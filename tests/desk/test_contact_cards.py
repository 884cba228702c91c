"""Each school sees whom to call at the other: name, function, telephone, days, and who stands in; nothing more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.absence import set_away
from handover.bundles.model import Handover
from handover.bundles.remarks import ask
from handover.schools.model import Person
from handover.terms.clock import local_day
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of

NUMBER, OF_THE_IB = "0478 51 23 45", "0478 99 88 77"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    thread = given_thread(tmp_path)
    for member, number in ((thread.teacher, NUMBER), (thread.ib, OF_THE_IB), (thread.intake, "077 354 99 99")):
        reached(thread, member, number)
    return thread


def reached(thread: Thread, member: Member, number: str) -> None:
    with thread.services.uow() as uow:
        person = uow.session.get_one(Person, member.person_id)
        person.telephone, person.days_present = number, "ma en di"
        uow.commit()


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


def cards(visitor: Visitor, path: str) -> list[str]:
    return [text_of(card) for card in visitor.page(path).select(".wo-callers li")]


def reference_of(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover.reference).where(Handover.id == handover_id)).one()


MARIEKE = f"Marieke Janssen , leerkracht groep 8, De Hommel {NUMBER} , ma en di"
PETER = "Peter Claessens , intakecoördinator, Raayland College 077 354 99 99 , ma en di"


def test_before_it_is_received_the_secondary_school_knows_whom_to_call(thread: Thread, app: Flask) -> None:
    handover_id = thread.offered()

    found = cards(given_signed_in(app, thread.intake), f"/dossiers/{handover_id}/ontvangen")

    assert [one.replace(" ,", ",") for one in found] == [MARIEKE.replace(" ,", ",")]


def test_both_see_the_other_where_they_read_and_where_they_ask(thread: Thread, app: Flask) -> None:
    handover_id = thread.accepted()
    ask(thread.services, thread.intake.actor, handover_id, text="Wat helpt op maandag?")
    reference = reference_of(thread, handover_id)
    teacher, intake = given_signed_in(app, thread.teacher), given_signed_in(app, thread.intake)

    for visitor, path, expected in (
        (intake, f"/dossier/{handover_id}", MARIEKE),
        (intake, "/vragen", MARIEKE),
        (teacher, f"/dossier/{handover_id}", PETER),
        (teacher, f"/leerling/{reference}", PETER),
        (teacher, f"/leerling/{reference}/vragen", PETER),
        (teacher, "/vragen", PETER),
    ):
        assert [one.replace(" ,", ",") for one in cards(visitor, path)] == [expected.replace(" ,", ",")], path
        assert "@" not in " ".join(cards(visitor, path)), "an address is for colleagues"


def test_who_is_away_stands_below_who_stands_in(thread: Thread, app: Flask) -> None:
    handover_id = thread.accepted()
    today = local_day(thread.region.clock.now())
    set_away(
        thread.services,
        thread.teacher.actor,
        thread.po.id,
        thread.teacher.person_id,
        from_on=today,
        until_on=today + timedelta(days=9),
        stand_in_id=thread.ib.person_id,
    )

    first, second = cards(given_signed_in(app, thread.intake), f"/dossier/{handover_id}")

    assert first.startswith("Ineke Smits , De Hommel")
    assert OF_THE_IB in first
    assert "neemt waar voor Marieke Janssen" in first
    assert second.startswith("Marieke Janssen")
    assert "Afwezig tot en met 17 april" in second
    assert NUMBER not in second, "nobody answers it"


def test_a_dossier_that_was_not_sent_has_nobody_to_call(thread: Thread, app: Flask) -> None:
    reference = thread.leaver()

    assert cards(given_signed_in(app, thread.teacher), f"/leerling/{reference}") == []
