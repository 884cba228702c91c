"""The short forms of a dossier: what is kept, what is refused at its field, and two teachers at once."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from marshmallow.fields import Nested

from handover.desk.forms_fields import LINE, TEXT
from handover.desk.forms_questions import HAS_OPP
from handover.desk.forms_sections import FORMS
from handover.dossiers.content import Content
from handover.dossiers.drafts import open_draft
from handover.terms.schooladvies import Schooladvies
from schemas.dossiers import ReportPartSchema, SupportSchema
from tests.desk.test_dossier_page import reference_of
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

A_BSN = "111222333"


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


def kept(thread: Thread, reference: str) -> Content:
    with thread.services.uow() as uow:
        return open_draft(uow, thread.teacher.actor, reference).content


def filled(page: BeautifulSoup) -> dict[str, str]:
    """What a browser would send of the form on a page."""
    form = page.select_one("main form")
    assert isinstance(form, Tag)
    values: dict[str, str] = {}
    for one in form.select("input, textarea, select"):
        if one.get("type") in {"radio", "checkbox"} and not one.has_attr("checked"):
            continue
        chosen = one.select_one("option[selected]") if one.name == "select" else None
        value = one.get_text() if one.name == "textarea" else one.get("value", "")
        if one.name == "select":
            value = chosen.get("value", "") if chosen else ""
        values[str(one["name"])] = str(value)
    values.pop("csrf_token")
    return values


def opened(visitor: Visitor, path: str) -> dict[str, str]:
    return filled(visitor.page(path))


def test_the_forms_ask_for_the_closed_list_and_for_no_field_more() -> None:
    asked = {form.part: {one.name for one in form.fields} - {HAS_OPP} for form in FORMS.values()}
    listed = {
        name: set(field.schema.fields)
        for name, field in ReportPartSchema().fields.items()
        if isinstance(field, Nested) and name != "parents"
    }

    assert asked == listed | {"support": set(SupportSchema().fields)}


def test_what_is_typed_is_kept_and_comes_back(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/advies"
    typed = {
        "preliminary": "vmbo_gltl_havo",
        "preliminary_on": "25 januari",
        "test_name": "IEP doorstroomtoets",
        "test_advice": "havo",
        "test_on": "15-3-2027",
        "final": "havo",
        "final_on": "2027-03-23",
        "wish_pupil": "  naar   de havo ",
    }

    answer = teacher.post(path, opened(teacher, path) | typed)

    assert answer.headers["Location"] == f"/leerling/{reference}"
    advice = kept(thread, reference).advice
    assert (advice.preliminary, advice.final) == (Schooladvies.VMBO_GLTL_HAVO, Schooladvies.HAVO)
    assert (advice.preliminary_on, advice.final_on) == (date(2027, 1, 25), date(2027, 3, 23))
    assert advice.wish_pupil == "naar de havo"
    again = opened(teacher, path)
    assert again["final_on"] == "23-3-2027"
    assert again["test_name"] == "IEP doorstroomtoets"


@pytest.mark.parametrize(
    ("part", "field", "typed", "said"),
    [
        ("advies", "final_on", "31 december 2027", "Deze dag komt nog"),
        ("advies", "final_on", "31 april", "Deze dag kennen wij niet"),
        ("advies", "final_on", "gisteren", "Deze dag kennen wij niet"),
        ("advies", "test_on", "1-1-0201", "Dit jaar kan niet kloppen"),
        ("advies", "final", "gymnasium", "staat niet in de lijst"),
        ("advies", "wish_parents", "x" * (LINE + 7), "7 tekens te veel"),
        ("rapport", "career", "x" * (TEXT + 1), "1 teken te veel"),
        ("leerling", "pupil_number", "111222334", "Dit nummer klopt niet"),
        ("leerling", "pupil_number", "12345", "Dit nummer klopt niet"),
        ("leerling", "postcode", "58O1 AB", "Deze postcode klopt niet"),
        ("leerling", "sex", "q", "staat niet in de lijst"),
        ("gesprek", "telephone", "0" * 31, "1 teken te veel"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    thread: Thread, teacher: Visitor, part: str, field: str, typed: str, said: str
) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/{part}"
    before = kept(thread, reference)

    answer = teacher.post(path, opened(teacher, path) | {field: typed})

    assert answer.status_code == 422
    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    at_field = page.find(id=f"fout-{field}")
    assert at_field is not None
    assert said in text_of(at_field)
    assert page.select_one(f"[role=alert] a[href='#veld-{field}']") is not None
    if field not in {"sex", "final"}:  # no browser can send these
        assert filled(page)[field] == typed
    assert kept(thread, reference) == before


def test_a_secret_address_leaves_no_address(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/leerling"
    address = {"street": "Kerkstraat 1", "postcode": "5801ab", "place": "Venray", "pupil_number": A_BSN}
    teacher.post(path, opened(teacher, path) | address)
    assert kept(thread, reference).pupil.postcode == "5801 AB"

    teacher.post(path, opened(teacher, path) | {"secret_address": "ja"})

    pupil = kept(thread, reference).pupil
    assert (pupil.secret_address, pupil.street, pupil.postcode, pupil.place) == (True, "", "", "")
    assert pupil.pupil_number == A_BSN


def test_an_opp_that_is_not_there_may_not_have_a_text(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/ondersteuning"
    teacher.post(path, opened(teacher, path) | {"has_opp": "ja", "pupil_voice": "Ik wil vooraan zitten."})
    assert "wat het kind zelf vindt" in text_of(teacher.page(f"/leerling/{reference}"))

    answer = teacher.post(path, opened(teacher, path) | {"has_opp": "nee"})

    assert answer.status_code == 422
    assert "Wis die eerst, of kies ja" in answer.text
    assert kept(thread, reference).support.pupil_voice == "Ik wil vooraan zitten."

    assert teacher.post(path, opened(teacher, path) | {"has_opp": "nee", "pupil_voice": ""}).status_code == 303


def test_a_waiver_with_a_reason_stands_in_for_the_agreement_and_the_voice(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/ondersteuning"
    waived = {"has_opp": "ja", "actions_waiver": "geen handelingsdeel", "pupil_waiver": "praat nog niet"}

    teacher.post(path, opened(teacher, path) | waived)

    page = teacher.page(f"/leerling/{reference}")
    assert "handelingsdeel" not in text_of(page.select(".wo-spine")[0])


def test_a_colleague_who_saved_first_is_shown_beside_what_was_typed_and_nothing_is_lost(
    thread: Thread, teacher: Visitor, ib: Visitor
) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/rapport"
    hers, his = opened(teacher, path), opened(ib, path)
    ib.post(path, his | {"what_works": "Een kort gesprek vooraf."})

    answer = teacher.post(path, hers | {"what_works": "Een vaste plek.", "career": "Groep 1 tot en met 8."})

    assert answer.status_code == 409
    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    assert filled(page)["what_works"] == "Een vaste plek."
    assert "Een kort gesprek vooraf." in text_of(page)
    assert kept(thread, reference).report.what_works == "Een kort gesprek vooraf."

    both = filled(page) | {"what_works": "Een kort gesprek vooraf, en een vaste plek."}
    assert teacher.post(path, both).status_code == 303
    report = kept(thread, reference).report
    assert report.what_works == "Een kort gesprek vooraf, en een vaste plek."
    assert report.career == "Groep 1 tot en met 8."


def test_two_colleagues_at_different_forms_do_not_hinder_each_other(
    thread: Thread, teacher: Visitor, ib: Visitor
) -> None:
    reference = thread.leaver()
    report, advice = f"/leerling/{reference}/rapport", f"/leerling/{reference}/advies"
    hers = opened(teacher, report)
    ib.post(advice, opened(ib, advice) | {"final": "havo", "final_on": "23-3-2027"})

    assert teacher.post(report, hers | {"career": "Groep 1 tot en met 8."}).status_code == 303

    content = kept(thread, reference)
    assert (content.report.career, content.advice.final) == ("Groep 1 tot en met 8.", Schooladvies.HAVO)


def test_the_same_words_from_both_are_no_conflict(thread: Thread, teacher: Visitor, ib: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/rapport"
    hers, his = opened(teacher, path), opened(ib, path)
    ib.post(path, his | {"career": "Hetzelfde."})

    assert teacher.post(path, hers | {"career": "Hetzelfde."}).status_code == 303


def test_what_was_typed_while_a_colleague_sent_it_is_shown_and_not_kept(thread: Thread, teacher: Visitor) -> None:
    reference = reference_of(thread, thread.offered())
    before = kept(thread, reference)

    answer = teacher.post(f"/leerling/{reference}/rapport", {"what_works": "Nog iets belangrijks."})

    assert answer.status_code == 409
    check_page(answer.text)
    assert "Nog iets belangrijks." in answer.text
    assert kept(thread, reference) == before


def test_line_ends_and_invisible_signs_do_not_change_what_is_kept(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    path = f"/leerling/{reference}/rapport"

    teacher.post(path, opened(teacher, path) | {"career": "een\r\ntwee\x00\x07 e\u0301e\u0301n"})

    assert kept(thread, reference).report.career == "een\ntwee één"
    assert teacher.post(path, opened(teacher, path)).status_code == 303


def test_a_form_without_its_token_changes_nothing(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()

    answer = teacher.client.post(f"/leerling/{reference}/rapport", data={"career": "x"})

    assert answer.status_code == 403
    assert kept(thread, reference).report.career == ""
