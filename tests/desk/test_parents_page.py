"""What a school records of each parent before a dossier goes."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from handover.dossiers.content import Parent
from handover.terms.parent import Agreement, Custody
from tests.desk.test_dossier_forms import filled, kept, opened
from tests.desk.test_dossier_page import page_of, reference_of
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def teacher(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


@pytest.fixture(scope="module")
def ib(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.ib)


def only(thread: Thread, reference: str) -> Parent:
    (parent,) = kept(thread, reference).parents
    return parent


def given_parent(visitor: Visitor, reference: str, **more: str) -> None:
    path = f"/leerling/{reference}/ouders/nieuw"
    answer = visitor.post(path, opened(visitor, path) | {"name": "Fatima El Khattabi", "custody": "ja"} | more)
    assert answer.status_code == 303, answer.text[:2000]


def left(visitor: Visitor, reference: str) -> str:
    return text_of(page_of(visitor, f"/leerling/{reference}").select(".wo-spine")[0])


def test_a_parent_is_added_with_what_was_done(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    page_of(teacher, f"/leerling/{reference}/ouders")
    page_of(teacher, f"/leerling/{reference}/ouders/nieuw")

    given_parent(
        teacher,
        reference,
        relation="moeder",
        inspected_on="1 april",
        inspected_how="op school",
        copy_on="8-4-2027",
        agreement="nee",
        view="Er staat te weinig over wat hij kan.",
    )

    parent = only(thread, reference)
    assert (parent.name, parent.relation, parent.custody) == ("Fatima El Khattabi", "moeder", Custody.YES)
    assert (parent.inspected_on, parent.copy_on) == (date(2027, 4, 1), date(2027, 4, 8))
    assert parent.agreement is Agreement.NO
    page = text_of(page_of(teacher, f"/leerling/{reference}/ouders"))
    assert "Er staat te weinig over wat hij kan." in page
    assert "Fatima" not in left(teacher, reference)


def test_each_step_that_is_left_names_the_parent_it_is_about(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference)
    given_parent(teacher, reference, name="J. Jansen", custody="nee")

    steps = left(teacher, reference)

    assert "Laat Fatima El Khattabi meelezen" in steps
    assert "Geef Fatima El Khattabi een kopie" in steps
    assert "Jansen" not in steps


def test_a_no_without_its_reason_is_left_to_do(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference, agreement="nee", inspected_on="1 april", copy_on="2 april")

    assert "waarom Fatima El Khattabi het niet eens is" in left(teacher, reference)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Vul de naam in"),
        ("copy_on", "9-4-2028", "Deze dag komt nog"),
        ("inspected_on", "ooit", "Deze dag kennen wij niet"),
        ("custody", "misschien", "staat niet in de lijst"),
        ("name", "x" * 151, "1 teken te veel"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    thread: Thread, teacher: Visitor, field: str, typed: str, said: str
) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/ouders/nieuw"

    answer = teacher.post(path, opened(teacher, path) | {"name": "F.", field: typed})

    assert answer.status_code == 422
    check_page(answer.text)
    wrong = BeautifulSoup(answer.text, "html5lib").find(id=f"fout-{field}")
    assert wrong is not None
    assert said in text_of(wrong)
    assert kept(thread, reference).parents == ()


def test_a_copy_is_of_the_version_that_was_on_the_screen(thread: Thread, teacher: Visitor, ib: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference, inspected_on="1 april", copy_on="2 april")
    report = f"/leerling/{reference}/rapport"
    assert "nieuwe kopie" not in left(teacher, reference)

    teacher.post(report, opened(teacher, report) | {"career": "Groep 1 tot en met 8."})

    assert "Geef Fatima El Khattabi een nieuwe kopie" in left(teacher, reference)
    page = page_of(teacher, f"/leerling/{reference}/ouders")
    assert "Het dossier is veranderd na de kopie" in text_of(page)

    path = f"/leerling/{reference}/ouders/{only(thread, reference).id}"
    form = opened(teacher, path) | {"new_copy": "ja"}
    ib.post(report, opened(ib, report) | {"career": "Groep 1 tot en met 8, versneld."})
    teacher.post(path, form)
    assert "nieuwe kopie" in left(teacher, reference), "the copy was of what it said before the colleague's change"

    teacher.post(path, opened(teacher, path) | {"new_copy": "ja"})
    assert "nieuwe kopie" not in left(teacher, reference)


def test_a_small_change_needs_no_new_copy_if_somebody_says_why(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference, inspected_on="1 april", copy_on="2 april", copy_how="per post")
    contact = f"/leerling/{reference}/gesprek"
    teacher.post(contact, opened(teacher, contact) | {"telephone": "0478 000 001"})
    path = f"/leerling/{reference}/ouders/{only(thread, reference).id}/kopie-niet-nodig"
    page_of(teacher, path)

    refused = teacher.post(path, opened(teacher, path) | {"reason": "telefoon verbeterd"})
    assert refused.status_code == 422
    check_page(refused.text)
    assert "nieuwe kopie" in left(teacher, reference)

    teacher.post(path, opened(teacher, path) | {"reason": "telefoon verbeterd", "same_advice": "ja"})

    assert only(thread, reference).copy_how == "per post; nieuwe kopie niet nodig: telefoon verbeterd"
    assert "nieuwe kopie" not in left(teacher, reference)


def test_a_parent_who_was_asked_twice_in_vain_does_not_hold_it_up(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference)
    path = f"/leerling/{reference}/ouders/{only(thread, reference).id}/geen-antwoord"
    page_of(teacher, path)
    asked = {"first_on": "1-3-2027", "second_on": "15-3-2027", "how": "brief en telefoon", "until": "1-4-2027"}

    for wrong in ({"second_on": "1-2-2027"}, {"until": "1-5-2027"}, {"how": ""}):
        answer = teacher.post(path, opened(teacher, path) | asked | wrong)
        assert answer.status_code == 422
        check_page(answer.text)
    assert only(thread, reference).inspected_on is None
    teacher.post(path, opened(teacher, path) | asked)

    assert "brief en telefoon" in only(thread, reference).inspected_how
    assert "meelezen" not in left(teacher, reference)
    assert "Geef Fatima El Khattabi een kopie" in left(teacher, reference)


def test_taking_a_parent_off_the_list_is_asked_first(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference)
    path = f"/leerling/{reference}/ouders/{only(thread, reference).id}/weg"
    assert "Dat kan niet terug" in text_of(page_of(teacher, path))
    assert len(kept(thread, reference).parents) == 1

    teacher.post(path)

    assert kept(thread, reference).parents == ()
    assert teacher.get(path).status_code == 404


def test_two_colleagues_at_the_same_parent_see_each_others_words(thread: Thread, teacher: Visitor, ib: Visitor) -> None:
    reference = thread.leaver()
    given_parent(teacher, reference)
    path = f"/leerling/{reference}/ouders/{only(thread, reference).id}"
    hers, his = opened(teacher, path), opened(ib, path)
    ib.post(path, his | {"view": "Wij zijn tevreden."})

    answer = teacher.post(path, hers | {"view": "Moeder is tevreden."})

    assert answer.status_code == 409
    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    assert "Wij zijn tevreden." in text_of(page)
    assert filled(page)["view"] == "Moeder is tevreden."
    assert teacher.post(path, filled(page)).status_code == 303
    assert only(thread, reference).view == "Moeder is tevreden."


def test_two_colleagues_may_each_add_a_parent(thread: Thread, teacher: Visitor, ib: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/ouders/nieuw"
    hers, his = opened(teacher, path), opened(ib, path)

    ib.post(path, his | {"name": "A."})
    teacher.post(path, hers | {"name": "B."})

    assert [parent.name for parent in kept(thread, reference).parents] == ["A.", "B."]


def test_after_sending_parents_are_only_read(thread: Thread, teacher: Visitor) -> None:
    reference = reference_of(thread, thread.offered())
    before = kept(thread, reference)
    path = f"/leerling/{reference}/ouders"

    for address in (f"{path}/nieuw", f"{path}/p1", f"{path}/p1/weg", f"{path}/p1/geen-antwoord"):
        assert page_of(teacher, address).select_one("main form") is None
    for address in (f"{path}/nieuw", f"{path}/p1", f"{path}/p1/weg"):
        assert teacher.post(address, {"name": "X"}).status_code == 409
    assert kept(thread, reference) == before
