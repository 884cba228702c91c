from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from handover.web.shell import Visit
from tests.web.gallery import Gallery, a_gallery, signed_in


def token_on(client: FlaskClient) -> str:
    text = client.get("/galerij/velden").text
    return text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_form_with_its_token_is_taken(gallery: Gallery) -> None:
    client = gallery.app.test_client()

    answer = client.post("/doe", data={"csrf_token": token_on(client)})

    assert (answer.status_code, gallery.done) == (200, 1)


@pytest.mark.parametrize("token", ["", "x", "A" * 86, "é", "A" * 85 + "!"])
def test_a_form_without_a_true_token_does_nothing(gallery: Gallery, token: str) -> None:
    answer = gallery.app.test_client().post("/doe", data={"csrf_token": token})

    assert (answer.status_code, gallery.done) == (403, 0)
    assert "Dit formulier is te oud" in answer.text


def test_each_page_has_another_token_and_all_of_them_count(gallery: Gallery) -> None:
    client = gallery.app.test_client()
    first, second = token_on(client), token_on(client)

    assert first != second
    for token in (first, second):
        assert client.post("/doe", headers={"X-CSRF-Token": token}).status_code == 200


def test_the_token_of_one_session_is_nothing_to_another(gallery: Gallery) -> None:
    client = gallery.app.test_client()
    token = token_on(client)
    gallery.visit = signed_in(session="s2")

    assert client.post("/doe", data={"csrf_token": token}).status_code == 403


def test_an_ended_session_still_hands_in_its_form(gallery: Gallery) -> None:
    client = gallery.app.test_client()
    token = token_on(client)
    gallery.visit = Visit(session_hash="s1", viewer=None)

    assert client.post("/doe", data={"csrf_token": token}).status_code == 200


def test_before_sign_in_the_token_belongs_to_this_browser(gallery: Gallery) -> None:
    gallery.visit = None
    mine, theirs = gallery.app.test_client(), gallery.app.test_client()
    token = token_on(mine)
    token_on(theirs)

    assert theirs.post("/doe", data={"csrf_token": token}).status_code == 403
    assert mine.post("/doe", data={"csrf_token": token}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://127.0.0.1:8600"}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_the_browsers_word_on_where_it_comes_from_counts(
    gallery: Gallery, headers: dict[str, str], status: int
) -> None:
    client = gallery.app.test_client()

    answer = client.post("/doe", data={"csrf_token": token_on(client)}, headers=headers)

    assert answer.status_code == status


def test_a_bearer_token_needs_no_other(gallery: Gallery) -> None:
    gallery.visit = signed_in(by_token=True)

    answer = gallery.app.test_client().post("/api/v1/things", json={"title": "x"})

    assert answer.status_code == 201


def test_a_cookie_on_the_api_does_need_one(gallery: Gallery) -> None:
    answer = gallery.app.test_client().post("/api/v1/things", json={"title": "x"})

    assert (answer.status_code, gallery.done) == (403, 0)


def test_a_file_from_nobody_is_refused_unread(gallery: Gallery) -> None:
    gallery.visit = None

    answer = gallery.app.test_client().post(
        "/bestanden",
        data={"bestand": (BytesIO(b"%PDF"), "a.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 303
    assert gallery.received == []


def test_cookies_are_bound_to_the_host_over_https(tmp_path: Path) -> None:
    gallery = a_gallery(tmp_path, base_url="https://overdracht.example")

    cookie = gallery.app.test_client().get("/galerij/deur").headers["Set-Cookie"]

    assert cookie.startswith("__Host-browser=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_the_demo_on_loopback_keeps_all_but_the_prefix_and_secure(gallery: Gallery) -> None:
    gallery.visit = None

    cookie = gallery.app.test_client().get("/galerij/deur").headers["Set-Cookie"]

    assert cookie.startswith("browser=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
