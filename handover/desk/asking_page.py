"""What the page shows on which a dossier is asked for outside: the child, the school by the register, where it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from handover.bundles.asked import Asked, newest_asked
from handover.bundles.asking import askable
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_rows import ShownName, shown_name
from handover.errors import IllegalTransition
from handover.policy import Actor
from handover.rooms.names import read_names
from handover.schools.model import Location


@dataclass(frozen=True, kw_only=True)
class AskingPage:
    """One child that was announced, and the school outside that has its dossier."""

    announcement_id: str
    unit_id: str
    name: ShownName | None = field(repr=False)
    """None for who holds no key to names: they cannot ask."""
    school: str
    place: str
    brin: str
    telephone: str
    website: str
    asked: Asked | None

    @property
    def href(self) -> str:
        """The address of its page."""
        return f"/dossiers/verwacht/{self.announcement_id}/opvragen"


def asking_page(uow: UnitOfWork, actor: Actor, announcement_id: str) -> AskingPage:
    """The page of one child, for who may ask.

    Raises:
        TakesPart: the primary school takes part.
        IllegalTransition: there is nothing to ask: it came, or the announcement was taken back.
        NotFound, NotAllowed: not for this actor.
    """
    row = askable(uow, actor, announcement_id)
    location = uow.session.get(Location, row.sender_brin)
    if location is None:
        raise IllegalTransition
    about = read_names(uow, actor.keyring, row.receiver_unit_id, [row.id]).get(row.id)
    return AskingPage(
        announcement_id=row.id,
        unit_id=row.receiver_unit_id,
        name=shown_name(about) if about else None,
        school=location.name,
        place=location.place,
        brin=location.brin6,
        telephone=location.telephone,
        website=location.website,
        asked=newest_asked(uow, [row.id]).get(row.id),
    )
