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
    TAKEN_BACK = "taken_back"  # by the secondary school; or it said it twice of one child
    LAPSED = "lapsed"  # the primary school took the child off its list: it goes to no secondary school now


class Passage(StrEnum):
    """How far it is certain that another primary school has a child that went there."""

    ASKED = "asked"  # that school takes part, and is asked whether it knows the child
    OPEN = "open"  # nobody could be asked: somebody must call
    KNOWN = "known"  # that school said that it knows the child
    UNKNOWN = "unknown"  # that school does not know the child
    CONFIRMED = "confirmed"  # heard otherwise, as the school that the child left wrote down
    BACK = "back"  # that school has it on its list, and the one that it left put it back on its own


class PassageWay(StrEnum):
    """How a school heard that a child arrived at another."""

    TELEPHONE = "telephone"
    MAIL = "mail"
    LETTER = "letter"
    OTHER = "other"
