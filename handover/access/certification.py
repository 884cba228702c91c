"""The region vouches for units' admin keys: after the spoken words, or again for a key that has not changed."""

from __future__ import annotations

from datetime import UTC, datetime

from handover.access.errors import WordsDiffer
from handover.access.events import UnitCertified
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Action, Actor, Role, Subject, require
from handover.rooms.cards import admin_key, admin_key_words, certify
from handover.rooms.grants import open_region_key
from handover.rooms.trust import certified_keys
from handover.services import Services
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.msgid import msgid
from keys.jws import SigningKey, write_instant
from keys.words import normalise

_LAST_MONTH_OF_YEAR = 7


def certify_unit(services: Services, actor: Actor, unit_id: str, *, words: str) -> None:
    """Let the region vouch for a unit's admin key, after its five words were heard over the telephone.

    Raises:
        WordsDiffer: what was heard is not this key's.
        NoKey: this admin does not hold the samenwerkingsverband's admin key.
        NoValidCard: the unit has no card yet.
    """
    require(actor, Action.CERTIFY, Subject())
    with services.uow() as uow:
        key = admin_key(uow, unit_id)
        if normalise(words) != normalise(admin_key_words(key)):
            wrong = msgid(
                "Dit zijn niet de woorden van deze school. Laat ze nog eens voorlezen. Klopt het weer niet? Stop dan."
            )
            raise WordsDiffer(fields={"woorden": wrong})
        _certify(uow, actor, unit_id, key, renewed=False)
        uow.commit()


def renew_certificate(services: Services, actor: Actor, unit_id: str) -> None:
    """Vouch for another year for a key that the region has vouched for before; no words are needed.

    Raises:
        WordsDiffer: the key is new, or was rotated since: its words must be compared.
    """
    require(actor, Action.CERTIFY, Subject())
    with services.uow() as uow:
        key = admin_key(uow, unit_id)
        if key not in certified_keys(uow, unit_id, services.region):
            raise WordsDiffer(fields={"woorden": msgid("Deze sleutel is nieuw. Laat eerst de vijf woorden voorlezen.")})
        _certify(uow, actor, unit_id, key, renewed=True)
        uow.commit()


def vouch(
    uow: UnitOfWork,
    signing: SigningKey,
    *,
    unit_id: str,
    key: str,
    actor_id: str,
    swv_id: str,
    renewed: bool,
) -> None:
    """Sign with the region's key, and say so in the log; the words were compared, or need not be."""
    until = certified_until(uow.clock.now())
    certify(uow, signing, unit_id=unit_id, admin_key=key, until=until)
    record(
        uow,
        UnitCertified(
            actor_id=actor_id,
            unit_id=swv_id,
            other_unit_id=unit_id if unit_id != swv_id else None,
            subject_kind="unit",
            subject_id=unit_id,
            admin_key=key,
            until=write_instant(until),
            renewed=renewed,
        ),
    )


def certified_until(at: datetime) -> datetime:
    """Until when a certificate of today counts: 31 December after the school year."""
    day = local_day(at)
    year = day.year if day.month <= _LAST_MONTH_OF_YEAR else day.year + 1
    return datetime(year + 1, 1, 1, tzinfo=AMSTERDAM).astimezone(UTC)


def swv_of(actor: Actor) -> str:
    """The samenwerkingsverband that this swv_admin acts for."""
    return actor.units_as(Role.SWV_ADMIN)[0]


def _certify(uow: UnitOfWork, actor: Actor, unit_id: str, key: str, *, renewed: bool) -> None:
    swv = swv_of(actor)
    signing = open_region_key(uow, actor.keyring, swv)
    vouch(uow, signing, unit_id=unit_id, key=key, actor_id=actor.person_id, swv_id=swv, renewed=renewed)
