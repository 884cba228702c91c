"""Schooladvies: what the primary school advises, and what the doorstroomtoets says, in DUO's seventeen values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from handover.terms.msgid import msgid


class Schooladvies(StrEnum):
    """The values of DUO's list since gemengde and theoretische leerweg are one. `LWOO`: leerwegondersteuning."""

    VSO = "vso"
    PRO = "pro"
    VMBO_BB = "vmbo_bb"
    VMBO_BB_LWOO = "vmbo_bb_lwoo"
    VMBO_BB_KB = "vmbo_bb_kb"
    VMBO_BB_KB_LWOO = "vmbo_bb_kb_lwoo"
    VMBO_KB = "vmbo_kb"
    VMBO_KB_LWOO = "vmbo_kb_lwoo"
    VMBO_KB_GLTL = "vmbo_kb_gltl"
    VMBO_KB_GLTL_LWOO = "vmbo_kb_gltl_lwoo"
    VMBO_GLTL = "vmbo_gltl"
    VMBO_GLTL_LWOO = "vmbo_gltl_lwoo"
    VMBO_GLTL_HAVO = "vmbo_gltl_havo"
    HAVO = "havo"
    HAVO_VWO = "havo_vwo"
    VWO = "vwo"
    GEEN_SPECIFIEK = "geen_specifiek"


LABELS: Mapping[Schooladvies, str] = MappingProxyType(
    {
        Schooladvies.VSO: msgid("vso"),
        Schooladvies.PRO: msgid("praktijkonderwijs"),
        Schooladvies.VMBO_BB: msgid("vmbo basis"),
        Schooladvies.VMBO_BB_LWOO: msgid("vmbo basis met lwoo"),
        Schooladvies.VMBO_BB_KB: msgid("vmbo basis tot en met kader"),
        Schooladvies.VMBO_BB_KB_LWOO: msgid("vmbo basis tot en met kader met lwoo"),
        Schooladvies.VMBO_KB: msgid("vmbo kader"),
        Schooladvies.VMBO_KB_LWOO: msgid("vmbo kader met lwoo"),
        Schooladvies.VMBO_KB_GLTL: msgid("vmbo kader tot en met gl/tl"),
        Schooladvies.VMBO_KB_GLTL_LWOO: msgid("vmbo kader tot en met gl/tl met lwoo"),
        Schooladvies.VMBO_GLTL: msgid("vmbo gl/tl"),
        Schooladvies.VMBO_GLTL_LWOO: msgid("vmbo gl/tl met lwoo"),
        Schooladvies.VMBO_GLTL_HAVO: msgid("vmbo gl/tl tot en met havo"),
        Schooladvies.HAVO: msgid("havo"),
        Schooladvies.HAVO_VWO: msgid("havo tot en met vwo"),
        Schooladvies.VWO: msgid("vwo"),
        Schooladvies.GEEN_SPECIFIEK: msgid("geen specifiek advies mogelijk"),
    }
)

# Leerwegondersteuning says how a child is helped, not how high: both forms of an advice weigh the same.
_WEIGHT: Mapping[Schooladvies, int] = MappingProxyType(
    {
        Schooladvies.PRO: 10,
        Schooladvies.VMBO_BB: 15,
        Schooladvies.VMBO_BB_LWOO: 15,
        Schooladvies.VMBO_BB_KB: 20,
        Schooladvies.VMBO_BB_KB_LWOO: 20,
        Schooladvies.VMBO_KB: 30,
        Schooladvies.VMBO_KB_LWOO: 30,
        Schooladvies.VMBO_KB_GLTL: 35,
        Schooladvies.VMBO_KB_GLTL_LWOO: 35,
        Schooladvies.VMBO_GLTL: 50,
        Schooladvies.VMBO_GLTL_LWOO: 50,
        Schooladvies.VMBO_GLTL_HAVO: 60,
        Schooladvies.HAVO: 70,
        Schooladvies.HAVO_VWO: 75,
        Schooladvies.VWO: 80,
    }
)


def is_comparable(advies: Schooladvies) -> bool:
    """Whether the value stands on the ladder at all: vso and 'geen specifiek' are neither higher nor lower."""
    return advies in _WEIGHT


def is_higher(one: Schooladvies, other: Schooladvies) -> bool:
    """Whether `one` is the higher of the two; never where either does not stand on the ladder."""
    return is_comparable(one) and is_comparable(other) and _WEIGHT[one] > _WEIGHT[other]


def needs_motivation(definitief: Schooladvies, toetsadvies: Schooladvies) -> bool:
    """Whether the school must say why it did not raise the advice to that of the test; a lower test never lowers it.

    Source: DUO, schooladvies registreren, as summed up in `docs/glossary.md`.
    """
    return is_higher(toetsadvies, definitief)
