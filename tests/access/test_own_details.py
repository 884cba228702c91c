"""Mijn gegevens: what somebody says of themselves, and being away."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.absence import covered_by, end_away, set_away
from handover.audit.model import AuditEntry
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import Role
from handover.schools.absence_model import Absence
from handover.schools.model import MailPace, Person
from handover.terms.clock import local_day
from keys.circle import Circle
from tests.factories.access import Colleague, Member, given_colleague
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture
def marieke(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def person(thread: Thread, member: Member) -> Person:
    with thread.services.uow() as uow:
        return uow.session.get_one(Person, member.person_id)


def absences(thread: Thread) -> list[tuple[str, str | None]]:
    with thread.services.uow() as uow:
        return [(row.person_id, row.stand_in_id) for row in uow.session.scalars(select(Absence))]


def away_address(thread: Thread, member: Member, last: str = "afwezig") -> str:
    return f"/school/{thread.po.id}/collega/{member.person_id}/{last}"


GOOD = {"telefoon": " 0478  51 23 45 ", "dagen": "ma, di en do", "taal": "nl", "post": "daily"}


def test_somebody_says_how_they_are_reached_and_how_often_mail_comes(thread: Thread, marieke: Visitor) -> None:
    answer = marieke.post("/mijn", GOOD, follow=True)

    check_page(answer.text)
    kept = person(thread, thread.teacher)
    assert (kept.telephone, kept.days_present, kept.mail_pace) == ("0478 51 23 45", "ma, di en do", MailPace.DAILY)
    page = marieke.page("/mijn")
    assert page.select_one("#veld-telefoon")["value"] == "0478 51 23 45"  # type: ignore[index]  # it is there
    assert page.select_one('input[name="post"][checked]')["value"] == "daily"  # type: ignore[index]
    assert "0478 51 23 45" in given_signed_in(marieke.client.application, thread.po.admin).client.get("/school").text


def test_the_header_leads_there_and_the_language_goes_along(marieke: Visitor) -> None:
    assert marieke.page("/groep").select_one('.wo-who a[href="/mijn"]')

    marieke.post("/mijn", GOOD | {"taal": "en"})

    assert marieke.page("/mijn").html["lang"] == "en"  # type: ignore[index]


@pytest.mark.parametrize(
    ("field", "value"),
    [("telefoon", "bel maar"), ("telefoon", "12"), ("telefoon", "0" * 31), ("dagen", "x" * 101), ("dagen", "ma\u202e")],
)
def test_what_is_wrong_is_said_beside_what_was_typed_and_nothing_is_kept(
    thread: Thread, marieke: Visitor, field: str, value: str
) -> None:
    answer = marieke.post("/mijn", GOOD | {field: value})

    assert answer.status_code == 422
    check_page(answer.text)
    assert f'href="#veld-{field}"' in answer.text
    assert person(thread, thread.teacher).mail_pace is MailPace.SORTED


def test_a_choice_that_does_not_exist_is_the_usual_one(thread: Thread, marieke: Visitor) -> None:
    assert marieke.post("/mijn", GOOD | {"taal": "xx", "post": "hourly"}).status_code == 303
    assert person(thread, thread.teacher).language == "nl"


def test_who_is_away_says_until_when_and_who_stands_in(thread: Thread, marieke: Visitor) -> None:
    form = {"van": "", "tot": "31 juli", "waarnemer": thread.ib.person_id}
    marieke.post(away_address(thread, thread.teacher), form)
    answer = marieke.post(away_address(thread, thread.teacher), form, follow=True)

    check_page(answer.text)
    assert "Ineke Smits neemt waar." in text_of(marieke.page("/mijn"))
    assert absences(thread) == [(thread.teacher.person_id, thread.ib.person_id)]
    ib = given_signed_in(marieke.client.application, thread.ib)
    assert "U neemt waar voor Marieke Janssen" in text_of(ib.page("/mijn"))
    assert "afwezig tot en met 31 juli" in text_of(ib.page("/school"))

    for _twice in range(2):
        marieke.post(away_address(thread, thread.teacher, "terug"))
    assert absences(thread) == []
    with thread.services.uow() as uow:
        names = list(uow.session.scalars(select(AuditEntry.name).where(AuditEntry.name.startswith("absence."))))
    assert sorted(names) == ["absence.ended", "absence.set", "absence.set"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"tot": ""}, "tot"),
        ({"tot": "ooit"}, "tot"),
        ({"van": "ooit", "tot": "31 juli"}, "van"),
        ({"van": "31 juli 2027", "tot": "30 juli 2027"}, "tot"),
        ({"van": "1-1-2027", "tot": "2-1-2027"}, "tot"),
        ({"tot": "1-1-2029"}, "tot"),
        ({"tot": "31 juli", "waarnemer": "nobody"}, "waarnemer"),
    ],
)
def test_days_that_cannot_be_are_refused_with_the_form_as_it_was(
    thread: Thread, marieke: Visitor, form: dict[str, str], field: str
) -> None:
    answer = marieke.post(away_address(thread, thread.teacher), form)

    assert answer.status_code == 422
    check_page(answer.text)
    assert f'href="#veld-{field}"' in answer.text
    assert absences(thread) == []


def test_nobody_stands_in_for_themselves_and_nobody_of_another_school_does(thread: Thread) -> None:
    day = date(2027, 7, 31)
    for stand_in in (thread.teacher.person_id, thread.intake.person_id):
        with pytest.raises(Invalid):
            set_away(
                thread.services,
                thread.teacher.actor,
                thread.po.id,
                thread.teacher.person_id,
                from_on=day,
                until_on=day,
                stand_in_id=stand_in,
            )


def test_an_admin_speaks_for_who_is_ill_and_a_colleague_does_not(thread: Thread, app: Flask) -> None:
    services, day = thread.services, date(2027, 7, 31)
    who = thread.teacher.person_id
    with pytest.raises(NotAllowed):
        set_away(services, thread.ib.actor, thread.po.id, who, from_on=day, until_on=day)
    with pytest.raises(NotFound):
        set_away(services, thread.vo.admin.actor, thread.po.id, who, from_on=day, until_on=day)
    with pytest.raises(NotFound):
        set_away(services, thread.po.admin.actor, thread.po.id, thread.intake.person_id, from_on=day, until_on=day)
    with pytest.raises(NotAllowed):
        end_away(services, thread.ib.actor, thread.po.id, who)

    admin = given_signed_in(app, thread.po.admin)
    page = admin.page(f"/school/{thread.po.id}/collega/{who}")
    assert page.select_one(f'a[href$="/{who}/afwezig"]')
    admin.post(away_address(thread, thread.teacher), {"tot": "31 juli", "waarnemer": ""})

    assert absences(thread) == [(who, None)]


def test_a_stand_in_without_a_key_is_told_which_and_who_can_give_it(thread: Thread, app: Flask) -> None:
    new = given_colleague(thread.po, Colleague(name="Sjef Invaller", roles=(Role.IB,)), with_keys=False)
    today = local_day(thread.region.clock.now())
    set_away(
        thread.services,
        thread.teacher.actor,
        thread.po.id,
        thread.teacher.person_id,
        from_on=today,
        until_on=today + timedelta(days=7),
        stand_in_id=new.person_id,
    )
    actor = new.actor
    with thread.services.uow() as uow:
        (one,) = covered_by(uow, actor)

    assert one.lacks == (Circle.CARE, Circle.DOSSIER, Circle.NAMES)
    assert "Ineke Smits" in one.givers
    assert "Marieke Janssen" not in one.givers
    said = text_of(given_signed_in(app, new).page("/mijn"))
    assert "U mist daarvoor: zorgsleutel, dossiersleutel, namensleutel." in said
    assert "Ineke Smits" in said
