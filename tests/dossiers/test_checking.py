"""How documents are checked: in a child that can do no harm, and whose end is an answer."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from handover.dossiers import checking
from handover.dossiers.checking import AT_ONCE, check_document
from handover.dossiers.finding import MAX_BYTES, Examination, Finding
from handover.errors import Unavailable
from tests.dossiers import pdfs

ROOT = Path(__file__).resolve().parents[2]


def nursery() -> int:
    """The process that forks our children."""
    check_document(pdfs.a_letter())
    process = checking._nursery._process
    assert process is not None
    return process.pid


def the_child_of(pid: int) -> int:
    while not (children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        time.sleep(0.01)
    return int(children[0])


@contextmanager
def a_check_under_way() -> Iterator[tuple[int, list[Examination]]]:
    """The child that looks at a document that takes it all the time it has, and where its answer will be."""
    parent, answers = nursery(), list[Examination]()
    slow = pdfs.a_slow_one()
    thread = threading.Thread(target=lambda: answers.append(check_document(slow)))
    thread.start()
    child = the_child_of(parent)
    time.sleep(0.5)  # it sets its limits first
    yield child, answers
    thread.join(60)


def test_a_clean_document_is_taken() -> None:
    assert check_document(pdfs.a_letter()) == Examination(1)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_document_may_come_in_any_form_of_bytes(kind: Callable[[bytes], bytes]) -> None:
    assert check_document(kind(pdfs.a_letter())) == Examination(1)


def test_findings_come_back_from_the_child() -> None:
    assert check_document(pdfs.with_script_in_object_stream()) == Examination(1, (Finding.JAVASCRIPT,))
    assert check_document(pdfs.a_scan()) == Examination(1, (Finding.NO_TEXT_LAYER,))


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_the_child_knows_every_cipher_though_it_can_load_none(algorithm: str) -> None:
    encrypted = pdfs.encrypted(user="", owner="b", algorithm=algorithm)

    assert check_document(encrypted) == Examination(1, (Finding.EMPTY_OWNER_PASSWORD,))


def test_nothing_is_an_empty_document() -> None:
    assert check_document(b"") == Examination.refused(Finding.EMPTY)


def test_a_document_of_25_mb_is_taken_and_one_byte_more_is_not() -> None:
    assert check_document(pdfs.of_size(MAX_BYTES)) == Examination(1)
    assert check_document(pdfs.of_size(MAX_BYTES + 1)) == Examination.refused(Finding.TOO_LARGE)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"PK\x03\x04word/document.xml",
        b"<html>%PDF-1.7",
        b"MZ" + pdfs.a_letter(),
        pdfs.a_zip_bomb(),
        pdfs.both_zip_and_pdf(),
        b" ",
    ],
    ids=["png", "docx", "html", "program", "zip bomb", "zip and pdf", "blank"],
)
def test_another_file_that_was_renamed_is_no_pdf(data: bytes) -> None:
    assert check_document(data) == Examination.refused(Finding.NOT_A_PDF)


@pytest.mark.parametrize("before", [b"\r\n", b"\xef\xbb\xbf", b"\0" * 20])
def test_what_scanners_put_before_a_document_does_not_matter(before: bytes) -> None:
    assert check_document(before + pdfs.a_letter()) == Examination(1)


def test_a_document_that_takes_too_long_is_refused_after_ten_seconds() -> None:
    started = time.monotonic()

    assert check_document(pdfs.a_slow_one()) == Examination.refused(Finding.TOOK_TOO_LONG)
    assert 9 < time.monotonic() - started < 20


def test_a_document_that_takes_too_much_memory_is_refused() -> None:
    assert check_document(pdfs.a_memory_eater()) == Examination.refused(Finding.TOO_MUCH_MEMORY)


@pytest.mark.parametrize(
    ("end", "finding"),
    [
        (signal.SIGSEGV, Finding.UNREADABLE),
        (signal.SIGKILL, Finding.TOO_MUCH_MEMORY),
        (signal.SIGXCPU, Finding.TOOK_TOO_LONG),
    ],
)
def test_a_child_that_dies_is_a_refusal(end: signal.Signals, finding: Finding) -> None:
    with a_check_under_way() as (child, answers):
        os.kill(child, end)

    assert answers == [Examination.refused(finding)]
    assert check_document(pdfs.a_letter()) == Examination(1)


def test_a_child_can_open_no_file_and_no_socket_and_holds_no_secret_of_ours() -> None:
    with a_check_under_way() as (child, _):
        limits = Path(f"/proc/{child}/limits").read_text()
        handles = sorted(str(handle.readlink()) for handle in Path(f"/proc/{child}/fd").iterdir())
        environment = Path(f"/proc/{child}/environ").read_bytes()
        os.kill(child, signal.SIGKILL)

    held = {line[:26].strip(): line[26:].split()[1] for line in limits.splitlines()}
    assert held["Max open files"] == str(len(handles)) == "4"
    assert held["Max file size"] == held["Max core file size"] == "0"
    assert held["Max address space"] == str(512 * 1024 * 1024)
    assert held["Max cpu time"] == "11"  # it is told at 10
    assert handles[:3] == ["/dev/null"] * 3
    assert handles[3].startswith("socket:")
    assert environment == b""


def test_a_nursery_that_was_killed_is_replaced() -> None:
    before = nursery()
    os.kill(before, signal.SIGKILL)

    assert check_document(pdfs.a_letter()) == Examination(1)
    assert nursery() != before


def test_a_nursery_that_dies_during_a_check_is_replaced_and_the_document_checked_again() -> None:
    with a_check_under_way() as (child, answers):
        os.kill(nursery(), signal.SIGKILL)
        os.kill(child, signal.SIGKILL)
        again = the_child_of(nursery())
        os.kill(again, signal.SIGSEGV)

    assert answers == [Examination.refused(Finding.UNREADABLE)]


def test_many_threads_may_check_at_once() -> None:
    documents = [pdfs.a_letter(), pdfs.with_xfa()] * 10

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(check_document, documents)) == [Examination(1), Examination(1, (Finding.XFA,))] * 10


NO_ANSWERS = (
    '{"pages": 1e999, "findings": [], "hidden": "", "named": []}',
    '{"pages": 99999999999999999999, "findings": [], "hidden": "", "named": []}',
    '{"pages": -1, "findings": [], "hidden": "", "named": []}',
    '{"pages": 1, "findings": [], "hidden": "", "named": [1e999]}',
    '{"pages": 1, "findings": ["no finding"], "hidden": "", "named": []}',
    "[" * 4000,
)


@pytest.mark.parametrize("said", NO_ANSWERS)
def test_what_a_child_that_was_taken_over_says_is_an_outcome(said: str) -> None:
    assert told(said) == Examination.refused(Finding.UNREADABLE)


def test_of_a_child_that_was_taken_over_no_more_is_believed_than_a_check_says() -> None:
    said = {"pages": 2, "findings": ["signed", "other_child"] * 90, "hidden": "maybe", "named": [7, 1, 1, -1]}

    assert told(json.dumps(said)) == Examination(2, (Finding.SIGNED,), "", (1,))


def told(said: str) -> Examination | None:
    """What is made of an answer."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(said.encode() + b"\n0\n")
        return checking._answer(ours, memoryview(b""), b"{}", children=3)


def test_too_many_at_once_are_asked_to_come_again() -> None:
    for _ in range(AT_ONCE):
        checking._places.acquire()
    try:
        with pytest.raises(Unavailable) as refusal:
            check_document(pdfs.a_letter())
    finally:
        for _ in range(AT_ONCE):
            checking._places.release()

    assert refusal.value.retry_after > 0
    assert check_document(pdfs.a_letter()) == Examination(1)


AFTER_A_FORK = """
import os, sys
from handover.dossiers.checking import check_document
from tests.dossiers import pdfs
assert check_document(pdfs.a_letter()).pages == 1
pid = os.fork()
assert check_document(pdfs.with_xfa()).findings == ("xfa",)
if pid:
    assert os.waitpid(pid, 0)[1] == 0
    assert check_document(pdfs.with_launch()).findings == ("launch",)
"""

NO_BYTE_ON_A_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
from handover.dossiers.checking import check_document
from tests.dossiers import pdfs
for made in (pdfs.a_letter, pdfs.a_flate_bomb, pdfs.with_file, pdfs.a_scan):
    assert check_document(made()).findings != ("took_too_long",)
assert check_document(pdfs.of_size(20_000_000)).findings == ()
"""


@pytest.mark.parametrize("script", [AFTER_A_FORK, NO_BYTE_ON_A_DISK], ids=["after a fork", "no byte on a disk"])
def test_checks_work_in_a_process_of_this_kind(script: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_nursery_ends_with_its_parent() -> None:
    script = (
        "from handover.dossiers import checking; from tests.dossiers import pdfs; import os, signal\n"
        "checking.check_document(pdfs.a_letter()); print(checking._nursery._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    left = Path(f"/proc/{ended.stdout.strip()}/cmdline")

    for _ in range(100):
        if not left.exists() or not left.read_bytes():  # without a command line it waits to be reaped
            return
        time.sleep(0.05)
    pytest.fail("it is still there")
