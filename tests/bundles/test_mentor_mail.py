"""A mail to mentors goes to who is mentor when it goes, or stands in for one that day; not about what was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from handover.access import keywork
from handover.bundles.mentors import NewMentor, replace_mentor
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_mentor
from tests.bundles.test_mentors import MAIL, absent, mails, mentor_in, named, what_works
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def given_stand_in(thread: Thread) -> tuple[str, Member, Member]:
    """A child whose mentor Joris is away, and Anna who stands in for him."""
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    anna = mentor_in(thread, "Anna Bos")
    absent(thread, joris, anna)
    named(thread, handover_id, thread.intake)
    keywork.run_for(thread.services, thread.intake.actor)
    return handover_id, joris, anna


def school_begins(thread: Thread, handover_id: str, mentor: Member) -> None:
    with thread.services.uow() as uow:
        handover = uow.session.get_one(Handover, handover_id)
        tell_mentor(uow, handover, NoticeKind.MENTOR_UNREAD, person_id=mentor.person_id)
        uow.commit()


def test_who_was_named_too_before_the_mail_is_told_once_as_mentor(thread: Thread) -> None:
    handover_id, _joris, anna = given_stand_in(thread)
    named(thread, handover_id, thread.intake, anna.email)
    keywork.run_for(thread.services, thread.intake.actor)

    told = mails(thread)[anna.email]

    assert "U bent mentor van een nieuwe leerling" in told
    assert "voor wie u waarneemt" not in told


def test_who_stands_in_for_a_mentor_that_was_replaced_is_told_nothing(thread: Thread) -> None:
    _handover_id, joris, anna = given_stand_in(thread)
    piet = mentor_in(thread, "Piet Prins")
    replace_mentor(thread.services, thread.intake.actor, thread.vo.id, MAIL, NewMentor(email=piet.email))
    keywork.run_for(thread.services, thread.intake.actor)

    told = mails(thread)

    assert piet.email in told
    assert {joris.email, anna.email} & told.keys() == set()


def test_nobody_is_told_that_a_mentor_did_not_read_what_he_has_read(thread: Thread) -> None:
    handover_id, joris, anna = given_stand_in(thread)
    mails(thread)
    school_begins(thread, handover_id, joris)
    assert "las 1 dossier nog niet" in mails(thread)[anna.email]
    school_begins(thread, handover_id, joris)

    what_works(thread, joris, handover_id)

    assert {joris.email, anna.email} & mails(thread).keys() == set()
