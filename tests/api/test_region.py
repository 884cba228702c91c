"""What the samenwerkingsverband reads over the API: what its pages show, and of a small school no more than they."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from handover.bundles.announcing import Application, announce
from handover.bundles.answering import answer_unknown
from handover.bundles.receiving import accept, decline
from handover.leavers.model import Leaver
from handover.oversight.bocs import assign
from handover.oversight.settings import read_settings, set_region
from handover.policy import Role
from handover.schools.model import UnitSide
from tests.factories.access import Colleague, GivenUnit, Member, given_colleague, given_enrolled_unit
from tests.factories.api import Program, given_program
from tests.factories.thread import DAY, NOAH, Thread
from tests.factories.web import given_signed_in, text_of

HIDDEN = ("unsent", "offered", "accepted", "confirmed", "elsewhere")
DASH = "–"


@pytest.fixture
def swv(app: Flask, thread: Thread) -> Program:
    return given_program(app, thread.region.swv)


def at_the_region(thread: Thread, role: Role) -> Member:
    region = thread.region
    unit = GivenUnit(id=region.swv_id, brin6=role.value, admin=region.swv, sheet=region.sheet, words="")
    return given_colleague(unit, Colleague(name=f"Bo {role.value}", roles=(role,)))


def counts_of(found: Any, name: str) -> Any:
    (line,) = (one for one in found["schools"] if one["school"]["name"] == name)
    return line["counts"]


def test_the_overview_adds_up_from_the_schools_to_the_whole(thread: Thread, swv: Program) -> None:
    thread.accepted()
    thread.offered(first_name="Bram")
    decline(thread.services, thread.intake.actor, thread.offered(first_name="Cas"), reason="double")
    thread.leaver(first_name="Eva")

    found = swv.read("/region/overview")

    each = {"total": 4, "untold": 0, "unsent": 2, "offered": 1, "accepted": 1, "confirmed": 0, "elsewhere": 0}
    each |= {"late": 0, "back": 1, "nowhere": 1}
    assert counts_of(found, "De Hommel") == found["whole"] == found["municipalities"][0]["counts"] == each
    assert [(one["why"], one["number"], one["school"]["name"]) for one in found["calls"]] == [
        ("back", 1, "De Hommel"),
        ("nowhere", 1, "De Hommel"),
    ]
    assert (found["year"], found["long_wait"], found["part"], found["parts"]) == ("2026-2027", 5, 1, 1)
    assert "Wójcik" not in str(found)


def test_of_a_small_school_the_answer_is_the_same_whatever_became_of_a_child(thread: Thread, swv: Program) -> None:
    """Not by a number, not by its place in the list, and not by the sums: nothing moves when a dossier does."""
    handover_id = thread.offered()
    thread.applied(thread.leaver(first_name="Eva"))
    before = swv.read("/region/overview")

    accept(thread.services, thread.intake.actor, handover_id)

    small = counts_of(before, "De Hommel")
    assert small["total"] == 2
    assert {name: small[name] for name in HIDDEN} == dict.fromkeys(HIDDEN)
    assert before["municipalities"][0]["counts"] == before["whole"] == small
    assert swv.read("/region/overview") == before


@pytest.mark.parametrize("children", [1, 2, 3])
def test_the_page_and_the_api_hide_the_same(app: Flask, thread: Thread, swv: Program, children: int) -> None:
    for number in range(children):
        thread.leaver(first_name=f"Kind {'abc'[number]}")
    page = given_signed_in(app, thread.region.swv).page("/regio/stand")

    found = counts_of(swv.read("/region/overview"), "De Hommel")

    row = [text_of(cell) for cell in page.select("#scholen tbody tr td")]
    cells = [*row[2:6], row[-1]]
    assert [DASH if found[name] is None else str(found[name]) for name in HIDDEN] == cells
    assert (DASH in cells) == (children < 3)
    figures = [text_of(one) for one in page.select(".wo-figure b")]
    assert (figures[:2] == [DASH, DASH]) == (children < 3)


def test_a_boc_reads_the_own_schools_or_all_and_a_school_by_itself_is_as_small_as_it_is(
    app: Flask, thread: Thread
) -> None:
    there = given_enrolled_unit(thread.region, UnitSide.PO, "De Krekel", brin6="04AB00", place="Sevenum")
    boc = at_the_region(thread, Role.BOC)
    assign(thread.services, thread.region.swv.actor, seen={there.id: None}, boc=boc.person_id)
    for name in ("Anna", "Bram", "Cas"):
        thread.leaver(first_name=name)
    program = given_program(app, boc)

    mine, every = program.read("/region/overview?mine=true"), program.read("/region/overview")
    lies = program.read("/region/overview?municipality=Sevenum")

    assert [one["school"]["name"] for one in mine["schools"]] == ["De Krekel"]
    assert {one["school"]["name"] for one in every["schools"]} == {"De Hommel", "De Krekel"}
    assert [one["school"]["name"] for one in lies["schools"]] == ["De Krekel"]
    assert (mine["whole"]["total"], every["whole"]["total"]) == (0, 3)
    assert (mine["calls"], len(every["calls"])) == ([], 1)


def test_who_may_fall_between_two_schools_is_told_by_reference(thread: Thread, swv: Program) -> None:
    reference = thread.leaver()
    there = given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendroncollege",
        brin6="19XX00",
        place="Horst",
        people=[Colleague(name="Koen Sijbers", roles=(Role.VO_OFFICE,))],
    )
    thread.announced(reference=reference)
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(Leaver.aanmeldcode)).one()
    said = Application(receiver_brin=there.brin6, name=NOAH, applied_on=DAY, code=code)
    announce(thread.services, there.people["Koen Sijbers"].actor, said)
    answer_unknown(thread.services, thread.ib.actor, thread.announced(first_name="Fenna"))

    found = swv.read("/region/attention")

    (double,) = found["doubles"]
    assert double["reference"] == reference
    assert {one["name"] for one in double["receivers"]} == {"Raayland College", "Dendroncollege"}
    (unknown,) = found["not_known"]
    assert (unknown["sender"]["name"], unknown["receiver"]["name"]) == ("De Hommel", "Raayland College")
    assert unknown["waited"] == 0
    assert [found[name] for name in ("closed", "passing", "unanswered", "absent")] == [[], [], [], []]
    for secret in (code, "Wójcik", "Fenna"):
        assert secret not in str(found)


def test_a_boc_is_told_first_of_the_own_schools(app: Flask, thread: Thread) -> None:
    there = given_enrolled_unit(thread.region, UnitSide.PO, "De Krekel", brin6="04AB00", place="Sevenum")
    boc = at_the_region(thread, Role.BOC)
    answer_unknown(thread.services, thread.ib.actor, thread.announced())
    program = given_program(app, boc)
    assert len(program.read("/region/attention?mine=true")["not_known"]) == 1, "who has no schools sees all"

    assign(thread.services, thread.region.swv.actor, seen={there.id: None}, boc=boc.person_id)

    assert program.read("/region/attention?mine=true")["not_known"] == []
    assert len(program.read("/region/attention")["not_known"]) == 1


def test_the_settings_are_read_as_they_count_now(thread: Thread, swv: Program) -> None:
    with thread.services.uow() as uow:
        was = read_settings(uow, thread.region.swv.actor)
    set_region(thread.services, thread.region.swv.actor, replace(was, days=replace(was.days, long_wait=8)))

    found = swv.read("/region/settings")

    assert [found[name] for name in ("long_wait", "late_key_work", "remind_before", "warn_before")] == [8, 5, 7, 31]
    (this,) = (one for one in found["years"] if one["year"] == "2026-2027")
    assert (this["send_before"], this["retained_until"]) == (None, "2028-01-31")


@pytest.mark.parametrize("what", ["overview", "attention", "settings"])
def test_a_school_is_refused_with_a_problem_and_an_auditor_reads(app: Flask, thread: Thread, what: str) -> None:
    refused = given_program(app, thread.teacher).get(f"/region/{what}")
    nobody = given_program(app).get(f"/region/{what}")

    assert (refused.status_code, nobody.status_code) == (403, 401)
    assert {one.content_type for one in (refused, nobody)} == {"application/problem+json"}
    assert given_program(app, at_the_region(thread, Role.AUDITOR)).get(f"/region/{what}").status_code == 200


@pytest.mark.parametrize("asked", ["part=0", "part=x", "mine=misschien", f"municipality={'a' * 101}"])
def test_what_cannot_be_asked_is_refused_where_it_stands(swv: Program, asked: str) -> None:
    answer = swv.get(f"/region/overview?{asked}")

    assert answer.status_code == 422
    assert answer.json
    assert [one["pointer"] for one in answer.json["errors"]] == [f"/query/{asked.partition('=')[0]}"]
