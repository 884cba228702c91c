"""The form on which the office records what became of an application: what it shows, and what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from flask_babel import gettext as _

from handover.bundles.outcomes import Tlvs
from handover.terms.destination import Outcome, Tlv
from handover.web.dates import UnreadableDay, read_day

FIELDS = ("uitslag", "grond", "tlv", "tlv_tot", "versie")
_OURS = {"ground": "grond", "tlv_until": "tlv_tot"}
"""What the action calls a field, and what the form does."""

Value = TypeVar("Value", bound=StrEnum)
_VERSION = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed: as it stood in the fields, and as values when nothing is wrong with it."""

    fields: Mapping[str, str]
    outcome: Outcome = Outcome.ASKED
    tlv: Tlvs = field(default_factory=lambda: Tlvs(tlv=Tlv.NOT_NEEDED))
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def ground(self) -> str:
        """Why the child was not admitted."""
        return self.fields["grond"]

    @property
    def read(self) -> int | None:
        """Which version the form was filled in over."""
        return int(self.fields["versie"]) if _VERSION.fullmatch(self.fields["versie"]) else None


def read_form(posted: Mapping[str, str], *, today: date) -> Typed:
    """What was posted."""
    fields = {name: posted.get(name, "") for name in FIELDS}
    wrong: dict[str, str] = {}
    outcome = _one_of(Outcome, fields, "uitslag", wrong)
    tlv = _one_of(Tlv, fields, "tlv", wrong)
    until = _until(fields["tlv_tot"], today, wrong) if tlv is Tlv.GRANTED else None
    if outcome is None or tlv is None or wrong:
        return Typed(fields=fields, wrong=wrong)
    return Typed(fields=fields, outcome=outcome, tlv=Tlvs(tlv=tlv, until=until))


class Recorded(Protocol):
    """What was recorded before, of a dossier that came or is expected."""

    @property
    def outcome(self) -> Outcome:
        """What became of the application."""
        ...

    @property
    def tlv(self) -> Tlv:
        """How it stands with the TLV."""
        ...

    @property
    def tlv_until(self) -> date | None:
        """Its last day."""
        ...

    @property
    def version(self) -> int:
        """To compare when it is saved."""
        ...


def as_fields(now: Recorded, *, ground: str = "") -> dict[str, str]:
    """What was recorded before, as the fields show it."""
    until = now.tlv_until
    return {
        "uitslag": now.outcome.value,
        "grond": ground,
        "tlv": now.tlv.value,
        "tlv_tot": f"{until.day}-{until.month}-{until.year}" if until else "",
        "versie": str(now.version),
    }


def in_form(wrong: Mapping[str, str]) -> dict[str, str]:
    """What the action found wrong, under the names of the form."""
    return {_OURS.get(name, name): text for name, text in wrong.items()}


def _one_of(kind: type[Value], fields: Mapping[str, str], name: str, wrong: dict[str, str]) -> Value | None:
    if fields[name] in {one.value for one in kind}:
        return kind(fields[name])
    wrong[name] = _("Kies er een.")
    return None


def _until(text: str, today: date, wrong: dict[str, str]) -> date | None:
    try:
        return read_day(text, today=today) if text.strip() else None
    except UnreadableDay:
        wrong["tlv_tot"] = _("Dit is geen dag die wij herkennen. Schrijf bijvoorbeeld 31-7-2029.")
        return None
