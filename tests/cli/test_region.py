"""Making a region on the host, and serving it: as an operator types it on an empty machine."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from handover.queue import CeleryQueue, TaskName
from keys.service import ServiceKey
from tests.cli.verbs import SWV, environment, run


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A machine on which the region was just made, and what was said."""
    folder = tmp_path_factory.mktemp("host")
    assert run(folder, "db", "upgrade").returncode == 0
    return folder, run(folder, "region", "create", *SWV)


def test_it_prints_five_words_and_leaves_keys_and_sheet_for_the_owner_only(
    host: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, made = host

    assert made.returncode == 0, made.stderr
    words = re.search(r"sign in as corrie@swv.example with: (.+)", made.stdout)
    assert words is not None
    assert len(words[1].split()) == 5
    assert (folder / "herstelblad.pdf").read_bytes().startswith(b"%PDF-")
    assert ServiceKey.read(folder / "var" / "service.key").recipient().encode().startswith("age1pq1")
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in ("herstelblad.pdf", "var/service.key")}
    assert modes == {"herstelblad.pdf": 0o600, "var/service.key": 0o600}


def test_a_second_region_is_refused_and_changes_nothing(
    host: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = host
    before = (folder / "var" / "region-keys.json").read_bytes()

    refused = run(folder, "region", "create", *SWV, "--sheet", "ander.pdf")

    assert refused.returncode == 2
    assert "region-exists" in refused.stderr
    assert (folder / "var" / "region-keys.json").read_bytes() == before
    assert not (folder / "ander.pdf").exists()


def test_a_sheet_that_lies_there_is_never_written_over(host: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = host
    before = (folder / "herstelblad.pdf").read_bytes()

    assert run(folder, "region", "create", *SWV).returncode == 2
    assert (folder / "herstelblad.pdf").read_bytes() == before


def test_the_web_server_serves_what_was_made_and_ends_on_sigterm(
    host: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = host
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "handover", "--embedded", "web", "--workers", "1"]
        command += ["--bind", f"fd://{listener.fileno()}"]
        with (folder / "web.log").open("w") as log:
            web = subprocess.Popen(
                command, cwd=folder, env=environment(), stdout=log, stderr=log, pass_fds=[listener.fileno()]
            )
        try:
            answer = httpx.get(f"http://127.0.0.1:{listener.getsockname()[1]}/gezond", timeout=60)
            limits = Path(f"/proc/{web.pid}/limits").read_text()
        finally:
            web.send_signal(signal.SIGTERM)
            ended = web.wait(60)

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert re.search(r"Max core file size +0 +0 ", limits), "a core dump would hold what is open"
    assert ended == 0


def test_the_worker_does_what_waits_and_ends_on_sigterm(
    host: tuple[Path, subprocess.CompletedProcess[str]], valkey_url: str
) -> None:
    folder, _ = host
    CeleryQueue(valkey_url).enqueue(TaskName.SEQUENCE_LOG)
    with (folder / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "handover", "--embedded", "worker"],
            cwd=folder,
            env=environment(HANDOVER_BROKER_URL=valkey_url),
            stdout=log,
            stderr=log,
        )
    try:
        end = time.monotonic() + 90
        while "task_done" not in (folder / "worker.log").read_text() and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        worker.terminate()
        ended = worker.wait(60)

    assert '"task": "sequence_log"' in (folder / "worker.log").read_text()
    assert ended == 0
