"""The main story as people live it: every word typed, every button pressed in a browser, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect
from pypdf import PdfReader
from sqlalchemy import select

from handover.bundles.model import Handover
from handover.bundles.settling import settle
from tests.factories.access import Member
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.factories.web import given_app, served

PATIENCE = 15_000
"""In milliseconds, for what a busy machine takes long over."""


@dataclass
class Walker:
    """Somebody at a browser of their own, who reads what stands there and presses what it says."""

    context: BrowserContext
    page: Page
    address: str
    scripts: bool
    wrong: list[str] = field(default_factory=list)

    def signs_in(self, member: Member) -> None:
        self.page.goto(self.address)
        self.types(("E-mailadres van uw school", member.email), ("Uw wachtzin", member.passphrase))
        self.presses("Meld aan")

    def starts_again(self) -> None:
        """As in the morning: from the first page on."""
        self.page.goto(self.address)

    def types(self, *fields: tuple[str, str]) -> None:
        for label, text in fields:
            self._one(self._field(label)).fill(text)

    def chooses(self, label: str, choice: str) -> None:
        self._one(self._field(label)).select_option(label=choice)

    def ticks(self, question: str, answer: str) -> None:
        self._one(self.page.get_by_role("group", name=question).get_by_label(answer, exact=True)).check()

    def presses(self, button: str, *, exact: bool = False) -> None:
        self._one(self.page.get_by_role("button", name=button, exact=exact)).click()

    def follows(self, link: str) -> None:
        self._one(self.page.get_by_role("link", name=link)).click()

    def unfolds(self, summary: str) -> None:
        self._one(self.page.locator("summary", has_text=summary)).click()

    def reads(self, *texts: str) -> None:
        """What must stand on the page, to be seen."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).filter(visible=True).first).to_be_visible()

    def finds_nowhere(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def brings(self, *files: Path) -> None:
        """Documents: with scripts they go as they are chosen, without a button sends the form."""
        self.page.get_by_label("Kies bestanden").set_input_files(files)
        if not self.scripts:
            self.presses("Verstuur")
        kept = self.page.get_by_role("listitem").filter(has_text="bewaard op")
        expect(kept).to_have_count(len(files), timeout=PATIENCE)

    def prints(self, link: str, *texts: str) -> None:
        """Take a PDF along, and read in it."""
        with self.page.expect_download() as taken:
            self._one(self.page.get_by_role("link", name=link, exact=True)).click()
        words = " ".join(" ".join(page.extract_text() for page in PdfReader(taken.value.path()).pages).split())
        assert [text for text in texts if text not in words] == []

    def looks_into(self, document: str, words: str) -> None:
        """A document of the dossier: its words where a script draws it, its file where none does."""
        self.follows(document)
        if self.scripts:
            expect(self.page.locator(".wo-viewer__text").first).to_contain_text(words, timeout=PATIENCE)
            return
        with self.page.expect_download() as brought:
            self._one(self.page.get_by_role("region", name="Bladzijden van").get_by_role("link")).click()
        assert Path(brought.value.path()).read_bytes().startswith(b"%PDF")

    @property
    def is_within_the_width(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def _field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(hoeft niet\))?$"))

    def _one(self, found: Locator) -> Locator:
        expect(found).to_have_count(1)
        if not self.is_within_the_width:
            self.wrong.append(f"scrolls sideways: {self.page.url}")
        return found


@dataclass
class Stage:
    """The two schools, served, and the browsers of who works there."""

    thread: Thread
    browser: Browser
    address: str
    width: int
    scripts: bool
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def walker(self, member: Member) -> Iterator[Walker]:
        context = self.browser.new_context(
            viewport={"width": self.width, "height": 900}, locale="nl-NL", java_script_enabled=self.scripts
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("response", self._hears)
        walker = Walker(context=context, page=page, address=self.address, scripts=self.scripts, wrong=self.wrong)
        walker.signs_in(member)
        yield walker
        assert self.wrong == []
        context.close()

    def _hears(self, answer: Response) -> None:
        if answer.status >= 400:
            self.wrong.append(f"{answer.status} {answer.url}")

    def settles(self) -> None:
        """What the worker does as soon as something is sent."""
        with self.thread.services.uow() as uow:
            handover_id = uow.session.scalars(select(Handover.id)).one()
        assert settle(self.thread.services, handover_id)


@pytest.fixture(params=[(1280, True), (1280, False), (360, True)], ids=["wide", "without scripts", "telephone"])
def stage(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Stage]:
    thread = given_thread(tmp_path)
    width, scripts = request.param
    with served(given_app(thread.region)) as address:
        yield Stage(thread=thread, browser=browser, address=address, width=width, scripts=scripts)
    thread.region.engine.dispose()


@pytest.mark.slow
def test_a_child_goes_from_one_school_to_the_other(stage: Stage, tmp_path: Path) -> None:
    thread = stage.thread
    with (
        stage.walker(thread.teacher) as teacher,
        stage.walker(thread.intake) as intake,
        stage.walker(thread.care) as care,
        stage.walker(thread.office) as office,
    ):
        _adds_the_child(teacher)
        _fills_every_section(teacher)
        _brings_documents(teacher, tmp_path)
        _records_a_parent(teacher)
        _chooses_the_school(teacher)
        _sends_it(teacher)
        stage.settles()
        _receives_and_reads_it(intake)
        _answers_the_question(teacher)
        _records_the_conversation(intake)
        _records_the_enrolment(office)
        _reads_the_care_part(care)
        _confirms(intake)
        _sees_that_all_is_well(teacher)


def _adds_the_child(teacher: Walker) -> None:
    teacher.reads("Er staat nog niemand op de lijst")
    teacher.follows("Voeg één kind toe")
    teacher.types(("Roepnaam", "Noah"), ("Achternaam", "Wójcik"), ("Geboortedatum", "19-6-2015"))
    teacher.presses("Zet op de lijst en voeg nog een kind toe")
    teacher.reads("Het kind staat op de lijst, met kenmerk")
    teacher.follows("Groep 8a")
    teacher.follows("Noah Wójcik")
    teacher.reads("Dit is uw volgende stap")


def _fills_every_section(teacher: Walker) -> None:
    teacher.unfolds("Leerling")
    teacher.follows("Wijzig: Leerling")
    teacher.ticks("Jongen of meisje?", "jongen")
    teacher.types(
        ("BSN of onderwijsnummer", "111222333"),
        ("Op onze school sinds", "1 augustus 2019"),
        ("Straat en huisnummer", "Kerkstraat 4"),
        ("Postcode", "5801ab"),
        ("Woonplaats", "Venray"),
    )
    teacher.presses("Bewaar", exact=True)
    teacher.follows("Vul in: Advies en toets")
    teacher.chooses("Voorlopig advies", "vmbo kader")
    teacher.chooses("Toetsadvies", "vmbo kader")
    teacher.chooses("Definitief advies", "vmbo kader")
    teacher.types(("Vastgesteld op", "26 maart"), ("Wens van het kind", "Iets met auto's"))
    teacher.presses("Bewaar", exact=True)
    teacher.follows("Vul in: Rapport")
    teacher.types(
        ("Schoolloopbaan", "Groep 1 tot en met 8 op De Hommel."),
        ("Resultaten", "Lezen goed, rekenen met hulp."),
        ("Leren en werkhouding", "Rustig, wil het graag goed doen."),
        ("Gedrag en omgaan met anderen", "Twee goede vrienden."),
        ("Wat werkt bij dit kind?", "Een vaste plek, vooraan."),
    )
    teacher.presses("Bewaar", exact=True)
    teacher.unfolds("Ondersteuning")
    teacher.follows("Wijzig: Ondersteuning")
    teacher.ticks("Heeft het kind een ontwikkelingsperspectief (OPP)?", "Ja")
    teacher.types(
        ("Waar werkt het kind naartoe, en waarom?", "Vmbo kader, met hulp bij plannen."),
        ("De ouders zijn het eens met het handelingsdeel sinds", "12 maart"),
        ("Wat zei het kind over het plan?", "Ik wil zelf mijn agenda bijhouden."),
        ("Wat is er daardoor veranderd?", "Hij doet dat nu zelf."),
        ("Hoe en wanneer hoorde het kind wat ermee gebeurde?", "In het gesprek van 12 maart."),
    )
    teacher.presses("Bewaar", exact=True)
    teacher.follows("Vul in: Contact en gesprek")
    teacher.types(("Naam van de contactpersoon", "Marieke Janssen"), ("Telefoon op school", "0478 00 00 01"))
    teacher.ticks("Wilt u de nieuwe school spreken over dit kind?", "Ja")
    teacher.types(("Waarover gaat het gesprek?", "Over de eerste weken."))
    teacher.presses("Bewaar", exact=True)


def _brings_documents(teacher: Walker, folder: Path) -> None:
    report, plan = folder / "okr.pdf", folder / "opp.pdf"
    report.write_bytes(REPORT)
    plan.write_bytes(PLAN)
    teacher.follows("Vul in: Documenten")
    teacher.reads("Begin met het onderwijskundig rapport (OKR).")
    teacher.brings(report, plan)
    teacher.finds_nowhere("Het onderwijskundig rapport ontbreekt nog")
    teacher.looks_into("okr.pdf", "Onderwijskundig rapport")
    teacher.follows("Terug")
    teacher.follows("Terug naar het dossier")


def _records_a_parent(teacher: Walker) -> None:
    teacher.follows("Vul in: Ouders")
    teacher.prints("Kopie om te printen (pdf)", "In English", "Een vaste plek, vooraan.")
    teacher.follows("Voeg een ouder of voogd toe")
    teacher.types(("Naam", "F. Wójcik"), ("Mocht meelezen op", "29 maart"), ("Kreeg een kopie op", "29 maart"))
    teacher.ticks("Heeft deze persoon gezag?", "Ja, heeft gezag")
    teacher.ticks("Is deze ouder het eens met wat er staat?", "Ja")
    teacher.types(("In de eigen woorden van de ouder", "Wij zijn blij met dit rapport."))
    teacher.presses("Bewaar", exact=True)
    teacher.reads("Wij zijn blij met dit rapport.")
    teacher.follows("Terug naar het dossier")


def _chooses_the_school(teacher: Walker) -> None:
    teacher.follows("Doe dit nu")
    teacher.types(("Naam, plaats of BRIN", "raayland"))
    teacher.presses("Zoek")
    teacher.presses("Kies deze")
    teacher.types(("Wanneer meldden de ouders het kind aan?", "30 maart"))
    teacher.presses("Leg de aanmelding vast")
    teacher.follows("Terug naar het dossier")


def _sends_it(teacher: Walker) -> None:
    teacher.reads("Alles is klaar.")
    teacher.follows("Naar de laatste controle")
    teacher.reads("Raayland College", "In het zorgdeel")
    teacher.presses("Verstuur naar Raayland College in Venray")
    teacher.reads("Het dossier gaat op slot")


def _receives_and_reads_it(intake: Walker) -> None:
    intake.starts_again()
    intake.reads("Noah Wójcik", "De Hommel, Venray")
    intake.finds_nowhere("gesprek gewenst")
    intake.presses("Neem in ontvangst")
    intake.reads("Dit is geen toelating.")
    intake.follows("Open het dossier")
    intake.reads("Een vaste plek, vooraan.", "Wij zijn blij met dit rapport.")
    intake.looks_into("Onderwijskundig rapport (OKR)", "Onderwijskundig rapport")
    intake.types(("Notitie bij: Onderwijskundig rapport (OKR)", "Plek vooraan in 1B."))
    intake.presses("Bewaar de notitie")
    intake.reads("Plek vooraan in 1B.")
    intake.types(("Vraag over: Onderwijskundig rapport (OKR)", "Wat helpt op maandag?"))
    intake.presses("Stel de vraag")
    intake.reads("Wacht op antwoord")


def _answers_the_question(teacher: Walker) -> None:
    teacher.starts_again()
    teacher.follows("Beantwoord de vraag van Raayland College")
    teacher.reads("Wat helpt op maandag?")
    teacher.finds_nowhere("Plek vooraan in 1B.")
    teacher.types(("Uw antwoord", "Samen de week doornemen."))
    teacher.presses("Verstuur het antwoord")
    teacher.reads("Samen de week doornemen.")


def _records_the_conversation(intake: Walker) -> None:
    intake.starts_again()
    intake.follows("Ontvangen")
    intake.follows("Noah Wójcik")
    intake.reads("Samen de week doornemen.", "Over de eerste weken.")
    intake.presses("Sluit af: beantwoord")
    intake.follows("Lees of leg vast")
    intake.types(
        ("Op welke dag?", "7 april"),
        ("Wie spraken elkaar?", "Peter Claessens en Marieke Janssen"),
        ("Wat sprak u af?", "De eerste week een maatje."),
    )
    intake.ticks("Hoe sprak u elkaar?", "Aan de telefoon")
    intake.presses("Leg het gesprek vast")
    intake.follows("Lees of leg vast")
    intake.reads("De eerste week een maatje.")


def _records_the_enrolment(office: Walker) -> None:
    office.starts_again()
    office.finds_nowhere("Plek vooraan in 1B.")
    office.follows("Ontvangen")
    office.follows("Noah Wójcik")
    office.ticks("Wat is de uitslag?", "Ingeschreven")
    office.presses("Leg de uitslag vast")


def _reads_the_care_part(care: Walker) -> None:
    care.starts_again()
    care.follows("Ontvangen")
    care.follows("Noah Wójcik")
    care.follows("Extra ondersteuning")
    care.reads("Ik wil zelf mijn agenda bijhouden.")
    care.looks_into("Ontwikkelingsperspectief (OPP)", "Ontwikkelingsperspectief")


def _confirms(intake: Walker) -> None:
    intake.starts_again()
    intake.follows("Ontvangen")
    intake.follows("Noah Wójcik")
    intake.reads("Alles is klaar om te bevestigen.")
    intake.follows("Bevestig de overdracht")
    intake.presses("Bevestig de overdracht")
    intake.reads("De overdracht is bevestigd")
    intake.follows("Open het dossier")
    intake.unfolds("eerdere regels")
    intake.reads(
        "Peter Claessens van Raayland College nam het dossier in ontvangst. Dit is geen toelating.",
        "Peter Claessens van Raayland College bevestigde de overdracht: ingeschreven, en alles gelezen.",
    )


def _sees_that_all_is_well(teacher: Walker) -> None:
    teacher.starts_again()
    teacher.reads("Niets te doen", "Bevestigd op 8 april")
    teacher.follows("Noah Wójcik")
    teacher.follows("Spoor: wat er met dit dossier gebeurde")
    teacher.reads(
        "zette het kind op de lijst.",
        "verstuurde het dossier naar Raayland College, Venray.",
        "Zohra Amrani van Raayland College opende het deel over extra ondersteuning.",
        "Peter Claessens van Raayland College bevestigde de overdracht",
    )
    teacher.finds_nowhere("schreef een notitie")
