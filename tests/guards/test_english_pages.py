"""Reads every page in English, as whoever may open it, and finds the Dutch that nobody marked as a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from tests.factories.everybody import Everybody, given_everybody
from tests.factories.subjects import Subjects, given_subjects
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor

WHO = (
    "teacher own group",
    "ib own unit",
    "po_admin own unit",
    "intake own unit",
    "care own unit",
    "vo_office own unit",
    "mentor own unit",
    "vo_admin own unit",
    "swv_admin",
    "boc",
    "auditor",
)
STAGES = ("draft", "offered", "accepted", "ended")

DUTCH = frozenset(
    """
    aan aangemeld alle alleen alles als ander andere anders begin bekijk bent bewaar bewaard bij bijvoorbeeld
    bladzijde collega daar daarna dag dan dat deze die dit doen doet door dus een eens eerst eerste elk elke en er
    ga gaat gebruik gedaan geef geen geeft gegeven gekozen gelezen groepen haal had hebben heeft hem hen het hier
    hoe hoeft iemand iets ingeschreven intussen is-er ja je jouw kan kies kiest kijk kind kinderen klaar komt
    krijgt kunnen kunt kwijt laat leerkracht leerling leerlingen lees leest lijst maak maakt maar mag meer meld
    mensen met moet moeten naam naar nee neem niemand niet niets nieuw nieuwe niveau nodig nog nu om omdat ons ook
    op opnieuw opent ouder ouders overdracht plaats scholen schreef schrijf sinds sleutel sleutels staan staat
    stuur te terug toch toe toegelaten tot tussen typ u uit uitslag uw vaak van vandaag vanaf verder verstuur
    verstuurd vestiging via volgende volgens voor voordat vorige vraag vragen vul waar waarom wachtzin wanneer was-er
    wat weer weg welke werkt wie wij wijzig woorden worden wordt ze zelf zet zich zie ziet zij zijn zo zoals zodra
    zoek zonder zullen
    """.split()
)
"""Words that a Dutch sentence hardly does without, and that are no English words."""

KEPT = (
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

SAID_ALOUD = ("aria-label", "placeholder", "title", "alt", "data-key-label", "data-confirm")


def _english(visitor: Visitor) -> Visitor:
    assert visitor.post("/taal", {"taal": "en", "terug": "/"}).status_code == 303
    return visitor


def _texts(page: BeautifulSoup) -> Iterator[str]:
    """All that is to be read or heard, but for names and for what was typed."""
    for part in page.select("script, style, [data-name], textarea, [lang=nl]"):
        part.decompose()
    for part in page.find_all(True):
        yield from (str(part[name]) for name in SAID_ALOUD if part.has_attr(name))
    yield page.get_text(" ")


def _dutch_in(page: BeautifulSoup) -> list[str]:
    found = []
    for text in _texts(page):
        clean = " ".join(text.split())
        for known in (*KEPT, *TYPED):
            clean = clean.replace(known, "")
        for word in re.finditer(r"[A-Za-zÀ-ÿ]+", clean):
            if word[0].lower() in DUTCH:
                found.append(f"{clean[max(0, word.start() - 30) : word.end() + 30]}")
    return found


def _pages(app: Flask, subjects: Subjects, column: str) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/static", "/api/")):
            yield re.sub(
                r"<(?:\w+:)?(\w+)>",
                lambda found, rule=rule: subjects.value(found[1], column, rule.rule),  # type: ignore[misc]
                rule.rule,
            )


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Everybody:
    return given_everybody(tmp_path_factory.mktemp("english"))
