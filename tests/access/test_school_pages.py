"""The pages of a unit: its people, their keys, and what an admin can do that others cannot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from handover.access.newcomer import person_words
from handover.access.people import accept_invitation
from handover.policy import Role
from handover.rooms.circles import holders
from handover.rooms.model import CircleKeyRow
from handover.schools.model import Membership, Person, UnitSide
from keys.circle import Circle
from tests.factories.access import (
    Colleague,
    GivenRegion,
    GivenUnit,
    Member,
    given_colleague,
    given_enrolled_unit,
    given_region,
)
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}\b")
MARIEKE = "Marieke Janssen"


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    people = [
        Colleague(name=MARIEKE, roles=(Role.TEACHER,), groups=("8a",)),
        Colleague(name="Ineke Smits", roles=(Role.IB,)),
    ]
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=people)


@pytest.fixture
def other(region: GivenRegion) -> GivenUnit:
    people = [Colleague(name="Peter Claessens", roles=(Role.INTAKE,))]
    return given_enrolled_unit(region, UnitSide.VO, "Raayland College", brin6="25FY00", people=people)


@pytest.fixture
def app(region: GivenRegion) -> Flask:
    return given_app(region)


@pytest.fixture
def admin(app: Flask, school: GivenUnit) -> Visitor:
    return given_signed_in(app, school.admin)


@pytest.fixture
def marieke(app: Flask, school: GivenUnit) -> Visitor:
    return given_signed_in(app, school.people[MARIEKE])


def membership_of(school: GivenUnit, name: str) -> str:
    with school.admin.services.uow() as uow:
        found = uow.session.scalar(
            select(Membership.id).where(
                Membership.person_id == school.people[name].person_id, Membership.ended_at.is_(None)
            )
        )
    assert found is not None
    return found


def words_of(member: Member) -> str:
    with member.services.uow() as uow:
        return person_words(uow.session.get_one(Person, member.person_id))


def version_of(school: GivenUnit, circle: Circle) -> int:
    with school.admin.services.uow() as uow:
        versions = uow.session.scalars(
            select(CircleKeyRow.version).where(CircleKeyRow.unit_id == school.id, CircleKeyRow.circle == circle)
        )
        return max(versions)


def invited_code(page: str) -> str:
    found = CODE.search(text_of(BeautifulSoup(page, "html5lib")))
    assert found is not None
    return found[0]


def test_everybody_sees_who_works_here_and_only_an_admin_can_invite(admin: Visitor, marieke: Visitor) -> None:
    for_admin, for_teacher = admin.get("/school"), marieke.get("/school")

    check_page(for_admin.text)
    check_page(for_teacher.text)
    assert "Ineke Smits" in for_teacher.text
    assert "Nodig een collega uit" in for_admin.text
    assert "Nodig een collega uit" not in for_teacher.text
    assert "Vraag Beheer De Hommel" in text_of(BeautifulSoup(for_teacher.text, "html5lib"))


def test_an_unit_is_there_for_its_own_people_only(app: Flask, school: GivenUnit, other: GivenUnit) -> None:
    intake = given_signed_in(app, other.people["Peter Claessens"])
    ineke = school.people["Ineke Smits"].person_id
    role = membership_of(school, "Ineke Smits")

    for path in ("", "/sleutels", "/collega", f"/collega/{ineke}", f"/rol/{role}/beeindigen"):
        assert intake.get(f"/school/{school.id}{path}").status_code == 404, path
    for path in (
        "/collega",
        "/groepen",
        "/werk",
        "/herstelblad",
        "/herstelblad/pdf",
        "/herstelblad/aanvullen",
        "/herstelblad/proberen",
        "/sleutels/dossier/vervangen",
        f"/collega/{ineke}/sleutel",
        f"/collega/{ineke}/rol",
        f"/collega/{ineke}/opnieuw",
        f"/rol/{role}/groepen",
        f"/rol/{role}/beeindigen",
    ):
        assert intake.post(f"/school/{school.id}{path}").status_code == 404, path


def test_a_teacher_looks_and_changes_nothing(school: GivenUnit, marieke: Visitor) -> None:
    ineke = school.people["Ineke Smits"].person_id
    role = membership_of(school, "Ineke Smits")

    for path in ("", "/sleutels", f"/collega/{ineke}"):
        assert marieke.get(f"/school/{school.id}{path}").status_code == 200, path
    for path in ("/collega", f"/rol/{role}/beeindigen", "/sleutels/dossier/vervangen"):
        assert marieke.get(f"/school/{school.id}{path}").status_code == 403, path
    for path in (
        "/collega",
        "/groepen",
        "/herstelblad",
        "/herstelblad/pdf",
        "/herstelblad/proberen",
        "/sleutels/dossier/vervangen",
        f"/collega/{ineke}/rol",
        f"/collega/{ineke}/opnieuw",
        f"/rol/{role}/groepen",
        f"/rol/{role}/beeindigen",
    ):
        assert marieke.post(f"/school/{school.id}{path}").status_code == 403, path


def test_an_admin_of_another_school_cannot_reach_through_the_own_address(
    app: Flask, school: GivenUnit, other: GivenUnit
) -> None:
    stranger = given_signed_in(app, other.admin)
    ineke = school.people["Ineke Smits"].person_id
    role = membership_of(school, "Ineke Smits")

    assert stranger.get(f"/school/{other.id}/collega/{ineke}").status_code == 404
    assert stranger.post(f"/school/{other.id}/collega/{ineke}/opnieuw").status_code == 404
    assert stranger.post(f"/school/{other.id}/rol/{role}/beeindigen").status_code == 404
    assert stranger.post(f"/school/{other.id}/rol/{role}/groepen").status_code == 404


def test_a_colleague_is_invited_comes_in_and_is_handed_the_key_after_the_words(
    school: GivenUnit, admin: Visitor
) -> None:
    services = school.admin.services
    form = {"naam": "Bert Jacobs", "mail": "Bert@Hommel.example", "rollen": "teacher", "tot": "31 juli 2027"}
    shown = admin.post(f"/school/{school.id}/collega", form)
    check_page(shown.text)
    joined = accept_invitation(services, code=invited_code(shown.text))
    page = admin.page("/school")
    assert "Geef Bert Jacobs de sleutel" in text_of(page)
    one = f"/school/{school.id}/collega/{joined.person_id}"
    check_page(admin.get(one).text)
    assert joined.words not in admin.get(one).text

    wrong = admin.post(f"{one}/sleutel", {"woorden": words_of(school.admin)})
    right = admin.post(f"{one}/sleutel", {"woorden": joined.words.upper()})

    assert wrong.status_code == 422
    check_page(wrong.text)
    assert right.status_code == 303
    with services.uow() as uow:
        assert joined.person_id in holders(uow, school.id)[Circle.DOSSIER]
    assert "31 juli 2027" in text_of(admin.page(one))


def test_a_teacher_who_holds_the_key_can_hand_it_on_too(school: GivenUnit, marieke: Visitor) -> None:
    new = given_colleague(school, Colleague(name="Bert Jacobs", roles=(Role.IB,)), with_keys=False)

    answer = marieke.post(f"/school/{school.id}/collega/{new.person_id}/sleutel", {"woorden": words_of(new)})

    assert answer.status_code == 303
    assert "Doorgegeven" in text_of(marieke.page("/school"))


def test_who_waits_sees_the_own_words_and_who_can_help(school: GivenUnit, app: Flask) -> None:
    new = given_colleague(school, Colleague(name="Bert Jacobs", roles=(Role.IB,)), with_keys=False)

    answer = given_signed_in(app, new).get("/school")

    check_page(answer.text)
    text = text_of(BeautifulSoup(answer.text, "html5lib"))
    assert "Uw sleutel komt nog" in text
    assert words_of(new).split()[0] in text
    assert "Marieke Janssen" in text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"naam": ""}, "Vul de naam in"),
        ({"mail": "geen adres"}, "geen e-mailadres"),
        ({"rollen": "intake"}, "bestaat niet bij deze school"),
        ({"tot": "zomer"}, "geen dag"),
        ({"tot": "1 januari 2020"}, "al voorbij"),
        ({"groepen": "x" * 32}, "niet van uw school"),
    ],
)
def test_an_invitation_that_cannot_be_keeps_what_was_typed(
    school: GivenUnit, admin: Visitor, changed: dict[str, str], says: str
) -> None:
    form = {"naam": "Bert Jacobs", "mail": "bert@hommel.example", "rollen": "teacher", "tot": ""} | changed

    answer = admin.post(f"/school/{school.id}/collega", form)

    assert answer.status_code == 422
    check_page(answer.text)
    assert says in answer.text
    if "mail" not in changed:
        assert "bert@hommel.example" in answer.text


def test_an_invitation_can_be_taken_back(school: GivenUnit, admin: Visitor, app: Flask) -> None:
    form = {"naam": "Bert Jacobs", "mail": "bert@hommel.example", "rollen": "ib"}
    code = invited_code(admin.post(f"/school/{school.id}/collega", form).text)
    withdraw = admin.page("/school").select_one("form[action$='/intrekken']")
    assert withdraw is not None

    admin.post(str(withdraw["action"]))

    assert "Bert Jacobs" not in text_of(admin.page("/school"))
    assert Visitor(app.test_client()).post("/uitnodiging", {"code": code}).status_code == 410


def test_an_invitation_of_another_school_cannot_be_taken_back(
    school: GivenUnit, admin: Visitor, other: GivenUnit, app: Flask
) -> None:
    admin.post(f"/school/{school.id}/collega", {"naam": "Bert", "mail": "bert@hommel.example", "rollen": "ib"})
    withdraw = admin.page("/school").select_one("form[action$='/intrekken']")
    assert withdraw is not None
    stranger = given_signed_in(app, other.admin)

    answer = stranger.post(str(withdraw["action"]).replace(school.id, other.id))

    assert answer.status_code == 404
    assert "bert@hommel.example" in text_of(admin.page("/school"))


def test_a_group_is_added_once(school: GivenUnit, admin: Visitor) -> None:
    first = admin.post(f"/school/{school.id}/groepen", {"groep": "8c", "jaar": "2026-2027"})
    again = admin.post(f"/school/{school.id}/groepen", {"groep": "8c", "jaar": "2026-2027"})
    no_year = admin.post(f"/school/{school.id}/groepen", {"groep": "8d", "jaar": "1999-2000"})

    assert (first.status_code, again.status_code, no_year.status_code) == (303, 422, 422)
    check_page(again.text)
    assert "8c" in text_of(admin.page("/school"))


def test_a_teachers_groups_are_changed(school: GivenUnit, admin: Visitor) -> None:
    admin.post(f"/school/{school.id}/groepen", {"groep": "8c", "jaar": "2026-2027"})
    one = f"/school/{school.id}/collega/{school.people[MARIEKE].person_id}"
    boxes = admin.page(one).select("form[action$='/groepen'] input[type=checkbox]")

    admin.post(
        f"/school/{school.id}/rol/{membership_of(school, MARIEKE)}/groepen",
        {"groepen": [str(box["value"]) for box in boxes]},
    )

    assert "8a, 8c" in text_of(admin.page("/school"))
    check_page(admin.get(one).text)


def test_one_more_role_is_given_once(school: GivenUnit, admin: Visitor) -> None:
    one = f"/school/{school.id}/collega/{school.people[MARIEKE].person_id}"

    given = admin.post(f"{one}/rol", {"rol": "po_admin"})
    again = admin.post(f"{one}/rol", {"rol": "po_admin"})
    none = admin.post(f"{one}/rol", {"rol": "tovenaar"})

    assert (given.status_code, again.status_code, none.status_code) == (303, 422, 422)
    check_page(again.text)
    assert "wacht op: beheersleutel" in text_of(admin.page(one))


def test_ending_a_role_says_what_happens_and_replaces_the_keys(
    school: GivenUnit, admin: Visitor, marieke: Visitor
) -> None:
    role = membership_of(school, MARIEKE)
    before = version_of(school, Circle.DOSSIER)

    asked = admin.get(f"/school/{school.id}/rol/{role}/beeindigen")
    done = admin.post(f"/school/{school.id}/rol/{role}/beeindigen")

    check_page(asked.text)
    assert "Deze sleutels worden vervangen" in asked.text
    assert done.status_code == 303
    assert version_of(school, Circle.DOSSIER) == before + 1
    assert MARIEKE not in text_of(admin.page("/school"))
    assert marieke.get(f"/school/{school.id}").status_code == 404


def test_the_only_admin_stays(school: GivenUnit, admin: Visitor) -> None:
    with school.admin.services.uow() as uow:
        role = uow.session.scalar(select(Membership.id).where(Membership.person_id == school.admin.person_id))

    answer = admin.post(f"/school/{school.id}/rol/{role}/beeindigen")

    assert answer.status_code == 409
    check_page(answer.text)
    assert "laatste beheerder" in answer.text


def test_who_lost_the_words_is_let_in_anew(school: GivenUnit, admin: Visitor) -> None:
    ineke = school.people["Ineke Smits"]
    old = words_of(ineke)

    shown = admin.post(f"/school/{school.id}/collega/{ineke.person_id}/opnieuw")
    check_page(shown.text)
    joined = accept_invitation(school.admin.services, code=invited_code(shown.text))

    assert joined.words != old
    assert "Geef Ineke Smits de sleutel" in text_of(admin.page("/school"))
    handed = admin.post(f"/school/{school.id}/collega/{ineke.person_id}/sleutel", {"woorden": joined.words})
    assert handed.status_code == 303


def test_the_only_holder_of_a_key_is_not_let_in_anew(school: GivenUnit, admin: Visitor, app: Flask) -> None:
    one = f"/school/{school.id}/collega/{school.people[MARIEKE].person_id}"
    admin.post(f"{one}/rol", {"rol": "po_admin"})
    admin.post(f"{one}/sleutel", {"woorden": words_of(school.people[MARIEKE])})
    with school.admin.services.uow() as uow:
        role = uow.session.scalar(select(Membership.id).where(Membership.person_id == school.admin.person_id))
    admin.post(f"/school/{school.id}/rol/{role}/beeindigen")
    new = given_signed_in(app, school.people[MARIEKE])

    answer = new.post(f"/school/{school.id}/collega/{school.people[MARIEKE].person_id}/opnieuw")

    assert answer.status_code == 409
    assert "herstelblad" in answer.text.lower()
    check_page(answer.text)


def test_who_left_with_the_last_copy_of_a_key_hands_it_on_and_can_do_nothing_else(
    school: GivenUnit, admin: Visitor, app: Flask
) -> None:
    marieke = school.people[MARIEKE]
    one = f"/school/{school.id}/collega/{marieke.person_id}"
    admin.post(f"{one}/rol", {"rol": "po_admin"})
    with school.admin.services.uow() as uow:
        role = uow.session.scalar(select(Membership.id).where(Membership.person_id == school.admin.person_id))
    asked = admin.get(f"/school/{school.id}/rol/{role}/beeindigen")
    assert "Niemand anders heeft: beheersleutel" in text_of(BeautifulSoup(asked.text, "html5lib"))
    admin.post(f"/school/{school.id}/rol/{role}/beeindigen")
    gone = Visitor(app.test_client())
    entered = gone.post("/aanmelden", {"email": school.admin.email, "wachtzin": school.admin.passphrase})
    assert entered.headers["Location"] == "/doorgeven"
    assert gone.get(f"/school/{school.id}").status_code == 404
    listed, path = gone.get("/doorgeven"), f"/doorgeven/{school.id}/{marieke.person_id}"
    check_page(listed.text)
    assert path in listed.text
    check_page(gone.get(path).text)

    wrong = gone.post(path, {"woorden": words_of(school.admin)})
    right = gone.post(path, {"woorden": words_of(marieke)})

    check_page(wrong.text)
    assert (wrong.status_code, right.status_code) == (422, 303)
    with school.admin.services.uow() as uow:
        assert holders(uow, school.id)[Circle.ADMIN] == {marieke.person_id}
    assert gone.get(path).status_code == 404
    check_page(gone.get("/doorgeven").text)


def test_who_manages_alone_is_asked_at_the_door_for_a_second_until_the_board_holds_the_key(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    def told() -> str:
        return text_of(given_signed_in(app, school.admin).page("/school"))

    assert "alleen u heeft de beheersleutel" in told()
    assert "de beheersleutel" not in text_of(given_signed_in(app, school.people[MARIEKE]).page("/school"))
    admin = given_signed_in(app, school.admin)
    form = {"naam": "Bea Bestuur", "mail": "bea@example.nl", "rollen": "po_admin", "bestuur": "ja"}
    found = CODE.search(admin.post(f"/school/{school.id}/collega", form).text)
    assert found is not None
    accepted = accept_invitation(region.services, code=found[0])
    with region.services.uow() as uow:
        board = uow.session.scalars(select(Membership).where(Membership.person_id == accepted.person_id)).all()
        assert [row.is_board for row in board] == [True]
    shown = given_signed_in(app, school.people[MARIEKE]).page(f"/school/{school.id}")
    (line,) = [row for row in shown.select("tbody tr") if "Bea Bestuur" in row.text]
    assert "bestuur" in text_of(line.select("th")[0])
    assert sum("utrecht-status-badge" in str(row.select_one("th")) for row in shown.select("tbody tr")) == 1
