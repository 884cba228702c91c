"""Passphrases, and the words that two people read to each other."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from keys.words import BITS, fingerprint_words, generate_passphrase, normalise, words


def test_the_list_has_a_word_for_each_value_of_thirteen_bits() -> None:
    listed = words()

    assert len(set(listed)) == len(listed) == 1 << BITS
    assert list(listed) == sorted(listed)
    assert all(re.fullmatch("[a-z]{3,9}", word) for word in listed)


def test_no_two_words_are_one_letter_apart() -> None:
    seen: dict[str, str] = {}
    pairs = [
        (word, other)
        for word in words()
        for place in range(len(word))
        if (other := seen.setdefault(word[:place] + "*" + word[place + 1 :], word)) != word
    ]

    assert pairs == []


def test_no_word_is_another_with_a_letter_dropped() -> None:
    listed = set(words())

    assert [w for w in listed for at in range(len(w)) if w[:at] + w[at + 1 :] in listed] == []


def test_a_passphrase_is_five_words_of_the_list() -> None:
    drawn = generate_passphrase().split(" ")

    assert len(drawn) == 5
    assert set(drawn) <= set(words())


def test_passphrases_differ() -> None:
    assert len({generate_passphrase() for _ in range(200)}) == 200


def test_how_it_was_typed_is_forgiven() -> None:
    assert normalise("  Water-melk,  BROOD \n kaas\t_boter ") == "water melk brood kaas boter"


@given(st.text())
def test_forgiving_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_a_fingerprint_stays_what_people_read_to_each_other() -> None:
    # Written down when the list was made: a change here breaks every comparison on paper.
    assert fingerprint_words(b"") == FINGERPRINT_OF_NOTHING
    assert fingerprint_words("age1pq") == fingerprint_words(b"age1pq")


def test_fingerprints_of_keys_differ() -> None:
    prints = [fingerprint_words(bytes([value])) for value in range(256)]

    assert all(left != right for left, right in combinations(prints, 2))


FINGERPRINT_OF_NOTHING = "zeuren prognose schokkend dating polygoon"
