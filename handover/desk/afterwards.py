"""What the pages that change a handover after it was received say: reopening, letting go, its place in the school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from handover.bundles.destroying import kept_until
from handover.bundles.handovers import handover_of
from handover.bundles.keeping import holds_of
from handover.bundles.placing import Choices, Placing, choices
from handover.bundles.sides import subject_with_group
from handover.bundles.state import LIVE, KeepReason, ReleaseReason, ReopenReason
from handover.db.unit_of_work import UnitOfWork
from handover.desk.reading_front import Front, front_of
from handover.policy import Action, Actor, require
from handover.terms.schooljaar import Schooljaar

REOPENING: Mapping[ReopenReason, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        ReopenReason.TOO_EARLY: (
            _l("Het was te vroeg"),
            _l("Er is nog iets te lezen, te vragen of af te spreken."),
        ),
        ReopenReason.NOT_ENROLLED: (
            _l("Het kind is toch niet ingeschreven"),
            _l("Uw leerlingadministratie legt dan ook een andere uitslag vast."),
        ),
        ReopenReason.MISTAKE: (_l("Het was een vergissing"), _l("U bedoelde een ander kind.")),
    }
)
RELEASING: Mapping[ReleaseReason, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        ReleaseReason.OTHER_SCHOOL: (
            _l("Het kind gaat naar een andere school"),
            _l("De basisschool stuurt het dossier daarheen."),
        ),
        ReleaseReason.NOT_COMING: (
            _l("Het kind komt niet"),
            _l("Waar het wel heen gaat, is nog niet bekend. De basisschool zoekt dat uit."),
        ),
        ReleaseReason.WRONG_SCHOOL: (
            _l("Het dossier had hier nooit moeten komen"),
            _l("Bel elkaar: er is dan gelezen wat niet voor deze school was."),
        ),
    }
)


KEEPING: Mapping[KeepReason, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        KeepReason.COMPLAINT: (_l("Er loopt een klacht of een procedure"), _l("Het dossier is daarbij nodig.")),
        KeepReason.REQUEST: (_l("De ouders vroegen erom"), _l("Bewaar hun brief of mail in uw eigen administratie.")),
        KeepReason.INVESTIGATION: (
            _l("De inspectie of de privacyfunctionaris kijkt ernaar"),
            _l("Tot die klaar is."),
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """One school's word that it stays longer."""

    until: date
    because: LazyString
    is_ours: bool


@dataclass(frozen=True, kw_only=True)
class KeepPage:
    """Until when a handover is kept, and why, where that is longer than its term."""

    front: Front
    term: date
    """The last day of its school year's term."""
    holds: tuple[Held, ...]
    ended: bool
    """It goes four weeks after it ended, whatever its term."""


@dataclass(frozen=True, kw_only=True)
class PlacePage:
    """Where a handover is taken care of, and what can be chosen instead."""

    front: Front
    now: Placing
    choices: Choices
    version: int


def changeable(uow: UnitOfWork, actor: Actor, handover_id: str, action: Action) -> Front:
    """The front of a handover, for somebody who may do this with it.

    Raises:
        NotFound, NotAllowed: not for this actor, or not now.
    """
    require(actor, action, subject_with_group(uow, handover_of(uow, handover_id)))
    return front_of(uow, actor, handover_id)


def keep_page(uow: UnitOfWork, actor: Actor, handover_id: str) -> KeepPage:
    """Until when it is kept, for somebody who may change that.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    front = changeable(uow, actor, handover_id, Action.KEEP)
    handover = handover_of(uow, handover_id)
    return KeepPage(
        front=front,
        term=kept_until(uow, Schooljaar.parse(handover.school_year)),
        holds=tuple(
            Held(
                until=hold.until,
                because=KEEPING[hold.because][0],
                is_ours=(hold.unit_id == handover.sender_unit_id) == front.is_sender,
            )
            for hold in holds_of(uow, handover.id)
        ),
        ended=handover.status not in LIVE,
    )


def place_page(uow: UnitOfWork, actor: Actor, handover_id: str) -> PlacePage:
    """Where a handover is taken care of, for somebody who may change that.

    Raises:
        NotFound, NotAllowed: not for this actor, or not now.
    """
    front = changeable(uow, actor, handover_id, Action.PLACE)
    handover = handover_of(uow, handover_id)
    return PlacePage(
        front=front,
        now=Placing(brin=handover.receiver_brin, department_id=handover.department_id, handler_id=handover.handler_id),
        choices=choices(uow, handover.receiver_unit_id),
        version=handover.version,
    )
