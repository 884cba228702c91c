"""Reads every page in English, as whoever may open it, and finds the Dutch that nobody marked as a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.factories.everybody import NOBODY
from tests.factories.places import Place, given_ordinary_place

WHO = (
    "teacher own group",
    "po_admin own unit",
    "intake own unit",
    "care own unit",
    "vo_office own unit",
    "mentor own unit",
    "swv_admin",
)

DUTCH = frozenset((Path(__file__).parent / "dutch_words.txt").read_text().split())
"""Words that a Dutch sentence hardly does without, and that are no English words."""

KEPT = (
    "Warme Overdracht",
    "Leerling in beeld",
    "toelaatbaarheidsverklaring",
    "van der",
)
"""Dutch that an English page says on purpose."""

TYPED = (
    "De Hommel",
    "De Krekel",
    "Wat helpt op maandag?",
    "Wij zijn blij met dit rapport.",
    "groep 1 tot en met 8",
    "een vaste plek",
    "over de overgang",
    "Nieuwe Collega",
)
"""What people of the factories wrote, and names of schools."""

WORD = re.compile(r"(?<![\w-])[A-Za-zÀ-ÿ]+(?![\w-])")
"""A word that is no part of a code."""

MOVED = {301, 302, 303, 308}

SAID_ALOUD = ("aria-label", "placeholder", "title", "alt", "data-key-label", "data-confirm")

WRONG: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("po_admin own unit", "/school/<unit_id>/herstelblad/pdf", {}),
    ("po_admin own unit", "/school/<unit_id>/rol/<membership_id>/groepen", {"groepen": "niet-van-ons"}),
    ("teacher own group", "/dossier/<handover_id>/verzegeld/<part>", {"woorden": ""}),
    ("teacher own group", "/groep/<group_id>/toevoegen", {}),
    ("teacher own group", "/leerling/<reference>/naam", {}),
    ("intake own unit", "/dossier/<handover_id>/gesprek", {}),
    ("vo_office own unit", "/dossiers/<handover_id>/uitslag", {}),
    ("vo_office own unit", "/dossiers/<handover_id>/uitslag", {"uitslag": "refused", "tlv": "not_needed"}),
    ("swv_admin", "/regio/uitnodigen/<brin6>", {}),
)
"""Forms that are sent with something wrong in them: by whom, where to, and what they hold."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = given_ordinary_place(tmp_path_factory.mktemp("english"))
    for column in (*WHO, NOBODY):
        assert made.visitors[column].post("/taal", {"taal": "en", "terug": "/"}).status_code == 303
    return made


def _texts(page: BeautifulSoup) -> Iterator[str]:
    """All that is to be read or heard, but for names and for what was typed."""
    for part in page.select("script, style, [data-name], textarea, [lang=nl]"):
        part.decompose()
    for part in page.select("*"):
        yield from (str(part[name]) for name in SAID_ALOUD if part.has_attr(name))
    yield page.get_text(" ")


def _dutch_in(text: str) -> list[str]:
    """The Dutch words on a page, each with what stands around it."""
    return _dutch_in_kind(_SHORT_LIVED.sub("", text))


_SHORT_LIVED = re.compile(
    r'(?<=value=")[\w-]{40,}(?=")|(?<=content=")[\w-]{40,}(?=")|(?<=name="terug" value=")[^"]*'
    r'| aria-current="page"|\b(?:[0-9A-Z]{2,3}-){2}[0-9A-Z]{2}\b'
)
"""Tokens, numbers of requests and the way back: without them most refusals are one page."""


@cache
def _dutch_in_kind(text: str) -> list[str]:
    found = []
    for said in _texts(BeautifulSoup(text, "html.parser")):
        clean = " ".join(said.split())
        for known in (*KEPT, *TYPED):
            clean = clean.replace(known, "")
        found += [
            clean[max(0, word.start() - 30) : word.end() + 30]
            for word in WORD.finditer(clean)
            if word[0].lower() in DUTCH
        ]
    return found


def test_the_list_of_words_finds_a_dutch_sentence_and_no_english_one() -> None:
    assert _dutch_in("<p>Send the dossier.</p><p>Verstuur het dossier naar de school.</p>")
    assert _dutch_in('<button aria-label="Haal weg">Remove</button>')
    assert not _dutch_in("<p>Send the dossier to the school, 3VAN-UW, or give it back.</p><b data-name>Jan de Wit</b>")


@pytest.mark.parametrize("column", [*WHO, NOBODY])
def test_no_page_in_english_says_a_word_of_dutch(place: Place, column: str) -> None:
    visitor, dutch, read = place.visitors[column], {}, set()
    for rule, address in place.addresses(column):
        with closing(visitor.get(address)) as answer:
            if answer.mimetype != "text/html" or answer.status_code in MOVED:
                continue
            read.add(rule)
            if found := _dutch_in(answer.text):
                dutch[address] = found

    assert len(read) > 5
    assert dutch == {}


@pytest.mark.parametrize(("column", "rule", "typed"), WRONG)
def test_what_is_wrong_with_a_form_is_said_in_english(
    place: Place, column: str, rule: str, typed: dict[str, str]
) -> None:
    stage = "draft" if rule.startswith("/leerling") else "accepted"

    answer = place.visitors[column].post(place.address(rule, column, stage), typed)

    assert answer.status_code == 422
    assert _dutch_in(answer.text) == []
