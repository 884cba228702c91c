"""The steps around reading: receiving, giving back, recording what became of the application, confirming."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.bundles.model import Handover
from handover.bundles.remarks import ask
from handover.bundles.state import HandoverStatus
from handover.bundles.withdrawing import withdraw
from handover.leavers.model import Application
from handover.terms.destination import Outcome, Tlv
from tests.desk.received import application_of
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page


class School:
    """The thread with its application, and one session for each person."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.app = given_app(thread.region)
        self.visitors: dict[str, Visitor] = {}

    def visitor(self, member: Member) -> Visitor:
        if member.person_id not in self.visitors:
            self.visitors[member.person_id] = given_signed_in(self.app, member)
        return self.visitors[member.person_id]

    @property
    def intake(self) -> Visitor:
        return self.visitor(self.thread.intake)

    @property
    def office(self) -> Visitor:
        return self.visitor(self.thread.office)

    def status(self, handover_id: str) -> HandoverStatus:
        with self.thread.services.uow() as uow:
            return uow.session.get_one(Handover, handover_id).status

    def application(self, handover_id: str) -> tuple[Outcome, Tlv, int]:
        with self.thread.services.uow() as uow:
            wanted = uow.session.get_one(Handover, handover_id).application_id
            found = uow.session.get_one(Application, wanted)
            return found.outcome, found.tlv, found.version


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return School(given_thread(tmp_path_factory.mktemp("thread")))


def page_of(visitor: Visitor, path: str, status: int = 200) -> str:
    answer = visitor.get(path)
    assert answer.status_code == status, answer.text[:1000]
    check_page(answer.text)
    return text_of(BeautifulSoup(answer.text, "html5lib"))


def test_receiving_one_asks_first_and_then_offers_to_open_it(school: School) -> None:
    handover_id = school.thread.offered()
    before = page_of(school.intake, f"/dossiers/{handover_id}/ontvangen")

    to = school.intake.post(f"/dossiers/{handover_id}/ontvangen").headers["Location"]
    after = page_of(school.intake, to)

    assert "Dit is geen toelating" in before
    assert "Noah Wójcik" in before
    assert "Het dossier is ontvangen" in after
    assert "Dit is geen toelating" in after
    assert school.intake.page(to).select(f"a[href='/dossier/{handover_id}']")


def test_pressing_the_button_twice_is_calm(school: School) -> None:
    handover_id = school.thread.offered()

    first = school.intake.post(f"/dossiers/{handover_id}/ontvangen")
    second = school.intake.post(f"/dossiers/{handover_id}/ontvangen", follow=True)

    assert first.status_code == 303
    assert second.status_code == 200
    assert "Het dossier is ontvangen" in second.text


def test_several_are_received_at_once_and_one_that_was_taken_back_is_told(school: School) -> None:
    chosen = [school.thread.offered(), school.thread.offered(), school.thread.offered()]
    withdraw(school.thread.services, school.thread.teacher.actor, chosen[2])

    answer = school.intake.post("/dossiers/ontvangen", {"kies": chosen}, follow=True)

    check_page(answer.text)
    assert "2 dossiers: ontvangen, dit is geen toelating" in answer.text
    assert "niet gedaan, er is intussen iets veranderd" in answer.text
    assert [school.status(one) for one in chosen] == [
        HandoverStatus.ACCEPTED,
        HandoverStatus.ACCEPTED,
        HandoverStatus.WITHDRAWN,
    ]


def test_choosing_nothing_says_what_to_do(school: School) -> None:
    answer = school.intake.post("/dossiers/ontvangen", {}, follow=True)

    assert "U heeft nog niets gekozen" in answer.text


def test_what_was_taken_back_meanwhile_says_so_on_its_page(school: School) -> None:
    handover_id = school.thread.offered()
    withdraw(school.thread.services, school.thread.teacher.actor, handover_id)

    said = page_of(school.intake, f"/dossiers/{handover_id}/ontvangen")

    assert "De basisschool haalde het terug" in said
    assert "Noah" not in said


def test_giving_back_needs_one_of_the_reasons_and_says_that_refusing_a_child_is_something_else(school: School) -> None:
    handover_id = school.thread.offered()
    path = f"/dossiers/{handover_id}/teruggeven"
    asked = page_of(school.intake, path)

    refused = school.intake.post(path, {"reden": "full"})

    assert "Een kind weigeren is iets anders" in asked
    assert "zorgplicht" in asked
    assert refused.status_code == 422
    check_page(refused.text)
    assert "Kies waarom u het dossier teruggeeft." in refused.text
    assert school.status(handover_id) is HandoverStatus.OFFERED


def test_giving_back_tells_and_cannot_be_done_again(school: School) -> None:
    handover_id = school.thread.offered()
    path = f"/dossiers/{handover_id}/teruggeven"

    answer = school.intake.post(path, {"reden": "other_location"}, follow=True)

    assert "Het dossier is teruggegeven" in answer.text
    assert school.status(handover_id) is HandoverStatus.DECLINED
    assert school.intake.post(path, {"reden": "other_location"}).status_code == 409


def form_for(handover_id: str, visitor: Visitor, **changed: str) -> dict[str, str]:
    page = visitor.page(f"/dossiers/{handover_id}/uitslag")
    version = page.select_one("input[name=versie]")
    assert version is not None
    filled = {"uitslag": "asked", "grond": "", "tlv": "not_needed", "tlv_tot": "", "versie": str(version["value"])}
    return {**filled, **changed}


def test_the_office_records_an_outcome_and_a_tlv(school: School) -> None:
    handover_id = school.thread.offered()
    path = f"/dossiers/{handover_id}/uitslag"
    said = page_of(school.office, path)
    assert "Noah Wójcik" in said
    assert "niet wat er in het dossier staat" in said

    form = form_for(handover_id, school.office, uitslag="enrolled", tlv="granted", tlv_tot="31-7-2029")
    answer = school.office.post(path, form, follow=True)

    assert "De uitslag is vastgelegd" in answer.text
    assert school.application(handover_id)[:2] == (Outcome.ENROLLED, Tlv.GRANTED)
    again = school.office.page(path)
    assert "31-7-2029" in str(again.select_one("#veld-tlv_tot"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"uitslag": ""}, "Kies er een."),
        ({"uitslag": "placed"}, "Kies er een."),
        ({"tlv": ""}, "Kies er een."),
        ({"uitslag": "refused", "grond": " "}, "Schrijf waarom"),
        ({"tlv": "granted"}, "Vul in tot welke dag"),
        ({"tlv": "granted", "tlv_tot": "31 juni"}, "Dit is geen dag die wij herkennen"),
    ],
)
def test_what_cannot_be_recorded_is_said_at_its_field_and_what_was_typed_stays(
    school: School, changed: dict[str, str], said: str
) -> None:
    handover_id = school.thread.offered()
    typed = {"grond": "Geen plek in de klas.", **changed}

    answer = school.office.post(f"/dossiers/{handover_id}/uitslag", form_for(handover_id, school.office, **typed))

    assert answer.status_code == 422
    check_page(answer.text)
    assert said in answer.text
    assert typed["grond"] in answer.text
    assert school.application(handover_id)[0] is Outcome.ASKED


def test_a_ground_stands_on_the_form_of_the_office_again_and_in_no_entry_of_the_log(school: School) -> None:
    handover_id = school.thread.accepted()
    path = f"/dossiers/{handover_id}/uitslag"
    ground = "Wij hebben geen prikkelarme klas."

    school.office.post(path, form_for(handover_id, school.office, uitslag="refused", grond=ground))

    assert ground in text_of(school.office.page(path))
    with school.thread.services.uow() as uow:
        assert not uow.session.scalars(select(AuditEntry.id).where(AuditEntry.facts.contains("prikkelarme"))).all()


def test_what_a_colleague_recorded_meanwhile_is_shown_beside_what_was_typed(school: School) -> None:
    handover_id = school.thread.offered()
    path = f"/dossiers/{handover_id}/uitslag"
    mine = form_for(handover_id, school.office, uitslag="refused", grond="Geen plek.")
    school.office.post(path, form_for(handover_id, school.office, uitslag="waiting"))

    answer = school.office.post(path, mine)

    assert answer.status_code == 409
    check_page(answer.text)
    assert "Nu staat er: Op de wachtlijst" in answer.text
    assert "Geen plek." in answer.text
    version = BeautifulSoup(answer.text, "html5lib").select_one("input[name=versie]")
    assert version is not None
    assert school.office.post(path, {**mine, "versie": str(version["value"])}).status_code == 303
    assert school.application(handover_id)[0] is Outcome.REFUSED


def test_what_is_left_before_confirming_is_a_list_with_the_way_to_each(school: School) -> None:
    handover_id = school.thread.accepted(conversation=True)
    ask(school.thread.services, school.thread.intake.actor, handover_id, text="Wat helpt bij rekenen?")
    path = f"/dossier/{handover_id}/bevestigen"

    said = page_of(school.intake, path)

    for left in (
        "aan u: Lees het rapport",
        "aan u: Lees nog 1 document",
        "wacht op een ander: De zorgcoördinator leest nog",
        "wacht op een ander: De basisschool beantwoordt nog 1 vraag",
        "aan u: Spreek met de leerkracht",
        "wacht op een ander: De leerlingadministratie legt de inschrijving vast",
    ):
        assert left in said
    links = [str(link["href"]) for link in school.intake.page(path).select(".wo-checks a")]
    assert f"/dossier/{handover_id}/gesprek" in links
    assert not school.intake.page(path).select("form[action$='/bevestigen']")


def test_confirming_too_early_shows_the_list_and_changes_nothing(school: School) -> None:
    handover_id = school.thread.accepted()

    answer = school.intake.post(f"/dossier/{handover_id}/bevestigen")

    assert answer.status_code == 409
    check_page(answer.text)
    assert "Bevestigen kan nog niet" in answer.text
    assert school.status(handover_id) is HandoverStatus.ACCEPTED


def test_when_all_is_done_the_button_says_what_it_means_and_after_it_what_comes_next(school: School) -> None:
    handover_id = school.thread.accepted()
    school.thread.enrolled(application_of(school.thread, handover_id))
    school.thread.read(handover_id)
    path = f"/dossier/{handover_id}/bevestigen"
    before = page_of(school.intake, path)

    answer = school.intake.post(path, follow=True)
    twice = school.intake.post(path, follow=True)

    assert "het kind is ingeschreven, en wij hebben alles in dit dossier gelezen" in before
    check_page(answer.text)
    assert "De overdracht is bevestigd" in answer.text
    assert "31 januari" in answer.text
    assert twice.status_code == 200
    assert school.status(handover_id) is HandoverStatus.CONFIRMED


@pytest.mark.parametrize("way", ["get", "post"])
def test_wrong_roles_and_other_schools_come_no_further(school: School, way: str) -> None:
    thread = school.thread
    new, received = thread.offered(), thread.accepted()
    expected: dict[str, list[tuple[Member, int]]] = {
        f"/dossiers/{new}/ontvangen": [
            (thread.care, 403),
            (thread.office, 403),
            (thread.ib, 403),
            (thread.vo.admin, 404),
        ],
        f"/dossiers/{new}/teruggeven": [
            (thread.care, 403),
            (thread.office, 403),
            (thread.ib, 403),
            (thread.region.swv, 404),
        ],
        f"/dossiers/{received}/uitslag": [(thread.intake, 403), (thread.care, 403), (thread.teacher, 403)],
        f"/dossier/{received}/bevestigen": [(thread.care, 403), (thread.office, 403), (thread.po.admin, 403)],
        f"/dossier/{new}/bevestigen": [(thread.intake, 403), (thread.vo.admin, 404)],
        f"/dossiers/{'0' * 32}/ontvangen": [(thread.intake, 404), (thread.office, 404)],
    }
    said = {
        (path, member.email): getattr(school.visitor(member), way)(path).status_code
        for path, members in expected.items()
        for member, _code in members
    }

    assert said == {(path, member.email): code for path, members in expected.items() for member, code in members}
