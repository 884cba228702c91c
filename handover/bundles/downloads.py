"""Taking what was sent along: one document, all of it as a ZIP, or sealed under five words that any `age` opens.

All stream in pieces of at most 64 KiB with their true length. Something counts as read before its last bytes leave.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from handover.audit.log import record
from handover.bundles.archive import Entry, cut, entry_of_bytes, pack, packed_size
from handover.bundles.events import TamperingSeen
from handover.bundles.model import Part, SealedPart
from handover.bundles.opening import PIECE, InnerFile, OpenPart, Tampered
from handover.bundles.reading import Opened, content, document, open_for_reading, remember
from handover.bundles.seal import README
from handover.bundles.sides import stand
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, may
from handover.services import Services
from handover.storage.port import BlobNotFound
from handover.terms.msgid import msgid
from keys.age.file import encrypt
from keys.age.scrypt import PassphraseRecipient
from keys.age.stream import CHUNK, TAG
from keys.person import AT_ONCE
from keys.words import WORDS, generate_passphrase, normalise, words

PDF, ZIP, AGE = "application/pdf", "application/zip", "application/octet-stream"
_FOLDER: Mapping[Part, str] = {Part.DOSSIER: "dossier", Part.CARE: "zorg"}
_HASHED_AT_ONCE = 1024 * 1024


class Pieces:
    """The bytes of a download, to be gone through once. Whoever stops halfway, or never starts, closes it."""

    def __init__(self, pieces: Iterable[bytes], *parts: OpenPart) -> None:
        self._pieces = iter(pieces)
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        """Itself."""
        return self

    def __next__(self) -> bytes:
        """The next piece."""
        try:
            return next(self._pieces)
        except BaseException:  # its end too
            self.close()
            raise

    def close(self) -> None:
        """Let the stored bytes go."""
        for part in self._parts:
            part.close()


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file on its way out."""

    file_name: str
    """Says which dossier by its reference, and what by its kind: never who."""
    size: int
    media_type: str
    pieces: Pieces = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class SealedDownload:
    """Five words, and for each part a file sealed under them; nothing of either is kept here."""

    words: str = field(repr=False)
    downloads: Mapping[Part, Callable[[], Download]]
    """Called, each seals its part anew; the words' work is done at that moment."""


def one(
    services: Services,
    actor: Actor,
    handover_id: str,
    part: Part,
    number: int,
    *,
    way: str = "download",
    version: int | None = None,
) -> Download:
    """The nth document of a part, as it was sent; of the newest version, or of the one that the reader has before them.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or there is no such document.
        Tampered: it is not what was sent; while streaming too, and then the last piece is never given.
    """
    opened = open_for_reading(services, actor, handover_id, part, version=version)
    try:
        inner = opened.inside.document(number)
        pieces = _watched(services, actor, opened, document(services, actor, opened, number, way=way))
    except BaseException:
        opened.inside.close()
        raise
    return Download(
        file_name=f"{opened.inside.manifest['reference']}-{_file_name(part, inner)}",
        size=inner.length,
        media_type=PDF,
        pieces=Pieces(pieces, opened.inside),
    )


def as_zip(services: Services, actor: Actor, handover_id: str) -> Download:
    """Everything that this actor may read, as one stored ZIP.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        Tampered: something is not what was sent; while streaming too, and then the ZIP is cut off.
    """
    parts: list[Opened] = []
    try:
        for part in _parts_for(services, actor, handover_id):
            parts.append(open_for_reading(services, actor, handover_id, part))
            _whole_or_nothing(services, actor, parts[-1])
        entries = [entry_of_bytes("LEESMIJ.txt", README.encode(), title="", kind="readme")]
        for opened in parts:
            entries += _entries(services, actor, opened)
    except BaseException:
        for opened in parts:
            opened.inside.close()
        raise
    return Download(
        file_name=f"{parts[0].inside.manifest['reference']}-overdracht.zip",
        size=packed_size(entries),
        media_type=ZIP,
        pieces=Pieces(cut(pack(entries), PIECE), *(opened.inside for opened in parts)),
    )


def sealed(services: Services, actor: Actor, handover_id: str, *, words: str | None = None) -> SealedDownload:
    """Seal the bundles anew under five words.

    Show the words once, then give them back as `words` with each download: nothing of them is stored, so whoever
    asks for the file must have read them. Only five words of our list are taken, so that nobody chooses their own.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        Invalid: these are no five words of the list.
    """
    parts = _parts_for(services, actor, handover_id)
    drawn = generate_passphrase() if words is None else _given(words)

    def download_of(part: Part) -> Callable[[], Download]:
        return lambda: _sealed_part(services, actor, handover_id, part, drawn)

    return SealedDownload(words=drawn, downloads={part: download_of(part) for part in parts})


def _sealed_part(services: Services, actor: Actor, handover_id: str, part: Part, drawn: str) -> Download:
    opened = open_for_reading(services, actor, handover_id, part)
    try:
        _whole_or_nothing(services, actor, opened)
        recipient = PassphraseRecipient(drawn, log_n=services.settings.passphrase_log_n)
        pieces = _remembered(services, actor, opened, encrypt([recipient], opened.inside.whole()))
        # The header is short and of a fixed form: made now, so that the length is known before the first byte.
        with AT_ONCE:
            start = next(pieces)
    except BaseException:
        opened.inside.close()
        raise
    return Download(
        file_name=f"{opened.inside.manifest['reference']}-{_FOLDER[part]}.zip.age",
        size=len(start) + _sealed_size(opened.inside.size),
        media_type=AGE,
        pieces=Pieces(cut(_joined(start, pieces), PIECE), opened.inside),
    )


def _given(typed: str) -> str:
    given = normalise(typed)
    if len(given.split()) != WORDS or not set(given.split()) <= set(words()):
        raise Invalid(fields={"words": msgid("Dit zijn niet de vijf woorden van de vorige bladzijde. Begin opnieuw.")})
    return given


def _parts_for(services: Services, actor: Actor, handover_id: str) -> list[Part]:
    """The parts with something in them that this actor may read.

    Raises:
        NotFound, NotAllowed: none.
    """
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.READ_HANDOVER)
        care = at.handover.has_care or at.handover.has_opp
        if care and may(actor, Action.READ_CARE, at.subject):
            return [Part.DOSSIER, Part.CARE]
        return [Part.DOSSIER]


def _whole_or_nothing(services: Services, actor: Actor, opened: Opened) -> None:
    """Compare the stored bytes with what the letter says, before any of them goes into a larger file."""
    if not is_as_sent(services, opened.bundle_id, opened.part):
        _alarm(services, actor, opened, what="digest")
        raise Tampered("digest")


def is_as_sent(services: Services, bundle_id: str, part: Part) -> bool:
    """Whether the stored bytes of a part are those that the letter names.

    Raises:
        NotFound: it was destroyed.
    """
    with services.uow() as uow:
        row = uow.session.get(SealedPart, (bundle_id, part))
        if row is None:
            raise NotFound
        key, expected = row.blob_key, (row.sha256, row.size)
    found, size = sha256(), 0
    try:
        with services.store.open(key) as blob:
            while piece := blob.read(_HASHED_AT_ONCE):
                found.update(piece)
                size += len(piece)
    except BlobNotFound:
        return False
    return (found.hexdigest(), size) == expected


def _entries(services: Services, actor: Actor, opened: Opened) -> list[Entry]:
    folder = _FOLDER[opened.part]
    said = json.dumps(content(services, actor, opened, way="download"), ensure_ascii=False, indent=2).encode()
    entries = [entry_of_bytes(f"{folder}/dossier.json", said, title="", kind="content")]
    entries += [
        Entry(
            name=f"{folder}/{_base_name(inner)}",
            title="",
            kind=inner.kind,
            size=inner.length,
            sha256=inner.sha256,
            pieces=_reader(services, actor, opened, inner.number),
        )
        for inner in opened.inside.documents
    ]
    return entries


def _reader(services: Services, actor: Actor, opened: Opened, number: int) -> Callable[[], Iterator[bytes]]:
    return lambda: _watched(services, actor, opened, document(services, actor, opened, number, way="download"))


def _watched(services: Services, actor: Actor, opened: Opened, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces; what turns out damaged on the way raises the alarm before the stream breaks off."""
    try:
        yield from pieces
    except Tampered as error:
        _alarm(services, actor, opened, what=error.code)
        raise


def _remembered(services: Services, actor: Actor, opened: Opened, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces; everything in the part is remembered as read before the last is given."""
    last = b""
    for piece in _watched(services, actor, opened, pieces):
        if last:
            yield last
        last = piece
    for item in range(len(opened.inside.documents) + 1):
        remember(services, actor, opened, item=item, way="sealed")
    yield last


def _sealed_size(plain: int) -> int:
    """Bytes of an age payload, its nonce not counted."""
    return plain + TAG * max(1, -(-plain // CHUNK))


def _alarm(services: Services, actor: Actor, opened: Opened, *, what: str) -> None:
    with services.uow() as uow:
        action = Action.READ_CARE if opened.part is Part.CARE else Action.READ_HANDOVER
        at = stand(uow, actor, opened.handover_id, action)
        record(
            uow,
            TamperingSeen(
                actor_id=actor.person_id,
                unit_id=at.unit_id,
                other_unit_id=at.other_unit_id,
                subject_kind="handover",
                subject_id=opened.handover_id,
                what=what,
            ),
        )
        uow.commit()


def _joined(start: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from rest


def _base_name(inner: InnerFile) -> str:
    return inner.name.rpartition("/")[2]


def _file_name(part: Part, inner: InnerFile) -> str:
    return f"{_FOLDER[part]}-{_base_name(inner)}"
