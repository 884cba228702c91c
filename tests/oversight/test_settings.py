"""The region's own dates and days: what may be set, what follows of it, and that nothing goes without a warning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from handover.access import keywork
from handover.access.keywork import KeyWorkKind, Work
from handover.audit.model import AuditEntry
from handover.bundles.destroying import due
from handover.bundles.handovers import handover_of
from handover.bundles.keeping import keep, last_day
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.reminding import remind
from handover.bundles.state import KeepReason
from handover.errors import Conflict, Invalid, NotAllowed
from handover.oversight.counting import count_by_unit
from handover.oversight.effects import Effect, effects
from handover.oversight.settings import RegionSettings, changes, field_of, read_settings, set_region
from handover.policy import Actor
from handover.schools.calendar import RegionDays
from handover.terms.schooljaar import Schooljaar
from keys.circle import Circle
from tests.bundles.test_mentors import confirmed_with_mentor
from tests.factories.thread import DAY, Thread, given_thread

TERM = date(2028, 1, 31)
THIS = Schooljaar(2026)


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def at(thread: Thread, day: date) -> None:
    thread.region.clock.at = datetime.combine(day, time(10), tzinfo=UTC)


def current(thread: Thread) -> RegionSettings:
    actor = thread.region.swv.actor
    with thread.services.uow() as uow:
        return read_settings(uow, actor)


def wanted(thread: Thread, year: Schooljaar = THIS, **said: Any) -> RegionSettings:
    """What counts now, with other dates of a year or other numbers of days."""
    now = current(thread)
    days = {name: value for name, value in said.items() if hasattr(RegionDays, name)}
    dates = {name: value for name, value in said.items() if name not in days}
    years = tuple(replace(one, **dates) if one.year == year else one for one in now.years)
    return replace(now, days=replace(now.days, **days), years=years)


def change(thread: Thread, year: Schooljaar = THIS, actor: Actor | None = None, **said: Any) -> int:
    settings = wanted(thread, year, **said)
    return len(set_region(thread.services, actor or thread.region.swv.actor, settings))


def foreseen(thread: Thread, **said: Any) -> Effect:
    """What one change would do."""
    settings, now = wanted(thread, **said), current(thread)
    with thread.services.uow() as uow:
        (effect,) = effects(uow, changes(now, settings), settings)
    return effect


def due_now(thread: Thread) -> list[str]:
    with thread.services.uow() as uow:
        return due(uow)


def told(thread: Thread, kind: NoticeKind) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(Notice.id).where(Notice.kind == kind)).all())


def test_what_was_never_set_is_as_it_always_was(thread: Thread) -> None:
    now = current(thread)

    assert now.days == RegionDays(version=0, long_wait=5, late_key_work=5, remind_before=7, warn_before=31)
    assert [(one.year.name, one.send_before, one.retained_until) for one in now.years] == [
        ("2026-2027", None, TERM),
        ("2027-2028", None, date(2029, 1, 31)),
    ]


def test_last_years_dates_can_be_set_while_its_dossiers_are_kept(thread: Thread) -> None:
    at(thread, date(2027, 12, 1))
    assert [one.year.name for one in current(thread).years] == ["2026-2027", "2027-2028", "2028-2029"]

    at(thread, date(2028, 2, 1))

    assert [one.year.name for one in current(thread).years] == ["2027-2028", "2028-2029"]


def test_a_change_is_kept_once_and_the_log_says_what_was(thread: Thread) -> None:
    said: dict[str, Any] = {"send_before": date(2027, 5, 20), "long_wait": 3}

    assert change(thread, **said) == 2
    assert change(thread, **said) == 0

    now = current(thread)
    assert (now.years[0].send_before, now.days.long_wait, now.days.version) == (date(2027, 5, 20), 3, 1)
    with thread.services.uow() as uow:
        rows = uow.session.scalars(select(AuditEntry).where(AuditEntry.name == "region.setting_changed")).all()
    assert len(rows) == 2
    assert any('"send_before:2026-2027"' in row.facts and '"none"' in row.facts for row in rows)


def test_a_changed_date_is_a_new_version_too(thread: Thread) -> None:
    change(thread, long_wait=3)
    seen = wanted(thread, long_wait=9)
    change(thread, send_before=date(2027, 5, 20))

    with pytest.raises(Conflict):
        set_region(thread.services, thread.region.swv.actor, seen)

    assert current(thread).days.long_wait == 3


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"send_before": date(2027, 8, 1)}, "send_before-2026-2027"),
        ({"send_before": date(2026, 7, 31)}, "send_before-2026-2027"),
        ({"first_school_day": date(2027, 7, 31)}, "first_school_day-2026-2027"),
        ({"first_school_day": date(2027, 10, 1)}, "first_school_day-2026-2027"),
        ({"retained_until": date(2027, 9, 30)}, "retained_until-2026-2027"),
        ({"retained_until": date(2028, 8, 1)}, "retained_until-2026-2027"),
        ({"long_wait": 0}, "long_wait"),
        ({"late_key_work": 21}, "late_key_work"),
        ({"remind_before": 31}, "remind_before"),
        ({"warn_before": 13}, "warn_before"),
    ],
    ids=str,
)
def test_what_may_not_be_is_refused_and_nothing_is_kept(thread: Thread, said: dict[str, Any], field: str) -> None:
    before = current(thread)

    with pytest.raises(Invalid) as refused:
        change(thread, **{"remind_before": 8, **said})

    assert set(refused.value.fields) == {field}
    assert current(thread) == before


def test_a_term_never_ends_within_two_weeks_and_an_old_one_is_left_in_peace(thread: Thread) -> None:
    at(thread, date(2027, 12, 1))
    with pytest.raises(Invalid) as refused:
        change(thread, retained_until=date(2027, 12, 14))
    assert set(refused.value.fields) == {field_of("retained_until", THIS)}
    assert change(thread, retained_until=date(2027, 12, 15)) == 1

    at(thread, date(2027, 12, 10))

    assert change(thread, long_wait=4) == 1


def test_only_the_administrator_sets(thread: Thread) -> None:
    with pytest.raises(NotAllowed):
        change(thread, actor=thread.teacher.actor, long_wait=4)


def test_what_ends_sooner_is_warned_of_anew_and_stays_two_weeks_after_that(thread: Thread) -> None:
    handover_id = thread.confirmed()
    at(thread, TERM - timedelta(days=31))
    remind(thread.services)
    assert told(thread, NoticeKind.TERM) == 2
    at(thread, TERM - timedelta(days=29))

    change(thread, retained_until=TERM - timedelta(days=15))

    with thread.services.uow() as uow:
        assert last_day(uow, handover_of(uow, handover_id)) == TERM - timedelta(days=15)
    at(thread, TERM - timedelta(days=14))  # the term is over, and no night ran since
    assert due_now(thread) == []
    remind(thread.services)
    assert told(thread, NoticeKind.TERM) == 4
    assert due_now(thread) == []
    at(thread, TERM)
    assert due_now(thread) == [handover_id]


def test_what_is_kept_longer_is_not_destroyed_on_the_old_day(thread: Thread) -> None:
    handover_id = thread.confirmed()
    change(thread, retained_until=TERM + timedelta(days=60))
    at(thread, TERM - timedelta(days=31))
    remind(thread.services)
    assert told(thread, NoticeKind.TERM) == 0
    at(thread, TERM + timedelta(days=30))
    remind(thread.services)
    at(thread, TERM + timedelta(days=60))
    assert due_now(thread) == []

    at(thread, TERM + timedelta(days=61))

    assert due_now(thread) == [handover_id]


def test_schools_and_mentors_are_told_as_many_days_ahead_as_the_region_says(thread: Thread) -> None:
    confirmed_with_mentor(thread)
    begins = date(2027, 8, 23)
    change(thread, first_school_day=begins, remind_before=10, warn_before=60)

    at(thread, begins - timedelta(days=11))
    remind(thread.services)
    assert told(thread, NoticeKind.MENTOR_UNREAD) == 0
    at(thread, begins - timedelta(days=10))
    remind(thread.services)
    assert told(thread, NoticeKind.MENTOR_UNREAD) == 1

    at(thread, TERM - timedelta(days=60))
    remind(thread.services)
    assert told(thread, NoticeKind.TERM) == 2


def test_how_long_a_dossier_may_wait_is_the_regions(thread: Thread) -> None:
    thread.offered()
    at(thread, DAY + timedelta(days=6))  # four school days

    change(thread, long_wait=3)

    with thread.services.uow() as uow:
        assert count_by_unit(uow)[thread.po.id].late == 1


def test_work_that_waits_for_a_key_is_late_after_so_many_school_days() -> None:
    made = datetime(2027, 4, 8, 15, tzinfo=UTC)  # a Thursday
    work = Work(id="w", kind="rotate", unit_id="u", circle=Circle.NAMES, subject_id="", created_at=made)

    assert not work.is_late(datetime(2027, 4, 15, 20, tzinfo=UTC), after=5)
    assert work.is_late(datetime(2027, 4, 16, 8, tzinfo=UTC), after=5)
    assert work.is_late(datetime(2027, 4, 9, 8, tzinfo=UTC), after=0)


def test_a_preview_counts_what_is_destroyed_sooner_by_school_and_what_a_school_holds(thread: Thread) -> None:
    held, *_others = thread.confirmed(), thread.offered(first_name="Anna"), thread.offered(first_name="Bram")
    at(thread, date(2027, 11, 1))
    keep(thread.services, thread.ib.actor, held, until=TERM + timedelta(days=9), because=KeepReason.COMPLAINT)

    effect = foreseen(thread, retained_until=date(2027, 12, 1))

    assert (effect.number, effect.held) == (3, 1)
    assert effect.schools == [("De Hommel, Venray", 3)]
    assert current(thread).years[0].retained_until == TERM


def test_a_preview_says_who_has_not_sent_and_whether_the_day_has_passed(thread: Thread) -> None:
    """Of fewer than three children no school is named: how far they are would be theirs."""
    thread.leaver()
    thread.offered(first_name="Anna")

    effect = foreseen(thread, send_before=date(2027, 5, 20))
    assert (effect.number, effect.schools, effect.is_past) == (1, [], False)
    for name in ("Bram", "Cato"):
        thread.leaver(first_name=name)
    assert foreseen(thread, send_before=date(2027, 5, 20)).schools == [("De Hommel, Venray", 3)]

    assert foreseen(thread, send_before=DAY).is_past


def test_a_preview_counts_reminders_calls_and_warnings(thread: Thread) -> None:
    confirmed_with_mentor(thread)
    thread.offered(first_name="Anna")
    at(thread, DAY + timedelta(days=6))

    calls = foreseen(thread, long_wait=3)
    assert (calls.number, calls.before, calls.schools) == (1, 0, [("Raayland College, Venray", 1)])
    begins = foreseen(thread, first_school_day=date(2027, 8, 23))
    assert (begins.number, begins.on, begins.is_past) == (1, date(2027, 8, 16), False)
    assert foreseen(thread, remind_before=8).number == 1
    assert foreseen(thread, warn_before=60).number == 0
    at(thread, TERM - timedelta(days=59))
    assert (foreseen(thread, warn_before=60).number, foreseen(thread, warn_before=60).schools) == (2, [])


def test_a_preview_counts_key_work_that_an_admin_would_see(thread: Thread) -> None:
    with thread.services.uow() as uow:
        keywork.ask(uow, KeyWorkKind.ROTATE, unit_id=thread.vo.id, circle=Circle.NAMES)
        uow.commit()
    at(thread, DAY + timedelta(days=6))  # four school days

    effect = foreseen(thread, late_key_work=3)

    assert (effect.number, effect.before, effect.schools) == (1, 0, [("Raayland College, Venray", 1)])
