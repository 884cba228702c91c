"""Documents for a whole group: each with the child that it is of, and none with another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from werkzeug.test import TestResponse

from handover.bundles.model import Part
from handover.bundles.reading import open_for_reading
from handover.bundles.receiving import accept
from handover.dossiers.documents import list_documents
from handover.dossiers.finding import Finding
from handover.dossiers.model import Document
from handover.leavers.actions import leaver_of
from handover.terms.document_kind import DocumentKind
from tests.dossiers import pdfs
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, served, text_of
from tests.web.axe import too_wide, violations
from tests.web.browsing import as_visitor
from tests.web.forms import CONTENT_TYPE, a_field, a_file, a_form
from tests.web.gallery import a_pdf
from tests.web.valid import check_page

PROBLEM = {"Accept": "application/problem+json, text/html;q=0.5"}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture
def teacher(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def address(thread: Thread) -> str:
    return f"/groep/{thread.po.groups['8a']}/pdfs"


def documents(thread: Thread, reference: str) -> list[tuple[str, DocumentKind, tuple[Finding, ...]]]:
    with thread.services.uow() as uow:
        found = list_documents(uow, thread.teacher.actor, leaver_of(uow, reference))
    return [(one.title, one.kind, one.notes) for one in found]


def add(visitor: Visitor, thread: Thread, *files: tuple[str, bytes], **said: str) -> TestResponse:
    """As a browser without scripts sends the form: its token and its other fields first."""
    fields = [a_field("csrf_token", visitor.token()), *(a_field(name, value) for name, value in said.items())]
    body = a_form(*fields, *(a_file(name, data) for name, data in files))
    return visitor.client.post(address(thread), data=body, content_type=CONTENT_TYPE)


def add_one(visitor: Visitor, thread: Thread, name: str, data: bytes, **said: str) -> TestResponse:
    """As the script of the page sends one."""
    body = a_form(*(a_field(key, value) for key, value in said.items()), a_file(name, data))
    headers = {"X-CSRF-Token": visitor.token(), **PROBLEM}
    return visitor.client.post(address(thread), data=body, content_type=CONTENT_TYPE, headers=headers)


def test_each_file_goes_to_the_child_that_its_name_or_its_pages_name(thread: Thread, teacher: Visitor) -> None:
    cox = thread.leaver(first_name="Noah", last_name="Cox")
    damen = thread.leaver(first_name="Lieke", infix="van den", last_name="Damen", birth_date="2014-11-04")

    done = add(
        teacher,
        thread,
        ("OKR_Cox_Noah.pdf", a_pdf(("Rapport",))),
        ("export-0012.pdf", a_pdf(("Achternaam: Damen", "geboren 4-11-2014"))),
        ("export-0013.pdf", a_pdf(("Voor iedereen",))),
        ("kwaad.pdf", pdfs.with_script_at_opening()),
        soort="okr",
    )

    assert documents(thread, cox) == [("OKR_Cox_Noah.pdf", DocumentKind.OKR, ())]
    assert documents(thread, damen) == [("export-0012.pdf", DocumentKind.OKR, ())]
    check_page(done.text)
    said = text_of(BeautifulSoup(done.text, "html5lib"))
    assert "2 bestanden bewaard, 2 niet" in said
    assert "Bewaard bij Lieke van den Damen." in said
    assert "Wij vinden in dit bestand geen kind uit deze groep." in said
    assert "Niet bewaard. In deze pdf zit een programma" in said
    assert "Alle kinderen hebben een rapport in hun dossier." in said


def test_of_two_who_may_be_meant_nobody_is_chosen_for_the_teacher(thread: Thread, teacher: Visitor) -> None:
    twins = [thread.leaver(first_name="Noah", last_name="Cox", birth_date=day) for day in ("2015-06-19", "2015-02-28")]
    page = a_pdf(("Noah Cox",))

    asked = add_one(teacher, thread, "Noah Cox.pdf", page).get_json()
    assert (asked["is_kept"], asked["asks"], asked["perhaps"]) == (False, True, "")
    assert [documents(thread, one) for one in twins] == [[], []]

    told = add_one(teacher, thread, "Noah Cox.pdf", page, voor=twins[1], soort="okr").get_json()
    assert (told["is_kept"], told["reference"]) == (True, twins[1])
    assert [len(documents(thread, one)) for one in twins] == [0, 1]
    inside = a_pdf(("Noah Cox", "geboren 19-6-2015"))
    assert add_one(teacher, thread, "zonder naam.pdf", inside).get_json()["asks"], "both are called so"


def test_a_file_that_names_another_child_than_it_is_called_after_is_asked_first(
    thread: Thread, teacher: Visitor
) -> None:
    cox, damen = thread.leaver(last_name="Cox"), thread.leaver(last_name="Damen", birth_date="2014-11-04")
    wrong = a_pdf(("Noah Damen",))

    asked = add_one(teacher, thread, "Noah Cox.pdf", wrong).get_json()
    assert (asked["is_kept"], asked["asks"], asked["perhaps"]) == (False, True, damen)
    assert asked["text"].startswith("Dit lijkt niet van Noah Cox: de naam van Noah Damen staat erin.")
    chosen = add_one(teacher, thread, "Noah Cox.pdf", wrong, voor=cox).get_json()
    assert not chosen["is_kept"], "the name of the file and one choice may be the same mistake"
    certain = add_one(teacher, thread, "Noah Cox.pdf", wrong, voor=cox, zeker="ja", soort="okr").get_json()

    assert certain["is_kept"]
    assert documents(thread, cox) == [("Noah Cox.pdf", DocumentKind.OKR, (Finding.OTHER_CHILD,))]
    assert documents(thread, damen) == []


def test_the_report_of_one_of_twins_is_not_put_with_the_other(thread: Thread, teacher: Visitor) -> None:
    sem, tim = (thread.leaver(first_name=first, last_name="Cox", birth_date="2015-06-19") for first in ("Sem", "Tim"))
    of_tim = a_pdf(("Rapport van Tim Cox", "geboren 19-6-2015"))

    mixed_up = add_one(teacher, thread, "Sem Cox.pdf", of_tim).get_json()
    assert (mixed_up["is_kept"], mixed_up["asks"], mixed_up["perhaps"]) == (False, True, tim)
    assert add_one(teacher, thread, "export 7.pdf", of_tim, soort="okr").get_json()["reference"] == tim

    assert documents(thread, sem) == []
    assert documents(thread, tim) == [("export 7.pdf", DocumentKind.OKR, ())], "and no note of another child"


def test_that_a_classmate_is_named_is_for_the_school_itself(thread: Thread, teacher: Visitor) -> None:
    cox = thread.leaver(last_name="Cox")
    thread.leaver(last_name="Damen", birth_date="2014-11-04")
    add_one(teacher, thread, "Noah Cox.pdf", a_pdf(("Noah Cox en Noah Damen",)), soort="okr")
    assert documents(thread, cox)[0][2] == (Finding.OTHER_CHILD,)
    thread.written(cox, has_opp=False)
    thread.applied(cox)
    handover_id = thread.send(cox)
    accept(thread.services, thread.intake.actor, handover_id)

    opened = open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER)

    assert {one.findings for one in opened.inside.documents} == {()}
    opened.inside.close()


def test_sent_twice_it_is_there_once(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver(last_name="Cox")
    for _time in range(2):
        kept = add_one(teacher, thread, "Noah Cox.pdf", a_pdf(("Rapport",)), soort="okr").get_json()
        assert (kept["is_kept"], kept["text"]) == (True, "Bewaard bij Noah Cox.")
    another = add_one(teacher, thread, "Noah Cox nieuw.pdf", a_pdf(("Nieuw",)), soort="okr").get_json()

    assert len(documents(thread, reference)) == 2
    assert "Er stond al een rapport in dit dossier." in another["text"]


def test_what_was_sent_stays_as_it_was_sent(thread: Thread, teacher: Visitor) -> None:
    thread.offered(last_name="Cox")

    said = add_one(teacher, thread, "Noah Cox.pdf", a_pdf(("Rapport",))).get_json()

    assert not said["is_kept"]
    assert "het dossier van Noah Cox is al verstuurd" in said["text"]


def test_only_of_this_group_and_only_by_whose_group_it_is(thread: Thread, app: Flask, teacher: Visitor) -> None:
    thread.leaver(last_name="Cox")
    elsewhere = "7K3P-2M"

    assert add_one(teacher, thread, "x.pdf", a_pdf(("x",)), voor=elsewhere).status_code == 404
    assert add_one(teacher, thread, "x.pdf", a_pdf(("x",)), soort="geen").status_code == 422
    assert add(given_signed_in(app, thread.intake), thread, ("Noah Cox.pdf", a_pdf(("x",)))).status_code == 404
    admin = add(given_signed_in(app, thread.po.admin), thread, ("Noah Cox.pdf", a_pdf(("Noah Cox",))))
    body = a_form(a_field("csrf_token", "vals"), a_file("Noah Cox.pdf", a_pdf(("x",))))
    forged = teacher.client.post(address(thread), data=body, content_type=CONTENT_TYPE)

    assert admin.status_code == 403, "names, no dossiers"
    assert forged.status_code == 403
    assert add(teacher, thread).status_code == 422
    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Document)).all() == []


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with served(app) as served_at:
        yield served_at


def test_in_a_browser_all_are_dropped_and_only_the_doubtful_is_asked(
    browser: Browser, thread: Thread, teacher: Visitor, url: str, tmp_path: Path
) -> None:
    cox, damen = thread.leaver(last_name="Cox"), thread.leaver(last_name="Damen", birth_date="2014-11-04")
    folder = tmp_path / "pdfs"
    folder.mkdir()
    for name, text in (("Noah Cox", "Rapport"), ("export 7", "geen naam")):
        (folder / f"{name}.pdf").write_bytes(a_pdf((text,)))
    context = as_visitor(browser, url, teacher, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(address(thread))

    page.set_input_files("#veld-bestanden", sorted(folder.iterdir()))
    expect(page.locator(".wo-upload--done")).to_have_text(["Noah Cox.pdfBewaard bij Noah Cox."])
    expect(page.locator("[data-upload-status]")).to_have_text("1 niet bewaard. Kies die opnieuw.")
    expect(page.locator("[data-upload-without] li")).to_have_count(1)
    assert [*violations(page), *too_wide(page)] == []
    page.get_by_label("Van wie is dit? export 7.pdf").select_option(damen)
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator(".wo-upload--done")).to_have_count(2)
    expect(page.locator("[data-upload-without] li")).to_have_count(0)
    expect(page.locator("[data-upload-left]")).to_have_text("0")

    assert [len(documents(thread, one)) for one in (cox, damen)] == [1, 1]
    context.close()
