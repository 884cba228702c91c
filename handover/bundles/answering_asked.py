"""A guest who was asked for a dossier: opens the request with six words, and puts files ready, one by one.

Each file is checked and sealed in the request that brings it, to the one-time identity: with the words it can be sent
or taken out, without them nothing opens it. `delivering` sends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.asked_model import AskedDossier, AskedFile
from handover.bundles.asked_secret import Secret
from handover.bundles.codes import TRIES
from handover.bundles.events import AskedOpened
from handover.bundles.trying import CodeShut, Find, try_words
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.checking import check_document
from handover.dossiers.document_bytes import delete_quietly
from handover.dossiers.file_name import clean_file_name
from handover.dossiers.finding import Examination, Finding
from handover.dossiers.taking import Taken
from handover.errors import Unavailable
from handover.leavers.model import Announcement
from handover.schools.model import Location, Unit
from handover.services import Services
from handover.storage.port import Stored, new_blob_key
from handover.terms.destination import Announced
from handover.terms.document_kind import DocumentKind
from keys.age.file import SERVICE_LIMITS, decrypt, decrypt_bytes, encrypt, encrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.errors import Damaged
from keys.jws import canonical

MOST = 20
"""Files that a guest sends."""
KINDS = (DocumentKind.OKR, DocumentKind.OTHER, DocumentKind.OPP, DocumentKind.OTHER_CARE)
"""What a guest can say that a file is."""
_PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ReadyFile:
    """A file that lies ready."""

    id: str
    kind: DocumentKind
    title: str = field(repr=False)
    pages: int
    size: int
    sha256: str = field(repr=False)
    findings: tuple[str, ...]
    blob_key: str


@dataclass(frozen=True, kw_only=True)
class OpenAsked:
    """A request in the hands of a guest who knew the words; one web request long."""

    id: str
    reference: str
    school: str
    school_place: str
    sender: str
    sender_place: str
    expires_at: datetime
    identity: HybridIdentity = field(repr=False)
    secret: Secret = field(repr=False)
    files: Sequence[ReadyFile]

    @property
    def about(self) -> dict[str, Any]:
        """Who it is about."""
        return self.secret.about

    @property
    def has_report(self) -> bool:
        """Whether the report lies ready: without it nothing is sent."""
        return any(one.kind is DocumentKind.OKR for one in self.files)


def open_asked(services: Services, asked_id: str, words: str, *, client_address: str) -> OpenAsked:
    """Open a request with its words.

    Raises:
        CodeShut: it does not open, whatever the reason.
        TooManyTries: wait a little; nothing was counted.
        KeysError: what lies there is not what was put there.
    """
    identity = try_words(
        services,
        _find(asked_id),
        words,
        account=f"asked {asked_id}",
        client_address=client_address,
        was_right=lambda uow: _record_opening(uow, asked_id),
    )
    with services.uow() as uow:
        row = held(uow, asked_id)
        school, location = uow.session.get_one(Unit, row.unit_id), uow.session.get_one(Location, row.sender_brin)
        return OpenAsked(
            id=row.id,
            reference=row.reference,
            school=school.name,
            school_place=school.place,
            sender=location.name,
            sender_place=location.place,
            expires_at=row.expires_at,
            identity=identity,
            secret=Secret.open(row.sealed_secret or b"", row.id, identity),
            files=ready_files(uow, row.id, identity),
        )


def _record_opening(uow: UnitOfWork, asked_id: str) -> None:
    """From here on somebody knows about whom it is: that is disclosed, whatever they do next."""
    row = uow.session.get_one(AskedDossier, asked_id)
    record(
        uow,
        AskedOpened(actor_id=None, unit_id=row.unit_id, subject_kind="announcement", subject_id=row.announcement_id),
    )


def looked_again(services: Services, asked: OpenAsked) -> OpenAsked:
    """The same request with what lies ready now; errors are those of `held` and `ready_files`."""
    with services.uow() as uow:
        held(uow, asked.id)
        return replace(asked, files=ready_files(uow, asked.id, asked.identity))


def put_ready(
    services: Services,
    asked: OpenAsked,
    *,
    file_name: str,
    data: bytearray,
    kind: DocumentKind,
    problem: Finding | None = None,
) -> Taken:
    """Check a file, seal it and keep it; or say why not. Bytes first, row second. The same file is kept once.

    Raises:
        CodeShut: it was taken back, sent or ran out meanwhile; nothing was kept.
    """
    title = clean_file_name(file_name)
    try:
        seen = Examination.refused(problem) if problem else check_document(data)
        if seen.is_refused:
            return Taken(title=title, kind=kind, findings=seen.refusals)
        digest, key = sha256(data).hexdigest(), new_blob_key()
        with services.uow() as uow:
            held(uow, asked.id)
            if (known := _kept_or_full(uow, asked, digest, kind, title)) is not None:
                return known
        view = memoryview(data)
        pieces = (bytes(view[start : start + _PIECE]) for start in range(0, len(view), _PIECE))
        stored = services.store.put(key, encrypt([asked.identity.recipient()], pieces))
    except Unavailable:
        return Taken(title=title, kind=kind, is_busy=True)
    try:
        return _keep(services, asked, _Sealed(key, stored, digest, len(data)), title=title, kind=kind, seen=seen)
    except BaseException:
        delete_quietly(services, key)
        raise


@dataclass(frozen=True)
class _Sealed:
    """Bytes that lie in the store, and no row names yet."""

    key: str
    stored: Stored
    digest: str
    size: int


def _kept_or_full(uow: UnitOfWork, asked: OpenAsked, digest: str, kind: DocumentKind, title: str) -> Taken | None:
    there = ready_files(uow, asked.id, asked.identity)
    same = next((one.id for one in there if (one.sha256, one.kind) == (digest, kind)), None)
    if same is None and len(there) < MOST:
        return None
    return Taken(title=title, kind=kind, document_id=same or "", is_full=same is None)


def _keep(
    services: Services, asked: OpenAsked, sealed: _Sealed, *, title: str, kind: DocumentKind, seen: Examination
) -> Taken:
    with services.uow() as uow:
        held(uow, asked.id)
        known = _kept_or_full(uow, asked, sealed.digest, kind, title)
        if known is not None:  # it came twice at once
            uow.after_commit(lambda: delete_quietly(services, sealed.key))
            uow.commit()
            return known
        row = AskedFile(
            id=new_id(),
            asked_id=asked.id,
            kind=kind,
            blob_key=sealed.key,
            sealed_size=sealed.stored.size,
            sealed_sha256=sealed.stored.sha256,
            pages=seen.pages,
            findings=" ".join(map(str, seen.findings)),
            created_at=uow.clock.now(),
        )
        facts = {
            "file": row.id,
            "kind": kind.value,
            "title": title,
            "size": sealed.size,
            "sha256": sealed.digest,
            "sealed_sha256": sealed.stored.sha256,
        }
        row.sealed_facts = encrypt_bytes(asked.identity.recipient(), canonical(facts))
        uow.session.add(row)
        uow.commit()
        return Taken(title=title, kind=kind, document_id=row.id, findings=seen.notes)


def take_out(services: Services, asked: OpenAsked, file_id: str) -> None:
    """Take out a file that lies ready; twice is once.

    Raises:
        CodeShut: it was taken back, sent or ran out meanwhile.
    """
    with services.uow() as uow:
        held(uow, asked.id)
        row = uow.session.get(AskedFile, file_id)
        if row is None or row.asked_id != asked.id:
            return
        key = row.blob_key
        uow.session.delete(row)
        uow.after_commit(lambda: delete_quietly(services, key))
        uow.commit()


def held(uow: UnitOfWork, asked_id: str, *, most_failures: int = TRIES) -> AskedDossier:
    """The request, held until the transaction ends, while it may be answered.

    Raises:
        CodeShut: there is none, or not any more.
    """
    row = uow.session.get(AskedDossier, asked_id, with_for_update=True, populate_existing=True)
    if row is None or row.sealed_identity is None or row.failures > most_failures or row.expires_at <= uow.clock.now():
        raise CodeShut
    if uow.session.get_one(Announcement, row.announcement_id).state is not Announced.ASKED:
        raise CodeShut  # the primary school takes part by now, and said which child it is
    return row


def ready_files(uow: UnitOfWork, asked_id: str, identity: HybridIdentity) -> list[ReadyFile]:
    """What lies ready: the report first, then in the order in which it came.

    Raises:
        KeysError: a file was changed or exchanged.
    """
    rows = uow.session.scalars(
        select(AskedFile).where(AskedFile.asked_id == asked_id).order_by(AskedFile.created_at, AskedFile.id)
    ).all()
    found = [_opened(row, identity) for row in rows]
    return sorted(found, key=lambda one: one.kind is not DocumentKind.OKR)


def bytes_of(services: Services, asked: OpenAsked, file: ReadyFile) -> Iterator[bytes]:
    """The bytes of a file that lies ready."""
    with services.store.open(file.blob_key) as blob:
        yield from decrypt([asked.identity], blob)


def _find(asked_id: str) -> Find:
    return lambda uow, most_failures: held(uow, asked_id, most_failures=most_failures)


def _opened(row: AskedFile, identity: HybridIdentity) -> ReadyFile:
    facts = json.loads(decrypt_bytes(identity, row.sealed_facts, limits=SERVICE_LIMITS))
    if (facts["file"], facts["kind"], facts["sealed_sha256"]) != (row.id, row.kind.value, row.sealed_sha256):
        raise Damaged("another file in its place", file=row.id)
    return ReadyFile(
        id=row.id,
        kind=row.kind,
        title=facts["title"],
        pages=row.pages,
        size=facts["size"],
        sha256=facts["sha256"],
        findings=tuple(row.findings.split()),
        blob_key=row.blob_key,
    )
