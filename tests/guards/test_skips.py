"""No test is skipped in silence: the rule of tests/skips.py, tried on runs of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = "import pytest\n\ndef test_it():\n    pytest.skip('no time')\n"
SKIPPING_WHOLE = "import pytest\n\npytest.skip('no time', allow_module_level=True)\n"
PASSING = "def test_it():\n    assert True\n"
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail(reason='known')\ndef test_it():\n    assert False\n"


def _run(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--disable-plugin-autoload", "-p", "tests.skips", "test_it.py"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("text", [SKIPPING, SKIPPING_WHOLE])
def test_a_skip_without_a_listed_reason_fails_the_run(text: str, tmp_path: Path) -> None:
    ran = _run(tmp_path, text)

    assert ran.returncode != 0
    assert "tests/skips.txt gives no reason" in ran.stdout


@pytest.mark.parametrize("text", [PASSING, EXPECTED_TO_FAIL])
def test_what_is_not_skipped_is_left_alone(text: str, tmp_path: Path) -> None:
    assert _run(tmp_path, text).returncode == 0
