"""The service empty, on an ordinary day and full, with everybody who may look at it and every address to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from handover.bundles.remarks import ask, note, reply
from handover.dossiers.content import Report
from handover.dossiers.drafts import Checked, keep_document
from handover.policy import Role
from handover.schools.model import UnitSide
from handover.terms.document_kind import DocumentKind
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, given_colleague, given_enrolled_unit, given_location
from tests.factories.everybody import NOBODY, Everybody, given_everybody
from tests.factories.subjects import Subjects, given_subjects
from tests.factories.thread import REPORT
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor
from tests.guards.doors import can_open

STAGES = ("draft", "offered", "accepted", "ended")
WAITS, NEW_SCHOOL = "intake who waits for keys", "admin of a school that is not vouched for"
LONG_NAME = {
    "first_name": "Maximiliana-Wilhelmina",
    "infix": "van den",
    "last_name": "Oudenhoven-Schrijnemakers",
    "birth_date": "2015-02-28",
}
LONG_TEXT = "Zij werkt het liefst alleen, begint meteen, en vraagt pas om hulp als het haar niet lukt. " * 12
LONG_REPORT = Report(
    career=LONG_TEXT,
    results=LONG_TEXT,
    learning=LONG_TEXT,
    behaviour=LONG_TEXT,
    needs=LONG_TEXT,
    what_works=f"https://www.school.example/{'protocol' * 20}",
)
VIEWS = {
    "/dossiers": ("", "?stap=ontvangen", "?stap=bevestigd", "?stap=teruggegeven", "?stap=alles", "?kies=alle"),
    "/dossier/<handover_id>": ("", "?toon=dossier-1", "?toon=care-0", "?toon=care-1"),
    "/regio/uitnodigen": ("", "?zoek=dendron"),
}
"""Addresses that show something else with a question behind them."""


@dataclass(frozen=True)
class Place:
    """A service, who visits it, and what there is to look at."""

    app: Flask
    everybody: Everybody
    visitors: dict[str, Visitor]
    subjects: dict[str, Subjects] = field(default_factory=dict)

    def address(self, rule: str, column: str, stage: str) -> str:
        """A rule with its parameters filled in for whoever knocks."""
        subjects = self.subjects[stage]
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: subjects.value(found[1], column, rule), rule)

    def rules(self) -> list[str]:
        """Of all pages that are looked at. Those of the API are for programs, and what is printed is no page."""
        return sorted(
            {
                rule.rule
                for rule in self.app.url_map.iter_rules()
                if "GET" in (rule.methods or ())
                and not rule.rule.startswith(("/static/", "/api/"))
                and not rule.rule.endswith(".pdf")
            }
        )

    def addresses(self, column: str) -> Iterator[tuple[str, str]]:
        """Every rule that can open for whoever stands in this column of the matrix, and each address under it.

        Of the others, which are refused alike, the first.
        """
        refused = [rule for rule in self.rules() if not can_open(rule, column)]
        for rule in self.rules():
            if rule in refused[1:]:
                continue
            is_about_a_child = "<reference>" in rule or "<handover_id>" in rule
            for stage in [stage for stage in self.subjects if bool(stage) == is_about_a_child]:
                for view in VIEWS.get(rule, ("",)):
                    yield rule, self.address(rule, column, stage) + view


def given_empty_place(folder: Path) -> Place:
    """Schools that have just enrolled: no child anywhere, one colleague without keys, one school not vouched for."""
    everybody = given_everybody(folder)
    thread = everybody.thread
    fresh = given_enrolled_unit(thread.region, UnitSide.VO, "Citaverde College", brin6="20AA00", certified=False)
    waits = given_colleague(thread.vo, Colleague(name="Wim Wacht", roles=(Role.INTAKE,)), with_keys=False)
    everybody.columns |= {WAITS: waits, NEW_SCHOOL: fresh.admin}
    return _place(everybody, {"": given_subjects(everybody, "")})


def given_ordinary_place(folder: Path) -> Place:
    """A child at every stage, and one of whom there is a name only."""
    everybody = given_everybody(folder)
    subjects = {stage: given_subjects(everybody, stage) for stage in STAGES}
    subjects["begun"] = given_subjects(everybody, "")
    subjects["begun"].child["reference"] = everybody.thread.leaver()
    return _place(everybody, {"": given_subjects(everybody, ""), **subjects})


def given_full_place(folder: Path) -> Place:
    """More than fits on a page, with names and texts as long as people have and write them."""
    everybody = given_everybody(folder)
    thread, services = everybody.thread, everybody.thread.services
    for number in range(20):
        given_location(services, f"{30 + number}VV00", f"Dendron College {number}", kind=SchoolKind.VO)
    for number in range(28):
        thread.leaver(last_name=f"Achternaam-{number:02d}")
    for number in range(51):
        thread.offered(has_opp=number % 2 == 0, last_name=f"Naam-{number:02d}")
    for number in range(2):
        thread.announced(last_name=f"Achternaam-{number:02d}", first_name="Noah-Alexander")
    thread.name, thread.report = LONG_NAME, LONG_REPORT
    thread.announced()
    draft, accepted = given_subjects(everybody, "draft"), given_subjects(everybody, "accepted")
    for number in range(12):
        title = f"Verslag-van-het-{number}e-gesprek-met-ouders-en-ambulant-begeleider-over-de-overgang.pdf"
        checked = Checked(data=REPORT, title=title, kind=DocumentKind.OTHER, pages=2)
        keep_document(services, thread.teacher.actor, draft.child["reference"], checked)
    handover_id = accepted.child["handover_id"]
    for number in range(8):
        text = f"{number}. {LONG_TEXT} Zie {LONG_REPORT.what_works}"
        asked = ask(services, thread.intake.actor, handover_id, text=text)
        reply(services, thread.teacher.actor, asked, text=text)
        note(services, thread.intake.actor, handover_id, text=text)
    return _place(everybody, {"": given_subjects(everybody, ""), "draft": draft, "accepted": accepted})


def _place(everybody: Everybody, subjects: dict[str, Subjects]) -> Place:
    app = given_app(everybody.thread.region)
    visitors = {column: given_signed_in(app, member) for column, member in everybody.columns.items()}
    return Place(app, everybody, {**visitors, NOBODY: given_visitor(app)}, subjects)
