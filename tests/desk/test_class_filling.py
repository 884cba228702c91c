"""A class pasted with all its columns: what is empty is filled, what differs waits for a tick, nobody is mixed up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.receiving import accept
from handover.desk.paste_details import what_m_is
from handover.dossiers.content import IN_THE_PDF, Content
from handover.dossiers.drafts import open_draft, save
from handover.leavers.actions import add_leaver
from handover.leavers.model import Application, Leaver
from handover.policy import Role
from handover.rooms.names import read_names
from handover.schools.model import Location, Person
from handover.terms.advice_words import read_advice
from handover.terms.parent import Custody
from handover.terms.schooladvies import Schooladvies
from tests.factories.access import Colleague, given_colleague
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in
from tests.web.valid import check_page

HEADS = "Roepnaam\tTussenvoegsel\tAchternaam\tGeboortedatum\t"
LIEKE = {"first_name": "Lieke", "infix": "van den", "last_name": "Heuvel", "birth_date": "2015-06-19"}
LIEKE_CELLS = "Lieke\tvan den\tHeuvel\t19-6-2015\t"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitor(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


def _group(thread: Thread) -> str:
    return f"/groep/{thread.po.groups['8a']}"


def _lieke(thread: Thread) -> str:
    return add_leaver(thread.services, thread.teacher.actor, thread.po.groups["8a"], LIEKE)


def _references(thread: Thread) -> dict[str, str]:
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        rows = {row.id: row.reference for row in uow.session.scalars(select(Leaver))}
        names = read_names(uow, actor.keyring, thread.po.id, list(rows))
    return {about["first_name"]: rows[key] for key, about in names.items()}


def _content(thread: Thread, reference: str) -> Content:
    with thread.services.uow() as uow:
        return open_draft(uow, thread.teacher.actor, reference).content


def _applications(thread: Thread) -> list[tuple[str, date]]:
    with thread.services.uow() as uow:
        return [(row.receiver_brin, row.applied_on) for row in uow.session.scalars(select(Application))]


def _paste(thread: Thread, visitor: Visitor, text: str, *, do: str = "zet", **more: str) -> str:
    answer = visitor.post(f"{_group(thread)}/plakken", {"rijen": text, "doe": do, **more})
    assert answer.status_code == 200
    check_page(answer.text)
    return answer.text


def test_a_column_of_schools_may_hold_their_numbers(thread: Thread, visitor: Visitor) -> None:
    brin = thread.vo.brin6
    _paste(thread, visitor, HEADS + "School\tAanmelddatum\n" + LIEKE_CELLS + f"{brin.lower()}\t20-3-2027\n")

    assert _applications(thread) == [(brin, date(2027, 3, 20))]


def test_a_new_child_is_filled_in_with_all_that_was_pasted(thread: Thread, visitor: Visitor) -> None:
    brin = thread.vo.brin6
    text = (
        HEADS + "Geslacht\tBSN\tVoorlopig advies\tDatum voorlopig advies\tToets\tToetsadvies\tDefinitief advies"
        "\tOuder 1\tRelatie ouder 1\tGezag ouder 1\tBRIN VO\tAanmelddatum\n"
        + LIEKE_CELLS
        + f"meisje\t123456782\tkb/gt\t12-1-2027\tIEP\tVMBO-TL\tvmbo-gl/tl\tJan de Wit\tvader\tja\t{brin}\t20-3-2027\n"
    )

    shown = _paste(thread, visitor, text, do="kijk")
    assert "1 kind komt op de lijst" in shown
    assert _references(thread) == {}

    assert "12 gegevens" not in shown
    done = _paste(thread, visitor, text)
    content = _content(thread, _references(thread)["Lieke"])
    assert "Op de lijst gezet." in done
    assert (content.pupil.sex, content.pupil.pupil_number) == ("v", "123456782")
    assert content.advice.preliminary is Schooladvies.VMBO_KB_GLTL
    assert (content.advice.test_advice, content.advice.final) == (Schooladvies.VMBO_GLTL, Schooladvies.VMBO_GLTL)
    assert content.advice.test_name == "IEP doorstroomtoets"
    assert [(one.name, one.relation, one.custody) for one in content.parents] == [("Jan de Wit", "vader", Custody.YES)]
    assert _applications(thread) == [(brin, date(2027, 3, 20))]


def test_pressing_twice_does_nothing_twice(thread: Thread, visitor: Visitor) -> None:
    text = HEADS + f"Ouder 1\tBRIN VO\tAanmelddatum\n{LIEKE_CELLS}Jan de Wit\t{thread.vo.brin6}\t20-3-2027\n"

    _paste(thread, visitor, text)
    again = _paste(thread, visitor, text)

    assert "Er was niets in te vullen." in again
    assert len(_content(thread, _references(thread)["Lieke"]).parents) == 1
    assert len(_applications(thread)) == 1


def test_a_wrong_cell_is_told_and_does_not_lose_the_child(thread: Thread, visitor: Visitor) -> None:
    text = HEADS + f"Definitief advies\tBSN\tToetsadvies\n{LIEKE_CELLS}brugklas\t123456789\thavo\n"

    shown = _paste(thread, visitor, text, do="kijk")
    _paste(thread, visitor, text)

    assert "2 vakken konden wij niet lezen" in shown
    assert "Dit advies kennen wij niet" in shown
    content = _content(thread, _references(thread)["Lieke"])
    assert (content.advice.final, content.advice.test_advice) == (None, Schooladvies.HAVO)


def test_what_differs_stands_side_by_side_and_changes_by_a_tick_only(thread: Thread, visitor: Visitor) -> None:
    reference = _lieke(thread)
    text = HEADS + f"Definitief advies\tDatum definitief advies\n{LIEKE_CELLS}%s\t%s\n"
    _paste(thread, visitor, text % ("havo", ""))

    shown = _paste(thread, visitor, text % ("vwo", "1-3-2027"), do="kijk")
    assert "Er staat nu:" in shown
    assert "bleven zoals zij waren" in _paste(thread, visitor, text % ("vwo", "1-3-2027"))
    advice = _content(thread, reference).advice
    assert (advice.final, advice.final_on) == (Schooladvies.HAVO, None)

    token = re.findall(r'name="over" id="[^"]+" value="([^"]+)"', shown)[0]
    _paste(thread, visitor, text % ("vwo", "1-3-2027"), over=token)
    assert _content(thread, reference).advice.final is Schooladvies.VWO


def test_two_parents_of_whom_only_a_last_name_is_pasted_stay_two(thread: Thread, visitor: Visitor) -> None:
    reference = _lieke(thread)
    heads = HEADS + "Ouder 1\tRelatie ouder 1\tGezag ouder 1\tOuder 2\tRelatie ouder 2\tGezag ouder 2\n"
    rows = ("Heuvel\tvader\tja\tHeuvel\tmoeder\tja\n", "Heuvel\tmoeder\tja\tHeuvel\tvader\tja\n")

    _paste(thread, visitor, heads + LIEKE_CELLS + rows[0])
    again = [_paste(thread, visitor, heads + LIEKE_CELLS + row) for row in rows]

    parents = _content(thread, reference).parents
    assert [(one.relation, one.custody) for one in parents] == [("vader", Custody.YES), ("moeder", Custody.YES)]
    assert all("Er was niets in te vullen." in one for one in again)


def test_the_day_of_an_advice_that_cannot_be_read_is_not_put_beside_another(thread: Thread, visitor: Visitor) -> None:
    reference = _lieke(thread)
    text = HEADS + f"Definitief advies\tDatum definitief advies\n{LIEKE_CELLS}%s\t%s\n"
    _paste(thread, visitor, text % ("havo", ""))

    _paste(thread, visitor, text % ("brugklas", "1-3-2027"))
    assert _content(thread, reference).advice.final_on is None

    _paste(thread, visitor, text % ("havo", "1-3-2027"))
    assert _content(thread, reference).advice.final_on == date(2027, 3, 1)


def test_a_tick_on_what_a_colleague_changed_meanwhile_changes_nothing(thread: Thread, visitor: Visitor) -> None:
    reference = _lieke(thread)
    text = HEADS + f"Definitief advies\n{LIEKE_CELLS}%s\n"
    _paste(thread, visitor, text % "havo")
    shown = _paste(thread, visitor, text % "vwo", do="kijk")
    token = re.findall(r'name="over" id="[^"]+" value="([^"]+)"', shown)[0]
    other = _paste(thread, visitor, text % "pro", do="kijk")
    _paste(thread, visitor, text % "pro", over=re.findall(r'name="over" id="[^"]+" value="([^"]+)"', other)[0])

    _paste(thread, visitor, text % "vwo", over=token)

    assert _content(thread, reference).advice.final is Schooladvies.PRO


def test_of_two_with_one_name_and_birth_date_nobody_is_guessed(thread: Thread, visitor: Visitor) -> None:
    first, second = _lieke(thread), _lieke(thread)
    text = HEADS + f"Definitief advies\n{LIEKE_CELLS}havo\n"

    assert "Meer kinderen heten zo" in _paste(thread, visitor, text)
    assert _content(thread, first).advice.final is None

    _paste(thread, visitor, text, **{"wie-2": second})
    assert [_content(thread, one).advice.final for one in (first, second)] == [None, Schooladvies.HAVO]


def test_a_child_that_was_sent_is_left_alone_and_said_so(thread: Thread, visitor: Visitor) -> None:
    thread.offered(first_name="Lieke", infix="van den", last_name="Heuvel", birth_date="2015-06-19")

    done = _paste(thread, visitor, HEADS + f"Definitief advies\n{LIEKE_CELLS}pro\n")

    assert "Het dossier is al verstuurd. Er verandert niets." in done


def test_the_administration_puts_names_on_the_list_and_no_more(thread: Thread) -> None:
    admin = given_colleague(thread.po, Colleague(name="Ank Smits", roles=(Role.PO_ADMIN,)))
    visitor = given_signed_in(given_app(thread.region), admin)
    text = HEADS + f"Definitief advies\n{LIEKE_CELLS}havo\n"

    assert "De andere kolommen laten wij weg" in _paste(thread, visitor, text, do="kijk")
    assert visitor.post(f"{_group(thread)}/plakken", {"rijen": text, "doe": "zet"}).status_code == 303
    assert _content(thread, _references(thread)["Lieke"]).advice.final is None


def test_the_school_is_known_by_one_name_or_not_at_all(thread: Thread, visitor: Visitor) -> None:
    text = HEADS + f"School\tAanmelddatum\n{LIEKE_CELLS}Nergens College\t20-3-2027\n"

    assert "Bij deze naam vinden wij geen open school" in _paste(thread, visitor, text, do="kijk")
    _paste(thread, visitor, text)
    assert _applications(thread) == []


def test_a_school_is_not_meant_by_its_place_or_by_a_piece_of_a_word(thread: Thread, visitor: Visitor) -> None:
    with thread.services.uow() as uow:
        school = uow.session.get_one(Location, thread.vo.brin6)
        school.name, school.place, school.search_text = "Dendron College", "Horst", "dendron college horst"
        uow.commit()
    for typed in ("Horst", "den", "endron", "geen"):
        _paste(thread, visitor, HEADS + f"School\tAanmelddatum\n{LIEKE_CELLS}{typed}\t20-3-2027\n")
    assert _applications(thread) == []

    _paste(thread, visitor, HEADS + f"School\tAanmelddatum\n{LIEKE_CELLS}Dendron, Horst\t20-3-2027\n")
    assert _applications(thread) == [(thread.vo.brin6, date(2027, 3, 20))]


def test_a_whole_class_gets_one_contact_where_none_stands(thread: Thread, visitor: Visitor) -> None:
    reference = _lieke(thread)
    with thread.services.uow() as uow:
        person = uow.session.get_one(Person, thread.teacher.actor.person_id)
        person.telephone, person.days_present = "077-1234567", "maandag"
        uow.commit()

    assert "Zet mij als contact bij 1 kind" in visitor.get(_group(thread)).text
    form = visitor.get(f"/leerling/{reference}/gesprek").text
    assert "077-1234567" in form
    assert _content(thread, reference).contact.telephone == ""
    said = visitor.post(f"{_group(thread)}/contact", {}, follow=True).text

    assert "U bent nu contact bij 1 kind." in said
    contact = _content(thread, reference).contact
    assert (contact.telephone, contact.days) == ("077-1234567", "maandag")
    assert "elk kind heeft al een contact" in visitor.post(f"{_group(thread)}/contact", {}, follow=True).text


def test_only_where_a_pdf_lies_the_report_points_at_it(thread: Thread, visitor: Visitor) -> None:
    without, reference = _lieke(thread), thread.leaver()
    thread.written(reference, has_opp=False)
    empty = {"career": "", "results": "", "learning": "Zij leest graag.", "behaviour": "", "what_works": "een plek"}
    for one in (without, reference):
        visitor.post(f"/leerling/{one}/rapport", {"gelezen": _read(visitor, one), **empty})

    assert "Bij 1 kind staat het rapport in de pdf" in visitor.get(_group(thread)).text
    said = visitor.post(f"{_group(thread)}/rapport-in-pdf", {}, follow=True).text

    assert "Bij 1 kind staat nu in het rapport" in said
    assert _content(thread, without).report.career == ""
    report = _content(thread, reference).report
    assert (report.career, report.behaviour, report.learning) == (IN_THE_PDF, IN_THE_PDF, "Zij leest graag.")
    again = visitor.post(f"{_group(thread)}/rapport-in-pdf", {}, follow=True).text
    assert "geen kind met een rapport als pdf" in again


def test_the_button_on_the_report_keeps_what_was_typed(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    thread.written(reference, has_opp=False)
    typed = {"career": "", "results": "AVI plus", "learning": "", "behaviour": " ", "what_works": "een plek"}

    answer = visitor.post(
        f"/leerling/{reference}/rapport", {"gelezen": _read(visitor, reference), **typed, "in_pdf": "ja"}
    )

    assert answer.status_code == 303
    report = _content(thread, reference).report
    assert (report.career, report.results, report.behaviour) == (IN_THE_PDF, "AVI plus", IN_THE_PDF)


def test_the_secondary_school_finds_a_link_to_the_pdf(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference, has_opp=False)
    teacher = given_signed_in(given_app(thread.region), thread.teacher)
    typed = {"career": "", "results": "AVI", "learning": "graag", "behaviour": "lief", "what_works": "een plek"}
    teacher.post(f"/leerling/{reference}/rapport", {"gelezen": _read(teacher, reference), **typed, "in_pdf": "ja"})
    with thread.services.uow() as uow:
        draft = open_draft(uow, thread.teacher.actor, reference)
        version = uow.session.scalars(select(Leaver.content_version).where(Leaver.reference == reference)).one()
    parents = tuple(replace(one, copy_of=version) for one in draft.content.parents)
    changed = replace(draft.content, parents=parents)
    save(thread.services, thread.teacher.actor, reference, changed, read=draft, has_opp=False, section="ouders")
    thread.applied(reference)
    handover_id = thread.send(reference)
    accept(thread.services, thread.intake.actor, handover_id)

    page = given_signed_in(given_app(thread.region), thread.intake).get(f"/dossier/{handover_id}").text

    assert re.search(r'<a class="utrecht-link" href="/dossier/\w+\?toon=dossier-1">Dit staat in het onderwijs', page)


def _read(visitor: Visitor, reference: str) -> str:
    found = re.search(r'name="gelezen" value="([^"]+)"', visitor.get(f"/leerling/{reference}/rapport").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("kb/gt", Schooladvies.VMBO_KB_GLTL),
        ("vmbo-gl/tl", Schooladvies.VMBO_GLTL),
        ("VMBO-TL", Schooladvies.VMBO_GLTL),
        ("vmbo-(g)t", Schooladvies.VMBO_GLTL),
        ("vmbo-k t/m gl/tl", Schooladvies.VMBO_KB_GLTL),
        ("mavo/havo", Schooladvies.VMBO_GLTL_HAVO),
        ("havo/vwo", Schooladvies.HAVO_VWO),
        ("basis/kader met lwoo", Schooladvies.VMBO_BB_KB_LWOO),
        ("PrO", Schooladvies.PRO),
        ("vmbo", None),
        ("havo+", None),
        ("b/t", None),
        ("havo met lwoo", None),
        ("brugklas", None),
    ],
)
def test_an_advice_is_read_as_schools_write_it_and_never_guessed(typed: str, advice: Schooladvies | None) -> None:
    assert read_advice(typed) is advice


@pytest.mark.parametrize(("column", "means"), [(["m", "v"], "m"), (["j", "m"], "v"), (["m", "m"], ""), (["m"], "")])
def test_an_m_is_a_man_or_a_meisje_by_what_stands_beside_it(column: list[str], means: str) -> None:
    assert what_m_is(column) == means
