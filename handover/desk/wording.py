"""What the errors of this service are called on a screen, apart from the errors themselves."""

from __future__ import annotations

from http import HTTPStatus

from flask_babel import lazy_gettext as _l

from handover.access.wording import word_access
from handover.bundles.opening import Tampered
from handover.desk.wording_dossier import word_dossier
from handover.web.errors import answer_with
from handover.web.wording import Wording, word

_NOTHING = _l("Er is niets veranderd en niets verstuurd.")


def word_all() -> None:
    """Give the errors of all features their words. Called once, while the application is put together."""
    word_access()
    answer_with(Tampered, HTTPStatus.CONFLICT)
    word_dossier()
    word(
        "no-key",
        Wording(
            title=_l("U heeft deze sleutel nog niet"),
            happened=_l("Wat u wilt zien, zit op slot. Een collega moet u de sleutel nog geven."),
            kept=_NOTHING,
            todo=_l("Vraag een collega die de sleutel heeft om hem door te geven. Dat duurt één minuut."),
        ),
    )
    word(
        Tampered.code,
        Wording(
            title=_l("Dit dossier is niet wat er verstuurd is"),
            happened=_l("Wat wij bewaren, past niet bij de handtekening van de basisschool."),
            kept=_l("Wij tonen er niets van. Beide scholen zien dit alarm in het spoor."),
            todo=_l("Bel de andere school en noem het kenmerk. De basisschool kan het dossier opnieuw versturen."),
        ),
    )
