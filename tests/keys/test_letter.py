"""Letters and what the receiver says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keys.circle import CircleKey
from keys.errors import BadSignature
from keys.jws import digest
from keys.letter import Acceptance, Confirmation, Letter, Party, SealedBundle

SENDER, RECEIVER = CircleKey.generate(), CircleKey.generate()
LETTER = Letter(
    handover_id="c" * 32,
    version=2,
    previous="d" * 64,
    sender=Party(unit_id="a" * 32, card="e" * 64),
    receiver=Party(unit_id="b" * 32, card="f" * 64),
    bundles=(
        SealedBundle(part="dossier", room_id="1" * 32, sha256="2" * 64, size=25_000_000),
        SealedBundle(part="care", room_id="3" * 32, sha256="4" * 64, size=2_345),
    ),
    sealed_at=datetime(2027, 4, 6, 10, tzinfo=UTC),
)
SAID = {
    "handover_id": "c" * 32,
    "letter": digest(LETTER.sign(SENDER)),
    "receiver": LETTER.receiver,
    "at": datetime(2027, 4, 7, 8, tzinfo=UTC),
}


def test_a_letter_is_read_back() -> None:
    token = LETTER.sign(SENDER)

    assert Letter.read(token, SENDER.public.verify) == LETTER
    assert LETTER.bundle("care").size == 2_345


def test_a_part_that_the_letter_does_not_name_is_refused() -> None:
    with pytest.raises(BadSignature):
        LETTER.bundle("other")


def test_a_letter_by_another_school_is_refused() -> None:
    with pytest.raises(BadSignature):
        Letter.read(LETTER.sign(RECEIVER), SENDER.public.verify)


def test_a_letter_to_another_receiver_under_the_same_signature_is_refused() -> None:
    other = replace(LETTER, receiver=Party(unit_id="9" * 32, card="f" * 64)).sign(SENDER).split(".")
    ours = LETTER.sign(SENDER).split(".")

    with pytest.raises(BadSignature):
        Letter.read(f"{ours[0]}.{other[1]}.{ours[2]}", SENDER.public.verify)


def test_what_the_receiver_says_is_read_back_as_what_it_is() -> None:
    acceptance, confirmation = Acceptance(**SAID), Confirmation(**SAID)  # type: ignore[arg-type]  # facts of both
    verify = RECEIVER.public.verify

    assert Acceptance.read(acceptance.sign(RECEIVER), verify) == acceptance
    assert Confirmation.read(confirmation.sign(RECEIVER), verify) == confirmation
    with pytest.raises(BadSignature):
        Confirmation.read(acceptance.sign(RECEIVER), verify)
    with pytest.raises(BadSignature):
        Letter.read(acceptance.sign(RECEIVER), verify)
