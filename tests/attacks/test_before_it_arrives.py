"""What a secondary school learns of a child before it has received the dossier: who and from where, or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from handover.access.current import API
from handover.bundles.ending import end_leaver
from handover.bundles.model import Handover
from handover.bundles.outcomes import record_outcome
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.bundles.withdrawing import withdraw
from handover.errors import NotFound
from handover.terms.destination import LeaverEnd, Outcome
from tests.desk.received import application_of
from tests.factories.api import given_program
from tests.factories.thread import Thread
from tests.factories.web import given_signed_in


def taken_back_unoffered(thread: Thread) -> str:
    """Sent to a wrong school, and taken back before it was offered there."""
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    handover_id = send(thread.services, thread.teacher.actor, reference)
    withdraw(thread.services, thread.teacher.actor, handover_id)
    return handover_id


def damaged_and_closed(thread: Thread) -> str:
    """Sent, refused by the settling because its bytes were damaged, and then the child stayed in groep 8."""
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    handover_id = send(thread.services, thread.teacher.actor, reference)
    for blob in (thread.region.folder / "blobs").rglob("*"):
        if blob.is_file():
            blob.write_bytes(b"noise")
    assert not settle(thread.services, handover_id)
    end_leaver(thread.services, thread.teacher.actor, reference, end=LeaverEnd.MISTAKE)
    with thread.services.uow() as uow:
        assert uow.session.get_one(Handover, handover_id).status is HandoverStatus.CLOSED
    return handover_id


@pytest.mark.parametrize("never_offered", [taken_back_unoffered, damaged_and_closed])
@pytest.mark.parametrize("who", ["intake", "office", "care"])
def test_what_was_never_offered_does_not_exist_there(
    thread: Thread, app: Flask, who: str, never_offered: Callable[[Thread], str]
) -> None:
    handover_id = never_offered(thread)
    member = getattr(thread, who)
    program, visitor = given_program(app, member), given_signed_in(app, member)

    assert program.read("/handovers")["handovers"] == []
    assert program.read("/handovers?side=receiver")["handovers"] == []
    for path in (f"/handovers/{handover_id}", f"/handovers/{handover_id}/trail"):
        assert program.get(path).status_code == 404
    for path in (f"/dossier/{handover_id}", f"/dossiers/{handover_id}/ontvangen", f"/dossiers/{handover_id}/uitslag"):
        assert visitor.get(path).status_code == 404
    assert given_program(app, thread.teacher).get(f"/handovers/{handover_id}").status_code == 200


def test_an_application_that_was_never_offered_is_not_the_offices_to_decide(thread: Thread) -> None:
    application = application_of(thread, taken_back_unoffered(thread))

    with pytest.raises(NotFound):
        record_outcome(thread.services, thread.office.actor, application, outcome=Outcome.REFUSED, ground="vol")


@pytest.mark.parametrize("who", ["intake", "care", "office"])
def test_an_offered_dossier_says_nothing_of_what_is_in_it(thread: Thread, app: Flask, who: str) -> None:
    handover_id = thread.offered(conversation=True)
    program = given_program(app, getattr(thread, who))

    for shown in (program.read(f"/handovers/{handover_id}"), *program.read("/handovers")["handovers"]):
        assert (shown["has_opp"], shown["has_care"], shown["conversation"]) == (None, None, None)
        assert shown["name"]["first_name"] == "Noah"


def test_the_office_and_the_administration_see_names_and_no_content(thread: Thread, app: Flask) -> None:
    handover_id = thread.accepted(conversation=True)
    office, admin = given_program(app, thread.office), given_program(app, thread.po.admin)

    for program in (office, admin):
        shown = program.read(f"/handovers/{handover_id}")
        assert (shown["has_opp"], shown["has_care"], shown["conversation"]) == (None, None, None)
    leaver = admin.read("/leavers")["leavers"][0]
    assert leaver["name"]["first_name"] == "Noah"
    assert leaver["has_opp"] is None
    assert given_program(app, thread.teacher).read("/leavers")["leavers"][0]["has_opp"] is True
    assert given_program(app, thread.intake).read(f"/handovers/{handover_id}")["conversation"]["asked"] is True


def test_a_cookie_opens_nothing_on_the_api_and_a_token_no_page(thread: Thread, app: Flask) -> None:
    thread.offered()
    visitor, program = given_signed_in(app, thread.intake), given_program(app, thread.intake)

    assert visitor.get(f"{API}v1/handovers").status_code == 401
    assert visitor.client.delete(f"{API}v1/sessions/current").status_code == 401
    bearer = {"Authorization": f"Bearer {program.token}"}
    assert program.client.get("/dossiers", headers=bearer).headers["Location"].startswith("/aanmelden")
