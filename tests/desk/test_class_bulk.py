"""A group in one go: copies printed and recorded, everything that is ready sent, each child with its own account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sqlalchemy import select

from handover.bundles.model import Handover
from handover.desk.parents_copy import copies_of, copy_of
from handover.dossiers.drafts import Checked, keep_document, open_draft, save
from handover.dossiers.hidden import hide
from handover.errors import NotFound
from handover.leavers.model import Leaver
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Custody, InspectionWay
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.gallery import a_pdf


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def teacher(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


def ready(thread: Thread, **name: str) -> str:
    reference = thread.leaver(**name)
    thread.written(reference, has_opp=False)
    thread.applied(reference)
    return reference


def sent(thread: Thread) -> set[str]:
    with thread.services.uow() as uow:
        return set(uow.session.scalars(select(Handover.reference)))


def group(thread: Thread) -> str:
    return f"/groep/{thread.po.groups['8a']}"


def pages(pdf: bytes, tmp_path: Path) -> list[str]:
    file = tmp_path / "print.pdf"
    file.write_bytes(pdf)
    return [" ".join(page.extract_text().split()) for page in PdfReader(file).pages]


def test_all_that_is_ready_goes_with_one_press_and_each_has_a_line(thread: Thread, teacher: Visitor) -> None:
    first, second = ready(thread, last_name="Bakker"), ready(thread, last_name="Cox")
    unready = thread.leaver(last_name="Damen")
    page = teacher.page(f"{group(thread)}/versturen")

    assert [box["value"] for box in page.select("input[name=kies][checked]")] == [first, second]
    assert "Raayland College , Venray 25FY00" in text_of(page)
    assert "1 kind is nog niet klaar." in text_of(page)
    thread.written(second, has_opp=False)  # a colleague changes it: the parents must see it again
    keep_document(
        thread.services,
        thread.ib.actor,
        second,
        Checked(data=a_pdf(("Later",)), title="later.pdf", kind=DocumentKind.OTHER, pages=1),
    )
    form = {"kies": [first, second, unready, "XXXX-XX"], f"naar-{first}": "25FY00", f"naar-{second}": "25FY00"}
    done = teacher.post(f"{group(thread)}/versturen", form)

    assert sent(thread) == {first}
    said = text_of(BeautifulSoup(done.text, "html5lib"))
    assert "1 dossier is verstuurd" in said
    assert f"Noah Cox {second} : Niet verstuurd: er ontbreekt nog iets" in said
    assert f"Noah Damen {unready} : Niet verstuurd" in said
    again = teacher.post(f"{group(thread)}/versturen", form)
    assert "Was al verstuurd" in again.text
    assert sent(thread) == {first}


def test_a_dossier_goes_to_the_school_that_was_shown_or_nowhere(thread: Thread, teacher: Visitor) -> None:
    reference = ready(thread)

    answer = teacher.post(f"{group(thread)}/versturen", {"kies": reference, f"naar-{reference}": "20DF00"})

    assert "er is net iets veranderd" in answer.text
    assert sent(thread) == set()
    assert teacher.post(f"{group(thread)}/versturen").status_code == 422


def test_who_looks_like_another_is_not_sent_unless_somebody_chooses(thread: Thread, teacher: Visitor) -> None:
    ready(thread, first_name="Noah")
    ready(thread, first_name="Levi")
    other = ready(thread, first_name="Noah", last_name="Bakker")

    page = teacher.page(f"{group(thread)}/versturen")

    assert [box["value"] for box in page.select("input[name=kies][checked]")] == [other]
    assert text_of(page).count("Lijkt op een ander kind") == 2


def test_copies_are_recorded_for_a_class_on_the_version_that_was_shown(thread: Thread, teacher: Visitor) -> None:
    first, second = ready(thread, last_name="Bakker"), ready(thread, last_name="Cox")
    for reference in (first, second):
        more = Checked(data=a_pdf(("Later",)), title="later.pdf", kind=DocumentKind.OTHER, pages=1)
        keep_document(thread.services, thread.teacher.actor, reference, more)
    address = f"{group(thread)}/afschriften"
    page = teacher.page(address)
    shown = {str(box["name"]): str(box["value"]) for box in page.select("input[name^=versie]")}
    more = Checked(data=a_pdf(("Nog later",)), title="nog later.pdf", kind=DocumentKind.OTHER, pages=1)
    keep_document(thread.services, thread.teacher.actor, second, more)

    form = {"kies": [first, second], "gegeven_op": "8-4-2027", "hoe": "op papier", **shown}
    assert teacher.post(address, {**form, "gegeven_op": "9-4-2027"}).status_code == 422, "that day is to come"
    assert teacher.post(address, {**form, "kies": []}).status_code == 422
    done = teacher.post(address, form)

    assert "1 kind: de kopie is vastgelegd." in done.text
    assert "het dossier is veranderd nadat u deze bladzijde opende" in done.text
    with thread.services.uow() as uow:
        draft = open_draft(uow, thread.teacher.actor, first)
    assert [(one.copy_how, one.copy_of) for one in draft.content.parents] == [
        ("op papier", draft.leaver.content_version)
    ]


def test_an_evening_with_all_parents_is_recorded_once(thread: Thread, teacher: Visitor) -> None:
    old, new = thread.leaver(last_name="Bakker"), thread.leaver(last_name="Cox")
    for reference, seen_on in ((old, date(2027, 3, 1)), (new, None)):
        thread.written(reference, has_opp=False)
        with thread.services.uow() as uow:
            draft = open_draft(uow, thread.teacher.actor, reference)
        parent = replace(draft.content.parents[0], inspected_on=seen_on, inspected_way=None, copy_on=None)
        without = replace(parent, id="p9", custody=Custody.NO, inspected_on=None)
        content = replace(draft.content, parents=(parent, without))
        save(thread.services, thread.teacher.actor, reference, content, read=draft, has_opp=False, section="ouders")
    address = f"{group(thread)}/afschriften"
    page = teacher.page(f"{address}?kies=alle")
    form = {str(box["name"]): str(box["value"]) for box in page.select("input[name^=versie]")}
    chosen = [str(box["value"]) for box in page.select("input[name=kies][checked]")]

    done = teacher.post(address, {**form, "kies": chosen, "gegeven_op": "8-4-2027", "meegelezen": "besproken"})

    assert "2 kinderen: de kopie is vastgelegd." in done.text
    for reference, seen_on, way in (
        (old, date(2027, 3, 1), None),
        (new, date(2027, 4, 8), InspectionWay.SPOKEN),
    ):
        with thread.services.uow() as uow:
            parent, without = open_draft(uow, thread.teacher.actor, reference).content.parents
        assert (parent.inspected_on, parent.inspected_way, parent.copy_on) == (seen_on, way, date(2027, 4, 8))
        assert (without.inspected_on, without.copy_on) == (None, None), "who has no gezag is given nothing"


def test_who_has_a_copy_and_did_not_read_is_not_passed_over_in_silence(thread: Thread, teacher: Visitor) -> None:
    reference = ready(thread)
    with thread.services.uow() as uow:
        draft = open_draft(uow, thread.teacher.actor, reference)
    content = replace(draft.content, parents=(replace(draft.content.parents[0], inspected_on=None),))
    save(thread.services, thread.teacher.actor, reference, content, read=draft, has_opp=False, section="ouders")
    address = f"{group(thread)}/afschriften"
    page = teacher.page(address)
    form = {str(box["name"]): str(box["value"]) for box in page.select("input[name^=versie]")}
    form |= {"kies": reference, "gegeven_op": "8-4-2027"}

    assert "kopie is er, nog niet meegelezen" in text_of(page)
    refused = teacher.post(address, form)
    assert (refused.status_code, "Zeg hoe de ouders meelazen." in refused.text) == (422, True)
    assert teacher.post(address, {**form, "meegelezen": "voorgelezen"}).status_code == 200
    assert "Alle ouders hebben hun kopie" in text_of(teacher.page(address))


def test_a_child_without_parents_is_named_and_is_not_done(thread: Thread, teacher: Visitor) -> None:
    thread.leaver(last_name="Cox")

    text = text_of(teacher.page(f"{group(thread)}/afschriften"))

    assert "Bij 1 kind staat nog geen ouder" in text
    assert "Alle ouders hebben hun kopie" not in text


def test_the_copy_is_plain_words_the_dossier_its_documents_and_a_sheet(
    thread: Thread, teacher: Visitor, tmp_path: Path
) -> None:
    reference = ready(thread)
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == reference)).one()

    answer = teacher.get(f"/leerling/{reference}/afschrift.pdf?voor=p1")

    assert answer.headers["Cache-Control"] == "no-store"
    found = pages(answer.data, tmp_path)
    assert "Naar Raayland College in Venray (BRIN 25FY00)" in found[0]
    assert code in found[0]
    assert "In English" in found[0]
    assert "een vaste plek" in found[1]
    assert any("Onderwijskundig rapport" in page for page in found[2:])
    assert "F. Wójcik" in found[-1]
    assert not any("Wij zijn blij met dit rapport." in page for page in found), (
        "what one parent finds is not for another"
    )
    assert teacher.get(f"/leerling/{reference}/afschrift.pdf?voor=p2").status_code == 404


def test_a_document_that_cannot_be_drawn_comes_apart(thread: Thread, tmp_path: Path) -> None:
    reference = ready(thread)
    odd = Checked(data=b"%PDF-1.7 no more", title="kapot.pdf", kind=DocumentKind.OTHER, pages=3)
    keep_document(thread.services, thread.teacher.actor, reference, odd)
    app = given_app(thread.region)

    with app.test_request_context():
        found = pages(copy_of(thread.services, thread.teacher.actor, reference).pdf(), tmp_path)

    assert "kapot.pdf (3 bladzijden), krijgt u apart" in " ".join(found)


def test_the_copies_of_a_group_stand_one_after_the_other(thread: Thread, tmp_path: Path) -> None:
    ready(thread, last_name="Cox")
    ready(thread, last_name="Bakker")
    app = given_app(thread.region)

    with app.test_request_context():
        printed = copies_of(thread.services, thread.teacher.actor, thread.po.groups["8a"])
        found = " ".join(pages(printed.pdf(), tmp_path))
        with pytest.raises(NotFound):
            copies_of(thread.services, thread.intake.actor, thread.po.groups["8a"])

    assert found.index("Noah Bakker") < found.index("Noah Cox")


def test_one_secret_address_holds_one_copy_and_not_those_of_the_class(
    thread: Thread, teacher: Visitor, tmp_path: Path
) -> None:
    ready(thread, last_name="Cox")
    held = ready(thread, last_name="Bakker")
    hide(thread.services, thread.teacher.actor, held, "een vaste plek")

    page = teacher.page(f"{group(thread)}/afschriften")
    found = " ".join(pages(teacher.get(f"{group(thread)}/afschriften.pdf").data, tmp_path))
    alone = teacher.get(f"/leerling/{held}/afschrift.pdf")

    assert "Van 1 kind is er nog geen kopie" in text_of(page)
    assert page.select_one(f'a[href="/leerling/{held}/geheim"]')
    assert held not in [box["value"] for box in page.select("input[name=kies]")]
    assert ("Noah Cox" in found, "Noah Bakker" in found) == (True, False)
    assert (alone.status_code, alone.headers["Location"]) == (303, f"/leerling/{held}/geheim")
    assert "Er is nog geen kopie" in text_of(teacher.page(f"/leerling/{held}/geheim"))


def test_when_all_are_held_the_page_says_of_whom(thread: Thread, teacher: Visitor) -> None:
    hide(thread.services, thread.teacher.actor, ready(thread), "een vaste plek")

    answer = teacher.get(f"{group(thread)}/afschriften.pdf")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{group(thread)}/afschriften")
    assert "Alle ouders hebben hun kopie" not in text_of(teacher.page(f"{group(thread)}/afschriften"))


def test_what_was_sent_is_not_printed_again_with_the_class(thread: Thread, teacher: Visitor, tmp_path: Path) -> None:
    ready(thread, last_name="Cox")
    thread.offered(last_name="Bakker")

    found = " ".join(pages(teacher.get(f"{group(thread)}/afschriften.pdf").data, tmp_path))

    assert ("Noah Cox" in found, "Noah Bakker" in found) == (True, False)
