"""The first page of the samenwerkingsverband: numbers that add up, whom to ring, and never what tells of one child."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, select

from handover.bundles.ending import end_leaver
from handover.bundles.model import Handover
from handover.bundles.receiving import accept, decline
from handover.bundles.withdrawing import withdraw
from handover.leavers.model import Leaver
from handover.oversight.counting import Counts, Shown, count_by_unit
from handover.oversight.overview import MANY, PART, Choice, Only, Sort, Why, overview
from handover.oversight.pages_overview import FIRST_MUNICIPALITIES
from handover.oversight.recounting import recount
from handover.policy import Actor, Role
from handover.schools.model import Location, Municipality, Unit, UnitLocation, UnitSide, UnitStatus
from handover.terms.destination import LeaverEnd
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, GivenUnit, Member, given_colleague, given_enrolled_unit, given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

PAGE = "/regio/stand"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def signed_in(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.region.swv)


def counts(thread: Thread) -> Counts:
    with thread.services.uow() as uow:
        return count_by_unit(uow).get(thread.po.id, Counts())


def given_every_state(thread: Thread) -> None:
    """One child in each state, and one that was entered by mistake."""
    thread.confirmed()
    thread.accepted(first_name="Anna")
    thread.offered(first_name="Bram")
    decline(thread.services, thread.intake.actor, thread.offered(first_name="Cas"), reason="double")
    thread.applied(thread.leaver(first_name="Daan"))
    thread.leaver(first_name="Eva")
    for name, end in (("Fien", LeaverEnd.DIED), ("Gijs", LeaverEnd.MISTAKE)):
        end_leaver(thread.services, thread.teacher.actor, thread.leaver(first_name=name), end=end)


def test_each_child_stands_in_one_state_and_a_mistake_in_none(thread: Thread) -> None:
    given_every_state(thread)

    found = counts(thread)

    each = dict.fromkeys(("confirmed", "accepted", "offered", "back", "preparing", "nowhere", "elsewhere"), 1)
    assert {name: getattr(found, name) for name in each} == each
    assert (found.total, found.going, found.sent, found.unsent, found.share) == (7, 6, 3, 3, 50)
    assert found.late == 0


def test_what_was_sent_again_has_come_back_no_longer(thread: Thread) -> None:
    handover_id = thread.offered()
    with thread.services.uow() as uow:
        reference = uow.session.get_one(Handover, handover_id).reference
    withdraw(thread.services, thread.teacher.actor, handover_id)
    assert counts(thread).back == 1

    thread.send(reference)

    assert (counts(thread).back, counts(thread).offered) == (0, 1)


def test_a_dossier_is_late_on_the_sixth_school_day(thread: Thread) -> None:
    thread.offered()
    thread.region.clock.at = datetime(2027, 4, 15, 20, tzinfo=UTC)  # sent on Thursday the 8th
    assert counts(thread).late == 0

    thread.region.clock.at += timedelta(days=1)

    assert counts(thread).late == 1
    with thread.services.uow() as uow:
        calls = overview(uow, thread.region.swv.actor, Choice()).calls
    assert [(call.why, call.number, call.school.id) for call in calls] == [(Why.LATE, 1, thread.vo.id)]


def test_who_applied_nowhere_is_asked_about_from_the_first_of_april(thread: Thread) -> None:
    thread.leaver()
    swv = thread.region.swv.actor
    with thread.services.uow() as uow:
        assert [call.why for call in overview(uow, swv, Choice()).calls] == [Why.NOWHERE]
    thread.region.clock.at = datetime(2027, 3, 31, 12, tzinfo=UTC)

    with thread.services.uow() as uow:
        shown = overview(uow, swv, Choice())

    assert shown.calls == []
    assert shown.whole.counts.nowhere == 1


def test_children_are_watched_until_the_first_of_october(thread: Thread) -> None:
    thread.leaver()
    thread.region.clock.at = datetime(2027, 9, 30, 12, tzinfo=UTC)
    assert counts(thread).total == 1

    thread.region.clock.at += timedelta(days=1)

    assert counts(thread).total == 0


def test_the_page_says_where_children_are_and_whom_to_ring_and_no_name(thread: Thread) -> None:
    given_every_state(thread)
    swv = signed_in(thread)

    answer = swv.get(PAGE)

    check_page(answer.text)
    read = text_of(BeautifulSoup(answer.text, "html5lib"))
    for text in (
        "van 6 dossiers verstuurd",
        "1 dossier kwam terug, en daarna gebeurde er niets",
        "1 kind is nog nergens aangemeld",
        "Vandaag is er 1 school om te bellen.",
    ):
        assert text in read, text
    assert "Wójcik" not in answer.text
    assert swv.get("/").headers["Location"] == PAGE


def test_a_bar_says_in_words_what_it_shows(thread: Thread) -> None:
    given_every_state(thread)

    bars = signed_in(thread).page(PAGE).select("#scholen svg[role=img]")

    assert [bar["aria-label"] for bar in bars] == ["1 bevestigd, 1 ontvangen, 1 verstuurd, 3 nog niet"]


def test_of_a_small_school_only_what_somebody_must_ring_about_is_shown(thread: Thread) -> None:
    thread.offered()
    thread.leaver(first_name="Eva")
    swv = signed_in(thread)

    cells = [text_of(cell) for cell in swv.page(PAGE).select("#scholen tbody tr td")]

    assert cells == ["te weinig", "2", "–", "–", "–", "–", "", "", "1", "–"]
    assert "Geen school gevonden" in text_of(swv.page(f"{PAGE}?toon=nog-niet"))
    assert "Geen school gevonden" in text_of(swv.page(f"{PAGE}?toon=klaar"))
    assert swv.page(f"{PAGE}?toon=bellen").select("#scholen tbody tr")


def given_municipalities(thread: Thread) -> None:
    """De Hommel lies in Venray, De Krekel in Horst aan de Maas, where a school was not invited."""
    given_enrolled_unit(thread.region, UnitSide.PO, "De Krekel", brin6="04AB00", place="Sevenum")
    given_location(thread.services, "30AA00", "De Keg", place="Horst", kind=SchoolKind.BO)
    given_location(thread.services, "30BB00", "Ver Weg", place="Assen", kind=SchoolKind.BO)
    codes = {"03QI00": "0984", "04AB00": "1507", "30AA00": "1507", "30BB00": "0106"}
    names = {"0984": "VENRAY", "1507": "HORST AAN DE MAAS", "0106": "ASSEN"}
    with thread.services.uow() as uow:
        uow.session.add_all(Municipality(code=code, name=name) for code, name in names.items())
        uow.flush()
        for brin6, code in codes.items():
            uow.session.get_one(Location, brin6).municipality_code = code
        uow.commit()


def test_schools_are_counted_by_municipality_and_who_takes_no_part_is_named(thread: Thread) -> None:
    given_municipalities(thread)
    given_every_state(thread)

    page = text_of(signed_in(thread).page(PAGE))
    with thread.services.uow() as uow:
        found = overview(uow, thread.region.swv.actor, Choice())

    assert {line.name: line.counts.total for line in found.municipalities} == {"Horst aan de Maas": 0, "Venray": 7}
    assert [one.name for one in found.outside] == ["De Keg"]
    assert "1 basisschool uit het register is nog niet uitgenodigd" in page
    assert "Ver Weg" not in page


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (Choice(), ["De Krekel", "De Hommel"]),
        (Choice(sort=Sort.NAME), ["De Hommel", "De Krekel"]),
        (Choice(sort=Sort.CHILDREN), ["De Hommel", "De Krekel"]),
        (Choice(sort=Sort.SENT), ["De Hommel", "De Krekel"]),
        (Choice(sort=Sort.CALLS), ["De Hommel", "De Krekel"]),
        (Choice(only=Only.EMPTY), ["De Krekel"]),
        (Choice(only=Only.UNSENT), ["De Hommel"]),
        (Choice(only=Only.DONE), []),
        (Choice(municipality="Venray"), ["De Hommel"]),
        (Choice(searched="krékel sevenum"), ["De Krekel"]),
    ],
    ids=str,
)
def test_schools_are_put_in_order_and_chosen(thread: Thread, choice: Choice, names: list[str]) -> None:
    given_municipalities(thread)
    for name in ("Anna", "Bram", "Cas"):
        thread.leaver(first_name=name)

    with thread.services.uow() as uow:
        found = overview(uow, thread.region.swv.actor, choice)

    assert [line.name for line in found.schools] == names


def test_what_is_asked_of_the_page_that_it_does_not_know_is_passed_over(thread: Thread) -> None:
    assert signed_in(thread).get(f"{PAGE}?volgorde=naam'--&toon=alles&gemeente=Nergens&bel=x").status_code == 200


def test_the_number_of_queries_does_not_grow_with_schools_or_children(thread: Thread) -> None:
    swv = thread.region.swv.actor
    before = _queries(thread, swv)
    given_municipalities(thread)
    given_every_state(thread)
    with thread.services.uow() as uow:
        recount(uow)

    assert _queries(thread, swv) == before


def _queries(thread: Thread, actor: Actor) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(thread.region.engine, "before_cursor_execute", note)
    with thread.services.uow() as uow:
        overview(uow, actor, Choice())
    event.remove(thread.region.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_boc_and_an_auditor_begin_here_too_and_invite_nobody(thread: Thread) -> None:
    given_municipalities(thread)
    app = given_app(thread.region)
    swv_unit = thread.region
    for role in (Role.BOC, Role.AUDITOR):
        member = _at_the_region(thread, role)
        visitor = given_signed_in(app, member)
        assert visitor.get("/").headers["Location"] == PAGE
        assert not visitor.page(PAGE).select("a[href^='/regio/uitnodigen']")
    assert given_signed_in(app, swv_unit.swv).page(PAGE).select("a[href='/regio/uitnodigen/30AA00']")


def _at_the_region(thread: Thread, role: Role) -> Member:
    region = thread.region
    unit = GivenUnit(id=region.swv_id, brin6=role.value, admin=region.swv, sheet=region.sheet, words="")
    return given_colleague(unit, Colleague(name="Bo Coenen", roles=(role,)))


def test_more_schools_than_a_region_has_come_in_parts(thread: Thread) -> None:
    now = thread.region.clock.at
    with thread.services.uow() as uow:
        uow.session.add_all(
            Unit(side=UnitSide.PO, name=f"School {n:03}", place="Venlo", status=UnitStatus.ENROLLED, made_at=now)
            for n in range(PART)
        )
        uow.commit()
    swv = signed_in(thread)

    first = swv.page(f"{PAGE}?volgorde=naam")
    (onward,) = first.select("#scholen nav a")
    second = swv.page(str(onward["href"]))

    assert [len(page.select("#scholen tbody tr")) for page in (first, second)] == [PART, 1]
    assert text_of(second.select("#scholen nav span")[0]) == "Deel 2 van 2: 121 scholen."
    assert [text_of(link) for link in second.select("#scholen nav a")] == ["Vorige"]
    for beyond in ("3", "0", "-1", "x", "99999999"):
        assert swv.get(f"{PAGE}?deel={beyond}").status_code == 200


def test_of_many_municipalities_the_furthest_behind_are_shown_first(thread: Thread) -> None:
    for name in ("Anna", "Bram", "Cas"):  # of fewer nothing is told, by their place neither
        thread.leaver(first_name=name)
    now = thread.region.clock.at
    with thread.services.uow() as uow:
        uow.session.add_all(
            Unit(side=UnitSide.PO, name="School", place=f"Plaats {n:03}", status=UnitStatus.ENROLLED, made_at=now)
            for n in range(FIRST_MUNICIPALITIES)
        )
        uow.commit()
    swv = signed_in(thread)

    few, every = swv.page(PAGE), swv.page(f"{PAGE}?gemeenten=alle")

    rows = [page.select('[aria-labelledby="gemeenten-kop"] tbody tr') for page in (few, every)]
    assert [len(found) for found in rows] == [FIRST_MUNICIPALITIES, FIRST_MUNICIPALITIES + 1]
    with thread.services.uow() as uow:
        assert text_of(rows[0][0]).startswith(uow.session.get_one(Unit, thread.po.id).place)


def test_of_very_many_schools_those_of_a_municipality_are_opened(thread: Thread) -> None:
    given_municipalities(thread)
    thread.offered()
    now = thread.region.clock.at
    with thread.services.uow() as uow:
        uow.session.add_all(
            Unit(side=UnitSide.PO, name=f"School {n:03}", place="Venlo", status=UnitStatus.ENROLLED, made_at=now)
            for n in range(MANY - 2)
        )
        uow.commit()
    swv = signed_in(thread)
    assert len(swv.page(PAGE).select("#scholen tbody tr")) == PART, "a region is shown without a press more"
    with thread.services.uow() as uow:
        uow.session.add(
            Unit(side=UnitSide.PO, name="Eén te veel", place="Venlo", status=UnitStatus.ENROLLED, made_at=now)
        )
        uow.commit()

    folded = swv.page(PAGE)
    (venray,) = (link for link in folded.select(".wo-regio tbody a[href*=gemeente]") if text_of(link) == "Venray")
    opened, found = swv.page(str(venray["href"])), swv.page(f"{PAGE}?zoek=veel")

    assert not folded.select("#scholen tbody tr")
    assert "Kies een gemeente" in text_of(folded.select("#scholen")[0])
    assert [text_of(one) for one in opened.select("#scholen tbody th a")] == ["De Hommel"]
    assert [text_of(one) for one in found.select("#scholen tbody th a")] == ["Eén te veel"]
    with thread.services.uow() as uow:
        actor = thread.region.swv.actor
        assert overview(uow, actor, Choice()).chosen == MANY + 1, "a program reads on, part by part"


def test_who_takes_the_schools_from_the_sums_finds_nothing_of_a_small_one(thread: Thread) -> None:
    """A large and a small school of one municipality: what became of the child of the small one moves no number."""
    given_municipalities(thread)
    for name in ("Anna", "Bram", "Cas"):
        thread.leaver(first_name=name)
    hommel, krekel = thread.po.id, _unit_of(thread, "04AB00")
    child = thread.offered()
    with thread.services.uow() as uow:
        leaver = uow.session.get_one(Leaver, uow.session.get_one(Handover, child).leaver_id)
        leaver.unit_id = krekel
        uow.session.get_one(Handover, child).sender_unit_id = krekel
        uow.session.get_one(Location, "04AB00").municipality_code = "0984"
        uow.commit()

    def shown() -> tuple[Shown, ...]:
        with thread.services.uow() as uow:
            found = overview(uow, thread.region.swv.actor, Choice())
        lines = (found.whole, *found.municipalities, *found.schools)
        assert {line.school.id: line.counts.is_small for line in found.schools if line.school} == {
            hommel: False,
            krekel: True,
        }
        return tuple(line.counts for line in lines)

    before = shown()
    accept(thread.services, thread.intake.actor, child)

    assert shown() == before
    whole, municipality = before[0], before[1]
    assert (whole.total, whole.untold, whole.going, whole.sent, whole.offered) == (4, 1, 3, 0, 0)
    assert whole == municipality
    page = text_of(signed_in(thread).page(PAGE))
    assert "1 kind van een heel kleine school staat alleen bij ‘Leerlingen’" in page


def _unit_of(thread: Thread, brin6: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(UnitLocation.unit_id).where(UnitLocation.brin6 == brin6)).one()
