"""What is left before a dossier can be confirmed, each as a link to where it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from handover.bundles.model import Handover, Part
from handover.bundles.receiving import confirm_facts
from handover.bundles.rules import Reason, Unmet, unmet
from handover.db.unit_of_work import UnitOfWork


class Readable(Protocol):
    """One thing to read, as far as it matters here."""

    @property
    def part(self) -> Part:
        """In which part it lies."""
        ...

    @property
    def key(self) -> str:
        """Names it in an address."""
        ...

    @property
    def is_read(self) -> bool:
        """Whether the receiver has read it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Point:
    """One line of the list; `stand` is one of those of the macro `teken`."""

    stand: str
    text: str
    href: str = ""


def points_of(
    uow: UnitOfWork, handover: Handover, items: Sequence[Readable], questions: Sequence[object]
) -> list[Point]:
    """Every condition of confirming, done or not, in the order in which people meet them."""
    facts = confirm_facts(uow, handover)
    left = {reason.unmet: reason for reason in unmet(facts)}
    points = [_point(kind, left.get(kind), handover, items) for kind in _ALWAYS]
    if Unmet.CARE_UNREAD in left or any(item.part is Part.CARE for item in items):
        points.append(_point(Unmet.CARE_UNREAD, left.get(Unmet.CARE_UNREAD), handover, items))
    if questions or Unmet.QUESTION_OPEN in left:
        points.append(_point(Unmet.QUESTION_OPEN, left.get(Unmet.QUESTION_OPEN), handover, items))
    if facts.conversation_asked:
        points.append(_point(Unmet.CONVERSATION, left.get(Unmet.CONVERSATION), handover, items))
    if Unmet.TLV in left:
        points.append(_point(Unmet.TLV, left[Unmet.TLV], handover, items))
    return points


_ALWAYS = (Unmet.ENROLMENT, Unmet.DOSSIER_UNREAD, Unmet.DOCUMENT_UNREAD)
_STANDS: Mapping[Unmet, str] = {Unmet.ENROLMENT: "wait", Unmet.TLV: "wait"}
"""What somebody else must do; the rest is the reader's turn."""


def _point(kind: Unmet, reason: Reason | None, handover: Handover, items: Sequence[Readable]) -> Point:
    if reason is None:
        return Point(stand="done", text=_done(kind))
    return Point(stand=_STANDS.get(kind, "now"), text=_left(kind, reason.count), href=_where(kind, handover, items))


def _done(kind: Unmet) -> str:
    words = {
        Unmet.ENROLMENT: _("Het kind is ingeschreven"),
        Unmet.DOSSIER_UNREAD: _("Het rapport is gelezen"),
        Unmet.DOCUMENT_UNREAD: _("Alle documenten zijn gelezen"),
        Unmet.CARE_UNREAD: _("Alles over extra ondersteuning is gelezen"),
        Unmet.QUESTION_OPEN: _("Geen vraag van ons staat open"),
        Unmet.CONVERSATION: _("Het gesprek is geweest, of het is niet meer nodig"),
        Unmet.TLV: _("De TLV is in orde"),
    }
    return str(words[kind])


def _left(kind: Unmet, count: int) -> str:
    words = {
        Unmet.ENROLMENT: _("Het kind is nog niet ingeschreven. Dat doet de leerlingadministratie."),
        Unmet.DOSSIER_UNREAD: _("Lees het rapport"),
        Unmet.DOCUMENT_UNREAD: ngettext("Open nog %(num)s document", "Open nog %(num)s documenten", count),
        Unmet.CARE_UNREAD: ngettext(
            "Nog %(num)s stuk over extra ondersteuning te lezen door de zorgcoördinator",
            "Nog %(num)s stukken over extra ondersteuning te lezen door de zorgcoördinator",
            count,
        ),
        Unmet.QUESTION_OPEN: ngettext("%(num)s vraag van ons staat open", "%(num)s vragen van ons staan open", count),
        Unmet.CONVERSATION: _("Leg het gesprek vast, of leg uit waarom het niet nodig is"),
        Unmet.TLV: _("De toelaatbaarheidsverklaring (TLV) is er nog niet"),
    }
    return str(words[kind])


def _where(kind: Unmet, handover: Handover, items: Sequence[Readable]) -> str:
    page = f"/dossier/{handover.id}"
    match kind:
        case Unmet.DOCUMENT_UNREAD:
            return _first_unread(page, items, Part.DOSSIER)
        case Unmet.CARE_UNREAD:
            return _first_unread(page, items, Part.CARE)
        case Unmet.DOSSIER_UNREAD:
            return f"{page}?toon=dossier-0"
        case Unmet.QUESTION_OPEN:
            return "#vragen"
        case Unmet.CONVERSATION:
            return f"{page}/gesprek"
        case _:
            return ""


def _first_unread(page: str, items: Sequence[Readable], part: Part) -> str:
    for item in items:
        if item.part is part and not item.is_read:
            return f"{page}?toon={item.key}"
    return f"{page}?toon={part.value}-1"
