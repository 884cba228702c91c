"""The operators' log says what happened and where, and nothing that somebody typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CANARY = "Noah de Vries"

SAID = {
    "a caught exception": """
try:
    stumble("{canary}")
except ValueError:
    log.exception("failed")
""",
    "an exception given by hand": """
try:
    stumble("{canary}")
except ValueError as error:
    log.warning("failed", exc_info=error)
""",
    "an exception that nobody catches": 'stumble("{canary}")',
    "an exception in a thread": """
import threading
thread = threading.Thread(target=stumble, args=("{canary}",))
thread.start()
thread.join()
""",
    "what a library logs": 'logging.getLogger("library").error("cannot store %s", "{canary}")',
    "an exception that a library logs": """
try:
    stumble("{canary}")
except ValueError:
    logging.getLogger("library").exception("cannot")
""",
    "a warning of Python": """
import warnings
warnings.warn("{canary} is deprecated")
""",
    "an object in place of a value": 'log.info("kept", row=Row("{canary}"))',
}

PROGRAM = """
import logging
from dataclasses import dataclass
import structlog
from handover.log import configure_logging

log = structlog.get_logger()

@dataclass
class Row:
    name: str

def stumble(name):
    try:
        int(name)
    except ValueError as error:
        raise ValueError("no number: " + name) from error

configure_logging()
"""


def logged(tmp_path: Path, said: str) -> list[dict[str, Any]]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + said.format(canary=CANARY), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert CANARY not in ended.stderr + ended.stdout
    return [json.loads(line) for line in ended.stderr.splitlines()]


@pytest.mark.parametrize("case", sorted(SAID))
def test_each_is_one_json_line_without_what_was_typed(tmp_path: Path, case: str) -> None:
    lines = logged(tmp_path, SAID[case])

    assert len(lines) == 1
    assert {"event", "level", "timestamp"} <= set(lines[0])


@pytest.mark.parametrize("case", [case for case in sorted(SAID) if "exception" in case])
def test_an_exception_tells_its_class_its_cause_and_its_way(tmp_path: Path, case: str) -> None:
    (line,) = logged(tmp_path, SAID[case])

    assert line["error"] == "ValueError"
    assert line["causes"] == ["ValueError"]
    assert line["places"][-1].endswith("stumble")
    assert "program.py:" in line["places"][-1]
