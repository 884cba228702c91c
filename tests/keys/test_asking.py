"""A request outside: what it vouches for, and that nobody else says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keys.asking import ASKING, Asking
from keys.circle import CircleKey
from keys.errors import BadSignature
from keys.letter import LETTER, Party

KEY, OTHER = CircleKey.generate(), CircleKey.generate()
SAID = Asking(
    request_id="a" * 32,
    handover_id="b" * 32,
    sender_unit_id="c" * 32,
    receiver=Party(unit_id="d" * 32, card="e" * 64),
    rooms=("f" * 32, "0" * 32),
    verify=OTHER.public.verify,
    until=datetime(2027, 4, 22, 13, 0, tzinfo=UTC),
)


def test_what_was_signed_is_read() -> None:
    assert Asking.read(SAID.sign(KEY), KEY.public.verify) == SAID


def test_another_key_or_another_kind_is_refused() -> None:
    token = SAID.sign(KEY)

    with pytest.raises(BadSignature):
        Asking.read(token, OTHER.public.verify)
    with pytest.raises(BadSignature):
        Asking.read(KEY.sign({"request": "a"}, LETTER), KEY.public.verify)


@pytest.mark.parametrize("payload", [{}, {"request": "a"}, {"rooms": []}])
def test_what_lacks_something_is_no_request(payload: dict[str, object]) -> None:
    with pytest.raises(BadSignature):
        Asking.read(KEY.sign(payload, ASKING), KEY.public.verify)


@pytest.mark.parametrize("rooms", [[], ["one"], ["one", "two", "three"], "x"])
def test_there_are_two_rooms(rooms: object) -> None:
    whole = {
        "request": "a",
        "handover": "b",
        "sender": "c",
        "receiver": SAID.receiver.facts(),
        "rooms": rooms,
        "verify": SAID.verify.encode(),
        "until": "2027-04-22T13:00:00Z",
    }
    with pytest.raises(BadSignature):
        Asking.read(KEY.sign(whole, ASKING), KEY.public.verify)


def test_each_of_its_facts_is_signed() -> None:
    changed = replace(SAID, verify=KEY.public.verify)

    assert changed.sign(KEY) != SAID.sign(KEY)
