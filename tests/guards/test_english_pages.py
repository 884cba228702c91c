"""Reads every page in English, as whoever may open it, and finds the Dutch that nobody marked as a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories.everybody import NOBODY, given_everybody
from tests.factories.subjects import Subjects, given_subjects
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor

WHO = (
    "teacher own group",
    "po_admin own unit",
    "intake own unit",
    "care own unit",
    "vo_office own unit",
    "mentor own unit",
    "swv_admin",
)
STAGES = ("draft", "offered", "accepted", "ended")

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
    ("swv_admin", "/regio/uitnodigen/<brin6>", {}),
)
"""Forms that are sent with something wrong in them: by whom, where to, and what they hold."""


@dataclass(frozen=True)
class Place:
    """A service in which there is a child at every stage, and everybody reads English."""

    app: Flask
    subjects: dict[str, Subjects]
    visitors: dict[str, Visitor]

    def address(self, rule: str, column: str, stage: str) -> str:
        """A rule with its parameters filled in for whoever knocks."""
        subjects = self.subjects[stage]
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: subjects.value(found[1], column, rule), rule)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    everybody = given_everybody(tmp_path_factory.mktemp("english"))
    app = given_app(everybody.thread.region)
    subjects = {stage: given_subjects(everybody, stage) for stage in STAGES}
    visitors = {column: given_signed_in(app, everybody.columns[column]) for column in WHO}
    visitors[NOBODY] = given_visitor(app)
    for visitor in visitors.values():
        assert visitor.post("/taal", {"taal": "en", "terug": "/"}).status_code == 303
    return Place(app, subjects, visitors)


def _rules(app: Flask) -> list[str]:
    """Of all pages. Those of the API's own are for programs, in Dutch."""
    return sorted(
        {
            rule.rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/static/", "/api/"))
        }
    )


def _is_about_a_child(rule: str) -> bool:
    return "<reference>" in rule or "<handover_id>" in rule


def _texts(page: BeautifulSoup) -> Iterator[str]:
    """All that is to be read or heard, but for names and for what was typed."""
    for part in page.select("script, style, [data-name], textarea, [lang=nl]"):
        part.decompose()
    for part in page.select("*"):
        yield from (str(part[name]) for name in SAID_ALOUD if part.has_attr(name))
    yield page.get_text(" ")


def _dutch_in(text: str) -> list[str]:
    """The Dutch words on a page, each with what stands around it."""
    found = []
    for said in _texts(BeautifulSoup(text, "html5lib")):
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
    for rule in _rules(place.app):
        for stage in STAGES if _is_about_a_child(rule) else STAGES[:1]:
            with closing(visitor.get(place.address(rule, column, stage))) as answer:
                if answer.mimetype != "text/html" or answer.status_code in MOVED:
                    continue
                read.add(rule)
                if found := _dutch_in(answer.text):
                    dutch[rule, stage] = found

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
