"""Sealing: content and documents -> manifest -> ZIP -> age stream -> store, for one part of a handover.

Runs in the sender's request, in one pass and with flat memory; no plaintext touches a disk. What comes back goes into
the signed letter: the SHA-256 and size of the sealed bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handover.bundles.archive import Entry, archive, entry_of_bytes
from handover.bundles.model import Part
from handover.storage.port import BlobStore, Stored, new_blob_key
from keys.age.file import encrypt
from keys.age.hybrid import HybridRecipient
from schemas.manifest.v1 import FORMAT

CHECKED_BY = "pypdf in a closed child process; rules of warme-overdracht/1"

README = """Dit is een overdrachtsdossier van een basisschool aan een school voor voortgezet onderwijs.

manifest.json    wat erin zit, van welke school, voor welke school
dossier.json     het ingevulde rapport
documents/       de documenten, als pdf

Het dossier bevat persoonsgegevens van een kind. Bewaar het niet langer dan nodig is.
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One of the two schools, as the manifest names it."""

    unit: str
    name: str
    place: str
    brin: str

    def as_dict(self) -> dict[str, str]:
        """For the manifest."""
        return {"unit": self.unit, "name": self.name, "place": self.place, "brin": self.brin}


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What the manifests of both parts of one version share."""

    handover_id: str
    reference: str
    version: int
    sealed_at: datetime
    sender: Place
    receiver: Place


@dataclass(frozen=True, kw_only=True)
class SealedFile:
    """A sealed part in the store."""

    part: Part
    blob_key: str
    stored: Stored
    documents: int


def seal_part(
    store: BlobStore,
    recipient: HybridRecipient,
    heading: Heading,
    part: Part,
    *,
    content: dict[str, Any],
    documents: list[Entry],
) -> SealedFile:
    """Seal one part and store it; the blob is an orphan until a row names it (the sweep deletes orphans).

    Raises:
        NotWhatWasPromised: a document is not what was checked at its upload; nothing usable was stored.
        StoreUnavailable: nothing was stored.
    """
    entries = [
        entry_of_bytes("dossier.json", _json(content), title="", kind="content"),
        *documents,
        entry_of_bytes("LEESMIJ.txt", README.encode(), title="", kind="readme"),
    ]
    pieces = encrypt([recipient], archive(_head(heading, part), entries))
    key = new_blob_key()
    return SealedFile(part=part, blob_key=key, stored=store.put(key, pieces), documents=len(documents))


def document_name(number: int, kind: str) -> str:
    """The name of the nth document inside a bundle: it says the kind and nothing about the child."""
    return f"documents/{number:02d}-{kind.replace('_', '-')}.pdf"


def _head(heading: Heading, part: Part) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "handover": heading.handover_id,
        "reference": heading.reference,
        "version": heading.version,
        "part": part.value,
        "sealed_at": heading.sealed_at.isoformat(),
        "checked_by": CHECKED_BY,
        "sender": heading.sender.as_dict(),
        "receiver": heading.receiver.as_dict(),
    }


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
