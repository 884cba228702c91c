"""Whether a dossier may still be changed: what was sent stays as it was sent.

Handovers lie above this package, so it cannot ask them. Whoever puts the application together says here how to find
out that one is on its way; until then every dossier is a draft.
"""

from __future__ import annotations

from collections.abc import Callable

from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition

IsSent = Callable[[UnitOfWork, str], bool]
"""Whether the dossier of the leaver with this id is on its way, or has arrived."""


class AlreadySent(IllegalTransition):
    """The dossier was sent; nothing of it was changed."""

    code = "already-sent"


class _Lock:
    is_sent: IsSent | None = None


def close_when(is_sent: IsSent) -> None:
    """Say how to find out. Asked within the transaction that would change the dossier."""
    _Lock.is_sent = is_sent


def require_open(uow: UnitOfWork, leaver_id: str) -> None:
    """Go on if the dossier may be changed.

    Raises:
        AlreadySent: it may not.
    """
    if _Lock.is_sent is not None and _Lock.is_sent(uow, leaver_id):
        raise AlreadySent
