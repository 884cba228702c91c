"""What the secondary school's pages call the values of closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from handover.bundles.state import HandoverStatus
from handover.terms.destination import Outcome, Tlv

OUTCOMES: Mapping[Outcome, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        Outcome.ASKED: (_l("Aangemeld"), _l("Uw school heeft nog niet besloten.")),
        Outcome.ADMITTED: (_l("Toegelaten"), _l("De leerling mag komen. Inschrijven volgt nog.")),
        Outcome.WAITING: (_l("Op de wachtlijst"), _l("Er is nu geen plek.")),
        Outcome.ENROLLED: (_l("Ingeschreven"), _l("De leerling staat bij u ingeschreven.")),
        Outcome.REFUSED: (_l("Niet toegelaten"), _l("Schrijf hieronder waarom.")),
        Outcome.WITHDRAWN: (_l("Ingetrokken"), _l("De ouders hebben de aanmelding teruggenomen.")),
    }
)
"""Each with what it means, in the order in which the page asks."""

TLVS: Mapping[Tlv, LazyString] = MappingProxyType(
    {
        Tlv.NOT_NEEDED: _l("Niet nodig voor deze soort school"),
        Tlv.TO_REQUEST: _l("Moet nog worden aangevraagd"),
        Tlv.REQUESTED: _l("Aangevraagd"),
        Tlv.GRANTED: _l("Toegekend"),
        Tlv.REFUSED: _l("Geweigerd"),
    }
)

TLV_BADGES: Mapping[Tlv, tuple[LazyString, str]] = MappingProxyType(
    {
        Tlv.TO_REQUEST: (_l("TLV aanvragen"), "letop"),
        Tlv.REQUESTED: (_l("TLV aangevraagd"), "wacht"),
        Tlv.GRANTED: (_l("TLV toegekend"), "klaar"),
        Tlv.REFUSED: (_l("TLV geweigerd"), "stop"),
    }
)

OUTCOME_BADGES: Mapping[Outcome, tuple[LazyString, str]] = MappingProxyType(
    {
        Outcome.ASKED: (_l("Nog niet ingeschreven"), ""),
        Outcome.ADMITTED: (_l("Toegelaten"), ""),
        Outcome.WAITING: (_l("Wachtlijst"), "wacht"),
        Outcome.REFUSED: (_l("Niet toegelaten"), "stop"),
        Outcome.WITHDRAWN: (_l("Aanmelding ingetrokken"), "stop"),
        Outcome.ENROLLED: (_l("Ingeschreven"), "klaar"),
    }
)

DECLINING: Mapping[str, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        "not_applied_here": (
            _l("Deze leerling is niet bij ons aangemeld"),
            _l("Ook niet bij een andere vestiging van onze school."),
        ),
        "other_location": (
            _l("De leerling gaat naar een andere vestiging"),
            _l("De basisschool stuurt het dossier daar naartoe."),
        ),
        "double": (_l("Wij hebben dit dossier al"), _l("Het kwam twee keer, of op een andere manier.")),
    }
)

ENDED: Mapping[HandoverStatus, LazyString] = MappingProxyType(
    {
        HandoverStatus.DECLINED: _l("Teruggegeven door uw school"),
        HandoverStatus.WITHDRAWN: _l("Teruggehaald door de basisschool"),
        HandoverStatus.RELEASED: _l("Losgelaten"),
        HandoverStatus.CLOSED: _l("Gesloten door de basisschool"),
        HandoverStatus.DESTROYED: _l("Bewaartermijn voorbij"),
    }
)
