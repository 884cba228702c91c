"""Who guesses aanmeldcodes is slowed down, for a person and a school, and the log says so; who mistypes is not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.access.throttle import FORGOTTEN
from handover.audit.model import AuditEntry
from handover.bundles.announced_codes import TOLD_AFTER, WrongCode
from handover.bundles.announcing import Application, announce, announce_all
from handover.errors import Invalid
from handover.leavers.model import Announcement, Leaver
from handover.policy import Role
from handover.terms.aanmeldcode import new_aanmeldcode
from tests.factories.access import Colleague, Member, given_colleague
from tests.factories.thread import DAY, NOAH, Thread, given_thread

FREE = 10


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def said(thread: Thread, code: str) -> Application:
    return Application(receiver_brin=thread.vo.brin6, name=NOAH, applied_on=DAY, code=code)


def guess(thread: Thread, times: int, who: Member | None = None, *, apart: timedelta = timedelta(0)) -> None:
    actor = (who or thread.office).actor
    for _time in range(times):
        thread.region.clock.at += apart
        with pytest.raises(WrongCode):
            announce(thread.services, actor, said(thread, new_aanmeldcode()))


def refused(thread: Thread, code: str, who: Member | None = None) -> str:
    with pytest.raises(Invalid) as error:
        announce(thread.services, (who or thread.office).actor, said(thread, code))
    return error.value.fields["code"]


def code_of(thread: Thread) -> str:
    reference = thread.leaver()
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == reference)).one()


def told(thread: Thread) -> list[dict[str, object]]:
    with thread.services.uow() as uow:
        rows = uow.session.scalars(select(AuditEntry).where(AuditEntry.name == "unit.codes_guessed"))
        return [json.loads(row.facts) for row in rows]


def test_after_ten_wrong_codes_even_a_right_one_waits_and_nothing_was_done(thread: Thread) -> None:
    right = code_of(thread)
    guess(thread, FREE)

    assert "te veel codes geprobeerd" in refused(thread, right)

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Announcement)).all() == []
    thread.region.clock.at += timedelta(seconds=31)
    announce(thread.services, thread.office.actor, said(thread, right))


def test_a_quarter_of_an_hour_of_rest_forgets(thread: Thread) -> None:
    guess(thread, FREE)
    thread.region.clock.at += FORGOTTEN

    guess(thread, FREE)


def test_what_cannot_be_a_code_and_what_is_one_are_not_counted(thread: Thread) -> None:
    codes = [code_of(thread) for _time in range(FREE)]
    for _time in range(2 * FREE):
        assert "klopt niet" in refused(thread, "7K3P-2M9Q-5")
    for code in codes:
        announce(thread.services, thread.office.actor, said(thread, code))

    guess(thread, FREE)


def test_a_colleague_is_not_held_up_but_the_school_is_counted_with_them(thread: Thread) -> None:
    other = given_colleague(thread.vo, Colleague(name="Bo Vos", roles=(Role.VO_OFFICE,)), with_keys=True)
    guess(thread, FREE)

    guess(thread, FREE, other)

    assert "te veel codes" in refused(thread, new_aanmeldcode())
    assert "te veel codes" in refused(thread, new_aanmeldcode(), other)


def test_the_log_says_once_that_somebody_guesses(thread: Thread) -> None:
    guess(thread, TOLD_AFTER - 1, apart=timedelta(seconds=31))
    assert told(thread) == []

    guess(thread, 2, apart=timedelta(seconds=31))

    assert told(thread) == [{"by_person": TOLD_AFTER, "at_school": TOLD_AFTER}]


def test_a_pasted_list_of_guesses_is_stopped_as_well_and_the_rest_of_it_stands(thread: Thread) -> None:
    right = code_of(thread)
    lines = [said(thread, right), *(said(thread, new_aanmeldcode()) for _time in range(FREE + 5))]

    results = announce_all(thread.services, thread.office.actor, lines)

    assert results[0] is None
    texts = [error.fields["code"] for error in results[1:] if isinstance(error, Invalid)]
    assert ["te veel" in text for text in texts] == [False] * FREE + [True] * 5


def test_a_list_with_old_codes_on_top_goes_whole_after_one_wait(thread: Thread) -> None:
    codes = [code_of(thread) for _time in range(FREE)]
    guess(thread, FREE)
    lines = [said(thread, code) for code in codes]
    assert None not in announce_all(thread.services, thread.office.actor, lines)

    thread.region.clock.at += timedelta(seconds=31)

    assert announce_all(thread.services, thread.office.actor, lines) == [None] * FREE
    guess(thread, 1)
    assert "te veel codes" in refused(thread, new_aanmeldcode()), "what was right forgives nothing"
