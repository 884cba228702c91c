"""Sending: choose, seal under new keys, store the bytes; then, in one transaction, all that makes it a handover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handover.audit.log import record
from handover.bundles.answering import doubtful
from handover.bundles.events import HandoverSent
from handover.bundles.handovers import end_handover, live_handovers, take_from_receiver, under_way
from handover.bundles.model import Handover, Part
from handover.bundles.packing import Addressee, Packed, Ready, make_rooms, pack
from handover.bundles.readiness import applications_of, chosen, facts_of, has_card, hides, needs_advice, takes_part
from handover.bundles.second import left_for_second, second_application
from handover.bundles.state import HandoverAction, HandoverStatus, advance
from handover.bundles.versions import keep_version
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.drafts import Draft, documents_of, open_draft
from handover.dossiers.hidden import hidden_of
from handover.dossiers.rules import Missing, ToDo, to_do
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, require
from handover.queue import TaskName
from handover.rooms.cards import valid_card
from handover.rooms.names import give_name, read_names
from handover.schools.queries import closed_among
from handover.services import Services
from keys.circle import Circle


class NotReady(IllegalTransition):
    """Something is left to do before this can be sent; `reasons` says what, for a list on the page."""

    code = "not-ready"

    def __init__(self, reasons: Sequence[ToDo] = ()) -> None:
        super().__init__()
        self.reasons = reasons


def left_to_do(services: Services, uow: UnitOfWork, actor: Actor, reference: str) -> list[ToDo]:
    """What is left before this leaver's dossier may be sent; the spine of its page."""
    return left_to_send(services, uow, actor, reference)


def left_to_send(
    services: Services, uow: UnitOfWork, actor: Actor, reference: str, *, without_card: bool = False
) -> list[ToDo]:
    """The same; `without_card`: to a school that takes no part, with a code."""
    draft = open_draft(uow, actor, reference)
    opened = next((one for one in live_handovers(uow, draft.leaver.id) if one.supplement_opened_at), None)
    if opened is not None:
        # It goes after what was sent, wherever else the child applied since.
        return left_of(services, uow, actor, draft, uow.session.get(Application, opened.application_id), is_after=True)
    return left_of(services, uow, actor, draft, _application(uow, draft.leaver), without_card=without_card)


def left_to_send_beside(
    services: Services, uow: UnitOfWork, actor: Actor, reference: str, *, without_card: bool = False
) -> list[ToDo]:
    """What is left before it may go to a second school too. Nothing of it is the receiver's where none is known.

    Raises:
        Conflict: it is at two schools already.
        IllegalTransition: it is at none: then it is sent as any other.
    """
    draft = open_draft(uow, actor, reference)
    first = _beside(under_way(uow, draft.leaver.id), is_second=True)
    application = second_application(uow, draft.leaver.id, first) if first else None
    return _left(services, uow, actor, draft, application, first=first, without_card=without_card)


def send(services: Services, actor: Actor, reference: str, *, to: str | None = None, is_second: bool = False) -> str:
    """Seal and send a dossier to the school at which the child applied. Gives the handover's id.

    The bytes are stored before a row names them; killed in between, it is still a draft. What follows is `settle`.
    `to` is the BRIN of the location that the sender was shown: it is sent there or nowhere. `is_second`: beside the
    school that has it already, under new keys.

    Raises:
        NotReady: something is left to do; nothing was sent.
        Conflict: it is on its way already, goes elsewhere than `to`, or was changed meanwhile; nothing was sent.
        IllegalTransition: the child is no longer on the list of leavers, or no school has it that this one would be
            the second beside; nothing was sent.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was sent.
    """
    with services.uow() as uow:
        handover_id = send_within(services, uow, actor, reference, to=to, is_second=is_second)
        uow.commit()
    return handover_id


def send_within(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    reference: str,
    *,
    to: str | None = None,
    is_second: bool = False,
) -> str:
    """As `send`, in the caller's unit of work, which it commits: what it did before happens with it or not at all."""
    ready = ready_to_send(services, uow, actor, reference, second=Second(to=to) if is_second else None)
    if to is not None and ready.application.receiver_brin != to:
        raise Conflict
    return seal_and_keep(services, uow, actor, ready)


def seal_and_keep(services: Services, uow: UnitOfWork, actor: Actor, ready: Ready) -> str:
    """Seal what is ready, store it, and keep its rows; the caller commits. Gives the handover's id."""
    handover_id = new_id()
    # Before the seconds of sealing: it holds the receiver's key to names, as packing holds those to the rooms.
    _tell_name(uow, actor, ready, handover_id)
    rooms = make_rooms(uow, actor, ready, handover_id)
    _keep(uow, actor, pack(services, uow, actor, ready, rooms, handover_id=handover_id, version=1))
    uow.after_commit(lambda: services.queue.enqueue(TaskName.SETTLE_BUNDLE, handover_id))
    return handover_id


@dataclass(frozen=True, kw_only=True)
class Second:
    """That a dossier goes to a second school; `to` is the BRIN of its location, where one was said."""

    to: str | None = None


def ready_to_send(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    reference: str,
    *,
    without_card: Callable[[Application], Addressee] | None = None,
    second: Second | None = None,
) -> Ready:
    """Everything that sending needs, held until the commit. `without_card` says to whom, where no card is asked.

    Raises:
        NotReady: something is left to do.
        Conflict, IllegalTransition, NotFound, NotAllowed, NoKey: those of `send`.
    """
    require(actor, Action.SEND, subject_of(leaver_of(uow, reference, for_update=True)))
    draft = open_draft(uow, actor, reference)
    if draft.leaver.ended_as is not None:
        raise IllegalTransition
    first = end_failed_attempt(uow, draft.leaver, is_second=second is not None)
    if first is None or second is None:
        application = _application(uow, draft.leaver)
    else:
        application = second_application(uow, draft.leaver.id, first, to=second.to)
    left = _left(services, uow, actor, draft, application, first=first, without_card=without_card is not None)
    if left or application is None:
        raise NotReady(left)
    return Ready(
        draft=draft,
        documents=documents_of(uow, draft.leaver.id),
        application=application,
        sender_card=valid_card(uow, draft.leaver.unit_id, services.region, uow.clock.now()),
        receiver_card=_addressee(services, uow, application, without_card),
        place=0 if first is None else 1 - first.place,
    )


def _left(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    draft: Draft,
    application: Application | None,
    *,
    first: Handover | None,
    without_card: bool,
) -> list[ToDo]:
    left = left_of(services, uow, actor, draft, application, without_card=without_card)
    if first is None or application is None:
        return left
    return [*left_for_second(uow, first, application), *left]


def _addressee(
    services: Services,
    uow: UnitOfWork,
    application: Application,
    without_card: Callable[[Application], Addressee] | None,
) -> Addressee:
    if without_card is not None:
        if takes_part(uow, application.receiver_unit_id):
            raise IllegalTransition  # who takes part gets dossiers as all do
        return without_card(application)
    if application.receiver_unit_id is None:
        raise NotReady
    return valid_card(uow, application.receiver_unit_id, services.region, uow.clock.now())


def end_failed_attempt(uow: UnitOfWork, leaver: Leaver, *, is_second: bool = False) -> Handover | None:
    """Make room for a new handover of a held leaver, where the last one did not come whole; the caller commits.

    Gives the handover that a second one goes beside.

    Raises:
        Conflict: its dossier is on its way, or is there already; of a second: at two schools.
        IllegalTransition: of a second: it is nowhere yet.
    """
    live = live_handovers(uow, leaver.id)
    first = _beside([one for one in live if one.status is not HandoverStatus.DRAFT], is_second=is_second)
    for one in live:
        if one.status is HandoverStatus.DRAFT:
            # Its settling failed. A new attempt has keys of its own, and this one makes room for it.
            end_handover(uow, one, HandoverAction.CLOSE)
            take_from_receiver(uow, one)
    uow.flush()
    return first


def _beside(there: Sequence[Handover], *, is_second: bool) -> Handover | None:
    """The handover that a new one goes beside; None for one that goes alone.

    Raises:
        Conflict, IllegalTransition: those of `end_failed_attempt`.
    """
    if len(there) > int(is_second):
        raise Conflict
    if is_second and not there:
        raise IllegalTransition
    return there[0] if is_second else None


def left_of(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    draft: Draft,
    application: Application | None,
    *,
    is_after: bool = False,
    without_card: bool = False,
) -> list[ToDo]:
    """What is left before this opened dossier may go to the school of this application, or after what it has."""
    documents = documents_of(uow, draft.leaver.id)
    doubts = doubtful(uow, actor, draft.leaver.unit_id, [draft.leaver.id])
    facts = facts_of(
        draft.leaver,
        application,
        [row.kind for row in documents],
        advised=needs_advice(uow, draft.leaver.unit_id),
        receiver_ready=application is not None
        and (without_card or has_card(services, uow, application.receiver_unit_id)),
        receiver_takes_part=application is not None and takes_part(uow, application.receiver_unit_id),
        receiver_closed=application is not None and bool(closed_among(uow, [application.receiver_brin])),
        doubtful=application is not None and application.id in doubts.get(draft.leaver.id, ()),
        hidden=hides(hidden_of(uow, actor, draft.leaver), draft.content, [row.id for row in documents]),
    )
    left = to_do(draft.content, facts)
    # A refused TLV or a closed school keeps a dossier from going there; where it is already, corrections may follow it.
    return [todo for todo in left if not (is_after and todo.missing in {Missing.TLV, Missing.RECEIVER_CLOSED})]


def _application(uow: UnitOfWork, leaver: Leaver) -> Application | None:
    return chosen(applications_of(uow, [leaver.id]).get(leaver.id, ()))


def _tell_name(uow: UnitOfWork, actor: Actor, ready: Ready, handover_id: str) -> None:
    leaver = ready.draft.leaver
    names = actor.keyring.circle(uow, leaver.unit_id, Circle.NAMES)
    about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id])[leaver.id]
    reader = ready.receiver_card.reader(Circle.NAMES, withheld=False)
    give_name(uow, handover_id, about, maker=names, reader=reader)


def _keep(uow: UnitOfWork, actor: Actor, packed: Packed) -> None:
    heading, ready = packed.heading, packed.ready
    leaver, receiver_id = ready.draft.leaver, ready.receiver_card.unit_id
    uow.session.add(_handover(packed))
    uow.flush()
    letter = keep_version(uow, actor, packed, previous=None)
    record(
        uow,
        HandoverSent(
            actor_id=actor.person_id,
            unit_id=leaver.unit_id,
            other_unit_id=receiver_id,
            subject_kind="handover",
            subject_id=heading.handover_id,
            version=heading.version,
            letter=letter,
        ),
    )


def _handover(packed: Packed) -> Handover:
    heading, ready = packed.heading, packed.ready
    leaver = ready.draft.leaver
    return Handover(
        id=heading.handover_id,
        reference=leaver.reference,
        leaver_id=leaver.id,
        place=ready.place,
        application_id=ready.application.id,
        sender_unit_id=leaver.unit_id,
        receiver_unit_id=ready.receiver_card.unit_id,
        receiver_brin=ready.application.receiver_brin,
        school_year=leaver.school_year,
        status=advance(HandoverStatus.DRAFT, HandoverAction.SEND),
        dossier_room_id=packed.rooms[Part.DOSSIER].room_id,
        care_room_id=packed.rooms[Part.CARE].room_id,
        department_id=ready.application.department_id,
        sent_content_version=leaver.content_version,
        has_care=packed.has_care,
        has_opp=leaver.has_opp,
        conversation_asked=leaver.conversation_asked,
        created_at=heading.sealed_at,
    )
