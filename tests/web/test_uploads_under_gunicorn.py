"""Uploads as a real server hands them over, in a process that can write no byte to any file."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.dossiers import pdfs
from tests.web.forms import CONTENT_TYPE, a_field, a_file, a_form

ROOT = Path(__file__).resolve().parents[2]
MB = 1_000_000


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "tests.web.upload_app:that_writes_no_file()", "--chdir", str(ROOT)]
        options = ["--worker-class", "handover.serving.PacedWorker", "--threads", "8"]
        quiet = ["--bind", f"fd://{listener.fileno()}", "--no-control-socket", "--log-level", "critical"]
        gunicorn = subprocess.Popen(
            [*command, *options, *quiet],
            pass_fds=[listener.fileno()],
            cwd=tmp_path_factory.mktemp("gunicorn"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        yield served
        gunicorn.terminate()
        gunicorn.wait(60)


def answer(port: int, head: str, body: bytes, connection: str = "close") -> tuple[int, Any]:
    """Send a body, close our side, and read what comes back."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as client:
        client.sendall(f"{head}\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n".encode())
        client.sendall(body)
        client.shutdown(socket.SHUT_WR)
        reply = b"".join(iter(lambda: client.recv(65536), b""))
    status, _, content = reply.partition(b"\r\n\r\n")
    return int(status.split()[1]), json.loads(content) if status.split()[1] in {b"200", b"422", b"503"} else content


def posted(port: int, body: bytes, *, path: str = "/parts", length: int | None = None) -> tuple[int, Any]:
    announced = len(body) if length is None else length
    head = f"POST {path} HTTP/1.1\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {announced}"
    return answer(port, head, body)


def put(port: int, body: bytes, *, length: int, connection: str = "close") -> tuple[int, Any]:
    return answer(port, f"PUT /raw HTTP/1.1\r\nContent-Length: {length}", body, connection)


def test_a_form_with_several_documents_is_read_and_checked_one_by_one(port: int) -> None:
    large = pdfs.of_size(20 * MB)
    form = a_form(
        a_field("soort", "okr"),
        a_file("okr.pdf", large),
        a_file("programma.pdf", pdfs.with_script_at_opening()),
        a_file("groot.pdf", b"%PDF-" + b"x" * 26 * MB),
        a_file("opp.pdf", pdfs.a_letter()),
    )

    assert posted(port, form) == (
        200,
        [
            ["soort", "okr"],
            ["bestanden", "okr.pdf", 20 * MB],
            ["bestanden", "programma.pdf", len(pdfs.with_script_at_opening()), "javascript"],
            ["bestanden", "groot.pdf", 0, "too_large"],
            ["bestanden", "opp.pdf", len(pdfs.a_letter())],
        ],
    )


def test_a_form_cut_off_half_way_keeps_the_files_before_and_refuses_the_one_that_was_cut(port: int) -> None:
    form = a_form(a_file("eerst.pdf", pdfs.of_size(2 * MB)), a_file("half.pdf", pdfs.of_size(4 * MB)))

    assert posted(port, form[: 4 * MB], length=len(form)) == (
        200,
        [["bestanden", "eerst.pdf", 2 * MB], ["bestanden", "half.pdf", 0, "cut_off"]],
    )


def test_a_raw_upload_arrives_whole(port: int) -> None:
    assert put(port, pdfs.of_size(10 * MB), length=10 * MB) == (200, [10 * MB])


def test_a_raw_upload_cut_off_half_way_is_refused(port: int) -> None:
    assert put(port, pdfs.of_size(10 * MB)[: 4 * MB], length=10 * MB) == (422, "cut-off")


def test_a_chunked_form_that_is_cut_off_keeps_what_was_whole(port: int) -> None:
    form = a_form(a_file("eerst.pdf", pdfs.a_letter()), a_file("half.pdf", pdfs.of_size(2 * MB)))[:MB]
    head = f"POST /parts HTTP/1.1\r\nContent-Type: {CONTENT_TYPE}\r\nTransfer-Encoding: chunked"

    status, seen = answer(port, head, b"%x\r\n%b\r\n" % (len(form), form))

    assert (status, [row[1:] for row in seen]) == (
        200,
        [["eerst.pdf", len(pdfs.a_letter())], ["half.pdf", 0, "cut_off"]],
    )


def test_an_ordinary_form_with_a_file_stays_in_memory(port: int) -> None:
    assert posted(port, a_form(a_file("lijst.csv", b"x" * MB)), path="/form") == (200, [MB])


def test_this_server_would_notice_a_file_on_its_disk(port: int) -> None:
    """The control: an application without our request class puts such a file in a temporary one, and fails."""
    status, _ = posted(port, a_form(a_file("lijst.csv", b"x" * MB)), path="/spooling/form")

    assert status == 500


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_an_answer_given_before_the_document_was_read_arrives(port: int, connection: str) -> None:
    too_large = b"%PDF-" + b"x" * 30 * MB

    assert [put(port, too_large, length=len(too_large), connection=connection)[0] for _ in range(10)] == [413] * 10


def test_a_fifth_large_upload_is_asked_to_come_again_while_four_are_under_way(port: int) -> None:
    head = f"PUT /raw HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10 * MB}\r\n\r\n".encode()
    with ExitStack() as under_way:
        for _ in range(4):
            client = under_way.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(head + b"%PDF-")
        assert (503, "unavailable") in (put(port, pdfs.of_size(2 * MB), length=2 * MB) for _ in range(100))

    # The four are gone, and with them what they held.
    assert (200, [2 * MB]) in (put(port, pdfs.of_size(2 * MB), length=2 * MB) for _ in range(100))
