"""Somebody's program that talks to the API: it holds a token and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.access import Member

PREFIX = "/api/v1"


@dataclass
class Program:
    """A client of the API, signed in or not."""

    client: FlaskClient
    token: str | None = None

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        if not path.startswith("/api/"):
            path = PREFIX + path
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        # Read to its end and closed, as every server does it.
        return self.client.open(path, method=method, headers={**signed, **(headers or {})}, buffered=True, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        body = {} if "data" in more else {"json": {} if json is None else json}
        return self.ask("POST", path, **body, **more)

    def put(self, path: str, json: Any, **more: Any) -> TestResponse:
        return self.ask("PUT", path, json=json, **more)

    def read(self, path: str) -> Any:
        """What is there; it must be."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json


def given_program(app: Flask, member: Member | None = None) -> Program:
    """A program of this person's, signed in over the API itself; without a person, of nobody's."""
    program = Program(app.test_client())
    if member is not None:
        answer = program.post("/sessions", {"email": member.email, "passphrase": member.passphrase})
        assert answer.status_code == 201, answer.text
        assert answer.json
        program.token = answer.json["token"]
    return program
