"""Blobs that no row names: somebody was killed between storing bytes and committing the row. Ciphertext, and waste."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select

from handover.bundles.model import SealedPart
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.model import Document
from handover.services import Services
from handover.storage.filesystem import FolderStore

LEFT_ALONE = timedelta(days=1)
"""Bytes come before their row: what is younger may belong to an action under way."""
SUSPICIOUS = 100
"""From this many on, more loose blobs than named ones mean a wrong database, and nothing is deleted."""
_BATCH = 500

log = structlog.get_logger(__name__)


def delete_loose_blobs(services: Services) -> int:
    """Delete what is older than a day and named by no row; gives how many.

    An empty or an older database beside a full store must not empty the store: then nothing is deleted, and the log
    says so.

    Raises:
        StoreUnavailable: ask again later.
    """
    before = services.clock.now() - LEFT_ALONE
    old = [key for key, stored_at in services.store.keys() if stored_at < before]  # noqa: SIM118  # a store is no dict
    loose = [key for keys in _batches(old) for key in _unnamed(services, keys)]
    if len(loose) >= SUSPICIOUS and len(loose) > len(old) - len(loose):
        log.error("loose_blobs_kept", loose=len(loose), named=len(old) - len(loose))
        return 0
    for key in loose:
        services.store.delete(key)
    if isinstance(services.store, FolderStore):
        services.store.sweep_unfinished(before=before)
    if loose:
        log.info("loose_blobs_deleted", count=len(loose))
    return len(loose)


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _unnamed(services: Services, keys: Sequence[str]) -> Iterable[str]:
    with services.uow() as uow:
        named = _named(uow, keys)
    return [key for key in keys if key not in named]


def _named(uow: UnitOfWork, keys: Sequence[str]) -> set[str]:
    columns = (Document.blob_key, SealedPart.blob_key)
    return {key for column in columns for key in uow.session.scalars(select(column).where(column.in_(keys)))}
