"""The warm conversation: held, or waived with a reason. That it was is a fact; with whom and what about is sealed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from handover.audit.log import record
from handover.bundles.events import ConversationRecorded
from handover.bundles.model import Handover, Part
from handover.bundles.sides import Stand, Unreadable, noticing, stand, written
from handover.bundles.state import HandoverStatus
from handover.bundles.unsaid import require_unsaid
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.policy import Action, Actor
from handover.rooms.errors import NoKey
from handover.rooms.records import OpenRoom
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.typed import readable

_RECORD = "conversation"
_LONGEST_WHO = 300
_OPEN = frozenset({HandoverStatus.OFFERED, HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})


class ConversationWay(StrEnum):
    """How people spoke."""

    VISIT = "visit"
    TELEPHONE = "telephone"
    VIDEO = "video"


@dataclass(frozen=True, kw_only=True)
class Held:
    """One conversation."""

    held_on: date
    way: ConversationWay
    who: str = field(repr=False)
    agreed: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    """What became of the warm conversation."""

    asked: bool
    held_on: date | None
    """The latest; None when there was none."""
    waived: bool
    held: tuple[Held, ...] = ()
    """In the order recorded; empty for who may not read what was agreed."""
    reason: str = field(default="", repr=False)
    """Why it was waived."""
    readable: bool = True
    """False: this person has no key of what was agreed, or it was changed."""

    @property
    def settled(self) -> bool:
        """Whether nothing about it stands in the way of confirming."""
        return not self.asked or self.waived or self.held_on is not None


def hold(
    services: Services,
    actor: Actor,
    handover_id: str,
    *,
    held_on: date,
    way: ConversationWay,
    who: str,
    agreed: str,
) -> None:
    """Record, by either side, that a conversation was held; it need not have been asked for.

    A second one is added to the first. The same once more changes nothing.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        IllegalTransition: the handover is not under way (any more).
        Invalid: a day to come, or nothing about with whom and what.
    """
    with services.uow() as uow:
        at = _stand(uow, actor, handover_id)
        said = _checked(uow, held_on=held_on, way=way, who=who, agreed=agreed)
        require_unsaid(uow, actor, at, f"{said.who}\n{said.agreed}", "agreed")
        room = at.room(uow, actor, Part.DOSSIER)
        before, version = _read(uow, room, at.handover)
        if said in _held(before):
            return
        row = {**asdict(said), "held_on": held_on.isoformat()}
        _seal(uow, room, at.handover, {**before, "held": [*before.get("held", []), row]}, version)
        at.handover.conversation_held_on = max(held_on, at.handover.conversation_held_on or held_on)
        at.handover.conversation_waived = False
        record(uow, _event(actor, at, waived=False))
        uow.commit()


def waive(services: Services, actor: Actor, handover_id: str, *, reason: str) -> None:
    """Record, by either side, that the conversation that was asked for need not be. The same once more: nothing.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        IllegalTransition: none was asked for, one was held, or the handover is not under way (any more).
        Invalid: no reason.
    """
    with services.uow() as uow:
        at = _stand(uow, actor, handover_id)
        if not at.handover.conversation_asked or at.handover.conversation_held_on is not None:
            raise IllegalTransition
        reason = written(reason, "reason")
        require_unsaid(uow, actor, at, reason, "reason")
        room = at.room(uow, actor, Part.DOSSIER)
        before, version = _read(uow, room, at.handover)
        if at.handover.conversation_waived and before.get("reason") == reason:
            return
        _seal(uow, room, at.handover, {**before, "reason": reason}, version)
        at.handover.conversation_waived = True
        record(uow, _event(actor, at, waived=True))
        uow.commit()


def conversation_of(uow: UnitOfWork, actor: Actor, handover_id: str) -> ConversationView:
    """What is known of the conversation, opened for this reader.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    at = stand(uow, actor, handover_id, Action.READ_HANDOVER)
    handover = at.handover
    known = ConversationView(
        asked=handover.conversation_asked,
        held_on=handover.conversation_held_on,
        waived=handover.conversation_waived,
    )
    try:
        said, _version = _read(uow, at.room(uow, actor, Part.DOSSIER), handover)
    except (NoKey, Unreadable):
        return replace(known, readable=False)
    return replace(known, held=_held(said), reason=said.get("reason", "") if known.waived else "")


def _stand(uow: UnitOfWork, actor: Actor, handover_id: str) -> Stand:
    at = stand(uow, actor, handover_id, Action.RECORD_CONVERSATION)
    if at.handover.status not in _OPEN:
        raise IllegalTransition(status=at.handover.status)
    return at


def _checked(uow: UnitOfWork, *, held_on: date, way: ConversationWay, who: str, agreed: str) -> Held:
    wrong = {}
    if held_on > local_day(uow.clock.now()):
        wrong["held_on"] = msgid("Deze dag komt nog. Leg het gesprek vast als het geweest is.")
    who = " ".join(readable(who).split())
    if not who:
        wrong["who"] = msgid("Schrijf op wie elkaar spraken.")
    elif len(who) > _LONGEST_WHO:
        wrong["who"] = msgid("Dit is te lang. Maak het korter dan 300 tekens.")
    try:
        agreed = written(agreed, "agreed")
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid(fields=wrong)
    return Held(held_on=held_on, way=ConversationWay(way), who=who, agreed=agreed)


def _read(uow: UnitOfWork, room: OpenRoom, handover: Handover) -> tuple[dict[str, Any], int]:
    with noticing():
        try:
            found = room.read(uow, _RECORD, handover.id)
        except NotFound:
            return {}, 0
        said: dict[str, Any] = json.loads(found.data)
        return said, found.version


def _held(said: dict[str, Any]) -> tuple[Held, ...]:
    return tuple(
        Held(
            held_on=date.fromisoformat(row["held_on"]),
            way=ConversationWay(row["way"]),
            who=row["who"],
            agreed=row["agreed"],
        )
        for row in said.get("held", [])
    )


def _seal(uow: UnitOfWork, room: OpenRoom, handover: Handover, said: dict[str, Any], after: int) -> None:
    room.seal(uow, _RECORD, handover.id, json.dumps(said, ensure_ascii=False).encode(), after=after)


def _event(actor: Actor, at: Stand, *, waived: bool) -> ConversationRecorded:
    return ConversationRecorded(
        actor_id=actor.person_id,
        unit_id=at.unit_id,
        other_unit_id=at.other_unit_id,
        subject_kind="handover",
        subject_id=at.handover.id,
        waived=waived,
    )
