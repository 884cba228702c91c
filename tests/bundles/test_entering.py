"""A secondary school records that a dossier came by another way; the primary school can still send it into the same."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.announcing import Application, announce
from handover.bundles.answering import answer_known
from handover.bundles.answering_asked import open_asked
from handover.bundles.asking import ask_outside
from handover.bundles.entering import enter, undo_entry, undo_entry_of
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice
from handover.bundles.notices import mail_person, people_to_mail
from handover.bundles.outside_model import OutsideWay
from handover.bundles.receiving import confirm
from handover.bundles.remarks import note, remarks_of
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus, Origin
from handover.bundles.supplementing import open_supplement, supplement
from handover.bundles.trying import CodeShut
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.leavers.model import Leaver
from handover.oversight.overview import Choice, overview
from handover.rooms.names import read_names
from handover.schools.model import Unit, UnitStatus
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_outside import enrolled, findings, row
from tests.factories.access import given_location
from tests.factories.everybody import given_everybody
from tests.factories.thread import DAY, Thread, given_thread
from tests.factories.web import given_app, given_signed_in

FAR_AWAY = "19AB01"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    made = given_thread(tmp_path)
    given_location(made.services, FAR_AWAY, "De Verre Weide", place="Assen", kind=SchoolKind.BO)
    return made


def announced_from_afar(thread: Thread, last_name: str = "Bakker") -> str:
    """A child of a primary school that takes no part."""
    said = Application(
        receiver_brin=thread.vo.brin6,
        name=thread.name | {"last_name": last_name},
        applied_on=DAY,
        sender_brin=FAR_AWAY,
    )
    return announce(thread.services, thread.office.actor, said, only_new=False)


def known(thread: Thread, reference: str) -> str:
    """Announced with the code of a child, of whom the primary school said that it is the one."""
    announcement_id = thread.announced(reference=reference)
    answer_known(thread.services, thread.ib.actor, announcement_id, reference)
    return announcement_id


def entered(thread: Thread, announcement_id: str) -> str:
    return enter(thread.services, thread.office.actor, announcement_id, way=OutsideWay.OSO, came_on=DAY)


def test_of_a_school_that_takes_no_part_it_is_written_about_and_confirmed(thread: Thread) -> None:
    handover_id = entered(thread, announced_from_afar(thread))
    made, intake = row(thread, handover_id), thread.intake.actor
    assert (made.status, made.origin) == (HandoverStatus.ACCEPTED, Origin.ENTERED)
    with thread.services.uow() as uow:
        names = read_names(uow, intake.keyring, thread.vo.id, [handover_id])
    assert names[handover_id]["last_name"] == "Bakker"

    note(thread.services, intake, handover_id, text="Het dossier staat in Magister.")
    enrolled(thread, handover_id)
    confirm(thread.services, intake, handover_id)

    assert row(thread, handover_id).status is HandoverStatus.CONFIRMED
    assert findings(thread) == []


def test_what_was_asked_outside_ends_when_the_dossier_is_there(thread: Thread) -> None:
    """Else a guest would send it once more, and the child would have two."""
    announcement_id = announced_from_afar(thread)
    asked = ask_outside(thread.services, thread.intake.actor, announcement_id, email="ib@verweg.example")

    handover_id = entered(thread, announcement_id)

    with pytest.raises(CodeShut):
        open_asked(thread.services, asked.id, asked.words, client_address="192.0.2.7")
    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Handover.id)).all() == [handover_id]
        units = select(func.count()).select_from(Unit).where(Unit.status == UnitStatus.GUEST)
        assert uow.session.scalar(units) == 1


def test_two_children_of_one_school_share_its_guest_unit(thread: Thread) -> None:
    first, second = (entered(thread, announced_from_afar(thread, name)) for name in ("Bakker", "Kuijpers"))

    assert row(thread, first).sender_unit_id == row(thread, second).sender_unit_id


def test_a_known_child_keeps_its_leaver_and_what_is_sent_later_comes_into_the_same_handover(thread: Thread) -> None:
    reference = thread.leaver()
    handover_id = entered(thread, known(thread, reference))
    assert row(thread, handover_id).reference == reference
    note(thread.services, thread.intake.actor, handover_id, text="Het dossier staat in Magister.")
    open_supplement(thread.services, thread.teacher.actor, reference)
    thread.written(reference)

    assert supplement(thread.services, thread.teacher.actor, reference) == handover_id
    assert settle(thread.services, handover_id)

    assert row(thread, handover_id).origin is Origin.SEALED
    thread.read(handover_id)
    intake = thread.intake.actor
    with thread.services.uow() as uow:
        assert [one.text for one in remarks_of(uow, intake, handover_id)] == ["Het dossier staat in Magister."]
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 1
    assert findings(thread) == []


def test_a_school_that_takes_part_says_first_which_child_it_is(thread: Thread) -> None:
    with pytest.raises(IllegalTransition):
        entered(thread, thread.announced())


def test_what_was_sent_here_is_not_entered_too(thread: Thread) -> None:
    reference = row(thread, thread.offered()).reference

    with pytest.raises(Conflict):
        entered(thread, known(thread, reference))


def test_twice_is_one_handover(thread: Thread) -> None:
    announcement_id = announced_from_afar(thread)
    entered(thread, announcement_id)

    with pytest.raises(Conflict):
        entered(thread, announcement_id)


@pytest.mark.parametrize("day", [DAY + timedelta(days=40), DAY.replace(year=2025)])
def test_a_day_that_cannot_be_is_refused_and_nothing_is_half_done(thread: Thread, day: date) -> None:
    announcement_id = announced_from_afar(thread)

    with pytest.raises(Invalid):
        enter(thread.services, thread.office.actor, announcement_id, way=OutsideWay.PAPER, came_on=day)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Leaver)) == 0


def test_only_the_administration_of_that_school_enters(thread: Thread, tmp_path: Path) -> None:
    announcement_id = announced_from_afar(thread)
    stranger = given_everybody(tmp_path / "elders").thread.office

    with pytest.raises(NotAllowed):
        enter(thread.services, thread.intake.actor, announcement_id, way=OutsideWay.OSO, came_on=DAY)
    with pytest.raises(NotFound):
        enter(thread.services, stranger.actor, announcement_id, way=OutsideWay.OSO, came_on=DAY)


def test_a_mistake_is_undone_and_can_be_entered_again_but_not_once_it_is_worked_with(thread: Thread) -> None:
    announcement_id = announced_from_afar(thread)
    first = entered(thread, announcement_id)
    undo_entry(thread.services, thread.office.actor, first)
    assert row(thread, first).status is HandoverStatus.WITHDRAWN

    second = entered(thread, announcement_id)
    note(thread.services, thread.intake.actor, second, text="Het dossier staat in Magister.")
    with pytest.raises(IllegalTransition):
        undo_entry(thread.services, thread.office.actor, second)
    assert findings(thread) == []


def mails_to(thread: Thread) -> dict[str, str]:
    thread.region.clock.pass_by(timedelta(days=3))
    before = len(thread.region.mail.sent)
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=100)
    for person_id in people:
        mail_person(thread.services, person_id)
    return {mail.to: mail.text for mail in thread.region.mail.sent[before:]}


def test_the_primary_school_is_mailed_once_that_the_school_has_it(thread: Thread) -> None:
    reference = thread.leaver()
    entered(thread, known(thread, reference))

    told = mails_to(thread)

    assert "zegt dat zij 1 dossier al heeft" in told[thread.teacher.email]
    assert reference in told[thread.teacher.email]
    assert thread.teacher.email not in mails_to(thread)


def test_what_was_undone_before_the_mail_and_who_takes_no_part_is_not_mailed(thread: Thread) -> None:
    undo_entry(thread.services, thread.office.actor, entered(thread, known(thread, thread.leaver())))
    far = entered(thread, announced_from_afar(thread))

    assert not any("al heeft" in text or "toch niet" in text for text in mails_to(thread).values())
    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Notice).where(Notice.handover_id == far)).all() == []


def test_who_was_told_that_a_dossier_is_there_is_told_when_it_is_not(thread: Thread) -> None:
    reference = thread.leaver()
    handover_id = entered(thread, known(thread, reference))
    assert "U hoeft het niet meer te versturen" in mails_to(thread)[thread.teacher.email]

    undo_entry(thread.services, thread.office.actor, handover_id)

    told = mails_to(thread)
    assert "toch niet: het wacht weer op u om te versturen" in told[thread.teacher.email]
    assert reference in told[thread.teacher.email]


def test_an_entry_is_undone_by_its_announcement_by_that_school_only(thread: Thread) -> None:
    announcement_id = known(thread, thread.leaver())
    with pytest.raises(IllegalTransition):
        undo_entry_of(thread.services, thread.office.actor, announcement_id)
    handover_id = entered(thread, announcement_id)
    with pytest.raises(NotFound):
        undo_entry_of(thread.services, thread.ib.actor, announcement_id)

    undo_entry_of(thread.services, thread.office.actor, announcement_id)

    assert row(thread, handover_id).status is HandoverStatus.WITHDRAWN
    with pytest.raises(IllegalTransition):
        undo_entry_of(thread.services, thread.office.actor, announcement_id)
    assert entered(thread, announcement_id) != handover_id


def test_children_from_afar_are_one_number_of_the_region(thread: Thread) -> None:
    def counted() -> int:
        with thread.services.uow() as uow:
            return overview(uow, thread.region.swv.actor, Choice()).guests

    undone = entered(thread, announced_from_afar(thread, "Jansen"))
    entered(thread, announced_from_afar(thread))
    entered(thread, known(thread, thread.leaver()))
    assert counted() == 2

    undo_entry(thread.services, thread.office.actor, undone)

    assert counted() == 1
    page = given_signed_in(given_app(thread.region), thread.region.swv).get("/regio/stand").text
    assert "Van 1 kind van een basisschool die niet meedoet heeft een middelbare school het dossier" in page
    assert "Bakker" not in page
