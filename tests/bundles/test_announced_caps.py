"""No secondary school announces more children than there can be, and no primary school is flooded with questions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.announced_caps import A_LEAVER, A_LOCATION, AT_LEAST, FEW, WAITING
from handover.bundles.announcing import Application, announce
from handover.db.base import new_id
from handover.errors import Invalid
from handover.leavers.model import Announcement, Leaver
from handover.schools.model import UnitSide
from handover.terms.destination import Announced
from tests.factories.access import given_enrolled_unit
from tests.factories.thread import DAY, NOAH, Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def announced_before(thread: Thread, number: int, *, by: str = "", to: bool = True, days: int = 0) -> None:
    """So many children were announced so many days ago; `to` the primary school, or else elsewhere."""
    with thread.services.uow() as uow:
        uow.session.add_all(
            Announcement(
                id=new_id(),
                receiver_unit_id=by or thread.vo.id,
                receiver_brin=thread.vo.brin6,
                sender_unit_id=thread.po.id if to else None,
                sender_brin=thread.po.brin6 if to else "25FY00",
                state=Announced.ASKED,
                applied_on=DAY,
                announced_by=thread.office.person_id,
                announced_at=uow.clock.now() - timedelta(days=days),
            )
            for _time in range(number)
        )
        uow.commit()


def announce_one(thread: Thread, **name: str) -> str:
    said = Application(receiver_brin=thread.vo.brin6, name=NOAH | name, applied_on=DAY, sender_brin=thread.po.brin6)
    return announce(thread.services, thread.office.actor, said)


def refused(thread: Thread) -> dict[str, str]:
    before = count(thread)
    with pytest.raises(Invalid) as error:
        announce_one(thread, first_name="Sem")
    assert count(thread) == before
    return error.value.fields


def count(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).select_from(Announcement)) or 0


def test_to_one_primary_school_as_many_as_it_can_have_and_more_the_next_day(thread: Thread) -> None:
    announced_before(thread, AT_LEAST - 1)
    announce_one(thread)

    assert set(refused(thread)) == {"sender_brin"}

    thread.region.clock.at += timedelta(days=1)
    announce_one(thread, first_name="Fenna")


def test_a_larger_primary_school_may_be_asked_of_more(thread: Thread) -> None:
    for number in range(AT_LEAST // A_LEAVER + 1):
        thread.leaver(first_name=f"Kind{'abcdefghijklmnopqrstuvwxyz'[number]}")
    announced_before(thread, AT_LEAST)

    announce_one(thread)


def test_with_a_code_that_school_is_not_asked_and_the_cap_is_not_met(thread: Thread) -> None:
    reference = thread.leaver()
    announced_before(thread, AT_LEAST)
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == reference)).one()
    said = Application(receiver_brin=thread.vo.brin6, name=NOAH, applied_on=DAY, code=code)

    announce(thread.services, thread.office.actor, said)


def test_all_secondary_schools_together_do_not_flood_one(thread: Thread) -> None:
    other = given_enrolled_unit(thread.region, UnitSide.VO, "Dendroncollege", brin6="19XX00", place="Horst")
    announced_before(thread, WAITING * AT_LEAST, by=other.id)
    announced_before(thread, FEW, days=1)

    assert "Bij deze basisschool wachten al te veel" in refused(thread)["sender_brin"]


def test_a_school_announces_no_more_on_a_day_than_a_large_school_has(thread: Thread) -> None:
    announced_before(thread, A_LOCATION, to=False)

    assert "op een dag" in refused(thread)["code"]


def test_one_school_that_floods_another_does_not_shut_out_the_rest(thread: Thread) -> None:
    other = given_enrolled_unit(thread.region, UnitSide.VO, "Dendroncollege", brin6="19XX00", place="Horst")
    announced_before(thread, WAITING * AT_LEAST, by=other.id)

    announce_one(thread)


def test_what_nobody_answered_in_earlier_years_waits_for_nobody(thread: Thread) -> None:
    announced_before(thread, WAITING * AT_LEAST, days=500)

    announce_one(thread)
