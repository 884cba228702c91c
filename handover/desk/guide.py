"""The guide of a role, one page to print and to lay beside the screen: made of the same words as the help page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import typst
from flask_babel import get_locale
from flask_babel import gettext as _

from handover.desk.help_words import DOES, REMEMBER, SIGNING_IN
from handover.errors import Unavailable
from handover.policy import Role


def guide_of(role: Role, named: str, *, contacts: Sequence[str], address: str) -> bytes:
    """The guide as a PDF (PDF/UA-1), in the language of this request. `contacts`: whom to call, a line each.

    Raises:
        Unavailable: it could not be set.
    """
    facts = {
        "lang": str(get_locale() or "nl"),
        "title": _("Warme Overdracht voor: %(rol)s", rol=named),
        "address": address,
        "blocks": [
            (_("Wat u hier doet"), [str(text) for text in DOES[role]]),
            (_("Aanmelden"), [str(text) for text in SIGNING_IN]),
            (_("Onthoud dit"), [str(text) for text in REMEMBER]),
            (_("Wie belt u?"), [*contacts, _("Noem het kenmerk van het dossier, niet de naam van het kind.")]),
        ],
    }
    try:
        return bytes(typst.compile(_source(), sys_inputs={"facts": json.dumps(facts)}, pdf_standards="ua-1"))
    except typst.TypstError as error:
        raise Unavailable("the guide could not be set") from error


@cache
def _source() -> bytes:
    return files("handover.desk").joinpath("guide.typ").read_bytes()
