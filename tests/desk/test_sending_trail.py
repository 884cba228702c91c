"""The trail tells each school in sentences what concerns it, and has words for everything that can happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from handover.audit.queries import trail
from handover.bundles.model import Handover
from handover.desk.trail import SENTENCES, trail_lines
from handover.policy import Actor
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, text_of
from tests.web.valid import check_page

NAMES = Path(__file__).resolve().parents[1] / "audit" / "event_names.txt"
ABOUT_A_CHILD = ("leaver.", "application.", "dossier.", "document.", "parent.", "handover.")


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def _told(app: Flask, thread: Thread, actor: Actor, handover_id: str) -> list[str]:
    with app.test_request_context("/"), thread.services.uow() as uow:
        handover = uow.session.get_one(Handover, handover_id)
        return [text for _at, text in trail_lines(uow, actor, [handover.leaver_id, handover.id])]


def test_every_event_about_a_child_has_a_sentence_of_its_own() -> None:
    known = {name for name in NAMES.read_text().split() if name.startswith(ABOUT_A_CHILD)}

    assert known - set(SENTENCES) == set(), "give these a sentence in handover/desk/trail.py"


def test_the_primary_school_reads_who_did_what_from_the_first_day(thread: Thread) -> None:
    handover_id = thread.accepted()
    thread.read(handover_id)
    told = _told(given_app(thread.region), thread, thread.teacher.actor, handover_id)

    assert told[0] == "Marieke Janssen van De Hommel zette het kind op de lijst."
    assert "Marieke Janssen van De Hommel legde de aanmelding vast bij Raayland College, Venray." in told
    assert (
        "Marieke Janssen van De Hommel verstuurde het dossier naar Raayland College, Venray. Het gaat op slot." in told
    )
    assert "Peter Claessens van Raayland College nam het dossier in ontvangst. Dit is geen toelating." in told
    assert any(line.startswith("Zohra Amrani van Raayland College opende") for line in told)


def test_the_secondary_school_reads_nothing_of_how_the_dossier_was_made(thread: Thread) -> None:
    handover_id = thread.accepted()
    app = given_app(thread.region)
    told = _told(app, thread, thread.intake.actor, handover_id)
    with thread.services.uow() as uow:
        handover = uow.session.get_one(Handover, handover_id)
        names = [line.name for line in trail(uow, [handover.leaver_id, handover.id])]

    assert told[0].startswith("Marieke Janssen van De Hommel verstuurde het dossier")
    assert len(told) == sum(1 for name in names if name.startswith("handover."))


def test_the_page_of_the_trail_names_no_file_and_nothing_of_the_content(thread: Thread) -> None:
    handover_id = thread.accepted()
    with thread.services.uow() as uow:
        reference = uow.session.get_one(Handover, handover_id).reference
    visitor = given_signed_in(given_app(thread.region), thread.teacher)

    answer = visitor.get(f"/leerling/{reference}/spoor")

    check_page(answer.text)
    said = text_of(visitor.page(f"/leerling/{reference}/spoor"))
    assert "voegde een document toe: onderwijskundig rapport (OKR)" in said
    assert "okr.pdf" not in said
    assert "vmbo" not in said
