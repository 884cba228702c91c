from __future__ import annotations

from flask import Flask

from tests.factories.api import given_program
from tests.factories.thread import Thread


def test_a_token_that_was_signed_out_opens_nothing(app: Flask, thread: Thread) -> None:
    program = given_program(app, thread.teacher)

    assert program.ask("DELETE", "/sessions/current").status_code == 204
    assert program.ask("DELETE", "/sessions/current").status_code == 401


def test_wrong_words_get_a_problem_that_does_not_say_what_was_wrong(app: Flask, thread: Thread) -> None:
    nobody = given_program(app)
    one = nobody.post("/sessions", {"email": thread.teacher.email, "passphrase": "vijf andere woorden van hier"})
    other = nobody.post("/sessions", {"email": "niemand@school.example", "passphrase": thread.teacher.passphrase})

    assert one.status_code == other.status_code == 401
    assert one.json
    assert other.json
    assert {**one.json, "request_id": ""} == {**other.json, "request_id": ""}


def test_what_is_no_json_is_not_taken_for_an_empty_object(app: Flask) -> None:
    answer = given_program(app).post("/sessions", data="email=a", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 415
