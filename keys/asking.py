"""A school asks for a dossier outside: with which one-time key a guest may sign, for what, and into which rooms.

The guest holds no circle of any unit. So the school that asks vouches for the key itself: its dossier circle signs this
statement, the letter names its digest where others name a card, and who reads goes from circle to key to letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from keys.circle import CircleKey
from keys.errors import BadSignature
from keys.jws import VerifyKey, read_instant, write_instant
from keys.letter import Party

ASKING = "handover-asking+jws"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request. No personal data; instants are kept in whole seconds."""

    request_id: str
    handover_id: str
    """Of the handover that it becomes."""
    sender_unit_id: str
    """The unit that stands for the school outside."""
    receiver: Party
    """The school that asks."""
    rooms: tuple[str, str]
    """Ids of the rooms for the dossier and for care, made by the school that asks."""
    verify: VerifyKey
    """The public half of the one-time key."""
    until: datetime

    def sign(self, key: CircleKey) -> str:
        """Sign with the asking school's dossier circle."""
        payload = {
            "request": self.request_id,
            "handover": self.handover_id,
            "sender": self.sender_unit_id,
            "receiver": self.receiver.facts(),
            "rooms": list(self.rooms),
            "verify": self.verify.encode(),
            "until": write_instant(self.until),
        }
        return key.sign(payload, ASKING)

    @classmethod
    def read(cls, token: str, verify: VerifyKey) -> Self:
        """Read a request by that key.

        Raises:
            BadSignature: it is none, or was changed.
        """
        payload = verify.read(token, ASKING)
        try:
            return cls(
                request_id=str(payload["request"]),
                handover_id=str(payload["handover"]),
                sender_unit_id=str(payload["sender"]),
                receiver=Party.of(payload["receiver"]),
                rooms=_rooms(payload["rooms"]),
                verify=VerifyKey.parse(str(payload["verify"])),
                until=read_instant(payload["until"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadSignature("no request") from error


def _rooms(ids: Any) -> tuple[str, str]:
    dossier, care = ids
    return str(dossier), str(care)
