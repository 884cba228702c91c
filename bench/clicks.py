"""What a class of 28 and an inbox of 250 cost in clicks, keys and waiting, in Chromium as their people work."""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from bench.rows import Row, disk
from handover.access.own_details import Details, save_details
from handover.bundles.model import Handover
from handover.bundles.settling import settle, unsettled
from handover.bundles.state import HandoverStatus
from handover.schools.model import MailPace
from tests.factories.access import Member
from tests.factories.thread import Thread
from tests.promises.place import given_place
from tests.promises.processes import Processes
from tests.servers.programs import chromium
from tests.web.gallery import a_pdf

CLASS, INBOX = 28, 250
_PATIENCE = 120_000
"""Milliseconds for one answer."""
_CLICK, _KEY = 2.65, 1.55
"""Seconds of a person for one, thinking of it included: the keystroke-level model of Card, Moran and Newell (1980),
M 1.35 + P 1.1 + B 0.2, and M + K 0.2. Reading, and what somebody writes themselves, come on top."""
_HEADINGS = (
    "Roepnaam",
    "Achternaam",
    "Geboortedatum",
    "Geslacht",
    "Toetsadvies",
    "Definitief advies",
    "Datum definitief advies",
    "Ouder 1",
    "Gezag ouder 1",
    "School",
    "Aanmelddatum",
)


@dataclass
class Hands:
    """Somebody's hands at a page: what they press is counted, and how long they wait for the answer."""

    page: Page
    clicks: int = 0
    keys: int = 0
    texts: int = 0
    waited: float = 0.0

    def click(self, role: str, name: str | re.Pattern[str], *, at: int = 0) -> None:
        """Press a button or a link, and wait for what comes."""
        found = self.page.get_by_role(role, name=name).nth(at)  # type: ignore[arg-type]  # the roles of ARIA
        self.clicks += 1
        self._wait(found.click)

    def press(self, key: str, *, until: str | re.Pattern[str] = "") -> None:
        """Press one key, and wait for what comes: for this address, if it is given."""
        self.keys += 1
        self._wait(lambda: self.page.keyboard.press(key), until=until)

    def write(self, label: str | re.Pattern[str], text: str) -> None:
        """Click in a field, and write or paste."""
        self.clicks += 1
        self.texts += 1
        self.page.get_by_label(label).fill(text)

    def choose(self, label: str, choice: str) -> None:
        """Choose from a list: one click opens it, one takes."""
        self.clicks += 2
        self.page.get_by_label(label).select_option(label=choice)

    def bring(self, files: list[Path]) -> None:
        """Choose files: one click for the window, and there all of them and a button."""
        self.clicks += 3
        self._wait(lambda: self.page.locator("#veld-bestanden").set_input_files(files))

    def wait_until(self, count: int, selector: str) -> None:
        """Wait until there are this many of something."""
        self._wait(lambda: self.page.locator(selector).nth(count - 1).wait_for())

    def _wait(self, act: Callable[[], object], *, until: str | re.Pattern[str] = "") -> None:
        start = time.perf_counter()
        act()
        if until:
            self.page.wait_for_url(until)
        self.page.wait_for_load_state()
        self.waited += time.perf_counter() - start

    def row(self, work: str, count: int) -> Row:
        """What it took."""
        minutes = (self.clicks * _CLICK + self.keys * _KEY + self.waited) / 60
        return Row(
            work=work,
            ours=f"{self.clicks} clicks, {self.keys} keys",
            beside=f"{self.texts} texts, waited {self.waited:.0f} s",
            target=f"{minutes:.0f} min, {60 * minutes / count:.0f} s each",
        )


def rows() -> Iterator[Row]:
    """Measure, a row at a time."""
    with tempfile.TemporaryDirectory(dir=disk()) as home, chromium() as browser:
        thread = given_place(Path(home) / "place")
        processes = Processes(Path(home) / "place")
        try:
            address = processes.web()
            yield _class(thread, _signed_in(browser, address, thread.teacher), Path(home))
            for number in range(INBOX - CLASS):
                thread.offered(has_opp=False, last_name=f"Naam-{number:03d}")
            yield from _inbox(thread, browser, address)
        finally:
            processes.end()


def _signed_in(browser: Browser, address: str, member: Member) -> Hands:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", base_url=address).new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto("/aanmelden")
    page.fill("#veld-email", member.email)
    page.fill("#veld-wachtzin", member.passphrase)
    page.get_by_role("button", name="Meld aan").click()
    page.wait_for_load_state()
    return Hands(page)


def _class(thread: Thread, teacher: Hands, home: Path) -> Row:
    """From pasting the list of a class to sending all of its dossiers."""
    save_details(
        thread.services,
        thread.teacher.actor,
        Details(telephone="0478 00 00 01", days_present="", language="nl", mail_pace=MailPace.DAILY),
    )
    names = [(f"Kind{number}", f"Achternaam{number}") for number in range(CLASS)]
    group = thread.po.groups["8a"]
    teacher.page.goto(f"/groep/{group}")
    teacher.click("link", "Plak een lijst")
    teacher.write("Rijen, één kind per regel", _pasted(thread, names))
    teacher.click("button", "Kijk na")
    teacher.click("button", "Zet op de lijst en vul in")
    teacher.wait_until(1, "table")
    teacher.page.goto(f"/groep/{group}")
    teacher.clicks += 1

    teacher.click("link", "Pdf’s voor de groep")
    teacher.bring(_reports(home / "reports", names))
    teacher.wait_until(CLASS, ".wo-upload--done")
    teacher.click("link", "Groep 8a")
    teacher.click("button", re.compile("staat het rapport in de pdf"))
    teacher.click("button", re.compile("Zet mij als contact"))
    teacher.click("link", re.compile(rf"voor {names[0][0]}$"))
    for _child in names:
        teacher.write(re.compile("Wat werkt"), "Begint rustiger met een dagplanning.")
        teacher.click("button", "Bewaar en ga naar")

    teacher.click("link", "Kopieën voor de ouders")
    with teacher.page.expect_download() as printed:
        teacher.click("link", re.compile("Alle kopieën van deze groep"))
    printed.value.path()
    teacher.click("link", re.compile(f"Kies alle {CLASS}"))
    teacher.choose("Lazen zij op die dag ook mee?", "In een gesprek besproken")
    teacher.click("button", "Leg vast")
    teacher.click("link", "Groep 8a")
    teacher.click("link", "Verstuur alles wat klaar is")
    teacher.click("button", re.compile("Verstuur"))
    sent = _statuses(thread)
    if sent != {HandoverStatus.SEALING: CLASS}:
        raise ValueError(sent)
    _settle(thread)
    return teacher.row(f"a class of {CLASS}, from pasting to sent", CLASS)


def _pasted(thread: Thread, names: list[tuple[str, str]]) -> str:
    """As another system gives it: a line a child, its headings on top."""
    rows = [_HEADINGS]
    for number, (first, last) in enumerate(names):
        said = (f"{number % 28 + 1}-3-2015", "jongen", "havo", "havo", "23-3-2027", f"Ouder van {first}", "ja")
        rows.append((first, last, *said, thread.vo.brin6, "30-3-2027"))
    return "\n".join("\t".join(row) for row in rows)


def _reports(folder: Path, names: list[tuple[str, str]]) -> list[Path]:
    folder.mkdir()
    for first, last in names:
        (folder / f"OKR {last}, {first}.pdf").write_bytes(a_pdf((f"Onderwijskundig rapport van {first} {last}",)))
    return sorted(folder.iterdir())


def _inbox(thread: Thread, browser: Browser, address: str) -> Iterator[Row]:
    """From an inbox of 250 new dossiers to 250 that are confirmed; each is opened, and each document in it."""
    intake = _signed_in(browser, address, thread.intake)
    intake.page.goto("/dossiers")
    intake.press("f", until="**kies=*")
    intake.press("a")
    intake.wait_until(1, "#uitkomst")
    if _statuses(thread) != {HandoverStatus.ACCEPTED: INBOX}:
        raise ValueError(_statuses(thread))
    yield intake.row(f"an inbox of {INBOX}: received", INBOX)

    read = _signed_in(browser, address, thread.intake)
    read.page.goto("/dossiers?stap=ontvangen")
    read.press("j")
    read.press("Enter", until="**/dossier/*")
    for number in range(INBOX):
        _read_all(read)
        if number < INBOX - 1:
            read.press(".", until=re.compile(r"/dossier/\w+$"))
    yield read.row(f"an inbox of {INBOX}: all of it opened", INBOX)

    office = _signed_in(browser, address, thread.office)
    office.page.goto("/dossiers?stap=ontvangen")
    office.press("f", until="**kies=*")
    office.press("i")
    office.wait_until(1, "#uitkomst")
    yield office.row(f"an inbox of {INBOX}: enrolled, by the office", INBOX)

    intake = _signed_in(browser, address, thread.intake)
    intake.page.goto("/dossiers?stap=ontvangen")
    intake.press("f", until="**kies=*")
    intake.press("b")
    intake.wait_until(1, "#uitkomst")
    if _statuses(thread) != {HandoverStatus.CONFIRMED: INBOX}:
        raise ValueError(_statuses(thread))
    yield intake.row(f"an inbox of {INBOX}: confirmed", INBOX)


def _read_all(read: Hands) -> None:
    """Open what is in a dossier, one thing after the other, as long as a key leads to another."""
    while read.page.locator('.wo-doclist a[data-key="l"]').count():
        read.press("l", until="**toon=*")
        read.wait_until(1, ".wo-viewer__sheet canvas, .wo-read__text p")


def _statuses(thread: Thread) -> dict[HandoverStatus, int]:
    with thread.services.uow() as uow:
        return dict(Counter(uow.session.scalars(select(Handover.status))))


def _settle(thread: Thread) -> None:
    with thread.services.uow() as uow:
        waiting = list(unsettled(uow))
    for handover_id in waiting:
        settle(thread.services, handover_id)
