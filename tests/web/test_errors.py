from __future__ import annotations

import importlib
import pkgutil

import pytest
import structlog
from flask.testing import FlaskClient

import handover
import keys
from handover.errors import HandoverError, Unavailable
from handover.web.errors import PROBLEM, flatten, status_of
from handover.web.wording import wording_of
from schemas.problem import ProblemSchema
from tests.web.gallery import ERRORS, Gallery

STATUSES = {
    "weg": 404,
    "verboden": 403,
    "afgemeld": 401,
    "verder": 409,
    "botsing": 409,
    "ongeldig": 422,
    "verlopen": 410,
    "druk": 503,
}


@pytest.fixture
def client(gallery: Gallery) -> FlaskClient:
    return gallery.app.test_client()


def all_errors(kind: type[HandoverError] = HandoverError) -> list[type[HandoverError]]:
    return [kind, *(error for child in kind.__subclasses__() for error in all_errors(child))]


def import_everything() -> None:
    for package in (handover, keys):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:  # alembic's own, and only to be run by it
                importlib.import_module(module.name)


@pytest.mark.parametrize("name", list(ERRORS))
def test_the_api_answers_each_kind_with_a_problem_document(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/api/v1/things/fail/{name}")

    assert answer.status_code == STATUSES[name]
    assert answer.mimetype == PROBLEM
    problem = ProblemSchema().loads(answer.text)
    assert problem["status"] == STATUSES[name]
    assert problem["code"] == ERRORS[name].code
    assert problem["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("name", [name for name in ERRORS if name != "afgemeld"])
def test_a_page_answers_each_kind_in_dutch_with_what_was_kept(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/fout/{name}")

    assert answer.status_code == STATUSES[name]
    assert answer.mimetype == "text/html"
    assert str(wording_of(ERRORS[name]).title) in answer.text
    assert "Dit is bewaard" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_page_sends_who_is_not_signed_in_to_the_door_and_back(client: FlaskClient) -> None:
    answer = client.get("/fout/afgemeld")

    assert answer.status_code == 303
    assert answer.location == "/aanmelden?terug=%2Ffout%2Fafgemeld"


def test_a_subclass_gets_the_status_and_words_of_its_kind(gallery: Gallery) -> None:
    class DatabaseAsleep(Unavailable):
        code = "database-asleep"

    with gallery.app.test_request_context("/"):
        assert status_of(DatabaseAsleep()) == 503
        assert wording_of(DatabaseAsleep()) is wording_of(Unavailable())


def test_every_error_of_the_service_is_answered_below_500_but_for_unavailable(gallery: Gallery) -> None:
    import_everything()

    with gallery.app.test_request_context("/"):
        for kind in all_errors():
            assert status_of(kind()) < 500 or issubclass(kind, Unavailable), kind


def test_unavailable_says_when_to_come_back(client: FlaskClient) -> None:
    assert client.get("/fout/druk").headers["Retry-After"] == "7"


def test_the_api_says_how_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/api/v1/things/fail/afgemeld").headers["WWW-Authenticate"] == "Bearer"


def test_a_conflict_with_what_if_match_named_is_412(client: FlaskClient) -> None:
    answer = client.put("/api/v1/things/1", json={"title": "x"}, headers=[("If-Match", '"v2"'), *bearer(client)])

    assert answer.status_code == 412
    assert answer.json
    assert answer.json["code"] == "conflict"


def bearer(_client: FlaskClient) -> list[tuple[str, str]]:
    page = _client.get("/galerij/velden").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return [("X-CSRF-Token", token)]


def test_an_unknown_address_under_the_api_is_a_problem_too(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nergens")

    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/doe")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_field_that_the_api_does_not_know_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/things", json={"titel": "x"}, headers=bearer(client))

    assert answer.status_code == 422
    assert answer.json
    assert {error["pointer"] for error in answer.json["errors"]} == {"/json/titel", "/json/title"}


def test_nested_messages_become_one_text_for_each_place() -> None:
    assert flatten({"json": {"pages": {0: {"title": ["Leeg.", "Te kort."]}}}}) == {
        "/json/pages/0/title": "Leeg. Te kort."
    }
    assert flatten([{"a": ["x"]}]) == {"/0/a": "x"}


def test_a_fault_is_logged_by_class_and_place_and_never_by_its_message(gallery: Gallery) -> None:
    with structlog.testing.capture_logs() as lines:
        page = gallery.app.test_client().get("/fout/stuk")
        problem = gallery.app.test_client().get("/api/v1/things/fail/stuk")

    assert page.status_code == problem.status_code == 500
    failed = [line for line in lines if line["event"] == "request_failed"]
    assert [line["error"] for line in failed] == ["RuntimeError", "RuntimeError"]
    assert "gallery.py:fails:" in failed[0]["place"]
    assert "Jansen" not in f"{lines}{page.text}{problem.text}"


def test_a_fault_while_finding_the_visitor_still_gets_its_page(gallery: Gallery) -> None:
    gallery.app.extensions["handover.web"].find_visit = lambda: 1 / 0

    answer = gallery.app.test_client().get("/galerij/velden")

    assert answer.status_code == 500
    assert "Er ging iets mis bij ons" in answer.text


def test_a_script_that_asks_for_a_problem_gets_one_from_a_page(client: FlaskClient) -> None:
    answer = client.get("/fout/ongeldig", headers={"Accept": f"{PROBLEM}, text/html;q=0.5"})

    assert answer.json
    assert answer.json["errors"] == [{"pointer": "naam", "detail": "Vul de naam in."}]
