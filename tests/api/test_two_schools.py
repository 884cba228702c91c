"""A dossier at two schools over the API: what keeps it, sending it, sending after, and what the region reads."""

from __future__ import annotations

from flask import Flask

from handover.bundles.handovers import handover_of
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.bundles.supplementing import open_supplement, supplement
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_second import allow, child_at_two, given_vso
from tests.factories.api import given_program
from tests.factories.thread import Thread


def test_a_second_school_is_asked_for_and_each_handover_is_its_own(app: Flask, thread: Thread) -> None:
    two = child_at_two(thread, given_vso(thread))
    first = two.sent()
    teacher, region = given_program(app, thread.teacher), given_program(app, thread.region.swv)
    at, beside = f"/leavers/{two.reference}/handover", {"to": two.vso.brin6, "second": True}
    assert region.read("/region/settings")["two_schools"] is False
    refused = teacher.post(at, beside)
    assert refused.status_code == 409
    assert "second_not_allowed" in refused.text
    allow(thread)
    assert region.read("/region/settings")["two_schools"] is True
    assert teacher.post(at, {"to": two.vso.brin6}).status_code == 409

    made = teacher.post(at, beside)

    assert made.status_code == 202
    second = made.headers["Location"].rpartition("/")[2]
    assert teacher.post(at, beside).status_code == 409
    assert {one["id"] for one in teacher.read("/handovers")["handovers"]} == {first, second}
    assert teacher.put(f"/handovers/{first}/supplement", None).status_code == 204
    assert teacher.ask("DELETE", f"/handovers/{first}/supplement").status_code == 204
    two.tlv(Tlv.REFUSED)
    (pair,) = region.read("/region/attention")["pairs"]
    assert (pair["reference"], pair["because"]) == (two.reference, "tlv_refused")
    assert pair["to_let_go"]["name"] == "De Wijnberg"
    let_go = f"/leavers/{two.reference}/let-go"
    assert teacher.post(let_go, {"handover_id": first}).status_code == 409
    assert given_program(app, thread.intake).post(let_go, {"handover_id": second}).status_code == 404
    for _time in range(2):
        assert teacher.post(let_go, {"handover_id": second}).status_code == 204
    assert two.status(second) is HandoverStatus.WITHDRAWN
    assert two.outcome(two.special) is Outcome.WITHDRAWN
    assert region.read("/region/attention")["pairs"] == []


def test_what_came_since_it_was_read_is_not_signed_for_or_written_beside(app: Flask, thread: Thread) -> None:
    """With If-Match; without it whatever stands now is meant."""
    handover_id = thread.accepted()
    here = f"/handovers/{handover_id}"
    intake, teacher = given_program(app, thread.intake), thread.teacher.actor
    with thread.services.uow() as uow:
        reference = handover_of(uow, handover_id).reference
    tags = []
    for _supplement in range(2):
        open_supplement(thread.services, teacher, reference)
        supplement(thread.services, teacher, reference)
        tags.append(intake.get(here).headers["ETag"])  # while it is sealed: nobody has seen it
        assert settle(thread.services, handover_id)
    tags.append(intake.get(here).headers["ETag"])
    note = {"kind": "note", "text": "kijk", "part": "dossier", "document": 1, "page": 1}
    for seen in tags[:2]:
        told = {"If-Match": seen}
        assert intake.post(f"{here}/acknowledge", headers=told).status_code == 412
        assert intake.post(f"{here}/remarks", note, headers=told).status_code == 412
        assert intake.post(f"{here}/remarks", note | {"kind": "question"}, headers=told).status_code == 412
    assert intake.post(f"{here}/acknowledge", headers={"If-Match": "v1"}).status_code == 422
    assert intake.read(f"{here}/remarks")["remarks"] == []

    for told in ({"If-Match": tags[2]}, {"If-Match": tags[2]}, {}):
        assert intake.post(f"{here}/acknowledge", headers=told).status_code == 204
    assert intake.post(f"{here}/remarks", note, headers={"If-Match": tags[2]}).status_code == 201
