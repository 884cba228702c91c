"""One child from school to school, by programs that know nothing but the API."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from flask import Flask
from sqlalchemy import select

from handover.bundles.model import Part, SealedPart
from handover.bundles.settling import settle
from keys.age.file import decrypt_bytes
from keys.age.scrypt import PassphraseIdentity
from tests.factories.api import Program, given_program
from tests.factories.thread import NOAH, PLAN, REPORT, Thread

DAY = "2027-04-08"
SAID: dict[str, Any] = {
    "advice": {"test_advice": "vmbo_kb", "final": "vmbo_kb", "final_on": DAY},
    "report": {
        "career": "groep 1 tot en met 8",
        "results": "AVI plus",
        "learning": "rustig",
        "behaviour": "lief",
        "what_works": "een vaste plek",
    },
    "contact": {"name": "M. Janssen", "telephone": "077 000 00 01"},
    "support": {
        "goal": "vmbo",
        "actions_agreed_on": DAY,
        "pupil_voice": "vooraan",
        "pupil_influence": "ja",
        "pupil_told": "gesprek",
    },
    "has_opp": True,
}


def upload(program: Program, reference: str, kind: str, title: str, data: bytes) -> str:
    answer = program.post(
        f"/leavers/{reference}/documents?kind={kind}",
        data=data,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{title}"'},
    )
    assert answer.status_code == 201, answer.text
    assert answer.json
    key: str = answer.json["id"]
    return key


def prepared(thread: Thread, teacher: Program) -> str:
    """A dossier in which nothing is missing. Gives the child's reference."""
    made = teacher.post("/leavers", {"group_id": thread.po.groups["8a"], "name": NOAH})
    assert made.status_code == 201, made.text
    assert made.json
    reference: str = made.json["reference"]
    assert made.headers["Location"] == f"/api/v1/leavers/{reference}"
    upload(teacher, reference, "okr", "OKR Noah.pdf", REPORT)
    upload(teacher, reference, "opp", "OPP Noah.pdf", PLAN)
    tag = teacher.get(f"/leavers/{reference}/dossier").headers["ETag"]
    kept = teacher.put(f"/leavers/{reference}/dossier", SAID, headers={"If-Match": tag})
    assert kept.status_code == 204, kept.text
    version = teacher.read(f"/leavers/{reference}/dossier")["content_version"]
    parents = [{"name": "F. Wójcik", "inspected_on": DAY, "copy_on": DAY, "copy_of": version, "agreement": "ja"}]
    kept = teacher.put(
        f"/leavers/{reference}/dossier", {**SAID, "parents": parents}, headers={"If-Match": kept.headers["ETag"]}
    )
    assert kept.status_code == 204, kept.text
    applied = teacher.post(f"/leavers/{reference}/applications", {"brin": thread.vo.brin6, "applied_on": DAY})
    assert applied.status_code == 201, applied.text
    return reference


def sent(thread: Thread, teacher: Program, reference: str) -> str:
    answer = teacher.post(f"/leavers/{reference}/handover", {"to": thread.vo.brin6})
    assert answer.status_code == 202, answer.text
    handover_id = answer.headers["Location"].rpartition("/")[2]
    assert settle(thread.services, handover_id)
    return handover_id


def test_a_child_goes_from_school_to_school(app: Flask, thread: Thread) -> None:
    teacher, intake = given_program(app, thread.teacher), given_program(app, thread.intake)
    care, office = given_program(app, thread.care), given_program(app, thread.office)
    reference = prepared(thread, teacher)
    assert teacher.read(f"/leavers/{reference}")["to_do"] == []
    handover_id = sent(thread, teacher, reference)
    at = f"/handovers/{handover_id}"

    offered = intake.read("/handovers?status=offered&side=receiver")["handovers"]
    assert [one["id"] for one in offered] == [handover_id]
    assert offered[0]["name"]["last_name"] == "Wójcik"
    assert offered[0]["possible"] == ["accept", "decline", "relocate"]
    assert intake.get(f"{at}/content").status_code == 403
    assert intake.post(f"{at}/accept").status_code == 204

    content = intake.read(f"{at}/content")
    assert content["content"]["report"]["what_works"] == "een vaste plek"
    assert [one["title"] for one in content["documents"]] == ["OKR Noah.pdf"]
    assert intake.get(f"{at}/documents/dossier/1").data == REPORT
    assert care.read(f"{at}/content?part=care")["content"]["goal"] == "vmbo"
    assert care.get(f"{at}/documents/care/1").data == PLAN

    asked = intake.post(f"{at}/remarks", {"kind": "question", "text": "Wat helpt bij lezen?", "document": 1, "page": 2})
    noted = intake.post(f"{at}/remarks", {"kind": "note", "text": "Plek vooraan."})
    assert (asked.status_code, noted.status_code) == (201, 201)
    assert [one["kind"] for one in teacher.read(f"{at}/remarks")["remarks"]] == ["question"]
    assert asked.json
    question = asked.json["id"]
    assert teacher.post(f"/remarks/{question}/replies", {"text": "Hardop meelezen."}).status_code == 201
    assert intake.read(f"{at}/remarks")["remarks"][0]["replies"][0]["text"] == "Hardop meelezen."

    too_early = intake.post(f"{at}/confirm")
    assert too_early.status_code == 409
    assert too_early.json
    assert {one["pointer"] for one in too_early.json["errors"]} == {"/left/enrolment", "/left/question_open"}
    assert intake.post(f"/remarks/{question}/close").status_code == 204
    assert office.put(f"{at}/outcome", {"outcome": "enrolled"}).status_code == 204
    assert intake.read(at)["left"] == []
    assert intake.post(f"{at}/confirm").status_code == 204
    assert teacher.read(at)["status"] == "confirmed"
    assert any("bevestigde" in line["text"] for line in teacher.read(f"{at}/trail")["lines"])


def test_all_of_it_can_be_taken_along(app: Flask, thread: Thread) -> None:
    handover_id = thread.accepted()
    care = given_program(app, thread.care)

    answer = care.get(f"/handovers/{handover_id}/archive")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        found = {name: packed.read(name) for name in packed.namelist() if name.endswith(".pdf")}
    words = care.post(f"/handovers/{handover_id}/sealed").json
    assert words
    sealed = care.post(f"/handovers/{handover_id}/sealed/dossier", {"words": words["words"]})

    assert set(found.values()) == {REPORT, PLAN}
    assert words["parts"] == ["dossier", "care"]
    with zipfile.ZipFile(
        io.BytesIO(decrypt_bytes(PassphraseIdentity(words["words"], max_log_n=18), sealed.data))
    ) as packed:
        assert packed.read("documents/01-okr.pdf") == REPORT


def test_a_conversation_that_was_asked_for_is_recorded(app: Flask, thread: Thread) -> None:
    handover_id = thread.accepted(conversation=True)
    intake = given_program(app, thread.intake)

    told = intake.post(
        f"/handovers/{handover_id}/conversation",
        {"held_on": "2027-04-08", "way": "telephone", "who": "Marieke en Peter", "agreed": "Een buddy."},
    )

    assert told.status_code == 204, told.text
    assert intake.read(f"/handovers/{handover_id}/conversation")["held"][0]["agreed"] == "Een buddy."
    assert intake.read(f"/handovers/{handover_id}")["conversation"]["held_on"] == "2027-04-08"


def test_an_auditor_holds_the_log_against_its_tree(app: Flask, thread: Thread) -> None:
    thread.accepted()
    swv = given_program(app, thread.region.swv)

    assert swv.read("/log/verification")["is_sound"]
    names = {line["name"] for line in swv.read("/log/entries?limit=200")["lines"]}
    assert {"handover.sent", "handover.accepted"} <= names
    assert given_program(app, thread.teacher).get("/log/verification").status_code == 403


def test_what_was_changed_where_it_lies_is_refused_and_told_to_both(app: Flask, thread: Thread) -> None:
    handover_id = thread.accepted(has_opp=False)
    intake, teacher = given_program(app, thread.intake), given_program(app, thread.teacher)
    with thread.services.uow() as uow:
        key = uow.session.scalars(select(SealedPart.blob_key).where(SealedPart.part == Part.DOSSIER)).one()
    (blob,) = (thread.region.folder / "blobs").rglob(key)
    changed = bytearray(blob.read_bytes())
    changed[len(changed) // 2] ^= 1
    blob.chmod(0o600)
    blob.write_bytes(changed)

    answers = [intake.get(f"/handovers/{handover_id}/{what}") for what in ("content", "documents/dossier/1", "archive")]

    assert {(answer.status_code, (answer.json or {}).get("code")) for answer in answers} == {(409, "tampered")}
    for program in (intake, teacher):
        lines = program.read(f"/handovers/{handover_id}/trail")["lines"]
        assert any(line["text"].startswith("Let op") for line in lines)
