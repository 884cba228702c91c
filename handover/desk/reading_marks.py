"""The signs of notes (1, 2) and questions (A, B), and the place of each in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from handover.bundles.model import Part, RemarkKind
from handover.bundles.remarks import RemarkView

_ALPHABET = 26


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A note or question with its sign and its place."""

    sign: str
    remark: RemarkView
    place: str
    item_key: str
    """Names in an address what it was written beside: `dossier-1`; number 0 is what was filled in."""

    @property
    def waits_for_us(self) -> bool:
        """Whether the other school asked this and wrote last."""
        last = self.remark.replies[-1] if self.remark.replies else self.remark
        return self.remark.is_open and not self.remark.mine and not last.mine

    @property
    def is_ours_and_answered(self) -> bool:
        """Whether it is for us to say that the answer will do."""
        return self.remark.is_open and self.remark.mine and any(not reply.mine for reply in self.remark.replies)


def marked(
    remarks: Sequence[RemarkView], kind: RemarkKind, titles: Mapping[tuple[Part, int], str] | None = None
) -> list[Marked]:
    """Those of one kind, in order. `titles` by part and number; without them documents are told by number."""
    chosen = [remark for remark in remarks if remark.kind is kind]
    return [
        Marked(
            sign=_letters(count) if kind is RemarkKind.QUESTION else str(count + 1),
            remark=remark,
            place=_place(remark, titles or {}),
            item_key=f"{remark.part.value}-{remark.document or 0}",
        )
        for count, remark in enumerate(chosen)
    ]


def in_version(
    remarks: Sequence[RemarkView], version: int, moved: Mapping[tuple[Part, int, int], int]
) -> list[RemarkView]:
    """Remarks as they stand beside a version: each beside the same document, or said to be of an earlier one."""
    return [
        remark
        if remark.document is None or remark.version == version
        else replace(
            remark,
            document=moved.get((remark.part, remark.version, remark.document)),
            earlier_document=None if (remark.part, remark.version, remark.document) in moved else remark.document,
        )
        for remark in remarks
    ]


def _place(remark: RemarkView, titles: Mapping[tuple[Part, int], str]) -> str:
    if remark.earlier_document is not None:
        return str(
            _("Document %(nummer)s van een eerdere versie", nummer=remark.earlier_document)
            if remark.part is Part.DOSSIER
            else _("Zorgdocument %(nummer)s van een eerdere versie", nummer=remark.earlier_document)
        )
    if remark.document is None:
        whole = _("Extra ondersteuning") if remark.part is Part.CARE else _("Het hele dossier")
        return str(whole)
    title = titles.get((remark.part, remark.document))
    if title is None:
        numbered = _("Zorgdocument %(nummer)s") if remark.part is Part.CARE else _("Document %(nummer)s")
        title = str(numbered) % {"nummer": remark.document}
    if remark.page is None:
        return title
    return str(_("%(document)s, bladzijde %(nummer)s", document=title, nummer=remark.page))


def _letters(count: int) -> str:
    """A to Z, then AA."""
    first, last = divmod(count, _ALPHABET)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + last)
