"""What a unit says of its keys (a card), and what the region says of a unit's admin key (a certificate)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from keys import jws
from keys.circle import CirclePublic
from keys.errors import BadSignature, Damaged

CARD = "wo-card+jws"
CERTIFICATE = "wo-certificate+jws"


@dataclass(frozen=True, kw_only=True)
class CircleOnCard:
    """One circle of a unit, at its current version."""

    version: int
    public: CirclePublic


@dataclass(frozen=True, kw_only=True)
class Card:
    """A unit's public keys, by circle name. Signed by the admin circle that stands on it."""

    unit: str
    number: int
    previous: str
    """Digest of the card before it; empty on the first."""
    circles: dict[str, CircleOnCard]

    def payload(self) -> dict[str, Any]:
        """As it is signed."""
        return {
            "unit": self.unit,
            "number": self.number,
            "previous": self.previous,
            "circles": {
                name: {
                    "version": circle.version,
                    "recipient": circle.public.recipient,
                    "verify": circle.public.verify,
                }
                for name, circle in self.circles.items()
            },
        }

    @classmethod
    def checked(cls, token: str, admin_verify: str) -> Self:
        """The card, if that admin key signed it and stands on it.

        Raises:
            BadSignature: another key signed it, or it names another admin key.
            Damaged: it is no card.
        """
        payload = jws.check(token, CARD, admin_verify)
        try:
            circles = {
                name: CircleOnCard(version=found["version"], public=CirclePublic(found["recipient"], found["verify"]))
                for name, found in payload["circles"].items()
            }
            card = cls(
                unit=payload["unit"],
                number=payload["number"],
                previous=payload["previous"],
                circles=circles,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise Damaged from error
        if card.circles["admin"].public.verify != admin_verify:
            raise BadSignature
        return card


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The region's word that this admin key is that unit's, until and including a day."""

    unit: str
    admin_verify: str
    until: date

    def payload(self) -> dict[str, Any]:
        """As it is signed."""
        return {"unit": self.unit, "admin": self.admin_verify, "until": self.until.isoformat()}

    @classmethod
    def checked(cls, token: str, region_verify: str) -> Self:
        """The certificate, if that region key signed it; whether it is still valid is the caller's to ask.

        Raises:
            BadSignature: another key signed it.
            Damaged: it is no certificate.
        """
        payload = jws.check(token, CERTIFICATE, region_verify)
        try:
            return cls(
                unit=payload["unit"],
                admin_verify=payload["admin"],
                until=date.fromisoformat(payload["until"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged from error
