"""The document that programs read, and the page that people read."""

from __future__ import annotations

from flask import Flask
from openapi_spec_validator import validate

from handover.policy import Action
from tests.factories.api import given_program
from tests.web.valid import check_page

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_document_is_valid_openapi(app: Flask) -> None:
    document = given_program(app).get("/api/openapi.json").json

    assert document
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_operation_says_what_it_does_and_whom_it_asks(app: Flask) -> None:
    document = given_program(app).get("/api/openapi.json").json
    assert document
    operations = {
        f"{method.upper()} {path}": item[method]
        for path, item in document["paths"].items()
        for method in METHODS & set(item)
    }

    assert [name for name, one in operations.items() if not one.get("summary")] == []
    assert {one["x-action"] for one in operations.values() if "x-action" in one} <= set(Action)
    for name, one in operations.items():
        about_one_child = "{" in name and "{press}" not in name  # a press asks for each thing that it touched
        assert ("x-action" in one) >= about_one_child, name


def test_people_can_read_it(app: Flask) -> None:
    program = given_program(app)
    document, answer = program.get("/api/openapi.json").json, program.get("/api/")

    assert answer.status_code == 200
    check_page(answer.text)
    assert document
    for path in document["paths"]:
        assert path in answer.text
