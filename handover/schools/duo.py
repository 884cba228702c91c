"""Reading the open register's address files as they come: separator, encoding, code width and column names are sniffed.

Bron van de bestanden: DUO, Open Onderwijsdata.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from handover.errors import Invalid
from handover.terms.brin import Brin6

_NAMES = {
    "brin": ("BRIN NUMMER", "INSTELLINGSCODE"),
    "vestiging": ("VESTIGINGSNUMMER", "VESTIGINGSCODE", "BRIN6"),
    "name": ("VESTIGINGSNAAM", "NAAM"),
    "street": ("STRAATNAAM",),
    "number": ("HUISNUMMER-TOEVOEGING",),
    "postcode": ("POSTCODE",),
    "place": ("PLAATSNAAM", "PLAATSNAAM_2021"),
    "municipality_code": ("GEMEENTENUMMER",),
    "municipality": ("GEMEENTENAAM", "GEMEENTE"),
    "board": ("BEVOEGD GEZAG NUMMER", "BEVOEGD_GEZAG_NUMMER_2021"),
    "telephone": ("TELEFOONNUMMER",),
    "website": ("INTERNETADRES",),
    "structure": ("ONDERWIJSSTRUCTUUR",),
}
_NEEDED = ("vestiging", "name")
_LONGEST = {
    "name": 200,
    "street": 150,
    "number": 40,
    "postcode": 7,
    "place": 100,
    "municipality_code": 4,
    "municipality": 100,
    "board": 8,
    "telephone": 20,
    "website": 200,
}
"""Characters; what is longer is no such thing, and a strict database would refuse the whole file for it."""
_SEPARATORS = ";,\t"
_LINE_END = re.compile("\r\n|\r|\n")
_SMALL = frozenset({"aan", "bij", "de", "den", "der", "en", "het", "in", "op", "ter", "van", "voor", "'s", "'t"})
_WORD = re.compile(r"['\w.]+")


class UnreadableFile(Invalid):
    """It is no address file of the open register; nothing was taken from it."""

    code = "unreadable-file"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One location as the file has it, trimmed; what the file lacks is empty. `line` counts from 1."""

    line: int
    brin6: str
    name: str
    street: str
    postcode: str
    place: str
    municipality_code: str
    municipality: str
    board: str
    telephone: str
    website: str
    structure: str
    """Only in files of secondary schools, e.g. `HAVO/VWO` or `PRO`."""


@dataclass(frozen=True)
class Refused:
    """A line that was not taken, and why, in Dutch."""

    line: int
    reason: str


def read(data: bytes) -> Iterator[Row | Refused]:
    """Every line of the file, in order, taken or refused.

    Raises:
        UnreadableFile: empty, binary, or without the columns that say which school a line is about.
    """
    lines = _LINE_END.split(_decode(data))
    separator = max(_SEPARATORS, key=lines[0].count)
    columns = _columns(_cells(lines[0], separator) or [])
    return _rows(lines, separator, columns)


@lru_cache(maxsize=4096)
def as_written(place: str) -> str:
    """A place that the register shouts, as it is written: `HORST AAN DE MAAS` becomes `Horst aan de Maas`.

    A province of two letters behind it stays (`Bergen LB`), and so does what has a small letter already.
    """
    if not place.isupper():
        return place
    first, _, last = place.rpartition(" ")
    province = f" {last}" if first and len(last) == len("LB") and last.isalpha() else ""
    words = place.removesuffix(province).lower()
    return _WORD.sub(lambda word: _capital(word[0], first=word.start() == 0), words) + province


def _capital(word: str, *, first: bool) -> str:
    if word in _SMALL and not (first and word[0].isalpha()):
        return word
    return "IJ" + word[2:] if word.startswith("ij") else word[:1].upper() + word[1:]


def _decode(data: bytes) -> str:
    if not data.strip():
        raise UnreadableFile("Het bestand is leeg.")
    if b"\0" in data:
        raise UnreadableFile("Dit is geen tekstbestand.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Older files; cp1252 has five bytes without a sign, which then cost a letter and not the file.
        return data.decode("cp1252", "replace")


def _columns(head: list[str]) -> dict[str, int]:
    found = {title.strip().upper(): place for place, title in enumerate(head)}
    columns = {field: found[title] for field, titles in _NAMES.items() for title in reversed(titles) if title in found}
    missing = [_NAMES[field][0] for field in _NEEDED if field not in columns]
    if missing:
        raise UnreadableFile(f"In het bestand ontbreekt de kolom {', '.join(missing)}.")
    columns["width"] = len(head)
    return columns


def _cells(line: str, separator: str) -> list[str] | None:
    # Line by line: the register has no line ends inside a cell, and read as one text a quote that is not closed would
    # take all schools behind it along.
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _rows(lines: list[str], separator: str, columns: dict[str, int]) -> Iterator[Row | Refused]:
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip(f"{separator} "):
            continue
        cells = _cells(line, separator)
        if cells is None:
            yield Refused(number, "In deze regel staat een aanhalingsteken op een verkeerde plaats.")
            continue
        found = _row(number, cells, columns)
        if isinstance(found, Row) and found.brin6 in seen:
            found = Refused(number, f"Vestiging {found.brin6} staat er twee keer in.")
        if isinstance(found, Row):
            seen.add(found.brin6)
        yield found


def _row(line: int, cells: list[str], columns: dict[str, int]) -> Row | Refused:
    if len(cells) != columns["width"]:
        return Refused(line, f"Deze regel heeft {len(cells)} kolommen in plaats van {columns['width']}.")
    value = {field: cells[place].strip() for field, place in columns.items() if field != "width"}
    try:
        brin6 = str(Brin6.join(value.get("brin", ""), value["vestiging"]))
    except ValueError:
        return Refused(line, "Dit is geen BRIN met vestiging.")
    if not value["name"]:
        return Refused(line, "De naam van de school ontbreekt.")
    wrong = [_NAMES[field][0] for field, longest in _LONGEST.items() if not _fits(value.get(field, ""), longest)]
    if wrong:
        return Refused(line, f"Te lang, of met een teken dat wij niet kunnen tonen: {', '.join(wrong)}.")
    return Row(
        line=line,
        brin6=brin6,
        name=value["name"],
        street=f"{value.get('street', '')} {value.get('number', '')}".strip(),
        postcode=value.get("postcode", "").replace(" ", "").upper(),
        place=as_written(value.get("place", "")),
        municipality_code=value.get("municipality_code", ""),
        municipality=as_written(value.get("municipality", "")),
        board=value.get("board", ""),
        telephone=value.get("telephone", ""),
        website=value.get("website", ""),
        structure=value.get("structure", ""),
    )


def _fits(cell: str, longest: int) -> bool:
    return len(cell) <= longest and not any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in cell)
