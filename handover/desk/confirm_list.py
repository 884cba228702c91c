"""What is left before a handover can be confirmed, in sentences: whose turn each thing is, and where it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import ngettext

from handover.bundles.rules import ConfirmFacts, Reason, Unmet, unmet
from handover.policy import Role

DONE, NOW, WAIT = "done", "now", "wait"


@dataclass(frozen=True, kw_only=True)
class Point:
    """One thing to have done. `stand` is a sign of the pictures: done, now (yours to do) or wait (somebody else's)."""

    stand: str
    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom the list is drawn up: their roles at the receiving school, and whether anybody there has `care`."""

    roles: frozenset[Role]
    unit_has_care: bool = True


def points(facts: ConfirmFacts, handover_id: str, reader: Reader) -> list[Point]:
    """Everything that this handover needs, done or not, in the order in which it is usually done."""
    left = {reason.unmet: reason for reason in unmet(facts)}
    return [
        _LEFT[what](left[what], handover_id, reader) if what in left else Point(stand=DONE, text=_done(what))
        for what in _ORDER
        if what in left or _applies(what, facts)
    ]


def points_left(reasons: list[Reason], handover_id: str, reader: Reader) -> list[Point]:
    """Only what is left, of the reasons that `unmet` or a `NotComplete` gave."""
    left = {reason.unmet: reason for reason in reasons}
    return [_LEFT[what](left[what], handover_id, reader) for what in _ORDER if what in left]


def next_point(reasons: list[Reason], handover_id: str, reader: Reader) -> Point:
    """The one next step: what is this person's to do, else what somebody else has to, else confirming."""
    left = points_left(reasons, handover_id, reader)
    for point in left:
        if point.stand == NOW:
            return point
    if left:
        return left[0]
    if Role.INTAKE in reader.roles:
        return Point(stand=NOW, text=_("Bevestig de overdracht"), href=f"/dossier/{handover_id}/bevestigen")
    return Point(stand=WAIT, text=_("De intakecoördinator kan bevestigen"))


_ORDER = (
    Unmet.CONFIRMED_ELSEWHERE,
    Unmet.DOSSIER_UNREAD,
    Unmet.DOCUMENT_UNREAD,
    Unmet.CARE_UNREAD,
    Unmet.QUESTION_OPEN,
    Unmet.CONVERSATION,
    Unmet.TLV,
    Unmet.ENROLMENT,
)


def _applies(what: Unmet, facts: ConfirmFacts) -> bool:
    """Whether it is worth saying that it is done: a child without a TLV needs no line about one."""
    if what is Unmet.CONVERSATION:
        return facts.conversation_asked
    return what is Unmet.ENROLMENT or (what is Unmet.DOSSIER_UNREAD and facts.is_here)


def _done(what: Unmet) -> str:
    if what is Unmet.CONVERSATION:
        return str(_("Het gesprek is gehouden, of was niet meer nodig"))
    if what is Unmet.ENROLMENT:
        return str(_("De leerling is ingeschreven"))
    return str(_("Het rapport is gelezen"))


def _enrolment(_reason: Reason, handover_id: str, reader: Reader) -> Point:
    if Role.VO_OFFICE in reader.roles:
        return Point(stand=NOW, text=_("Leg vast dat de leerling is ingeschreven"), href=_outcome(handover_id))
    return Point(stand=WAIT, text=_("De leerlingadministratie legt de inschrijving vast"))


def _report(_reason: Reason, handover_id: str, reader: Reader) -> Point:
    where = f"/dossier/{handover_id}?toon=dossier-0"
    return _to_read(_("Lees het rapport"), _("De intake leest het rapport"), where, reader)


def _documents(reason: Reason, handover_id: str, reader: Reader) -> Point:
    mine = ngettext("Lees nog %(num)s document", "Lees nog %(num)s documenten", reason.count)
    theirs = ngettext("De intake leest nog %(num)s document", "De intake leest nog %(num)s documenten", reason.count)
    return _to_read(mine, theirs, f"/dossier/{handover_id}#stukken", reader)


def _care(reason: Reason, handover_id: str, reader: Reader) -> Point:
    wanted = Role.CARE if reader.unit_has_care else Role.INTAKE
    if wanted in reader.roles:
        text = ngettext("Lees nog %(num)s zorgstuk", "Lees nog %(num)s zorgstukken", reason.count)
        return Point(stand=NOW, text=text, href=f"/dossier/{handover_id}#stukken")
    text = ngettext(
        "De zorgcoördinator leest nog %(num)s zorgstuk",
        "De zorgcoördinator leest nog %(num)s zorgstukken",
        reason.count,
    )
    return Point(stand=WAIT, text=text)


def _questions(reason: Reason, handover_id: str, reader: Reader) -> Point:
    text = ngettext(
        "De basisschool beantwoordt nog %(num)s vraag",
        "De basisschool beantwoordt nog %(num)s vragen",
        reason.count,
    )
    note = _("Is het antwoord er, of is de vraag niet meer nodig? Sluit hem dan.")
    href = f"/dossier/{handover_id}#vragen" if _reads(reader) else ""
    return Point(stand=WAIT, text=text, href=href, note=note)


def _tlv(_reason: Reason, handover_id: str, reader: Reader) -> Point:
    if Role.VO_OFFICE in reader.roles:
        return Point(stand=NOW, text=_("Leg vast of de TLV er is"), href=_outcome(handover_id))
    return Point(stand=WAIT, text=_("De TLV is er nog niet. De leerlingadministratie legt hem vast"))


def _conversation(_reason: Reason, handover_id: str, reader: Reader) -> Point:
    if _reads(reader):
        text = _("Spreek met de leerkracht en schrijf op wat u afsprak")
        return Point(stand=NOW, text=text, href=f"/dossier/{handover_id}/gesprek")
    return Point(stand=WAIT, text=_("De intake spreekt nog met de leerkracht"))


def _to_read(mine: str, theirs: str, where: str, reader: Reader) -> Point:
    if _reads(reader):
        return Point(stand=NOW, text=mine, href=where)
    return Point(stand=WAIT, text=theirs)


def _reads(reader: Reader) -> bool:
    return bool(reader.roles & {Role.INTAKE, Role.CARE})


def _outcome(handover_id: str) -> str:
    return f"/dossiers/{handover_id}/uitslag"


def _elsewhere(_reason: Reason, _handover_id: str, _reader: Reader) -> Point:
    text = _("Een andere school heeft al bevestigd dat deze leerling daar is ingeschreven. Bel de basisschool")
    return Point(stand=WAIT, text=text)


_LEFT: Mapping[Unmet, Callable[[Reason, str, Reader], Point]] = MappingProxyType(
    {
        Unmet.CONFIRMED_ELSEWHERE: _elsewhere,
        Unmet.ENROLMENT: _enrolment,
        Unmet.DOSSIER_UNREAD: _report,
        Unmet.DOCUMENT_UNREAD: _documents,
        Unmet.CARE_UNREAD: _care,
        Unmet.QUESTION_OPEN: _questions,
        Unmet.TLV: _tlv,
        Unmet.CONVERSATION: _conversation,
    }
)
