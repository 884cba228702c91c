"""The errors of the service: one hierarchy, without a word of HTTP.

`handover.web.errors` holds the only table from these kinds to a status. `code` is stable and public: it stands in
problem documents and on error pages. Context holds identifiers and states, never anything about a child.
"""

from __future__ import annotations

from typing import ClassVar


class HandoverError(Exception):
    """Something that a caller can understand went wrong; nothing was changed."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", **context: str | int) -> None:
        super().__init__(message or self.code)
        self.context = context


class NotFound(HandoverError):
    """It does not exist, or this actor may not know that it does: the same answer."""

    code = "not-found"


class NotAllowed(HandoverError):
    """The actor may see it, but may not do this."""

    code = "not-allowed"


class NotSignedIn(HandoverError):
    """Nobody is signed in, or the session has ended."""

    code = "not-signed-in"


class IllegalTransition(HandoverError):
    """The thing is in a state in which this cannot be done."""

    code = "illegal-transition"


class Conflict(HandoverError):
    """Somebody changed it since the caller read it; read again and decide again."""

    code = "conflict"


class Invalid(HandoverError):
    """What was given cannot be taken. `fields` names each field with what is wrong with it, in Dutch."""

    code = "invalid"

    def __init__(
        self,
        message: str = "",
        *,
        fields: dict[str, str] | None = None,
        **context: str | int,
    ) -> None:
        super().__init__(message, **context)
        self.fields = fields or {}


class Expired(HandoverError):
    """It was valid once."""

    code = "expired"


class Unavailable(HandoverError):
    """A part that we need does not answer now; trying again later may help."""

    code = "unavailable"

    def __init__(self, message: str = "", *, retry_after: int = 5, **context: str | int) -> None:
        super().__init__(message, **context)
        self.retry_after = retry_after
        """Seconds after which trying again makes sense."""
