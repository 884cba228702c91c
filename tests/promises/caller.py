"""Somebody's program and somebody's browser, over HTTP, to a server that really runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.factories.access import Member

_SECONDS = 120


@dataclass
class Caller:
    """Calls as one person, by a token and by a cookie. `headers` keeps what came back in them."""

    member: Member
    client: httpx.Client
    token: str = field(default="", repr=False)
    headers: list[str] = field(default_factory=list)

    @classmethod
    def signed_in(cls, address: str, member: Member) -> Caller:
        made = cls(member, httpx.Client(base_url=address, timeout=_SECONDS))
        made.sign_in()
        return made

    def sign_in(self) -> None:
        """With the five words: once for the API, once for the pages."""
        known = {"email": self.member.email, "passphrase": self.member.passphrase}
        answer = self.api("POST", "/sessions", json=known)
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["token"]
        answer = self.post("/aanmelden", {"email": self.member.email, "wachtzin": self.member.passphrase})
        assert answer.status_code == 303, answer.text[:2000]

    def api(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        # Without the browser's cookies: a program has none.
        with httpx.Client(base_url=self.client.base_url, timeout=_SECONDS) as client:
            answer = client.request(method, f"/api/v1{path}", headers={**signed, **(headers or {})}, **more)
        return self._noted(answer)

    def read(self, path: str) -> Any:
        """What is there; it must be."""
        answer = self.api("GET", path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def do(self, method: str, path: str, **more: Any) -> httpx.Response:
        """What must be done."""
        answer = self.api(method, path, **more)
        assert answer.status_code in {200, 201, 202, 204}, f"{path}: {answer.status_code} {answer.text}"
        return answer

    def page(self, path: str) -> httpx.Response:
        return self._noted(self.client.get(path))

    def post(self, path: str, form: dict[str, str], *, token: str | None = None) -> httpx.Response:
        known = self.csrf() if token is None else token
        return self._noted(self.client.post(path, data={"csrf_token": known, **form}))

    def csrf(self) -> str:
        """The token that pages carry."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/hulp").text)
        assert found is not None
        return found[1]

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        self.headers += [f"{name}: {value}" for name, value in answer.headers.items()]
        return answer
