"""What `handover audit verify --deep` asks of handovers: that rows, letters and stored bytes are what the log says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from handover.audit.findings import Finding, FindingKind
from handover.audit.model import AuditEntry
from handover.audit.verify import DeepCheck
from handover.bundles.events import (
    CodeRunOut,
    ConfirmedByTelephone,
    EntryTakenBack,
    FetchedWithCode,
    HandedOutside,
    HandoverAccepted,
    HandoverClosed,
    HandoverConfirmed,
    HandoverDeclined,
    HandoverDelivered,
    HandoverDestroyed,
    HandoverEntered,
    HandoverOffered,
    HandoverReleased,
    HandoverReopened,
    HandoverSent,
    HandoverSupplemented,
    HandoverWithdrawn,
    OutsideConfirmed,
    OutsideTakenBack,
    SettlingFailed,
    SupplementArrived,
)
from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.opened_model import OpenedItem
from handover.bundles.settling import is_as_stored
from handover.bundles.state import ELSEWHERE, BundleStatus, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.storage.port import BlobStore
from keys.jws import digest

_LEADS_TO = {
    HandoverSent.name: HandoverStatus.SEALING,
    HandoverDelivered.name: HandoverStatus.SEALING,
    HandoverOffered.name: HandoverStatus.OFFERED,
    SettlingFailed.name: HandoverStatus.DRAFT,
    HandoverAccepted.name: HandoverStatus.ACCEPTED,
    HandoverConfirmed.name: HandoverStatus.CONFIRMED,
    FetchedWithCode.name: HandoverStatus.ACCEPTED,
    ConfirmedByTelephone.name: HandoverStatus.CONFIRMED,
    CodeRunOut.name: HandoverStatus.CLOSED,
    HandedOutside.name: HandoverStatus.ACCEPTED,
    OutsideTakenBack.name: HandoverStatus.WITHDRAWN,
    HandoverEntered.name: HandoverStatus.ACCEPTED,
    EntryTakenBack.name: HandoverStatus.WITHDRAWN,
    OutsideConfirmed.name: HandoverStatus.CONFIRMED,
    HandoverDeclined.name: HandoverStatus.DECLINED,
    HandoverWithdrawn.name: HandoverStatus.WITHDRAWN,
    HandoverClosed.name: HandoverStatus.CLOSED,
    HandoverReopened.name: HandoverStatus.ACCEPTED,
    HandoverReleased.name: HandoverStatus.RELEASED,
    HandoverDestroyed.name: HandoverStatus.DESTROYED,
}
_UNLOGGED = {(HandoverStatus.DRAFT, HandoverStatus.CLOSED)}
"""Made room for another attempt by `sending`: that attempt is what is logged."""
_SIGNED = frozenset({HandoverSent.name, HandoverDelivered.name, HandoverSupplemented.name})
"""What logs a letter."""
_GIVEN = frozenset({HandoverOffered.name, SupplementArrived.name})
"""What logs that readers were given the version of a letter."""
_BATCH = 500


def handovers_against_log(store: BlobStore) -> DeepCheck:
    """A check of every handover against the log and the store. It reads all that is stored, and needs no key."""

    def check(uow: UnitOfWork) -> Iterator[Finding]:
        ids = list(uow.session.scalars(select(Handover.id).order_by(Handover.id)))
        for start in range(0, len(ids), _BATCH):
            yield from _batch(uow, store, ids[start : start + _BATCH])
        yield from _logged_only(uow, set(ids))

    return check


def _batch(uow: UnitOfWork, store: BlobStore, ids: Sequence[str]) -> Iterator[Finding]:
    entries: dict[str, list[AuditEntry]] = {one: [] for one in ids}
    for entry in uow.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_id.in_(ids), AuditEntry.name.in_({*_LEADS_TO, *_SIGNED, *_GIVEN}))
        .order_by(AuditEntry.id)
    ):
        entries[entry.subject_id].append(entry)
    for handover in uow.session.scalars(select(Handover).where(Handover.id.in_(ids)).order_by(Handover.id)):
        yield from _status(handover, [entry for entry in entries[handover.id] if entry.name in _LEADS_TO])
    letters = {handover_id: _letters(logged) for handover_id, logged in entries.items()}
    bundles: dict[str, dict[str, BundleStatus]] = {one: {} for one in ids}
    hidden = select(Handover.id).join(Bundle, Bundle.handover_id == Handover.id)
    hidden = hidden.where(Handover.id.in_(ids), Handover.origin.in_(ELSEWHERE), Bundle.status == BundleStatus.SETTLED)
    for handover_id in sorted(set(uow.session.scalars(hidden))):
        yield _finding(f"handover {handover_id} is said to lie elsewhere, and was sent here")
    for bundle in uow.session.scalars(select(Bundle).where(Bundle.handover_id.in_(ids)).order_by(Bundle.id)):
        bundles[bundle.handover_id][bundle.letter_digest] = bundle.status
        yield from _bundle(uow, store, bundle, letters[bundle.handover_id])
    yield from _opened(uow, store, ids)
    for handover_id, logged in entries.items():
        yield from _versions(handover_id, logged, bundles[handover_id])


def _status(handover: Handover, logged: Sequence[AuditEntry]) -> Iterator[Finding]:
    if not logged:
        yield _finding(f"handover {handover.id} is {handover.status}, and the log knows nothing of it")
        return
    said = _LEADS_TO[logged[-1].name]
    if handover.status is not said and (said, handover.status) not in _UNLOGGED:
        yield _finding(f"handover {handover.id} is {handover.status}, by the log it is {said}", logged[-1])


def _versions(handover_id: str, logged: Sequence[AuditEntry], there: Mapping[str, BundleStatus]) -> Iterator[Finding]:
    """Each letter that was logged has its version, and what readers were given is still theirs."""
    for entry in logged:
        if entry.name not in _SIGNED | _GIVEN:
            continue
        status = there.get(json.loads(entry.facts)["letter"])
        if status is None:
            yield _finding(f"a version of handover {handover_id} that was logged is not there any more", entry)
        elif entry.name in _GIVEN and status is not BundleStatus.SETTLED:
            yield _finding(f"a version of handover {handover_id} was given to its readers, and is {status}", entry)


def _letters(logged: Sequence[AuditEntry]) -> set[str]:
    return {json.loads(entry.facts)["letter"] for entry in logged if entry.name in _SIGNED}


def _bundle(uow: UnitOfWork, store: BlobStore, bundle: Bundle, letters: set[str]) -> Iterator[Finding]:
    if digest(bundle.letter) not in letters:
        yield _finding(f"the letter of bundle {bundle.id} is not the one that was logged")
    if bundle.status is not BundleStatus.SETTLED:
        return
    for part in uow.session.scalars(select(SealedPart).where(SealedPart.bundle_id == bundle.id)):
        if not is_as_stored(store, part):
            yield _finding(f"the stored {part.part} of bundle {bundle.id} is not what was sent, or is gone")


def _opened(uow: UnitOfWork, store: BlobStore, ids: Sequence[str]) -> Iterator[Finding]:
    """The documents that care opened for mentors, and that are open still."""
    rows = select(OpenedItem).where(
        OpenedItem.handover_id.in_(ids), OpenedItem.closed_at.is_(None), OpenedItem.sha256 != ""
    )
    for item in uow.session.scalars(rows.order_by(OpenedItem.id)):
        if not is_as_stored(store, item):
            yield _finding(f"what was opened for mentors as {item.id} is not what was stored, or is gone")


def _logged_only(uow: UnitOfWork, there: set[str]) -> Iterator[Finding]:
    first = (HandoverSent.name, HandoverDelivered.name, HandedOutside.name, HandoverEntered.name)
    sent = select(AuditEntry).where(AuditEntry.name.in_(first)).order_by(AuditEntry.id)
    for entry in uow.session.scalars(sent.execution_options(yield_per=_BATCH)):
        if entry.subject_id not in there:
            yield _finding(f"handover {entry.subject_id} was sent, and is not there any more", entry)


def _finding(detail: str, entry: AuditEntry | None = None) -> Finding:
    return Finding(kind=FindingKind.DEEP, detail=detail, entry_id=entry.id if entry else None)
