"""A client of the API as anybody could write it: HTTP, JSON and a token, and nothing of the service's own code."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

PREFIX = "/api/v1"
PATIENCE = 120.0
"""Seconds for one answer: the largest document is read, checked and sealed in it."""


class Refused(Exception):
    """The service gave a reason not to do something; it is the message."""


class Unexpected(Exception):
    """An answer that this story does not know; the message says on what it came."""


@dataclass(frozen=True)
class Answer:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """What a problem document says, in one line."""
        problem = self.json
        details = [one["detail"] for one in problem.get("errors", [])]
        return " ".join([*details]) or f"{problem.get('title')}. {problem.get('detail')}"

    @property
    def code(self) -> str:
        """The stable name of a problem; empty where there is none."""
        return str(self.json.get("code", "")) if self.body[:1] == b"{" else ""


class Program:
    """Somebody's program. It keeps the token, nothing else."""

    def __init__(self, base_url: str) -> None:
        self._place = urlsplit(base_url).netloc
        self._token = ""

    def sign_in(self, email: str, words: str) -> None:
        """Get a token."""
        self._token = self.post("/sessions", {"email": email, "passphrase": words}, expect=201).json["token"]

    def sign_out(self) -> None:
        """Let the token be worth nothing."""
        self.ask("DELETE", "/sessions/current", expect=204)

    def read(self, path: str) -> Any:
        """What is there."""
        return self.ask("GET", path, expect=200).json

    def post(self, path: str, said: Any = None, *, expect: int = 204) -> Answer:
        """Do something, once: it carries a key, so that the network could repeat it."""
        return self.ask("POST", path, said=said, headers={"Idempotency-Key": str(uuid4())}, expect=expect)

    def upload(self, path: str, data: bytes, *, title: str) -> Any:
        """Send a document.

        Raises:
            Refused: its check found a reason.
        """
        headers = {
            "Content-Type": "application/pdf",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(title)}",
            "Idempotency-Key": str(uuid4()),
        }
        answer = self.ask("POST", path, body=data, headers=headers)
        if answer.status in {413, 422}:
            raise Refused(answer.reason)
        _must_be(answer, 201, path)
        return answer.json

    def ask(
        self,
        method: str,
        path: str,
        *,
        said: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: int | None = None,
    ) -> Answer:
        """One request; `expect` is the status that it must have.

        Raises:
            Unexpected: it has another, or the connection broke.
        """
        sent = {**(headers or {}), **({"Authorization": f"Bearer {self._token}"} if self._token else {})}
        if said is not None:
            body, sent["Content-Type"] = json.dumps(said).encode(), "application/json"
        connection = http.client.HTTPConnection(self._place, timeout=PATIENCE)
        try:
            connection.request(method, PREFIX + path, body=body, headers=sent)
            came = connection.getresponse()
            answer = Answer(came.status, {name.lower(): text for name, text in came.getheaders()}, came.read())
        except (OSError, http.client.HTTPException) as error:
            raise Unexpected(f"{method} {path}: {type(error).__name__}") from error
        finally:
            connection.close()
        if expect is not None:
            _must_be(answer, expect, f"{method} {path}")
        return answer


def _must_be(answer: Answer, expected: int, asked: str) -> None:
    if answer.status != expected:
        said = answer.reason if answer.code else f"{len(answer.body)} bytes"
        raise Unexpected(f"{asked} gave {answer.status}: {said}")
