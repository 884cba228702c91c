"""Terms: both schools are told a month ahead, a school keeps something longer, and what was destroyed stays so."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.destroying import Kept, destroy, destroy_all, due
from handover.bundles.destructions import note, replay
from handover.bundles.handovers import handover_of
from handover.bundles.keeping import keep, keep_no_longer, last_day
from handover.bundles.model import Handover, SealedPart
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.reminding import remind
from handover.bundles.reopening import release
from handover.bundles.state import HandoverStatus, KeepReason, ReleaseReason
from handover.bundles.tasks import destroy_what_is_due
from handover.errors import IllegalTransition, Invalid, NotAllowed, NotFound, Unavailable
from handover.rooms.model import Grant
from handover.tables import all_tables
from tests.bundles.test_mentors import confirmed_with_mentor, what_works
from tests.factories.access import copied
from tests.factories.thread import Thread, given_thread

TERM = date(2028, 1, 31)


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def at(thread: Thread, day: date) -> None:
    thread.region.clock.at = datetime.combine(day, time(10), tzinfo=UTC)


def found(thread: Thread, handover_id: str) -> Handover:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id)


def last(thread: Thread, handover_id: str) -> date:
    with thread.services.uow() as uow:
        return last_day(uow, handover_of(uow, handover_id))


def told(thread: Thread, kind: NoticeKind) -> list[str]:
    with thread.services.uow() as uow:
        return sorted(uow.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def is_due(thread: Thread, handover_id: str) -> bool:
    with thread.services.uow() as uow:
        return handover_id in due(uow)


def test_both_schools_are_told_once_a_month_before_the_term(thread: Thread) -> None:
    thread.confirmed()
    at(thread, TERM - timedelta(days=32))
    remind(thread.services)
    assert told(thread, NoticeKind.TERM) == []

    at(thread, TERM - timedelta(days=31))
    remind(thread.services)
    remind(thread.services)

    assert told(thread, NoticeKind.TERM) == sorted([thread.teacher.person_id, thread.intake.person_id])


def test_nothing_goes_of_which_nobody_was_told_two_weeks_before(thread: Thread) -> None:
    handover_id = thread.confirmed()
    at(thread, TERM + timedelta(days=5))  # no night ran before
    remind(thread.services)
    assert not is_due(thread, handover_id)

    at(thread, TERM + timedelta(days=20))
    assert is_due(thread, handover_id)


def test_the_night_tells_and_then_destroys(thread: Thread) -> None:
    handover_id = thread.confirmed()
    at(thread, TERM - timedelta(days=30))
    destroy_what_is_due(thread.services)
    assert found(thread, handover_id).status is HandoverStatus.CONFIRMED

    at(thread, TERM + timedelta(days=1))
    destroy_what_is_due(thread.services)

    assert found(thread, handover_id).status is HandoverStatus.DESTROYED
    assert handover_id in Path(thread.services.settings.destructions_file).read_text()


@pytest.mark.parametrize("who", ["teacher", "ib", "intake", "care"])
def test_what_a_school_keeps_longer_is_there_until_that_day(thread: Thread, who: str) -> None:
    handover_id, until = thread.confirmed(), TERM + timedelta(days=60)
    at(thread, TERM - timedelta(days=30))
    remind(thread.services)

    keep(thread.services, getattr(thread, who).actor, handover_id, until=until, because=KeepReason.COMPLAINT)
    assert last(thread, handover_id) == until
    at(thread, until)
    remind(thread.services)
    assert not is_due(thread, handover_id)

    at(thread, until + timedelta(days=15))
    assert is_due(thread, handover_id)


def test_the_ordinary_term_counts_again_when_a_school_says_so(thread: Thread) -> None:
    handover_id = thread.confirmed()
    keep(
        thread.services,
        thread.ib.actor,
        handover_id,
        until=found(thread, handover_id).created_at.date() + timedelta(days=300),
        because=KeepReason.REQUEST,
    )

    keep_no_longer(thread.services, thread.teacher.actor, handover_id)
    keep_no_longer(thread.services, thread.teacher.actor, handover_id)

    assert last(thread, handover_id) == TERM


def test_each_school_takes_back_its_own_word_only_and_the_latest_counts(thread: Thread) -> None:
    handover_id, late = thread.confirmed(), TERM + timedelta(days=90)
    at(thread, TERM - timedelta(days=200))
    keep(thread.services, thread.ib.actor, handover_id, until=late, because=KeepReason.COMPLAINT)
    soon = TERM - timedelta(days=150)
    keep(thread.services, thread.intake.actor, handover_id, until=soon, because=KeepReason.REQUEST)
    assert last(thread, handover_id) == late

    keep_no_longer(thread.services, thread.intake.actor, handover_id)

    assert last(thread, handover_id) == late


def test_what_is_kept_in_the_very_night_is_not_destroyed(thread: Thread) -> None:
    handover_id = thread.confirmed()
    at(thread, TERM - timedelta(days=30))
    remind(thread.services)
    at(thread, TERM + timedelta(days=1))
    assert is_due(thread, handover_id)
    keep(
        thread.services,
        thread.ib.actor,
        handover_id,
        until=TERM + timedelta(days=60),
        because=KeepReason.COMPLAINT,
    )

    with pytest.raises(Kept):
        destroy(thread.services, handover_id, is_over=True)


def test_a_receiver_keeps_nothing_that_it_gave_back_or_let_go(thread: Thread) -> None:
    handover_id = thread.confirmed()
    release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)

    with pytest.raises(NotAllowed):
        keep(thread.services, thread.intake.actor, handover_id, until=TERM, because=KeepReason.REQUEST)


def test_who_was_warned_late_is_shown_the_later_day(thread: Thread) -> None:
    handover_id = thread.confirmed()
    at(thread, TERM + timedelta(days=5))
    remind(thread.services)

    assert last(thread, handover_id) == TERM + timedelta(days=5 + 14)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_day_that_passed_or_lies_far_ahead_is_refused(thread: Thread, days: int) -> None:
    handover_id = thread.confirmed()
    until = thread.region.clock.at.date() + timedelta(days=days)

    with pytest.raises(Invalid) as refused:
        keep(thread.services, thread.ib.actor, handover_id, until=until, because=KeepReason.REQUEST)
    assert list(refused.value.fields) == ["until"]


def test_the_office_keeps_nothing(thread: Thread) -> None:
    handover_id = thread.confirmed()

    with pytest.raises(NotAllowed):
        keep(thread.services, thread.office.actor, handover_id, until=TERM, because=KeepReason.REQUEST)


def test_an_operator_does_not_destroy_what_a_school_keeps(thread: Thread) -> None:
    handover_id = thread.confirmed()
    until = thread.region.clock.at.date() + timedelta(days=30)
    keep(thread.services, thread.ib.actor, handover_id, until=until, because=KeepReason.INVESTIGATION)

    with pytest.raises(Kept):
        destroy_all(thread.services, found(thread, handover_id).reference)
    assert found(thread, handover_id).status is HandoverStatus.CONFIRMED


def test_what_was_destroyed_is_not_kept(thread: Thread) -> None:
    handover_id = thread.confirmed()
    destroy(thread.services, handover_id)

    with pytest.raises(IllegalTransition):
        keep(
            thread.services,
            thread.ib.actor,
            handover_id,
            until=thread.region.clock.at.date() + timedelta(days=9),
            because=KeepReason.REQUEST,
        )


def test_a_let_go_handover_that_is_kept_stays_beyond_its_four_weeks(thread: Thread) -> None:
    handover_id, day = thread.confirmed(), thread.region.clock.at.date()
    release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)
    keep(
        thread.services,
        thread.ib.actor,
        handover_id,
        until=day + timedelta(days=90),
        because=KeepReason.INVESTIGATION,
    )

    at(thread, day + timedelta(days=40))
    assert not is_due(thread, handover_id)
    at(thread, day + timedelta(days=91))
    assert is_due(thread, handover_id)


def test_a_mentor_who_did_not_read_is_reminded_once_in_the_week_before_school(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    first_day = date(2027, 8, 30)
    at(thread, first_day - timedelta(days=8))
    remind(thread.services)
    assert told(thread, NoticeKind.MENTOR_UNREAD) == []

    at(thread, first_day - timedelta(days=7))
    remind(thread.services)
    remind(thread.services)
    assert told(thread, NoticeKind.MENTOR_UNREAD) == [joris.person_id]
    assert what_works(thread, joris, handover_id)


def test_a_mentor_who_read_is_left_alone(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    what_works(thread, joris, handover_id)

    at(thread, date(2027, 8, 29))
    remind(thread.services)

    assert told(thread, NoticeKind.MENTOR_UNREAD) == []


def backup_and_destroy(thread: Thread, folder: Path) -> tuple[str, Thread]:
    """A backup, a destruction after it, and the backup put back in a place of its own, with the file of the host."""
    handover_id, _joris = confirmed_with_mentor(thread)
    older = Thread(region=copied(thread.region, folder), po=thread.po, vo=thread.vo)
    destroy(thread.services, handover_id)
    replay(thread.services)  # notes it, as the next start does
    shutil.copy(thread.services.settings.destructions_file, older.services.settings.destructions_file)
    return handover_id, older


def test_a_backup_that_is_put_back_ends_where_it_was_before_it_serves(thread: Thread, tmp_path: Path) -> None:
    handover_id, older = backup_and_destroy(thread, tmp_path / "older")
    with older.services.uow() as uow:
        keys = uow.session.scalars(select(SealedPart.blob_key)).all()
        rooms = [uow.session.get_one(Handover, handover_id).dossier_room_id, handover_id]
    assert len(keys) == 2
    assert all(older.services.store.exists(key) for key in keys)

    assert replay(older.services) == 1

    assert found(older, handover_id).status is HandoverStatus.DESTROYED
    assert not any(older.services.store.exists(key) for key in keys)
    with older.services.uow() as uow:
        left = select(func.count()).select_from(Grant).where(Grant.subject.in_(rooms))
        assert uow.session.scalar(left) == 0
    assert replay(older.services) == 0


def test_a_backup_of_before_it_was_sent_is_left_alone(thread: Thread, tmp_path: Path) -> None:
    older = Thread(region=copied(thread.region, tmp_path / "older"), po=thread.po, vo=thread.vo)
    Path(older.services.settings.destructions_file).write_text("0" * 32 + "\n")

    assert replay(older.services) == 0


def test_a_backup_in_which_it_was_still_under_way_loses_it_too(thread: Thread, tmp_path: Path) -> None:
    handover_id = thread.accepted()
    older = Thread(region=copied(thread.region, tmp_path / "older"), po=thread.po, vo=thread.vo)
    release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)
    destroy(thread.services, handover_id)
    note(older.services, [handover_id])

    assert replay(older.services) == 1
    assert found(older, handover_id).status is HandoverStatus.DESTROYED


def test_a_line_that_was_cut_off_is_written_again(thread: Thread) -> None:
    handover_id = thread.confirmed()
    destroy(thread.services, handover_id)
    file = Path(thread.services.settings.destructions_file)
    file.write_text(handover_id[:10])

    replay(thread.services)
    replay(thread.services)

    assert file.read_text().count(handover_id) == 1


def test_a_database_without_tables_is_served_only_when_nothing_is_noted(thread: Thread) -> None:
    """What is put back into it after the start would not be looked at."""
    all_tables().drop_all(thread.services.sessions.kw["bind"])

    assert replay(thread.services) == 0

    note(thread.services, ["0" * 32])
    with pytest.raises(Unavailable):
        replay(thread.services)


def test_nobody_of_elsewhere_learns_that_there_is_something_to_keep(thread: Thread) -> None:
    with pytest.raises(NotFound):
        keep(thread.services, thread.ib.actor, "0" * 32, until=TERM, because=KeepReason.REQUEST)


def test_nobody_is_told_in_november_that_school_begins(thread: Thread) -> None:
    confirmed_with_mentor(thread)
    at(thread, date(2027, 11, 20))

    remind(thread.services)

    assert told(thread, NoticeKind.MENTOR_UNREAD) == []
