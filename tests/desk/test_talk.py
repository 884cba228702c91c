"""Asking for a conversation over many dossiers at once: one question for all, each with its account, nobody twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.bundles.conversations import ConversationWay, hold
from handover.bundles.mail_pace import GATHERED
from handover.bundles.model import Remark, RemarkKind
from handover.bundles.notices import mail_person, people_to_mail
from handover.bundles.together import Step, do_all, do_together
from handover.bundles.together_model import Became, Together
from handover.errors import Invalid, NotAllowed, NotFound
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.forms import filled
from tests.web.valid import check_page

ASK = "/dossiers/gesprek"
QUESTION = "Kunnen wij elkaar spreken?"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    members = {"intake": thread.intake, "care": thread.care, "office": thread.office, "teacher": thread.teacher}
    return {name: given_signed_in(app, member) for name, member in members.items()}


def questions(thread: Thread) -> list[str]:
    with thread.services.uow() as uow:
        return sorted(uow.session.scalars(select(Remark.handover_id).where(Remark.kind == RemarkKind.QUESTION)))


def mailed(thread: Thread) -> list[str]:
    """To whom the sweep sends a mail, ten minutes on."""
    thread.region.clock.pass_by(GATHERED)
    before = len(thread.region.mail.sent)
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=100)
    for person_id in people:
        mail_person(thread.services, person_id)
    return [mail.to for mail in thread.region.mail.sent[before:]]


def test_one_question_goes_to_all_that_were_chosen_and_to_none_twice(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    chosen = [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    today = thread.region.clock.now().date()
    hold(
        thread.services,
        thread.teacher.actor,
        chosen[2],
        held_on=today,
        way=ConversationWay.TELEPHONE,
        who="M. Janssen",
        agreed="alles besproken",
    )
    page = visitors["intake"].page("/dossiers?stap=ontvangen")
    assert page.select_one(f"button[value=talk][formaction='{ASK}']") is not None

    shown = visitors["intake"].post(ASK, {"kies": chosen})

    check_page(shown.text)
    assert "Vraag een gesprek over 3 leerlingen" in shown.text
    assert questions(thread) == []
    form = BeautifulSoup(shown.text, "html5lib").select_one(f"form[action='{ASK}']")
    assert form is not None
    done = visitors["intake"].post(ASK, {**filled(form), "doe": "vraag"}, follow=True)
    check_page(done.text)
    assert "Bij 2 leerlingen is het gevraagd" in done.text
    assert "was al gevraagd, of het gesprek is al geweest" in done.text
    assert questions(thread) == sorted(chosen[:2])

    # A colleague's same question is not asked beside it, pressed twice neither.
    again = visitors["care"].post(
        ASK, {**filled(form), "doe": "vraag", "csrf_token": visitors["care"].token()}, follow=True
    )
    assert "Bij 0 leerlingen is het gevraagd" in again.text
    assert questions(thread) == sorted(chosen[:2])


def test_the_teacher_gets_one_mail_for_all_of_them(thread: Thread) -> None:
    chosen = [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    mailed(thread)

    results = do_together(thread.services, thread.intake.actor, Together.TALK, chosen, question=QUESTION)

    assert set(results.values()) == {Became.DONE}
    assert mailed(thread) == [thread.teacher.email]


def test_without_a_question_or_with_one_dossier_of_another_nothing_is_asked(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id, new = thread.accepted(), thread.offered(last_name="Cox")

    back = visitors["intake"].post(ASK, {"kies": [handover_id], "vraag": " ", "doe": "vraag"})

    assert back.status_code == 422
    assert "Vul hier iets in." in back.text
    with pytest.raises(Invalid):
        do_together(thread.services, thread.intake.actor, Together.TALK, [handover_id])
    with pytest.raises(NotFound):
        do_together(thread.services, thread.intake.actor, Together.TALK, [handover_id, "0" * 32], question=QUESTION)
    with pytest.raises(NotAllowed):
        do_together(thread.services, thread.intake.actor, Together.TALK, [handover_id, new], question=QUESTION)
    assert visitors["office"].post(ASK, {"kies": [handover_id]}).status_code == 404
    assert visitors["teacher"].post(ASK, {"kies": [handover_id]}).status_code == 404
    assert visitors["intake"].post(ASK, {"kies": ["0" * 32]}).status_code == 404
    assert visitors["intake"].post(ASK, {}).status_code == 303
    assert questions(thread) == []


def test_by_a_pasted_list_the_question_is_asked_where_it_can_be(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, _new = thread.accepted(last_name="Bakker"), thread.offered(last_name="Cox")
    text = "Naam\nNoah Bakker\nNoah Cox\n"
    shown = visitors["care"].post("/dossiers/lijst", {"rijen": text, "wat": "talk", "doe": "kijk"})
    page = BeautifulSoup(shown.text, "html5lib")
    assert "Neem dit dossier eerst in ontvangst." in text_of(page)
    form = next(one for one in page.select("form") if one.select_one("button[value=leg]") is not None)

    back = visitors["care"].post("/dossiers/lijst", {**filled(form), "vraag": "", "doe": "leg"})
    assert back.status_code == 422
    assert questions(thread) == []
    done = visitors["care"].post("/dossiers/lijst", {**filled(form), "doe": "leg"})

    assert "Het gesprek is gevraagd" in done.text
    assert questions(thread) == [handover_id]


def test_what_there_was_no_time_for_is_told_as_later(thread: Thread) -> None:
    first, second = thread.accepted(), thread.accepted(last_name="Cox")
    steps = [Step(what=Together.TALK, subject_id=one) for one in (first, second)]

    done = do_all(thread.services, thread.intake.actor, steps, question=QUESTION, within=-1)

    assert done == [Became.DONE, Became.LATER]
    assert questions(thread) == [first]
