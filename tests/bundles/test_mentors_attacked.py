"""Rows, copies and mails of mentors that somebody changed, pressed twice or named by mistake; and untrue counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handover.access import keywork
from handover.audit.model import AuditEntry
from handover.bundles.deep import handovers_against_log
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import end_mentor, reads, standing
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import mail_person
from handover.bundles.opened import open_document, opened_of, read_opened
from handover.bundles.opened_model import OpenedItem
from handover.bundles.settling import settle
from handover.bundles.supplementing import open_supplement, supplement
from handover.desk.listed_handovers import handover_with_work, handovers_of
from handover.policy import Role
from keys.errors import KeysError
from tests.bundles.test_mentors import confirmed_with_mentor, mentor_in, named, thread, what_works
from tests.bundles.test_reading_counts import unread_care
from tests.factories.access import Colleague, Member, given_colleague
from tests.factories.thread import Thread
from tests.factories.web import given_app, given_signed_in, text_of
from tests.fakes.mail import KeptMail

__all__ = ["thread"]


def forge(thread: Thread, handover_id: str, who: Member) -> None:
    """A row as somebody with the database would write it: named, and said to hold the keys already."""
    with thread.services.uow() as uow:
        known = standing(uow, [handover_id])[0]
        uow.session.add(
            Mentoring(
                handover_id=handover_id,
                unit_id=known.unit_id,
                email=who.email,
                name="Eve Kwaad",
                person_id=who.person_id,
                jws="niets",
                signer_id=known.signer_id,
                named_by=who.person_id,
                named_at=uow.clock.now(),
                given_at=uow.clock.now(),
            )
        )
        uow.commit()


def seen(thread: Thread, who: Member, handover_id: str) -> int:
    with thread.services.uow() as uow:
        return len(opened_of(uow, who.actor, handover_id))


def alarms(thread: Thread) -> int:
    with thread.services.uow() as uow:
        found = uow.session.scalars(select(AuditEntry.id).where(AuditEntry.name == "handover.tampering_seen"))
        return len(found.all())


def test_a_row_that_nobody_signed_leads_to_nothing_that_care_opened(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    eve = mentor_in(thread, "Eve Kwaad")
    forge(thread, handover_id, eve)

    open_document(thread.services, thread.care.actor, handover_id, 1)
    keywork.run_for(thread.services, thread.care.actor)

    assert seen(thread, joris, handover_id) == 1
    assert seen(thread, eve, handover_id) == 0


def test_opening_a_document_for_the_mentor_is_no_reading_of_it(thread: Thread) -> None:
    handover_id = thread.accepted()
    before = unread_care(thread, handover_id)

    open_document(thread.services, thread.care.actor, handover_id, 1)

    assert unread_care(thread, handover_id) == before > 0


@pytest.mark.parametrize("what", ["bytes", "row"])
def test_a_copy_whose_bytes_were_changed_raises_an_alarm_and_the_deep_check_finds_it(thread: Thread, what: str) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    item = open_document(thread.services, thread.care.actor, handover_id, 1)
    with thread.services.uow() as uow:
        row = uow.session.get_one(OpenedItem, item)
        key = row.blob_key or ""
        if what == "row":
            row.sha256 = "0" * 64
            uow.commit()
    if what == "bytes":
        [file] = [path for path in thread.region.folder.rglob(key) if path.is_file()]
        changed = bytearray(file.read_bytes())
        changed[-20] ^= 1
        file.write_bytes(changed)
        with pytest.raises(KeysError):
            b"".join(read_opened(thread.services, joris.actor, item).pieces)
        assert alarms(thread) == 1

    with thread.services.uow() as uow:
        found = [one.detail for one in handovers_against_log(thread.services.store)(uow)]
    assert [detail for detail in found if item in detail] != []


def test_somebody_who_was_named_by_mistake_is_not_mailed(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    with thread.services.uow() as uow:
        mentoring_id = standing(uow, [handover_id])[0].id
    end_mentor(thread.services, thread.intake.actor, mentoring_id)
    thread.region.clock.pass_by(timedelta(minutes=11))

    assert not mail_person(thread.services, joris.person_id)
    assert isinstance(thread.services.mailer, KeptMail)
    assert [one for one in thread.services.mailer.sent if "mentor van" in one.text] == []


def test_what_came_after_is_unread_again_for_the_mentor_who_is_told(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    what_works(thread, joris, handover_id)
    with thread.services.uow() as uow:
        assert (handover_id, joris.person_id) in reads(uow, [handover_id])
        reference = uow.session.get_one(Handover, handover_id).reference

    open_supplement(thread.services, thread.teacher.actor, reference)
    supplement(thread.services, thread.teacher.actor, reference)
    assert settle(thread.services, handover_id)

    with thread.services.uow() as uow:
        assert reads(uow, [handover_id]) == {}
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.SUPPLEMENT)).all()
    assert joris.person_id in told


def test_who_is_also_of_the_administration_reaches_the_dossiers_of_the_own_class(thread: Thread) -> None:
    roles = (Role.MENTOR, Role.VO_OFFICE)
    both = given_colleague(thread.vo, Colleague(name="Joris Vink", roles=roles))
    handover_id = thread.confirmed()
    named(thread, handover_id, thread.intake, both.email)
    keywork.run_for(thread.services, thread.intake.actor)

    page = given_signed_in(given_app(thread.region), both).page("/dossiers?stap=bevestigd")

    assert "Lees wat de basisschool meegaf" in text_of(page)
    assert page.select_one(f"a[href='/dossier/{handover_id}']") is not None


def test_a_program_of_a_mentor_sees_the_own_class_and_as_the_receiver(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    thread.confirmed()
    actor = joris.actor
    with thread.services.uow() as uow:
        [listed] = handovers_of(uow, actor, status=None, side=None, cursor=None, size=10).rows
        alone = handover_with_work(uow, actor, handover_id)

    assert (listed.id, listed.side) == (handover_id, "receiver")
    assert alone.name == listed.name
    assert listed.name is not None
    assert listed.name["last_name"] == "Wójcik"
