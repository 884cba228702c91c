"""Sessions: the browser holds a secret, the row the identity sealed under it and under the service key.

No plain key outlives a request. At the idle or absolute limit the keys go; hash and person stay an hour, enough to keep
what was typed into a form that was open by then.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, or_, select, update

from handover.access.model import SavedForm, SessionKind, SessionRow
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound, NotSignedIn
from handover.policy import Actor
from handover.rooms.keyring import Keyring
from handover.schools.model import Person
from handover.schools.queries import memberships
from handover.services import Services
from handover.settings import Settings
from handover.terms.clock import local_day
from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.errors import KeysError

SECRET_LENGTH = 32
KEPT_AFTER_END = timedelta(hours=1)
FORMS_KEPT = timedelta(days=7)
"""How long what somebody typed waits for them to come back."""
_SEEN_EVERY = timedelta(minutes=1)
"""A row is not written for every click."""


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """A session without its secret, and whose it is."""

    hash: str
    kind: SessionKind
    person_id: str
    name: str
    language: str
    recipient: str = field(repr=False)
    """The person's public key: what can be sealed to them without any secret."""
    began_at: datetime
    ends_at: datetime
    """At the latest; earlier when nothing is done for a while."""
    unit_id: str | None = None
    """The school that was chosen, for who works at several."""


@dataclass(frozen=True, kw_only=True)
class FoundSession:
    """A session that was found; `actor` is None when it has ended."""

    view: SessionView
    actor: Actor | None


def begin_session(
    services: Services, uow: UnitOfWork, person: Person, identity: HybridIdentity, kind: SessionKind
) -> str:
    """Add a session for somebody whose identity was just opened, and give its secret for cookie or token."""
    secret = secrets.token_bytes(SECRET_LENGTH)
    now = uow.clock.now()
    inner = encrypt_bytes(_lock(secret).recipient(), identity.secret)
    uow.session.add(
        SessionRow(
            hash=_hash(secret),
            person_id=person.id,
            kind=kind,
            sealed=services.service_key.wrap(inner),
            began_at=now,
            seen_at=now,
        )
    )
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def find_session(services: Services, secret: str, *, kind: SessionKind) -> FoundSession | None:
    """The session of this secret, ended less than an hour ago at most; None for anything else."""
    raw = _read(secret)
    if raw is None:
        return None
    with services.uow() as uow:
        row = uow.session.get(SessionRow, _hash(raw))
        if row is None or row.kind is not kind:
            return None
        person = uow.session.get_one(Person, row.person_id)
        view = _view(services.settings, row, person)
        ended = _ended_at(services.settings, row)
        now = uow.clock.now()
        if now >= ended:
            return FoundSession(view=view, actor=None) if now < ended + KEPT_AFTER_END else None
        actor = _actor(services, uow, row, raw)
        if now - row.seen_at >= _SEEN_EVERY:
            row.seen_at = now
            uow.commit()
    return FoundSession(view=view, actor=actor)


def actor_of(services: Services, secret: str, *, kind: SessionKind = SessionKind.BROWSER) -> tuple[Actor, SessionView]:
    """Who acts: with the memberships of today and a keyring over the identity that the session opens.

    Raises:
        NotSignedIn: no such session, or it has ended.
    """
    found = find_session(services, secret, kind=kind)
    if found is None or found.actor is None:
        raise NotSignedIn
    return found.actor, found.view


def choose_unit(services: Services, actor: Actor, session: SessionView, unit_id: str | None) -> None:
    """Let lists be of one school from now on; None: of all.

    Raises:
        NotFound: this person does not work there.
    """
    if unit_id is not None and not actor.roles_at(unit_id):
        raise NotFound
    with services.uow() as uow:
        uow.session.execute(update(SessionRow).where(SessionRow.hash == session.hash).values(unit_id=unit_id))
        uow.commit()


def sign_out(services: Services, secret: str) -> None:
    """Delete a session, of whichever kind; a second time does nothing."""
    raw = _read(secret)
    if raw is None:
        return
    with services.uow() as uow:
        uow.session.execute(delete(SessionRow).where(SessionRow.hash == _hash(raw)))
        uow.commit()


def sign_out_everywhere(uow: UnitOfWork, person_id: str) -> None:
    """Delete all sessions of a person; the caller commits."""
    uow.session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))


def expire_sessions(services: Services) -> int:
    """Take the keys of sessions that are over, and forget those that were over an hour ago; gives how many ended.

    For the sweep: that nobody comes back to a session must not leave its keys lying.
    """
    settings = services.settings
    with services.uow() as uow:
        now = uow.clock.now()
        idle, whole = now - timedelta(minutes=settings.idle_minutes), now - timedelta(hours=settings.session_hours)
        over = uow.session.scalars(
            select(SessionRow).where(
                SessionRow.ended_at.is_(None), or_(SessionRow.seen_at <= idle, SessionRow.began_at <= whole)
            )
        ).all()
        for row in over:
            uow.session.execute(
                update(SessionRow)
                .where(SessionRow.hash == row.hash)
                .values(sealed=None, ended_at=_ended_at(settings, row))
            )
        uow.session.execute(delete(SessionRow).where(SessionRow.ended_at < now - KEPT_AFTER_END))
        uow.session.execute(delete(SavedForm).where(SavedForm.created_at < now - FORMS_KEPT))
        uow.commit()
    return len(over)


def _actor(services: Services, uow: UnitOfWork, row: SessionRow, secret: bytes) -> Actor | None:
    if row.sealed is None:
        return None
    try:
        inner = services.service_key.unwrap(row.sealed)
        identity = HybridIdentity(decrypt_bytes(_lock(secret), inner, limits=SERVICE_LIMITS))
    except KeysError as error:
        # Another service key, or somebody's hand in the table: this session opens nothing, so it is none.
        raise NotSignedIn from error
    return Actor(
        person_id=row.person_id,
        memberships=memberships(uow, row.person_id, on=local_day(uow.clock.now())),
        keyring=Keyring(row.person_id, identity, region=services.region),
    )


def _ended_at(settings: Settings, row: SessionRow) -> datetime:
    idle = row.seen_at + timedelta(minutes=settings.idle_minutes)
    limit = min(idle, row.began_at + timedelta(hours=settings.session_hours))
    return min(limit, row.ended_at) if row.ended_at else limit


def _view(settings: Settings, row: SessionRow, person: Person) -> SessionView:
    return SessionView(
        hash=row.hash,
        kind=row.kind,
        person_id=person.id,
        name=person.name,
        language=person.language,
        recipient=person.recipient or "",
        began_at=row.began_at,
        ends_at=row.began_at + timedelta(hours=settings.session_hours),
        unit_id=row.unit_id,
    )


def _lock(secret: bytes) -> HybridIdentity:
    return HybridIdentity(hmac.digest(secret, b"warme overdracht session key", "sha256"))


def _hash(secret: bytes) -> str:
    return sha256(b"warme overdracht session\n" + secret).hexdigest()


def _read(secret: str) -> bytes | None:
    try:
        raw = base64.b64decode(secret + "=" * (-len(secret) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == SECRET_LENGTH else None
