"""Whose keys are believed: what a row says counts only where a card, the region or an older key says the same.

A key of a circle is believed when an anchored card of its unit names exactly it, or when the version before it, itself
believed, endorses it (between a rotation and the new card). A card is anchored when the region certified its admin key,
or when the certified one endorses it. A unit that the region has not certified at all yet is believed by its own people
only: they can prepare, and nobody else takes anything that they signed.

Whether a certificate still counts is asked when something is *sealed* (`cards.valid_card`), not here: what was signed
while it did must be readable later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import Select, select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.model import CardRow, CertificateRow, CircleKeyRow
from keys.age.hybrid import HybridRecipient
from keys.card import Card, Certificate, RegionKeys
from keys.circle import Circle, CirclePublic, KeyName, check_endorsement
from keys.errors import BadSignature
from keys.jws import VerifyKey, digest


def key_name(row: CircleKeyRow) -> KeyName:
    """The name of a row's key."""
    return KeyName(unit_id=row.unit_id, circle=row.circle, version=row.version)


class Trust:
    """What one request has found out about keys; never kept longer."""

    def __init__(self, region: RegionKeys) -> None:
        self._region = region
        self._anchored: dict[tuple[str, bool], set[tuple[Circle, int, str, str]]] = {}
        self._believed: dict[tuple[str, bool], VerifyKey] = {}
        self._read: dict[str, tuple[list[CardRow], list[str]]] = {}

    def read(self, uow: UnitOfWork, unit_ids: Collection[str]) -> None:
        """Read at once what speaks for many units, because a page has names from forty; each is checked when needed."""
        cards: dict[str, list[CardRow]] = defaultdict(list)
        for row in uow.session.scalars(_card_rows(unit_ids)):
            cards[row.unit_id].append(row)
        tokens: dict[str, list[str]] = defaultdict(list)
        certificates = select(CertificateRow.unit_id, CertificateRow.jws).where(CertificateRow.unit_id.in_(unit_ids))
        for unit_id, token in uow.session.execute(certificates):
            tokens[unit_id].append(token)
        self._read |= {unit_id: (cards[unit_id], tokens[unit_id]) for unit_id in unit_ids}

    def verify_key(self, uow: UnitOfWork, row: CircleKeyRow, *, reader_unit: str) -> VerifyKey:
        """The verification key of that row, when somebody of `reader_unit` may believe it.

        Raises:
            BadSignature: nothing vouches for this row: it was written by hand, or its card was.
        """
        own = row.unit_id == reader_unit
        if (row.id, own) not in self._believed:
            self._check(uow, row, own=own)
            self._believed[row.id, own] = VerifyKey.parse(row.verify)
        return self._believed[row.id, own]

    def public(self, uow: UnitOfWork, row: CircleKeyRow, *, reader_unit: str) -> CirclePublic:
        """Both public keys of that row; errors are those of `verify_key`."""
        verify = self.verify_key(uow, row, reader_unit=reader_unit)
        return CirclePublic(_recipient(row.recipient), verify)

    def _check(self, uow: UnitOfWork, row: CircleKeyRow, *, own: bool) -> None:
        published = (row.circle, row.version, row.recipient, row.verify)
        if published in self._on_cards(uow, row.unit_id, own=own):
            return
        # Cards may have been made since in this very request.
        del self._anchored[row.unit_id, own]
        if published in self._on_cards(uow, row.unit_id, own=own):
            return
        before = _version_before(uow, row)
        if before is None:
            raise BadSignature("no card names this key", circle_key=row.id)
        self._check(uow, before, own=own)
        _check_endorsed(row, before)

    def _on_cards(self, uow: UnitOfWork, unit_id: str, *, own: bool) -> set[tuple[Circle, int, str, str]]:
        if (unit_id, own) not in self._anchored:
            # What was read beforehand is taken once: whoever asks again may have made a card since.
            if unit_id in self._read:
                rows, tokens = self._read.pop(unit_id)
                cards, certified = _in_a_chain(unit_id, rows), _certified(self._region, unit_id, tokens)
            else:
                cards, certified = read_cards(uow, unit_id), certified_keys(uow, unit_id, self._region)
            self._anchored[unit_id, own] = {
                (entry.circle, entry.version, entry.recipient, entry.verify)
                for card in cards
                if self._is_anchored(uow, card, certified, own=own)
                for entry in card.entries
            }
        return self._anchored[unit_id, own]

    def _is_anchored(self, uow: UnitOfWork, card: Card, certified: Collection[str], *, own: bool) -> bool:
        if own and not certified:
            return True
        key = card.entry(Circle.ADMIN).verify
        while key not in certified:
            row = uow.session.scalar(
                select(CircleKeyRow).where(
                    CircleKeyRow.unit_id == card.unit_id,
                    CircleKeyRow.circle == Circle.ADMIN,
                    CircleKeyRow.verify == key,
                )
            )
            before = row and _version_before(uow, row)
            if row is None or before is None:
                return False
            _check_endorsed(row, before)
            key = before.verify
        return True


def read_cards(uow: UnitOfWork, unit_id: str) -> list[Card]:
    """All cards of a unit, oldest first, each checked with the admin key that it names itself.

    Raises:
        BadSignature: one was changed, is another unit's, or does not follow the one before it.
    """
    return _in_a_chain(unit_id, uow.session.scalars(_card_rows([unit_id])))


def _card_rows(unit_ids: Collection[str]) -> Select[CardRow]:
    return select(CardRow).where(CardRow.unit_id.in_(unit_ids)).order_by(CardRow.unit_id, CardRow.version)


def _in_a_chain(unit_id: str, rows: Iterable[CardRow]) -> list[Card]:
    cards: list[Card] = []
    previous: str | None = None
    for row in rows:
        card = _card(row.jws)
        found = (card.unit_id, card.version, card.previous, digest(row.jws))
        if found != (unit_id, row.version, previous, row.digest):
            raise BadSignature("a card in another's place", card=row.id)
        cards.append(card)
        previous = row.digest
    return cards


def certified_keys(uow: UnitOfWork, unit_id: str, region: RegionKeys) -> set[str]:
    """The admin keys of a unit that the region has ever certified; what is no certificate of it is passed over."""
    rows = uow.session.scalars(select(CertificateRow.jws).where(CertificateRow.unit_id == unit_id))
    return _certified(region, unit_id, rows)


def _certified(region: RegionKeys, unit_id: str, tokens: Iterable[str]) -> set[str]:
    found = [certificate(region, token) for token in tokens]
    return {one.admin_key for one in found if one is not None and one.unit_id == unit_id}


@lru_cache(maxsize=2048)
def certificate(region: RegionKeys, token: str) -> Certificate | None:
    """Read a certificate of the region, or give None: as `RegionKeys.certificate`, remembered."""
    return region.certificate(token)


# What a public, immutable text says is a pure function of it; worked out once in a process, not in each request.
_card = lru_cache(maxsize=1024)(Card.read)
_recipient = lru_cache(maxsize=1024)(HybridRecipient.parse)


def _version_before(uow: UnitOfWork, row: CircleKeyRow) -> CircleKeyRow | None:
    return uow.session.scalar(
        select(CircleKeyRow).where(
            CircleKeyRow.unit_id == row.unit_id,
            CircleKeyRow.circle == row.circle,
            CircleKeyRow.version == row.version - 1,
        )
    )


def _check_endorsed(row: CircleKeyRow, before: CircleKeyRow) -> None:
    if row.endorsement is None:
        raise BadSignature("no card names this key", circle_key=row.id)
    check_endorsement(
        row.endorsement,
        old=VerifyKey.parse(before.verify),
        name=key_name(row),
        recipient=row.recipient,
        verify=row.verify,
    )
