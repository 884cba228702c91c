"""Signed statements: one spelling, one algorithm."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import BadSignature
from keys.jws import (
    SigningKey,
    VerifyKey,
    canonical,
    digest,
    from_base64url,
    read_instant,
    to_base64url,
    unchecked,
    write_instant,
)

KEY = SigningKey(bytes(range(32)))
TYP = "test+jws"
PAYLOAD = {"unit": "Basisschool De Ezel", "version": 3, "previous": None, "list": [{"a": True}]}


def made(head: bytes, payload: bytes, key: SigningKey = KEY) -> str:
    signed = f"{to_base64url(head)}.{to_base64url(payload)}"
    return f"{signed}.{to_base64url(key.sign(signed.encode()))}"


def test_a_statement_is_read_back() -> None:
    token = KEY.token(PAYLOAD, TYP)

    assert KEY.verify_key.read(token, TYP) == PAYLOAD == unchecked(token)
    assert len(digest(token)) == 64


def test_anybody_with_the_public_key_can_check_it_without_us() -> None:
    head, payload, signature = KEY.token(PAYLOAD, TYP).split(".")

    public = Ed25519PublicKey.from_public_bytes(from_base64url(KEY.verify_key.encode()))
    public.verify(from_base64url(signature), f"{head}.{payload}".encode())
    assert json.loads(from_base64url(head)) == {"alg": "Ed25519", "typ": TYP}


@pytest.mark.parametrize(
    "head",
    [
        {"alg": "none", "typ": TYP},
        {"alg": "HS256", "typ": TYP},
        {"alg": "ES256", "typ": TYP},
        {"alg": "Ed448", "typ": TYP},
        {"alg": "Ed25519"},
        {"alg": "Ed25519", "typ": "other+jws"},
        {"alg": "Ed25519", "typ": TYP, "crit": ["b64"], "b64": False},
        {"alg": "Ed25519", "typ": TYP, "jwk": {"kty": "OKP"}},
        {"alg": "Ed25519", "typ": TYP, "kid": "1"},
    ],
    ids=str,
)
def test_every_other_header_is_refused_though_well_signed(head: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        KEY.verify_key.read(made(canonical(head), canonical(PAYLOAD)), TYP)


@pytest.mark.parametrize(
    "payload",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":"\\u0061"}',
        b"[1]",
        b"1",
        b"",
        b"\xff",
        b'{"a":1}\n',
        b"[" * 100_000,
    ],
)
def test_every_other_spelling_is_refused_though_well_signed(payload: bytes) -> None:
    token = made(canonical({"alg": "Ed25519", "typ": TYP}), payload)

    with pytest.raises(BadSignature):
        KEY.verify_key.read(token, TYP)


@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    token = KEY.token(PAYLOAD, TYP)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda character: character != token[at]))

    with pytest.raises(BadSignature):
        KEY.verify_key.read(token[:at] + other + token[at + 1 :], TYP)


@pytest.mark.parametrize("change", ["{}=", "{}.", ".{}", "{}\n", " {}", "{}A"])
def test_nothing_may_stand_around_it(change: str) -> None:
    with pytest.raises(BadSignature):
        KEY.verify_key.read(change.format(KEY.token(PAYLOAD, TYP)), TYP)


def test_another_key_is_refused() -> None:
    with pytest.raises(BadSignature):
        SigningKey.generate().verify_key.read(KEY.token(PAYLOAD, TYP), TYP)


@pytest.mark.parametrize("text", ["", "AA", KEY.verify_key.encode() + "=", KEY.verify_key.encode()[:-1] + "é"])
def test_what_is_no_verification_key_is_refused(text: str) -> None:
    with pytest.raises(BadSignature):
        VerifyKey.parse(text)


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": [{"b": 0.0}]}, {1: "a"}, {"a": b"x"}])
def test_what_has_more_than_one_spelling_is_not_signed(value: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        KEY.token(value, TYP)


def test_instants_are_whole_seconds_in_utc() -> None:
    instant = datetime(2027, 5, 12, 9, 30, 15, 999, tzinfo=UTC)

    assert write_instant(instant) == "2027-05-12T09:30:15Z"
    assert read_instant("2027-05-12T09:30:15Z") == instant.replace(microsecond=0)


@pytest.mark.parametrize("text", ["", "2027-05-12", "2027-05-12T09:30:15+00:00", "2027-13-12T09:30:15Z"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadSignature):
        read_instant(text)
