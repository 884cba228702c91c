"""Reading the open register's address files as they come: separator, encoding, code width and column names are sniffed.

Bron van de bestanden: DUO, Open Onderwijsdata.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

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
}
_NEEDED = ("vestiging", "name")
_SEPARATORS = ";,\t"


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
    text = _decode(data)
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns = _columns(next(reader, []))
    return _rows(reader, columns)


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


def _rows(reader: Iterator[list[str]], columns: dict[str, int]) -> Iterator[Row | Refused]:
    seen: set[str] = set()
    line = 1
    while True:
        line += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Refused(line, "Deze regel is geen regel van een tabel.")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        found = _row(line, cells, columns)
        if isinstance(found, Row) and found.brin6 in seen:
            found = Refused(line, f"Vestiging {found.brin6} staat er twee keer in.")
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
    return Row(
        line=line,
        brin6=brin6,
        name=value["name"],
        street=f"{value.get('street', '')} {value.get('number', '')}".strip(),
        postcode=value.get("postcode", "").replace(" ", "").upper(),
        place=value.get("place", ""),
        municipality_code=value.get("municipality_code", ""),
        municipality=value.get("municipality", ""),
        board=value.get("board", ""),
        telephone=value.get("telephone", ""),
        website=value.get("website", ""),
    )
