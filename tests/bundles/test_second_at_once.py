"""Two people at the same moment, about a child at two schools: one comes first, and nothing is halved."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from handover.bundles.one_of_two import let_go_of
from handover.bundles.outcomes import Tlvs, record_outcome
from handover.bundles.receiving import accept, confirm
from handover.bundles.sending import send
from handover.bundles.state import HandoverStatus
from handover.errors import HandoverError
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_second import VSO, Two, allow, child_at_two, given_vso
from tests.factories.access import made_region
from tests.factories.thread import DAY, given_thread_in

LONG = 60
GRANTED = Tlvs(tlv=Tlv.GRANTED, until=DAY.replace(year=2029))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    parts: dict[str, Any] = {}
    if request.param == "PostgreSQL":
        postgres: Callable[[], str] = request.getfixturevalue("postgres_url")
        parts = {"database_url": postgres()}
    thread = given_thread_in(made_region(tmp_path, **parts))
    allow(thread)
    yield child_at_two(thread, given_vso(thread))
    thread.region.engine.dispose()


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Begin them all at the same moment; whether each was done. What is refused is refused with an error of ours."""
    gate = threading.Barrier(len(acts))

    def begin(act: Callable[[], object]) -> bool:
        gate.wait(LONG)
        try:
            act()
        except HandoverError:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def read_at_both(two: Two, first: str, second: str) -> None:
    """Both schools have it, read it and enrolled the child: each may confirm, if the other did not."""
    services = two.thread.services
    accept(services, two.thread.intake.actor, first)
    two.thread.read(first)
    two.thread.enrolled(two.ordinary)
    accept(services, two.intake, second)
    two.read_at_the_vso(second)
    record_outcome(services, two.intake, two.special, outcome=Outcome.ENROLLED, tlv=GRANTED)


def test_both_confirm_and_one_of_them_has(two: Two) -> None:
    first, second = two.both()
    read_at_both(two, first, second)
    services = two.thread.services

    done = at_once(
        lambda: confirm(services, two.thread.intake.actor, first), lambda: confirm(services, two.intake, second)
    )

    assert sorted(done) == [False, True]
    there = [two.status(one) for one in (first, second)]
    assert [status is HandoverStatus.CONFIRMED for status in there] == done


def test_two_presses_send_one_second(two: Two) -> None:
    two.sent()
    services = two.thread.services

    done = at_once(*[lambda: send(services, two.teacher, two.reference, to=VSO, is_second=True) for _time in range(2)])

    assert sorted(done) == [False, True]
    assert two.live() == 2


def test_who_lets_go_and_who_confirms_find_one_state(two: Two) -> None:
    first, second = two.both()
    read_at_both(two, first, second)
    services = two.thread.services

    let_go, confirmed = at_once(
        lambda: let_go_of(services, two.teacher, two.reference, first),
        lambda: confirm(services, two.thread.intake.actor, first),
    )

    # Confirmed first, it is no more the one that is to go; let go of first, there is nothing to confirm.
    assert let_go is not confirmed
    assert two.status(first) is (HandoverStatus.RELEASED if let_go else HandoverStatus.CONFIRMED)
    assert two.outcome(two.ordinary) is (Outcome.WITHDRAWN if let_go else Outcome.ENROLLED)
    assert two.status(second) is HandoverStatus.ACCEPTED
