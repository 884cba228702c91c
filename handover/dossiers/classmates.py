"""The children of a group as documents name them: to tell whose a document is, and that it names somebody else."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Leaver
from handover.policy import Actor
from handover.rooms.names import open_names
from handover.terms.whose import Called


def classmates(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> dict[str, Called]:
    """This child and those of its group who are on the list, by id; whose name does not open is left out.

    Whether the actor may know of them is the caller's to ask.
    """
    there = Leaver.group_id.is_(None) if leaver.group_id is None else Leaver.group_id == leaver.group_id
    ids = uow.session.scalars(
        select(Leaver.id).where(Leaver.unit_id == leaver.unit_id, there, Leaver.ended_as.is_(None))
    ).all()
    return called(uow, actor, leaver.unit_id, ids)


def called(uow: UnitOfWork, actor: Actor, unit_id: str, leaver_ids: Sequence[str]) -> dict[str, Called]:
    """These children by id; whose name does not open is left out."""
    about = open_names(uow, actor.keyring, unit_id, leaver_ids).about
    return {leaver_id: Called.of(about[leaver_id]) for leaver_id in leaver_ids if leaver_id in about}
