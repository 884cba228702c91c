"""What is said of an announced application while its dossier is not there, and what becomes of it after the season."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.announced_outcomes import record_announced_outcome
from handover.bundles.forgetting import forget_old_announcements
from handover.errors import Conflict, Invalid, NotAllowed, NotFound
from handover.leavers.model import Announcement, Application
from handover.rooms.names import open_names
from handover.terms.destination import Outcome
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, text_of


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def test_the_outcome_is_said_before_a_dossier_comes(thread: Thread) -> None:
    reference = thread.leaver()
    known, unknown = thread.announced(reference=reference), thread.announced(last_name="Bakker")
    services, office = thread.services, thread.office.actor

    for announcement_id in (known, unknown):
        record_announced_outcome(services, office, announcement_id, outcome=Outcome.ADMITTED)
    record_announced_outcome(services, office, known, outcome=Outcome.REFUSED, ground="geen plaats")
    with pytest.raises(Invalid):
        record_announced_outcome(services, office, unknown, outcome=Outcome.REFUSED, ground="geen plaats")
    with pytest.raises(Conflict):
        record_announced_outcome(services, office, unknown, outcome=Outcome.ENROLLED, read=1)
    with pytest.raises(NotAllowed):
        record_announced_outcome(services, thread.intake.actor, known, outcome=Outcome.ADMITTED)
    with pytest.raises(NotFound):
        record_announced_outcome(services, thread.ib.actor, known, outcome=Outcome.ADMITTED)

    with services.uow() as uow:
        said = {row.id: row for row in uow.session.scalars(select(Announcement))}
        application = uow.session.get_one(Application, said[known].application_id)
    assert application.outcome is Outcome.REFUSED
    assert said[unknown].outcome is Outcome.ADMITTED


def test_the_office_records_it_on_a_page(thread: Thread) -> None:
    known, unknown = thread.announced(reference=thread.leaver()), thread.announced(last_name="Bakker")
    office = given_signed_in(given_app(thread.region), thread.office)

    assert "Niet toegelaten" in text_of(office.page(f"/dossiers/verwacht/{known}/uitslag"))
    assert "pas daarna vastleggen" in text_of(office.page(f"/dossiers/verwacht/{unknown}/uitslag"))
    form = {"uitslag": "refused", "tlv": "not_needed", "versie": "1"}
    assert office.post(f"/dossiers/verwacht/{known}/uitslag", {**form, "versie": "9"}).status_code == 409
    assert office.post(f"/dossiers/verwacht/{known}/uitslag", form).status_code == 422, "a ground is asked"
    assert office.post(f"/dossiers/verwacht/{known}/uitslag", {**form, "grond": "vol"}).status_code == 303
    assert office.post(f"/dossiers/verwacht/{unknown}/uitslag", form).status_code == 422
    assert office.post(f"/dossiers/verwacht/{unknown}/uitslag", {**form, "uitslag": "waiting"}).status_code == 303
    assert "Op de wachtlijst" in text_of(office.page("/dossiers/verwacht"))


def test_after_the_first_of_october_nobody_keeps_a_name_of_the_season_before(thread: Thread) -> None:
    known, unknown = thread.announced(reference=thread.leaver()), thread.announced(last_name="Bakker")

    assert forget_old_announcements(thread.services) == 0
    thread.region.clock.at = datetime(2027, 10, 2, 12, tzinfo=UTC)
    assert forget_old_announcements(thread.services) == 2
    assert forget_old_announcements(thread.services) == 0

    for actor, unit_id in ((thread.office.actor, thread.vo.id), (thread.ib.actor, thread.po.id)):
        with thread.services.uow() as uow:
            assert open_names(uow, actor.keyring, unit_id, [known, unknown]).about == {}
