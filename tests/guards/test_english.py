"""Holds every text to its English: none missing, none left over, and none that says something else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from handover.web.catalogue import FOLDER, english, features, said_by, untranslated

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
TAG = re.compile(r"</?\w[^>]*>")

THE_SAME_IN_BOTH = frozenset(
    {
        "%(num)s document",
        "%(num)s dossier: %(wat)s",
        "%(num)s dossiers: %(wat)s",
        "Code",
        "Document",
        "Document %(nummer)s",
        "Document, %(kenmerk)s",
        "Dossier",
        "Dossier %(kenmerk)s",
        "Dossiers",
        "Download",
        "E-mail",
        "Mentor",
        "OPP",
        "Postcode",
        "School",
        "TLV",
        "dossier",
        "havo",
        "mentor",
        "mentor %(naam)s",
        "open",
        "vmbo basis",
        "vmbo gl/tl",
        "vmbo kader",
        "vwo",
    }
)
"""Words of both languages, and names that have no other. Whoever adds one has read it twice."""

WELCOME_ONLY = "accept"
"""An invitation is accepted. A dossier is received, a child is admitted or enrolled, a handover is confirmed."""

KEPT_APART = (
    (re.compile(r"\bin ontvangst\b", re.IGNORECASE), re.compile(r"\b(receipt|received)\b", re.IGNORECASE)),
    (re.compile(r"\btoelating\b", re.IGNORECASE), re.compile(r"\badmi(t|ts|tted|ssion)\b", re.IGNORECASE)),
    (re.compile(r"\bingeschreven\b", re.IGNORECASE), re.compile(r"\benrolled\b", re.IGNORECASE)),
    (re.compile(r"\bgezag\b", re.IGNORECASE), re.compile(r"\bparental authority\b", re.IGNORECASE)),
    (re.compile(r"(?<!\()\bkenmerk\b", re.IGNORECASE), re.compile(r"\breference\b", re.IGNORECASE)),
    (re.compile(r"\bgroep 8\b", re.IGNORECASE), re.compile(r"\byear group 8\b", re.IGNORECASE)),
)
"""Dutch words that have one English in this service, whatever the sentence."""


@dataclass(frozen=True)
class Text:
    """One wording in Dutch and in English. A text with a plural is two of these."""

    feature: str
    context: str | None
    dutch: str
    english: str

    def __str__(self) -> str:
        return f"{self.feature}: {self.dutch!r} is {self.english!r}"


@cache
def _catalogue(feature: str) -> Catalog:
    path = FOLDER / f"{feature}.po"
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _keys(catalogue: Catalog) -> set[tuple[str, str | None]]:
    return {
        (message.id if isinstance(message.id, str) else message.id[0], message.context)
        for message in catalogue
        if message.id
    }


def _forms(said: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (said or "",) if said is None or isinstance(said, str) else tuple(said)


def _texts() -> Iterator[Text]:
    for feature in features():
        for message in _catalogue(feature):
            if message.id:
                for dutch, translated in zip(_forms(message.id), _forms(message.string), strict=True):
                    yield Text(feature=feature, context=message.context, dutch=dutch, english=translated)


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted(pattern.findall(text))


@pytest.mark.parametrize("feature", features())
def test_every_text_that_the_code_says_has_its_english(feature: str) -> None:
    assert untranslated(feature) == []


@pytest.mark.parametrize("feature", features())
def test_no_catalogue_holds_a_text_that_no_code_says(feature: str) -> None:
    assert _keys(_catalogue(feature)) - _keys(said_by(feature)) == set()


def test_every_catalogue_belongs_to_a_feature() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} <= set(features())
    assert len(list(_texts())) > 1000


def test_the_english_holds_exactly_the_placeholders_of_the_dutch() -> None:
    assert [str(text) for text in _texts() if _all(PLACEHOLDER, text.dutch) != _all(PLACEHOLDER, text.english)] == []


def test_the_english_holds_exactly_the_markup_of_the_dutch() -> None:
    assert [str(text) for text in _texts() if _all(TAG, text.dutch) != _all(TAG, text.english)] == []


def test_the_english_begins_and_ends_as_the_dutch_does_where_a_sentence_is_built_of_parts() -> None:
    """A space or a comma at an edge joins a text to what stands next to it."""

    def edges(said: str) -> tuple[bool, bool, bool]:
        return said[0].isspace(), said[-1].isspace(), said.startswith(",")

    assert [str(text) for text in _texts() if edges(text.dutch) != edges(text.english)] == []


def test_only_words_of_both_languages_read_the_same_in_english() -> None:
    same = {text.dutch for text in _texts() if text.dutch == text.english}

    assert sorted(same - THE_SAME_IN_BOTH) == []
    assert sorted(THE_SAME_IN_BOTH - same) == []


def test_one_text_has_one_english_in_every_catalogue() -> None:
    """They are read as one: of two that differ, one would never be seen."""
    said = defaultdict(set)
    for text in _texts():
        said[text.dutch, text.context].add(text.english)

    assert {key: sorted(ways) for key, ways in said.items() if len(ways) > 1} == {}


def test_the_pages_are_given_what_stands_in_the_catalogues() -> None:
    translations = english()

    assert translations.gettext("Bevestig de overdracht") == "Confirm the handover"
    assert translations.pgettext("postvak", "Terug") == "Returned"
    assert translations.ngettext("%(num)s document", "%(num)s documenten", 2) == "%(num)s documents"


@pytest.mark.parametrize(("dutch", "word"), KEPT_APART, ids=lambda pattern: pattern.pattern)
def test_words_that_a_school_must_not_confuse_have_one_english(dutch: re.Pattern[str], word: re.Pattern[str]) -> None:
    meant = [text for text in _texts() if dutch.search(text.dutch)]

    assert meant
    assert [str(text) for text in meant if not word.search(text.english)] == []


def test_only_an_invitation_is_accepted() -> None:
    accepted = [text for text in _texts() if WELCOME_ONLY in text.english.lower()]

    assert accepted
    assert [str(text) for text in accepted if text.feature != "access"] == []
