"""The recovery sheet: a unit's way back when nobody knows the words. On paper, and nowhere else.

It holds an identity as text and as QR, and five words that tell which sheet it is. It lies outside the service
layer, so it survives the loss of the service key; and whoever finds it beside a stolen database can read. It says both.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files

import segno
import typst

from handover.errors import Invalid
from handover.terms.months import MONTHS
from handover.terms.msgid import msgid
from keys.age.hybrid import HybridIdentity
from keys.errors import KeysError
from keys.words import fingerprint_words

_GROUP = 4


@dataclass(frozen=True, kw_only=True)
class PrintedSheet:
    """A sheet that was just made; gone when this value is."""

    unit: str
    place: str
    made_on: date
    identity: HybridIdentity = field(repr=False)

    @property
    def words(self) -> str:
        """The five words by which people recognise this sheet; no secret."""
        return sheet_words(self.identity)

    @property
    def text(self) -> str:
        """What is typed over from paper: `AGE-SECRET-KEY-PQ-1…`."""
        return self.identity.encode()

    def pdf(self) -> bytes:
        """One A4, tagged (PDF/UA-1), in about 0.1 s. Its facts go in as data, never as markup."""
        facts = {
            "unit": self.unit,
            "place": self.place,
            "made_on": f"{self.made_on.day} {MONTHS[self.made_on.month - 1]} {self.made_on.year}",
            "words": self.words,
            "text": _grouped(self.text),
            "qr": _qr(self.text),
        }
        source = files("handover.access").joinpath("sheet.typ").read_bytes()
        return bytes(typst.compile(source, sys_inputs={"sheet": json.dumps(facts)}, pdf_standards="ua-1"))


def sheet_words(identity: HybridIdentity) -> str:
    """The five words of a sheet."""
    return fingerprint_words(identity.recipient().encode())


def read_sheet(typed: str) -> HybridIdentity:
    """What was scanned or typed over; spaces and capitals are forgiven.

    Raises:
        Invalid: a mistake in it, or no sheet at all.
    """
    try:
        return HybridIdentity.parse("".join(typed.split()).upper())
    except KeysError as error:
        wrong = msgid("Dit is niet de tekst van een herstelblad. Kijk of er een teken mist of dubbel staat.")
        raise Invalid(fields={"blad": wrong}) from error


def _grouped(text: str) -> str:
    return " ".join(text[place : place + _GROUP] for place in range(0, len(text), _GROUP))


def _qr(text: str) -> str:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=2)
    return drawn.getvalue().decode()
