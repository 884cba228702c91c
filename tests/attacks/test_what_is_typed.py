"""Text made to stall the service, to break a page, or to read at the other school as something else than it says."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from handover.access.fields import read_name as read_colleague
from handover.bundles.conversations import ConversationWay, conversation_of, hold
from handover.bundles.grounds import read_ground
from handover.bundles.model import Handover
from handover.bundles.outcomes import record_outcome
from handover.bundles.remarks import ask, remarks_of
from handover.desk.forms_fields import FormField, Kind, read_fields
from handover.desk.paste import read_paste
from handover.dossiers.drafts import open_draft
from handover.dossiers.file_name import clean_file_name
from handover.leavers.model import Application
from handover.leavers.naming import tidy
from handover.terms.destination import Outcome
from handover.terms.folding import fold
from handover.terms.typed import MOST_MARKS, composed, readable
from handover.web.templating import local_path
from tests.desk.received import application_of
from tests.factories.api import given_program
from tests.factories.thread import DAY, Thread
from tests.factories.web import given_signed_in, given_visitor

MARKS = "a" + "\u0301\u0316" * 60_000
"""One letter with marks that must be put in order: each is moved past all before it."""
TURNED = "akkoord\u202e neeb \u2066x\u2069\x07"
"""Shows as something else than it says, and rings a bell."""
SOON = 2.0
"""Seconds, on a busy machine. Each of these took more than ten times as long."""
TODAY = date(2027, 4, 8)


def in_a_form(text: str) -> object:
    return read_fields((FormField(name="x", label="x", kind=Kind.TEXT),), {"x": text}, today=TODAY)


@pytest.mark.parametrize("reads", [tidy, fold, clean_file_name, composed, readable, in_a_form, read_colleague])
def test_a_letter_with_endless_marks_takes_no_time(reads: Callable[[str], object]) -> None:
    began = time.process_time()
    reads(MARKS)

    assert time.process_time() - began < SOON


def test_marks_that_a_script_needs_stay() -> None:
    devanagari = "क्षत्रिय"
    stacked = "Z" + "\u0301" * MOST_MARKS

    assert composed(devanagari) == devanagari
    assert composed(stacked + "\u0301" * 5 + "oë") == composed(stacked) + "oë"
    assert composed("Wo\u0301jcik") == "Wójcik"


@pytest.mark.parametrize(
    "cell", ["1" + " " * 55_000 + "x", "1 -" + "\u00a0" * 55_000 + "x", "9" * 55_000, "1." * 27_000]
)
def test_a_pasted_cell_that_is_no_day_takes_no_time(cell: str) -> None:
    began = time.process_time()
    read = read_paste(f"Noah;{cell}", today=TODAY, listed=set())

    assert time.process_time() - began < SOON
    assert not read.good


@pytest.mark.parametrize("text", ["a\n" * 30_000 + "\t" * 60_000, "roepnaam\t" + "x\t" * 59_000, "\t" * 60_000 + "\nx"])
def test_a_sheet_of_nothing_but_columns_takes_no_time(text: str) -> None:
    began = time.process_time()
    read = read_paste(text, today=TODAY, listed=set(), most=400)

    assert time.process_time() - began < SOON
    assert not read.good


def test_a_pasted_day_with_a_clock_is_still_read() -> None:
    read = read_paste("Noah;van;Dijk;  woensdag   19 september 2015 ", today=TODAY, listed=set())

    assert [row.day for row in read.rows] == [date(2015, 9, 19)]


@pytest.mark.parametrize(
    "target",
    ["//[", "//℀.example", "//evil.example", "/\\evil.example", "https://x.example", "/\t/x", "", "x", "/\u2028"],
)
def test_nobody_is_sent_elsewhere_or_breaks_the_door(app: Flask, target: str) -> None:
    assert local_path(target) == "/"
    assert given_visitor(app).get("/aanmelden", query_string={"terug": target}).status_code == 200


def test_a_path_of_ours_is_gone_back_to() -> None:
    assert local_path("/leerling/7K3P-2M/school?x=1#y") == "/leerling/7K3P-2M/school?x=1#y"


@pytest.mark.parametrize(
    "shown", ["dossier-1\r\nX-Forged: 1", "care-" + "9" * 5000, "care-0x", "own-1", "dossier-99999"]
)
def test_what_is_written_beside_goes_to_a_place_of_ours_or_nowhere(thread: Thread, app: Flask, shown: str) -> None:
    handover_id = thread.accepted()
    intake = given_signed_in(app, thread.intake)

    answer = intake.post(f"/dossier/{handover_id}/notitie", {"toon": shown, "note-text": "van mij"})

    assert answer.status_code == 404
    assert "X-Forged" not in answer.headers
    actor = thread.intake.actor
    with thread.services.uow() as uow:
        assert remarks_of(uow, actor, handover_id) == []


def test_versions_of_thousands_of_figures_break_nothing(thread: Thread, app: Flask) -> None:
    reference, endless = thread.leaver(), "9" * 5000
    thread.written(reference)
    teacher, handover_id = given_signed_in(app, thread.teacher), thread.accepted()
    office = given_signed_in(app, thread.office)

    kept = teacher.post(f"/leerling/{reference}/ouders/p1", {"name": "F. Wójcik", "versie": endless})
    assert kept.status_code in {303, 409}
    recorded = office.post(
        f"/dossiers/{handover_id}/uitslag", {"uitslag": "enrolled", "tlv": "not_needed", "versie": endless}
    )
    assert recorded.status_code in {303, 409, 422}


def test_brackets_in_brackets_are_no_json(app: Flask) -> None:
    answer = given_program(app).ask(
        "POST", "/sessions", data="[" * 200_000, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400


def test_what_the_other_school_reads_is_what_was_typed(thread: Thread) -> None:
    services, handover_id = thread.services, thread.accepted()
    application = application_of(thread, handover_id)
    ask(services, thread.intake.actor, handover_id, text=TURNED)
    hold(
        services,
        thread.teacher.actor,
        handover_id,
        held_on=services.clock.now().date(),
        way=ConversationWay.VISIT,
        who=TURNED,
        agreed=TURNED,
    )
    record_outcome(services, thread.office.actor, application, outcome=Outcome.REFUSED, ground=TURNED)

    teacher, intake, office = thread.teacher.actor, thread.intake.actor, thread.office.actor
    with services.uow() as uow:
        question = remarks_of(uow, teacher, handover_id)[0]
        held = conversation_of(uow, intake, handover_id).held[0]
        receiver = uow.session.get_one(Handover, handover_id).receiver_unit_id
        ground = read_ground(uow, office, uow.session.get_one(Application, application), receiver)
    assert {question.text, held.who, held.agreed, ground} == {"akkoord neeb x"}


def test_a_dossier_over_the_api_is_as_clean_as_one_of_the_forms(thread: Thread, app: Flask) -> None:
    reference = thread.leaver()
    thread.written(reference)
    program = given_program(app, thread.teacher)
    read = program.get(f"/leavers/{reference}/dossier")
    assert read.json is not None
    said = {name: value for name, value in read.json.items() if name != "content_version"}
    said["report"]["behaviour"] = TURNED
    said["parents"][0]["view"] = TURNED

    written = program.put(f"/leavers/{reference}/dossier", said, headers={"If-Match": read.headers["ETag"]})

    assert written.status_code == 204
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        content = open_draft(uow, actor, reference).content
    assert content.report.behaviour == content.parents[0].view == "akkoord neeb x"
    assert content.advice.final_on == DAY
