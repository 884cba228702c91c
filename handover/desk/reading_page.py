"""One handover as it is read: who it is about, what lies in it, what is asked and noted, what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from handover.bundles.conversations import ConversationView, conversation_of
from handover.bundles.guest_units import is_guest
from handover.bundles.handovers import handover_of
from handover.bundles.keeping import last_day
from handover.bundles.left import units_with_care
from handover.bundles.model import Bundle, Handover, Part, Reading, RemarkKind
from handover.bundles.opened import OpenedView, opened_of
from handover.bundles.outside import see, whom_of
from handover.bundles.reading import Opened, content, open_for_reading
from handover.bundles.receiving import confirm_facts
from handover.bundles.remarks import RemarkView, both_can_read, remarks_of
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.bundles.statements import unsigned
from handover.bundles.versions import newest_bundle
from handover.db.unit_of_work import UnitOfWork
from handover.desk.confirm_list import Point, Reader, points
from handover.desk.contact_cards import Card, other_side
from handover.desk.mentors import MentorLine, mentors_of
from handover.desk.neighbours import Neighbours, neighbours
from handover.desk.reading_content import (
    Block,
    Pairs,
    ParentSaid,
    in_short,
    parents_said,
    report_blocks,
    report_of,
    support_blocks,
    support_of,
)
from handover.desk.reading_front import Front
from handover.desk.reading_marks import Marked, in_version, marked
from handover.desk.reading_news import Moved, News, news_of
from handover.desk.trail import trail_lines
from handover.dossiers.content import IN_THE_PDF, Contact
from handover.policy import Action, Actor, Subject, may
from handover.schools.model import Person
from handover.services import Services
from handover.terms.document_kind import LABELS as KINDS
from handover.terms.document_kind import DocumentKind

READABLE = frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})
"""In these the receiver reads and both sides write."""
_REPORT = "dossier-0"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to read: the filled-in report or support (number 0), or a document. Its key is `dossier-0`."""

    part: Part
    number: int
    title: str
    kind: str = ""
    file_title: str = field(default="", repr=False)
    """As the primary school called it; may hold a name."""
    pages: int = 0
    findings: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()
    is_read: bool = False
    """By the receiver: by this reader, or where they did not, by a colleague."""

    @property
    def key(self) -> str:
        """Names it in an address."""
        return f"{self.part.value}-{self.number}"

    @property
    def is_care(self) -> bool:
        """Whether only intake and care read it."""
        return self.part is Part.CARE


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the page shows."""

    front: Front
    contact: Contact = field(repr=False)
    cards: tuple[Card, ...]
    """Whom to call at the other school."""
    items: tuple[Item, ...]
    shown: Item
    short: Pairs = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    parents: tuple[ParentSaid, ...] = field(repr=False)
    questions: tuple[Marked, ...]
    notes: tuple[Marked, ...]
    has_damaged_remark: bool
    conversation: ConversationView
    may_note: bool
    may_ask: bool
    may_read_care: bool
    may_record: bool
    may_confirm: bool
    left: tuple[Point, ...]
    """What stands between this dossier and its confirmation; only for the receiver."""
    trail: tuple[tuple[datetime, str], ...]
    news: News | None
    """What came after what this school had; None for the sender, and while there is one version."""
    version: int
    """Of what is shown: a document's number counts in it."""
    neighbours: Neighbours | None
    """For the receiver: what comes before and after it on the list."""
    may_place: bool
    may_reopen: bool
    may_release: bool
    may_keep: bool
    goes_on: date | None
    """The last day that it is there, once both schools were told that it comes near."""
    mentors: tuple[MentorLine, ...]
    may_name: bool
    """Whether this reader says who the mentors are."""
    feedback: tuple[RemarkView, ...]
    """What the mentors wrote to the primary school."""
    may_feed_back: bool
    opened: tuple[OpenedView, ...]
    """Of the care part, for the mentors."""
    may_open: bool
    whom: str = field(default="", repr=False)
    """To whom it went, where the dossier is not in this service."""

    @property
    def in_the_pdf(self) -> str:
        """What a part of the report says that stands in the school's own document."""
        return IN_THE_PDF

    @property
    def okr(self) -> Item | None:
        """That document."""
        return next((item for item in self.items if item.kind == DocumentKind.OKR), None)

    @property
    def open_points(self) -> int:
        """How many are left."""
        return sum(point.stand != "done" for point in self.left)

    def opened_as(self, source: str) -> str:
        """The id of the copy that the mentors have of something; empty where they have none."""
        return next((one.id for one in self.opened if one.source == source), "")

    @property
    def has_two_parts(self) -> bool:
        """Whether something in it is only for intake and care; of what lies elsewhere nobody knows."""
        return self.front.outside is not None or any(item.is_care for item in self.items)


def read_page(services: Services, actor: Actor, front: Front, shown: str) -> Page:
    """Open what is shown, which counts as reading it. `shown` is the key of an item; an unknown one is the report.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        Tampered: what is stored is not what was sent.
    """
    if front.outside is not None:
        return _elsewhere(services, actor, front)
    with services.uow() as uow:
        handover = handover_of(uow, front.handover_id)
        subject = subject_with_group(uow, handover)
        care = may(actor, Action.READ_CARE, subject) and (handover.has_care or handover.has_opp)
        has_opp, knows = handover.has_opp, _has_read_report(uow, actor, handover)
    parts = [open_for_reading(services, actor, front.handover_id, part) for part in _parts(care=care)]
    try:
        news, moved = news_of(services, actor, parts)
        version = parts[0].version
        items = [item for opened in parts for item in _items(opened, has_opp=has_opp)]
        item = next((one for one in items if one.key == shown), items[0])
        # Beside a document stand a few facts of the report: recorded as reading it, but not at every page anew.
        again = knows and item.key != _REPORT
        said = report_of(parts[0].inside.content() if again else content(services, actor, parts[0], way="screen"))
        blocks = [] if item.number else report_blocks(said)
        if item.part is Part.CARE and not item.number:
            blocks = support_blocks(support_of(content(services, actor, parts[1], way="screen")))
    finally:
        for opened in parts:
            opened.inside.close()
    with services.uow() as uow:
        return _page(
            uow,
            actor,
            front,
            items,
            item,
            said=said.contact,
            short=in_short(said, front.birth_date),
            blocks=blocks,
            parents=parents_said(said) if item.key == _REPORT else [],
            news=None if front.is_sender else news,
            version=version,
            moved=moved,
        )


def _elsewhere(services: Services, actor: Actor, front: Front) -> Page:
    """The page of a child of whom the dossier is not here: what both schools write about it, and nothing to read."""
    see(services, actor, front.handover_id)
    with services.uow() as uow:
        whole = Item(part=Part.DOSSIER, number=0, title=_("Dit kind"))
        page = _page(
            uow,
            actor,
            front,
            [whole],
            whole,
            said=Contact(),
            short=(),
            blocks=(),
            parents=(),
            news=None,
            version=0,
            moved={},
        )
        handover = handover_of(uow, front.handover_id)
        answers = not any(is_guest(uow, unit) for unit in (handover.sender_unit_id, handover.receiver_unit_id))
        return replace(page, whom=whom_of(uow, actor, front.handover_id), may_ask=page.may_ask and answers)


def _page(
    uow: UnitOfWork,
    actor: Actor,
    front: Front,
    items: list[Item],
    shown: Item,
    *,
    said: Contact,
    short: Pairs,
    blocks: Sequence[Block],
    parents: Sequence[ParentSaid],
    news: News | None,
    version: int,
    moved: Moved,
) -> Page:
    handover = handover_of(uow, front.handover_id)
    subject = subject_with_group(uow, handover)
    items = items if front.outside else _with_readers(uow, handover, actor, items)
    remarks = in_version(remarks_of(uow, actor, handover.id), version, moved)
    titles = {(item.part, item.number): item.title for item in items}
    questions = marked(remarks, RemarkKind.QUESTION, titles)
    conversation = conversation_of(uow, actor, handover.id)
    is_open = handover.status in READABLE
    receiving = is_open and not front.is_sender
    return Page(
        front=front,
        contact=said,
        cards=tuple(other_side(uow, handover.id, is_sender=front.is_sender)),
        items=tuple(items),
        shown=next(item for item in items if item.key == shown.key),
        short=short,
        blocks=tuple(blocks),
        parents=tuple(parents),
        questions=tuple(questions),
        notes=tuple(marked(remarks, RemarkKind.NOTE, titles)),
        has_damaged_remark=any(one.damaged or any(r.damaged for r in one.replies) for one in remarks),
        conversation=conversation,
        may_note=not front.is_sender and may(actor, Action.WRITE_OWN_NOTE, subject),
        may_ask=is_open and front.uploaded is None and may(actor, Action.ASK, subject),
        may_read_care=may(actor, Action.READ_CARE, subject),
        may_record=is_open and may(actor, Action.RECORD_CONVERSATION, subject),
        may_confirm=may(actor, Action.CONFIRM, subject) and handover.status is HandoverStatus.ACCEPTED,
        left=tuple(_left(uow, actor, handover)) if receiving and may(actor, Action.READ_CARE, subject) else (),
        trail=tuple(_trail(uow, actor, handover, subject)),
        version=version,
        news=replace(news, is_signed=handover.id not in unsigned(uow, [handover.id])) if news else None,
        neighbours=neighbours(uow, handover) if receiving and may(actor, Action.READ_CARE, subject) else None,
        may_place=may(actor, Action.PLACE, subject),
        may_reopen=may(actor, Action.REOPEN, subject),
        may_release=may(actor, Action.RELEASE, subject) and is_open,
        may_keep=may(actor, Action.KEEP, subject),
        goes_on=last_day(uow, handover) if handover.warned_at is not None else None,
        mentors=tuple(mentors_of(uow, handover.id)) if is_open else (),
        may_name=may(actor, Action.NAME_MENTORS, subject),
        feedback=tuple(one for one in remarks if one.kind is RemarkKind.FEEDBACK),
        may_feed_back=both_can_read(uow, handover) and may(actor, Action.FEED_BACK, subject),
        opened=tuple(opened_of(uow, actor, handover.id)) if may(actor, Action.SEE_OPENED, subject) else (),
        may_open=may(actor, Action.OPEN_FOR_MENTOR, subject),
    )


def _parts(*, care: bool) -> list[Part]:
    return [Part.DOSSIER, Part.CARE] if care else [Part.DOSSIER]


def _items(opened: Opened, *, has_opp: bool) -> list[Item]:
    care = opened.part is Part.CARE
    first = Item(
        part=opened.part, number=0, title=_("Extra ondersteuning") if care else _("Het rapport van de leerkracht")
    )
    documents = [
        Item(
            part=opened.part,
            number=inner.number,
            title=_kind(inner.kind),
            kind=inner.kind,
            file_title=inner.title,
            pages=inner.pages,
            findings=inner.findings,
        )
        for inner in opened.inside.documents
    ]
    return documents if care and not has_opp else [first, *documents]


def _kind(kind: str) -> str:
    try:
        text = str(_(KINDS[DocumentKind(kind)]))
    except ValueError:
        return str(_("Document"))
    return text[:1].upper() + text[1:]


def _has_read_report(uow: UnitOfWork, actor: Actor, handover: Handover) -> bool:
    found = select(Reading.id).where(
        Reading.bundle_id == newest_bundle(uow, handover.id).id,
        Reading.part == Part.DOSSIER,
        Reading.item == 0,
        Reading.person_id == actor.person_id,
    )
    return uow.session.scalar(found.limit(1)) is not None


def _with_readers(uow: UnitOfWork, handover: Handover, actor: Actor, items: list[Item]) -> list[Item]:
    """Who of the receiver has read each thing; the sender reads his own dossier without a mark."""
    rows = uow.session.execute(
        select(Reading.part, Reading.item, Reading.person_id, Person.name)
        .join(Bundle, Bundle.id == Reading.bundle_id)
        .join(Person, Person.id == Reading.person_id)
        .where(Bundle.id == newest_bundle(uow, handover.id).id, Reading.role.in_(("intake", "care", "mentor")))
        .order_by(Reading.read_at)
    ).all()
    marked = []
    for item in items:
        mine = [row for row in rows if (row.part, row.item) == (item.part, item.number)]
        names = [_("u") if row.person_id == actor.person_id else row.name for row in mine]
        marked.append(replace(item, read_by=tuple(names), is_read=bool(names)))
    return marked


def _left(uow: UnitOfWork, actor: Actor, handover: Handover) -> list[Point]:
    unit_id = handover.receiver_unit_id
    reader = Reader(roles=actor.roles_at(unit_id), unit_has_care=bool(units_with_care(uow, [unit_id])))
    return points(confirm_facts(uow, handover), handover.id, reader)


def _trail(uow: UnitOfWork, actor: Actor, handover: Handover, subject: Subject) -> list[tuple[datetime, str]]:
    """The trail, where the same thing several times on end is said once, at its last instant."""
    if not may(actor, Action.SEE_TRAIL, subject):
        return []
    lines: list[tuple[datetime, str, int]] = []
    for moment, text in trail_lines(uow, actor, [handover.leaver_id, handover.id]):
        if lines and lines[-1][1] == text:
            lines[-1] = (moment, text, lines[-1][2] + 1)
        else:
            lines.append((moment, text, 1))
    return [
        (moment, text if count == 1 else _("%(wat)s (%(aantal)s keer)", wat=text, aantal=count))
        for moment, text, count in lines
    ]
