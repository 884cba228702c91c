"""Schools divided over the boc'ers: who sees which first, what happens when one stops, and what a school sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.access.leaving import end_membership
from handover.audit.model import AuditEntry
from handover.db.base import new_id
from handover.errors import Conflict, Invalid, NotAllowed, NotFound
from handover.oversight.attention import attention
from handover.oversight.bocs import assign, boc_of, bocs, take_over
from handover.oversight.overview import Choice, overview
from handover.policy import Role
from handover.schools.model import Membership, Person, UnitSide
from tests.factories.access import Colleague, GivenUnit, Member, given_colleague, given_enrolled_unit
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

PAGE = "/regio/boc"


@dataclass
class Region:
    """The thread, a second primary school, and two boc'ers."""

    thread: Thread
    other: GivenUnit
    bas: Member
    noor: Member

    @property
    def schools(self) -> tuple[str, str, str]:
        return self.thread.po.id, self.other.id, self.thread.vo.id

    def assign(self, boc: Member | None, *units: str, was: Member | None = None) -> int:
        seen = dict.fromkeys(units, was.person_id if was else None)
        actor = self.thread.region.swv.actor
        return assign(self.thread.services, actor, seen=seen, boc=boc.person_id if boc else None)

    def divided(self) -> dict[str, str]:
        with self.thread.services.uow() as uow:
            return {unit_id: one.name for unit_id, one in boc_of(uow).items()}

    def signed_in(self, member: Member) -> Visitor:
        return given_signed_in(given_app(self.thread.region), member)


@pytest.fixture
def region(tmp_path: Path) -> Region:
    thread = given_thread(tmp_path)
    swv = thread.region
    desk = GivenUnit(id=swv.swv_id, brin6="swv", admin=swv.swv, sheet=swv.sheet, words="")
    bas, noor = (given_colleague(desk, Colleague(name=name, roles=(Role.BOC,))) for name in ("Bas Litjens", "Noor Vos"))
    other = given_enrolled_unit(swv, UnitSide.PO, "De Krekel", brin6="04AB00", place="Horst")
    return Region(thread=thread, other=other, bas=bas, noor=noor)


def stop(region: Region, boc: Member) -> None:
    with region.thread.services.uow() as uow:
        held = select(Membership.id).where(Membership.person_id == boc.person_id)
        membership_id = uow.session.scalars(held).one()
    end_membership(region.thread.services, region.thread.region.swv.actor, membership_id)


def test_schools_are_given_away_once_and_the_log_says_so(region: Region) -> None:
    hommel, krekel, raayland = region.schools

    assert region.assign(region.bas, hommel, krekel) == 2
    assert region.assign(region.bas, hommel, krekel, was=region.bas) == 0
    assert region.assign(region.noor, krekel, was=region.bas) == 1
    assert region.assign(None, hommel, was=region.bas) == 1

    assert region.divided() == {krekel: "Noor Vos"}
    with region.thread.services.uow() as uow:
        rows = uow.session.scalars(select(AuditEntry).where(AuditEntry.name == "unit.boc_changed")).all()
    assert len(rows) == 4
    assert {row.subject_id for row in rows} == {hommel, krekel}
    assert raayland not in region.divided()


def test_what_a_colleague_gave_away_meanwhile_is_not_overwritten_nor_half_of_it(region: Region) -> None:
    hommel, krekel, _raayland = region.schools
    region.assign(region.noor, krekel)

    with pytest.raises(Conflict):
        region.assign(region.bas, hommel, krekel)

    assert region.divided() == {krekel: "Noor Vos"}


def test_only_to_a_boc_and_only_schools_are_given_and_only_by_the_administrator(region: Region) -> None:
    hommel = region.schools[0]
    services, swv = region.thread.services, region.thread.region
    with pytest.raises(Invalid):
        region.assign(swv.swv, hommel)
    with pytest.raises(Invalid):
        region.assign(region.bas)
    for stranger in (new_id(), swv.swv_id):
        with pytest.raises(NotFound):
            region.assign(region.bas, hommel, stranger)
    for who in (region.bas, region.thread.teacher):
        with pytest.raises(NotAllowed):
            assign(services, who.actor, seen={hommel: None}, boc=region.bas.person_id)

    assert region.divided() == {}


def test_the_schools_of_who_stops_are_nobodys_until_they_are_taken_over(region: Region) -> None:
    hommel, krekel, raayland = region.schools
    region.assign(region.bas, hommel, krekel)
    region.assign(region.noor, raayland)
    stop(region, region.bas)
    swv = region.signed_in(region.thread.region.swv)

    assert region.divided() == {raayland: "Noor Vos"}
    with region.thread.services.uow() as uow:
        assert [(one.name, one.is_boc) for one in bocs(uow)] == [("Noor Vos", True), ("Bas Litjens", False)]
    page = swv.get(PAGE).text
    check_page(page)
    assert "Bas Litjens is gestopt" in text_of(BeautifulSoup(page, "html5lib"))

    gone, follows = region.bas.person_id, region.noor.person_id
    assert swv.post(f"{PAGE}/overnemen", {"van": gone, "naar": follows}).status_code == 303
    assert swv.post(f"{PAGE}/overnemen", {"van": gone, "naar": follows}).status_code == 303

    assert set(region.divided().values()) == {"Noor Vos"}
    assert len(region.divided()) == 3


def test_nobody_takes_over_from_themselves_or_without_being_boc(region: Region) -> None:
    region.assign(region.bas, *region.schools)
    swv = region.signed_in(region.thread.region.swv)

    for follows in ("", region.bas.person_id, region.thread.teacher.person_id):
        answer = swv.post(f"{PAGE}/overnemen", {"van": region.bas.person_id, "naar": follows})
        assert answer.status_code == 422
        check_page(answer.text)
    with pytest.raises(NotAllowed):
        take_over(region.thread.services, region.bas.actor, was=region.bas.person_id, boc=region.noor.person_id)

    assert set(region.divided().values()) == {"Bas Litjens"}


def test_an_administrator_divides_by_school_and_by_municipality(region: Region) -> None:
    swv = region.signed_in(region.thread.region.swv)
    hommel, krekel, raayland = region.schools
    page = swv.page(PAGE)
    shown = {str(one["name"]): str(one["value"]) for one in page.select("input[name^=was-]")}
    assert len(shown) == 3
    assert "3 scholen hebben geen boc’er." in text_of(page)

    swv.post(PAGE, {**shown, "gemeente": "Venray", "naar": region.bas.person_id})
    assert region.divided() == {hommel: "Bas Litjens", raayland: "Bas Litjens"}

    answer = swv.post(PAGE, {**shown, "kies": [hommel, krekel], "naar": region.noor.person_id}, follow=True)
    assert "Er is niets veranderd" in text_of(BeautifulSoup(answer.text, "html5lib"))
    assert krekel not in region.divided()

    fresh = {str(one["name"]): str(one["value"]) for one in swv.page(PAGE).select("input[name^=was-]")}
    swv.post(PAGE, {**fresh, "kies": [hommel], "naar": "zonder"})
    assert region.divided() == {raayland: "Bas Litjens"}
    for data in ({**fresh, "naar": region.noor.person_id}, {**fresh, "kies": [krekel], "naar": ""}):
        answer = swv.post(PAGE, data)
        assert answer.status_code == 422
        check_page(answer.text)
    assert "De Hommel" not in text_of(swv.page(f"{PAGE}?wie={region.bas.person_id}"))


def test_a_boc_looks_and_divides_nothing(region: Region) -> None:
    region.assign(region.bas, region.schools[0])

    page = region.signed_in(region.noor).page(PAGE)

    assert "Bas Litjens" in text_of(page)
    assert not page.select("main input[type=checkbox], main button")


def test_a_boc_begins_with_the_own_schools_and_can_see_all(region: Region) -> None:
    hommel, krekel, _raayland = region.schools
    region.thread.leaver()
    region.assign(region.noor, krekel)
    noor, bas = region.signed_in(region.noor), region.signed_in(region.bas)

    assert names(noor, "/regio/stand") == ["De Krekel"]
    assert names(noor, "/regio/stand?van=alle") == names(bas, "/regio/stand") == ["De Krekel", "De Hommel"]
    actor = region.noor.actor
    with region.thread.services.uow() as uow:
        assert overview(uow, actor, Choice(mine=True)).calls == []
        assert [call.school.id for call in overview(uow, actor, Choice()).calls] == [hommel]


def names(visitor: Visitor, path: str) -> list[str]:
    return [text_of(link) for link in visitor.page(path).select("#scholen tbody th a")]


def test_a_late_dossier_at_a_secondary_school_of_nobody_is_everybodys_to_ring_about(region: Region) -> None:
    hommel, krekel, raayland = region.schools
    region.thread.offered()
    region.thread.region.clock.at += timedelta(days=14)
    region.assign(region.noor, krekel)

    def rung() -> list[str]:
        actor = region.noor.actor
        with region.thread.services.uow() as uow:
            return [call.school.id for call in overview(uow, actor, Choice(mine=True)).calls]

    assert rung() == [raayland]
    region.assign(region.bas, raayland)
    assert rung() == []
    assert hommel not in region.divided()


def test_children_who_may_be_lost_are_shown_of_the_own_schools_first(region: Region) -> None:
    hommel, krekel, _raayland = region.schools
    region.thread.announced()
    region.thread.region.clock.at += timedelta(days=14)
    region.assign(region.noor, krekel)
    region.assign(region.bas, hommel)
    actor = region.bas.actor
    with region.thread.services.uow() as uow:
        found = attention(uow, actor)
    assert found.about(frozenset({hommel})).count == found.count == 1

    noor, bas = region.signed_in(region.noor), region.signed_in(region.bas)

    assert "De basisschool antwoordt niet" in text_of(bas.page("/regio/leerlingen"))
    assert "De basisschool antwoordt niet" not in text_of(noor.page("/regio/leerlingen"))
    assert "De basisschool antwoordt niet (1)" in text_of(noor.page("/regio/leerlingen?van=alle"))


def test_a_school_sees_who_its_boc_is_with_telephone_and_days(region: Region) -> None:
    region.assign(region.bas, region.schools[0])
    with region.thread.services.uow() as uow:
        person = uow.session.get_one(Person, region.bas.person_id)
        person.telephone, person.days_present = "077 000 00 12", "ma, di"
        uow.commit()

    hommel, krekel = region.signed_in(region.thread.teacher), region.signed_in(region.other.admin)

    said = text_of(hommel.page("/hulp"))
    assert "uw boc’er van het samenwerkingsverband: De Hommel Bas Litjens , 077 000 00 12" in said
    assert "(ma, di)" in said
    assert "Bas Litjens" not in text_of(krekel.page("/hulp"))
    stop(region, region.bas)
    assert "Bas Litjens" not in text_of(hommel.page("/hulp"))
