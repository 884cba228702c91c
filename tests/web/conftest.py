from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.web.gallery import Gallery, a_gallery, signed_in


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    made = a_gallery(tmp_path)
    made.visit = signed_in()
    return made


@dataclass(frozen=True, kw_only=True)
class Served:
    gallery: Gallery
    url: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = a_gallery(tmp_path_factory.mktemp("gallery"))
    made.visit = signed_in()
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(gallery=made, url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
