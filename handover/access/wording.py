"""What the errors of the door and of colleagues are called on a screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from handover.web.wording import Wording, word

_NOTHING = _l("Er is niets veranderd en niets verstuurd.")


def word_access() -> None:
    """Give the errors of this room their words. Called once, while the application is put together."""
    word(
        "sign-in-failed",
        Wording(
            title=_l("Aanmelden is niet gelukt"),
            happened=_l("Dit adres en deze wachtzin horen niet bij elkaar."),
            kept=_NOTHING,
            todo=_l("Kijk de vijf woorden na en probeer het opnieuw."),
        ),
    )
    word(
        "code-refused",
        Wording(
            title=_l("Deze code werkt niet"),
            happened=_l("De code is gebruikt, ingetrokken of ouder dan veertien dagen. Of er staat een tikfout in."),
            kept=_NOTHING,
            todo=_l("Kijk de code na. Werkt hij weer niet? Vraag een nieuwe aan wie u uitnodigde."),
        ),
    )
    word(
        "sign-in-first",
        Wording(
            title=_l("Meld u eerst aan"),
            happened=_l("Deze uitnodiging is voor iemand die al een wachtzin heeft."),
            kept=_l("De uitnodiging is niet gebruikt. De code werkt nog."),
            todo=_l("Meld u aan met uw eigen wachtzin en typ dan de code opnieuw."),
        ),
    )
    word(
        "last-admin",
        Wording(
            title=_l("Dit is de laatste beheerder"),
            happened=_l("Zonder beheerder kan niemand van uw school nog iemand toelaten."),
            kept=_NOTHING,
            todo=_l("Maak eerst een collega beheerder. Daarna kan deze rol eraf."),
        ),
    )
    word(
        "last-holder",
        Wording(
            title=_l("Niemand anders heeft deze sleutel"),
            happened=_l("Deze collega heeft als enige een sleutel van de school. Opnieuw toelaten zou hem weggooien."),
            kept=_NOTHING,
            todo=_l("Gebruik het herstelblad van de school. Bel eerst het samenwerkingsverband."),
        ),
    )
    word(
        "not-decided",
        Wording(
            title=_l("De beheerder heeft dit niet besloten"),
            happened=_l("Geen beheerder heeft getekend dat deze collega deze sleutel mag hebben."),
            kept=_NOTHING,
            todo=_l("Vraag de beheerder van uw school om de rol opnieuw te geven."),
        ),
    )
    word(
        "no-valid-card",
        Wording(
            title=_l("De sleutel van deze school is niet gecontroleerd"),
            happened=_l("Tot het samenwerkingsverband de sleutel controleert, gaat er niets naar deze school."),
            kept=_NOTHING,
            todo=_l("Vraag de school om het samenwerkingsverband te bellen. Dat duurt vijf minuten."),
        ),
    )
