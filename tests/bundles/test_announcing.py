"""A secondary school says that a child applied there, with its code or without; the primary school says who it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.announcing import AlreadyAnnounced, Application, announce, ask_again, take_back
from handover.bundles.answering import answer_known, answer_unknown, double, questions
from handover.bundles.ending import end_leaver, reopen_leaver
from handover.bundles.outcomes import record_outcome, withdraw_application
from handover.bundles.sending import NotReady, left_to_do, send
from handover.bundles.settling import settle
from handover.desk.expected import expected
from handover.dossiers.rules import Missing
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.leavers.applications import change_application
from handover.leavers.model import Announcement, Leaver
from handover.leavers.model import Application as ApplicationRow
from handover.policy import Role
from handover.rooms.errors import NoValidCard
from handover.rooms.model import Grant
from handover.rooms.names import open_names
from handover.schools.model import UnitLocation, UnitSide
from handover.terms.aanmeldcode import new_aanmeldcode
from handover.terms.destination import Announced, LeaverEnd, Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit, given_location
from tests.factories.thread import DAY, NOAH, Thread, given_thread

OTHER = {"first_name": "Fenna", "infix": "de", "last_name": "Bruijn", "birth_date": "2015-02-01"}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def said(thread: Thread, **changed: object) -> Application:
    given = Application(receiver_brin=thread.vo.brin6, name=NOAH, applied_on=DAY, sender_brin=thread.po.brin6)
    return replace(given, **changed)  # type: ignore[arg-type]  # names and kinds are those of Application


def announced(thread: Thread, **changed: object) -> str:
    return announce(thread.services, thread.office.actor, said(thread, **changed))


def code_of(thread: Thread, reference: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == reference)).one()


def row(thread: Thread, announcement_id: str) -> Announcement:
    with thread.services.uow() as uow:
        return uow.session.get_one(Announcement, announcement_id)


def asked(thread: Thread) -> list[str]:
    with thread.services.uow() as uow:
        return [one.id for one in questions(uow, thread.ib.actor, thread.po.id)]


def missing(thread: Thread, reference: str) -> list[Missing]:
    with thread.services.uow() as uow:
        return [one.missing for one in left_to_do(thread.services, uow, thread.teacher.actor, reference)]


def another_vo(thread: Thread) -> tuple[GivenUnit, Application]:
    school = given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendroncollege",
        brin6="19XX00",
        place="Horst",
        people=[Colleague(name="Koen Sijbers", roles=(Role.VO_OFFICE,))],
    )
    return school, said(thread, receiver_brin=school.brin6)


def test_with_the_code_the_application_stands_and_the_dossier_may_go(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)

    one = announced(thread, code=code_of(thread, reference).lower().replace("-", " "), sender_brin="")

    assert row(thread, one).state is Announced.BY_CODE
    assert asked(thread) == []
    assert missing(thread, reference) == []
    assert settle(thread.services, send(thread.services, thread.teacher.actor, reference, to=thread.vo.brin6))


def test_another_name_with_the_code_holds_the_dossier_until_somebody_says_that_it_is_this_child(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    one = announced(thread, code=code_of(thread, reference), name=NOAH | {"birth_date": "2015-06-18"})
    assert missing(thread, reference) == [Missing.OTHER_NAME]
    with pytest.raises(NotReady):
        send(thread.services, thread.teacher.actor, reference)
    assert asked(thread) == [one]

    answer_known(thread.services, thread.teacher.actor, one, reference)

    assert (missing(thread, reference), asked(thread)) == ([], [])


def test_a_code_of_another_child_is_refused_by_the_school_and_leaves_nothing(thread: Thread) -> None:
    reference = thread.leaver()
    one = announced(thread, code=code_of(thread, reference), name=OTHER)

    answer_unknown(thread.services, thread.ib.actor, one)

    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(ApplicationRow)) == 0
        held = uow.session.scalars(select(Grant.unit_id).where(Grant.subject == one)).all()
    assert held == [thread.vo.id]
    assert row(thread, one).state is Announced.UNKNOWN


def test_without_a_code_the_school_says_which_child_it_is(thread: Thread) -> None:
    twin = thread.leaver(first_name="Jonah")
    reference = thread.leaver()
    thread.leaver(**OTHER)
    one = announced(thread)
    assert missing(thread, reference).count(Missing.APPLICATION) == 1
    with thread.services.uow() as uow:
        (question,) = questions(uow, thread.ib.actor, thread.po.id)
    assert [(child.reference, child.is_same) for child in question.candidates] == [(reference, True), (twin, False)]

    answer_known(thread.services, thread.ib.actor, one, reference)

    assert Missing.APPLICATION not in missing(thread, reference)
    assert Missing.APPLICATION in missing(thread, twin)
    assert row(thread, one).state is Announced.KNOWN


def test_who_applied_where_the_school_knew_already_keeps_one_application(thread: Thread) -> None:
    reference = thread.leaver()
    application_id = thread.applied(reference)

    one = announced(thread, code=code_of(thread, reference), outcome=Outcome.ADMITTED)

    assert row(thread, one).application_id == application_id
    assert applications(thread) == {thread.vo.brin6: Outcome.ASKED}

    take_back(thread.services, thread.office.actor, one)

    with thread.services.uow() as uow:
        assert uow.session.get(ApplicationRow, application_id) is not None


def test_what_was_taken_back_leaves_no_name_and_can_be_said_again(thread: Thread) -> None:
    reference = thread.leaver()
    one = announced(thread, code=code_of(thread, reference))

    take_back(thread.services, thread.office.actor, one)

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Grant).where(Grant.subject == one)).all() == []
        assert uow.session.scalars(select(ApplicationRow)).all() == []
    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.office.actor, one)
    with pytest.raises(IllegalTransition):
        answer_known(thread.services, thread.ib.actor, one, reference)
    assert row(thread, announced(thread, code=code_of(thread, reference))).state is Announced.BY_CODE


def test_where_the_dossier_lies_nothing_is_taken_apart(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    one = announced(thread, code=code_of(thread, reference))
    settle(thread.services, send(thread.services, thread.teacher.actor, reference))

    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.office.actor, one)
    with pytest.raises(IllegalTransition):
        answer_unknown(thread.services, thread.ib.actor, one)
    assert row(thread, one).state is Announced.BY_CODE


def test_a_code_is_used_once_at_a_school_and_its_child_announced_once(thread: Thread) -> None:
    reference = thread.leaver()
    announced(thread, code=code_of(thread, reference))

    with pytest.raises(AlreadyAnnounced) as by_code:
        announced(thread, code=code_of(thread, reference))
    with pytest.raises(AlreadyAnnounced) as by_name:
        announced(thread, name=NOAH | {"first_name": "noah", "last_name": "Wojcik"})
    announce(thread.services, thread.office.actor, said(thread), only_new=False)

    assert (set(by_code.value.fields), set(by_name.value.fields)) == ({"code"}, {"last_name"})


@pytest.mark.parametrize("code", ["7K3P-2M9Q", "0000-0000-1", "x" * 400, "7K3P-2M9Q-5\0"])
def test_a_code_that_cannot_be_is_refused_at_its_field(thread: Thread, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        announced(thread, code=code)

    assert set(refused.value.fields) == {"code"}


def test_a_code_of_last_year_or_of_a_child_off_the_list_is_refused(thread: Thread) -> None:
    reference = thread.leaver()
    code = code_of(thread, reference)
    end_leaver(thread.services, thread.ib.actor, reference, end=LeaverEnd.STAYS)
    with pytest.raises(Invalid) as ended:
        announced(thread, code=code)
    old = code_of(thread, thread.leaver(**OTHER))
    thread.region.clock.at += timedelta(days=365)
    with pytest.raises(Invalid) as last_year:
        announced(thread, code=old, applied_on=DAY)

    with pytest.raises(Invalid) as unknown:
        announced(thread, code=new_aanmeldcode(), applied_on=DAY)

    assert ended.value.fields == last_year.value.fields == unknown.value.fields, "which of these is not told"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"applied_on": date(2027, 12, 1)}, "applied_on"),
        ({"name": NOAH | {"last_name": " "}}, "last_name"),
        ({"name": NOAH | {"birth_date": "1915-06-19"}}, "birth_date"),
        ({"outcome": Outcome.REFUSED}, "outcome"),
        ({"sender_brin": ""}, "code"),
        ({"sender_brin": "99ZZ99"}, "sender_brin"),
        ({"receiver_brin": "99ZZ99"}, "receiver_brin"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_kept(
    thread: Thread, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        announced(thread, **changed)

    assert field in refused.value.fields
    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Announcement)).all() == []


def test_a_school_without_the_child_sees_nothing_and_answers_nothing(thread: Thread) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    one = announced(thread, sender_brin="30AA00")

    with pytest.raises(NotFound):
        answer_unknown(thread.services, thread.ib.actor, one)
    with pytest.raises(NoValidCard):
        ask_again(thread.services, thread.office.actor, one)
    assert asked(thread) == []


def test_a_school_that_takes_part_later_is_asked_then(thread: Thread) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    one = announced(thread, sender_brin="30AA00")
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.po.id, brin6="30AA00"))
        uow.commit()

    ask_again(thread.services, thread.office.actor, one)

    assert asked(thread) == [one]
    with thread.services.uow() as uow:
        assert open_names(uow, thread.ib.actor.keyring, thread.po.id, [one]).about[one] == NOAH


def test_one_code_at_two_schools_is_a_double_application(thread: Thread) -> None:
    reference = thread.leaver()
    school, there = another_vo(thread)
    koen = school.people["Koen Sijbers"]
    announced(thread, code=code_of(thread, reference))
    second = announce(thread.services, koen.actor, replace(there, code=code_of(thread, reference)))
    with thread.services.uow() as uow:
        leaver = uow.session.scalars(select(Leaver)).one()
        assert double(uow, [leaver.id]) == {leaver.id: 2}

    record_outcome(
        thread.services, koen.actor, row(thread, second).application_id or "", outcome=Outcome.REFUSED, ground="vol"
    )

    with thread.services.uow() as uow:
        assert double(uow, [leaver.id]) == {}


def test_an_application_that_the_primary_school_recorded_is_none_of_the_other_schools_business(thread: Thread) -> None:
    application_id = thread.applied(thread.leaver())

    with pytest.raises(NotFound):
        record_outcome(thread.services, thread.office.actor, application_id, outcome=Outcome.ENROLLED)


def test_nobody_announces_for_another_school(thread: Thread) -> None:
    school, there = another_vo(thread)

    with pytest.raises(NotFound):
        announce(thread.services, thread.office.actor, there)
    with pytest.raises(NotFound):
        take_back(
            thread.services, thread.office.actor, announce(thread.services, school.people["Koen Sijbers"].actor, there)
        )


def applications(thread: Thread) -> dict[str, Outcome]:
    with thread.services.uow() as uow:
        return {one.receiver_brin: one.outcome for one in uow.session.scalars(select(ApplicationRow))}


def test_a_word_does_not_revive_what_the_primary_school_withdrew_until_it_says_so(thread: Thread) -> None:
    reference = thread.leaver()
    withdraw_application(thread.services, thread.teacher.actor, reference, thread.applied(reference))

    one = announced(thread, code=code_of(thread, reference), outcome=Outcome.ENROLLED)

    assert applications(thread) == {thread.vo.brin6: Outcome.WITHDRAWN}
    assert asked(thread) == [one]
    assert Missing.APPLICATION in missing(thread, reference)
    answer_unknown(thread.services, thread.ib.actor, one)
    assert applications(thread) == {thread.vo.brin6: Outcome.WITHDRAWN}

    again = announced(thread, code=code_of(thread, reference), outcome=Outcome.ADMITTED)
    answer_known(thread.services, thread.ib.actor, again, reference)

    assert applications(thread) == {thread.vo.brin6: Outcome.ADMITTED}


def test_a_late_answer_leaves_the_outcome_that_was_recorded_since(thread: Thread) -> None:
    reference = thread.leaver()
    one = announced(thread, outcome=Outcome.WAITING)
    thread.written(reference)
    application_id = thread.applied(reference)
    settle(thread.services, send(thread.services, thread.teacher.actor, reference))
    thread.enrolled(application_id)

    answer_known(thread.services, thread.ib.actor, one, reference)

    assert applications(thread) == {thread.vo.brin6: Outcome.ENROLLED}


def test_two_schools_with_another_name_each_hold_the_dossier(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    school, there = another_vo(thread)
    code, wrong = code_of(thread, reference), NOAH | {"first_name": "Noa"}
    first = announced(thread, code=code, name=wrong)
    announce(thread.services, school.people["Koen Sijbers"].actor, replace(there, code=code, name=wrong))

    assert missing(thread, reference) == [Missing.OTHER_NAME]

    answer_known(thread.services, thread.ib.actor, first, reference)

    assert missing(thread, reference) == []


def test_one_child_is_not_two_announcements_of_one_school(thread: Thread) -> None:
    reference = thread.leaver()
    announced(thread, code=code_of(thread, reference))
    second = announce(thread.services, thread.office.actor, said(thread), only_new=False)

    answer_known(thread.services, thread.ib.actor, second, reference)

    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.office.actor, second)


def test_what_the_primary_school_did_something_with_stays_when_the_word_is_taken_back(thread: Thread) -> None:
    reference = thread.leaver()
    one = announced(thread, code=code_of(thread, reference))
    application_id = row(thread, one).application_id or ""
    change_application(
        thread.services, thread.teacher.actor, reference, application_id, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )

    take_back(thread.services, thread.office.actor, one)

    assert applications(thread) == {thread.vo.brin6: Outcome.ASKED}


def test_who_was_told_that_the_child_is_unknown_cannot_seal_its_name_again(thread: Thread) -> None:
    one = announced(thread)
    answer_unknown(thread.services, thread.ib.actor, one)

    with pytest.raises(IllegalTransition):
        ask_again(thread.services, thread.office.actor, one)


def test_a_child_that_is_off_the_list_asks_nothing(thread: Thread) -> None:
    reference = thread.leaver()
    announced(thread, code=code_of(thread, reference), name=NOAH | {"first_name": "Noa"})
    assert len(asked(thread)) == 1

    end_leaver(thread.services, thread.ib.actor, reference, end=LeaverEnd.STAYS)

    assert asked(thread) == []


def test_a_code_is_good_until_october_and_last_years_words_are_forgotten(thread: Thread) -> None:
    reference = thread.leaver()
    thread.region.clock.at = datetime(2027, 9, 30, 12, tzinfo=UTC)
    one = announced(thread, code=code_of(thread, reference))
    assert row(thread, one).state is Announced.BY_CODE
    announced(thread, name=OTHER)
    thread.region.clock.at = datetime(2027, 10, 2, 12, tzinfo=UTC)

    assert asked(thread) == []
    assert row(thread, announced(thread)).state is Announced.ASKED


def test_who_was_announced_again_meanwhile_and_is_back_is_one_application(thread: Thread) -> None:
    """Announced, off the list, announced anew without a code, and put back: the school says it is this child."""
    services, ib, office = thread.services, thread.ib.actor, thread.office.actor
    reference = thread.leaver()
    first = announced(thread, code=code_of(thread, reference))
    end_leaver(services, ib, reference, end=LeaverEnd.ABROAD)
    second = announced(thread)
    reopen_leaver(services, ib, reference)

    answer_known(services, ib, second, reference)

    assert (row(thread, first).state, row(thread, second).state) == (Announced.KNOWN, Announced.TAKEN_BACK)
    with services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(ApplicationRow)) == 1
        assert uow.session.scalar(select(func.count()).where(Grant.subject == second)) == 0
        assert questions(uow, ib, thread.po.id) == []
        assert [one.id for one in expected(services, uow, office, thread.vo.id).rows] == [first]


def test_who_was_announced_without_a_code_and_then_with_it_is_one_application(thread: Thread) -> None:
    services, ib = thread.services, thread.ib.actor
    reference = thread.leaver()
    without = announced(thread)
    by_code = announced(thread, code=code_of(thread, reference))

    answer_known(services, ib, without, reference)

    assert (row(thread, by_code).state, row(thread, without).state) == (Announced.KNOWN, Announced.TAKEN_BACK)


def test_another_name_of_that_school_is_not_taken_for_the_same_child(thread: Thread) -> None:
    """Of twins one has a code: that the other is that one is asked once more."""
    services, ib = thread.services, thread.ib.actor
    reference = thread.leaver()
    announced(thread, code=code_of(thread, reference))
    other = announced(thread, name=NOAH | {"first_name": "Finn"})

    with pytest.raises(Invalid):
        answer_known(services, ib, other, reference)

    assert row(thread, other).state is Announced.ASKED


def test_what_was_answered_is_not_there_for_another_school(thread: Thread) -> None:
    services = thread.services
    one = announced(thread)
    answer_unknown(services, thread.ib.actor, one)
    stranger = given_enrolled_unit(thread.region, UnitSide.PO, "De Wissel", brin6="19XX00", place="Horst").admin.actor

    with pytest.raises(NotFound):
        answer_known(services, stranger, one, thread.leaver())
    with pytest.raises(NotFound):
        answer_unknown(services, stranger, one)
