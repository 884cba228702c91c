"""A dossier at two schools over the API: what keeps it, sending it, sending after, and what the region reads."""

from __future__ import annotations

from flask import Flask

from handover.bundles.state import HandoverStatus
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
