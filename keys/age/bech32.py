"""Bech32 without its limit of 90 characters: how keys are written as text.

Source: BIP 173; C2SP age.md drops the limit of length.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from keys.errors import Damaged

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BITS = 5
_CHECKSUM = 6
# The generator's effect for each of the 32 values that can be shifted out: a key of 1,216 bytes is read
# often.
_REDUCED = tuple(reduce(xor, (term for bit, term in enumerate(_GENERATOR) if top >> bit & 1), 0) for top in range(32))


def encode(prefix: str, data: bytes) -> str:
    """Write `data` behind a lower-case `prefix`, in lower case."""
    values = _to_fives(data)
    rest = _polymod([*_spread(prefix), *values, *[0] * _CHECKSUM]) ^ 1
    checksum = [rest >> 5 * (_CHECKSUM - 1 - index) & 31 for index in range(_CHECKSUM)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in (*values, *checksum))


def decode(prefix: str, text: str) -> bytes:
    """Read what `encode` wrote behind this prefix, all lower or all upper case.

    Raises:
        Damaged: another prefix, mixed case, a foreign character, a wrong checksum or bits left over. The
            message names no part of the text, since it may be a secret.
    """
    if text not in (text.lower(), text.upper()):
        raise Damaged("key in mixed case")
    found, separator, rest = text.lower().rpartition("1")
    if not separator or found != prefix or len(rest) < _CHECKSUM:
        raise Damaged("not a key of this kind")
    try:
        values = [_VALUES[character] for character in rest]
    except KeyError:
        # Not chained: a KeyError shows the character.
        raise Damaged("key with a foreign character") from None
    if _polymod([*_spread(prefix), *values]) != 1:
        raise Damaged("key with a typing error")
    return _from_fives(values[:-_CHECKSUM])


def _polymod(values: list[int]) -> int:
    rest = 1
    for value in values:
        rest = (rest & 0x1FFFFFF) << 5 ^ value ^ _REDUCED[rest >> 25]
    return rest


def _spread(prefix: str) -> list[int]:
    return [*(ord(character) >> 5 for character in prefix), 0, *(ord(character) & 31 for character in prefix)]


def _to_fives(data: bytes) -> list[int]:
    missing = -len(data) * 8 % 5
    number = int.from_bytes(data, "big") << missing
    count = (len(data) * 8 + missing) // 5
    return [number >> 5 * (count - 1 - index) & 31 for index in range(count)]


def _from_fives(values: list[int]) -> bytes:
    length, left = divmod(len(values) * 5, 8)
    number = 0
    for value in values:
        number = number << 5 | value
    if left >= _BITS or number & ((1 << left) - 1):
        raise Damaged("key with bits left over")
    return (number >> left).to_bytes(length, "big")
