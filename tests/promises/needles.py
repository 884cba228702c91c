"""Looking for a text in bytes, however it may have been written: encoded, escaped, deflated."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from ahocorasick_rs import BytesAhoCorasick

from handover.terms.folding import fold

SHORTEST = 6
_PIECE = 256
_MOST = 1 << 20
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04", re.DOTALL)
_BREAK = re.compile(rb"=?\r?\n")


def encodings(text: str) -> dict[str, bytes]:
    """The ways in which a text may lie somewhere, by name; of two that are equal, the first."""
    plain = text.encode()
    found = {
        "as it is": plain,
        "Latin-1": text.encode("latin-1", "replace"),
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "UTF-32 LE": text.encode("utf-32-le"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": quote(text, safe="").encode(),
        "percent, small": re.sub(rb"%[0-9A-F]{2}", lambda hit: hit[0].lower(), quote(text, safe="").encode()),
        "JSON": json.dumps(text)[1:-1].encode(),
        "HTML": html.escape(text).encode("ascii", "xmlcharrefreplace"),
        "quoted-printable": quopri.encodestring(plain),
        "small letters": text.casefold().encode(),
        "CAPITALS": text.upper().encode(),
        "folded": fold(text).encode(),
    }
    for shift in range(3):
        found[f"base64, {shift}"] = _base64(plain, shift)
        found[f"base64, {shift}, for URLs"] = _base64(plain, shift).translate(bytes.maketrans(b"+/", b"-_"))
    return _without_doubles(found)


def needles(values: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], bytes]:
    """All encodings of all values, by name of the value and of the encoding."""
    made = {}
    for name, ways in values.items():
        for number, way in enumerate(ways):
            for encoding, needle in encodings(way).items():
                made[name, encoding if number == 0 else f"{encoding} ({number})"] = needle
    return made


def hits(data: bytes, wanted: Mapping[tuple[str, str], bytes]) -> set[tuple[str, str]]:
    """Which of them are in these bytes, or in what is deflated in them."""
    texts = [data]
    for _depth in range(2):
        texts.append(b"\n".join(inflated(texts[-1])))
    # Mail breaks its lines, in the middle of base64 too.
    texts.append(_BREAK.sub(b"", texts[0]))
    return {name for text in texts for name in _in(text, wanted)}


def _in(text: bytes, wanted: Mapping[tuple[str, str], bytes]) -> Iterator[tuple[str, str]]:
    """Those that are in it, all looked for in one pass: a cluster is large, and the needles are many."""
    names = list(wanted)
    search = BytesAhoCorasick(list(wanted.values()))
    for number in {number for number, _start, _end in search.find_matches_as_indexes(text, overlapping=True)}:
        yield names[number]


def inflated(data: bytes) -> Iterator[bytes]:
    """What zlib, gzip and ZIP streams in these bytes hold; of a broken one, what there was before the break."""
    for match in _DEFLATED.finditer(data):
        at = match.start()
        match data[at : at + 2]:
            case b"PK":
                window, start = -zlib.MAX_WBITS, _content_of_member(data, at)
            case b"\x1f\x8b":
                window, start = zlib.MAX_WBITS | 16, at
            case _:
                window, start = zlib.MAX_WBITS, at
        if inside := _inflate(data, start, window):
            yield inside


def _inflate(data: bytes, at: int, window: int) -> bytes:
    stream, out = zlib.decompressobj(window), bytearray()
    while at < len(data) and not stream.eof and len(out) < _MOST:
        try:
            out += stream.decompress(data[at : at + _PIECE])
        except zlib.error:
            break
        at += _PIECE
    return bytes(out) if len(out) >= SHORTEST else b""


def _content_of_member(data: bytes, at: int) -> int:
    name = int.from_bytes(data[at + 26 : at + 28], "little")
    extra = int.from_bytes(data[at + 28 : at + 30], "little")
    return at + 30 + name + extra


def _base64(plain: bytes, shift: int) -> bytes:
    """What is the same whatever stands before and behind it, when `shift` bytes of a group of three come before."""
    bits = 8 * shift
    first, last = -(-bits // 6), (bits + 8 * len(plain)) // 6
    return base64.b64encode(bytes(shift) + plain + bytes(3))[first:last]


def _without_doubles(found: Mapping[str, bytes]) -> dict[str, bytes]:
    kept: dict[bytes, str] = {}
    for name, needle in found.items():
        assert len(needle) >= SHORTEST, f"{name}: too short to be sure of"
        kept.setdefault(needle, name)
    return {name: needle for needle, name in kept.items()}
