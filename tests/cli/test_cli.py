"""The operator's verbs, as an operator types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REGISTER = Path(__file__).parents[1] / "data" / "vestigingen-bo-cp1252.csv"


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return started(folder, "--embedded", *arguments, **settings)


def started(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HANDOVER_")},  # noqa: TID251
        "HANDOVER_DATABASE_URL": f"sqlite:///{folder / 'db.sqlite'}",
        **settings,
    }
    command = [sys.executable, "-m", "handover", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)


def test_a_new_database_takes_the_register_twice_and_has_a_sound_log(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0

    first = run(tmp_path, "schools", "import", str(REGISTER), "--kind", "bo")
    again = run(tmp_path, "schools", "import", str(REGISTER), "--kind", "bo")

    assert "33 added" in first.stdout
    assert "0 added, 0 changed, 33 unchanged" in again.stdout
    assert run(tmp_path, "audit", "verify").returncode == 0


def test_a_file_that_is_no_register_is_refused_in_words(tmp_path: Path) -> None:
    run(tmp_path, "db", "upgrade")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("naam;adres\nx;y\n")

    refused = run(tmp_path, "schools", "import", str(wrong), "--kind", "bo")

    assert refused.returncode == 2
    assert "ontbreekt de kolom" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("HANDOVER_TYPO", "1"), ("HANDOVER_STORAGE", "ftp:x"), ("HANDOVER_IDLE_MINUTES", "long")],
)
def test_a_setting_that_cannot_be_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    refused = run(tmp_path, "db", "upgrade", **{name: value})

    assert refused.returncode == 2
    assert name in refused.stderr


def test_what_is_not_there_yet_says_so_as_make_calls_it(tmp_path: Path) -> None:
    refused = started(tmp_path, "story", "--okr", "a.pdf", "--opp", "b.pdf")

    assert refused.returncode == 2
    assert "not there yet" in refused.stderr
