"""`make story` as somebody calls it, with two files of theirs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.gallery import a_pdf

ROOT = Path(__file__).resolve().parents[2]


def story(okr: Path, opp: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handover.story", "--okr", okr, "--opp", opp],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def okr(tmp_path: Path) -> Path:
    file = tmp_path / "het rapport van 'Sam' $1.pdf"
    file.write_bytes(a_pdf(("Onderwijskundig rapport", "Wat helpt")))
    return file


@pytest.mark.slow
def test_two_files_are_handed_over(okr: Path, tmp_path: Path) -> None:
    opp = tmp_path / "plan.pdf"
    opp.write_bytes(a_pdf(("Ontwikkelingsperspectief",)))

    told = story(okr, opp)

    *steps, last = told.stdout.splitlines()
    assert last == "story: handed over", told.stdout + told.stderr
    assert told.returncode == 0
    assert all(re.match(r" *\d+\.\d\d s  \S", line) for line in steps)
    for heard in ("each the same", "confirmed and signed", "nothing wrong", "refused (", "opened it"):
        assert any(heard in line for line in steps), heard


@pytest.mark.slow
def test_a_file_that_the_checks_refuse_ends_it_with_their_reason(okr: Path, tmp_path: Path) -> None:
    opp = tmp_path / "plan.pdf"
    opp.write_bytes(b"Dit is geen pdf.")

    told = story(okr, opp)

    assert told.stdout.splitlines()[-1].startswith("story: refused: Dit is geen pdf"), told.stdout + told.stderr
    assert told.returncode == 1


@pytest.mark.slow
def test_make_passes_any_file_name(okr: Path, tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make is not None
    missing = tmp_path / 'er is "geen" `plan`.pdf'

    told = subprocess.run(
        # Whatever make makes first is there in a test, and must not be made anew by it.
        [make, "-o", ".venv/.ready", "-o", ".tools/.age", "story", f"OKR={okr}", f"OPP={missing}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # noqa: TID251  # make needs it
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"there is no file {missing}" in told.stderr
    assert told.returncode == 2
