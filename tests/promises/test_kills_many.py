"""A process that ends while one press does something to many dossiers, or takes it back: once each, none left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.many import begin, go_on, standing
from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.bundles.together_model import Became, Together
from handover.bundles.undoing import undo
from handover.leavers.model import Application
from handover.terms.destination import Outcome
from tests.factories.thread import Thread
from tests.promises.kill_table import MANY_ENROLLED, MANY_RECEIVED, MANY_UNDONE, Kill
from tests.promises.place import given_place, moved
from tests.promises.processes import Processes
from tests.queue.valkey import Valkey

INTAKE, OFFICE = "Peter Claessens", "Olga Franssen"
PRESS, EARLIER = "a" * 32, "b" * 32
NAMES = ("Bakker", "Cox", "Damen")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Thread, list[str]]:
    """Three dossiers that wait, and three that were received."""
    made = given_place(tmp_path_factory.mktemp("prepared") / "place")
    return made, [made.offered(last_name=name) for name in NAMES] + [made.accepted(last_name=name) for name in NAMES]


@pytest.fixture
def thread(prepared: tuple[Thread, list[str]], tmp_path: Path, valkey: Valkey) -> Iterator[Thread]:
    """A copy of it, in a folder of this test."""
    made = moved(prepared[0], tmp_path / "place", broker_url=valkey.url)
    yield made
    made.region.engine.dispose()


def told(thread: Thread, name: str) -> list[int]:
    """How often the log says it of each whom it says it of; and that it is whole."""
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
        said = uow.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.name == name))
        return sorted(Counter(said).values())


def outcomes(thread: Thread, chosen: list[str]) -> list[Outcome]:
    with thread.services.uow() as uow:
        found = (uow.session.get_one(Handover, one).application_id for one in chosen)
        return [uow.session.get_one(Application, one).outcome for one in found]


@pytest.mark.parametrize("kill", MANY_RECEIVED, ids=str)
def test_killed_while_receiving_many(
    kill: Kill, thread: Thread, prepared: tuple[Thread, list[str]], processes: Processes
) -> None:
    services, intake, chosen = thread.services, thread.intake.actor, prepared[1][:3]
    begin(services, intake, thread.vo.id, Together.RECEIVE, chosen, press=PRESS)

    assert processes.do("many", INTAKE, PRESS, until=kill.until) is None

    with services.uow() as uow:
        received = [uow.session.get_one(Handover, one).status is HandoverStatus.ACCEPTED for one in chosen]
    assert f"{sum(received)} of 3 received" == kill.found
    now = go_on(services, intake, PRESS)
    assert set(now.became.values()) <= {Became.DONE, Became.ALREADY}
    assert not now.goes_on
    assert told(thread, "handover.accepted") == [1] * 6


@pytest.mark.parametrize("kill", MANY_ENROLLED, ids=str)
def test_killed_while_enrolling_many(
    kill: Kill, thread: Thread, prepared: tuple[Thread, list[str]], processes: Processes
) -> None:
    services, office, chosen = thread.services, thread.office.actor, prepared[1][3:]
    begin(services, office, thread.vo.id, Together.ENROL, chosen, press=PRESS)

    assert processes.do("many", OFFICE, PRESS, until=kill.until) is None

    assert f"{outcomes(thread, chosen).count(Outcome.ENROLLED)} of 3 enrolled" == kill.found
    go_on(services, office, PRESS)
    with services.uow() as uow:
        assert standing(uow, office, PRESS).changed == 3, (
            "one press takes all of it back, also what came before the end"
        )
    assert outcomes(thread, chosen) == [Outcome.ENROLLED] * 3
    assert told(thread, "application.outcome_recorded") == [1] * 3


@pytest.mark.parametrize("kill", MANY_UNDONE, ids=str)
def test_killed_while_taking_many_back(
    kill: Kill, thread: Thread, prepared: tuple[Thread, list[str]], processes: Processes
) -> None:
    services, office, chosen = thread.services, thread.office.actor, prepared[1][3:]
    begin(services, office, thread.vo.id, Together.ADMIT, chosen, press=EARLIER)
    go_on(services, office, EARLIER)

    assert processes.do("undo", OFFICE, EARLIER, until=kill.until) is None

    assert f"{outcomes(thread, chosen).count(Outcome.ASKED)} of 3 as they were" == kill.found
    undone = undo(services, office, EARLIER)
    assert (undone.done, undone.left) == (3, ())
    assert outcomes(thread, chosen) == [Outcome.ASKED] * 3
    assert told(thread, "application.outcome_recorded") == [2] * 3
