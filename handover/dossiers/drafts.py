"""A dossier in preparation: opening it, saving a part of it, keeping documents with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import func, select

from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.content import Content
from handover.dossiers.events import DocumentAdded, DossierChanged
from handover.dossiers.lock import require_open
from handover.dossiers.model import Document
from handover.errors import Invalid, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, require
from handover.rooms.grants import open_room
from handover.rooms.records import OpenRoom
from handover.services import Services
from handover.storage.port import new_blob_key
from handover.terms.document_kind import DocumentKind
from keys.age.file import encrypt
from keys.errors import Damaged, NotForYou
from schemas.dossiers import ReportPartSchema, SupportSchema


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An opened dossier with the versions of its two records, to compare when it is saved."""

    leaver: Leaver
    content: Content
    report_version: int
    support_version: int


MAX_DOCUMENTS = 40
"""In one dossier."""
_PIECE = 1024 * 1024
"""Bytes that are copied at a time on the way from memory to the store."""


class TooManyDocuments(Invalid):
    """The dossier is full; this document was not kept."""

    code = "too-many-documents"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A document that passed its checks: its bytes, and what was found."""

    data: bytes | bytearray
    title: str
    kind: DocumentKind
    pages: int
    findings: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex. It is a guess at a child confirmed: it goes into sealed records only."""
        return sha256(self.data).hexdigest()


def open_draft(uow: UnitOfWork, actor: Actor, reference: str) -> Draft:
    """Open a leaver's dossier.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or not yet.
        KeysError: what is stored was changed or exchanged.
    """
    leaver = leaver_of(uow, reference)
    require(actor, Action.READ_DOSSIER, subject_of(leaver))
    report, report_version = _read(uow, work_room(uow, actor, leaver), "report", leaver.id)
    support, support_version = _read(uow, care_room(uow, actor, leaver), "support", leaver.id)
    content = Content.from_parts(ReportPartSchema().load(report), SupportSchema().load(support))
    return Draft(leaver=leaver, content=content, report_version=report_version, support_version=support_version)


def save(
    services: Services, actor: Actor, reference: str, content: Content, *, read: Draft, has_opp: bool, section: str
) -> int:
    """Save what a dossier says, if nobody saved it since `read`. Gives the new content version.

    Raises:
        Conflict: a colleague saved it since; nothing was changed.
        AlreadySent: it may not be changed any more.
        Invalid: a value that could not be read back, such as a text that is too long.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        version = save_within(uow, actor, reference, content, read=read, has_opp=has_opp, section=section)
        uow.commit()
        return version


def save_within(
    uow: UnitOfWork, actor: Actor, reference: str, content: Content, *, read: Draft, has_opp: bool, section: str
) -> int:
    """The same in the caller's unit of work, which commits: for what is saved together with something else or not."""
    leaver = editable(uow, actor, reference)
    work, care = work_room(uow, actor, leaver), care_room(uow, actor, leaver)
    report = _readable(ReportPartSchema(), report_part(content))
    work.seal(uow, "report", leaver.id, report, after=read.report_version)
    if content.support != read.content.support:
        support = _readable(SupportSchema(), SupportSchema().dump(asdict(content.support)))
        care.seal(uow, "support", leaver.id, support, after=read.support_version)
    leaver.has_opp = has_opp
    leaver.conversation_asked = content.contact.conversation_asked
    # A parent's step is about the content, it does not change it: their copy stays good.
    if _said(content) != _said(read.content):
        leaver.content_version += 1
    record(
        uow,
        DossierChanged(
            actor_id=actor.person_id,
            unit_id=leaver.unit_id,
            subject_kind="leaver",
            subject_id=leaver.id,
            section=section,
            content_version=leaver.content_version,
        ),
    )
    return leaver.content_version


def keep_document(services: Services, actor: Actor, reference: str, checked: Checked) -> str:
    """Seal a checked document to its room and keep it. Gives its id. Bytes first, row second.

    The same file under the same title and kind is kept once: whoever did not hear that it arrived sends it again.

    Raises:
        TooManyDocuments: the dossier is full.
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was kept.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        room = room_of(uow, actor, leaver, checked.kind)
        if kept := _kept_already(uow, room, leaver, checked):
            return kept
        _require_room_for_one(uow, leaver)
    key = new_blob_key()
    stored = services.store.put(key, encrypt([room.recipient], _pieces(checked.data)))
    with services.uow() as uow:
        # Once more: what changed since the bytes came in counts. Bytes that no row names are swept.
        leaver = editable(uow, actor, reference)
        if kept := _kept_already(uow, room, leaver, checked):
            return kept
        _require_room_for_one(uow, leaver)
        document = Document(
            id=new_id(),
            leaver_id=leaver.id,
            room_id=room.room_id,
            kind=checked.kind,
            blob_key=key,
            sealed_size=stored.size,
            sealed_sha256=stored.sha256,
            pages=checked.pages,
            findings=" ".join(checked.findings),
            created_at=uow.clock.now(),
            created_by=actor.person_id,
        )
        uow.session.add(document)
        # Parents see all of it before it is sent: what came after their copy makes that copy an old one.
        leaver.content_version += 1
        facts = {
            "title": checked.title,
            "size": len(checked.data),
            "sha256": checked.digest,
            "sealed_sha256": stored.sha256,
        }
        room.seal(uow, "document", document.id, json.dumps(facts).encode(), after=0)
        record(
            uow,
            DocumentAdded(
                actor_id=actor.person_id,
                unit_id=leaver.unit_id,
                subject_kind="leaver",
                subject_id=leaver.id,
                kind=checked.kind.value,
                sealed_sha256=stored.sha256,
                sealed_size=stored.size,
            ),
        )
        uow.commit()
        return document.id


def editable(uow: UnitOfWork, actor: Actor, reference: str) -> Leaver:
    """The leaver whose dossier this actor may change, and now.

    Raises:
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed: not for this actor.
    """
    leaver = leaver_of(uow, reference, for_update=True)
    require(actor, Action.EDIT_DOSSIER, subject_of(leaver))
    require_open(uow, leaver.id)
    return leaver


def documents_of(uow: UnitOfWork, leaver_id: str) -> list[Document]:
    """A dossier's documents: the report first, then in the order in which they came."""
    rows = uow.session.scalars(
        select(Document).where(Document.leaver_id == leaver_id).order_by(Document.created_at, Document.id)
    ).all()
    return sorted(rows, key=lambda row: row.kind is not DocumentKind.OKR)


def work_room(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> OpenRoom:
    """The leaver's `work` room, entered."""
    return open_room(uow, actor.keyring, leaver.unit_id, leaver.work_room_id, subject_id=leaver.id)


def care_room(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> OpenRoom:
    """The leaver's `work-care` room, entered."""
    return open_room(uow, actor.keyring, leaver.unit_id, leaver.care_room_id, subject_id=leaver.id)


def room_of(uow: UnitOfWork, actor: Actor, leaver: Leaver, kind: DocumentKind) -> OpenRoom:
    """The room in which documents of that kind lie."""
    return care_room(uow, actor, leaver) if kind.goes_to_care else work_room(uow, actor, leaver)


def report_version(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> int:
    """The version of a leaver's `report` record; it rises with each step of a parent. 0 before the first."""
    return _read(uow, work_room(uow, actor, leaver), "report", leaver.id)[1]


def report_part(content: Content) -> dict[str, Any]:
    """What lies in the `work` room, as its schema dumps it."""
    parts: Iterable[tuple[str, Any]] = (
        ("pupil", asdict(content.pupil)),
        ("advice", asdict(content.advice)),
        ("report", asdict(content.report)),
        ("contact", asdict(content.contact)),
        ("parents", [asdict(parent) for parent in content.parents]),
    )
    dumped: dict[str, Any] = ReportPartSchema().dump(dict(parts))
    return dumped


def _pieces(data: bytes | bytearray) -> Iterator[bytes]:
    view = memoryview(data)
    return (bytes(view[start : start + _PIECE]) for start in range(0, len(view), _PIECE))


def _kept_already(uow: UnitOfWork, room: OpenRoom, leaver: Leaver, checked: Checked) -> str | None:
    digest = checked.digest
    for row in documents_of(uow, leaver.id):
        if row.kind is not checked.kind or row.room_id != room.room_id:
            continue
        with suppress(NotFound, Damaged, NotForYou):  # such a one is told where it is read; it is not this one
            facts = json.loads(room.read(uow, "document", row.id).data)
            if (facts["sha256"], facts["title"]) == (digest, checked.title):
                return row.id
    return None


def _require_room_for_one(uow: UnitOfWork, leaver: Leaver) -> None:
    count = uow.session.scalar(select(func.count()).where(Document.leaver_id == leaver.id)) or 0
    if count >= MAX_DOCUMENTS:
        raise TooManyDocuments


def _readable(schema: Schema, dumped: dict[str, Any]) -> bytes:
    """As it will lie, after it was read back: what cannot be read must never be written."""
    try:
        schema.load(dumped)
    except ValidationError as error:
        fields = error.messages_dict
        raise Invalid(fields={str(name): "" for name in fields}) from error
    return json.dumps(dumped).encode()


def _said(content: Content) -> tuple[object, ...]:
    return (content.pupil, content.advice, content.report, content.contact, content.support)


def _read(uow: UnitOfWork, room: OpenRoom, kind: str, subject: str) -> tuple[dict[str, Any], int]:
    try:
        found = room.read(uow, kind, subject)
    except NotFound:
        return {}, 0
    return json.loads(found.data), found.version
