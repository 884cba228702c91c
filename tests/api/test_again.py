"""Asking twice, changing what somebody else changed, and lists that are longer than a page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from handover.bundles.settling import settle
from tests.factories.api import Program, given_program
from tests.factories.thread import NOAH, REPORT, Thread

MINIMAL = {"report": {"career": "groep 1 tot en met 8"}}


@pytest.fixture
def teacher(app: Flask, thread: Thread) -> Program:
    return given_program(app, thread.teacher)


def with_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def test_a_child_that_is_added_twice_with_one_key_is_on_the_list_once(teacher: Program, thread: Thread) -> None:
    said, key = {"group_id": thread.po.groups["8a"], "name": NOAH}, with_key()
    first, second = teacher.post("/leavers", said, headers=key), teacher.post("/leavers", said, headers=key)

    assert first.status_code == second.status_code == 201
    assert first.headers["Location"] == second.headers["Location"]
    assert len(teacher.read("/leavers")["leavers"]) == 1


def test_a_child_that_is_on_the_list_already_is_refused_unless_it_is_another(teacher: Program, thread: Thread) -> None:
    said = {"group_id": thread.po.groups["8a"], "name": NOAH}
    teacher.post("/leavers", said)
    again, another = teacher.post("/leavers", said), teacher.post("/leavers", {**said, "only_new": False})

    assert again.status_code == 422
    assert again.json
    assert again.json["code"] == "already-listed"
    assert another.status_code == 201


def test_a_dossier_that_is_sent_twice_with_one_key_is_sent_once(teacher: Program, thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    key, to = with_key(), {"to": thread.vo.brin6}
    first = teacher.post(f"/leavers/{reference}/handover", to, headers=key)
    second = teacher.post(f"/leavers/{reference}/handover", to, headers=key)
    third = teacher.post(f"/leavers/{reference}/handover", to)

    assert (first.status_code, second.status_code, third.status_code) == (202, 202, 409)
    assert first.headers["Location"] == second.headers["Location"]


def test_a_dossier_goes_where_the_sender_saw_that_it_goes_or_nowhere(teacher: Program, thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    answer = teacher.post(f"/leavers/{reference}/handover", {"to": "16PK00"})

    assert answer.status_code == 409
    assert teacher.read("/handovers")["handovers"] == []


def test_what_is_missing_is_said_as_data(teacher: Program, thread: Thread) -> None:
    answer = teacher.post(f"/leavers/{thread.leaver()}/handover", {"to": thread.vo.brin6})

    assert answer.status_code == 409
    assert answer.json
    assert answer.json["code"] == "not-ready"
    assert "/documenten/okr_document" in {one["pointer"] for one in answer.json["errors"]}


def test_receiving_twice_with_one_key_is_receiving_once(app: Flask, thread: Thread) -> None:
    handover_id, intake, key = thread.offered(), given_program(app, thread.intake), with_key()
    first = intake.post(f"/handovers/{handover_id}/accept", headers=key)
    second = intake.post(f"/handovers/{handover_id}/accept", headers=key)
    third = intake.post(f"/handovers/{handover_id}/accept")

    assert (first.status_code, second.status_code, third.status_code) == (204, 204, 409)


def test_the_same_document_twice_with_one_key_is_kept_once(teacher: Program, thread: Thread) -> None:
    reference, key = thread.leaver(), with_key()

    def send() -> TestResponse:
        return teacher.post(
            f"/leavers/{reference}/documents?kind=okr", data=REPORT, content_type="application/pdf", headers=key
        )

    assert (send().status_code, send().status_code) == (201, 201)
    assert len(teacher.read(f"/leavers/{reference}/documents")["documents"]) == 1


def test_a_dossier_that_somebody_else_changed_is_not_written_over(app: Flask, teacher: Program, thread: Thread) -> None:
    reference, ib = thread.leaver(), given_program(app, thread.ib)
    at = f"/leavers/{reference}/dossier"
    read = teacher.get(at).headers["ETag"]
    theirs = ib.put(at, {"report": {"career": "van de ib"}}, headers={"If-Match": read})
    mine = teacher.put(at, MINIMAL, headers={"If-Match": read})

    assert (theirs.status_code, mine.status_code) == (204, 412)
    assert teacher.read(at)["report"]["career"] == "van de ib"
    assert teacher.put(at, MINIMAL, headers={"If-Match": theirs.headers["ETag"]}).status_code == 204


@pytest.mark.parametrize("tag", [None, "*", "v1", '"v1", "v2"', 'W/"v0"'])
def test_a_dossier_is_written_only_on_a_version_that_was_read(
    teacher: Program, thread: Thread, tag: str | None
) -> None:
    at = f"/leavers/{thread.leaver()}/dossier"

    answer = teacher.put(at, MINIMAL, headers={"If-Match": tag} if tag else {})

    assert answer.status_code == 422
    assert teacher.get(at).headers["ETag"] == '"v0"'


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"advice": {"final_on": "2027-04-09"}}, "/json/advice/final_on"),
        ({"parents": [{"name": "A", "copy_of": 9}]}, "/json/parents/0/copy_of"),
        ({"parents": [{"id": "p", "name": "A"}, {"id": "p", "name": "B"}]}, "/json/parents"),
        ({"support": {"goal": "havo"}}, "/json/support"),
        ({"religion": "geen"}, "/json/religion"),
        ({"report": {"career": "\ud800"}}, "/json"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    teacher: Program, thread: Thread, said: dict[str, object], place: str
) -> None:
    at = f"/leavers/{thread.leaver()}/dossier"
    answer = teacher.put(at, said, headers={"If-Match": '"v0"'})

    assert answer.status_code == 422
    assert answer.json
    assert [one["pointer"] for one in answer.json["errors"]] == [place]


def test_of_a_secret_address_nothing_is_kept(teacher: Program, thread: Thread) -> None:
    at = f"/leavers/{thread.leaver()}/dossier"
    pupil = {"secret_address": True, "street": "Langstraat 1", "postcode": "5801 AB", "place": "Venray"}
    teacher.put(at, {"pupil": pupil}, headers={"If-Match": '"v0"'})

    kept = teacher.read(at)["pupil"]
    assert (kept["street"], kept["postcode"], kept["place"]) == ("", "", "")


def test_a_file_that_is_no_pdf_is_refused_with_the_reason(teacher: Program, thread: Thread) -> None:
    at = f"/leavers/{thread.leaver()}/documents"
    no_pdf = teacher.post(at, data=b"PK\x03\x04", content_type="application/pdf")
    other = teacher.post(at, data=REPORT, content_type="application/zip")

    assert (no_pdf.status_code, other.status_code) == (422, 415)
    assert no_pdf.json
    assert no_pdf.json["code"] == "document-refused"
    assert [one["pointer"] for one in no_pdf.json["errors"]] == ["not_a_pdf"]
    assert teacher.read(at)["documents"] == []


def test_a_file_that_is_too_large_is_read_to_its_end_and_refused_with_the_reason(
    teacher: Program, thread: Thread
) -> None:
    at = f"/leavers/{thread.leaver()}/documents"
    answer = teacher.post(at, data=bytes(25_000_001), content_type="application/pdf")

    assert answer.status_code == 422
    assert answer.json
    assert [one["pointer"] for one in answer.json["errors"]] == ["too_large"]


def test_a_list_is_read_page_by_page_without_gaps_or_doubles(teacher: Program, thread: Thread) -> None:
    for number in range(5):
        thread.leaver(first_name=f"Kind {'abcde'[number]}")
    seen: list[str] = []
    after: str | None = ""
    pages = 0
    while after is not None:
        page = teacher.read(f"/leavers?limit=2{f'&after={after}' if after else ''}")
        seen += [one["name"]["first_name"] for one in page["leavers"]]
        after, pages = page["after"], pages + 1

    assert sorted(seen) == [f"Kind {letter}" for letter in "abcde"]
    assert pages == 3


def test_handovers_are_read_page_by_page_too(app: Flask, thread: Thread) -> None:
    sent = {thread.offered(has_opp=False, first_name=f"Kind {'abc'[number]}") for number in range(3)}
    intake = given_program(app, thread.intake)
    first = intake.read("/handovers?limit=2")
    rest = intake.read(f"/handovers?limit=2&after={first['after']}")

    assert {one["id"] for one in first["handovers"] + rest["handovers"]} == sent
    assert rest["after"] is None


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyJhIiwiYiJd", "WyIyMDI3LTA0LTA4IiwiYiJd", "%00"])
def test_a_cursor_that_was_never_given_out_is_refused(teacher: Program, cursor: str) -> None:
    assert teacher.get(f"/leavers?after={cursor}").status_code in {404, 422}
    assert teacher.get(f"/handovers?after={cursor}").status_code in {404, 422}


def test_a_handover_names_its_version_and_what_can_be_done(app: Flask, thread: Thread) -> None:
    handover_id = thread.offered()
    teacher, office = given_program(app, thread.teacher), given_program(app, thread.office)
    seen = teacher.get(f"/handovers/{handover_id}")
    assert seen.json

    assert seen.headers["ETag"] == f'"v{seen.json["version"]}"'
    assert (seen.json["side"], seen.json["possible"]) == ("sender", ["withdraw", "supplement"])
    assert office.read(f"/handovers/{handover_id}")["possible"] == ["relocate"]
    assert teacher.post(f"/handovers/{handover_id}/withdraw").status_code == 204
    assert office.read(f"/handovers/{handover_id}")["name"] is None
    assert not settle(thread.services, handover_id)
