"""A row's version as ETag and If-Match: who changes something says which version they looked at.

The tag is the version, never a digest of content: that would confirm a guess about a child.
"""

from __future__ import annotations

import re

from flask import Response, request

from handover.errors import Conflict, Invalid

_TAG = re.compile(r'"v(\d{1,18})"')


def etag_of(version: int) -> str:
    """The strong entity tag of a row's version."""
    return f'"v{version}"'


def set_version(response: Response, version: int) -> Response:
    """Tell the client which version it now holds."""
    response.headers["ETag"] = etag_of(version)
    return response


def expected_version() -> int | None:
    """The version that the client made its change on, from If-Match; None when it names none or says `*`.

    Raises:
        Invalid: If-Match holds something that we never gave out.
    """
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    match = _TAG.fullmatch(given)
    if match is None:
        msg = "If-Match must be one ETag as it was given"
        raise Invalid(msg, fields={"If-Match": msg})
    return int(match[1])


def require_current(version: int) -> None:
    """Stop unless the client made its change on this version, or named none.

    Raises:
        Conflict: the row has changed since; the answer is 412.
    """
    expected = expected_version()
    if expected is not None and expected != version:
        raise Conflict(version=version, expected=expected)
