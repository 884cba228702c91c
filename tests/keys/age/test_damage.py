"""Whatever happens to a sealed file, nobody reads other bytes than were sealed, and believes them whole."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.age import header
from keys.age.file import decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.age.stream import SEALED_CHUNK
from keys.age.x25519 import X25519Identity
from keys.errors import Damaged, KeysError, Truncated

HYBRID = HybridIdentity.generate()
X25519 = X25519Identity.generate()
PLAIN = bytes(range(256)) * 256 * 3 + b"the end"
SEALED = encrypt_bytes(X25519.recipient(), PLAIN)
SMALL = {
    HYBRID: encrypt_bytes(HYBRID.recipient(), b"Jip gaat naar de brugklas."),
    X25519: encrypt_bytes(X25519.recipient(), b"Janneke ook."),
}
PAYLOAD = header.parse(SEALED)[1] + 16
CHUNKS = [SEALED[at : at + SEALED_CHUNK] for at in range(PAYLOAD, len(SEALED), SEALED_CHUNK)]

small = pytest.mark.parametrize("identity", [HYBRID, X25519], ids=["hybrid", "x25519"])


def test_an_undamaged_file_opens() -> None:
    assert decrypt_bytes(X25519, SEALED) == PLAIN


@small
@pytest.mark.parametrize("change", [0x01, 0x20, 0x80])
def test_a_change_of_any_byte_of_a_small_file_is_refused(
    identity: HybridIdentity | X25519Identity, change: int
) -> None:
    whole = SMALL[identity]
    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :]
        with pytest.raises(KeysError):
            decrypt_bytes(identity, changed)


@small
def test_a_small_file_cut_off_anywhere_is_refused(identity: HybridIdentity | X25519Identity) -> None:
    whole = SMALL[identity]
    for length in range(len(whole)):
        with pytest.raises(Damaged):
            decrypt_bytes(identity, whole[:length])


@given(at=st.integers(0, len(SEALED) - 1), change=st.integers(1, 255))
def test_a_change_of_one_byte_is_refused(at: int, change: int) -> None:
    with pytest.raises(KeysError):
        decrypt_bytes(X25519, SEALED[:at] + bytes([SEALED[at] ^ change]) + SEALED[at + 1 :])


@given(length=st.integers(0, len(SEALED) - 1))
def test_a_file_cut_off_is_refused(length: int) -> None:
    with pytest.raises(Damaged):
        decrypt_bytes(X25519, SEALED[:length])


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_a_file_cut_off_between_chunks_is_known_to_be_truncated(kept: int) -> None:
    with pytest.raises(Truncated):
        decrypt_bytes(X25519, SEALED[:PAYLOAD] + b"".join(CHUNKS[:kept]))


@given(more=st.binary(min_size=1, max_size=100) | st.just(bytes(SEALED_CHUNK)) | st.just(SEALED))
def test_a_file_with_something_after_it_is_refused(more: bytes) -> None:
    with pytest.raises(Damaged):
        decrypt_bytes(X25519, SEALED + more)


def test_a_full_last_chunk_with_something_after_it_is_refused() -> None:
    sealed = encrypt_bytes(X25519.recipient(), bytes(64 * 1024))

    for more in (b"x", bytes(16), bytes(SEALED_CHUNK), sealed[-SEALED_CHUNK:]):
        with pytest.raises(Damaged):
            decrypt_bytes(X25519, sealed + more)


ORDERS = [order for count in range(6) for order in itertools.product(range(4), repeat=count)]


def test_only_one_order_of_the_chunks_opens() -> None:
    opened = []
    for order in ORDERS:
        try:
            decrypt_bytes(X25519, SEALED[:PAYLOAD] + b"".join(CHUNKS[number] for number in order))
        except Damaged:
            continue
        opened.append(order)

    assert opened == [(0, 1, 2, 3)]


def test_a_payload_under_another_header_is_refused() -> None:
    other = encrypt_bytes(X25519.recipient(), PLAIN)

    with pytest.raises(Damaged):
        decrypt_bytes(X25519, SEALED[:PAYLOAD] + other[PAYLOAD:])
