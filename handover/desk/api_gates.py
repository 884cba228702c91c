"""What operations about children ask policy before they look at a request's body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handover.access.current import current_actor
from handover.bundles.answering import announced_to
from handover.bundles.handovers import handover_of
from handover.bundles.mentors import mentoring_of
from handover.bundles.model import Remark
from handover.bundles.opened_model import OpenedItem
from handover.bundles.sides import subject_with_group
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Announcement
from handover.policy import RULES, Action, Role, Subject, require
from handover.services import current_services
from handover.web.operation import Gate

About = Callable[[UnitOfWork, Mapping[str, Any]], Subject]
"""What a request is about, from the parameters of its path."""


def asks(action: Action, about: About) -> Gate:
    """Let in whom policy lets do this to what the path names."""

    def ask(path: Mapping[str, Any]) -> None:
        actor = current_actor()
        with current_services().uow() as uow:
            require(actor, action, about(uow, path))

    return Gate(ask, action=action.value, who=_who(action))


def leaver(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The leaver whose reference is in the path."""
    return subject_of(leaver_of(uow, path["reference"]))


def handover(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The handover whose id is in the path."""
    return subject_with_group(uow, handover_of(uow, path["handover_id"]))


def remark(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The handover beside which the remark of this id was written."""
    found = uow.session.get(Remark, path["remark_id"])
    if found is None:
        raise NotFound
    return subject_with_group(uow, handover_of(uow, found.handover_id))


def mentoring(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The handover whose mentor is named by this id."""
    return subject_with_group(uow, handover_of(uow, mentoring_of(uow, path["mentoring_id"]).handover_id))


def opened_item(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The handover of which this was opened for the mentors."""
    found = uow.session.get(OpenedItem, path["item_id"])
    if found is None:
        raise NotFound
    return subject_with_group(uow, handover_of(uow, found.handover_id))


def announcement_at_secondary(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The secondary school that made the announcement of this id."""
    return Subject(unit_id=_announcement(uow, path).receiver_unit_id)


def announcement_at_primary(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The child that it is linked to, or else the primary school that is asked."""
    return announced_to(uow, _announcement(uow, path))


def region(_uow: UnitOfWork, _path: Mapping[str, Any]) -> Subject:
    """The region as a whole."""
    return Subject()


def _announcement(uow: UnitOfWork, path: Mapping[str, Any]) -> Announcement:
    found = uow.session.get(Announcement, path["announcement_id"])
    if found is None:
        raise NotFound
    return found


def _who(action: Action) -> tuple[str, ...]:
    rule = RULES[action]
    may = rule.sender | rule.receiver | rule.region
    return tuple(role.value for role in Role if role in may)
