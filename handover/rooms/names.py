"""Who it is about: name grants, one for each leaver or handover and circle; written and read in batches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, or_, select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.grants import context_of, grant_context, open_for, put_grant, signed_of, signer_rows
from handover.rooms.keyring import HeldKey, Keyring
from handover.rooms.model import Grant
from handover.rooms.reader import Reader
from keys.circle import Circle
from keys.errors import KeysError
from keys.grant import GrantKind, NameGrant, open_name


@dataclass(frozen=True)
class Names:
    """What a batch gave. Who could not be opened for want of a key is in neither."""

    about: Mapping[str, dict[str, Any]] = field(repr=False)
    """By subject."""
    refused: Mapping[str, KeysError]
    """Changed or exchanged: to be shown as such, with an alarm; the others are still good."""


def give_name(uow: UnitOfWork, subject: str, about: dict[str, Any], *, maker: HeldKey, reader: Reader) -> None:
    """Tell one circle or person who a leaver or handover is about; once more with other facts corrects them.

    `about` is what JSON takes, without fractions. No key is in it.
    """
    context = grant_context(GrantKind.NAME, subject, maker.unit_id, reader)
    sealed = NameGrant(subject, about).seal(context, recipient=reader.recipient, signer=maker.key)
    put_grant(uow, context, sealed, maker=maker, reader=reader)


def open_names(uow: UnitOfWork, keyring: Keyring, unit_id: str, subjects: Collection[str]) -> Names:
    """Open the name grants of these subjects that this person holds the key of, as a member of that unit."""
    about: dict[str, dict[str, Any]] = {}
    refused: dict[str, KeysError] = {}
    rows = _rows(uow, keyring, unit_id, subjects)
    signers = signer_rows(uow, {row.signer_id for row in rows})
    keyring.trust.read(uow, {signer.unit_id for signer in signers.values()})
    for row in rows:
        try:
            if found := open_for(uow, keyring, row, signers):
                name = open_name(signed_of(row), context_of(row), identity=found.identity, signer=found.signer)
                about[row.subject] = name.about
        except KeysError as error:
            refused[row.subject] = error
    return Names(about, refused)


def read_names(uow: UnitOfWork, keyring: Keyring, unit_id: str, subjects: Collection[str]) -> dict[str, dict[str, Any]]:
    """Open name grants, and refuse the whole batch when one was changed; subjects without a key are left out.

    Raises:
        BadSignature, Damaged: one was changed or exchanged; use `open_names` where the others are to be shown.
    """
    names = open_names(uow, keyring, unit_id, subjects)
    for error in names.refused.values():
        raise error
    return dict(names.about)


def take_names(uow: UnitOfWork, *, subjects: Collection[str], unit_id: str) -> None:
    """Delete a unit's name grants of these subjects."""
    uow.session.execute(
        delete(Grant).where(Grant.kind == GrantKind.NAME, Grant.subject.in_(subjects), Grant.unit_id == unit_id)
    )


def _rows(uow: UnitOfWork, keyring: Keyring, unit_id: str, subjects: Collection[str]) -> list[Grant]:
    rows = uow.session.scalars(
        select(Grant).where(
            Grant.kind == GrantKind.NAME,
            Grant.subject.in_(subjects),
            Grant.unit_id == unit_id,
            Grant.withheld.is_(False),
            or_(Grant.circle == Circle.NAMES, Grant.person_id == keyring.person_id),
        )
    )
    return list(rows)
