"""Sending after ("nagekomen"): a dossier that was sent is opened again, changed, and sent as its next version.

It goes to the same school, into the rooms that it has already; readers keep what they have until it is settled.
"""

from __future__ import annotations

from handover.audit.log import record
from handover.bundles.events import (
    HandoverSupplemented,
    SupplementAcknowledged,
    SupplementDropped,
    SupplementOpened,
    told_at_sender,
    told_by_receiver,
    told_by_sender,
)
from handover.bundles.guest_units import is_guest
from handover.bundles.handovers import handover_of, under_way
from handover.bundles.model import Handover, Part
from handover.bundles.packing import Ready, pack
from handover.bundles.sending import NotReady, left_of
from handover.bundles.sides import subject_with_group
from handover.bundles.state import ELSEWHERE, HandoverAction, advance
from handover.bundles.statements import said_of, state
from handover.bundles.versions import is_being_sealed, keep_version, newest_given, next_place, settled_numbers
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.drafts import documents_of, open_draft
from handover.errors import Conflict, IllegalTransition, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Application
from handover.policy import Action, Actor, require
from handover.queue import TaskName
from handover.rooms.cards import valid_card
from handover.rooms.grants import open_room
from handover.rooms.records import OpenRoom
from handover.services import Services
from keys.letter import Acceptance


def open_supplement(services: Services, actor: Actor, reference: str, *, of: str | None = None) -> None:
    """Open a dossier that was sent, to change it and send it after. Twice is once.

    Of a dossier at two schools it is opened for one of them at a time, and `of` says which handover.

    Raises:
        IllegalTransition: nothing of it was sent, or it is being sealed at this moment.
        Conflict: `of` is no handover that lives, it must be said, or the dossier is open for the other school.
        NotFound, NotAllowed: no such leaver for this actor.
    """
    with services.uow() as uow:
        handover = _sent(uow, actor, reference, of)
        advance(handover.status, HandoverAction.SUPPLEMENT)
        if any(one.supplement_opened_at for one in under_way(uow, handover.leaver_id) if one is not handover):
            raise Conflict
        # What went with a code can be fetched once: what comes after goes with a code of its own.
        if is_being_sealed(uow, handover.id) or is_guest(uow, handover.receiver_unit_id):
            raise IllegalTransition
        if handover.supplement_opened_at is None:
            handover.supplement_opened_at = uow.clock.now()
            record(uow, told_at_sender(SupplementOpened, actor, handover))
        uow.commit()


def drop_supplement(services: Services, actor: Actor, reference: str, *, of: str | None = None) -> None:
    """Close a dossier again without sending after. What was changed in it stays with the sender. Twice is once.

    Raises:
        IllegalTransition: nothing of it was sent.
        Conflict: `of` is no handover that lives, or it must be said.
        NotFound, NotAllowed: no such leaver for this actor.
    """
    with services.uow() as uow:
        handover = _sent(uow, actor, reference, of)
        if handover.supplement_opened_at is not None:
            handover.supplement_opened_at = None
            record(uow, told_at_sender(SupplementDropped, actor, handover))
        uow.commit()


def supplement(services: Services, actor: Actor, reference: str, *, of: str | None = None) -> str:
    """Seal the dossier as it is now, as the next version of what was sent. Gives the handover's id.

    `of` is the handover that the actor saw: it is sent after that one, or not at all.

    What `send` asks is asked again: parents see first what is changed. Bytes first, rows second; what follows is
    `settle`, and until then readers have the version before.

    Raises:
        NotReady: something is left to do; nothing was sent.
        Conflict: another version is being sealed, or it is another handover by now.
        IllegalTransition: nothing was opened to be sent after, or the child is no longer on the list.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was sent.
    """
    with services.uow() as uow:
        handover = _sent(uow, actor, reference, of)
        handover.status = advance(handover.status, HandoverAction.SUPPLEMENT)
        if is_being_sealed(uow, handover.id):
            raise Conflict
        if handover.supplement_opened_at is None:
            raise IllegalTransition
        ready = _ready(services, uow, actor, handover, reference)
        # Of what went outside the service the paper was the first version, and this is the second.
        place = next_place(uow, handover.id, had=1 if handover.origin in ELSEWHERE else 0)
        rooms = _rooms(uow, actor, handover)
        packed = pack(services, uow, actor, ready, rooms, handover_id=handover.id, version=place.number)
        letter = keep_version(uow, actor, packed, previous=place.previous)
        handover.supplement_opened_at = None
        record(uow, told_by_sender(HandoverSupplemented, actor, handover, version=place.number, letter=letter))
        uow.after_commit(lambda: services.queue.enqueue(TaskName.SETTLE_BUNDLE, handover.id))
        uow.commit()
        return handover.id


def acknowledge(
    services: Services, actor: Actor, handover_id: str, *, version: int | None = None, read: int | None = None
) -> None:
    """Sign, for the receiver, that what was sent after has come. Twice is once.

    `version` is the one that the actor saw: another is not signed for unseen. `read` is the version of the handover's
    own row that they saw, which rises with each that comes.

    Raises:
        Conflict: a newer version has come since.
        IllegalTransition: nothing was sent after, or the dossier itself was not received.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id, for_update=True)
        require(actor, Action.ACKNOWLEDGE, subject_with_group(uow, handover))
        handover.status = advance(handover.status, HandoverAction.ACKNOWLEDGE)
        if max(settled_numbers(uow, handover.id), default=1) < 2:  # noqa: PLR2004  # the first is what `accept` signs for
            raise IllegalTransition
        newest = newest_given(uow, handover.id)
        if version not in {None, newest.number} or read not in {None, handover.version}:
            raise Conflict
        letter = newest.letter_digest
        if said_of(uow, handover.id, letter):
            return
        statement = state(services, uow, actor, handover, letter, Acceptance)
        record(uow, told_by_receiver(SupplementAcknowledged, actor, handover, letter=letter, statement=statement))
        uow.commit()


def _sent(uow: UnitOfWork, actor: Actor, reference: str, of: str | None) -> Handover:
    """The handover of this leaver that is under way, with the leaver held until the transaction ends.

    `of` says which. Where it does not, and there are two, it is that which was opened.

    Raises:
        IllegalTransition: there is none.
        Conflict: it is another by now, or which one is meant must be said.
        NotFound, NotAllowed: not for this actor.
    """
    leaver = leaver_of(uow, reference, for_update=True)
    live = under_way(uow, leaver.id)  # one that did not come whole has nothing that could be sent after
    if not live:
        require(actor, Action.SEND, subject_of(leaver))
        raise IllegalTransition
    opened = [one for one in live if one.supplement_opened_at] or live
    meant = [one for one in live if one.id == of] if of is not None else opened
    if len(meant) != 1:
        require(actor, Action.SUPPLEMENT, subject_with_group(uow, live[0]))
        advance(live[0].status, HandoverAction.SUPPLEMENT)
        raise Conflict
    require(actor, Action.SUPPLEMENT, subject_with_group(uow, meant[0]))
    return meant[0]


def _ready(services: Services, uow: UnitOfWork, actor: Actor, handover: Handover, reference: str) -> Ready:
    draft = open_draft(uow, actor, reference)
    if draft.leaver.ended_as is not None:
        raise IllegalTransition
    application = uow.session.get(Application, handover.application_id)
    if application is None:
        raise NotFound
    left = left_of(services, uow, actor, draft, application, is_after=True)
    if left:
        raise NotReady(left)
    now = uow.clock.now()
    return Ready(
        draft=draft,
        documents=documents_of(uow, draft.leaver.id),
        application=application,
        sender_card=valid_card(uow, handover.sender_unit_id, services.region, now),
        receiver_card=valid_card(uow, handover.receiver_unit_id, services.region, now),
    )


def _rooms(uow: UnitOfWork, actor: Actor, handover: Handover) -> dict[Part, OpenRoom]:
    ids = {Part.DOSSIER: handover.dossier_room_id, Part.CARE: handover.care_room_id}
    return {
        part: open_room(uow, actor.keyring, handover.sender_unit_id, room_id, subject_id=handover.id)
        for part, room_id in ids.items()
    }
