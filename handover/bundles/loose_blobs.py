"""Blobs that no row names: somebody was killed between storing bytes and committing the row, or took a document out.

They go on the second night that finds them loose: for at least a day, what was taken out can be put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from handover.bundles.asked_model import AskedFile
from handover.bundles.loose_blob_model import LooseBlob
from handover.bundles.model import SealedPart
from handover.bundles.opened_model import OpenedItem
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.model import Document
from handover.services import Services
from handover.storage.filesystem import FolderStore

YOUNG = timedelta(days=1)
"""Bytes come before their row: what was stored later than this may belong to an action under way."""
SEEN_BEFORE = timedelta(hours=20)
"""So long ago it was found loose already: the night before, give or take."""
SUSPICIOUS = 100
"""From this many on, more loose blobs than named ones mean a wrong database, and nothing is deleted."""
_BATCH = 500

log = structlog.get_logger(__name__)


def delete_loose_blobs(services: Services) -> int:
    """Note what no row names, and delete what was noted the night before; gives how many were deleted.

    An empty or an older database beside a full store must not empty the store: then nothing is deleted, and the log
    says so.

    Raises:
        StoreUnavailable: ask again later.
    """
    now = services.clock.now()
    old = [key for key, stored_at in services.store.keys() if stored_at < now - YOUNG]  # noqa: SIM118  # no dict
    loose = [key for keys in _batches(old) for key in _unnamed(services, keys)]
    if len(loose) >= SUSPICIOUS and len(loose) > len(old) - len(loose):
        log.error("loose_blobs_kept", loose=len(loose), named=len(old) - len(loose))
        return 0
    doomed = _noted_before(services, loose, now)
    for key in doomed:
        services.store.delete(key)
    if isinstance(services.store, FolderStore):
        services.store.sweep_unfinished(before=now - YOUNG)
    if doomed:
        log.info("loose_blobs_deleted", count=len(doomed))
    return len(doomed)


def _noted_before(services: Services, loose: Sequence[str], now: datetime) -> list[str]:
    """Which of these were loose the night before; the others are noted, and what is loose no more is struck off."""
    with services.uow() as uow:
        seen = {row.key: row.seen_at for row in uow.session.scalars(select(LooseBlob))}
        for keys in _batches(sorted(seen.keys() - set(loose))):
            uow.session.execute(delete(LooseBlob).where(LooseBlob.key.in_(keys)))
        uow.session.add_all(LooseBlob(key=key, seen_at=now) for key in loose if key not in seen)
        uow.commit()
    return [key for key in loose if key in seen and seen[key] <= now - SEEN_BEFORE]


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _unnamed(services: Services, keys: Sequence[str]) -> list[str]:
    with services.uow() as uow:
        named = _named(uow, keys)
    return [key for key in keys if key not in named]


def _named(uow: UnitOfWork, keys: Sequence[str]) -> set[str]:
    columns = (Document.blob_key, SealedPart.blob_key, OpenedItem.blob_key, AskedFile.blob_key)
    found = (uow.session.scalars(select(column).where(column.in_(keys))) for column in columns)
    return {key for keys_of_one in found for key in keys_of_one if key is not None}
