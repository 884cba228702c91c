"""Correcting who a leaver is, and in which group."""

from __future__ import annotations

from handover.audit.log import record
from handover.errors import NotFound
from handover.leavers.actions import group_for, leaver_of, subject_of
from handover.leavers.events import LeaverRenamed
from handover.leavers.naming import read_name
from handover.policy import Action, Actor, require
from handover.rooms.names import give_name
from handover.services import Services
from handover.terms.clock import local_day
from keys.circle import Circle


def rename_leaver(
    services: Services, actor: Actor, reference: str, name: dict[str, str], *, group_id: str | None
) -> None:
    """Correct name, birth date and group; `group_id` None leaves the group as it is.

    A school that has the dossier already keeps the name that was sent.

    Raises:
        NotFound, NotAllowed: no such leaver, or no such group of the same school, for this actor.
        NoKey: the actor does not hold the school's keys yet.
        Invalid: the name or the birth date cannot be one.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        about = read_name(name, today=local_day(uow.clock.now()))
        if group_id is not None and group_id != leaver.group_id:
            group = group_for(uow, actor, group_id)
            # Its keys are those of its school: another school's list is no place for it.
            if group.unit_id != leaver.unit_id:
                raise NotFound
            leaver.group_id, leaver.school_year = group.id, group.school_year
        names = actor.keyring.circle(uow, leaver.unit_id, Circle.NAMES)
        give_name(uow, leaver.id, about, maker=names, reader=names.reader)
        record(
            uow,
            LeaverRenamed(
                actor_id=actor.person_id, unit_id=leaver.unit_id, subject_kind="leaver", subject_id=leaver.id
            ),
        )
        uow.commit()
