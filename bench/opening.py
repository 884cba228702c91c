"""From click to first page: an intakecoördinator opens a dossier of 5 MB, over HTTP and in Chromium."""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page

from bench.rows import MB, Row, disk
from bench.scans import a_scan
from handover.bundles.receiving import accept
from handover.dossiers.drafts import Checked, keep_document
from handover.terms.document_kind import DocumentKind
from tests.factories.access import Member
from tests.factories.thread import Thread
from tests.promises.place import given_place
from tests.promises.processes import Processes
from tests.servers.programs import chromium

_SHEETS = 13
_ROUNDS = 20
_TARGET = 0.5
"""Seconds, of nineteen in twenty."""
# By the browser's own clock, from the key until what was asked for is in a frame. Asking from without would take as
# long as between two questions, half a second after the first few.
_CLOCK = """
addEventListener("keydown", (event) => {
  if (event.key === "Enter") sessionStorage.setItem("pressed", performance.timeOrigin + performance.now());
}, true);
const watcher = new MutationObserver(() => {
  if (!document.querySelector(".wo-read__text p, .wo-viewer__sheet canvas")) return;
  watcher.disconnect();
  requestAnimationFrame(() => {
    const framed = new MessageChannel();
    framed.port1.onmessage = () => {
      window.taken = performance.timeOrigin + performance.now() - Number(sessionStorage.getItem("pressed"));
    };
    framed.port2.postMessage(null);
  });
});
watcher.observe(document, { subtree: true, childList: true });
"""


def rows() -> Iterator[Row]:
    """Measure, a row at a time."""
    with tempfile.TemporaryDirectory(dir=disk()) as home, chromium() as browser:
        thread = given_place(Path(home) / "place")
        scan = a_scan(browser, pages=_SHEETS)
        handover_id = _received(thread, scan)
        thread.region.engine.dispose()
        processes = Processes(Path(home) / "place")
        try:
            address = processes.web()
            yield from _over_http(address, thread.intake, handover_id, scan)
            yield from _in_chromium(browser, address, thread.intake, handover_id)
        finally:
            processes.end()


def _received(thread: Thread, scan: bytes) -> str:
    """A dossier with a scan of 5 MB and a report, which was received. Gives the handover's id."""
    reference = thread.leaver()
    checked = Checked(data=scan, title="toetsen.pdf", kind=DocumentKind.TOETSRESULTATEN, pages=_SHEETS)
    keep_document(thread.services, thread.teacher.actor, reference, checked)
    thread.written(reference, has_opp=False)
    thread.applied(reference)
    handover_id = thread.send(reference)
    accept(thread.services, thread.intake.actor, handover_id)
    return handover_id


def _over_http(address: str, reader: Member, handover_id: str, scan: bytes) -> Iterator[Row]:
    with httpx.Client(base_url=address, timeout=60) as client:
        sign_in(client, reader)
        page = client.get(f"/dossier/{handover_id}").raise_for_status().text
        shown = _item(page, "Toetsresultaten")

        def document() -> float:
            start = time.perf_counter()
            source = one(r'data-src="([^"]+)"', client.get(shown).raise_for_status().text)
            if client.get(source.replace("&amp;", "&")).raise_for_status().content != scan:
                raise ValueError(shown)
            return time.perf_counter() - start

        def first() -> float:
            return client.get(f"/dossier/{handover_id}").raise_for_status().elapsed.total_seconds()

        size = f"{len(scan) / MB:.1f} MB"
        yield from _timed(
            {
                "over HTTP: the dossier's first page": first,
                f"over HTTP: a scan of {size}, its page and all of it": document,
            }
        )


def sign_in(client: httpx.Client, reader: Member) -> None:
    """Sign somebody in, as the form does."""
    token = one(r'name="csrf-token" content="([^"]+)"', client.get("/aanmelden").text)
    typed = {"csrf_token": token, "email": reader.email, "wachtzin": reader.passphrase}
    if not client.post("/aanmelden", data=typed).is_redirect:
        raise PermissionError(reader.email)


def one(pattern: str, text: str) -> str:
    """What the pattern's group holds the first time."""
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(pattern)
    return str(found[1])


def _item(page: str, title: str) -> str:
    """The address of a thing in the list of what is in a dossier."""
    listed = re.findall(r'<a href="(/dossier/[^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return next(str(href) for href, text in listed if title in text)


def _in_chromium(browser: Browser, address: str, reader: Member, handover_id: str) -> Iterator[Row]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL", base_url=address)
    context.add_init_script(_CLOCK)
    page = context.new_page()
    page.goto("/aanmelden")
    page.fill("#veld-email", reader.email)
    page.fill("#veld-wachtzin", reader.passphrase)
    page.get_by_role("button", name="Meld aan").click()
    page.wait_for_load_state()
    yield from _timed(
        {
            "in Chromium: from the list to the report": lambda: _pressed(page, "**/dossier/*"),
            "in Chromium: from there to a scan's first page": lambda: _pressed(page, "**/dossier/*toon=*"),
        },
        before={
            "in Chromium: from the list to the report": lambda: _at(
                page, "/dossiers?stap=ontvangen", "[data-keys-row] th a"
            ),
            "in Chromium: from there to a scan's first page": lambda: _at(
                page, f"/dossier/{handover_id}", '.wo-doclist a:has-text("Toetsresultaten")'
            ),
        },
    )
    context.close()


def _at(page: Page, path: str, link: str) -> None:
    """Somebody on a page, with a link before them."""
    page.goto(path, wait_until="networkidle")
    page.locator(link).first.focus()


def _pressed(page: Page, address: str) -> float:
    """Follow the link: seconds until what it leads to can be seen, by the browser's clock."""
    page.keyboard.press("Enter")
    page.wait_for_url(address, wait_until="commit")
    milliseconds: float = page.wait_for_function("() => window.taken").json_value()
    return milliseconds / 1000


def _timed(
    tasks: Mapping[str, Callable[[], float]], *, before: Mapping[str, Callable[[], object]] | None = None
) -> Iterator[Row]:
    """Each round does each task once, after what is `before` it; a task gives its seconds. The first does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for counted in range(-1, _ROUNDS):
        for name, task in tasks.items():
            if before:
                before[name]()
            taken = task()
            if counted >= 0:
                seconds[name].append(taken)
    for name, measured in seconds.items():
        p95 = statistics.quantiles(measured, n=20)[-1]
        yield Row(
            work=name,
            ours=f"{statistics.median(measured) * 1000:.0f} ms",
            beside=f"p95 {p95 * 1000:.0f} ms",
            target=f"< {_TARGET * 1000:.0f} ms",
            met=p95 < _TARGET,
        )
