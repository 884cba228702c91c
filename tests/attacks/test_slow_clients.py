"""Clients that say nothing, half a request, or take what they asked for drop by drop: nobody waits long for them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread, Timer

import httpx
import pytest

from handover.web.pace import GRACE, PACE, SILENCE, PacedSocket
from keys.card import RegionKeys
from keys.service import ServiceKey
from tests.queue.workers import wait_until

ROOT = Path(__file__).resolve().parents[2]
THREADS = 2


@pytest.fixture
def pair() -> Iterator[tuple[PacedSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with theirs, PacedSocket(ours, grace=0.5) as paced:
        yield paced, theirs


def drip(theirs: socket.socket, *, every: float) -> None:
    while True:
        try:
            theirs.send(b"x")
        except OSError:
            return
        time.sleep(every)


def test_a_byte_now_and_then_is_no_request(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    Thread(target=drip, args=(theirs,), kwargs={"every": 0.1}, daemon=True).start()
    began = time.monotonic()

    with pytest.raises(ConnectionResetError):
        deque(iter(lambda: paced.recv(8192), b""), maxlen=0)

    assert 0.4 < time.monotonic() - began < 5
    paced.close()


def test_what_comes_buys_time_and_our_own_work_costs_none(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    theirs.sendall(b"x" * PACE)
    assert len(paced.recv(PACE)) == PACE
    time.sleep(0.7)  # ours
    Timer(1, theirs.sendall, args=(b"y",)).start()

    assert paced.recv(1) == b"y"


def test_a_next_request_has_a_time_of_its_own(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    with pytest.raises(ConnectionResetError):
        paced.recv(1)
    paced.begin()
    theirs.sendall(b"y")

    assert paced.recv(1) == b"y"


def test_what_nobody_takes_is_not_waited_for(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, _theirs = pair
    paced.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    began = time.monotonic()

    with pytest.raises(ConnectionResetError):
        paced.sendall(b"x" * 10 * PACE)

    assert time.monotonic() - began < 30


def test_where_nothing_may_be_waited_for_nothing_is(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, _theirs = pair
    paced.settimeout(0)
    with pytest.raises(BlockingIOError):
        paced.recv(1)
    paced.settimeout(0.05)
    with pytest.raises(TimeoutError):
        paced.recv(1)


def test_who_drips_on_after_our_answer_is_let_go(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    Thread(target=drip, args=(theirs,), kwargs={"every": 0.3}, daemon=True).start()
    began = time.monotonic()

    paced.let_go()

    assert time.monotonic() - began < SILENCE + 5


def test_who_was_too_slow_is_not_waited_for_again(pair: tuple[PacedSocket, socket.socket]) -> None:
    paced, theirs = pair
    with pytest.raises(ConnectionResetError):
        paced.recv(1)
    theirs.sendall(b"y")

    paced.let_go()

    assert theirs.recv(1) == b""


def test_what_is_still_sent_after_our_answer_is_taken_and_the_answer_read(
    pair: tuple[PacedSocket, socket.socket],
) -> None:
    paced, theirs = pair

    def send() -> None:
        theirs.sendall(bytes(20_000_000))
        theirs.shutdown(socket.SHUT_WR)

    sending = Thread(target=send)
    paced.sendall(b"no")
    sending.start()

    paced.let_go()
    paced.close()
    sending.join(60)

    assert not sending.is_alive()
    assert theirs.recv(8) == b"no"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The service's own web server: one process, two threads."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ours = {
            "DEMO": "1",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'handover.sqlite'}",
            "STORAGE": f"folder:{tmp_path / 'blobs'}",
            "MAIL": f"folder:{tmp_path / 'mail'}",
            "SERVICE_KEY_FILE": str(tmp_path / "service.key"),
            "REGION_KEYS_FILE": str(tmp_path / "region-keys.json"),
            "SECRET_KEY_FILE": str(tmp_path / "secret.key"),
        }
        ServiceKey.create(tmp_path / "service.key")
        (tmp_path / "region-keys.json").write_text(RegionKeys().encode())
        bind = ["--bind", f"fd://{listener.fileno()}", "--workers", "1", "--threads", str(THREADS)]
        server = subprocess.Popen(
            [sys.executable, "-m", "handover.serving", *bind],
            pass_fds=[listener.fileno()],
            cwd=ROOT,
            env={f"HANDOVER_{name}": value for name, value in ours.items()},
        )
        try:
            found = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(found), seconds=60)
            yield found
        finally:
            server.terminate()
            server.wait(60)


def answers(address: str, *, seconds: float = 2) -> bool:
    try:
        return httpx.get(f"{address}/gezond", timeout=seconds).is_success
    except httpx.TransportError:
        return False


def connected(stack: ExitStack, address: str, said: bytes) -> socket.socket:
    port = int(address.rpartition(":")[2])
    client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
    if said:
        client.sendall(said)
    return client


def test_silent_connections_hold_nobody_up(address: str) -> None:
    with ExitStack() as stack:
        for _client in range(10 * THREADS):
            connected(stack, address, b"")

        assert answers(address)


def test_half_requests_are_let_go(address: str) -> None:
    form = b"POST /aanmelden HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with ExitStack() as stack:
        clients = [
            connected(stack, address, b"GET /gezond HTTP/1.1\r\nHost:"),
            connected(stack, address, form + b"Content-Length: 1000\r\n\r\nemail="),
        ]
        began = time.monotonic()
        for client in clients:
            Thread(target=drip, args=(client,), kwargs={"every": 1}, daemon=True).start()

        assert answers(address, seconds=GRACE + 20)
        assert time.monotonic() - began < GRACE + 15
