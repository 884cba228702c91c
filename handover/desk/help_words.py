"""What each role does here and what all keep in mind, as the help, the printed sheet and the first minute say it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from handover.policy import Role

_ADMIN = (
    _l("U laat collega’s toe, geeft sleutels door en zorgt dat er altijd twee mensen zijn met elke sleutel."),
    _l("U bewaart het herstelblad op een plek met een slot."),
    _l("U leest geen dossiers."),
)

DOES: Mapping[Role, tuple[LazyString, ...]] = MappingProxyType(
    {
        Role.TEACHER: (
            _l("U zet uw leerlingen op de lijst en vult voor elk het dossier in."),
            _l("U laat ouders meelezen en schrijft op wat zij ervan vinden."),
            _l("U verstuurt het dossier, beantwoordt vragen en spreekt met de nieuwe school."),
            _l(
                "Doet de nieuwe school niet mee? Dan verstuurt u met een code: "
                "een link per mail, zes woorden per telefoon."
            ),
        ),
        Role.IB: (
            _l("U doet hetzelfde als de leerkracht, voor alle groepen van uw school."),
            _l("U maakt het deel over extra ondersteuning, zoals het OPP."),
        ),
        Role.PO_ADMIN: (*_ADMIN, _l("U ziet wel welke leerlingen er zijn en hoe ver hun dossier is.")),
        Role.INTAKE: (
            _l("U neemt dossiers in ontvangst. Dat is geen toelating."),
            _l("U leest ze, stelt vragen, schrijft notities en spreekt met de leerkracht."),
            _l("U geeft terug wat verkeerd is geadresseerd, en bevestigt de overdracht als alles klaar is."),
            _l("U wijst de mentoren aan, en ziet wie nog niet las."),
        ),
        Role.CARE: (
            _l("U leest de dossiers en de zorgstukken, stelt vragen en schrijft notities."),
            _l("De overdracht kan pas bevestigd worden als u de zorgstukken heeft gelezen."),
            _l("U kunt een zorgstuk of zorgnotitie openen voor de mentor van één kind."),
        ),
        Role.VO_OFFICE: (
            _l("U legt vast wat er van een aanmelding komt: toegelaten, wachtlijst, ingeschreven of niet toegelaten."),
            _l("U meldt leerlingen aan die zich bij uw school meldden, en wijst mentoren aan met de klassenlijst."),
            _l("U ziet namen, geen dossiers."),
        ),
        Role.MENTOR: (
            _l("U leest de rapporten van uw eigen klas, als de overdracht is bevestigd."),
            _l("Uw school wijst u per kind aan. Zorgstukken ziet u alleen als de zorgcoördinator ze voor u opent."),
            _l("U print de kaart voor de eerste week, en schrijft de basisschool in één regel hoe het gaat."),
        ),
        Role.VO_ADMIN: _ADMIN,
        Role.SWV_ADMIN: (
            _l("U nodigt scholen uit en staat in voor hun sleutel, nadat u hun vijf woorden heeft gehoord."),
            _l("U ziet hoeveel er klaar is, nooit om welk kind het gaat."),
        ),
        Role.BOC: (_l("U ziet hoe ver de scholen zijn, en belt wie hulp nodig heeft. U ziet geen namen."),),
        Role.AUDITOR: (_l("U leest het logboek en controleert of het klopt. U ziet geen namen."),),
    }
)

SIGNING_IN: tuple[LazyString, ...] = (
    _l("Ga naar het adres hierboven. Vul uw e-mailadres in en uw vijf woorden."),
    _l("Niemand kan uw woorden opzoeken, ook wij niet. Kwijt? Dan laat de beheerder van uw school u opnieuw toe."),
    _l("Leg de woorden nooit opgeschreven bij de computer, en geef ze aan niemand."),
)

REMEMBER: tuple[LazyString, ...] = (
    _l("In mail en aan de telefoon staat of klinkt nooit de naam van een kind. Noem het kenmerk, zoals 7K3P-2M."),
    _l("Kijkt er iemand mee? Druk op h: alle namen gaan weg."),
    _l("Klaar? Druk op Afmelden, zeker op een computer die u deelt."),
    _l("Alles wat er gebeurt, staat in het spoor. Beide scholen zien het, en niemand kan het ongemerkt wijzigen."),
)
