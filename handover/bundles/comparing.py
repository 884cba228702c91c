"""What is new in a later version, found by its reader: both versions are opened, and nothing is believed unopened.

What is the same in both counts as read by whoever read it before: a supplement of one page does not make a
coordinator open forty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from handover.bundles.model import Bundle, Part, Reading, Statement
from handover.bundles.opening import InnerFile, OpenPart
from handover.bundles.reading import Opened, open_for_reading
from handover.bundles.versions import settled_numbers
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
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


def compare(services: Services, actor: Actor, opened: Opened) -> Changes | None:
    """What is new in an opened part since the version that the receiver signed for; None while there is one version.

    What readers of earlier versions read and is the same here counts as read here.

    Raises:
        NotFound, NotAllowed, NoKey, Tampered: as `open_for_reading`, of an earlier version.
    """
    with services.uow() as uow:
        numbers = settled_numbers(uow, opened.handover_id)
        if len(numbers) < 2:  # noqa: PLR2004  # nothing came before it
            return None
        newest = uow.session.get_one(Bundle, opened.bundle_id)
        before = [number for number in numbers if number < newest.number]
        base = max((one for one in before if one in _signed_for(uow, opened.handover_id)), default=before[-1])
    found: Changes | None = None
    for number in before:
        earlier = open_for_reading(services, actor, opened.handover_id, opened.part, version=number)
        try:
            _carry(services, opened, earlier)
            if number == base:
                found = _changes(newest, opened, earlier)
        finally:
            earlier.inside.close()
    return found


def _signed_for(uow: UnitOfWork, handover_id: str) -> set[int]:
    return set(
        uow.session.scalars(
            select(Bundle.number)
            .join(Statement, Statement.letter_digest == Bundle.letter_digest)
            .where(Bundle.handover_id == handover_id, Statement.handover_id == handover_id)
        )
    )


def _changes(newest: Bundle, opened: Opened, earlier: Opened) -> Changes:
    had = {_same(one) for one in earlier.inside.documents}
    have = {_same(one) for one in opened.inside.documents}
    return Changes(
        version=newest.number,
        sealed_at=newest.sealed_at,
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


def _carry(services: Services, opened: Opened, earlier: Opened) -> None:
    """Let readings of what is the same in both count for the newer one."""
    same = _same_items(opened.inside, earlier.inside)
    with services.uow() as uow:
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
