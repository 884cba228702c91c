"""Doorstroomtoets: the test of February in groep 8, by one of several providers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from handover.terms.msgid import msgid
from handover.terms.schooladvies import Schooladvies, is_comparable


class Doorstroomtoets(StrEnum):
    """The tests that schools choose from. The list changes by the year, so there is always `OTHER`."""

    AMN = "amn"
    DIA = "dia"
    DOE = "doe"
    IEP = "iep"
    LEERLING_IN_BEELD = "leerling_in_beeld"
    ROUTE_8 = "route_8"
    OTHER = "other"


LABELS: Mapping[Doorstroomtoets, str] = MappingProxyType(
    {
        Doorstroomtoets.AMN: msgid("AMN doorstroomtoets"),
        Doorstroomtoets.DIA: msgid("Dia doorstroomtoets"),
        Doorstroomtoets.DOE: msgid("DOE doorstroomtoets"),
        Doorstroomtoets.IEP: msgid("IEP doorstroomtoets"),
        Doorstroomtoets.LEERLING_IN_BEELD: msgid("Leerling in beeld doorstroomtoets"),
        Doorstroomtoets.ROUTE_8: msgid("Route 8 doorstroomtoets"),
        Doorstroomtoets.OTHER: msgid("een andere doorstroomtoets"),
    }
)

TOETSADVIEZEN: tuple[Schooladvies, ...] = tuple(
    advies for advies in Schooladvies if is_comparable(advies) and not advies.endswith("_lwoo")
)
"""What a test can advise, from low to high: it knows nothing of leerwegondersteuning, nor of vso."""
