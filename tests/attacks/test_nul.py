"""A NUL, which PostgreSQL refuses inside a text: nowhere the end of a page, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.factories.access import made_region
from tests.factories.api import given_program
from tests.factories.thread import NOAH, Thread, given_thread_in
from tests.factories.web import given_app, given_signed_in


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory, postgres_url: Callable[[], str]) -> Iterator[Thread]:
    made = given_thread_in(made_region(tmp_path_factory.mktemp("nul"), database_url=postgres_url()))
    yield made
    made.region.engine.dispose()


@pytest.mark.parametrize("path", ["/leerling/a%00b", "/dossier/%00", "/school/%00", "/groep?zoek=%00", "/%00"])
def test_there_is_nothing_under_such_an_address(thread: Thread, path: str) -> None:
    assert given_signed_in(given_app(thread.region), thread.ib).get(path).status_code == 404


def test_a_form_that_names_such_an_id_is_answered_in_words(thread: Thread) -> None:
    teacher, reference = given_signed_in(given_app(thread.region), thread.teacher), thread.leaver()
    thread.written(reference)
    thread.applied(reference)

    answer = teacher.post(f"/leerling/{reference}/school/intrekken", {"aanmelding": "a\0b"})

    assert answer.status_code in {409, 422}
    assert "Raayland College" in teacher.get(f"/leerling/{reference}/school").text


def test_a_program_that_sends_one_is_told_that_it_cannot_be_taken(thread: Thread) -> None:
    program = given_program(given_app(thread.region), thread.teacher)

    answer = program.post("/leavers", {"group_id": "a\0b", "name": NOAH, "only_new": False})

    assert answer.status_code in {404, 422}
    assert answer.mimetype == "application/problem+json"
