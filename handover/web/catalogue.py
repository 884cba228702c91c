"""The texts in English. Each feature has a catalogue of its own, so that two features never edit one file.

`handover/translations/en/<feature>.po` holds the texts of `handover/<feature>/`. They are read as they are,
at start: nothing to compile, nothing to forget. `python -m handover.web.catalogue` adds what the code says
and a catalogue does not have yet, and drops what no code says any more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

PACKAGE = Path(__file__).resolve().parents[1]
FOLDER = PACKAGE / "translations" / "en"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "msgid": None,
    "plural": (1, 2),
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "_lp": ((1, "c"), 2),
}
OPTIONS = {"**/templates/**.html": {"encoding": "utf-8", "silent": "false"}}
LOOSE = "service"
"""The catalogue of modules that lie in no feature."""


_DUTCH = NullTranslations()


class CatalogueDomain(Domain):  # type: ignore[misc]  # flask-babel carries no types
    """Translations from the catalogues as they lie in the repository."""

    def get_translations(self) -> NullTranslations:
        """Those of the language of this request; Dutch is what the code says."""
        locale = get_locale()  # asked for each text of a page
        return english() if locale is not None and locale.language == "en" else _DUTCH


@cache
def english() -> Translations:
    """All catalogues in one."""
    whole = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for path in sorted(FOLDER.glob("*.po")):
        for message in _read(path):
            if message.id and message.string:
                whole.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def features() -> list[str]:
    """The parts of the service that have texts of their own, and `service` for the modules beside them."""
    return [*sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")), LOOSE]


def said_by(feature: str) -> Catalog:
    """Every text that the code of a feature says."""
    catalogue = Catalog(project="Warme Overdracht", charset="utf-8", fuzzy=False)
    folder = PACKAGE if feature == LOOSE else PACKAGE / feature
    for name, line, text, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS, directory_filter=_no_folder if feature == LOOSE else None
    ):
        where = f"handover/{name}" if feature == LOOSE else f"handover/{feature}/{name}"
        catalogue.add(text, None, [(where, line)], auto_comments=comments, context=context)
    return catalogue


def _no_folder(_path: object) -> bool:
    return False


def untranslated(feature: str) -> list[str]:
    """The texts of a feature that have no English yet, or whose English is marked as a guess."""
    path = FOLDER / f"{feature}.po"
    known = _read(path) if path.exists() else Catalog()
    return [_id(message) for message in _texts(said_by(feature)) if not _has_english(known, message)]


def _texts(catalogue: Catalog) -> Iterable[Message]:
    return (message for message in catalogue if message.id)


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _has_english(known: Catalog, message: Message) -> bool:
    found = known.get(_id(message), message.context)
    if found is None or found.fuzzy:
        return False
    strings = found.string if isinstance(found.string, list | tuple) else (found.string,)
    return all(strings)


def update(feature: str) -> int:
    """Bring a feature's catalogue in step with its code; the number of texts still without English."""
    path = FOLDER / f"{feature}.po"
    said = said_by(feature)
    if not list(_texts(said)):
        path.unlink(missing_ok=True)
        return 0
    known = _read(path) if path.exists() else Catalog(locale="en", project="Warme Overdracht", charset="utf-8")
    known.update(said, no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    known.fuzzy = False
    with path.open("wb") as file:
        # No header: its dates would differ each time, and the rest is what the reader assumes.
        write_po(file, known, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return len(untranslated(feature))


def main(chosen: list[str]) -> int:
    """Update the catalogues of the given features, or of all; 1 while any text lacks its English."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = {feature: update(feature) for feature in chosen or features()}
    for feature, count in missing.items():
        if count:
            sys.stderr.write(f"{feature}: {count} texts without English\n")
    return int(any(missing.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
