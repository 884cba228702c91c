"""Reading a schooladvies as schools and their administrations write it: `kb/gt`, `vmbo-gl/tl`, `havo/vwo`, `VMBO-TL`.

Nothing is guessed: a word that is not known, or levels that make no advice together, give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from handover.terms.folding import fold
from handover.terms.schooladvies import LABELS, Schooladvies

_LONGEST = 80
_UNTIL = re.compile(r"\bt\s*/\s*m\b|\btot\s+en\s+met\b", re.IGNORECASE)
"""`t/m` before anything else: alone, a `t` is the theoretische leerweg."""
_NO_ADVICE = re.compile(r"[+*?!%]")
_SAYS_NOTHING = frozenset(
    ("vmbo", "met", "en", "de", "het", "tot", "of", "advies", "schooladvies", "leerweg", "leerwegen", "niveau")
)
_LEVELS: Mapping[str, str] = MappingProxyType(
    {
        word: levels
        for levels, words in (
            ("b", "b bb bbl basis basisberoeps basisberoepsgericht basisberoepsgerichte vmbob vmbobb vmbobbl"),
            ("k", "k kb kbl kader kaderberoeps kaderberoepsgericht kaderberoepsgerichte vmbok vmbokb vmbokbl"),
            ("t", "t tl gl gt gtl gltl g theoretisch theoretische gemengd gemengde mavo vmbot vmbotl vmbogl vmbogt"),
            ("t", "vmbogtl vmbogltl"),
            ("h", "h havo"),
            ("v", "v vwo gymnasium atheneum"),
            ("bk", "bk bbkb vmbobk"),
            ("kt", "kt kgt kbgl kbtl kbgt kbgltl vmbokgt vmbokt"),
            ("hv", "hv"),
        )
        for word in words.split()
    }
)
_WHOLE: Mapping[str, Schooladvies] = MappingProxyType(
    {
        **{fold(label): value for value, label in LABELS.items()},
        **{fold(value.value): value for value in Schooladvies},
        "pro": Schooladvies.PRO,
        "praktijk": Schooladvies.PRO,
        "praktijkschool": Schooladvies.PRO,
        "voortgezet speciaal onderwijs": Schooladvies.VSO,
        "geen specifiek": Schooladvies.GEEN_SPECIFIEK,
        "geen specifiek advies": Schooladvies.GEEN_SPECIFIEK,
    }
)
_BY_LEVELS: Mapping[tuple[str, bool], Schooladvies] = MappingProxyType(
    {
        ("b", False): Schooladvies.VMBO_BB,
        ("b", True): Schooladvies.VMBO_BB_LWOO,
        ("bk", False): Schooladvies.VMBO_BB_KB,
        ("bk", True): Schooladvies.VMBO_BB_KB_LWOO,
        ("k", False): Schooladvies.VMBO_KB,
        ("k", True): Schooladvies.VMBO_KB_LWOO,
        ("kt", False): Schooladvies.VMBO_KB_GLTL,
        ("kt", True): Schooladvies.VMBO_KB_GLTL_LWOO,
        ("t", False): Schooladvies.VMBO_GLTL,
        ("t", True): Schooladvies.VMBO_GLTL_LWOO,
        ("ht", False): Schooladvies.VMBO_GLTL_HAVO,
        ("h", False): Schooladvies.HAVO,
        ("hv", False): Schooladvies.HAVO_VWO,
        ("v", False): Schooladvies.VWO,
    }
)


def read_advice(text: str) -> Schooladvies | None:
    """The advice that somebody wrote; None where it is not one, or could be two."""
    if len(text) > _LONGEST or _NO_ADVICE.search(text):
        return None
    whole = fold(text)
    if whole in _WHOLE:
        return _WHOLE[whole]
    words = [word for word in fold(_UNTIL.sub(" ", text)).split() if word not in _SAYS_NOTHING]
    lwoo = "lwoo" in words
    levels = {_LEVELS.get(word, "?") for word in words if word != "lwoo"}
    return _BY_LEVELS.get(("".join(sorted(set("".join(levels)))), lwoo))
