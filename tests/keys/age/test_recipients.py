"""Keys as text, and who may be in one file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.age import bech32
from keys.age.file import SERVICE_LIMITS, Limits, decrypt, decrypt_bytes, encrypt, encrypt_bytes
from keys.age.filekey import Recipient
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.age.scrypt import PassphraseIdentity, PassphraseRecipient
from keys.age.x25519 import X25519Identity, X25519Recipient
from keys.errors import Damaged, NotForYou

HYBRID = HybridIdentity.generate()
X25519 = X25519Identity.generate()
PASSPHRASE = PassphraseRecipient("vijf woorden", log_n=2)

kinds = pytest.mark.parametrize("kind", [HybridIdentity, X25519Identity])


@kinds
def test_what_is_sealed_to_an_identity_opens_with_it(kind: type[HybridIdentity | X25519Identity]) -> None:
    identity = kind.generate()

    assert decrypt_bytes(identity, encrypt_bytes(identity.recipient(), b"rapport")) == b"rapport"


@kinds
def test_another_identity_does_not_open_it(kind: type[HybridIdentity | X25519Identity]) -> None:
    sealed = encrypt_bytes(kind.generate().recipient(), b"rapport")

    with pytest.raises(NotForYou):
        decrypt_bytes(kind.generate(), sealed)


@kinds
def test_keys_are_read_as_they_are_written(kind: type[HybridIdentity | X25519Identity]) -> None:
    identity = kind.generate()
    recipient = identity.recipient()

    assert kind.parse(identity.encode()) == identity
    assert type(recipient).parse(recipient.encode()) == recipient
    assert kind(identity.secret).recipient() == recipient


@kinds
def test_a_secret_is_not_in_what_is_printed(kind: type[HybridIdentity | X25519Identity]) -> None:
    identity = kind.generate()

    for secret in (identity.encode(), identity.secret.hex(), repr(identity.secret)):
        assert secret not in repr(identity)


def test_a_passphrase_is_not_in_what_is_printed() -> None:
    assert "vijf" not in repr(PASSPHRASE)
    assert "vijf" not in repr(PassphraseIdentity("vijf woorden", max_log_n=2))


def test_keys_have_the_form_that_other_programs_know() -> None:
    assert HYBRID.encode().startswith("AGE-SECRET-KEY-PQ-1")
    assert HYBRID.recipient().encode().startswith("age1pq1")
    assert len(HYBRID.recipient().encode()) == 1959
    assert X25519.encode().startswith("AGE-SECRET-KEY-1")
    assert X25519.recipient().encode().startswith("age1")


@pytest.mark.parametrize(
    "wrong",
    ["", "1", "age1", "age1pq1", X25519.encode(), HYBRID.recipient().encode()],
    ids=["empty", "short", "prefix", "hybrid-prefix", "x25519-identity", "hybrid-recipient"],
)
def test_a_key_of_another_kind_is_refused(wrong: str) -> None:
    with pytest.raises(Damaged):
        HybridIdentity.parse(wrong)
    with pytest.raises(Damaged):
        X25519Recipient.parse(wrong)


@pytest.mark.parametrize("length", [0, 31, 33, 1215, 1217])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Damaged):
        HybridIdentity(bytes(length))
    with pytest.raises(Damaged):
        X25519Identity(bytes(length))
    with pytest.raises(Damaged):
        HybridRecipient(bytes(length))
    with pytest.raises(Damaged):
        X25519Recipient(bytes(length))


def test_a_hybrid_key_beyond_the_modulus_is_refused() -> None:
    with pytest.raises(Damaged):
        HybridRecipient(b"\xff" * 1184 + X25519.recipient().public)


def test_nothing_is_sealed_to_a_key_that_gives_a_known_secret() -> None:
    with pytest.raises(Damaged):
        encrypt_bytes(X25519Recipient(bytes(32)), b"rapport")
    with pytest.raises(Damaged):
        encrypt_bytes(HybridRecipient(HYBRID.recipient().public[:1184] + bytes(32)), b"rapport")


@given(data=st.binary(max_size=100), prefix=st.sampled_from(["age", "age1pq", "age-secret-key-"]))
def test_bech32_is_read_as_it_is_written(data: bytes, prefix: str) -> None:
    text = bech32.encode(prefix, data)

    assert bech32.decode(prefix, text) == data
    assert bech32.decode(prefix, text.upper()) == data


@given(data=st.data())
def test_one_wrong_character_in_a_key_is_refused(data: st.DataObject) -> None:
    text = X25519.recipient().encode()
    at = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(min_codepoint=33, max_codepoint=126).filter(lambda c: c != text[at]))

    with pytest.raises(Damaged):
        X25519Recipient.parse(text[:at] + character + text[at + 1 :])


def test_bech32_agrees_with_its_specification() -> None:
    # BIP 173's valid string with the most data, and one in the other case.
    assert bech32.decode("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw") == bytes.fromhex(
        "00443214c74254b635cf84653a56d7c675be77df"
    )
    assert bech32.decode("a", "A12UEL5L") == b""


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [HYBRID.recipient(), X25519.recipient()],
        [PASSPHRASE, X25519.recipient()],
        [HYBRID.recipient(), PASSPHRASE],
        [PASSPHRASE, PASSPHRASE],
    ],
    ids=["nobody", "hybrid-x25519", "passphrase-x25519", "hybrid-passphrase", "two-passphrases"],
)
def test_recipients_that_weaken_one_another_are_refused(recipients: list[Recipient]) -> None:
    with pytest.raises(ValueError, match=r"a file has recipients of one family|a passphrase stands alone"):
        encrypt(recipients, [b"rapport"])


def test_each_of_several_recipients_opens_the_file() -> None:
    identities = [HybridIdentity.generate() for _ in range(3)]
    sealed = b"".join(encrypt([identity.recipient() for identity in identities], [b"rapport"]))

    for identity in identities:
        assert decrypt_bytes(identity, sealed) == b"rapport"


def test_one_of_several_identities_opens_the_file() -> None:
    sealed = encrypt_bytes(HYBRID.recipient(), b"rapport")

    assert b"".join(decrypt([X25519, HybridIdentity.generate(), HYBRID], [sealed])) == b"rapport"


def test_a_passphrase_opens_what_was_sealed_with_it() -> None:
    sealed = encrypt_bytes(PassphraseRecipient("één zin", log_n=2), b"rapport")

    assert decrypt_bytes(PassphraseIdentity("één zin", max_log_n=2), sealed) == b"rapport"
    with pytest.raises(NotForYou):
        decrypt_bytes(PassphraseIdentity("een zin", max_log_n=2), sealed)
    with pytest.raises(Damaged):
        decrypt_bytes(PassphraseIdentity("één zin", max_log_n=1), sealed)


@pytest.mark.parametrize(("passphrase", "log_n"), [("", 10), ("woorden", 0), ("woorden", 31)])
def test_a_passphrase_that_protects_nothing_is_refused(passphrase: str, log_n: int) -> None:
    with pytest.raises(ValueError, match="a passphrase is not empty"):
        PassphraseRecipient(passphrase, log_n=log_n)


def test_a_file_with_more_recipients_than_allowed_is_refused() -> None:
    recipients = [X25519Identity.generate().recipient() for _ in range(4)]
    four = b"".join(encrypt([*recipients[:3], X25519.recipient()], [b"rapport"]))
    five = b"".join(encrypt([*recipients, X25519.recipient()], [b"rapport"]))

    assert decrypt_bytes(X25519, four, limits=SERVICE_LIMITS) == b"rapport"
    with pytest.raises(Damaged):
        decrypt_bytes(X25519, five, limits=SERVICE_LIMITS)


def test_a_longer_header_than_allowed_is_refused() -> None:
    recipients = [HYBRID.recipient()] * 6
    sealed = b"".join(encrypt(recipients, [b"rapport"]))

    assert decrypt_bytes(HYBRID, sealed) == b"rapport"
    with pytest.raises(Damaged, match="longer than we read"):
        decrypt_bytes(HYBRID, sealed, limits=Limits(header_bytes=8 * 1024))


def test_more_work_than_allowed_is_refused_before_it_is_done() -> None:
    sealed = encrypt_bytes(PassphraseRecipient("woorden", log_n=3), b"rapport")

    with pytest.raises(Damaged, match="too much work"):
        decrypt_bytes(PassphraseIdentity("woorden", max_log_n=20), sealed, limits=Limits(log_n=2))
    with pytest.raises(Damaged, match="too much work"):
        decrypt_bytes(X25519, sealed, limits=Limits(log_n=2))


def test_every_file_has_keys_of_its_own() -> None:
    assert encrypt_bytes(X25519.recipient(), b"") != encrypt_bytes(X25519.recipient(), b"")
