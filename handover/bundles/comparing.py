"""What is new in a later version, found by its reader: both versions are opened, and nothing is believed unopened.

What is the same in both counts as read by whoever read it before: a supplement of one page does not make a
coordinator open forty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from handover.bundles.model import Bundle, Part, Reading, Statement
from handover.bundles.opening import InnerFile, OpenPart, Tampered
from handover.bundles.reading import Opened, open_for_reading
from handover.bundles.versions import settled_numbers
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict
from handover.policy import Actor
from handover.services import Services


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a part of the newest version says otherwise than the one that the receiver had."""

    version: int
    sealed_at: datetime
    sections: tuple[str, ...]
    """Which of `pupil`, `advice`, `report`, `contact`, `parents` of the report changed, or `support` as a whole."""
    new_documents: tuple[int, ...]
    """Their numbers in this version: new, or another file under the same title."""
    gone_documents: tuple[str, ...] = field(repr=False)
    """Titles of what lies in it no more."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing in this part is otherwise."""
        return not (self.sections or self.new_documents or self.gone_documents)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An opened part beside the versions that came before it."""

    changes: Changes | None = None
    """Since the version that the receiver signed for; None while there is one version."""
    moved: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """By version and number there: the number of the same document here. What is not in it lies here no more."""


def compare(services: Services, actor: Actor, opened: Opened) -> Compared:
    """Hold an opened part beside its earlier versions.

    For the receiver, what readers of those read and is the same here counts as read here. An earlier version that is
    lost or damaged takes nothing with it: what came after it is all new then.

    Raises:
        NotFound, NotAllowed, NoKey: as `open_for_reading`.
    """
    with services.uow() as uow:
        before = [one for one in settled_numbers(uow, opened.handover_id) if one < opened.version]
        if opened.version == 1:
            return Compared()
        # Without one before it the receiver had the dossier otherwise, and all that is here is new.
        base = max(
            (one for one in before if one in _signed_for(uow, opened.handover_id)), default=max(before, default=0)
        )
        sealed_at = uow.session.get_one(Bundle, opened.bundle_id).sealed_at
    everything = Changes(
        version=opened.version,
        sealed_at=sealed_at,
        sections=(),
        new_documents=tuple(one.number for one in opened.inside.documents),
        gone_documents=(),
    )
    changes = everything
    moved: dict[tuple[int, int], int] = {}
    for number in before:
        try:
            earlier = open_for_reading(services, actor, opened.handover_id, opened.part, version=number, alarm=False)
        except Tampered:
            continue
        try:
            same = _same_items(opened.inside, earlier.inside)
            moved |= {(number, then): now for then, now in same.items() if then}
            if not opened.is_sender:
                _carry(services, opened, earlier, same)
            if number == base:
                changes = _changes(opened, earlier, sealed_at)
        except Tampered:
            continue
        finally:
            earlier.inside.close()
    return Compared(changes=changes, moved=moved)


def _signed_for(uow: UnitOfWork, handover_id: str) -> set[int]:
    return set(
        uow.session.scalars(
            select(Bundle.number)
            .join(Statement, Statement.letter_digest == Bundle.letter_digest)
            .where(Bundle.handover_id == handover_id, Statement.handover_id == handover_id)
        )
    )


def _changes(opened: Opened, earlier: Opened, sealed_at: datetime) -> Changes:
    had = {_same(one) for one in earlier.inside.documents}
    have = {_same(one) for one in opened.inside.documents}
    return Changes(
        version=opened.version,
        sealed_at=sealed_at,
        sections=_sections(opened, earlier),
        new_documents=tuple(one.number for one in opened.inside.documents if _same(one) not in had),
        gone_documents=tuple(one.title for one in earlier.inside.documents if _same(one) not in have),
    )


def _sections(opened: Opened, earlier: Opened) -> tuple[str, ...]:
    if _content_digest(opened.inside) == _content_digest(earlier.inside):
        return ()
    if opened.part is Part.CARE:
        return ("support",)
    now, then = opened.inside.content(), earlier.inside.content()
    return tuple(name for name in now if now[name] != then.get(name))


def _carry(services: Services, opened: Opened, earlier: Opened, same: Mapping[int, int]) -> None:
    """Let readings of what is the same in both count for the newer one."""
    with suppress(Conflict), services.uow() as uow:  # two readers at once: one of them carries
        rows = uow.session.scalars(
            select(Reading).where(
                Reading.bundle_id.in_((opened.bundle_id, earlier.bundle_id)), Reading.part == opened.part
            )
        ).all()
        known = {(row.item, row.person_id) for row in rows if row.bundle_id == opened.bundle_id}
        added = _carried(rows, earlier.bundle_id, same, known)
        if not added:
            return
        for row, item in added:
            uow.session.add(
                Reading(
                    id=new_id(),
                    bundle_id=opened.bundle_id,
                    part=row.part,
                    item=item,
                    person_id=row.person_id,
                    role=row.role,
                    read_at=row.read_at,
                )
            )
        uow.commit()


def _carried(
    rows: Sequence[Reading], earlier_id: str, same: Mapping[int, int], known: set[tuple[int, str]]
) -> list[tuple[Reading, int]]:
    return [
        (row, same[row.item])
        for row in rows
        if row.bundle_id == earlier_id and row.item in same and (same[row.item], row.person_id) not in known
    ]


def _same_items(now: OpenPart, then: OpenPart) -> dict[int, int]:
    """Numbers in the earlier version to those of the same thing in the newer one; 0 is what was filled in."""
    numbers = {_same(one): one.number for one in now.documents}
    same = {one.number: numbers[_same(one)] for one in then.documents if _same(one) in numbers}
    return same | ({0: 0} if _content_digest(now) == _content_digest(then) else {})


def _same(one: InnerFile) -> tuple[str, str, str]:
    return one.sha256, one.kind, one.title


def _content_digest(inside: OpenPart) -> str:
    return next((str(entry["sha256"]) for entry in inside.manifest["files"] if entry["kind"] == "content"), "")
