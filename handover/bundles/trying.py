"""Trying six words on what lies under them: counted before the costly work, so that many at once are counted too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from handover.access.throttle import door, knock, opened
from handover.bundles.codes import TRIES
from handover.db.unit_of_work import UnitOfWork
from handover.errors import HandoverError
from handover.services import Services
from keys.age.hybrid import HybridIdentity
from keys.errors import NotForYou
from keys.person import unlock


class CodeShut(HandoverError):
    """Nothing is opened: wrong words, or it is used, taken back or over. Which of these is not told."""

    code = "code-shut"


class UnderWords(Protocol):
    """A row with an identity under six words."""

    sealed_identity: bytes | None
    failures: int


Find = Callable[[UnitOfWork, int], UnderWords]
"""The row, held, if it still works and has no more wrong tries than that.

Raises:
    CodeShut: it does not.
"""


def _nothing(_uow: UnitOfWork) -> None:
    pass


def try_words(
    services: Services,
    find: Find,
    words: str,
    *,
    account: str,
    client_address: str,
    was_right: Callable[[UnitOfWork], object] = _nothing,
    was_last: Callable[[UnitOfWork], object] = _nothing,
) -> HybridIdentity:
    """The identity that the words open; a right try forgives the wrong ones before it.

    `was_right` goes into the transaction that forgives, `was_last` into one after the last try was wrong.

    Raises:
        CodeShut: it does not open, whatever the reason.
        TooManyTries: wait a little; nothing was counted.
    """
    at = door(services, account=account, address=client_address)
    with services.uow() as uow:
        knock(uow, at)
        row = find(uow, TRIES - 1)
        row.failures += 1  # until the words were right
        sealed, is_last = row.sealed_identity, row.failures == TRIES
        uow.commit()
    if sealed is None:
        raise CodeShut
    try:
        identity = unlock(sealed, words, service_identity=services.service_key.identity)
    except NotForYou as error:
        if is_last:
            with services.uow() as uow:
                was_last(uow)
                uow.commit()
        raise CodeShut from error
    with services.uow() as uow:
        opened(uow, at)
        find(uow, TRIES).failures = 0
        was_right(uow)
        uow.commit()
    return identity
