"""A circle's key: what a unit's people of one kind open together, and sign with.

Each member has a copy, sealed to their own identity; the printed sheet is one more member. A copy says which key it
is, so that copies swapped in a database are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from keys import identityfile
from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.errors import BadSignature, Damaged
from keys.jws import SEED_LENGTH, SigningKey, VerifyKey, canonical, from_base64url, to_base64url

ENDORSEMENT = "handover-circle+jws"

_TITLE = "warme overdracht circle v1"
_COPY = b"warme overdracht copy v1\n"


class Circle(StrEnum):
    """The four circles of a unit. Holding a key gives no right: policy asks the role too."""

    ADMIN = "admin"  # signs the card
    NAMES = "names"  # who it is about
    DOSSIER = "dossier"
    CARE = "care"


@dataclass(frozen=True, kw_only=True)
class KeyName:
    """Which key: versions count from 1, a new one at each rotation."""

    unit_id: str
    circle: Circle
    version: int


@dataclass(frozen=True)
class CirclePublic:
    """What others know of a circle's key: whom to seal to, and whose signature it is."""

    recipient: HybridRecipient
    verify: VerifyKey


@dataclass(frozen=True)
class CircleKey:
    """The key itself: an age identity and a signing key, independent of each other and of every other circle's."""

    identity: HybridIdentity = field(repr=False)
    signing: SigningKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make a new one from the system's randomness."""
        return cls(HybridIdentity.generate(), SigningKey.generate())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            Damaged: it has another length.
        """
        if len(data) != 2 * SEED_LENGTH:
            raise Damaged("circle key of a wrong length")
        return cls(HybridIdentity(data[:SEED_LENGTH]), SigningKey(data[SEED_LENGTH:]))

    def to_bytes(self) -> bytes:
        """Write as 64 bytes: the identity's secret, the signing seed."""
        return self.identity.secret + self.signing.seed

    @property
    def public(self) -> CirclePublic:
        """What others may know."""
        return CirclePublic(self.identity.recipient(), self.signing.verify_key)

    def sign(self, payload: dict[str, Any], typ: str) -> str:
        """Sign a statement of this type; see `keys.jws`."""
        return self.signing.token(payload, typ)


def seal_copy(key: CircleKey, name: KeyName, *, recipient: HybridRecipient) -> bytes:
    """Seal a circle's key to one member, or to the printed sheet."""
    facts = _facts(name) | {"signing-seed": to_base64url(key.signing.seed)}
    return encrypt_bytes(recipient, identityfile.write(_TITLE, facts, key.identity))


def open_copy(sealed: bytes, name: KeyName, *, identity: HybridIdentity, public: CirclePublic) -> CircleKey:
    """Open one's copy of the key of that name, whose public half is known from elsewhere.

    Raises:
        NotForYou: it was sealed to somebody else.
        Damaged: changed, a copy of another key, or the key does not fit the public half.
    """
    facts, found = identityfile.read(_TITLE, decrypt_bytes(identity, sealed, limits=SERVICE_LIMITS))
    if {fact: facts.get(fact) for fact in ("unit", "circle", "version")} != _facts(name):
        raise Damaged("a copy of another key")
    key = CircleKey(found, SigningKey(from_base64url(facts.get("signing-seed", ""))))
    if key.public != public:
        raise Damaged("not the key that is published")
    return key


def sign_copy(key: CircleKey, name: KeyName, *, holder: str, recipient: HybridRecipient) -> bytes:
    """Say, in the circle's name, that `holder` (an id) with this recipient is a member.

    At a rotation the new key is sealed to those of whom this was said, and to nobody whom somebody wrote into a row.
    """
    return key.signing.sign(_membership(name, holder, recipient))


def check_copy(
    public: CirclePublic, name: KeyName, *, holder: str, recipient: HybridRecipient, signature: bytes
) -> None:
    """Check what `sign_copy` said.

    Raises:
        BadSignature: no holder of this key said it.
    """
    public.verify.check(_membership(name, holder, recipient), signature)


def endorse(old: CircleKey, name: KeyName, new: CirclePublic) -> str:
    """Say, with version n of a circle, which key version n+1 is; `name` is that of the new one."""
    return old.sign(_endorsement(name, new.recipient.encode(), new.verify.encode()), ENDORSEMENT)


def check_endorsement(token: str, *, old: VerifyKey, name: KeyName, recipient: str, verify: str) -> None:
    """Check what `endorse` said; recipient and verification key as they are written.

    Raises:
        BadSignature: the old key says nothing of the kind.
    """
    if old.read(token, ENDORSEMENT) != _endorsement(name, recipient, verify):
        raise BadSignature("an endorsement of another key")


def _facts(name: KeyName) -> dict[str, str]:
    return {"unit": name.unit_id, "circle": name.circle.value, "version": str(name.version)}


def _endorsement(name: KeyName, recipient: str, verify: str) -> dict[str, Any]:
    return {**_facts(name), "recipient": recipient, "verify": verify}


def _membership(name: KeyName, holder: str, recipient: HybridRecipient) -> bytes:
    return _COPY + canonical({**_facts(name), "holder": holder, "recipient": recipient.encode()})
