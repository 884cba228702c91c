"""Slowing guessers down, before any costly work, without locking a school out.

Delays only. Ten failures for one account from one place: from then one try in 30 seconds there; from any other place
the right words go through at once. Sixty failures from one place over all accounts: one try in two seconds, save for
accounts that have succeeded from that place before (a school is one address). A quarter of an hour of rest forgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import delete

from handover.access.codes import keyed_hash
from handover.access.errors import TooManyTries
from handover.access.model import Tries
from handover.db.unit_of_work import UnitOfWork
from handover.services import Services

FORGOTTEN = timedelta(minutes=15)
KNOWN = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """After `free` failures one try in `pause`."""

    free: int
    pause: timedelta


ACCOUNT = Limit(free=10, pause=timedelta(seconds=30))
PLACE = Limit(free=60, pause=timedelta(seconds=2))


@dataclass(frozen=True, kw_only=True)
class Door:
    """What somebody tries to open, and from where, as keyed hashes."""

    account: str
    place: str


def door(services: Services, *, account: str, address: str) -> Door:
    """The door of this account (or kind of code) from this address."""
    address = _place(address)
    return Door(
        account=keyed_hash(services, "tries", f"account\n{account}\n{address}"),
        place=keyed_hash(services, "tries", f"place\n{address}"),
    )


def inner_door(services: Services, *, account: str, place: str) -> Door:
    """A door inside the service, where who tries is known: a person's (`account`), at their school (`place`)."""
    return Door(
        account=keyed_hash(services, "tries", f"inner account\n{account}"),
        place=keyed_hash(services, "tries", f"inner place\n{place}"),
    )


def knock(uow: UnitOfWork, at: Door) -> None:
    """Count this try as a failure until `opened` says otherwise: tries at the same time are all counted.

    The caller commits before the costly work.

    Raises:
        TooManyTries: not now; nothing was counted.
    """
    now = uow.clock.now()
    account, place = _tries(uow, at.account), _tries(uow, at.place)
    _require_patience(account, ACCOUNT, now)
    if account.succeeded_at is None or now - account.succeeded_at > KNOWN:
        _require_patience(place, PLACE, now)
    for tries in (account, place):
        tries.failures = _recent(tries, now) + 1
        tries.tried_at = now
    uow.flush()


def failures(uow: UnitOfWork, at: Door) -> tuple[int, int]:
    """How many tries failed lately: of this account, and from this place."""
    now = uow.clock.now()
    return _recent(_tries(uow, at.account), now), _recent(_tries(uow, at.place), now)


def uncounted(uow: UnitOfWork, at: Door) -> None:
    """This try was no failure; those before it stay counted, and who waited for it waits for the next no longer.

    It was let in because the pause was over: the pause belongs to the failures, and a list holds many right ones.
    """
    for key, limit in ((at.account, ACCOUNT), (at.place, PLACE)):
        tries = _tries(uow, key)
        tries.failures = max(0, tries.failures - 1)
        tries.tried_at = min(tries.tried_at, uow.clock.now() - limit.pause)


def opened(uow: UnitOfWork, at: Door) -> None:
    """It was the right one after all."""
    account, place = _tries(uow, at.account), _tries(uow, at.place)
    account.failures, account.succeeded_at = 0, uow.clock.now()
    place.failures = max(0, place.failures - 1)


def _place(address: str) -> str:
    """From where somebody comes: an IPv4 address, or the /64 of an IPv6 one, of which one line has 2^64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


def forget_tries(uow: UnitOfWork) -> None:
    """Delete what no longer says anything; for the sweep."""
    uow.session.execute(delete(Tries).where(Tries.tried_at < uow.clock.now() - KNOWN))


def _tries(uow: UnitOfWork, key: str) -> Tries:
    found = uow.session.get(Tries, key, with_for_update=True)
    if found is None:
        found = Tries(key=key, failures=0, tried_at=uow.clock.now())
        uow.session.add(found)
    return found


def _recent(tries: Tries, now: datetime) -> int:
    return tries.failures if now - tries.tried_at < FORGOTTEN else 0


def _require_patience(tries: Tries, limit: Limit, now: datetime) -> None:
    wait = tries.tried_at + limit.pause - now
    if _recent(tries, now) >= limit.free and wait > timedelta(0):
        raise TooManyTries(retry_after=ceil(wait.total_seconds()))
