"""What the errors of this service are called on a screen, apart from the errors themselves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from handover.access.wording import word_access
from handover.desk.wording_dossier import word_dossier
from handover.web.wording import Wording, word

_NOTHING = _l("Er is niets veranderd en niets verstuurd.")


def word_all() -> None:
    """Give the errors of all features their words. Called once, while the application is put together."""
    word_access()
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
