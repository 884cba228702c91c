"""Asking outside for a dossier: who may, whom, again, taken back, run out; and what the mail says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.announcing import ask_again, take_back
from handover.bundles.answering_asked import OpenAsked, open_asked
from handover.bundles.asked import newest_asked
from handover.bundles.asked_model import AskedDossier, AskedFile
from handover.bundles.asking import TakesPart, ask_outside, mail_asked_again, take_back_asked
from handover.bundles.tasks import sweep
from handover.bundles.trying import CodeShut
from handover.errors import IllegalTransition, Invalid, NotAllowed, NotFound
from handover.rooms.model import Grant
from handover.schools.model import Unit, UnitSide, UnitStatus
from keys.asking import Asking
from keys.circle import Circle
from tests.factories.access import given_enrolled_unit
from tests.factories.asked import MAIL, OUTSIDE, WRONG, Request, announced_outside, given_outside, given_request
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_outside(given_thread(tmp_path))


@pytest.fixture
def request_(thread: Thread) -> Request:
    return given_request(thread)


def test_six_words_say_which_child_and_which_school_and_no_more(request_: Request) -> None:
    opened = request_.opened()

    assert opened.about == request_.thread.name
    assert (opened.school, opened.sender, opened.sender_place) == ("Raayland College", "De Verte", "Emmen")
    assert len(request_.asked.words.split()) == 6
    assert opened.files == []


def test_the_asking_school_vouches_for_the_key_and_its_rooms(thread: Thread, request_: Request) -> None:
    opened, actor = request_.opened(), thread.intake.actor
    with thread.services.uow() as uow:
        row = uow.session.get_one(AskedDossier, request_.asked.id)
        held = actor.keyring.circle(uow, thread.vo.id, Circle.DOSSIER)

    said = Asking.read(row.statement, held.key.public.verify)

    assert said.verify == opened.secret.signing.verify_key
    assert said.rooms == (row.dossier_room_id, row.care_room_id)
    assert (said.handover_id, said.sender_unit_id, said.receiver.unit_id) == (
        row.handover_id,
        row.sender_unit_id,
        thread.vo.id,
    )


def test_schools_outside_have_one_unit_each_that_has_no_key(thread: Thread) -> None:
    given_request(thread)
    given_request(thread, first_name="Jip")

    with thread.services.uow() as uow:
        (unit,) = uow.session.scalars(select(Unit).where(Unit.status == UnitStatus.GUEST)).all()
    assert (unit.name, unit.side) == ("De Verte", UnitSide.PO)


@pytest.mark.parametrize(
    ("who", "error"), [("care", NotAllowed), ("office", NotAllowed), ("teacher", NotFound), ("ib", NotFound)]
)
def test_others_ask_for_nothing(thread: Thread, who: str, error: type[Exception]) -> None:
    announcement_id = announced_outside(thread)
    actor = getattr(thread, who).actor

    with pytest.raises(error):
        ask_outside(thread.services, actor, announcement_id, email=MAIL)
    with pytest.raises(error):
        take_back_asked(thread.services, actor, announcement_id)
    with pytest.raises(error):
        mail_asked_again(thread.services, actor, announcement_id)


def test_nothing_is_asked_without_an_address_or_of_nobody(thread: Thread) -> None:
    actor = thread.intake.actor
    with pytest.raises(Invalid):
        ask_outside(thread.services, actor, announced_outside(thread), email="geen adres")
    with pytest.raises(NotFound):
        ask_outside(thread.services, actor, "0" * 32, email=MAIL)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(AskedDossier)) == 0


def test_a_school_that_takes_part_is_asked_as_all_are(thread: Thread) -> None:
    with pytest.raises(TakesPart):
        ask_outside(thread.services, thread.intake.actor, thread.announced(), email=MAIL)


def test_a_child_that_was_recognised_needs_no_asking(thread: Thread) -> None:
    with pytest.raises(IllegalTransition):
        ask_outside(thread.services, thread.intake.actor, thread.announced(reference=thread.leaver()), email=MAIL)


def test_asked_again_the_words_of_before_open_nothing(thread: Thread, request_: Request) -> None:
    request_.ready()

    again = ask_outside(thread.services, thread.intake.actor, request_.announcement_id, email=MAIL)

    with pytest.raises(CodeShut):
        request_.opened()
    new = Request(thread, request_.announcement_id, again).opened()
    assert new.files == []
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(AskedFile)) == 0
        shown = newest_asked(uow, [request_.announcement_id])[request_.announcement_id]
    assert (shown.id, shown.is_open, shown.tries_left) == (again.id, True, 5)


@pytest.mark.parametrize("how", ["taken back", "announcement taken back", "run out", "takes part by now"])
def test_what_is_over_opens_with_no_words_and_leaves_no_grant(thread: Thread, request_: Request, how: str) -> None:
    services = thread.services
    if how == "taken back":
        take_back_asked(services, thread.intake.actor, request_.announcement_id)
        take_back_asked(services, thread.intake.actor, request_.announcement_id)
    elif how == "announcement taken back":
        take_back(services, thread.office.actor, request_.announcement_id)
    elif how == "run out":
        thread.region.clock.pass_by(timedelta(days=14))
        sweep(services)
    else:
        given_enrolled_unit(thread.region, UnitSide.PO, "De Verte", brin6=OUTSIDE)
        ask_again(services, thread.office.actor, request_.announcement_id)

    with pytest.raises(CodeShut):
        request_.opened()
    with services.uow() as uow:
        row = uow.session.get_one(AskedDossier, request_.asked.id)
        grants = select(func.count()).where(Grant.subject.in_((row.dossier_room_id, row.care_room_id, row.handover_id)))
        assert uow.session.scalar(grants) == 0
        assert (row.sealed_identity, row.sealed_secret, row.ended_at is None) == (None, None, False)
        shown = newest_asked(uow, [request_.announcement_id])[request_.announcement_id]
    assert not shown.is_open
    assert shown.is_over is (how == "run out")


def test_before_the_sweep_comes_by_it_has_run_out_all_the_same(thread: Thread, request_: Request) -> None:
    thread.region.clock.pass_by(timedelta(days=14))

    with pytest.raises(CodeShut):
        request_.opened()


def test_the_fifth_wrong_try_ends_it_also_for_the_right_words(thread: Thread, request_: Request) -> None:
    for _try in range(5):
        with pytest.raises(CodeShut):
            request_.opened(WRONG)

    with pytest.raises(CodeShut):
        request_.opened()
    with thread.services.uow() as uow:
        assert newest_asked(uow, [request_.announcement_id])[request_.announcement_id].tries_left == 0


def test_a_link_that_leads_nowhere_opens_as_little(thread: Thread) -> None:
    with pytest.raises(CodeShut):
        opened_nowhere(thread)


def opened_nowhere(thread: Thread) -> OpenAsked:
    return open_asked(thread.services, "0" * 32, WRONG, client_address="192.0.2.7")


def test_the_link_is_mailed_once_without_a_name_and_again_when_asked(thread: Thread, request_: Request) -> None:
    thread.region.mail.sent.clear()
    sweep(thread.services)
    sweep(thread.services)

    (mail,) = thread.region.mail.sent
    assert mail.to == MAIL
    assert f"/aanleveren/{request_.asked.id}" in mail.text
    assert request_.asked.reference in mail.text
    assert not {word for word in ("Noah", "Wójcik", *request_.asked.words.split()) if word in mail.text + mail.subject}

    mail_asked_again(thread.services, thread.intake.actor, request_.announcement_id)
    sweep(thread.services)
    assert len(thread.region.mail.sent) == 2
    take_back_asked(thread.services, thread.intake.actor, request_.announcement_id)
    with pytest.raises(IllegalTransition):
        mail_asked_again(thread.services, thread.intake.actor, request_.announcement_id)
