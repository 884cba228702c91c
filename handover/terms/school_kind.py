"""Kinds of school, as data: guards ask for the kind, nothing is forbidden to one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from handover.terms.msgid import msgid


class Side(StrEnum):
    """Where somebody stands in a handover: it comes from PO and goes to VO; the SWV watches."""

    PO = "po"
    VO = "vo"
    SWV = "swv"


class SchoolKind(StrEnum):
    """What kind of education a location gives."""

    BO = "bo"
    SBO = "sbo"
    SO = "so"
    VO = "vo"
    PRO = "pro"
    VSO = "vso"
    ISK = "isk"

    @property
    def side(self) -> Side:
        """Primary or secondary."""
        return Side.PO if self in _PRIMARY else Side.VO

    @property
    def needs_tlv(self) -> bool:
        """Whether a child is admitted only with a toelaatbaarheidsverklaring of the SWV."""
        return self in _WITH_TLV

    @property
    def needs_advice(self) -> bool:
        """Whether a pupil leaves with a schooladvies; SO is excused (OSO 2019.1, rule OVa.OA02)."""
        return self is not SchoolKind.SO


_PRIMARY = frozenset({SchoolKind.BO, SchoolKind.SBO, SchoolKind.SO})
_WITH_TLV = frozenset({SchoolKind.SBO, SchoolKind.SO, SchoolKind.PRO, SchoolKind.VSO})


def kinds_of(side: Side) -> tuple[SchoolKind, ...]:
    """The kinds of school at that side; the SWV has none."""
    return tuple(kind for kind in SchoolKind if kind.side is side)


LABELS: Mapping[SchoolKind, str] = MappingProxyType(
    {
        SchoolKind.BO: msgid("basisschool"),
        SchoolKind.SBO: msgid("speciaal basisonderwijs"),
        SchoolKind.SO: msgid("speciaal onderwijs"),
        SchoolKind.VO: msgid("voortgezet onderwijs"),
        SchoolKind.PRO: msgid("praktijkonderwijs"),
        SchoolKind.VSO: msgid("voortgezet speciaal onderwijs"),
        SchoolKind.ISK: msgid("internationale schakelklas"),
    }
)

SIDE_LABELS: Mapping[Side, str] = MappingProxyType(
    {
        Side.PO: msgid("primair onderwijs"),
        Side.VO: msgid("voortgezet onderwijs"),
        Side.SWV: msgid("samenwerkingsverband"),
    }
)
