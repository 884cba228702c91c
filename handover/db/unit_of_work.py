"""The unit of work: rows, audit entries and what must follow belong to one transaction.

Leave the block without `commit` and nothing happened. What was given to `after_commit` runs once, in order, after the
commit; a failure there is reported by its callback and never undoes what was committed (the sweep finds it).
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from handover.errors import Conflict, HandoverError, Invalid, Unavailable
from handover.terms.clock import Clock


class UnitOfWork:
    """One transaction. `session` is open inside the `with` block only."""

    session: Session

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions = sessions
        self._followers: list[Callable[[], None]] = []
        self._held: list[object] = []
        self.clock = clock

    def __enter__(self) -> Self:
        """Begin."""
        self.session = self._sessions()
        self._followers, self._held = [], []
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; what was not committed is gone.

        A query sends what is pending first, so the database may refuse anywhere in the block, not only at the commit.

        Raises:
            Conflict: somebody else was first (version or uniqueness); nothing was changed.
            Invalid: a value that the database cannot hold, such as a NUL in a text.
            Unavailable: the database did not answer.
        """
        self._held.clear()
        self.session.close()
        if said := _said_by_database(error):
            raise said from error

    def after_commit(self, follower: Callable[[], None]) -> None:
        """Run this when, and only when, the commit has succeeded."""
        self._followers.append(follower)

    def hold(self, row: object) -> None:
        """Keep a row that was read until the end: what nobody refers to, the session would ask for once more."""
        self._held.append(row)

    def flush(self) -> None:
        """Send what is pending to the database, so that its constraints speak now.

        Raises:
            Conflict: somebody else was first (version or uniqueness); nothing was changed.
        """
        self._guarded(self.session.flush)

    def commit(self) -> None:
        """Make it so, then let follow what must follow.

        Raises:
            Conflict: somebody else was first (version or uniqueness); nothing was changed.
            Unavailable: the database did not answer; nothing was changed that we know of, look before trying again.
        """
        self._guarded(self.session.commit)
        followers, self._followers = self._followers, []
        for follower in followers:
            follower()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (StaleDataError, DBAPIError) as error:
            self.session.rollback()
            if said := _said_by_database(error):
                raise said from error
            raise


def _said_by_database(error: BaseException | None) -> HandoverError | None:
    """What an error of the database means to whoever asked; None for one that is a mistake of ours."""
    match error:
        case IntegrityError() if _is_missing_value(error):
            return None
        case StaleDataError() | IntegrityError():
            return Conflict()
        case DataError():
            return Invalid("a value that the database cannot hold")
        case OperationalError():
            return Unavailable()
        case _:
            return None


def _is_missing_value(error: IntegrityError) -> bool:
    """Whether a column that must have a value got none. Nobody else can be the cause of that."""
    return "NOTNULL" in getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "") == "23502"
