"""Whose key is that? What the region says of a unit, and what a unit says of its circles.

The region *certifies* a unit's admin key; the *card*, signed by that admin key, names the keys of all its circles.
Nothing is sealed to a unit whose card does not lead to the region.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from keys.age.hybrid import HybridRecipient
from keys.circle import Circle, CircleKey, CirclePublic, KeyName
from keys.errors import BadSignature, KeysError
from keys.jws import SigningKey, VerifyKey, read_instant, unchecked, write_instant

CARD = "handover-card+jws"
CERTIFICATE = "handover-certificate+jws"


@dataclass(frozen=True, kw_only=True)
class CardEntry:
    """One circle on a card."""

    circle: Circle
    version: int
    recipient: str
    """`age1pq1…`"""
    verify: str
    """Ed25519, base64url."""

    def public(self) -> CirclePublic:
        """The keys themselves.

        Raises:
            Damaged, BadSignature: they are no keys.
        """
        return CirclePublic(HybridRecipient.parse(self.recipient), VerifyKey.parse(self.verify))


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a unit says of its circles' keys. `version` counts from 1."""

    unit_id: str
    version: int
    previous: str | None
    """The digest of the card before it."""
    made_at: datetime
    entries: tuple[CardEntry, ...]

    def entry(self, circle: Circle) -> CardEntry:
        """That circle's keys.

        Raises:
            BadSignature: the unit has no such circle.
        """
        for entry in self.entries:
            if entry.circle is circle:
                return entry
        raise BadSignature("no such circle on this card")

    def has(self, circle: Circle) -> bool:
        """Whether the unit has such a circle; an SWV has only `admin`."""
        return any(entry.circle is circle for entry in self.entries)

    def sign(self, admin: CircleKey) -> str:
        """Sign with the unit's admin key, which must be the one that the card names.

        Raises:
            BadSignature: it is another, or there is none.
        """
        if self.entry(Circle.ADMIN).verify != admin.signing.verify_key.encode():
            raise BadSignature("not the admin key of this card")
        return admin.sign(self._payload(), CARD)

    @classmethod
    def read(cls, token: str) -> Self:
        """Read a card that is signed by the admin key which it names itself; whose that is, a certificate says.

        Raises:
            BadSignature: it is no card, or was changed.
        """
        verify = VerifyKey.parse(cls._of(unchecked(token)).entry(Circle.ADMIN).verify)
        return cls._of(verify.read(token, CARD))

    @classmethod
    def _of(cls, payload: dict[str, Any]) -> Self:
        try:
            return cls(
                unit_id=str(payload["unit"]),
                version=int(payload["version"]),
                previous=None if payload["previous"] is None else str(payload["previous"]),
                made_at=read_instant(payload["made_at"]),
                entries=tuple(
                    CardEntry(
                        circle=Circle(entry["circle"]),
                        version=int(entry["version"]),
                        recipient=str(entry["recipient"]),
                        verify=str(entry["verify"]),
                    )
                    for entry in payload["circles"]
                ),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadSignature("no card") from error

    def _payload(self) -> dict[str, Any]:
        return {
            "unit": self.unit_id,
            "version": self.version,
            "previous": self.previous,
            "made_at": write_instant(self.made_at),
            "circles": [
                {
                    "circle": entry.circle.value,
                    "version": entry.version,
                    "recipient": entry.recipient,
                    "verify": entry.verify,
                }
                for entry in self.entries
            ],
        }


def card_entry(name: KeyName, public: CirclePublic) -> CardEntry:
    """Put a circle's key on a card."""
    return CardEntry(
        circle=name.circle,
        version=name.version,
        recipient=public.recipient.encode(),
        verify=public.verify.encode(),
    )


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the region says: this is that unit's admin key, between these instants."""

    unit_id: str
    admin_key: str
    """Ed25519, base64url."""
    since: datetime
    until: datetime

    def sign(self, region: SigningKey) -> str:
        """Sign with the region's key."""
        payload = {
            "unit": self.unit_id,
            "admin_key": self.admin_key,
            "since": write_instant(self.since),
            "until": write_instant(self.until),
        }
        return region.token(payload, CERTIFICATE)

    @classmethod
    def read(cls, token: str, region: VerifyKey) -> Self:
        """Read a certificate of this region.

        Raises:
            BadSignature: it is none.
        """
        payload = region.read(token, CERTIFICATE)
        try:
            return cls(
                unit_id=str(payload["unit"]),
                admin_key=str(payload["admin_key"]),
                since=read_instant(payload["since"]),
                until=read_instant(payload["until"]),
            )
        except KeyError as error:
            raise BadSignature("no certificate") from error


@dataclass(frozen=True, kw_only=True)
class RegionKey:
    """A public key of the region, and when its certificates count. `until` None: still."""

    verify: VerifyKey
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class RegionKeys:
    """The region's public keys as the host has them: a setting, not rows, so that a changed row cannot change them."""

    keys: tuple[RegionKey, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `encode` wrote.

        Raises:
            BadSignature: it is no such file.
        """
        try:
            return cls(
                tuple(
                    RegionKey(
                        verify=VerifyKey.parse(item["key"]),
                        since=read_instant(item["since"]),
                        until=read_instant(item["until"]) if item["until"] else None,
                    )
                    for item in json.loads(text)
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadSignature("no region keys") from error

    def encode(self) -> str:
        """Write as JSON for the file on the host: key, since, until."""
        items = [
            {
                "key": key.verify.encode(),
                "since": write_instant(key.since),
                "until": write_instant(key.until) if key.until else None,
            }
            for key in self.keys
        ]
        return json.dumps(items, indent=2) + "\n"

    def counting(self, at: datetime) -> RegionKeys:
        """The keys whose certificates count at that instant."""
        return RegionKeys(tuple(key for key in self.keys if key.since <= at and (key.until is None or at < key.until)))

    def certificate(self, token: str) -> Certificate | None:
        """Read a certificate by any of these keys, or give None."""
        for key in self.keys:
            try:
                return Certificate.read(token, key.verify)
            except KeysError:
                continue
        return None
