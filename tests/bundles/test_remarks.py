"""Notes, questions and answers: who may write and read them, in which order, and what a changed one does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handover.audit.queries import trail
from handover.bundles.conversations import ConversationWay, hold
from handover.bundles.model import Part, Remark
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.receiving import accept, decline
from handover.bundles.remarks import RemarkView, ask, close, note, open_questions, remarks_of, reply, report_damage
from handover.bundles.withdrawing import withdraw
from handover.dossiers.hidden import hide, look_through
from handover.errors import IllegalTransition, Invalid, NotAllowed, NotFound
from handover.rooms.model import SealedRecord
from tests.factories.access import Member
from tests.factories.thread import DAY, Thread, given_thread


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


def seen_by(thread: Thread, member: Member, handover_id: str) -> list[RemarkView]:
    with thread.services.uow() as uow:
        return remarks_of(uow, member.actor, handover_id)


def texts(remarks: list[RemarkView]) -> list[str]:
    return [remark.text for remark in remarks]


def test_an_answer_does_not_say_what_must_stay_secret(thread: Thread) -> None:
    services, teacher = thread.services, thread.teacher.actor
    reference = thread.leaver()
    hide(services, teacher, reference, "Dorpsstraat 12")
    handover = given_sent(thread, reference)
    question = ask(services, thread.intake.actor, handover, text="Waar woont Noah?")

    with pytest.raises(Invalid):
        reply(services, teacher, question, text="In de dorpsstraat 12, bij oma.")
    with pytest.raises(Invalid):
        hold(
            services,
            teacher,
            handover,
            held_on=DAY,
            way=ConversationWay.TELEPHONE,
            who="Marieke en Peter",
            agreed="Post naar Dorpsstraat 12",
        )

    reply(services, teacher, question, text="Dat mag ik niet zeggen.")
    (asked,) = seen_by(thread, thread.intake, handover)
    assert texts(list(asked.replies)) == ["Dat mag ik niet zeggen."]


def given_sent(thread: Thread, reference: str) -> str:
    thread.written(reference, has_opp=False)
    look_through(thread.services, thread.teacher.actor, reference)
    thread.applied(reference)
    handover = thread.send(reference)
    accept(thread.services, thread.intake.actor, handover)
    return handover


def test_a_note_of_the_own_school_is_read_by_its_colleagues_and_not_by_the_primary_school(thread: Thread) -> None:
    handover = thread.accepted()

    note(thread.services, thread.intake.actor, handover, text="  plek vooraan ", document=1, page=2)

    (seen,) = seen_by(thread, thread.care, handover)
    assert (seen.text, seen.document, seen.page, seen.writer) == ("plek vooraan", 1, 2, "Peter Claessens")
    assert seen_by(thread, thread.teacher, handover) == []


def test_the_primary_school_has_no_room_for_notes(thread: Thread) -> None:
    handover = thread.accepted()

    with pytest.raises(NotAllowed):
        note(thread.services, thread.teacher.actor, handover, text="van ons")


def test_a_question_and_its_answers_are_read_by_both_in_the_order_in_which_they_were_written(thread: Thread) -> None:
    handover = thread.accepted()
    first = ask(thread.services, thread.intake.actor, handover, text="Welke software?")
    ask(thread.services, thread.teacher.actor, handover, text="Wanneer kan hij kijken?")
    reply(thread.services, thread.ib.actor, first, text="Die van zijn laptop.")
    reply(thread.services, thread.intake.actor, first, text="Dank.")

    for member, mine in ((thread.teacher, [False, True]), (thread.intake, [True, False])):
        seen = seen_by(thread, member, handover)
        assert texts(seen) == ["Welke software?", "Wanneer kan hij kijken?"]
        assert texts(list(seen[0].replies)) == ["Die van zijn laptop.", "Dank."]
        assert [remark.mine for remark in seen] == mine


def test_an_answer_to_an_answer_belongs_to_the_question(thread: Thread) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.intake.actor, handover, text="Wat?")
    answer = reply(thread.services, thread.teacher.actor, question, text="Dit.")

    reply(thread.services, thread.intake.actor, answer, text="En dat?")

    (seen,) = seen_by(thread, thread.teacher, handover)
    assert texts(list(seen.replies)) == ["Dit.", "En dat?"]


def test_what_is_written_beside_a_care_document_lies_in_the_care_room(thread: Thread) -> None:
    handover = thread.accepted()

    written = ask(thread.services, thread.care.actor, handover, text="Wie?", part=Part.CARE, document=1, page=1)

    with thread.services.uow() as uow:
        row = uow.session.get_one(Remark, written)
        kind = uow.session.scalars(select(SealedRecord.room_id).where(SealedRecord.subject == written)).one()
        assert row.room_id == kind
        assert row.part is Part.CARE
    assert texts(seen_by(thread, thread.teacher, handover)) == ["Wie?"]


@pytest.mark.parametrize("who", ["office", "stranger"])
def test_who_may_not_read_the_dossier_may_not_write_beside_it(thread: Thread, who: str) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.intake.actor, handover, text="Wat?")
    actor = thread.office.actor if who == "office" else thread.region.swv.actor
    refused = NotAllowed if who == "office" else NotFound

    with pytest.raises(refused):
        ask(thread.services, actor, handover, text="Ik ook")
    with pytest.raises(refused):
        note(thread.services, actor, handover, text="Ik ook")
    with pytest.raises(refused):
        reply(thread.services, actor, question, text="Ik ook")
    with pytest.raises(refused):
        close(thread.services, actor, question)
    with thread.services.uow() as uow, pytest.raises(refused):
        remarks_of(uow, actor, handover)
    assert seen_by(thread, thread.intake, handover)[0].replies == ()


def test_the_same_twice_is_written_once_and_mailed_once(thread: Thread) -> None:
    handover = thread.accepted()
    services = thread.services

    first = ask(services, thread.intake.actor, handover, text="Wat?")
    again = ask(services, thread.intake.actor, handover, text="Wat? ")
    answers = [reply(services, thread.teacher.actor, first, text="Dit.") for _ in range(2)]

    assert (first, len(set(answers))) == (again, 1)
    with services.uow() as uow:
        kinds = list(uow.session.scalars(select(Notice.kind).where(Notice.handover_id == handover)))
    assert kinds.count(NoticeKind.QUESTION) == 1
    assert kinds.count(NoticeKind.REPLY) == 1


def test_the_same_words_at_another_page_are_another_note(thread: Thread) -> None:
    handover = thread.accepted()
    for page in (1, 2):
        note(thread.services, thread.intake.actor, handover, text="Let op", document=1, page=page)

    assert [remark.page for remark in seen_by(thread, thread.intake, handover)] == [1, 2]


def test_only_the_school_that_asked_closes_a_question_and_closing_twice_is_calm(thread: Thread) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.intake.actor, handover, text="Wat?")
    with thread.services.uow() as uow:
        assert open_questions(uow, [handover]) == {handover: 1}

    with pytest.raises(NotAllowed):
        close(thread.services, thread.teacher.actor, question)
    close(thread.services, thread.care.actor, question)
    close(thread.services, thread.intake.actor, question)

    assert not seen_by(thread, thread.teacher, handover)[0].is_open
    with thread.services.uow() as uow:
        assert open_questions(uow, [handover]) == {}
        names = [line.name for line in trail(uow, [handover])]
    assert names.count("handover.question_closed") == 1


def test_an_answer_that_was_being_written_while_the_question_was_closed_is_kept(thread: Thread) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.intake.actor, handover, text="Wat?")
    close(thread.services, thread.intake.actor, question)

    reply(thread.services, thread.teacher.actor, question, text="Toch nog dit.")

    assert texts(list(seen_by(thread, thread.intake, handover)[0].replies)) == ["Toch nog dit."]


def test_nobody_is_asked_who_cannot_read_it(thread: Thread) -> None:
    offered, gone, back = thread.offered(), thread.offered(), thread.offered()
    withdraw(thread.services, thread.teacher.actor, gone)
    decline(thread.services, thread.intake.actor, back, reason="double")

    for handover in (offered, gone, back):
        with pytest.raises(IllegalTransition):
            ask(thread.services, thread.teacher.actor, handover, text="Is het aangekomen?")
        with pytest.raises((NotAllowed, NotFound)):
            ask(thread.services, thread.intake.actor, handover, text="Van wie?")


def test_a_note_is_no_question_and_the_other_school_does_not_learn_of_it(thread: Thread) -> None:
    handover = thread.accepted()
    written = note(thread.services, thread.intake.actor, handover, text="voor ons")

    for act in (
        lambda: reply(thread.services, thread.teacher.actor, written, text="Ha"),
        lambda: close(thread.services, thread.intake.actor, written),
    ):
        with pytest.raises(NotFound):
            act()
    with thread.services.uow() as uow:
        (line,) = [one for one in trail(uow, [handover]) if one.name == "handover.remark_written"]
    assert line.other_unit_id is None


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "x", "page": 2}, "page"),
        ({"text": "x", "document": 1, "page": 0}, "page"),
        ({"text": "x", "document": 2}, "document"),
        ({"text": "x", "document": 0}, "document"),
    ],
    ids=["empty", "too long", "page of nothing", "page 0", "no such document", "document 0"],
)
def test_what_cannot_be_written_is_told_at_its_field(thread: Thread, place: dict[str, str], field: str) -> None:
    handover = thread.accepted()

    with pytest.raises(Invalid) as refused:
        note(thread.services, thread.intake.actor, handover, **place)  # type: ignore[arg-type]

    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("change", ["exchanged", "moved", "bytes"])
def test_a_text_that_was_changed_in_the_store_is_not_shown(thread: Thread, change: str) -> None:
    handover = thread.accepted()
    first = ask(thread.services, thread.intake.actor, handover, text="Waar zit hij?", document=1, page=1)
    second = ask(thread.services, thread.intake.actor, handover, text="Waar staat hij?", document=1, page=1)
    with thread.services.uow() as uow:
        mine, other = (
            uow.session.scalars(select(SealedRecord).where(SealedRecord.subject == one)).one()
            for one in (first, second)
        )
        if change == "exchanged":
            mine.blob, mine.sha256 = other.blob, other.sha256
        elif change == "bytes":
            mine.blob = mine.blob[:-1] + bytes([mine.blob[-1] ^ 1])
        else:
            uow.session.get_one(Remark, first).page = 2
        uow.commit()

    damaged, whole = seen_by(thread, thread.teacher, handover)

    assert (damaged.damaged, damaged.text) == (True, "")
    assert (whole.damaged, whole.text) == (False, "Waar staat hij?")
    report_damage(thread.services, thread.teacher.actor, handover)
    with thread.services.uow() as uow:
        assert trail(uow, [handover])[-1].name == "handover.tampering_seen"


def test_nothing_that_was_written_lies_in_the_clear(thread: Thread) -> None:
    handover = thread.accepted()
    note(thread.services, thread.intake.actor, handover, text="kanarie-in-de-notitie")
    question = ask(thread.services, thread.intake.actor, handover, text="kanarie-in-de-vraag")
    reply(thread.services, thread.teacher.actor, question, text="kanarie-in-het-antwoord")

    stored = b"".join(path.read_bytes() for path in thread.region.folder.rglob("*") if path.is_file())

    assert handover.encode() in stored
    assert b"kanarie" not in stored
