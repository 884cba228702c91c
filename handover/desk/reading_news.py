"""What came after what the receiver had, in words, beside the dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import ngettext

from handover.bundles.comparing import Changes, compare
from handover.bundles.model import Part
from handover.bundles.reading import Opened
from handover.policy import Actor
from handover.services import Services
from handover.terms.msgid import msgid

_SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "pupil": msgid("de gegevens van het kind"),
        "report": msgid("het rapport"),
        "contact": msgid("wie u kunt bellen"),
        "parents": msgid("wat de ouders vinden"),
        "support": msgid("de extra ondersteuning"),
    }
)


@dataclass(frozen=True, kw_only=True)
class News:
    """What is new since the version for which this school signed."""

    sealed_at: datetime
    lines: tuple[str, ...] = field(repr=False)
    new_items: frozenset[str]
    """Keys of the documents that are new: `dossier-2`."""
    is_advice_changed: bool = False
    is_signed: bool = False


Moved = Mapping[tuple[Part, int, int], int]
"""By part, version and number there: the number of the same document in the version that is read."""


def news_of(services: Services, actor: Actor, parts: Sequence[Opened]) -> tuple[News | None, Moved]:
    """What is new in these opened parts, None while there is one version; and where the documents of earlier ones are.

    Raises:
        NotFound, NotAllowed, NoKey: as for reading.
    """
    compared = [(opened.part, compare(services, actor, opened)) for opened in parts]
    moved = {(part, *place): now for part, one in compared for place, now in one.moved.items()}
    found = [(part, one.changes) for part, one in compared if one.changes is not None]
    if not found:
        return None, moved
    changed = [name for _part, change in found for name in change.sections]
    news = News(
        sealed_at=found[0][1].sealed_at,
        lines=tuple(line for part, change in found for line in _lines(part, change)),
        new_items=frozenset(f"{part.value}-{n}" for part, change in found for n in change.new_documents),
        is_advice_changed="advice" in changed,
    )
    return news, moved


def _lines(part: Part, change: Changes) -> list[str]:
    named = [str(_(_SECTIONS[name])) for name in change.sections if name in _SECTIONS]
    lines = [_("Anders: %(wat)s.", wat=", ".join(named))] if named else []
    count = len(change.new_documents)
    if count and part is Part.CARE:
        lines.append(ngettext("%(num)s nieuw zorgdocument.", "%(num)s nieuwe zorgdocumenten.", count))
    elif count:
        lines.append(ngettext("%(num)s nieuw document.", "%(num)s nieuwe documenten.", count))
    gone = len(change.gone_documents)
    if gone:
        lines.append(
            ngettext("%(num)s document zit er niet meer bij.", "%(num)s documenten zitten er niet meer bij.", gone)
        )
    return [str(line) for line in lines]
