"""A person's identity opens with the words and the service key, and with neither alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from keys.age.file import decrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.age.scrypt import PassphraseIdentity
from keys.errors import KeysError, NotForYou
from keys.person import seal_identity, unlock
from keys.service import ServiceKey

LOG_N = 4
WORDS = "water melk brood kaas boter"


@pytest.fixture(scope="module")
def service() -> ServiceKey:
    return ServiceKey.generate()


@pytest.fixture(scope="module")
def person() -> HybridIdentity:
    return HybridIdentity.generate()


@pytest.fixture(scope="module")
def sealed(service: ServiceKey, person: HybridIdentity) -> bytes:
    return seal_identity(person, WORDS, service_recipient=service.recipient(), log_n=LOG_N)


@pytest.mark.parametrize("typed", [WORDS, " Water-Melk  brood, kaas boter\n"])
def test_the_right_words_unlock(service: ServiceKey, person: HybridIdentity, sealed: bytes, typed: str) -> None:
    assert unlock(sealed, typed, service_identity=service.identity) == person


DAMAGE: list[Callable[[bytes], bytes]] = [
    lambda sealed: sealed[:-1],
    lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
    lambda sealed: b"",  # noqa: ARG005
]


@pytest.mark.parametrize("typed", ["", "   ", "water", "loopvlak debiet emulsie weglekken ransuil", WORDS + " boter"])
def test_wrong_words_give_one_error(service: ServiceKey, sealed: bytes, typed: str) -> None:
    with pytest.raises(NotForYou) as caught:
        unlock(sealed, typed, service_identity=service.identity)

    assert str(caught.value) == "not-for-you"


@pytest.mark.parametrize("damage", DAMAGE, ids=["cut off", "flipped", "empty"])
def test_damage_gives_the_same_error(service: ServiceKey, sealed: bytes, damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotForYou) as caught:
        unlock(damage(sealed), WORDS, service_identity=service.identity)

    assert str(caught.value) == "not-for-you"


def test_the_words_without_the_service_key_open_nothing(sealed: bytes) -> None:
    with pytest.raises(NotForYou):
        unlock(sealed, WORDS, service_identity=ServiceKey.generate().identity)
    with pytest.raises(KeysError):
        decrypt_bytes(PassphraseIdentity(WORDS, max_log_n=18), sealed)


def test_the_service_key_alone_opens_only_the_outer_layer(service: ServiceKey, sealed: bytes) -> None:
    inner = service.unwrap(sealed)

    with pytest.raises(KeysError):
        decrypt_bytes(service.identity, inner)


def test_many_at_once_all_unlock(service: ServiceKey, person: HybridIdentity, sealed: bytes) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = pool.map(lambda _: unlock(sealed, WORDS, service_identity=service.identity), range(32))

    assert set(done) == {person}
