"""The two verbs: `encrypt` for recipients, `decrypt` with identities."""

from __future__ import annotations

import hmac
import io
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.age import filekey, header, scrypt, stream
from keys.age.filekey import Family, Identity, Recipient
from keys.age.header import Header
from keys.age.pieces import Pieces
from keys.age.seekable import DecryptedFile
from keys.age.stanza import Stanza
from keys.errors import Damaged, NotForYou, Truncated

NONCE_LENGTH = 16

_USUAL_HEADER = 8 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a reader is willing to take from the maker of a file, before anything is decrypted.

    The defaults suit files from anywhere; `SERVICE_LIMITS` suit ours.
    """

    stanzas: int = 256
    """Recipients of one file."""
    header_bytes: int = 1 << 20
    """From the first byte up to and including the line feed after the MAC."""
    log_n: int = 22
    """Work of a passphrase, as a power of two; 22 takes 4 GiB."""


ANY_LIMITS = Limits()
SERVICE_LIMITS = Limits(stanzas=4, header_bytes=8 * 1024, log_n=18)


def encrypt(recipients: Sequence[Recipient], source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """Seal `source` so that each recipient can open it.

    Gives the header, then chunks of 65,552 bytes, the last may be shorter. Memory stays at some 2 MiB
    whatever the size. The file is complete only when the iterator has ended.

    Raises:
        ValueError: at once: no recipient; classical beside post-quantum ones, which would make the file as
            weak as the classical one; a passphrase beside anything.
        Damaged: at once: a recipient's public key is unusable.
    """
    _check_together(recipients)
    file_key = filekey.generate()
    stanzas = tuple(recipient.wrap(file_key) for recipient in recipients)
    nonce = secrets.token_bytes(NONCE_LENGTH)
    start = header.write(Header(stanzas=stanzas, mac=_mac(file_key, header.authenticated(stanzas)))) + nonce
    return _sealed(start, _payload_key(file_key, nonce), source)


def decrypt(
    identities: Sequence[Identity], source: BinaryIO | Iterable[bytes], *, limits: Limits = ANY_LIMITS
) -> Iterator[bytes]:
    """Open an age file (binary: take armor off first); gives chunks of 64 KiB, the last may be shorter.

    The header is read and checked at once, so that a wrong identity shows before anything is promised to
    anybody. A chunk is handed out when it has been authenticated, before the end has: whoever needs the whole
    must wait for the iterator to end without an error. Memory stays at some 2 MiB whatever the size.

    Raises:
        NotForYou: no identity opens it.
        UnknownVersion: an age file of another version.
        Truncated: the end is missing; while iterating too.
        Damaged: anything else is wrong with it, or it exceeds `limits`; while iterating too.
    """
    pieces = Pieces(source)
    key, _length = _open_start(identities, pieces, limits)
    return stream.unseal(key, pieces)


def encrypt_bytes(recipient: Recipient, data: bytes) -> bytes:
    """Seal a small thing in one go."""
    return b"".join(encrypt([recipient], [data]))


def decrypt_bytes(identity: Identity, data: bytes, *, limits: Limits = ANY_LIMITS) -> bytes:
    """Open a small thing in one go, wholly authenticated; errors are those of `decrypt`."""
    if len(data) >= min(_USUAL_HEADER, limits.header_bytes):
        return b"".join(decrypt([identity], [data], limits=limits))
    # A page opens hundreds of these: without an iterator, and without a copy, each takes a fifth less.
    found, length = header.parse(data)
    file_key = _file_key([identity], found, header.covered(data, length), limits)
    payload = memoryview(data)[length:]
    key = _payload_key(file_key, _whole_nonce(payload[:NONCE_LENGTH]))
    return stream.Cipher(key).open(payload[NONCE_LENGTH:], number=0, last=True)


def open_seekable(identities: Sequence[Identity], source: BinaryIO, *, limits: Limits = ANY_LIMITS) -> DecryptedFile:
    """Open an age file to read from anywhere in it; only the chunks asked for are decrypted.

    `source` must be able to seek, starts with the file and holds nothing else; closing it stays with the
    caller. The last chunk is authenticated at once, so that a cut-off file is refused here. Errors are those
    of `decrypt`.
    """
    source.seek(0)
    key, length = _open_start(identities, Pieces(source), limits)
    total = source.seek(0, io.SEEK_END)
    return DecryptedFile(stream.Cipher(key), source, start=length + NONCE_LENGTH, size=decrypted_size(total, length))


def decrypted_size(total: int, header_length: int) -> int:
    """Give the size of the plaintext, from those of the file and of its header; all in bytes.

    The header's is up to and including its last line feed. Nothing is authenticated by this.

    Raises:
        Truncated: no file with such a header has that size.
    """
    return stream.plain_size(total - header_length - NONCE_LENGTH)


def _sealed(start: bytes, key: bytes, source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    yield start
    yield from stream.seal(key, Pieces(source))


def _check_together(recipients: Sequence[Recipient]) -> None:
    families = {recipient.family for recipient in recipients}
    if len(families) != 1:
        raise ValueError("a file has recipients of one family")
    if Family.PASSPHRASE in families and len(recipients) > 1:
        raise ValueError("a passphrase stands alone")


def _open_start(identities: Sequence[Identity], pieces: Pieces, limits: Limits) -> tuple[bytes, int]:
    """Read up to the payload, where `pieces` then stands; give the payload's key and the header's length."""
    found, written = _read_header(pieces, limits)
    file_key = _file_key(identities, found, header.covered(written, len(written)), limits)
    return _payload_key(file_key, _whole_nonce(pieces.read(NONCE_LENGTH))), len(written)


def _file_key(identities: Sequence[Identity], found: Header, covered: bytes, limits: Limits) -> bytes:
    _check_stanzas(found.stanzas, limits)
    file_key = _unwrap(identities, found.stanzas)
    if not hmac.compare_digest(_mac(file_key, covered), found.mac):
        raise Damaged("the header was changed")
    return file_key


def _whole_nonce(piece: memoryview) -> bytes:
    if len(piece) < NONCE_LENGTH:
        raise Truncated("the file ends before its payload")
    return bytes(piece)


def _read_header(pieces: Pieces, limits: Limits) -> tuple[Header, bytes]:
    """Give the header, and as it was written."""
    for size in sorted({min(_USUAL_HEADER, limits.header_bytes), limits.header_bytes}):
        data = pieces.read(size)
        try:
            found, length = header.parse(bytes(data))
        except Truncated:
            if len(data) < size:
                raise
            pieces.give_back(data)
        else:
            pieces.give_back(data[length:])
            return found, bytes(data[:length])
    raise Damaged("a header longer than we read")


def _check_stanzas(stanzas: tuple[Stanza, ...], limits: Limits) -> None:
    if len(stanzas) > limits.stanzas:
        raise Damaged("more recipients than we read")
    for stanza in stanzas:
        if stanza.kind == scrypt.KIND:
            # Beside another recipient, opening with a passphrase would no longer say that its maker knew it.
            if len(stanzas) > 1:
                raise Damaged("a passphrase beside another recipient")
            if scrypt.parameters(stanza)[1] > limits.log_n:
                raise Damaged("a passphrase that asks for too much work")


def _unwrap(identities: Sequence[Identity], stanzas: tuple[Stanza, ...]) -> bytes:
    for identity in identities:
        if (file_key := identity.unwrap(stanzas)) is not None:
            return file_key
    raise NotForYou("none of the identities opens this file")


def _mac(file_key: bytes, covered: bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=b"", info=b"header").derive(file_key)
    return hmac.digest(key, covered, "sha256")


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload").derive(file_key)
