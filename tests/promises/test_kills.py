"""Whatever process ends wherever: one right state, nothing acknowledged is gone, and somebody carries on."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.loose_blobs import delete_loose_blobs
from handover.bundles.mail_pace import GATHERED, RETRIED
from handover.bundles.model import Handover, SealedPart
from handover.bundles.notice_model import Notice
from handover.bundles.receiving import accept
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.dossiers.model import Document
from handover.queue import CeleryQueue, TaskName
from handover.storage.filesystem import FolderStore
from handover.web.idempotency import ABANDONED
from tests.factories.thread import REPORT, Thread
from tests.promises.caller import Caller
from tests.promises.kill_table import (
    ABSENT,
    ACCEPTED,
    BROKER,
    DRAFT,
    MAILING,
    OFFERED,
    PRESENT,
    RECEIVING,
    SEALING,
    SENDING,
    SETTLING,
    UPLOADING,
    WEB_SENDING,
    WEB_UPLOADING,
    Kill,
    rows,
)
from tests.promises.killing import Moment
from tests.promises.place import given_place, moved, set_clock
from tests.promises.processes import ARMED, Processes, answers
from tests.queue.valkey import Valkey
from tests.queue.workers import wait_until

DOCS = Path(__file__).parents[2] / "docs" / "promises.md"
WORDS = {
    HandoverStatus.SEALING: SEALING,
    HandoverStatus.OFFERED: OFFERED,
    HandoverStatus.ACCEPTED: ACCEPTED,
}
KEY = "a key of a program, of the right length".replace(" ", "-")
TEACHER, INTAKE = "Marieke Janssen", "Peter Claessens"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Thread, str]:
    """A dossier in which nothing is missing: it can be sent."""
    made = given_place(tmp_path_factory.mktemp("prepared") / "place")
    reference = made.leaver()
    made.written(reference)
    made.applied(reference)
    return made, reference


@pytest.fixture
def thread(prepared: tuple[Thread, str], tmp_path: Path, valkey: Valkey) -> Iterator[Thread]:
    """A copy of it, in a folder of this test, with a broker that answers."""
    made = moved(prepared[0], tmp_path / "place", broker_url=valkey.url)
    yield made
    made.region.engine.dispose()


@pytest.fixture
def reference(prepared: tuple[Thread, str]) -> str:
    return prepared[1]


def found(thread: Thread) -> str:
    """Where the only dossier stands; and that all which must always be true is true."""
    with thread.services.uow() as uow:
        handovers = uow.session.scalars(select(Handover)).all()
        parts = uow.session.scalars(select(SealedPart)).all()
        documents = uow.session.scalars(select(Document)).all()
        names = list(uow.session.scalars(select(AuditEntry.name)))
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
    assert len(handovers) <= 1
    stored = [(part.blob_key, part.sha256) for part in parts]
    stored += [(document.blob_key, document.sealed_sha256) for document in documents]
    for key, digest in stored:
        with thread.services.store.open(key) as blob:
            assert sha256(blob.read()).hexdigest() == digest
    assert names.count("handover.sent") == len(handovers)
    assert names.count("document.added") == len(documents)
    if not handovers:
        assert parts == []
        return DRAFT
    status = handovers[0].status
    assert len(parts) == 2
    assert names.count("handover.offered") == int(status is not HandoverStatus.SEALING)
    assert names.count("handover.accepted") == int(status is HandoverStatus.ACCEPTED)
    return WORDS[status]


def is_offered(thread: Thread) -> bool:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover.status)).one() is HandoverStatus.OFFERED


def carried_on(thread: Thread, processes: Processes, *, swept: bool) -> None:
    """A worker comes, and makes of what is on its way what it must become."""
    if swept:
        set_clock(thread, ahead=timedelta(minutes=2))
        thread.services.queue.enqueue(TaskName.SWEEP)
    processes.worker()
    wait_until(lambda: is_offered(thread), seconds=120)
    assert found(thread) == OFFERED
    with thread.services.uow() as uow:
        assert [row.person_id for row in uow.session.scalars(select(Notice))] == [thread.intake.person_id]


@pytest.mark.parametrize("kill", SENDING, ids=str)
def test_killed_while_sending(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    assert processes.do("send", TEACHER, reference, until=kill.until) is None

    assert found(thread) == kill.found
    if kill.found == DRAFT:
        send(thread.services, thread.teacher.actor, reference)
        assert found(thread) == SEALING
        nights_later(thread, loose=loose_after(kill))
    else:
        carried_on(thread, processes, swept=kill.moment is Moment.AFTER_COMMIT)


def loose_after(kill: Kill) -> int:
    """How many whole blobs are left that no row names."""
    match kill.moment:
        case Moment.BEFORE_BYTES:
            return 0
        case Moment.AMID_BYTES:
            return kill.count // 4  # the fourth piece is one of the second file
        case Moment.AFTER_BYTES:
            return kill.count
    return 2 if "sending" in kill.what else 1


def nights_later(thread: Thread, *, loose: int) -> None:
    """What nobody names goes on the second night, what is named stays."""
    store = thread.services.store
    assert isinstance(store, FolderStore)
    with thread.services.uow() as uow:
        named = {*uow.session.scalars(select(SealedPart.blob_key)), *uow.session.scalars(select(Document.blob_key))}
    thread.region.clock.pass_by(timedelta(days=2))
    assert thread.region.clock.now() > max(stored_at for _, stored_at in store.keys()) + timedelta(days=1)  # noqa: SIM118

    assert delete_loose_blobs(thread.services) == 0
    thread.region.clock.pass_by(timedelta(days=1))
    assert delete_loose_blobs(thread.services) == loose

    assert {key for key, _ in store.keys()} == named  # noqa: SIM118
    assert list(thread.region.folder.rglob("*.unfinished")) == []
    found(thread)


@pytest.mark.parametrize("kill", UPLOADING, ids=str)
def test_killed_while_uploading(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    before = documents(thread)

    assert processes.do("upload", TEACHER, reference, until=kill.until) is None

    assert documents(thread) - before == {ABSENT: 0, PRESENT: 1}[kill.found]
    assert found(thread) == DRAFT
    assert processes.do("upload", TEACHER, reference) is not None
    assert documents(thread) - before == 1  # asked again, it is there once
    nights_later(thread, loose=0 if kill.found == PRESENT else loose_after(kill))


def documents(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(Document.id)).all())


@pytest.mark.parametrize("kill", SETTLING, ids=str)
def test_a_worker_killed_while_settling(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    assert processes.do("send", TEACHER, reference) is not None
    killed = processes.worker(until=kill.until)
    killed.join(60)

    assert killed.exitcode == -signal.SIGKILL

    assert found(thread) == kill.found
    processes.end()
    carried_on(thread, processes, swept=False)


@pytest.mark.parametrize("kill", RECEIVING, ids=str)
def test_killed_while_receiving(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    handover = send(thread.services, thread.teacher.actor, reference)
    assert settle(thread.services, handover)

    assert processes.do("accept", INTAKE, handover, until=kill.until) is None

    assert found(thread) == kill.found
    if kill.found == OFFERED:
        accept(thread.services, thread.intake.actor, handover)
    assert found(thread) == ACCEPTED


@pytest.mark.parametrize("kill", MAILING, ids=str)
def test_killed_while_mailing(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    assert settle(thread.services, send(thread.services, thread.teacher.actor, reference))
    set_clock(thread, ahead=GATHERED)

    assert processes.do("mail", TEACHER, thread.intake.person_id, until=kill.until) is None

    assert mails(thread) == {"no mail": 0, "one mail": 1}[kill.found]
    assert processes.do("mail", TEACHER, thread.intake.person_id) == "False"  # somebody seems to be at it
    set_clock(thread, ahead=GATHERED + RETRIED)
    assert processes.do("mail", TEACHER, thread.intake.person_id) == "True"
    assert processes.do("mail", TEACHER, thread.intake.person_id) == "False"
    assert mails(thread) == {"no mail": 1, "one mail": 2}[kill.found]


def mails(thread: Thread) -> int:
    return len(list((thread.region.folder / "mail").glob("*.eml")))


class Killed:
    """Somebody's program, and a web server whose process ends in the middle of what it asks."""

    def __init__(self, thread: Thread, processes: Processes, kill: Kill) -> None:
        self._thread, self._armed = thread, thread.region.folder / ARMED
        self._address = processes.web(until=kill.until)
        self._teacher = Caller.signed_in(self._address, thread.teacher)

    def ask(self, path: str, **more: Any) -> None:
        """No answer comes; the server lives again, in a new process."""
        self._armed.touch()
        with pytest.raises(httpx.TransportError):
            self._teacher.api("POST", path, headers={"Idempotency-Key": KEY} | more.pop("headers", {}), **more)
        self._armed.unlink()
        wait_until(lambda: answers(self._address), seconds=120)

    def ask_again(self, path: str, **more: Any) -> int:
        """At once it is told to wait; ten minutes later it gets an answer, whose status this gives."""
        headers = {"Idempotency-Key": KEY} | more.pop("headers", {})
        assert self._teacher.api("POST", path, headers=headers, **more).status_code == 409
        set_clock(self._thread, ahead=ABANDONED + timedelta(minutes=1))
        status = self._teacher.api("POST", path, headers=headers, **more).status_code
        self._teacher.client.close()
        return status


@pytest.mark.parametrize("kill", WEB_SENDING, ids=str)
def test_a_web_process_killed_while_sending(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    killed, at = Killed(thread, processes, kill), f"/leavers/{reference}/handover"
    killed.ask(at, json={"to": thread.vo.brin6})

    assert found(thread) == kill.found
    assert killed.ask_again(at, json={"to": thread.vo.brin6}) == (202 if kill.found == DRAFT else 409)
    assert found(thread) == SEALING
    carried_on(thread, processes, swept=True)


@pytest.mark.parametrize("kill", WEB_UPLOADING, ids=str)
def test_a_web_process_killed_while_uploading(kill: Kill, thread: Thread, reference: str, processes: Processes) -> None:
    before = documents(thread)
    killed, at = Killed(thread, processes, kill), f"/leavers/{reference}/documents?kind=okr"
    document: dict[str, Any] = {
        "content": REPORT,
        "headers": {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="bijlage.pdf"'},
    }
    killed.ask(at, **document)

    assert documents(thread) - before == {ABSENT: 0, PRESENT: 1}[kill.found]
    assert killed.ask_again(at, **document) == 201
    assert documents(thread) - before == 1  # asked again, it is there once
    assert found(thread) == DRAFT
    nights_later(thread, loose=0 if kill.found == PRESENT else loose_after(kill))


@pytest.mark.parametrize("what", list(BROKER))
def test_a_broker_that_fails(what: str, thread: Thread, reference: str, processes: Processes, valkey: Valkey) -> None:
    if "away" in what:
        valkey.kill()

    assert processes.do("send", TEACHER, reference) is not None

    assert found(thread) == SEALING
    valkey.kill()
    if "lost" in what:
        shutil.rmtree(valkey.folder / "appendonlydir")
    valkey.start()
    carried_on(thread, processes, swept="in it" not in what)


def test_what_a_lost_message_leaves_waits_until_it_is_swept(thread: Thread, reference: str, valkey: Valkey) -> None:
    """The control of the above: without the sweep, a message that was lost is lost."""
    queue = CeleryQueue(valkey.url)
    valkey.kill()
    send(thread.services, thread.teacher.actor, reference)
    valkey.start()

    queue.enqueue(TaskName.EXPIRE_SESSIONS)

    assert found(thread) == SEALING


def test_the_table_in_the_documentation_is_the_one_that_is_tried() -> None:
    shown = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]

    assert [line for line in rows() if line not in shown] == []
    assert len([line for line in shown if line.split("|")[1].strip().partition(",")[0] in _GOING_ON]) == len(rows())


_GOING_ON = {row.split("|")[1].strip().partition(",")[0] for row in rows()}
