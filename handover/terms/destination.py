"""Where a leaver goes: what becomes of an application, and how a story can end otherwise."""

from __future__ import annotations

from enum import StrEnum


class LeaverEnd(StrEnum):
    """How a leaver's story ended, other than by a handover."""

    STAYS = "stays"  # groep 8 again
    OTHER_SCHOOL = "other_school"  # another primary school
    ABROAD = "abroad"
    EXEMPT = "exempt"
    DIED = "died"
    MISTAKE = "mistake"  # entered by mistake


class Outcome(StrEnum):
    """What became of an application, as the secondary school records it."""

    ASKED = "asked"
    ADMITTED = "admitted"
    WAITING = "waiting"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENROLLED = "enrolled"


class Tlv(StrEnum):
    """The toelaatbaarheidsverklaring that some kinds of school need."""

    NOT_NEEDED = "not_needed"
    TO_REQUEST = "to_request"
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"


class Announced(StrEnum):
    """How far a secondary school's word that a child applied has come at the primary school."""

    ASKED = "asked"  # without a code: the primary school is asked who it is
    BY_CODE = "by_code"  # linked by the code that parents carried; nobody at the primary school has said yes yet
    KNOWN = "known"  # the primary school said which child it is
    UNKNOWN = "unknown"  # "kennen wij niet"
    TAKEN_BACK = "taken_back"  # by the secondary school
