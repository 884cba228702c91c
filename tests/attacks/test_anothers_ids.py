"""Ids of another school's things, put in an address or a form that is one's own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.invitations import invite
from handover.access.model import Invitation
from handover.bundles.model import Handover, Remark
from handover.bundles.remarks import ask, note
from handover.dossiers.model import Document
from handover.leavers.actions import add_leaver
from handover.leavers.model import Application, Leaver
from handover.policy import Role
from handover.schools.model import Membership, MembershipGroup, UnitSide
from schemas.dossiers import NameSchema
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit
from tests.factories.api import given_program
from tests.factories.thread import DAY, NOAH, Thread
from tests.factories.web import given_signed_in


@dataclass
class Neighbour:
    """De Wilg: a school with a teacher, an admin and a child of its own, who knows every id of De Hommel's child."""

    unit: GivenUnit
    reference: str
    """Of the neighbour's own child."""
    theirs: str
    """Of the other school's."""
    document: str
    application: str


@pytest.fixture
def neighbour(thread: Thread) -> Neighbour:
    unit = given_enrolled_unit(
        thread.region,
        UnitSide.PO,
        "De Wilg",
        brin6="03QJ00",
        people=[Colleague(name="Tom Kuipers", roles=(Role.TEACHER,), groups=("8b",))],
    )
    theirs = thread.leaver()
    thread.written(theirs)
    thread.applied(theirs)
    own = add_leaver(
        thread.services,
        unit.actor("Tom Kuipers"),
        unit.groups["8b"],
        NameSchema().dump(NameSchema().load(NOAH | {"first_name": "Sem"})),
    )
    with thread.services.uow() as uow:
        leaver_id = uow.session.scalars(select(Leaver.id).where(Leaver.reference == theirs)).one()
        document = uow.session.scalars(select(Document.id).where(Document.leaver_id == leaver_id)).first()
        application = uow.session.scalars(select(Application.id).where(Application.leaver_id == leaver_id)).one()
    assert document is not None
    return Neighbour(unit=unit, reference=own, theirs=theirs, document=document, application=application)


def test_a_document_or_application_of_another_child_under_ones_own_reference(
    thread: Thread, app: Flask, neighbour: Neighbour
) -> None:
    tom = given_signed_in(app, neighbour.unit.people["Tom Kuipers"])
    program = given_program(app, neighbour.unit.people["Tom Kuipers"])
    child, document = f"/leerling/{neighbour.reference}", neighbour.document

    assert tom.get(child).status_code == 200
    for path in (f"{child}/documenten/{document}", f"{child}/documenten/{document}/bestand", f"{child}/ouders/p1"):
        assert tom.get(path).status_code == 404
    for path in (
        f"{child}/documenten/{document}/weg",
        f"{child}/documenten/{document}/terug",
        f"{child}/ouders/p1/weg",
    ):
        assert tom.post(path).status_code == 404
    assert tom.post(f"{child}/documenten/{document}", {"titel": "van mij", "soort": "okr"}).status_code == 404
    there = {"aanmelding": neighbour.application, "applied_on": "1-4-2027"}
    for way, form in (("wijzig", there), ("wijzig", {**there, "eerst": "1"}), ("intrekken", there)):
        answers = [tom.post(f"{child}/school/{way}", {**form, "aanmelding": one}) for one in (form["aanmelding"], "x")]
        assert [answer.status_code for answer in answers] == [409, 409]  # another's is no different from nobody's

    own = f"/leavers/{neighbour.reference}"
    assert program.get(f"{own}/documents/{document}").status_code == 404
    assert program.ask("DELETE", f"{own}/documents/{document}").status_code == 404
    changed = {"applied_on": DAY.isoformat(), "tlv": "not_needed"}
    assert program.put(f"{own}/applications/{neighbour.application}", changed).status_code == 404
    with thread.services.uow() as uow:
        assert uow.session.get_one(Document, document).leaver_id
        assert uow.session.get_one(Application, neighbour.application).version == 1


def test_a_child_is_not_moved_to_another_schools_group(thread: Thread, app: Flask, neighbour: Neighbour) -> None:
    teacher = neighbour.unit.people["Tom Kuipers"]
    tom, program = given_signed_in(app, teacher), given_program(app, teacher)
    typed = {"first_name": "Sem", "last_name": "Wójcik", "birth_date": "19-6-2015", "groep": thread.po.groups["8a"]}

    assert tom.post(f"/leerling/{neighbour.reference}/naam", typed).status_code == 404
    assert tom.post(f"/groep/{thread.po.groups['8a']}/toevoegen", typed).status_code == 404
    added = program.post("/leavers", {"group_id": thread.po.groups["8a"], "name": NOAH})
    assert added.status_code == 404
    assert program.get(f"/leavers?group_id={thread.po.groups['8a']}").json == {
        "leavers": [],
        "after": None,
    }


def test_an_admin_reaches_no_colleague_invitation_role_or_group_of_another_school(
    thread: Thread, app: Flask, neighbour: Neighbour
) -> None:
    admin, mine, theirs = given_signed_in(app, neighbour.unit.admin), neighbour.unit.id, thread.teacher.person_id
    asked = invite(
        thread.services,
        thread.po.admin.actor,
        thread.po.id,
        name="Bert Bos",
        email="bert@hommel.example",
        roles=(Role.IB,),
    )
    with thread.services.uow() as uow:
        role = uow.session.scalars(select(Membership.id).where(Membership.person_id == theirs)).one()

    for path in (
        f"/school/{mine}/uitnodiging/{asked.id}/intrekken",
        f"/school/{mine}/rol/{role}/beeindigen",
        f"/school/{mine}/rol/{role}/groepen",
        f"/school/{mine}/collega/{theirs}/opnieuw",
    ):
        assert admin.post(path, {"groepen": neighbour.unit.groups["8b"]}).status_code == 404, path
    assert admin.post(f"/school/{mine}/collega/{theirs}/rol", {"rol": "ib"}).status_code == 404
    words = {"woorden": "een twee drie vier vijf"}
    assert admin.post(f"/school/{mine}/collega/{theirs}/sleutel", words).status_code in {404, 422}
    own = neighbour.unit.people["Tom Kuipers"].person_id
    with thread.services.uow() as uow:
        tom = uow.session.scalars(select(Membership.id).where(Membership.person_id == own)).one()
    groups = {"groepen": [thread.po.groups["8a"]]}
    assert admin.post(f"/school/{mine}/rol/{tom}/groepen", groups).status_code == 422
    with thread.services.uow() as uow:
        assert uow.session.get_one(Invitation, asked.id).withdrawn_at is None
        assert uow.session.get_one(Membership, role).ended_at is None
        held = uow.session.scalars(select(MembershipGroup.group_id).where(MembershipGroup.membership_id == tom))
        assert set(held) == {neighbour.unit.groups["8b"]}


def test_a_note_for_the_own_school_is_nowhere_at_the_primary_school(thread: Thread, app: Flask) -> None:
    handover_id = thread.accepted()
    noted = note(thread.services, thread.intake.actor, handover_id, text="Vader belde boos op")
    asked = ask(thread.services, thread.intake.actor, handover_id, text="Welke bril?")
    teacher, program = given_signed_in(app, thread.teacher), given_program(app, thread.teacher)
    answer = {f"antwoord-{noted}": "ha"}

    for page in (f"/dossier/{handover_id}", "/vragen", f"/leerling/{_reference(thread, handover_id)}/spoor"):
        assert "boos" not in teacher.get(page).text
        assert "notitie" not in teacher.get(f"/leerling/{_reference(thread, handover_id)}/spoor").text
    remarks = program.read(f"/handovers/{handover_id}/remarks")["remarks"]
    assert [one["id"] for one in remarks] == [asked]
    unknown = program.post("/remarks/0123456789abcdef0123456789abcdef/replies", {"text": "ha"})
    for there in (program.post(f"/remarks/{noted}/replies", {"text": "ha"}), program.post(f"/remarks/{noted}/close")):
        assert there.status_code == unknown.status_code == 404
        assert there.json is not None
        assert unknown.json is not None
        assert there.json["code"] == unknown.json["code"]
        assert there.json["detail"] == unknown.json["detail"]
    assert teacher.post(f"/vragen/{noted}/antwoord", answer).status_code == 404
    assert teacher.post(f"/vragen/{noted}/antwoord").status_code == 404
    assert teacher.post(f"/vragen/{noted}/sluiten").status_code == 404
    with thread.services.uow() as uow:
        assert uow.session.get_one(Remark, noted).closed_at is None


def test_parts_and_numbers_that_are_not_there(thread: Thread, app: Flask) -> None:
    handover_id = thread.accepted()
    intake = given_signed_in(app, thread.intake)

    for item in (
        "care/0",
        "care/2",
        "dossier/0",
        "dossier/999999999999999999999",
        "own/1",
        "..%2Fcare/1",
        "dossier/-1",
    ):
        assert intake.get(f"/dossier/{handover_id}/document/{item}").status_code == 404, item


def _reference(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).reference
