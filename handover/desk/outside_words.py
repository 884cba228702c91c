"""How a dossier went outside the service, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from handover.bundles.model import Handover
from handover.bundles.outside_model import Outside, OutsideWay
from handover.bundles.state import Origin
from handover.db.unit_of_work import UnitOfWork
from handover.web.i18n import dag

WAYS: Mapping[OutsideWay, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        OutsideWay.OSO: (_l("Via OSO"), _l("Uw administratie stuurde het overstapdossier.")),
        OutsideWay.PAPER: (_l("Op papier"), _l("Meegegeven of gepost.")),
        OutsideWay.CONVERSATION: (_l("Persoonlijk, in een gesprek"), _l("U vertelde het, of gaf het daar af.")),
        OutsideWay.OTHER: (_l("Met een andere dienst"), _l("Bijvoorbeeld een ander programma of een beveiligde mail.")),
    }
)
"""What a form shows: each way and what is meant by it."""
CAME: Mapping[OutsideWay, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        OutsideWay.OSO: (_l("Via OSO"), _l("Het overstapdossier staat in uw administratie.")),
        OutsideWay.PAPER: (_l("Op papier"), _l("Gebracht of per post gekomen.")),
        OutsideWay.CONVERSATION: (_l("Persoonlijk, in een gesprek"), _l("De basisschool vertelde het of gaf het af.")),
        OutsideWay.OTHER: (_l("Met een andere dienst"), _l("Bijvoorbeeld een ander programma of een beveiligde mail.")),
    }
)
"""The same, for the school that it came to."""
_HOW: Mapping[OutsideWay, LazyString] = MappingProxyType(
    {
        OutsideWay.OSO: _l("via OSO"),
        OutsideWay.PAPER: _l("op papier"),
        OutsideWay.CONVERSATION: _l("in een gesprek"),
        OutsideWay.OTHER: _l("met een andere dienst"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """How a dossier went that is not here."""

    way: OutsideWay
    went_on: date
    is_entered: bool
    """The receiver recorded it, not the sender."""
    confirmed_by: str = ""

    @property
    def way_name(self) -> str:
        """By itself: `Op papier`."""
        return str(WAYS[self.way][0])

    @property
    def how(self) -> str:
        """In the middle of a sentence: `op papier, 3 mei`."""
        return str(_("%(hoe)s, %(dag)s", hoe=how(self.way), dag=dag(self.went_on)))


def how(way: OutsideWay) -> str:
    """`op papier`."""
    return str(_HOW[way])


def elsewhere_of(uow: UnitOfWork, handover_ids: Collection[str]) -> dict[str, Elsewhere]:
    """Of these handovers, those that went outside the service; who may know of them is the caller's to ask."""
    if not handover_ids:
        return {}
    rows = uow.session.execute(
        select(Outside, Handover.origin)
        .join(Handover, Handover.id == Outside.handover_id)
        .where(Outside.handover_id.in_(handover_ids))
    )
    return {
        row.handover_id: Elsewhere(
            way=row.way, went_on=row.went_on, is_entered=origin is Origin.ENTERED, confirmed_by=row.confirmed_by
        )
        for row, origin in rows
    }
