"""Kinds of document in a dossier, and the room in which each lies."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from handover.terms.msgid import msgid


class DocumentKind(StrEnum):
    """What a document is. Those that say how a child is cared for lie in the care room (`goes_to_care`)."""

    OKR = "okr"
    TOETSRESULTATEN = "toetsresultaten"
    CIJFERLIJST = "cijferlijst"
    ADVIESFORMULIER = "adviesformulier"
    ZIENSWIJZE = "zienswijze"
    OTHER = "other"
    OPP = "opp"
    HANDELINGSPLAN = "handelingsplan"
    ONDERWIJSBEHOEFTEN = "onderwijsbehoeften"
    DIAGNOSE = "diagnose"
    MEDICIJNGEBRUIK = "medicijngebruik"
    VERZUIM = "verzuim"
    TLV = "tlv"
    ARRANGEMENT = "arrangement"
    OTHER_CARE = "other_care"

    @property
    def goes_to_care(self) -> bool:
        """Whether only those who may read care read it. Absence too: such a record seldom leaves out why."""
        return self in _CARE


_CARE = frozenset(
    {
        DocumentKind.OPP,
        DocumentKind.HANDELINGSPLAN,
        DocumentKind.ONDERWIJSBEHOEFTEN,
        DocumentKind.DIAGNOSE,
        DocumentKind.MEDICIJNGEBRUIK,
        DocumentKind.VERZUIM,
        DocumentKind.TLV,
        DocumentKind.ARRANGEMENT,
        DocumentKind.OTHER_CARE,
    }
)

LABELS: Mapping[DocumentKind, str] = MappingProxyType(
    {
        DocumentKind.OKR: msgid("onderwijskundig rapport (OKR)"),
        DocumentKind.TOETSRESULTATEN: msgid("toetsresultaten"),
        DocumentKind.CIJFERLIJST: msgid("cijferlijst of rapport"),
        DocumentKind.ADVIESFORMULIER: msgid("adviesformulier"),
        DocumentKind.ZIENSWIJZE: msgid("wat de ouders vinden (zienswijze)"),
        DocumentKind.OTHER: msgid("iets anders"),
        DocumentKind.OPP: msgid("ontwikkelingsperspectief (OPP)"),
        DocumentKind.HANDELINGSPLAN: msgid("handelingsplan"),
        DocumentKind.ONDERWIJSBEHOEFTEN: msgid("onderwijsbehoeften"),
        DocumentKind.DIAGNOSE: msgid("diagnose of onderzoek"),
        DocumentKind.MEDICIJNGEBRUIK: msgid("medicijngebruik"),
        DocumentKind.VERZUIM: msgid("verzuim"),
        DocumentKind.TLV: msgid("toelaatbaarheidsverklaring (TLV)"),
        DocumentKind.ARRANGEMENT: msgid("arrangement"),
        DocumentKind.OTHER_CARE: msgid("iets anders over zorg"),
    }
)
