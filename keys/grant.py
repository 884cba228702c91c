"""Grants: who a child is, or the key of a room, sealed to one circle or one person and signed by a circle.

The signature covers the sealed bytes together with what the grant is for and whom, so that neither can be
exchanged; inside, the grant says once more what it is about. A reader checks in that order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any

from keys import identityfile
from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.circle import CircleKey
from keys.errors import Damaged
from keys.jws import SigningKey, VerifyKey, canonical

PADDING = 256

_TITLE = "warme overdracht room v1"
_SIGNED = b"warme overdracht grant v1\n"


class GrantKind(StrEnum):
    """What a grant gives."""

    NAME = "name"  # who it is about, no key
    ROOM = "room"  # a room's key
    REGION = "region"  # the region's signing key, to the samenwerkingsverband's admin circle


@dataclass(frozen=True, kw_only=True)
class GrantContext:
    """What a grant is for, and to whom; all ids. Signed with it, so none of it can be changed in a row."""

    kind: GrantKind
    subject: str
    """A room's id; or the leaver or handover that a name belongs to; or the region's unit."""
    maker: str
    """The unit that first made it."""
    unit: str
    """The unit of the circle, or of the person, that it is sealed to."""
    holder: str
    """`circle:<name>:<version>` or `person:<id>`."""


@dataclass(frozen=True)
class SignedGrant:
    """A grant as it is stored."""

    blob: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class NameGrant:
    """Who a leaver or handover is about: texts by field name. Never a key."""

    subject: str
    about: dict[str, Any] = field(repr=False)

    def seal(self, context: GrantContext, *, recipient: HybridRecipient, signer: CircleKey) -> SignedGrant:
        """Seal to that recipient and sign; about 2 KB."""
        return _seal(_pad(canonical({"subject": self.subject, "about": self.about})), context, recipient, signer)


@dataclass(frozen=True)
class RoomGrant:
    """The key of a room, and what the room is: its kind, and the leaver or handover that it belongs to."""

    room_id: str
    room_kind: str
    about: str
    """An id, behind what it is the id of: `leaver:…`."""
    identity: HybridIdentity = field(repr=False)

    def seal(self, context: GrantContext, *, recipient: HybridRecipient, signer: CircleKey) -> SignedGrant:
        """Seal to that recipient and sign; about 2 KB. Opened, it is an age identity file."""
        facts = {"room": self.room_id, "kind": self.room_kind, "about": self.about}
        return _seal(identityfile.write(_TITLE, facts, self.identity), context, recipient, signer)


@dataclass(frozen=True)
class RegionGrant:
    """The region's signing key."""

    subject: str
    key: SigningKey = field(repr=False)

    def seal(self, context: GrantContext, *, recipient: HybridRecipient, signer: CircleKey) -> SignedGrant:
        """Seal to that recipient and sign."""
        plain = _pad(canonical({"subject": self.subject, "seed": self.key.seed.hex()}))
        return _seal(plain, context, recipient, signer)


def check(grant: SignedGrant, context: GrantContext, *, signer: VerifyKey) -> None:
    """Check who signed it, and for what and whom.

    Raises:
        BadSignature: another key, other bytes, or another context.
    """
    _check_once(signer, _signed(grant.blob, context), grant.signature)


# Whether a signature fits is a pure function of these three, and a page of names asks it of the same hundreds each
# time. In what is looked up is the digest of the sealed bytes as they are now, so changed bytes are another question;
# a refusal is not remembered. Nothing in it is secret: ids, and digests of what is sealed. ADR 28.
@lru_cache(maxsize=8192)
def _check_once(signer: VerifyKey, message: bytes, signature: bytes) -> None:
    signer.check(message, signature)


def open_name(grant: SignedGrant, context: GrantContext, *, identity: HybridIdentity, signer: VerifyKey) -> NameGrant:
    """Check, open and compare.

    Raises:
        BadSignature: see `check`; nothing was opened.
        NotForYou: sealed to somebody else.
        Damaged: it is about something else than the context says, or was changed.
    """
    check(grant, context, signer=signer)
    value = _read_json(decrypt_bytes(identity, grant.blob, limits=SERVICE_LIMITS), context)
    if not isinstance(value.get("about"), dict):
        raise Damaged("no name grant")
    return NameGrant(context.subject, value["about"])


def open_room(grant: SignedGrant, context: GrantContext, *, identity: HybridIdentity, signer: VerifyKey) -> RoomGrant:
    """Check, open and compare; errors are those of `open_name`."""
    check(grant, context, signer=signer)
    facts, found = identityfile.read(_TITLE, decrypt_bytes(identity, grant.blob, limits=SERVICE_LIMITS))
    if facts.get("room") != context.subject:
        raise Damaged("the key of another room")
    return RoomGrant(context.subject, facts.get("kind", ""), facts.get("about", ""), found)


def open_region(
    grant: SignedGrant, context: GrantContext, *, identity: HybridIdentity, signer: VerifyKey
) -> RegionGrant:
    """Check, open and compare; errors are those of `open_name`."""
    check(grant, context, signer=signer)
    value = _read_json(decrypt_bytes(identity, grant.blob, limits=SERVICE_LIMITS), context)
    try:
        seed = bytes.fromhex(str(value.get("seed")))
    except ValueError as error:
        raise Damaged("no region key") from error
    return RegionGrant(context.subject, SigningKey(seed))


def reseal(
    grant: SignedGrant,
    *,
    old: GrantContext,
    new: GrantContext,
    identity: HybridIdentity,
    signer: VerifyKey,
    recipient: HybridRecipient,
    new_signer: CircleKey,
) -> SignedGrant:
    """Check a grant, open it, and seal the same content to another recipient under another context.

    Errors are those of `open_name`; `new_signer` is a circle of the recipient's own unit.
    """
    check(grant, old, signer=signer)
    plain = decrypt_bytes(identity, grant.blob, limits=SERVICE_LIMITS)
    return _seal(plain, new, recipient, new_signer)


def _seal(plain: bytes, context: GrantContext, recipient: HybridRecipient, signer: CircleKey) -> SignedGrant:
    blob = encrypt_bytes(recipient, plain)
    return SignedGrant(blob, signer.signing.sign(_signed(blob, context)))


def _signed(blob: bytes, context: GrantContext) -> bytes:
    return _SIGNED + canonical(
        {
            "kind": context.kind.value,
            "subject": context.subject,
            "maker": context.maker,
            "unit": context.unit,
            "holder": context.holder,
            "sha256": sha256(blob).hexdigest(),
        }
    )


def _pad(plain: bytes) -> bytes:
    return plain + b" " * (-len(plain) % PADDING)


def _read_json(plain: bytes, context: GrantContext) -> dict[str, Any]:
    try:
        value = json.loads(plain)
    except ValueError as error:
        raise Damaged("no grant of ours") from error
    if not isinstance(value, dict) or value.get("subject") != context.subject:
        raise Damaged("about something else")
    return value
