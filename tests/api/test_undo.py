"""What a program recorded or confirmed it takes back at the address that it was given; nobody else does."""

from __future__ import annotations

import pytest
from flask import Flask

from handover.bundles.handovers import handover_of
from handover.bundles.state import HandoverStatus
from handover.leavers.model import Application
from handover.terms.destination import Outcome
from tests.factories.api import Program, given_program
from tests.factories.thread import Thread

ADMITTED = {"outcome": "admitted"}


@pytest.fixture
def office(app: Flask, thread: Thread) -> Program:
    return given_program(app, thread.office)


def outcome(thread: Thread, handover_id: str) -> Outcome:
    with thread.services.uow() as uow:
        return uow.session.get_one(Application, handover_of(uow, handover_id).application_id).outcome


def test_an_outcome_is_taken_back_and_twice_is_once(thread: Thread, office: Program) -> None:
    handover_id = thread.accepted()
    said = office.put(f"/handovers/{handover_id}/outcome", ADMITTED)
    assert outcome(thread, handover_id) is Outcome.ADMITTED

    for _time in range(2):
        answer = office.post(said.headers["Location"])
        assert (answer.status_code, answer.json) == (200, {"done": 1, "left": []})

    assert outcome(thread, handover_id) is Outcome.ASKED


def test_what_a_colleague_went_on_with_is_named(app: Flask, thread: Thread, office: Program) -> None:
    handover_id = thread.accepted()
    said = office.put(f"/handovers/{handover_id}/outcome", ADMITTED)
    given_program(app, thread.office).put(f"/handovers/{handover_id}/outcome", {"outcome": "enrolled"})

    answer = office.post(said.headers["Location"])

    with thread.services.uow() as uow:
        reference = handover_of(uow, handover_id).reference
    assert answer.json == {"done": 0, "left": [reference]}
    assert outcome(thread, handover_id) is Outcome.ENROLLED


def test_a_confirmation_is_taken_back(app: Flask, thread: Thread) -> None:
    handover_id = thread.accepted()
    thread.read(handover_id)
    with thread.services.uow() as uow:
        application_id = handover_of(uow, handover_id).application_id
    thread.enrolled(application_id)
    intake = given_program(app, thread.intake)
    key = {"Idempotency-Key": '"0123456789abcdef"'}
    first, again = (intake.post(f"/handovers/{handover_id}/confirm", headers=key) for _time in range(2))
    assert (first.status_code, again.status_code) == (204, 204)
    assert first.headers["Location"] == again.headers["Location"], "a program that asks again is told the same"

    assert intake.post(first.headers["Location"]).json == {"done": 1, "left": []}

    with thread.services.uow() as uow:
        assert handover_of(uow, handover_id).status is HandoverStatus.ACCEPTED


def test_somebody_elses_is_not_there(app: Flask, thread: Thread, office: Program) -> None:
    said = office.put(f"/handovers/{thread.accepted()}/outcome", ADMITTED)

    for member in (thread.intake, thread.teacher):
        answer = given_program(app, member).post(said.headers["Location"])
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert Program(app.test_client()).post(said.headers["Location"]).status_code == 401
