"""How far dossiers are from being sent: the facts that the rules ask for, for one leaver or for a whole class.

A class is opened in one go: one query for each kind of row, whatever the number of children. What is missing is never
kept outside the rooms, so a stolen database does not tell it; only who holds the keys can see it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from handover.bundles.answering import doubtful
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.content import Content
from handover.dossiers.hidden import RECORD as HIDDEN
from handover.dossiers.hidden import Hidden, Looked, hidden_from, where_it_stands
from handover.dossiers.model import Document
from handover.dossiers.rules import Facts, Hides, ToDo, to_do
from handover.leavers.model import Application, Leaver
from handover.policy import Actor
from handover.rooms.batch import enter_rooms, read_records
from handover.rooms.cards import valid_card
from handover.rooms.errors import NoKey, NoValidCard
from handover.rooms.records import OpenRoom, Record
from handover.schools.model import Location, Unit, UnitLocation, UnitStatus
from handover.schools.queries import closed_among
from handover.services import Services
from handover.terms.destination import Outcome, Tlv
from handover.terms.document_kind import DocumentKind
from keys.errors import KeysError
from schemas.dossiers import ReportPartSchema, SupportSchema

ENDED = frozenset({Outcome.REFUSED, Outcome.WITHDRAWN})
"""Outcomes of an application to which nothing is sent any more."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left for one leaver; `closed` says why its dossier could not be opened, and then nothing is known."""

    todos: tuple[ToDo, ...] = ()
    closed: NoKey | KeysError | None = None


def chosen(applications: Iterable[Application]) -> Application | None:
    """The application that a dossier goes to: the most wanted that was not refused or withdrawn."""
    standing = [one for one in applications if one.outcome not in ENDED]
    return min(standing, key=lambda one: (one.preference, one.created_at), default=None)


def applications_of(uow: UnitOfWork, leaver_ids: Iterable[str]) -> dict[str, list[Application]]:
    """The applications of leavers, by leaver; the most wanted first."""
    rows = uow.session.scalars(
        select(Application)
        .where(Application.leaver_id.in_(list(leaver_ids)))
        .order_by(Application.preference, Application.created_at)
    )
    found: dict[str, list[Application]] = defaultdict(list)
    for row in rows:
        found[row.leaver_id].append(row)
    return found


def needs_advice(uow: UnitOfWork, unit_id: str) -> bool:
    """Whether who leaves this school needs a schooladvies: not where it gives SO only in part."""
    kinds = uow.session.scalars(
        select(Location.kind)
        .join(UnitLocation, UnitLocation.brin6 == Location.brin6)
        .where(UnitLocation.unit_id == unit_id)
    ).all()
    return all(kind.needs_advice for kind in kinds)


def has_card(services: Services, uow: UnitOfWork, unit_id: str | None) -> bool:
    """Whether something can be sealed to this unit now."""
    if unit_id is None:
        return False
    try:
        valid_card(uow, unit_id, services.region, uow.clock.now())
    except NoValidCard:
        return False
    return True


def takes_part(uow: UnitOfWork, unit_id: str | None) -> bool:
    """Whether this unit takes part, also while its key waits for the samenwerkingsverband: it gets no code by mail."""
    unit = uow.session.get(Unit, unit_id) if unit_id else None
    return unit is not None and unit.status is UnitStatus.ENROLLED


def facts_of(
    leaver: Leaver,
    application: Application | None,
    documents: Iterable[DocumentKind],
    *,
    advised: bool,
    receiver_ready: bool,
    receiver_takes_part: bool,
    receiver_closed: bool,
    doubtful: bool,
    hidden: frozenset[Hides] = frozenset(),
) -> Facts:
    """What the rules ask about a leaver, besides what its dossier says."""
    return Facts(
        has_opp=leaver.has_opp,
        needs_advice=advised,
        documents=tuple(documents),
        content_version=leaver.content_version,
        application=application is not None,
        receiver_ready=receiver_ready,
        receiver_takes_part=receiver_takes_part,
        receiver_closed=receiver_closed,
        tlv_settled=application is None or application.tlv is not Tlv.REFUSED,
        doubtful=doubtful,
        hidden=hidden,
    )


def hides(hidden: Hidden, content: Content, document_ids: Iterable[str]) -> frozenset[Hides]:
    """What is known of a secret address or number in this dossier."""
    if not hidden.items:
        return frozenset()
    states = {hidden.looked.get(one) for one in document_ids}
    found = {Hides.SAID}
    if where_it_stands(content, hidden.needles):
        found.add(Hides.IN_TEXT)
    if Looked.FOUND in states:
        found.add(Hides.IN_DOCUMENT)
    if states & {None, Looked.NO_TEXT}:
        found.add(Hides.UNSEEN)
    return frozenset(found)


def left_of_class(
    services: Services, uow: UnitOfWork, actor: Actor, unit_id: str, leavers: Sequence[Leaver]
) -> dict[str, Left]:
    """What is left to do for each of these leavers of one school, by leaver id.

    Whether the actor may read their dossiers is the caller's to ask; a dossier that does not open says why, and the
    others are still good.
    """
    subjects = {leaver.work_room_id: leaver.id for leaver in leavers}
    # The care room says something only where there is an OPP.
    subjects |= {leaver.care_room_id: leaver.id for leaver in leavers if leaver.has_opp}
    rooms = enter_rooms(uow, actor.keyring, unit_id, subjects)
    reports = read_records(uow, _of(rooms.entered, {leaver.work_room_id for leaver in leavers}), "report")
    hiding = read_records(uow, _of(rooms.entered, {leaver.work_room_id for leaver in leavers}), HIDDEN)
    supports = read_records(uow, _of(rooms.entered, {leaver.care_room_id for leaver in leavers}), "support")
    ids = [leaver.id for leaver in leavers]
    applications, kept = applications_of(uow, ids), _documents(uow, ids)
    documents = {key: [kind for _id, kind in rows] for key, rows in kept.items()}
    named = {key: [document_id for document_id, _kind in rows] for key, rows in kept.items()}
    going = {leaver_id: chosen(rows) for leaver_id, rows in applications.items()}
    receivers = {one.receiver_unit_id for one in going.values() if one} - {None}
    ready = {unit: has_card(services, uow, unit) for unit in receivers}
    no_more = closed_among(uow, {one.receiver_brin for one in going.values() if one})
    advised, doubts = needs_advice(uow, unit_id), doubtful(uow, actor, unit_id, ids)
    found = {}
    for leaver in leavers:
        used = [leaver.work_room_id, *([leaver.care_room_id] if leaver.has_opp else [])]
        error = next((closed for room_id in used if (closed := rooms.closed.get(room_id))), None)
        if error is not None:
            found[leaver.id] = Left(closed=error if isinstance(error, KeysError) else NoKey())
            continue
        try:
            content = _content(reports.get(leaver.work_room_id), supports.get(leaver.care_room_id))
            hidden = _hidden(hiding.get(leaver.work_room_id))
        except KeysError as damaged:
            found[leaver.id] = Left(closed=damaged)
            continue
        application = going.get(leaver.id)
        facts = facts_of(
            leaver,
            application,
            documents.get(leaver.id, ()),
            advised=advised,
            receiver_ready=application is not None and ready.get(application.receiver_unit_id, False),
            receiver_takes_part=application is not None and takes_part(uow, application.receiver_unit_id),
            receiver_closed=application is not None and application.receiver_brin in no_more,
            doubtful=application is not None and application.id in doubts.get(leaver.id, ()),
            hidden=hides(hidden, content, named.get(leaver.id, ())),
        )
        found[leaver.id] = Left(todos=tuple(to_do(content, facts)))
    return found


def _of(rooms: Mapping[str, OpenRoom], ids: set[str]) -> dict[str, OpenRoom]:
    return {room_id: room for room_id, room in rooms.items() if room_id in ids}


def _documents(uow: UnitOfWork, leaver_ids: list[str]) -> dict[str, list[tuple[str, DocumentKind]]]:
    found: dict[str, list[tuple[str, DocumentKind]]] = defaultdict(list)
    for leaver_id, document_id, kind in uow.session.execute(
        select(Document.leaver_id, Document.id, Document.kind).where(Document.leaver_id.in_(leaver_ids))
    ):
        found[leaver_id].append((document_id, kind))
    return found


def _hidden(record: Record | KeysError | None) -> Hidden:
    if isinstance(record, KeysError):
        raise record
    return hidden_from(record.data if record else None)


def _content(report: Record | KeysError | None, support: Record | KeysError | None) -> Content:
    for read in (report, support):
        if isinstance(read, KeysError):
            raise read
    said = json.loads(report.data) if isinstance(report, Record) else {}
    care = json.loads(support.data) if isinstance(support, Record) else {}
    return Content.from_parts(_REPORT.load(said), _SUPPORT.load(care))


_REPORT, _SUPPORT = ReportPartSchema(), SupportSchema()
"""Made once: building one costs as much as using it, and they keep nothing between uses."""
