"""What the errors around a dossier in preparation are called on a screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from handover.web.wording import Wording, word


def word_dossier() -> None:
    """Give these errors their words."""
    word(
        "names-only",
        Wording(
            title=_l("U ziet namen, geen dossiers"),
            happened=_l("U beheert de school. Daarom ziet u wie de leerlingen zijn, maar niet wat er over hen staat."),
            kept=_l("Er is niets geopend."),
            todo=_l("Vraag de leerkracht of de intern begeleider. Zij kunnen het dossier openen."),
        ),
    )
    word(
        "already-sent",
        Wording(
            title=_l("Dit dossier is al verstuurd"),
            happened=_l("Wat verstuurd is, verandert niet meer. De nieuwe school leest wat u stuurde."),
            kept=_l("Uw wijziging is niet bewaard. Wat u verstuurde, staat er nog precies zo."),
            todo=_l(
                "Klopt er iets niet? Haal het dossier terug zolang het niet ontvangen is, of bel de nieuwe school."
            ),
        ),
    )
    word(
        "too-many-documents",
        Wording(
            title=_l("Er passen geen documenten meer bij"),
            happened=_l("In een dossier passen 40 documenten."),
            kept=_l("Dit document is niet bewaard. De andere staan er nog."),
            todo=_l("Haal weg wat de nieuwe school niet nodig heeft, of voeg documenten samen tot één pdf."),
        ),
    )
    word(
        "uploads-busy",
        Wording(
            title=_l("Het is even te druk voor bestanden"),
            happened=_l("Er worden nu te veel bestanden tegelijk nagekeken."),
            kept=_l("Van wat u net stuurde, is niets bewaard. Wat er al stond, is er nog."),
            todo=_l("Wacht tien tellen en stuur de bestanden dan opnieuw."),
        ),
    )
