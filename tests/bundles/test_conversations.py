"""The warm conversation: held by either side, waived with a reason, and what that does to confirming."""

from __future__ import annotations

from datetime import date

import pytest

from handover.audit.queries import trail
from handover.bundles.conversations import ConversationView, ConversationWay, conversation_of, hold, waive
from handover.bundles.model import Handover
from handover.bundles.receiving import confirm_facts
from handover.bundles.rules import Unmet, unmet
from handover.bundles.withdrawing import withdraw
from handover.errors import IllegalTransition, Invalid, NotAllowed, NotFound
from handover.rooms.model import SealedRecord
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread

DAY = date(2027, 4, 6)


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


def record_it(thread: Thread, member: Member, handover_id: str, *, on: date = DAY, agreed: str = "vooraan") -> None:
    hold(
        thread.services,
        member.actor,
        handover_id,
        held_on=on,
        way=ConversationWay.TELEPHONE,
        who="Marieke en Peter",
        agreed=agreed,
    )


def known(thread: Thread, member: Member, handover_id: str) -> ConversationView:
    with thread.services.uow() as uow:
        return conversation_of(uow, member.actor, handover_id)


def missing(thread: Thread, handover_id: str) -> set[Unmet]:
    with thread.services.uow() as uow:
        return {reason.unmet for reason in unmet(confirm_facts(uow, uow.session.get_one(Handover, handover_id)))}


@pytest.mark.parametrize("side", ["teacher", "intake"])
def test_either_side_records_it_and_both_read_what_was_agreed(thread: Thread, side: str) -> None:
    handover = thread.accepted(conversation=True)
    assert Unmet.CONVERSATION in missing(thread, handover)

    record_it(thread, getattr(thread, side), handover)

    for reader in (thread.teacher, thread.care):
        seen = known(thread, reader, handover)
        assert (seen.held_on, seen.held[0].agreed, seen.settled) == (DAY, "vooraan", True)
    assert Unmet.CONVERSATION not in missing(thread, handover)


def test_a_second_conversation_is_added_and_the_same_once_more_is_not(thread: Thread) -> None:
    handover = thread.accepted(conversation=True)
    record_it(thread, thread.intake, handover)
    record_it(thread, thread.teacher, handover)
    record_it(thread, thread.teacher, handover, on=date(2027, 4, 2), agreed="over lezen")

    seen = known(thread, thread.intake, handover)

    assert [one.agreed for one in seen.held] == ["vooraan", "over lezen"]
    assert seen.held_on == DAY, "the latest counts"
    with thread.services.uow() as uow:
        names = [line.name for line in trail(uow, [handover])]
    assert names.count("handover.conversation_recorded") == 2


def test_one_that_was_not_asked_for_may_be_recorded_too(thread: Thread) -> None:
    handover = thread.accepted()
    assert known(thread, thread.intake, handover).settled

    record_it(thread, thread.intake, handover)

    assert known(thread, thread.intake, handover).held_on == DAY


def test_it_is_waived_with_a_reason_that_both_read(thread: Thread) -> None:
    handover = thread.accepted(conversation=True)

    waive(thread.services, thread.intake.actor, handover, reason="Zijn broer zit hier al.")
    waive(thread.services, thread.intake.actor, handover, reason="Zijn broer zit hier al.")

    assert known(thread, thread.teacher, handover).reason == "Zijn broer zit hier al."
    assert Unmet.CONVERSATION not in missing(thread, handover)
    with thread.services.uow() as uow:
        lines = [line for line in trail(uow, [handover]) if line.name == "handover.conversation_recorded"]
    assert [line.facts["waived"] for line in lines] == [True]


def test_who_speaks_after_all_records_it_and_the_waiver_is_gone(thread: Thread) -> None:
    handover = thread.accepted(conversation=True)
    waive(thread.services, thread.intake.actor, handover, reason="geen tijd")
    record_it(thread, thread.teacher, handover)

    seen = known(thread, thread.intake, handover)

    assert (seen.waived, seen.reason, seen.held_on) == (False, "", DAY)


def test_what_was_held_or_never_asked_for_cannot_be_waived(thread: Thread) -> None:
    held, unasked = thread.accepted(conversation=True), thread.accepted()
    record_it(thread, thread.intake, held)

    for handover in (held, unasked):
        with pytest.raises(IllegalTransition):
            waive(thread.services, thread.intake.actor, handover, reason="nee")


def test_nothing_is_recorded_of_a_handover_that_was_taken_back(thread: Thread) -> None:
    handover = thread.offered(conversation=True)
    withdraw(thread.services, thread.teacher.actor, handover)

    with pytest.raises(IllegalTransition):
        record_it(thread, thread.teacher, handover)


def test_who_may_not_read_the_dossier_records_nothing(thread: Thread) -> None:
    handover = thread.accepted(conversation=True)

    for member, refused in ((thread.office, NotAllowed), (thread.region.swv, NotFound)):
        with pytest.raises(refused):
            record_it(thread, member, handover)
        with pytest.raises(refused):
            waive(thread.services, member.actor, handover, reason="nee")
        with pytest.raises(refused):
            known(thread, member, handover)


def test_all_that_is_missing_is_told_at_once(thread: Thread) -> None:
    handover = thread.accepted()

    with pytest.raises(Invalid) as refused:
        hold(
            thread.services,
            thread.intake.actor,
            handover,
            held_on=date(2027, 4, 9),
            way=ConversationWay.VISIT,
            who=" ",
            agreed="",
        )

    assert set(refused.value.fields) == {"held_on", "who", "agreed"}


def test_what_was_changed_in_the_store_is_not_shown_and_the_fact_stays(thread: Thread) -> None:
    handover = thread.accepted(conversation=True)
    record_it(thread, thread.intake, handover)
    with thread.services.uow() as uow:
        row = uow.session.query(SealedRecord).filter_by(kind="conversation", subject=handover).one()
        row.blob = row.blob[:-1] + bytes([row.blob[-1] ^ 1])
        uow.commit()

    seen = known(thread, thread.teacher, handover)

    assert (seen.readable, seen.held, seen.held_on) == (False, (), DAY)
