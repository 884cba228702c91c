"""What somebody typed into a form whose session had ended: sealed to that person, given back after signing in.

Sealing needs no secret, only the person's public key, which the ended session still names for an hour. Files and what
opens something (words, codes, sheets) are not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select

from handover.access.model import SavedForm
from handover.access.sessions import SessionView
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Actor
from handover.services import Services
from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridRecipient
from keys.errors import KeysError

SECRET_FIELDS = frozenset({"csrf_token", "wachtzin", "passphrase", "blad", "woorden", "code", "bewijs"})
"""Fields that are never kept: what opens something is not left lying, not even sealed."""
MOST = 5
"""Forms kept for one person; the oldest goes first."""
_FORM = "saved form"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A form that was kept, opened."""

    id: str
    path: str = field(repr=False)
    """Where it went."""
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    saved_at: datetime

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """What there is to see: fields in which something stands."""
        return tuple((name, value) for name, value in self.fields if value.strip())


def keep_form(services: Services, session: SessionView, *, path: str, fields: Iterable[tuple[str, str]]) -> bool:
    """Seal what was typed to whoever's session it was. False: there was nothing to keep, or nobody to keep it for."""
    kept = [(name, value) for name, value in fields if name not in SECRET_FIELDS]
    if not session.recipient or not any(value.strip() for _name, value in kept):
        return False
    form_id = new_id()
    inside = {"kind": _FORM, "id": form_id, "person": session.person_id, "path": path, "fields": kept}
    sealed = encrypt_bytes(HybridRecipient.parse(session.recipient), json.dumps(inside).encode())
    with services.uow() as uow:
        uow.session.add(SavedForm(id=form_id, person_id=session.person_id, sealed=sealed, created_at=uow.clock.now()))
        uow.flush()
        for old in _rows(uow, session.person_id)[MOST:]:
            uow.session.delete(old)
        uow.commit()
    return True


def has_saved_forms(services: Services, actor: Actor) -> bool:
    """Whether anything waits for this person."""
    with services.uow() as uow:
        return bool(_rows(uow, actor.person_id))


def saved_forms(services: Services, actor: Actor) -> Sequence[Kept]:
    """What was kept for this person, the newest first. What their key does not open (any more) is deleted."""
    found = []
    with services.uow() as uow:
        for row in _rows(uow, actor.person_id):
            opened = _open(actor, row)
            if opened is None:
                uow.session.delete(row)
            else:
                found.append(opened)
        uow.commit()
    return found


def forget_form(services: Services, actor: Actor, form_id: str) -> None:
    """Delete one; somebody else's, or a second time: nothing happens."""
    with services.uow() as uow:
        uow.session.execute(delete(SavedForm).where(SavedForm.id == form_id, SavedForm.person_id == actor.person_id))
        uow.commit()


def _open(actor: Actor, row: SavedForm) -> Kept | None:
    try:
        inside = json.loads(decrypt_bytes(actor.keyring.identity, row.sealed, limits=SERVICE_LIMITS))
    except KeysError:
        return None
    if (inside["kind"], inside["id"], inside["person"]) != (_FORM, row.id, actor.person_id):
        return None
    return Kept(
        id=row.id,
        path=inside["path"],
        fields=tuple((name, value) for name, value in inside["fields"]),
        saved_at=row.created_at,
    )


def _rows(uow: UnitOfWork, person_id: str) -> list[SavedForm]:
    return list(
        uow.session.scalars(
            select(SavedForm)
            .where(SavedForm.person_id == person_id)
            .order_by(SavedForm.created_at.desc(), SavedForm.id)
        )
    )
