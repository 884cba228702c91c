"""Requests that are repeated, lists that are paged, versions that are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from handover.errors import Conflict, Invalid
from handover.web.etag import etag_of, expected_version, require_current
from handover.web.idempotency import ABANDONED, KEPT, forget_old_keys
from handover.web.idempotency_model import IdempotencyKey
from handover.web.pagination import asked_page, page_of, read_cursor, write_cursor
from handover.web.shell import shell_of
from tests.web.gallery import MARIEKE, Gallery, signed_in

KEY = "3f0e3a1c-6f5e-4a33-9a0e-2a5f6f6f8f01"


@pytest.fixture
def client(gallery: Gallery) -> FlaskClient:
    gallery.visit = signed_in(by_token=True)
    return gallery.app.test_client()


def make(client: FlaskClient, title: str = "een", key: str = KEY) -> TestResponse:
    return client.post("/api/v1/things", json={"title": title}, headers={"Idempotency-Key": key})


def rows(gallery: Gallery) -> list[IdempotencyKey]:
    with shell_of(gallery.app).services.uow() as uow:
        return list(uow.session.scalars(select(IdempotencyKey)))


def test_a_repeated_request_is_done_once_and_answered_alike(gallery: Gallery, client: FlaskClient) -> None:
    first, second = make(client), make(client)

    assert gallery.done == 1
    assert first.status_code == second.status_code == 201
    assert first.headers["Location"] == second.headers["Location"] == "/api/v1/things/1"
    assert second.headers["Idempotency-Repeated"] == "true"
    assert second.data == b""


def test_the_same_key_with_another_request_is_refused(gallery: Gallery, client: FlaskClient) -> None:
    make(client)
    other = make(client, title="twee")

    assert (other.status_code, gallery.done) == (422, 1)
    assert other.json
    assert other.json["code"] == "idempotency-key-reused"


def test_the_same_key_of_somebody_else_is_another_key(gallery: Gallery, client: FlaskClient) -> None:
    make(client)
    gallery.visit = signed_in(replace(MARIEKE, person_id="q" * 32), by_token=True)

    assert make(client).status_code == 201
    assert gallery.done == 2


def test_what_was_refused_may_be_tried_again(gallery: Gallery, client: FlaskClient) -> None:
    assert make(client, title="refuse").status_code == 409
    assert make(client, title="een").status_code == 201
    assert gallery.done == 1


def test_without_a_key_each_request_is_done(gallery: Gallery, client: FlaskClient) -> None:
    for _ in range(2):
        client.post("/api/v1/things", json={"title": "een"})

    assert gallery.done == 2
    assert rows(gallery) == []


def test_neither_the_key_nor_a_digest_that_confirms_a_guess_is_kept(gallery: Gallery, client: FlaskClient) -> None:
    make(client)
    (row,) = rows(gallery)

    kept = f"{row.key} {row.route} {row.request_digest} {row.location}"
    assert KEY not in kept
    assert sha256(b'{"title": "een"}').hexdigest() not in kept
    assert row.route == "/api/v1/things"


def test_while_the_first_is_being_done_the_second_hears_that(gallery: Gallery, client: FlaskClient) -> None:
    make(client)
    with shell_of(gallery.app).services.uow() as uow:
        uow.session.scalars(select(IdempotencyKey)).one().status = None
        uow.commit()

    assert make(client).status_code == 409
    gallery.clock.time += ABANDONED + timedelta(seconds=1)
    assert make(client).status_code == 201
    assert gallery.done == 2


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space in it and more"])
def test_a_key_that_is_no_key_is_refused(client: FlaskClient, key: str) -> None:
    assert make(client, key=key).status_code == 422


def test_a_key_from_nobody_is_not_looked_at(gallery: Gallery, client: FlaskClient) -> None:
    gallery.visit = None

    assert make(client).status_code == 401


def test_old_keys_are_forgotten(gallery: Gallery, client: FlaskClient) -> None:
    make(client)
    services = shell_of(gallery.app).services

    for age, left in ((KEPT, 1), (KEPT + timedelta(seconds=1), 0)):
        with services.uow() as uow:
            forget_old_keys(uow.session, now=services.clock.now() + age)
            uow.commit()
        assert len(rows(gallery)) == left


def test_a_change_on_the_version_that_was_read_is_taken(client: FlaskClient) -> None:
    tag = client.get("/api/v1/things/1").headers["ETag"]

    assert tag == '"v3"'
    assert client.put("/api/v1/things/1", json={"title": "x"}, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("*", None), ('"v7"', 7)])
def test_the_expected_version_is_read(gallery: Gallery, given: str | None, expected: int | None) -> None:
    headers = {"If-Match": given} if given else {}
    with gallery.app.test_request_context("/", headers=headers):
        assert expected_version() == expected


@pytest.mark.parametrize("given", ['W/"v7"', '"7"', "v7", '"v1", "v2"'])
def test_a_tag_that_was_never_given_out_is_refused(gallery: Gallery, given: str) -> None:
    with gallery.app.test_request_context("/", headers={"If-Match": given}), pytest.raises(Invalid):
        expected_version()


def test_an_older_version_is_a_conflict(gallery: Gallery) -> None:
    with gallery.app.test_request_context("/", headers={"If-Match": etag_of(1)}), pytest.raises(Conflict):
        require_current(2)


def test_a_list_is_walked_to_its_end(gallery: Gallery) -> None:
    everything = list(range(7))
    seen: list[int] = []
    after = None
    while True:
        start = seen[-1] + 1 if seen else 0
        page = page_of(everything[start : start + 4], size=3, position=lambda row: (row, "id"))
        seen += page.rows
        after = page.after
        if after is None:
            break
        with gallery.app.test_request_context(f"/?after={after}&limit=3"):
            assert asked_page() == ((seen[-1], "id"), 3)

    assert seen == everything


@pytest.mark.parametrize("text", ["!", "e30", "WzEuNV0", "W3RydWVd", "x" * 3000])
def test_a_cursor_that_was_never_given_out_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(text)


def test_a_cursor_comes_back_as_it_was() -> None:
    assert read_cursor(write_cursor(("2027-04-13T10:42:00+00:00", 7))) == ("2027-04-13T10:42:00+00:00", 7)


@pytest.mark.parametrize(("limit", "size"), [("", 50), ("0", 50), ("-5", 1), ("9999", 200), ("x", 50)])
def test_a_page_has_its_bounds(gallery: Gallery, limit: str, size: int) -> None:
    with gallery.app.test_request_context(f"/?limit={limit}"):
        assert asked_page() == (None, size)
