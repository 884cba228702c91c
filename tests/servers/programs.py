"""Programs by others that the tests need: a browser, node, age. On the machine, or unpacked by `make test`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / ".tools" / "chromium"


@pytest.fixture(scope="session")
def node() -> Path:
    """Node, from the environment's own wheel or the machine."""
    return program("node", ROOT / ".venv" / "bin")


@pytest.fixture(scope="session")
def age_binary() -> Path:
    """Debian's age."""
    return program("age", ROOT / ".tools" / "age" / "usr" / "bin")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, for all tests of a process."""
    with chromium() as started:
        yield started


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real Chromium: Debian's where the machine has it, else the one that the tests unpacked."""
    # Playwright's own node wants a library that a minimal Debian lacks; the wheel's does not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(program("node", ROOT / ".venv" / "bin"))
    executable, environment = _chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable,
            env=environment,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield started
        started.close()


def program(name: str, folder: Path) -> Path:
    """A program by name, in this folder before the machine's own."""
    found = shutil.which(name, path=str(folder)) or shutil.which(name)
    assert found, f"no {name} in {folder}, nor on this machine"
    return Path(found)


def _chromium() -> tuple[str, dict[str, str | float | bool]]:
    environment: dict[str, str | float | bool] = dict(os.environ)
    debian = shutil.which("chromium")
    if debian:
        return debian, environment
    environment["LD_LIBRARY_PATH"] = f"{UNPACKED / 'lib'}:{UNPACKED}"
    environment["FONTCONFIG_FILE"] = str(UNPACKED / "fonts.conf")
    return str(UNPACKED / "chromium"), environment
