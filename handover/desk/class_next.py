"""The next child of the class that still needs the same form: to go on without the list in between."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from handover.bundles.handovers import under_way
from handover.bundles.readiness import left_of_class
from handover.bundles.sending import left_to_do
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_going import going_of, is_under_way
from handover.desk.class_groups import WITHOUT
from handover.desk.dossier_page import PLACES
from handover.dossiers.content import Name, Section
from handover.errors import NotAllowed, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, may
from handover.rooms.errors import NoKey
from handover.rooms.names import open_names
from handover.services import Services
from handover.terms.folding import fold
from keys.errors import KeysError
from schemas.dossiers import NameSchema

NEXT = "volgende"
"""The button that saves and goes on; its value is the reference of the next child, or nothing after the last."""


@dataclass(frozen=True, kw_only=True)
class NextChild:
    """Who comes next, by name on the button and by reference beneath it; neither after the last."""

    reference: str
    name: str = field(repr=False)


def next_in_class(services: Services, actor: Actor, leaver_id: str, section: Section) -> NextChild:
    """Who of the same group still needs this form: the first after this child by name, round to those before it."""
    with services.uow() as uow:
        here = uow.session.get_one(Leaver, leaver_id)
        drafts = _drafts(uow, actor, here)
        left = left_of_class(services, uow, actor, here.unit_id, drafts)
        ids = [one for one, rest in left.items() if any(todo.section is section for todo in rest.todos)]
        about = open_names(uow, actor.keyring, here.unit_id, [*{here.id, *ids}]).about
        names = {key: Name(**NameSchema().load(said)) for key, said in about.items()}
        references = {one.id: one.reference for one in drafts}
    order = {key: (fold(f"{name.last_name} {name.infix}"), fold(name.first_name), key) for key, name in names.items()}
    others = sorted((key for key in ids if key in order and key != leaver_id), key=lambda key: order[key])
    after = [key for key in others if leaver_id not in order or order[key] > order[leaver_id]]
    following = next(iter(after or others), None)
    if following is None:
        return NextChild(reference="", name="")
    return NextChild(reference=references[following], name=names[following].first_name)


def where_to_go_on(services: Services, actor: Actor, reference: str, section: Section) -> str | None:
    """The address of the first thing that is left in the same form of this child; None if it is not for this actor."""
    with services.uow() as uow:
        try:
            leaver = leaver_of(uow, reference)
            if not may(actor, Action.EDIT_DOSSIER, subject_of(leaver)) or under_way(uow, leaver.id):
                return None
            left = left_to_do(services, uow, actor, reference)
        except (NotFound, NotAllowed, NoKey, KeysError):
            return None
    places = [PLACES.get(todo.missing, section.value) for todo in left if todo.section is section]
    return f"/leerling/{leaver.reference}/{places[0] if places else section.value}"


def list_of(services: Services, leaver_id: str) -> str:
    """The address of the list that this child stands on."""
    with services.uow() as uow:
        leaver = uow.session.get_one(Leaver, leaver_id)
        return f"/groep/{leaver.group_id or WITHOUT + leaver.unit_id}"


def _drafts(uow: UnitOfWork, actor: Actor, here: Leaver) -> list[Leaver]:
    """Who of the same group has a dossier that this person fills in now."""
    group = uow.session.scalars(
        select(Leaver).where(
            Leaver.unit_id == here.unit_id,
            Leaver.group_id.is_not_distinct_from(here.group_id),
            Leaver.ended_as.is_(None),
        )
    ).all()
    mine = [one for one in group if may(actor, Action.EDIT_DOSSIER, subject_of(one))]
    going = going_of(uow, [one.id for one in mine])
    return [one for one in mine if not is_under_way(going.get(one.id))]
