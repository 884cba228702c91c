"""Cookies by one rule: host-bound and Secure over https, plain names only on the demo's loopback."""

from __future__ import annotations

from flask import Response, request

from handover.web.shell import current_shell

LANGUAGE = "taal"
BROWSER = "browser"
MESSAGES = "meldingen"
SESSION = "zitting"


def cookie_name(name: str, *, secure: bool) -> str:
    """The name as the browser keeps it. `__Host-` makes it refuse the cookie from any other host or path."""
    return f"__Host-{name}" if secure else name


def _secure() -> bool:
    return current_shell().services.settings.secure_cookies


def read_cookie(name: str) -> str | None:
    """What the browser sent under one of our names, or None."""
    return request.cookies.get(cookie_name(name, secure=_secure()))


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Give the browser a cookie that no script reads and no other site sends.

    `max_age` in seconds; None: until the browser closes.
    """
    response.set_cookie(
        cookie_name(name, secure=_secure()),
        value,
        max_age=max_age,
        secure=_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie of ours from the browser."""
    response.delete_cookie(
        cookie_name(name, secure=_secure()), secure=_secure(), httponly=True, samesite="Lax", path="/"
    )
