"""Signing in: five words open the person's identity. There is no second hash to guess at.

Whatever is wrong, there is one answer, after the same work. The costly part runs outside any transaction, at most two
at a time in a process (`keys.person`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import select

from handover.access.errors import SignInFailed
from handover.access.events import SignedIn as SignedInEvent
from handover.access.model import SessionKind
from handover.access.sessions import begin_session
from handover.access.throttle import door, knock, opened
from handover.audit.log import record
from handover.schools.model import Person
from handover.services import Services
from keys.age.hybrid import HybridIdentity
from keys.errors import NotForYou
from keys.person import seal_identity, unlock
from keys.service import ServiceKey
from keys.words import generate_passphrase


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A new session. The secret goes to the browser or the client, and is kept nowhere."""

    secret: str = field(repr=False)
    person_id: str
    name: str
    language: str


def sign_in(
    services: Services,
    *,
    email: str,
    passphrase: str,
    client_address: str,
    kind: SessionKind = SessionKind.BROWSER,
) -> SignedIn:
    """Open a session.

    Raises:
        SignInFailed: address and words do not belong together; nothing says which of them was wrong.
        TooManyTries: wait a little; no work was done.
    """
    account = email.strip().casefold()
    at = door(services, account=account, address=client_address)
    with services.uow() as uow:
        knock(uow, at)
        person = uow.session.scalar(select(Person).where(Person.email == account))
        uow.commit()
    sealed = person.sealed_identity if person is not None else None
    stranger = _a_stranger(services.service_key, services.settings.passphrase_log_n)
    try:
        identity = unlock(sealed or stranger, passphrase, service_identity=services.service_key.identity)
    except NotForYou as error:
        raise SignInFailed from error
    if person is None or sealed is None:
        raise SignInFailed
    with services.uow() as uow:
        present = uow.session.get_one(Person, person.id)
        if present.sealed_identity != sealed:
            # Let in anew in the meantime: the old words no longer count.
            raise SignInFailed
        opened(uow, at)
        secret = begin_session(services, uow, present, identity, kind)
        record(
            uow,
            SignedInEvent(
                actor_id=person.id, unit_id=None, subject_kind="person", subject_id=person.id, kind=kind.value
            ),
        )
        uow.commit()
        return SignedIn(secret=secret, person_id=person.id, name=present.name, language=present.language)


def sign_in_newcomer(services: Services, *, person_id: str, passphrase: str) -> SignedIn:
    """Open the first session of somebody who has come in this moment; the code that let them in was throttled.

    Raises:
        NotForYou: these are not this person's words.
    """
    with services.uow() as uow:
        sealed = uow.session.get_one(Person, person_id).sealed_identity or b""
    identity = unlock(sealed, passphrase, service_identity=services.service_key.identity)
    with services.uow() as uow:
        person = uow.session.get_one(Person, person_id)
        secret = begin_session(services, uow, person, identity, SessionKind.BROWSER)
        record(
            uow,
            SignedInEvent(
                actor_id=person_id,
                unit_id=None,
                subject_kind="person",
                subject_id=person_id,
                kind=SessionKind.BROWSER.value,
            ),
        )
        uow.commit()
        return SignedIn(secret=secret, person_id=person_id, name=person.name, language=person.language)


@lru_cache(maxsize=4)
def _a_stranger(service_key: ServiceKey, log_n: int) -> bytes:
    """An identity that nobody can open, for addresses that we do not know: the work must be the same."""
    identity = HybridIdentity.generate()
    return seal_identity(identity, generate_passphrase(), service_recipient=service_key.recipient(), log_n=log_n)
