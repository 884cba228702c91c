"""Two schools with a child between them, and the whole service over them, for somebody who means no good."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)
