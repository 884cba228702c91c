"""What the inbox can be narrowed to, beside school, department and who does it: what its rows are marked with.

Each is a condition in SQL that says the same as the mark of the row, so that a count can be pressed and holds. Of what
was not received nothing of the content is told, and so nothing can be found by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from handover.bundles.model import Bundle, Handover, Part, Reading, Remark, RemarkKind
from handover.bundles.state import BundleStatus, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_counts import Tab, long_ago, marked_after
from handover.policy import Role

_RECEIVED = Handover.status.in_((HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED))
_CONTENT = frozenset({Role.INTAKE, Role.CARE})
"""Who reads content, and sees marks of it."""


class Mark(StrEnum):
    """In the order of the page."""

    UNREAD = "ongelezen"
    LONG = "lang"
    TALK = "gesprek"
    QUESTION = "vraag"
    OPP = "opp"
    CARE = "zorg"


LABELS: Mapping[Mark, LazyString] = MappingProxyType(
    {
        Mark.UNREAD: _lp("postvak", "nog niet gelezen"),
        Mark.LONG: _lp("postvak", "wacht lang"),
        Mark.TALK: _lp("postvak", "gesprek nog te houden"),
        Mark.QUESTION: _lp("postvak", "open vraag"),
        Mark.OPP: _lp("postvak", "met OPP"),
        Mark.CARE: _lp("postvak", "met zorgdeel"),
    }
)
_ON: Mapping[Tab, tuple[Mark, ...]] = MappingProxyType(
    {
        Tab.NEW: (Mark.LONG,),
        Tab.RECEIVED: (Mark.UNREAD, Mark.TALK, Mark.QUESTION, Mark.OPP, Mark.CARE),
        Tab.CONFIRMED: (Mark.UNREAD, Mark.TALK, Mark.QUESTION, Mark.OPP, Mark.CARE),
        Tab.ENDED: (),
        Tab.ALL: tuple(Mark),
    }
)


def marks_on(tab: Tab, roles: Collection[Role]) -> tuple[Mark, ...]:
    """Those that somebody with these roles can choose on that step: what stands on its rows for them."""
    reads = bool(_CONTENT & set(roles))
    return tuple(mark for mark in _ON[tab] if reads or mark is Mark.LONG)


def read_marks(texts: Iterable[str]) -> frozenset[Mark]:
    """Those that these words name; of an address, in which anything may stand."""
    return frozenset(Mark(text) for text in texts if text in set(Mark))


def in_order(marks: Collection[Mark]) -> list[Mark]:
    """As the page has them."""
    return [mark for mark in Mark if mark in marks]


def condition(uow: UnitOfWork, mark: Mark) -> ColumnElement[bool]:
    """What a handover must be to have this mark."""
    match mark:
        case Mark.LONG:
            waits = Handover.status == HandoverStatus.OFFERED
            return and_(waits, Handover.offered_at < long_ago(uow, marked_after(uow)))
        case Mark.CARE:
            return and_(_RECEIVED, Handover.has_care)
        case Mark.OPP:
            return and_(_RECEIVED, Handover.has_opp)
        case Mark.TALK:
            held = or_(Handover.conversation_held_on.is_not(None), Handover.conversation_waived)
            return and_(_RECEIVED, Handover.conversation_asked, ~held)
        case Mark.QUESTION:
            return and_(_RECEIVED, _open_question())
        case Mark.UNREAD:
            return and_(_RECEIVED, _unread())


def _open_question() -> ColumnElement[bool]:
    return exists(
        select(Remark.id)
        .where(Remark.handover_id == Handover.id, Remark.kind == RemarkKind.QUESTION, Remark.closed_at.is_(None))
        .correlate(Handover)
    )


def _unread() -> ColumnElement[bool]:
    """Nobody whose reading counts was sent the report of the newest version; as `left.facts_of` has it."""
    later = aliased(Bundle)
    is_newest = ~exists(
        select(later.id).where(
            later.handover_id == Bundle.handover_id, later.status == BundleStatus.SETTLED, later.number > Bundle.number
        )
    )
    read = exists(
        select(Reading.id).where(
            Reading.bundle_id == Bundle.id,
            Reading.part == Part.DOSSIER,
            Reading.item == 0,
            Reading.role.in_([role.value for role in _CONTENT]),
        )
    )
    return exists(
        select(Bundle.id)
        .where(Bundle.handover_id == Handover.id, Bundle.status == BundleStatus.SETTLED, is_newest, ~read)
        .correlate(Handover)
    )
