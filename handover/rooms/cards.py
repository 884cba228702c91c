"""Cards and certificates: publishing a unit's keys, and asking whether they may be sealed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.errors import NoValidCard
from handover.rooms.keyring import HeldKey, Keyring
from handover.rooms.model import CardRow, CertificateRow, CircleKeyRow
from handover.rooms.reader import Reader
from handover.rooms.trust import certificate, key_name, read_cards
from keys.card import Card, CardEntry, Certificate, RegionKeys, card_entry
from keys.circle import Circle
from keys.jws import SigningKey, digest
from keys.letter import Party
from keys.words import fingerprint_words


@dataclass(frozen=True, kw_only=True)
class ValidCard:
    """A card that leads to the region, with its digest: to this unit may be sealed."""

    card: Card
    digest: str

    @property
    def unit_id(self) -> str:
        """Whose it is."""
        return self.card.unit_id

    @property
    def party(self) -> Party:
        """The unit as a letter names it."""
        return Party(unit_id=self.card.unit_id, card=self.digest)

    def reader(self, circle: Circle, *, withheld: bool) -> Reader:
        """That circle, to give a room or a name to."""
        entry = self.card.entry(circle)
        return Reader(
            unit_id=self.card.unit_id,
            circle=circle,
            version=entry.version,
            recipient=entry.public().recipient,
            withheld=withheld,
        )


def publish_first_card(uow: UnitOfWork, keys: Mapping[Circle, HeldKey]) -> CardRow:
    """Publish the keys that `make_circles` just made. The caller certifies, or asks the region to."""
    entries = tuple(card_entry(held.name, held.key.public) for held in keys.values())
    return _publish(uow, keys[Circle.ADMIN], entries, before=None)


def publish_card(uow: UnitOfWork, keyring: Keyring, unit_id: str) -> CardRow:
    """Publish the newest version of each circle, signed by the newest admin key.

    A new key that its predecessor does not endorse gets on no card.

    Raises:
        NoKey: this person does not hold the admin key.
        BadSignature: a row is not what it was made as.
    """
    admin = keyring.circle(uow, unit_id, Circle.ADMIN)
    entries = tuple(
        card_entry(key_name(row), keyring.trust.public(uow, row, reader_unit=unit_id))
        for row in _newest_keys(uow, unit_id)
    )
    before = uow.session.scalar(
        select(CardRow).where(CardRow.unit_id == unit_id).order_by(CardRow.version.desc()).limit(1)
    )
    return _publish(uow, admin, entries, before=before)


def certify(uow: UnitOfWork, region: SigningKey, *, unit_id: str, admin_key: str, until: datetime) -> CertificateRow:
    """Let the region say that this is the unit's admin key, from now until that instant.

    The caller has compared the five words (`admin_key_words`) with what the director read aloud.
    """
    now = uow.clock.now()
    said = Certificate(unit_id=unit_id, admin_key=admin_key, since=now, until=until)
    row = CertificateRow(unit_id=unit_id, admin_key=admin_key, jws=said.sign(region), until=until, created_at=now)
    uow.session.add(row)
    return row


def admin_key(uow: UnitOfWork, unit_id: str) -> str:
    """The admin key on the unit's newest card, certified or not.

    Raises:
        NoValidCard: it has no card.
        BadSignature: a card of it was changed.
    """
    cards = read_cards(uow, unit_id)
    if not cards:
        raise NoValidCard("no card", unit=unit_id)
    return cards[-1].entry(Circle.ADMIN).verify


def admin_key_words(verify: str) -> str:
    """The five words of an admin key, to read over the telephone."""
    return fingerprint_words(verify)


def valid_card(uow: UnitOfWork, unit_id: str, region: RegionKeys, at: datetime) -> ValidCard:
    """The newest card of a unit whose admin key the region vouches for at that instant.

    While a rotated admin key waits for its certificate, the card before it stands.

    Raises:
        NoValidCard: there is none; nothing may be sealed to this unit.
        BadSignature: a card was changed, or is missing among the others.
    """
    vouched = _vouched(uow, unit_id, region, at)
    rows = uow.session.scalars(select(CardRow.jws).where(CardRow.unit_id == unit_id).order_by(CardRow.version)).all()
    for card, token in reversed(list(zip(read_cards(uow, unit_id), rows, strict=True))):
        if card.entry(Circle.ADMIN).verify in vouched:
            return ValidCard(card=card, digest=digest(token))
    raise NoValidCard("the region does not vouch for this unit", unit=unit_id)


def _vouched(uow: UnitOfWork, unit_id: str, region: RegionKeys, at: datetime) -> set[str]:
    counting = region.counting(at)
    rows = uow.session.scalars(select(CertificateRow.jws).where(CertificateRow.unit_id == unit_id))
    found = [certificate(counting, token) for token in rows]
    return {
        one.admin_key for one in found if one is not None and one.unit_id == unit_id and one.since <= at < one.until
    }


def _newest_keys(uow: UnitOfWork, unit_id: str) -> list[CircleKeyRow]:
    rows = uow.session.scalars(
        select(CircleKeyRow).where(CircleKeyRow.unit_id == unit_id).order_by(CircleKeyRow.version)
    )
    newest = {row.circle: row for row in rows}
    return [newest[circle] for circle in Circle if circle in newest]


def _publish(uow: UnitOfWork, admin: HeldKey, entries: tuple[CardEntry, ...], *, before: CardRow | None) -> CardRow:
    now = uow.clock.now()
    card = Card(
        unit_id=admin.unit_id,
        version=before.version + 1 if before else 1,
        previous=before.digest if before else None,
        made_at=now,
        entries=entries,
    )
    token = card.sign(admin.key)
    row = CardRow(unit_id=admin.unit_id, version=card.version, jws=token, digest=digest(token), created_at=now)
    uow.session.add(row)
    uow.flush()
    return row
