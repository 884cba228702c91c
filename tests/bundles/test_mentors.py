"""Mentors of a child: who may name them, when they hold the keys, what they may read, and that it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.access import keywork
from handover.access.leaving import end_membership
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import NewMentor, end_mentor, find_mentors, name_mentor, replace_mentor, standing
from handover.bundles.model import Handover, Part, RemarkKind
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import mail_person, people_to_mail
from handover.bundles.reading import content, open_for_reading
from handover.bundles.receiving import confirm
from handover.bundles.remarks import LINE, ask, feed_back, note, remarks_of
from handover.bundles.reopening import release, reopen
from handover.bundles.state import ReleaseReason, ReopenReason
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import Role
from handover.rooms.errors import NoKey
from handover.rooms.model import Grant
from handover.rooms.names import open_names
from handover.schools.absence_model import Absence
from handover.schools.model import Membership
from handover.terms.clock import local_day
from tests.factories.access import Colleague, Member, given_colleague
from tests.factories.thread import Thread, given_thread

MAIL = "joris@25fy00.example"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def mentor_in(thread: Thread, name: str = "Joris Vink") -> Member:
    return given_colleague(thread.vo, Colleague(name=name, roles=(Role.MENTOR,)))


def named(thread: Thread, handover_id: str, by: Member, email: str = MAIL) -> str:
    return name_mentor(thread.services, by.actor, handover_id, NewMentor(email=email, class_name="1b"))


def what_works(thread: Thread, who: Member, handover_id: str) -> str:
    opened = open_for_reading(thread.services, who.actor, handover_id, Part.DOSSIER)
    try:
        return str(content(thread.services, who.actor, opened, way="screen")["report"]["what_works"])
    finally:
        opened.inside.close()


def given_by_name(thread: Thread, person_id: str) -> int:
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).select_from(Grant).where(Grant.person_id == person_id)) or 0


def confirmed_with_mentor(thread: Thread) -> tuple[str, Member]:
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    named(thread, handover_id, thread.intake)
    keywork.run_for(thread.services, thread.intake.actor)
    return handover_id, joris


def swept(thread: Thread) -> None:
    with thread.services.uow() as uow:
        find_mentors(uow)
        uow.commit()


def test_a_mentor_reads_the_report_and_nothing_of_the_care_part(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)

    assert what_works(thread, joris, handover_id) == thread.report.what_works
    with thread.services.uow() as uow:
        names = open_names(uow, joris.actor.keyring, thread.vo.id, [handover_id]).about
    assert names[handover_id]["first_name"] == "Noah"
    with pytest.raises(NotAllowed):
        open_for_reading(thread.services, joris.actor, handover_id, Part.CARE)


def test_a_mentor_of_another_child_does_not_know_that_this_one_exists(thread: Thread) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    other = mentor_in(thread, "Anna Bos")

    with pytest.raises(NotFound):
        open_for_reading(thread.services, other.actor, handover_id, Part.DOSSIER)


def test_one_who_was_named_before_confirmation_reads_from_confirmation_on(thread: Thread) -> None:
    handover_id, joris = thread.accepted(), mentor_in(thread)
    named(thread, handover_id, thread.office)
    with pytest.raises(NotFound):
        what_works(thread, joris, handover_id)

    thread.read(handover_id)
    with thread.services.uow() as uow:
        application_id = uow.session.get_one(Handover, handover_id).application_id
    thread.enrolled(application_id)
    confirm(thread.services, thread.intake.actor, handover_id)

    assert what_works(thread, joris, handover_id) == thread.report.what_works


def test_what_the_office_names_waits_for_somebody_with_the_key(thread: Thread) -> None:
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    named(thread, handover_id, thread.office)
    keywork.run_for(thread.services, thread.office.actor)
    with pytest.raises(NoKey):
        what_works(thread, joris, handover_id)

    assert keywork.run_for(thread.services, thread.care.actor).done == 1

    assert what_works(thread, joris, handover_id) == thread.report.what_works
    with thread.services.uow() as uow:
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.MENTOR)).all()
    assert told == [joris.person_id]


def test_who_takes_part_only_later_is_found_by_the_address(thread: Thread) -> None:
    handover_id = thread.confirmed()
    named(thread, handover_id, thread.intake, email="Joris@25FY00.example")
    swept(thread)
    joris = mentor_in(thread)

    swept(thread)
    keywork.run_for(thread.services, thread.intake.actor)

    assert what_works(thread, joris, handover_id) == thread.report.what_works


def test_a_colleague_who_is_no_mentor_gets_nothing_by_being_named(thread: Thread) -> None:
    handover_id = thread.confirmed()
    named(thread, handover_id, thread.intake, email=thread.office.email)

    swept(thread)
    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, thread.office.person_id) == 0


def test_a_row_that_nobody_of_the_school_signed_leads_to_no_key(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    eve = mentor_in(thread, "Eve Kwaad")
    with thread.services.uow() as uow:
        row = standing(uow, [handover_id])[0]
        forged = Mentoring(
            handover_id=handover_id,
            unit_id=row.unit_id,
            email=eve.email,
            name="Eve Kwaad",
            person_id=eve.person_id,
            jws=row.jws,
            signer_id=row.signer_id,
            named_by=joris.person_id,
            named_at=uow.clock.now(),
        )
        uow.session.add(forged)
        uow.commit()

    swept(thread)
    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, eve.person_id) == 0


def test_the_same_once_more_is_one_mentor_with_the_class_of_the_last_time(thread: Thread) -> None:
    handover_id = thread.accepted()
    first = named(thread, handover_id, thread.intake)

    new = NewMentor(email=" JORIS@25fy00.example", class_name="1c")
    assert name_mentor(thread.services, thread.office.actor, handover_id, new) == first
    with thread.services.uow() as uow:
        assert [row.class_name for row in standing(uow, [handover_id])] == ["1c"]


@pytest.mark.parametrize("who", ["care", "teacher"])
def test_others_name_nobody(thread: Thread, who: str) -> None:
    handover_id = thread.accepted()

    with pytest.raises(NotAllowed):
        named(thread, handover_id, getattr(thread, who))


def test_six_mentors_are_enough(thread: Thread) -> None:
    handover_id = thread.accepted()
    for number in range(6):
        named(thread, handover_id, thread.intake, email=f"m{number}@raayland.example")

    with pytest.raises(Invalid) as refused:
        named(thread, handover_id, thread.intake, email="m6@raayland.example")
    assert list(refused.value.fields) == ["email"]


def test_another_takes_the_place_of_a_mentor_for_all_children_in_one_step(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    anna = mentor_in(thread, "Anna Bos")

    assert replace_mentor(thread.services, thread.intake.actor, thread.vo.id, MAIL, NewMentor(email=anna.email)) == 1
    keywork.run_for(thread.services, thread.intake.actor)

    assert what_works(thread, anna, handover_id) == thread.report.what_works
    with pytest.raises(NotFound):
        what_works(thread, joris, handover_id)
    assert given_by_name(thread, joris.person_id) == 0
    with thread.services.uow() as uow:
        assert [(row.email, row.class_name) for row in standing(uow, [handover_id])] == [(anna.email, "1b")]


def test_a_mentor_who_stops_reads_no_more_and_twice_is_once(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    with thread.services.uow() as uow:
        mentoring_id = standing(uow, [handover_id])[0].id

    end_mentor(thread.services, thread.office.actor, mentoring_id)
    end_mentor(thread.services, thread.office.actor, mentoring_id)

    assert given_by_name(thread, joris.person_id) == 0
    with pytest.raises(NotFound):
        what_works(thread, joris, handover_id)


def test_who_leaves_the_school_loses_the_keys_and_stands_as_nobody(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    with thread.services.uow() as uow:
        membership = uow.session.scalars(select(Membership.id).where(Membership.person_id == joris.person_id)).one()
    end_membership(thread.services, thread.vo.admin.actor, membership)

    swept(thread)
    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, joris.person_id) == 0
    with thread.services.uow() as uow:
        assert [row.person_id for row in standing(uow, [handover_id])] == [None]


@pytest.mark.parametrize("how", ["reopened", "released"])
def test_what_is_not_confirmed_any_more_is_taken_from_the_mentor(thread: Thread, how: str) -> None:
    handover_id, joris = confirmed_with_mentor(thread)

    if how == "reopened":
        reopen(thread.services, thread.intake.actor, handover_id, reason=ReopenReason.MISTAKE)
    else:
        release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.NOT_COMING)
    swept(thread)
    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, joris.person_id) == 0
    with pytest.raises(NotFound):
        what_works(thread, joris, handover_id)


def test_a_reopened_handover_that_is_confirmed_again_is_given_again(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    reopen(thread.services, thread.intake.actor, handover_id, reason=ReopenReason.TOO_EARLY)

    confirm(thread.services, thread.intake.actor, handover_id)

    assert what_works(thread, joris, handover_id) == thread.report.what_works


def test_a_mentor_sees_the_own_notes_that_are_not_about_care(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    note(thread.services, thread.intake.actor, handover_id, text="Zet hem vooraan.")
    note(thread.services, thread.care.actor, handover_id, text="Thuis is het onrustig.", part=Part.CARE)

    with thread.services.uow() as uow:
        seen = [one.text for one in remarks_of(uow, joris.actor, handover_id)]
    assert seen == ["Zet hem vooraan."]
    with pytest.raises(NotAllowed):
        note(thread.services, joris.actor, handover_id, text="van de mentor")
    with pytest.raises(NotAllowed):
        ask(thread.services, joris.actor, handover_id, text="een vraag")


def test_the_primary_school_reads_the_mentors_line_and_is_mailed(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    first = feed_back(thread.services, joris.actor, handover_id, text="Noah heeft\nzijn plek gevonden. ")

    assert feed_back(thread.services, joris.actor, handover_id, text="Noah heeft zijn plek gevonden.") == first
    with thread.services.uow() as uow:
        lines = [one for one in remarks_of(uow, thread.teacher.actor, handover_id) if one.kind is RemarkKind.FEEDBACK]
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.FEEDBACK)).all()
    assert [(one.text, one.writer) for one in lines] == [("Noah heeft zijn plek gevonden.", "Joris Vink")]
    assert told == [thread.teacher.person_id]


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LINE + 1)])
def test_a_line_is_one_line(thread: Thread, text: str) -> None:
    handover_id, joris = confirmed_with_mentor(thread)

    with pytest.raises(Invalid) as refused:
        feed_back(thread.services, joris.actor, handover_id, text=text)
    assert list(refused.value.fields) == ["text"]


def test_only_the_mentor_writes_back(thread: Thread) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)

    with pytest.raises(NotAllowed):
        feed_back(thread.services, thread.intake.actor, handover_id, text="Het gaat goed.")


def test_a_mentor_can_be_replaced_after_one_of_the_children_was_let_go(thread: Thread) -> None:
    first, _joris = confirmed_with_mentor(thread)
    second = thread.confirmed()
    named(thread, second, thread.intake)
    release(thread.services, thread.intake.actor, first, reason=ReleaseReason.NOT_COMING)
    anna = mentor_in(thread, "Anna Bos")

    assert replace_mentor(thread.services, thread.intake.actor, thread.vo.id, MAIL, NewMentor(email=anna.email)) == 1
    with thread.services.uow() as uow:
        assert standing(uow, [first]) == []


@pytest.mark.parametrize(
    ("column", "other"), [("own_room_id", "own_care_room_id"), ("dossier_room_id", "care_room_id")]
)
def test_a_row_that_points_at_a_care_room_gives_the_mentor_nothing(thread: Thread, column: str, other: str) -> None:
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    named(thread, handover_id, thread.office)
    with thread.services.uow() as uow:
        handover = uow.session.get_one(Handover, handover_id)
        setattr(handover, column, getattr(handover, other))
        uow.commit()

    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, joris.person_id) == 0


def test_a_row_that_names_another_person_leads_to_no_key(thread: Thread) -> None:
    handover_id, _joris = thread.confirmed(), mentor_in(thread)
    named(thread, handover_id, thread.office)
    with thread.services.uow() as uow:
        standing(uow, [handover_id])[0].person_id = thread.office.person_id
        uow.commit()

    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, thread.office.person_id) == 0


def test_who_stopped_being_mentor_is_given_nothing_before_the_sweep_found_it(thread: Thread) -> None:
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    named(thread, handover_id, thread.office)
    with thread.services.uow() as uow:
        membership = uow.session.scalars(select(Membership.id).where(Membership.person_id == joris.person_id)).one()
    end_membership(thread.services, thread.vo.admin.actor, membership)

    keywork.run_for(thread.services, thread.intake.actor)

    assert given_by_name(thread, joris.person_id) == 0


def absent(thread: Thread, mentor: Member, stand_in: Member) -> None:
    today = local_day(thread.region.clock.now())
    with thread.services.uow() as uow:
        uow.session.add(
            Absence(
                unit_id=thread.vo.id,
                person_id=mentor.person_id,
                from_on=today,
                until_on=today + timedelta(days=30),
                stand_in_id=stand_in.person_id,
            )
        )
        uow.commit()


def mails(thread: Thread) -> dict[str, str]:
    thread.region.clock.pass_by(timedelta(days=3))
    before = len(thread.region.mail.sent)
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=100)
    for person_id in people:
        mail_person(thread.services, person_id)
    return {mail.to: mail.text for mail in thread.region.mail.sent[before:]}


def test_who_stands_in_for_a_mentor_is_told_and_sees_nothing_until_named_too(thread: Thread) -> None:
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    anna = mentor_in(thread, "Anna Bos")
    absent(thread, joris, anna)
    named(thread, handover_id, thread.intake)
    keywork.run_for(thread.services, thread.intake.actor)

    told = mails(thread)

    assert "U bent mentor van een nieuwe leerling" in told[joris.email]
    assert "is mentor van 1 nieuwe leerling. Het dossier ziet u pas als uw school ook u" in told[anna.email]
    assert "Meld u aan" not in told[anna.email], "there is nothing for her to see"
    assert "U bent mentor" not in told[anna.email]
    with pytest.raises(NotFound):
        what_works(thread, anna, handover_id)


def test_who_stands_in_is_not_told_of_a_child_that_has_no_mentor_any_more(thread: Thread) -> None:
    handover_id, joris = thread.confirmed(), mentor_in(thread)
    anna = mentor_in(thread, "Anna Bos")
    absent(thread, joris, anna)
    mentoring_id = named(thread, handover_id, thread.intake)
    keywork.run_for(thread.services, thread.intake.actor)
    end_mentor(thread.services, thread.intake.actor, mentoring_id)

    assert {joris.email, anna.email} & mails(thread).keys() == set()
