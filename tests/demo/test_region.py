"""The demo region: real schools, invented people, and a child in every state, made by what people do on the pages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.handovers import under_way
from handover.bundles.model import Handover, Remark, RemarkKind
from handover.bundles.one_of_two import surplus_of
from handover.bundles.passing import arriving, passage_of
from handover.bundles.sending import left_to_do
from handover.bundles.state import HandoverStatus
from handover.demo_data.children import CHILDREN, Child, State
from handover.demo_data.documents import plan_pdf, report_pdf
from handover.demo_data.people import HOMMEL
from handover.demo_data.sign_ins import file_of, kept
from handover.demo_people import Somebody
from handover.demo_region import NotADemo, make_demo_region, throw_away
from handover.dossiers.checking import check_document
from handover.dossiers.rules import Missing
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from handover.policy import Actor
from handover.rooms.names import read_names
from handover.schools.calendar import region_days
from handover.schools.model import Location, Person, Unit, UnitStatus
from handover.services import Services, open_services
from handover.settings import Settings
from handover.terms.destination import Passage
from handover.terms.school_kind import SchoolKind

STATUS = {
    State.OFFERED: HandoverStatus.OFFERED,
    State.WITHDRAWN: HandoverStatus.WITHDRAWN,
    State.DECLINED: HandoverStatus.DECLINED,
    State.ACCEPTED: HandoverStatus.ACCEPTED,
    State.QUESTION: HandoverStatus.ACCEPTED,
    State.READ: HandoverStatus.ACCEPTED,
    State.SUPPLEMENTED: HandoverStatus.ACCEPTED,
    State.CONFIRMED: HandoverStatus.CONFIRMED,
    State.TWO_SCHOOLS: HandoverStatus.ACCEPTED,
}
ALL = [child for children in CHILDREN.values() for child in children]


def settings_in(folder: Path) -> Settings:
    return Settings(
        demo=True,
        database_url=f"sqlite:///{folder / 'handover.sqlite'}",
        storage=f"folder:{folder / 'blobs'}",
        mail=f"folder:{folder / 'mail'}",
        service_key_file=str(folder / "service.key"),
        region_keys_file=str(folder / "region-keys.json"),
        destructions_file=str(folder / "destroyed.txt"),
        secret_key_file=str(folder / "secret.key"),
        passphrase_log_n=4,
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = settings_in(tmp_path_factory.mktemp("region"))
    make_demo_region(made)
    return made


@pytest.fixture(scope="module")
def services(settings: Settings) -> Services:
    return open_services(settings)


@pytest.fixture(scope="module")
def marieke(settings: Settings, services: Services) -> Actor:
    return person(settings, services, "Marieke Janssen")


def person(settings: Settings, services: Services, name: str) -> Actor:
    line = next(one for one in kept(file_of(settings)) if one.name == name)
    with services.uow() as uow:
        person_id = uow.session.scalars(select(Person.id).where(Person.email == line.email)).one()
    return Somebody(services, person_id, line.email, line.words).actor


def test_each_child_is_as_far_as_its_story_says(services: Services) -> None:
    with services.uow() as uow:
        found = Counter(uow.session.scalars(select(Handover.status)))
        leavers = uow.session.scalar(select(func.count()).select_from(Leaver))

    assert leavers == len(ALL)
    two = Counter(HandoverStatus.ACCEPTED for child in ALL if child.beside)
    assert found == Counter(STATUS[child.state] for child in ALL if child.state in STATUS) + two
    assert {child.state for child in ALL} == set(State)


def test_a_teacher_reads_the_names_of_her_class_in_every_script(services: Services, marieke: Actor) -> None:
    wanted = {f"{child.first_name} {child.last_name}" for child in CHILDREN[HOMMEL.name]}
    with services.uow() as uow:
        [unit_id] = {held.unit_id for held in marieke.memberships}
        ids = list(uow.session.scalars(select(Leaver.id).where(Leaver.unit_id == unit_id)))
        names = read_names(uow, marieke.keyring, unit_id, ids).values()

    assert {f"{name['first_name']} {name['last_name']}" for name in names} == wanted


def test_a_dossier_that_is_ready_lacks_nothing_and_the_others_do(services: Services, marieke: Actor) -> None:
    with services.uow() as uow:
        [unit_id] = {held.unit_id for held in marieke.memberships}
        rows = uow.session.execute(select(Leaver.id, Leaver.reference).where(Leaver.unit_id == unit_id)).all()
        names = read_names(uow, marieke.keyring, unit_id, [leaver_id for leaver_id, _ in rows])
        left = {names[leaver_id]["first_name"]: left_to_do(services, uow, marieke, ref) for leaver_id, ref in rows}

    def of(*states: State) -> list[Child]:
        return [child for child in CHILDREN[HOMMEL.name] if child.state in states]

    assert [left[child.first_name] for child in of(State.READY)] == [[], []]
    [waits] = of(State.NO_RECEIVER)
    assert [one.missing for one in left[waits.first_name]] == [Missing.RECEIVER_NOT_READY]
    assert all(left[child.first_name] for child in of(State.EMPTY, State.HALF, State.PARENTS))


def test_a_child_of_whom_the_tlv_is_undecided_is_at_vso_and_another_school(services: Services) -> None:
    [child] = [one for one in ALL if one.state is State.TWO_SCHOOLS]
    with services.uow() as uow:
        both = uow.session.scalars(select(Handover).where(Handover.receiver_brin == child.beside)).one()
        pair = under_way(uow, both.leaver_id)
        surplus, allowed = surplus_of(uow, pair), region_days(uow).two_schools

    assert [one.receiver_brin for one in pair] == [child.to, child.beside]
    assert surplus is None
    assert allowed


def test_the_other_primary_school_is_asked_for_a_child_by_name_and_the_one_it_left_waits(
    settings: Settings, services: Services, marieke: Actor
) -> None:
    [child] = [one for one in ALL if one.state is State.PASSING]
    frank = person(settings, services, "Frank Wijnen")
    with services.uow() as uow:
        [there] = {held.unit_id for held in frank.memberships}
        [asked] = arriving(uow, frank, there)
        row = uow.session.get_one(PassageRow, asked.id)
        reference = uow.session.get_one(Leaver, row.leaver_id).reference
        going = passage_of(services, uow, marieke, reference)

    assert asked.about
    assert asked.about["last_name"] == child.last_name
    assert going
    assert (going.state, going.school) == (Passage.ASKED, "Nieuweschool")


def test_questions_wait_and_are_answered(services: Services) -> None:
    with services.uow() as uow:
        kinds = Counter(uow.session.scalars(select(Remark.kind)))

    assert set(kinds) == set(RemarkKind)


def test_schools_are_in_every_stage_of_taking_part(services: Services) -> None:
    with services.uow() as uow:
        statuses = Counter(uow.session.scalars(select(Unit.status)))
        kinds = Counter(uow.session.scalars(select(Location.kind)))

    assert statuses == {UnitStatus.ENROLLED: 11, UnitStatus.INVITED: 1}
    assert kinds == {SchoolKind.BO: 80, SchoolKind.SBO: 6, SchoolKind.VO: 8, SchoolKind.PRO: 1, SchoolKind.VSO: 1}


def test_one_person_works_at_two_schools_with_one_sign_in(settings: Settings) -> None:
    ineke = [one for one in kept(file_of(settings)) if one.name == "Ineke Smits"]

    assert {one.place for one in ineke} == {"De Hommel", "Sint Anna"}
    assert len({one.words for one in ineke}) == 1


def test_a_second_start_changes_nothing(settings: Settings, services: Services) -> None:
    words = file_of(settings).read_text()

    make_demo_region(settings)

    assert file_of(settings).read_text() == words
    with services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Leaver)) == len(ALL)


def test_what_is_thrown_away_is_gone_and_nothing_else(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for name in ("handover.sqlite", "service.key", "demo-wachtzinnen.txt", "mine.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "blobs").mkdir()

    throw_away(settings)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_installation_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "service.key").write_text("not yours")

    with pytest.raises(NotADemo):
        make_demo_region(settings_in(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["service.key"]


def test_the_documents_pass_the_checks_that_everybodys_pass() -> None:
    report, plan = check_document(report_pdf("7K3P-2M", "De Hommel")), check_document(plan_pdf("7K3P-2M", "De Hommel"))

    assert (report.pages, report.findings) == (2, ())
    assert (plan.pages, plan.findings) == (1, ())
