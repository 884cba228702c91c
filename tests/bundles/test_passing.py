"""A child that goes to another primary school is somebody's until that school is known to have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.ending import end_leaver, reopen_leaver
from handover.bundles.forgetting import forget_old_announcements
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import mail_person
from handover.bundles.passage_caps import A_DAY, TO_ONE
from handover.bundles.passing import (
    answer_arrived,
    answer_not_here,
    arriving,
    ask_passage,
    confirm_passage,
    on_two_lists,
    passage_of,
)
from handover.db.base import new_id
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.leavers.events import PassageAsked
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from handover.oversight.attention import attention
from handover.rooms.errors import NoValidCard
from handover.rooms.model import Grant
from handover.rooms.names import read_names
from handover.schools.model import UnitLocation
from handover.terms.destination import LeaverEnd, Passage, PassageWay
from handover.terms.school_kind import SchoolKind
from tests.factories.access import GivenUnit, Member, given_location
from tests.factories.thread import DAY, Thread, given_krekel, given_thread


@dataclass
class Move:
    """The thread, and the primary school where its child goes."""

    thread: Thread
    there: GivenUnit

    @property
    def ib(self) -> Member:
        return self.there.people["Wim Bos"]

    def left(self, *, to: str | None = None, **name: str) -> str:
        """A child that went there. Gives its reference."""
        reference = self.thread.leaver(**name)
        brin = self.there.brin6 if to is None else to
        end_leaver(self.thread.services, self.thread.teacher.actor, reference, end=LeaverEnd.OTHER_SCHOOL, to=brin)
        return reference

    def asked(self) -> list[str]:
        """The questions that wait there."""
        actor = self.ib.actor
        with self.thread.services.uow() as uow:
            return [one.id for one in arriving(uow, actor, self.there.id) if one.about]

    def confirm(self, reference: str, *, on: date = DAY, by: str = "W. Bos") -> None:
        way, actor = PassageWay.TELEPHONE, self.thread.teacher.actor
        confirm_passage(self.thread.services, actor, reference, way=way, on=on, by=by)

    def passage(self) -> PassageRow:
        with self.thread.services.uow() as uow:
            return uow.session.scalars(select(PassageRow)).one()

    def watched(self) -> list[tuple[str, Passage]]:
        actor = self.thread.region.swv.actor
        with self.thread.services.uow() as uow:
            return [(one.reference, one.state) for one in attention(uow, actor).passing]

    def names_there(self) -> int:
        with self.thread.services.uow() as uow:
            return uow.session.query(Grant).filter(Grant.unit_id == self.there.id, Grant.kind == "name").count()

    def told(self, kind: NoticeKind) -> set[str | None]:
        with self.thread.services.uow() as uow:
            return set(uow.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


@pytest.fixture
def move(tmp_path: Path) -> Move:
    thread = given_thread(tmp_path)
    return Move(thread=thread, there=given_krekel(thread.region))


def test_that_school_is_asked_and_puts_the_child_on_its_list_with_one_press(move: Move) -> None:
    reference = move.left()
    assert move.watched() == [(reference, Passage.ASKED)]
    assert move.told(NoticeKind.ARRIVED) == {move.ib.person_id}
    (question,) = move.asked()

    new = answer_arrived(move.thread.services, move.ib.actor, question, group_id=move.there.groups["8b"])

    assert move.watched() == []
    assert move.passage().state is Passage.KNOWN
    assert move.asked() == []
    actor = move.ib.actor
    with move.thread.services.uow() as uow:
        leaver = uow.session.scalars(select(Leaver).where(Leaver.reference == new)).one()
        about = read_names(uow, actor.keyring, move.there.id, [leaver.id])[leaver.id]
    assert (leaver.unit_id, about["last_name"]) == (move.there.id, "Wójcik")
    assert move.names_there() == 1, "that of its own list; what it was asked with is gone"
    with pytest.raises(IllegalTransition):
        answer_arrived(move.thread.services, move.ib.actor, question, group_id=move.there.groups["8b"])


def test_who_is_on_its_list_already_is_not_put_there_twice(move: Move) -> None:
    move.left()
    first = move.asked()
    answer_arrived(move.thread.services, move.ib.actor, first[0], group_id=move.there.groups["8b"])
    move.left()

    again = answer_arrived(move.thread.services, move.ib.actor, move.asked()[0], group_id=move.there.groups["8b"])

    assert again == ""


def test_a_child_that_leaves_school_another_year_is_known_and_on_no_list(move: Move) -> None:
    move.left()

    assert answer_arrived(move.thread.services, move.ib.actor, move.asked()[0], group_id=None) == ""

    assert move.passage().state is Passage.KNOWN
    assert move.names_there() == 0


def test_unknown_there_it_stays_on_the_regions_list_until_somebody_writes_down_who_said_so(move: Move) -> None:
    reference = move.left()
    (question,) = move.asked()

    answer_not_here(move.thread.services, move.ib.actor, question)

    assert move.watched() == [(reference, Passage.UNKNOWN)]
    assert move.told(NoticeKind.NOT_ARRIVED) == {move.thread.teacher.person_id}
    assert move.names_there() == 0
    move.confirm(reference, by="  W. Bos,  directeur ")
    row = move.passage()
    assert (row.state, row.confirmed_by) == (Passage.CONFIRMED, "W. Bos, directeur")
    assert move.watched() == []
    with pytest.raises(IllegalTransition):
        move.confirm(reference)


@pytest.mark.parametrize(
    ("on", "by", "field"), [(DAY, " ", "by"), (date(2027, 6, 1), "W", "on"), (date(2020, 1, 1), "W", "on")]
)
def test_nobody_who_said_so_or_a_day_that_cannot_be_changes_nothing(move: Move, on: date, by: str, field: str) -> None:
    reference = move.left()

    with pytest.raises(Invalid) as refused:
        move.confirm(reference, on=on, by=by)

    assert set(refused.value.fields) == {field}
    assert move.passage().state is Passage.ASKED


def test_where_nobody_can_be_asked_somebody_must_call(move: Move) -> None:
    given_location(move.thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    first = move.left(to="30AA00")
    second = move.left(to="", first_name="Fenna")

    assert sorted(move.watched()) == sorted([(first, Passage.OPEN), (second, Passage.OPEN)])
    assert move.asked() == []


@pytest.mark.parametrize("to", ["03QI00", "25FY00", "99ZZ99"])
def test_only_another_primary_school_of_the_register_and_else_nothing_is_done(move: Move, to: str) -> None:
    with pytest.raises(Invalid) as refused:
        move.left(to=to)

    assert set(refused.value.fields) == {"to"}
    with move.thread.services.uow() as uow:
        assert uow.session.scalars(select(Leaver)).one().ended_as is None
        assert uow.session.scalars(select(PassageRow)).all() == []


def test_put_back_nobody_is_asked_any_more(move: Move) -> None:
    reference = move.left()

    reopen_leaver(move.thread.services, move.thread.teacher.actor, reference)

    assert move.asked() == []
    assert move.watched() == []
    assert move.names_there() == 0
    assert move.told(NoticeKind.ARRIVED) == set()


def on_both(move: Move) -> tuple[str, str]:
    """A child that the other school put on its list, and this one on its own again: both references."""
    reference = move.left()
    new = answer_arrived(move.thread.services, move.ib.actor, move.asked()[0], group_id=move.there.groups["8b"])
    assert reopen_leaver(move.thread.services, move.thread.teacher.actor, reference)
    return reference, new


def twice(move: Move) -> list[str]:
    actor = move.ib.actor
    with move.thread.services.uow() as uow:
        return [one.reference for one in on_two_lists(uow, actor, move.there.id) if one.about]


def test_put_back_after_the_answer_the_child_is_on_two_lists_and_both_know(move: Move) -> None:
    reference, new = on_both(move)

    assert move.watched() == [(reference, Passage.BACK)]
    assert move.told(NoticeKind.BACK) == {move.ib.person_id}
    assert twice(move) == [new]
    stranger = move.thread.ib.actor
    with move.thread.services.uow() as uow:
        assert on_two_lists(uow, stranger, move.there.id) == []
    move.thread.region.mail.sent.clear()
    move.thread.region.clock.at += timedelta(days=4)
    assert mail_person(move.thread.services, move.ib.person_id)
    (mail,) = move.thread.region.mail.sent
    assert "staat ook weer op de lijst van de vorige school. Bel haar: 1 leerling" in mail.text
    assert "Wójcik" not in mail.subject + mail.text


def test_who_takes_it_off_there_ends_the_question(move: Move) -> None:
    _reference, new = on_both(move)

    end_leaver(move.thread.services, move.ib.actor, new, end=LeaverEnd.MISTAKE)

    assert (move.watched(), twice(move)) == ([], [])


@pytest.mark.parametrize("end", [LeaverEnd.MISTAKE, LeaverEnd.OTHER_SCHOOL])
def test_who_takes_it_off_here_after_all_ends_the_question(move: Move, end: LeaverEnd) -> None:
    reference, _new = on_both(move)
    to = move.there.brin6 if end is LeaverEnd.OTHER_SCHOOL else ""

    end_leaver(move.thread.services, move.thread.teacher.actor, reference, end=end, to=to)

    assert (move.watched(), twice(move), move.asked()) == ([], [], [])
    if to:
        assert move.passage().state is Passage.KNOWN, "that school said so, and is not asked again"


def test_of_two_lists_it_goes_to_a_third_school(move: Move) -> None:
    given_location(move.thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    reference, _new = on_both(move)

    end_leaver(move.thread.services, move.thread.teacher.actor, reference, end=LeaverEnd.OTHER_SCHOOL, to="30AA00")

    assert move.watched() == [(reference, Passage.OPEN)]
    assert twice(move) == []


def test_known_there_by_mistake_it_is_somebodys_again(move: Move) -> None:
    reference = move.left()
    new = answer_arrived(move.thread.services, move.ib.actor, move.asked()[0], group_id=move.there.groups["8b"])

    end_leaver(move.thread.services, move.ib.actor, new, end=LeaverEnd.MISTAKE)

    assert move.watched() == [(reference, Passage.UNKNOWN)]
    assert move.told(NoticeKind.NOT_ARRIVED) == {move.thread.teacher.person_id}


def test_a_school_that_takes_part_later_is_asked_when_somebody_says_so(move: Move) -> None:
    services, teacher = move.thread.services, move.thread.teacher.actor
    given_location(services, "30AA00", "De Keg", kind=SchoolKind.BO)
    reference = move.left(to="30AA00")
    with services.uow() as uow:
        going = passage_of(services, uow, teacher, reference)
    assert going is not None
    assert not going.can_ask
    with pytest.raises(NoValidCard):
        ask_passage(services, teacher, reference)
    with services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=move.there.id, brin6="30AA00"))
        uow.commit()
    with services.uow() as uow:
        going = passage_of(services, uow, teacher, reference)
    assert going is not None
    assert going.can_ask

    ask_passage(services, teacher, reference)

    assert len(move.asked()) == 1
    with pytest.raises(IllegalTransition):
        ask_passage(services, teacher, reference)
    with pytest.raises(NotFound):
        ask_passage(services, move.ib.actor, reference)


def asked_before(move: Move, number: int, *, there: str = "") -> None:
    """So many children were asked about today, and put back on the list since."""
    with move.thread.services.uow() as uow:
        for _time in range(number):
            asked = PassageAsked(
                actor_id=move.thread.teacher.person_id,
                unit_id=move.thread.po.id,
                other_unit_id=there or move.there.id,
                subject_kind="leaver",
                subject_id=new_id(),
            )
            record(uow, asked)
        uow.commit()


@pytest.mark.parametrize(("number", "there"), [(TO_ONE, ""), (A_DAY, "elsewhere")])
def test_nobody_asks_of_more_children_than_ever_move_at_once(move: Move, number: int, there: str) -> None:
    asked_before(move, number - 1, there=there)
    move.left()

    with pytest.raises(Invalid) as refused:
        move.left(first_name="Fenna")

    assert set(refused.value.fields) == {"to"}
    assert len(move.asked()) == 1
    move.thread.region.clock.at += timedelta(days=1)
    move.left(first_name="Sem")


def test_only_who_answers_for_that_school_sees_and_answers(move: Move) -> None:
    move.left()
    (question,) = move.asked()
    teacher, stranger = move.there.people["Lot Maas"].actor, move.thread.ib.actor
    with move.thread.services.uow() as uow:
        assert arriving(uow, teacher, move.there.id) == []
        assert arriving(uow, stranger, move.there.id) == []
    for actor in (teacher, stranger):
        with pytest.raises(NotFound):
            answer_not_here(move.thread.services, actor, question)
    with pytest.raises(NotFound):
        answer_arrived(move.thread.services, move.ib.actor, question, group_id=move.thread.po.groups["8a"])

    assert move.passage().state is Passage.ASKED


def test_the_mails_name_no_child(move: Move) -> None:
    move.left()
    (question,) = move.asked()
    move.thread.region.mail.sent.clear()
    move.thread.region.clock.at += timedelta(days=4)
    assert mail_person(move.thread.services, move.ib.person_id)
    answer_not_here(move.thread.services, move.ib.actor, question)
    move.thread.region.clock.at += timedelta(days=4)
    assert mail_person(move.thread.services, move.thread.teacher.person_id)

    first, second = move.thread.region.mail.sent
    assert "vraagt of u een leerling kent die bij haar vertrok: 1 leerling" in first.text
    assert "De andere basisschool kent 1 leerling niet die bij u vertrok." in second.text
    assert first.subject == second.subject == "Nieuws over 1 leerling"
    assert "Wójcik" not in first.text + second.text


def test_after_the_season_the_name_is_forgotten_and_the_question_with_it(move: Move) -> None:
    move.left()
    move.thread.region.clock.at += timedelta(days=200)

    forget_old_announcements(move.thread.services)

    assert move.names_there() == 0
    assert move.watched() == []
