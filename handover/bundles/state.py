"""The life of a handover: one table, and one function that reads it.

Buttons, API and tests are read from `TRANSITIONS`. Which person may do it is policy's question, what must be there
first is that of `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from handover.errors import IllegalTransition
from handover.policy import Stage


class HandoverStatus(StrEnum):
    """Where a handover stands."""

    DRAFT = "draft"
    SEALING = "sealing"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    CLOSED = "closed"
    DESTROYED = "destroyed"


class HandoverAction(StrEnum):
    """What can be done to a handover."""

    SEND = "send"
    SETTLE = "settle"
    FAIL = "fail"  # settling found the stored bytes wrong: a draft again
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SUPPLEMENT = "supplement"  # "nagekomen": a new version of what was sent
    ACKNOWLEDGE = "acknowledge"  # a supplement has come
    RELOCATE = "relocate"  # another location of the same receiver
    CONFIRM = "confirm"
    CONFIRM_BY_TELEPHONE = "confirm_by_telephone"  # the sender heard it from a school that takes no part
    HAND_OUTSIDE = "hand_outside"  # the dossier went by another way, and nothing of it is here
    ENTER = "enter"  # the receiver says that it came by another way
    TAKE_BACK = "take_back"  # that it went or came by another way was a mistake
    REOPEN = "reopen"
    RELEASE = "release"
    CLOSE = "close"
    EXPIRE = "expire"  # the term is over, and it never came to an end
    DESTROY = "destroy"


class Origin(StrEnum):
    """How a dossier goes, or went, to the receiver."""

    SEALED = "sealed"  # here, by a school that takes part
    ASKED = "asked"  # here, by one that takes no part: uploaded with link and words
    OUTSIDE = "outside"  # by another way, as the sender recorded
    ENTERED = "entered"  # by another way, as the receiver recorded


ELSEWHERE = frozenset({Origin.OUTSIDE, Origin.ENTERED})
"""Of these nothing is in this service: no bundle, no letter, nothing that anybody signed."""


class Side(StrEnum):
    """Who does it."""

    SENDER = "sender"
    RECEIVER = "receiver"
    EITHER = "either"
    SERVICE = "service"


class ReleaseReason(StrEnum):
    """Why a school lets go of a handover that was received."""

    OTHER_SCHOOL = "other_school"  # the child goes to another school after all
    NOT_COMING = "not_coming"  # it does not come, and nobody here knows where it goes
    WRONG_SCHOOL = "wrong_school"  # it should never have been sent here


class ReopenReason(StrEnum):
    """Why a receiver takes its confirmation back."""

    TOO_EARLY = "too_early"  # something was not read or asked yet
    NOT_ENROLLED = "not_enrolled"
    MISTAKE = "mistake"  # another child was meant


class KeepReason(StrEnum):
    """Why a handover is kept longer than its term."""

    COMPLAINT = "complaint"  # a complaint or procedure is under way
    REQUEST = "request"  # the parents asked for it in writing
    INVESTIGATION = "investigation"  # an inspector or privacy officer looks into it


class BundleStatus(StrEnum):
    """Where one sealed version stands; readers get the newest settled one."""

    SEALING = "sealing"
    SETTLED = "settled"
    FAILED = "failed"


@dataclass(frozen=True)
class Transition:
    """Who takes this step and where it leads."""

    side: Side
    to: HandoverStatus


_S, _A = HandoverStatus, HandoverAction

TRANSITIONS: Mapping[tuple[HandoverStatus, HandoverAction], Transition] = MappingProxyType(
    {
        (_S.DRAFT, _A.SEND): Transition(Side.SENDER, _S.SEALING),
        (_S.DRAFT, _A.HAND_OUTSIDE): Transition(Side.SENDER, _S.ACCEPTED),
        (_S.DRAFT, _A.ENTER): Transition(Side.RECEIVER, _S.ACCEPTED),
        (_S.DRAFT, _A.CLOSE): Transition(Side.SENDER, _S.CLOSED),
        (_S.DRAFT, _A.EXPIRE): Transition(Side.SERVICE, _S.CLOSED),
        (_S.SEALING, _A.EXPIRE): Transition(Side.SERVICE, _S.CLOSED),
        (_S.SEALING, _A.SETTLE): Transition(Side.SERVICE, _S.OFFERED),
        (_S.SEALING, _A.FAIL): Transition(Side.SERVICE, _S.DRAFT),
        (_S.SEALING, _A.WITHDRAW): Transition(Side.SENDER, _S.WITHDRAWN),
        (_S.OFFERED, _A.ACCEPT): Transition(Side.RECEIVER, _S.ACCEPTED),
        (_S.OFFERED, _A.DECLINE): Transition(Side.RECEIVER, _S.DECLINED),
        (_S.OFFERED, _A.WITHDRAW): Transition(Side.SENDER, _S.WITHDRAWN),
        (_S.OFFERED, _A.SUPPLEMENT): Transition(Side.SENDER, _S.OFFERED),
        (_S.OFFERED, _A.RELOCATE): Transition(Side.RECEIVER, _S.OFFERED),
        (_S.OFFERED, _A.EXPIRE): Transition(Side.SERVICE, _S.CLOSED),
        (_S.OFFERED, _A.CLOSE): Transition(Side.SENDER, _S.CLOSED),
        (_S.ACCEPTED, _A.CONFIRM): Transition(Side.RECEIVER, _S.CONFIRMED),
        (_S.ACCEPTED, _A.CONFIRM_BY_TELEPHONE): Transition(Side.SENDER, _S.CONFIRMED),
        (_S.ACCEPTED, _A.TAKE_BACK): Transition(Side.EITHER, _S.WITHDRAWN),
        (_S.ACCEPTED, _A.SUPPLEMENT): Transition(Side.SENDER, _S.ACCEPTED),
        (_S.ACCEPTED, _A.ACKNOWLEDGE): Transition(Side.RECEIVER, _S.ACCEPTED),
        (_S.ACCEPTED, _A.RELOCATE): Transition(Side.RECEIVER, _S.ACCEPTED),
        (_S.ACCEPTED, _A.RELEASE): Transition(Side.EITHER, _S.RELEASED),
        (_S.ACCEPTED, _A.EXPIRE): Transition(Side.SERVICE, _S.CLOSED),
        (_S.ACCEPTED, _A.CLOSE): Transition(Side.SENDER, _S.CLOSED),
        (_S.CONFIRMED, _A.SUPPLEMENT): Transition(Side.SENDER, _S.CONFIRMED),
        (_S.CONFIRMED, _A.ACKNOWLEDGE): Transition(Side.RECEIVER, _S.CONFIRMED),
        (_S.CONFIRMED, _A.RELOCATE): Transition(Side.RECEIVER, _S.CONFIRMED),
        (_S.CONFIRMED, _A.REOPEN): Transition(Side.RECEIVER, _S.ACCEPTED),
        (_S.CONFIRMED, _A.RELEASE): Transition(Side.EITHER, _S.RELEASED),
        (_S.CONFIRMED, _A.DESTROY): Transition(Side.SERVICE, _S.DESTROYED),
        (_S.RELEASED, _A.DESTROY): Transition(Side.SERVICE, _S.DESTROYED),
        (_S.DECLINED, _A.DESTROY): Transition(Side.SERVICE, _S.DESTROYED),
        (_S.WITHDRAWN, _A.DESTROY): Transition(Side.SERVICE, _S.DESTROYED),
        (_S.CLOSED, _A.DESTROY): Transition(Side.SERVICE, _S.DESTROYED),
    }
)

LIVE = frozenset({_S.DRAFT, _S.SEALING, _S.OFFERED, _S.ACCEPTED, _S.CONFIRMED})
"""A leaver has one handover in one of these, or two as long as `second` allows; never three."""

_STAGES = {
    _S.DRAFT: Stage.DRAFT,
    _S.SEALING: Stage.DRAFT,  # the receiver learns of it when it is offered, not before
    _S.OFFERED: Stage.OFFERED,
    _S.ACCEPTED: Stage.ACCEPTED,
    _S.CONFIRMED: Stage.CONFIRMED,
}


def advance(status: HandoverStatus, action: HandoverAction) -> HandoverStatus:
    """The next status.

    Raises:
        IllegalTransition: this cannot be done in this status.
    """
    transition = TRANSITIONS.get((status, action))
    if transition is None:
        raise IllegalTransition(status=status, action=action)
    return transition.to


def possible(status: HandoverStatus, side: Side) -> list[HandoverAction]:
    """What that side can do now, in the order of the table."""
    return [
        action
        for (at, action), transition in TRANSITIONS.items()
        if at is status and transition.side in {side, Side.EITHER}
    ]


def stage_of(status: HandoverStatus) -> Stage:
    """What policy makes of this status."""
    return _STAGES.get(status, Stage.ENDED)
