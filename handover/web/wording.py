"""What we say about each kind of error: what happened, what was kept, what to do now.

Apart from the errors themselves, which know no screens. A feature words its own errors with `word`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from handover.errors import HandoverError

Text: TypeAlias = str | LazyString


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The words for one kind of error, in the order in which somebody needs them."""

    title: Text
    happened: Text
    kept: Text
    todo: Text


_NOTHING_CHANGED = _l("Er is niets veranderd en niets verstuurd.")
_BACK = _l("Ga terug naar de vorige bladzijde, of begin opnieuw op uw eerste bladzijde.")

WORDING: dict[str, Wording] = {
    "error": Wording(
        title=_l("Dit kan nu niet"),
        happened=_l("Wij konden niet doen wat u vroeg."),
        kept=_NOTHING_CHANGED,
        todo=_BACK,
    ),
    "not-found": Wording(
        title=_l("Deze bladzijde is er niet"),
        happened=_l("De bladzijde bestaat niet, of hij is niet voor u bedoeld."),
        kept=_NOTHING_CHANGED,
        todo=_l("Kijk of het adres klopt. Zoekt u een kind? Begin dan bij uw lijst."),
    ),
    "not-allowed": Wording(
        title=_l("Dit mag u niet doen"),
        happened=_l("U mag dit zien, maar een ander moet het doen."),
        kept=_NOTHING_CHANGED,
        todo=_l("Vraag een collega die dit wel mag. Bij “Wie kan wat zien?” staat wie dat is."),
    ),
    "not-signed-in": Wording(
        title=_l("U bent niet aangemeld"),
        happened=_l("U was een tijd weg, of u bent nog niet aangemeld."),
        kept=_l("Wat al bewaard was, is er nog."),
        todo=_l("Meld u aan en ga verder."),
    ),
    "csrf": Wording(
        title=_l("Dit formulier is te oud"),
        happened=_l("Wij konden niet zien dat het formulier van deze site kwam. Meestal stond het te lang open."),
        kept=_NOTHING_CHANGED,
        todo=_l("Open de bladzijde opnieuw en vul het formulier nog een keer in."),
    ),
    "illegal-transition": Wording(
        title=_l("Dit kan nu niet meer"),
        happened=_l("Het dossier is intussen een stap verder, of teruggehaald."),
        kept=_l("Er is niets veranderd. Het dossier staat zoals de ander het achterliet."),
        todo=_l("Open het dossier opnieuw. Dan ziet u wat er nu kan."),
    ),
    "conflict": Wording(
        title=_l("Iemand anders was u net voor"),
        happened=_l("Een collega heeft dit gewijzigd terwijl u keek."),
        kept=_l("De wijziging van uw collega is bewaard, de uwe nog niet."),
        todo=_l("Open de bladzijde opnieuw, kijk wat er nu staat en probeer het dan nog eens."),
    ),
    "invalid": Wording(
        title=_l("Er klopt nog iets niet"),
        happened=_l("Niet alles wat u invulde, kunnen wij zo bewaren."),
        kept=_l("Er is nog niets bewaard of verstuurd."),
        todo=_l("Ga terug, verbeter wat hieronder staat en bewaar opnieuw."),
    ),
    "expired": Wording(
        title=_l("Dit is verlopen"),
        happened=_l("De link of de code was maar een tijd geldig."),
        kept=_NOTHING_CHANGED,
        todo=_l("Vraag een nieuwe aan degene die u deze gaf."),
    ),
    "unavailable": Wording(
        title=_l("Het is even te druk"),
        happened=_l("Een onderdeel van ons antwoordt nu niet."),
        kept=_l("Wat al bewaard was, is er nog. Wat u nu vroeg, is niet gedaan."),
        todo=_l("Wacht een minuut en probeer het dan opnieuw."),
    ),
    "keys": Wording(
        title=_l("Dit gaat niet open"),
        happened=_l("Het bestand is beschadigd, of het is niet voor u op slot gedaan."),
        kept=_l("Er is niets veranderd. Wij tonen nooit een deel van een beschadigd bestand."),
        todo=_l("Probeer het nog een keer. Lukt het weer niet? Bel ons dan."),
    ),
    "method-not-allowed": Wording(
        title=_l("Zo werkt deze bladzijde niet"),
        happened=_l("De bladzijde is er wel, maar kan niet wat gevraagd werd."),
        kept=_NOTHING_CHANGED,
        todo=_BACK,
    ),
    "too-large": Wording(
        title=_l("Dit bestand is te groot"),
        happened=_l("Wat u stuurde, is groter dan wij aannemen."),
        kept=_l("Het bestand is niet bewaard. De rest is er nog."),
        todo=_l("Maak het bestand kleiner, of splits het. Een pdf is meestal het kleinst."),
    ),
    "unsupported-media-type": Wording(
        title=_l("Dit soort bestand nemen wij niet aan"),
        happened=_l("Wat u stuurde, is van een soort die wij niet kennen."),
        kept=_l("Het bestand is niet bewaard. De rest is er nog."),
        todo=_l("Maak er een pdf van en voeg die toe."),
    ),
    "too-many-requests": Wording(
        title=_l("Even wachten"),
        happened=_l("Er kwamen te veel pogingen kort na elkaar."),
        kept=_NOTHING_CHANGED,
        todo=_l("Wacht een paar minuten en probeer het dan opnieuw."),
    ),
    "internal": Wording(
        title=_l("Er ging iets mis bij ons"),
        happened=_l("Het lag niet aan u."),
        kept=_l("Er is niets zoekgeraakt dat al bewaard was. Wat u nu vroeg, is niet gedaan."),
        todo=_l("Ga terug en probeer het nog eens. Gaat het weer mis? Bel ons dan."),
    ),
}


def word(code: str, wording: Wording) -> None:
    """Give an error's code its own words. Called by a feature when it is set up."""
    WORDING[code] = wording


def wording_of(error: HandoverError) -> Wording:
    """The words for the most particular kind that has any."""
    for kind in type(error).__mro__:
        code = vars(kind).get("code")
        if code in WORDING:
            return WORDING[code]
    return WORDING["error"]
