"""The store that the settings name."""

from __future__ import annotations

from pathlib import Path

from handover.settings import Settings
from handover.storage.filesystem import FolderStore
from handover.storage.port import BlobStore
from handover.storage.s3 import S3Store, connect


def open_store(settings: Settings) -> BlobStore:
    """A folder, or a bucket that must exist."""
    kind, _, place = settings.storage.partition(":")
    if kind == "folder":
        return FolderStore(Path(place))
    client = connect(
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )
    return S3Store(client, place)
