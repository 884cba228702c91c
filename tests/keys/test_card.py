"""Cards and certificates lead from a unit's keys to the region."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keys.card import Card, Certificate, RegionKey, RegionKeys, card_entry
from keys.circle import Circle, CircleKey, KeyName
from keys.errors import BadSignature
from keys.jws import SigningKey

UNIT = "a" * 32
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
KEYS = {circle: CircleKey.generate() for circle in (Circle.ADMIN, Circle.DOSSIER)}
REGION = SigningKey.generate()


def a_card() -> Card:
    entries = tuple(
        card_entry(KeyName(unit_id=UNIT, circle=circle, version=1), key.public) for circle, key in KEYS.items()
    )
    return Card(unit_id=UNIT, version=1, previous=None, made_at=NOW, entries=entries)


def a_certificate() -> Certificate:
    key = KEYS[Circle.ADMIN].public.verify.encode()
    return Certificate(unit_id=UNIT, admin_key=key, since=NOW, until=NOW + timedelta(days=300))


def test_a_card_is_read_back() -> None:
    card = Card.read(a_card().sign(KEYS[Circle.ADMIN]))

    assert card == a_card()
    assert card.entry(Circle.DOSSIER).public() == KEYS[Circle.DOSSIER].public


def test_a_circle_that_is_not_on_the_card_is_refused() -> None:
    assert not a_card().has(Circle.CARE)
    with pytest.raises(BadSignature):
        a_card().entry(Circle.CARE)


def test_only_the_admin_key_that_it_names_signs_a_card() -> None:
    with pytest.raises(BadSignature):
        a_card().sign(KEYS[Circle.DOSSIER])


def test_a_card_with_another_key_put_in_is_refused() -> None:
    head, _payload, signature = a_card().sign(KEYS[Circle.ADMIN]).split(".")
    stranger = CircleKey.generate()
    entries = (a_card().entries[0], replace(a_card().entries[1], recipient=stranger.public.recipient.encode()))
    forged = replace(a_card(), entries=entries).sign(KEYS[Circle.ADMIN]).split(".")[1]

    with pytest.raises(BadSignature):
        Card.read(f"{head}.{forged}.{signature}")


def test_a_statement_of_another_kind_is_no_card() -> None:
    with pytest.raises(BadSignature):
        Card.read(a_certificate().sign(REGION))


def test_a_certificate_is_read_back_by_who_knows_the_region() -> None:
    token = a_certificate().sign(REGION)

    assert Certificate.read(token, REGION.verify_key) == a_certificate()
    with pytest.raises(BadSignature):
        Certificate.read(token, SigningKey.generate().verify_key)


def test_a_region_key_counts_between_its_dates() -> None:
    old = RegionKey(verify=REGION.verify_key, since=NOW, until=NOW + timedelta(days=1))
    keys = RegionKeys((old,))

    assert keys.counting(NOW).keys == (old,)
    assert keys.counting(NOW - timedelta(seconds=1)).keys == ()
    assert keys.counting(NOW + timedelta(days=1)).keys == ()


def test_region_keys_come_back_from_their_file() -> None:
    other = SigningKey.generate().verify_key
    keys = RegionKeys(
        (
            RegionKey(verify=REGION.verify_key, since=NOW, until=NOW + timedelta(days=1)),
            RegionKey(verify=other, since=NOW),
        )
    )

    assert RegionKeys.parse(keys.encode()) == keys
    assert keys.certificate(a_certificate().sign(REGION)) == a_certificate()
    assert RegionKeys((keys.keys[1],)).certificate(a_certificate().sign(REGION)) is None


@pytest.mark.parametrize("text", ["", "{}x", "[1]", '[{"key": "AA"}]', '{"a": 1}'])
def test_a_file_that_is_no_region_keys_is_refused(text: str) -> None:
    with pytest.raises(BadSignature):
        RegionKeys.parse(text)
