"""What stands on top of every page of a dossier: which child, which group, and whether it was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from handover.bundles.handovers import under_way
from handover.db.unit_of_work import UnitOfWork
from handover.desk.sent import Sent, newest_handover, sent_of
from handover.dossiers.content import Name
from handover.errors import NotAllowed
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, require
from handover.rooms.errors import NoKey
from handover.rooms.names import read_names
from handover.schools.model import Group
from schemas.dossiers import NameSchema


class NamesOnly(NotAllowed):
    """This person sees who the children are, and nothing of what is in their dossiers."""

    code = "names-only"


@dataclass(frozen=True, kw_only=True)
class Head:
    """Who it is about."""

    leaver_id: str
    reference: str
    aanmeldcode: str
    name: str = field(repr=False)
    first_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    group: str
    has_opp: bool
    content_version: int
    sent: Sent | None
    """The handover that these pages are about."""
    beside: Sent | None = None
    """The other, of a dossier that is at two schools."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be changed because it was sent."""
        return self.sent is not None and self.sent.is_on_its_way and not self.sent.is_supplementing

    @property
    def href(self) -> str:
        """The address of the dossier's own page."""
        return f"/leerling/{self.reference}"

    @property
    def query(self) -> str:
        """What the addresses of its pages need so that they are about the same one of two handovers."""
        return f"?overdracht={self.sent.handover_id}" if self.sent and self.beside else ""


def readable_leaver(uow: UnitOfWork, actor: Actor, reference: str) -> Leaver:
    """The leaver, if this actor may read its dossier.

    Raises:
        NamesOnly: they may know who it is, no more.
        NotFound: there is none, for this actor.
    """
    leaver = leaver_of(uow, reference)
    try:
        require(actor, Action.READ_DOSSIER, subject_of(leaver))
    except NotAllowed as error:
        raise NamesOnly from error
    return leaver


def head_of(uow: UnitOfWork, actor: Actor, leaver: Leaver, shown: str | None = None) -> Head:
    """The head of a leaver's pages; whether the actor may see it is the caller's to ask.

    `shown` is the handover that they are about, of a dossier that is at two schools.

    Raises:
        NoKey: the actor does not hold the school's key to names.
    """
    about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id]).get(leaver.id)
    if about is None:
        raise NoKey
    name = Name(**NameSchema().load(about))
    group = uow.session.get(Group, leaver.group_id) if leaver.group_id else None
    sent = newest_handover(uow, leaver.id, shown)
    others = [one for one in under_way(uow, leaver.id) if sent and one.id != sent.handover_id]
    return Head(
        leaver_id=leaver.id,
        reference=leaver.reference,
        aanmeldcode=leaver.aanmeldcode,
        name=name.full,
        first_name=name.first_name,
        birth_date=name.birth_date,
        group=group.name if group else "",
        has_opp=leaver.has_opp,
        content_version=leaver.content_version,
        sent=sent,
        beside=sent_of(uow, others[0]) if others else None,
    )
