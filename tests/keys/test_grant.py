"""Grants open for whom and for what they were signed, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from keys.age.file import decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.circle import CircleKey
from keys.errors import BadSignature, Damaged, KeysError, NotForYou
from keys.grant import (
    GrantContext,
    GrantKind,
    NameGrant,
    RegionGrant,
    RoomGrant,
    SignedGrant,
    open_name,
    open_region,
    open_room,
    reseal,
)
from keys.jws import SigningKey

PEER = Path(__file__).parent / "age" / "peer.mjs"
MAKER, READER = CircleKey.generate(), HybridIdentity.generate()
VERIFY = MAKER.public.verify
ROOM = RoomGrant("r" * 32, "dossier", "handover:" + "h" * 32, HybridIdentity.generate())
ABOUT = {"first_name": "Şükriye", "last_name": "van 't Hof 李", "born_on": "2015-02-28"}
FOR_ROOM = GrantContext(kind=GrantKind.ROOM, subject="r" * 32, maker="a" * 32, unit="b" * 32, holder="circle:dossier:1")
FOR_NAME = replace(FOR_ROOM, kind=GrantKind.NAME, subject="h" * 32, holder="circle:names:1")


def name_grant() -> SignedGrant:
    return NameGrant("h" * 32, ABOUT).seal(FOR_NAME, recipient=READER.recipient(), signer=MAKER)


def room_grant() -> SignedGrant:
    return ROOM.seal(FOR_ROOM, recipient=READER.recipient(), signer=MAKER)


def test_a_name_is_read_back() -> None:
    opened = open_name(name_grant(), FOR_NAME, identity=READER, signer=VERIFY)

    assert opened == NameGrant("h" * 32, ABOUT)
    assert "Hof" not in repr(opened)


def test_a_room_key_is_read_back() -> None:
    assert open_room(room_grant(), FOR_ROOM, identity=READER, signer=VERIFY) == ROOM


def test_the_region_key_is_read_back() -> None:
    context, key = replace(FOR_ROOM, kind=GrantKind.REGION), SigningKey.generate()
    sealed = RegionGrant("r" * 32, key).seal(context, recipient=READER.recipient(), signer=MAKER)

    assert open_region(sealed, context, identity=READER, signer=VERIFY).key == key


@pytest.mark.parametrize("length", [1, 40, 120])
def test_the_length_of_a_name_does_not_show(length: int) -> None:
    grant = NameGrant("h" * 32, {"name": "x" * length})

    sealed = grant.seal(FOR_NAME, recipient=READER.recipient(), signer=MAKER)

    assert len(sealed.blob) == len(name_grant().blob)
    assert len(decrypt_bytes(READER, sealed.blob)) == 256


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "x" * 32},
        {"maker": "x" * 32},
        {"unit": "x" * 32},
        {"holder": "circle:dossier:2"},
        {"holder": "person:" + "p" * 32},
        {"kind": GrantKind.NAME},
    ],
    ids=str,
)
def test_a_grant_in_another_place_is_refused_before_it_is_opened(change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        open_room(room_grant(), replace(FOR_ROOM, **change), identity=READER, signer=VERIFY)


def test_a_grant_that_was_changed_or_is_not_signed_by_the_maker_is_refused() -> None:
    grant = room_grant()

    with pytest.raises(BadSignature):
        open_room(replace(grant, blob=grant.blob[:-1] + b"x"), FOR_ROOM, identity=READER, signer=VERIFY)
    with pytest.raises(BadSignature):
        open_room(grant, FOR_ROOM, identity=READER, signer=CircleKey.generate().public.verify)
    with pytest.raises(BadSignature):
        open_room(SignedGrant(grant.blob, bytes(64)), FOR_ROOM, identity=READER, signer=VERIFY)


def test_a_signature_that_was_found_good_speaks_for_nothing_else_afterwards() -> None:
    grant, other = name_grant(), name_grant()
    for _ in range(2):
        assert open_name(grant, FOR_NAME, identity=READER, signer=VERIFY).about == ABOUT
    assert open_name(other, FOR_NAME, identity=READER, signer=VERIFY).about == ABOUT

    refused = [
        (replace(grant, blob=grant.blob[:-1] + bytes([grant.blob[-1] ^ 1])), FOR_NAME, VERIFY),
        (replace(grant, blob=other.blob), FOR_NAME, VERIFY),
        (replace(grant, signature=other.signature), FOR_NAME, VERIFY),
        (replace(grant, signature=grant.signature[:-1] + bytes([grant.signature[-1] ^ 1])), FOR_NAME, VERIFY),
        (grant, replace(FOR_NAME, holder="circle:names:2"), VERIFY),
        (grant, replace(FOR_NAME, subject="x" * 32), VERIFY),
        (grant, FOR_NAME, CircleKey.generate().public.verify),
    ]
    for sealed, context, signer in refused:
        for _ in range(2):  # a refusal is no more remembered than it is forgotten
            with pytest.raises(BadSignature):
                open_name(sealed, context, identity=READER, signer=signer)


def test_a_grant_that_says_something_else_inside_is_refused() -> None:
    other = replace(ROOM, room_id="x" * 32).seal(FOR_ROOM, recipient=READER.recipient(), signer=MAKER)
    name = NameGrant("x" * 32, ABOUT).seal(FOR_NAME, recipient=READER.recipient(), signer=MAKER)

    with pytest.raises(Damaged):
        open_room(other, FOR_ROOM, identity=READER, signer=VERIFY)
    with pytest.raises(Damaged):
        open_name(name, FOR_NAME, identity=READER, signer=VERIFY)


def test_somebody_else_opens_nothing() -> None:
    with pytest.raises(NotForYou):
        open_room(room_grant(), FOR_ROOM, identity=HybridIdentity.generate(), signer=VERIFY)


def test_a_resealed_grant_opens_with_the_new_key_and_no_longer_with_the_old() -> None:
    new_key, new = CircleKey.generate(), replace(FOR_ROOM, holder="circle:dossier:2")
    sealed = reseal(
        room_grant(),
        old=FOR_ROOM,
        new=new,
        identity=READER,
        signer=VERIFY,
        recipient=new_key.public.recipient,
        new_signer=new_key,
    )

    assert open_room(sealed, new, identity=new_key.identity, signer=new_key.public.verify) == ROOM
    with pytest.raises(KeysError):
        open_room(sealed, new, identity=READER, signer=new_key.public.verify)


def test_the_opened_grant_is_an_identity_file_that_a_foreign_age_takes(node: Path) -> None:
    secret = b"het onderwijskundig rapport"
    file = decrypt_bytes(READER, room_grant().blob).decode()
    identity = [line for line in file.splitlines() if line and not line.startswith("#")]

    opened = run(
        [node, PEER, "decrypt", *identity],
        input=encrypt_bytes(ROOM.identity.recipient(), secret),
        capture_output=True,
        check=True,
    )

    assert opened.stdout == secret
    assert "# about: handover:" + "h" * 32 in file
