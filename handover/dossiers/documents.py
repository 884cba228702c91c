"""The documents of a dossier in preparation: listing, opening, naming, and taking out with a way back.

Taking out: row and record go at once, so that nothing sends or shows it. What is needed to put it back lies as a
sealed record in its room, until the night sweeps up the bytes that no row names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.document_bytes import delete_quietly, resealed, whole
from handover.dossiers.drafts import (
    MAX_DOCUMENTS,
    TooManyDocuments,
    care_room,
    documents_of,
    editable,
    report_version,
    room_of,
    work_room,
)
from handover.dossiers.events import (
    DocumentChanged,
    DocumentOpened,
    DocumentRefused,
    DocumentRemoved,
    DocumentRestored,
)
from handover.dossiers.finding import Finding
from handover.dossiers.model import Document
from handover.errors import Conflict, Expired, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, require
from handover.rooms.records import OpenRoom
from handover.services import Services
from handover.storage.port import BlobNotFound
from handover.terms.document_kind import DocumentKind
from keys.errors import Damaged

UNDO = timedelta(hours=12)
"""How long a document that was taken out can be put back, if its bytes are still there."""
_FACTS = "document"
_REMOVED = "removed-document"


@dataclass(frozen=True, kw_only=True)
class KeptDocument:
    """A document as its own school sees it. `size` in bytes of the document itself."""

    id: str
    kind: DocumentKind
    title: str
    pages: int
    size: int
    notes: tuple[Finding, ...]
    kept_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenedDocument:
    """A document on its way to who asked for it."""

    kind: DocumentKind
    title: str
    size: int
    pieces: Iterator[bytes]
    """Exactly `size` bytes, or an error before the last of them."""


def list_documents(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> list[KeptDocument]:
    """What the dossier holds: the report first, then in the order in which they came.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        Damaged: a record was changed or exchanged.
    """
    require(actor, Action.READ_DOSSIER, subject_of(leaver))
    rooms: dict[bool, dict[str, dict[str, Any]]] = {}
    found = []
    for row in documents_of(uow, leaver.id):
        care = row.kind.goes_to_care
        if care not in rooms:
            records = room_of(uow, actor, leaver, row.kind).read_all(uow, _FACTS)
            rooms[care] = {subject: json.loads(one.data) for subject, one in records.items()}
        facts = rooms[care].get(row.id)
        if facts is None:
            raise Damaged("a document without its record", document=row.id)
        found.append(_kept(row, facts))
    return found


def open_document(services: Services, actor: Actor, reference: str, document_id: str) -> OpenedDocument:
    """Open one document of a draft, after it was written down who did. The pieces hold the stored bytes open.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        Damaged: while the pieces are taken too; the last is never given then.
        StoreUnavailable: ask again later.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        require(actor, Action.READ_DOSSIER, subject_of(leaver))
        row = _row(uow, leaver, document_id)
        room = room_of(uow, actor, leaver, row.kind)
        facts = json.loads(room.read(uow, _FACTS, row.id).data)
        if facts["sealed_sha256"] != row.sealed_sha256:
            raise Damaged("another document in its place", document=row.id)
        blob = services.store.open(row.blob_key)
        record(uow, DocumentOpened(**_who(actor, leaver), kind=row.kind.value))
        opened = OpenedDocument(
            kind=row.kind,
            title=facts["title"],
            size=facts["size"],
            pieces=whole(room, blob, facts["sha256"]),
        )
        uow.commit()
        return opened


def retitle(services: Services, actor: Actor, reference: str, document_id: str, title: str) -> None:
    """Give a document another title, as `clean_file_name` gives it.

    Raises:
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        row = _row(uow, leaver, document_id)
        room = room_of(uow, actor, leaver, row.kind)
        kept = room.read(uow, _FACTS, row.id)
        facts = json.loads(kept.data) | {"title": title}
        room.seal(uow, _FACTS, row.id, json.dumps(facts).encode(), after=kept.version)
        record(uow, _changed(actor, leaver, row, what="title"))
        uow.commit()


def change_kind(services: Services, actor: Actor, reference: str, document_id: str, kind: DocumentKind) -> None:
    """Say what a document is. When that takes it to the other room, it is sealed anew for those who read there.

    Raises:
        Conflict: a colleague changed it meanwhile; nothing was changed.
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was changed.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        row = _row(uow, leaver, document_id)
        source, target = room_of(uow, actor, leaver, row.kind), room_of(uow, actor, leaver, kind)
        if source.room_id == target.room_id:
            row.kind = kind
            record(uow, _changed(actor, leaver, row, what="kind"))
            uow.commit()
            return
        old_key = row.blob_key
    key, stored = resealed(services, old_key, source, target)
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        row = _row(uow, leaver, document_id)
        if row.blob_key != old_key:
            raise Conflict
        facts = json.loads(source.read(uow, _FACTS, row.id).data) | {"sealed_sha256": stored.sha256}
        source.erase(uow, _FACTS, row.id)
        target.seal(uow, _FACTS, row.id, json.dumps(facts).encode(), after=0)
        row.kind, row.room_id = kind, target.room_id
        row.blob_key, row.sealed_size, row.sealed_sha256 = key, stored.size, stored.sha256
        record(uow, _changed(actor, leaver, row, what="kind"))
        uow.after_commit(lambda: delete_quietly(services, old_key))
        uow.commit()


def remove(services: Services, actor: Actor, reference: str, document_id: str) -> None:
    """Take a document out of a draft; `restore` puts it back for a while.

    Raises:
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        row = _row(uow, leaver, document_id)
        room = room_of(uow, actor, leaver, row.kind)
        facts = json.loads(room.read(uow, _FACTS, row.id).data)
        _forget_old(uow, room)
        kept = facts | {
            "kind": row.kind.value,
            "blob_key": row.blob_key,
            "pages": row.pages,
            "findings": row.findings,
            "created_at": row.created_at.isoformat(),
            "created_by": row.created_by,
            "removed_at": uow.clock.now().isoformat(),
            "report_version": report_version(uow, actor, leaver),
        }
        room.erase(uow, _REMOVED, row.id)
        room.seal(uow, _REMOVED, row.id, json.dumps(kept).encode(), after=0)
        room.erase(uow, _FACTS, row.id)
        event = DocumentRemoved(**_who(actor, leaver), kind=row.kind.value, sealed_sha256=row.sealed_sha256)
        uow.session.delete(row)
        record(uow, event)
        uow.commit()


def restore(services: Services, actor: Actor, reference: str, document_id: str) -> None:
    """Put back what was taken out; nothing happens when it is there already.

    Its bytes are sealed and stored anew: the old ones may be swept any moment.

    Raises:
        Expired: it was taken out too long ago.
        TooManyDocuments: others took its place.
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was changed.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        if _is_there(uow, leaver, document_id):
            return
        room, kept = _removed(uow, actor, leaver, document_id)
        if uow.clock.now() - datetime.fromisoformat(kept["removed_at"]) > UNDO:
            raise Expired
    try:
        key, stored = resealed(services, kept["blob_key"], room, room)
    except BlobNotFound as error:
        raise Expired from error
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        if len(documents_of(uow, leaver.id)) >= MAX_DOCUMENTS:
            raise TooManyDocuments
        row = Document(
            id=document_id,
            leaver_id=leaver.id,
            room_id=room.room_id,
            kind=DocumentKind(kept["kind"]),
            blob_key=key,
            sealed_size=stored.size,
            sealed_sha256=stored.sha256,
            pages=kept["pages"],
            findings=kept["findings"],
            created_at=datetime.fromisoformat(kept["created_at"]),
            created_by=kept["created_by"],
        )
        uow.session.add(row)
        if kept.get("report_version") != report_version(uow, actor, leaver):
            # A parent may have been given a copy without it meanwhile.
            leaver.content_version += 1
        facts = {name: kept[name] for name in ("title", "size", "sha256")} | {"sealed_sha256": stored.sha256}
        room.seal(uow, _FACTS, document_id, json.dumps(facts).encode(), after=0)
        room.erase(uow, _REMOVED, document_id)
        record(uow, DocumentRestored(**_who(actor, leaver), kind=row.kind.value, sealed_sha256=stored.sha256))
        uow.after_commit(lambda: delete_quietly(services, kept["blob_key"]))
        uow.commit()


def note_refusal(services: Services, actor: Actor, reference: str, finding: Finding) -> None:
    """Write down that a document was not taken, and why; not what it was called."""
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        record(uow, DocumentRefused(**_who(actor, leaver), finding=finding.value))
        uow.commit()


def document_of(uow: UnitOfWork, actor: Actor, leaver: Leaver, document_id: str) -> KeptDocument:
    """One of `list_documents`; errors are those.

    Raises:
        NotFound: it is not in this dossier.
    """
    require(actor, Action.READ_DOSSIER, subject_of(leaver))
    row = _row(uow, leaver, document_id)
    room = room_of(uow, actor, leaver, row.kind)
    return _kept(row, json.loads(room.read(uow, _FACTS, row.id).data))


def _kept(row: Document, facts: dict[str, Any]) -> KeptDocument:
    return KeptDocument(
        id=row.id,
        kind=row.kind,
        title=facts["title"],
        pages=row.pages,
        size=facts["size"],
        notes=tuple(Finding(value) for value in row.findings.split()),
        kept_at=row.created_at,
    )


def _row(uow: UnitOfWork, leaver: Leaver, document_id: str) -> Document:
    row = uow.session.get(Document, document_id)
    if row is None or row.leaver_id != leaver.id:
        raise NotFound
    return row


def _is_there(uow: UnitOfWork, leaver: Leaver, document_id: str) -> bool:
    row = uow.session.get(Document, document_id)
    return row is not None and row.leaver_id == leaver.id


def _removed(uow: UnitOfWork, actor: Actor, leaver: Leaver, document_id: str) -> tuple[OpenRoom, dict[str, Any]]:
    for enter in (work_room, care_room):
        room = enter(uow, actor, leaver)
        with suppress(NotFound):
            return room, json.loads(room.read(uow, _REMOVED, document_id).data)
    raise NotFound


def _forget_old(uow: UnitOfWork, room: OpenRoom) -> None:
    now = uow.clock.now()
    for subject, one in room.read_all(uow, _REMOVED).items():
        if now - datetime.fromisoformat(json.loads(one.data)["removed_at"]) > UNDO:
            room.erase(uow, _REMOVED, subject)


def _who(actor: Actor, leaver: Leaver) -> dict[str, Any]:
    return {
        "actor_id": actor.person_id,
        "unit_id": leaver.unit_id,
        "subject_kind": "leaver",
        "subject_id": leaver.id,
    }


def _changed(actor: Actor, leaver: Leaver, row: Document, *, what: str) -> DocumentChanged:
    return DocumentChanged(**_who(actor, leaver), what=what, kind=row.kind.value, sealed_sha256=row.sealed_sha256)
