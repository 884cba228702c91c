"""Nothing is sealed to a unit whose card does not lead to the region."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from handover.rooms.cards import admin_key, admin_key_words, certify, publish_card, valid_card
from handover.rooms.circles import make_circles
from handover.rooms.errors import NoKey, NoValidCard
from handover.rooms.grants import keep_region_key, open_region_key
from handover.rooms.model import CardRow
from handover.rooms.rotation import begin_rotation
from keys.card import RegionKey, RegionKeys
from keys.circle import Circle
from keys.errors import BadSignature
from keys.jws import SigningKey
from tests.rooms.region import START, UNTIL, Person, Region


def test_a_certified_unit_has_a_valid_card(region: Region) -> None:
    unit = region.enrol(Person())

    with region.uow() as uow:
        found = region.card(uow, unit)
        assert (found.card.unit_id, found.card.version, found.party.card) == (unit, 1, found.digest)


def test_a_unit_without_certificate_has_none(region: Region) -> None:
    unit = region.enrol_uncertified(Person())

    with region.uow() as uow, pytest.raises(NoValidCard):
        region.card(uow, unit)


def test_a_certificate_ends(region: Region) -> None:
    unit = region.enrol(Person())
    region.clock.instant = UNTIL

    with region.uow() as uow, pytest.raises(NoValidCard):
        region.card(uow, unit)


def test_a_certificate_by_somebody_else_counts_for_nothing(region: Region) -> None:
    unit = region.enrol_uncertified(Person())

    with region.uow() as uow:
        certify(uow, SigningKey.generate(), unit_id=unit, admin_key=admin_key(uow, unit), until=UNTIL)
        with pytest.raises(NoValidCard):
            region.card(uow, unit)


def test_a_certificate_of_another_unit_counts_for_nothing(region: Region) -> None:
    unit = region.enrol_uncertified(Person())

    with region.uow() as uow:
        row = certify(uow, region.key, unit_id="0" * 32, admin_key=admin_key(uow, unit), until=UNTIL)
        row.unit_id = unit
        with pytest.raises(NoValidCard):
            region.card(uow, unit)


def test_a_replaced_region_key_vouches_no_more(region: Region) -> None:
    unit = region.enrol(Person())
    day = START + timedelta(days=1)
    keys = RegionKeys((RegionKey(verify=region.key.verify_key, since=START, until=day),))

    with region.uow() as uow:
        assert valid_card(uow, unit, keys, day - timedelta(seconds=1)).card.version == 1
        with pytest.raises(NoValidCard):
            valid_card(uow, unit, keys, day)


def test_while_a_rotated_admin_key_waits_for_its_certificate_the_last_card_stands(region: Region) -> None:
    admin = Person()
    unit = region.enrol(admin)
    with region.uow() as uow:
        keyring = region.keyring(admin)
        begin_rotation(uow, keyring, unit, Circle.ADMIN)
        publish_card(uow, keyring, unit)

    with region.uow() as uow:
        assert region.card(uow, unit).card.version == 1
        assert region.keyring(admin).circle(uow, unit, Circle.ADMIN).name.version == 2
        certify(uow, region.key, unit_id=unit, admin_key=admin_key(uow, unit), until=UNTIL)
    with region.uow() as uow:
        assert region.card(uow, unit).card.version == 2


def test_the_words_of_an_admin_key_change_with_the_key(region: Region) -> None:
    one, two = region.enrol(Person()), region.enrol(Person())

    with region.uow() as uow:
        words = [admin_key_words(admin_key(uow, unit)) for unit in (one, two)]
    assert words[0] != words[1]
    assert [len(spoken.split()) for spoken in words] == [5, 5]


def test_a_card_missing_among_the_others_is_noticed(region: Region) -> None:
    admin = Person()
    unit = region.enrol(admin)
    for _ in range(2):
        with region.uow() as uow:
            publish_card(uow, region.keyring(admin), unit)
    with region.uow() as uow:
        uow.session.execute(delete(CardRow).where(CardRow.unit_id == unit, CardRow.version == 2))

    with region.uow() as uow, pytest.raises(BadSignature):
        region.card(uow, unit)


def test_only_an_admin_publishes(region: Region) -> None:
    admin, member = Person(), Person()
    unit = region.enrol(admin)
    region.admit(admin, unit, member, Circle.NAMES)

    with region.uow() as uow, pytest.raises(NoKey):
        publish_card(uow, region.keyring(member), unit)
    with region.uow() as uow:
        assert len(uow.session.scalars(select(CardRow)).all()) == 1


def test_an_uncertified_unit_can_prepare_with_its_own_keys(region: Region) -> None:
    admin = Person()
    unit = region.enrol_uncertified(admin)

    with region.uow() as uow:
        assert region.keyring(admin).circle(uow, unit, Circle.DOSSIER).name.version == 1


def test_a_unit_without_a_card_opens_nothing(region: Region) -> None:
    admin = Person()
    with region.uow() as uow:
        make_circles(uow, "e" * 32, person_id=admin.id, recipient=admin.identity.recipient(), sheet=None)
        with pytest.raises(BadSignature):
            region.keyring(admin).circle(uow, "e" * 32, Circle.DOSSIER)


def test_the_region_key_opens_for_the_admins_of_the_samenwerkingsverband(region: Region) -> None:
    admin, other = Person(), Person()
    unit = region.enrol(admin)
    region.enrol(other)
    with region.uow() as uow:
        keep_region_key(uow, region.keyring(admin).circle(uow, unit, Circle.ADMIN), region.key)

    with region.uow() as uow:
        assert open_region_key(uow, region.keyring(admin), unit) == region.key
        with pytest.raises(NoKey):
            open_region_key(uow, region.keyring(other), unit)
