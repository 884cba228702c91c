"""Many dossiers at once at the secondary school: each has its account, and what was decided otherwise stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from handover.bundles.handovers import handover_of
from handover.bundles.outcomes import record_outcome
from handover.bundles.receiving import confirm
from handover.bundles.state import HandoverStatus
from handover.bundles.together import do_together
from handover.bundles.together_model import Became, Together
from handover.errors import NotAllowed, NotFound
from handover.leavers.model import Application
from handover.terms.destination import Outcome
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    members = {"intake": thread.intake, "care": thread.care, "office": thread.office}
    return {name: given_signed_in(app, member) for name, member in members.items()}


def status(thread: Thread, handover_id: str) -> HandoverStatus:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id).status


def application(thread: Thread, handover_id: str) -> Application:
    with thread.services.uow() as uow:
        return uow.session.get_one(Application, handover_of(uow, handover_id).application_id)


def test_the_office_enrols_many_and_a_refusal_stays_a_refusal(thread: Thread, visitors: dict[str, Visitor]) -> None:
    first, second, refused = (thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen"))
    ground = {"outcome": Outcome.REFUSED, "ground": "geen plaats"}
    record_outcome(thread.services, thread.office.actor, application(thread, refused).id, **ground)  # type: ignore[arg-type]

    page = visitors["office"].page("/dossiers?stap=ontvangen")
    assert [button["value"] for button in page.select("button[name=doe]")] == ["admit", "enrol"]
    done = visitors["office"].post("/dossiers/samen", {"doe": "enrol", "kies": [first, second, refused]}, follow=True)

    assert "2 dossiers: ingeschreven" in done.text
    assert "Noah Damen" in done.text
    assert "er is intussen iets veranderd" in done.text
    assert [application(thread, one).outcome for one in (first, second, refused)] == [
        Outcome.ENROLLED,
        Outcome.ENROLLED,
        Outcome.REFUSED,
    ]
    again = do_together(thread.services, thread.office.actor, Together.ADMIT, [first, second])
    assert set(again.values()) == {Became.ALREADY}, "enrolled is more than admitted"


def test_the_intake_confirms_what_is_complete_and_hears_of_the_rest(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    complete, incomplete = thread.accepted(last_name="Bakker"), thread.accepted(last_name="Cox")
    thread.read(complete)
    for one in (complete, incomplete):
        thread.enrolled(application(thread, one).id)

    done = visitors["intake"].post("/dossiers/samen", {"doe": "confirm", "kies": [complete, incomplete]}, follow=True)

    assert "1 dossier: de overdracht is bevestigd" in done.text
    assert "nog niet bevestigd, er is nog iets te doen" in done.text
    assert status(thread, complete) is HandoverStatus.CONFIRMED
    assert status(thread, incomplete) is HandoverStatus.ACCEPTED


def test_two_coordinators_who_confirm_the_same_selection_confirm_it_once(thread: Thread) -> None:
    handover_id = thread.accepted()
    thread.read(handover_id)
    thread.enrolled(application(thread, handover_id).id)
    confirm(thread.services, thread.intake.actor, handover_id)

    results = do_together(thread.services, thread.intake.actor, Together.CONFIRM, [handover_id])

    assert results == {handover_id: Became.ALREADY}


def test_one_that_is_not_theirs_stops_all_of_it(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.accepted()

    with pytest.raises(NotFound):
        do_together(thread.services, thread.office.actor, Together.ENROL, [handover_id, "0" * 32])
    with pytest.raises(NotAllowed):
        do_together(thread.services, thread.care.actor, Together.CONFIRM, [handover_id])
    assert visitors["care"].post("/dossiers/samen", {"doe": "enrol", "kies": [handover_id]}).status_code == 403
    assert visitors["care"].post("/dossiers/samen", {"doe": "dans"}).status_code == 404
    assert visitors["office"].post("/dossiers/samen", {"doe": "enrol"}).status_code == 303

    assert application(thread, handover_id).outcome is Outcome.ASKED


def test_one_goes_on_to_the_next_without_the_list(thread: Thread, visitors: dict[str, Visitor]) -> None:
    dossiers = [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]

    page = visitors["intake"].page(f"/dossier/{sorted(dossiers)[1]}")

    assert "2 van 3 ontvangen dossiers" in text_of(page)
    assert page.select_one("a[data-key=',']")["href"] == f"/dossier/{min(dossiers)}"  # type: ignore[index]
    assert page.select_one("a[data-key='.']")["href"] == f"/dossier/{sorted(dossiers)[2]}"  # type: ignore[index]


def test_i_take_care_of_these(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.accepted()

    visitors["intake"].post("/dossiers/samen", {"doe": "take", "kies": [handover_id]})

    assert "Noah" in text_of(visitors["intake"].page("/dossiers?stap=ontvangen&wie=ik"))
