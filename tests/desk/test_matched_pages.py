"""A list of the own administration: told line by line before anything is done, done when asked, told again."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from handover.audit.model import AuditEntry
from handover.bundles.handovers import handover_of
from handover.bundles.outcomes import record_outcome
from handover.bundles.state import HandoverStatus
from handover.bundles.together import do_together
from handover.bundles.together_model import Together
from handover.bundles.withdrawing import withdraw
from handover.leavers.model import Announcement, Application, Leaver
from handover.terms.destination import Outcome
from tests.desk.received import application_of
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.forms import filled
from tests.web.valid import check_page

LIST = "/dossiers/lijst"
HEAD = "Leerlingnr\tRoepnaam\tAchternaam\tGeboortedatum\tKenmerk\tAanmeldcode\tStatus\n"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    members = {"intake": thread.intake, "care": thread.care, "office": thread.office, "teacher": thread.teacher}
    return {name: given_signed_in(app, member) for name, member in members.items()}


@pytest.fixture
def office(visitors: dict[str, Visitor]) -> Visitor:
    return visitors["office"]


def outcome(thread: Thread, handover_id: str) -> Outcome:
    application_id = application_of(thread, handover_id)
    with thread.services.uow() as uow:
        return uow.session.get_one(Application, application_id).outcome


def reference_of(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id).reference


def entries(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def look(visitor: Visitor, text: str, what: str = "lijst") -> BeautifulSoup:
    answer = visitor.post(LIST, {"rijen": text, "wat": what, "doe": "kijk"})
    assert answer.status_code == 200, answer.text[:2000]
    check_page(answer.text)
    return BeautifulSoup(answer.text, "html5lib")


def do(visitor: Visitor, page: BeautifulSoup, **changed: str) -> TestResponse:
    """Press the button that does it, on the page as it stands."""
    form = next(one for one in page.select("form") if one.select_one("button[value=leg]") is not None)
    return visitor.post(LIST, {**filled(form), **changed, "doe": "leg"})


def told(page: BeautifulSoup | str) -> str:
    return text_of(page if isinstance(page, BeautifulSoup) else BeautifulSoup(page, "html5lib"))


def test_a_list_is_told_line_by_line_and_done_when_asked(thread: Thread, office: Visitor) -> None:
    by_reference, by_name = thread.accepted(last_name="Bakker"), thread.accepted(last_name="Wójcik")
    announced = thread.announced(reference=(code_of := thread.leaver(last_name="Cox")), last_name="Cox")
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == code_of)).one()
    before = entries(thread)
    text = (
        "Brugklas 2027, gemaakt op 8 april\t\t\t\t\t\t\n"
        + HEAD
        + f"1\tNoah\tBakker\t\t{reference_of(thread, by_reference).lower()}\t\tIngeschreven\n"
        + "2\tnoah\tWojcik\t2015/06/19\t\t\tGeplaatst\n"
        + f"3\t\t\t\t\t{code}\tWachtlijst\n"
    )

    page = look(office, text)

    assert "3 regels kunnen zo" in told(page)
    assert "Deze kolommen laten wij weg: Leerlingnr." in told(page)
    assert entries(thread) == before, "looking does nothing"
    assert outcome(thread, by_reference) is Outcome.ASKED

    done = do(office, page)

    check_page(done.text)
    assert "3 regels zijn gedaan" in told(done.text)
    assert "Alles wat in de lijst stond, staat nu hier." in done.text
    assert outcome(thread, by_reference) is Outcome.ENROLLED
    assert outcome(thread, by_name) is Outcome.ADMITTED
    with thread.services.uow() as uow:
        found = uow.session.get_one(Announcement, announced)
        assert uow.session.get_one(Application, found.application_id).outcome is Outcome.WAITING
    sheet = BeautifulSoup(done.text, "html5lib").select_one("#veld-overzicht")
    assert sheet is not None
    assert f"3\tNoah Bakker\t\t{reference_of(thread, by_reference)}\tVastgelegd: ingeschreven" in sheet.get_text()


def test_sent_twice_or_half_done_it_is_done_once(thread: Thread, office: Visitor) -> None:
    first, second = thread.accepted(last_name="Bakker"), thread.accepted(last_name="Cox")
    text = HEAD + "1\tNoah\tBakker\t19-6-2015\t\t\tIngeschreven\n2\tNoah\tCox\t19-6-2015\t\t\tIngeschreven\n"
    page = look(office, text)
    # Killed between the two: the first stands.
    do_together(thread.services, thread.office.actor, Together.ENROL, [first])

    done = do(office, page)

    assert "1 regel is gedaan" in told(done.text)
    assert outcome(thread, second) is Outcome.ENROLLED
    once = entries(thread)
    again = do(office, page)
    assert "0 regels zijn gedaan" in told(again.text)
    assert "Staat al zo: ingeschreven" in again.text
    assert entries(thread) == once
    assert "Er is niets te doen" in told(look(office, text))


def test_going_on_with_the_rest_still_counts_what_was_done_before(thread: Thread, office: Visitor) -> None:
    handover_id = thread.accepted(last_name="Bakker")
    text = HEAD + "1\tNoah\tBakker\t19-6-2015\t\t\tIngeschreven\n"
    page = look(office, text)
    do_together(thread.services, thread.office.actor, Together.ENROL, [handover_id])

    rest = do(office, page, was="2")

    assert "1 regel is gedaan" in told(rest.text)


def test_what_a_colleague_changed_meanwhile_is_not_written_over(thread: Thread, office: Visitor) -> None:
    handover_id = thread.accepted(last_name="Bakker")
    page = look(office, HEAD + "1\tNoah\tBakker\t19-6-2015\t\t\tIngeschreven\n")
    application_id = application_of(thread, handover_id)
    record_outcome(thread.services, thread.office.actor, application_id, outcome=Outcome.WAITING)

    done = do(office, page)

    assert "er is intussen iets veranderd" in done.text
    assert outcome(thread, handover_id) is Outcome.WAITING


def test_a_line_that_fits_two_children_or_one_nearly_waits_for_a_choice(thread: Thread, office: Visitor) -> None:
    twins = [thread.accepted(first_name="Sem", last_name="Bos") for _ in range(2)]
    near, other_day = thread.accepted(last_name="Peeters"), thread.accepted(last_name="Cox")
    named = thread.accepted(first_name="Fenna", last_name="Smit")
    text = (
        HEAD
        + "1\tSem\tBos\t19-6-2015\t\t\tIngeschreven\n"
        + "2\tNoach\tPeters\t19-6-2015\t\t\tIngeschreven\n"
        + "3\tNoah\tCox\t20-6-2015\t\t\tIngeschreven\n"
        + f"4\tEva\tVos\t19-6-2015\t{reference_of(thread, named)}\t\tIngeschreven\n"
    )

    page = look(office, text)

    assert [len(one.select("input[type=radio]")) for one in page.select("fieldset:has([name^=keuze])")] == [3, 2, 2, 2]
    for why in ("past bij meer dan één leerling", "lijkt hierop", "de geboortedatum niet", "de naam niet"):
        assert why in told(page)
    everybody = (*twins, near, other_day, named)
    do(office, page)
    assert {outcome(thread, one) for one in everybody} == {Outcome.ASKED}, "nobody chose"

    radios = page.select("input[name=keuze-3]")
    done = do(office, page, **{"keuze-3": str(radios[0]["value"]), "keuze-4": "geen"})

    assert "1 regel is gedaan, 3 niet" in told(done.text)
    assert outcome(thread, near) is Outcome.ENROLLED
    assert {outcome(thread, one) for one in everybody if one != near} == {Outcome.ASKED}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Noah\tBakker\t31-2-2015\t\t\tIngeschreven", "De geboortedatum is niet te lezen."),
        ("Noah\tBakker\t19-6-2015\t7K3\t\tIngeschreven", "Het kenmerk klopt niet."),
        ("Noah\tBakker\t19-6-2015\t\t7K3P-2M9Q-5\tIngeschreven", "De aanmeldcode klopt niet."),
        ("Noah\tBakker\t19-6-2015\t\t\tmisschien", "De stand kennen wij niet."),
        ("Noah\tBakker\t19-6-2015\t\t\t", "Was dit een samengevoegde cel?"),
        ("\t\t19-6-2015\t\t\tIngeschreven", "Er staat geen naam, kenmerk of aanmeldcode."),
        ("Iemand\tAnders\t1-1-2015\t\t\tIngeschreven", "staat niet bij uw dossiers"),
        ("Noah\tBakker\t19-6-2015\t\t\tgeweigerd", "Dat legt u één voor één vast."),
        ("Noah\tBakker\t19-6-2015\t\t\tingetrokken", "Dat legt u één voor één vast."),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_done(thread: Thread, office: Visitor, row: str, why: str) -> None:
    handover_id = thread.accepted(last_name="Bakker")

    page = look(office, f"{HEAD}1\t{row}\n")

    assert why in told(page)
    assert page.select_one("button[value=leg]") is None
    assert outcome(thread, handover_id) is Outcome.ASKED


def test_what_was_refused_or_goes_back_is_done_one_by_one(thread: Thread, office: Visitor) -> None:
    refused, enrolled = thread.accepted(last_name="Bakker"), thread.accepted(last_name="Cox")
    ground = {"outcome": Outcome.REFUSED, "ground": "geen plaats"}
    record_outcome(thread.services, thread.office.actor, application_of(thread, refused), **ground)  # type: ignore[arg-type]
    thread.enrolled(application_of(thread, enrolled))
    text = HEAD + "1\tNoah\tBakker\t\t\t\tGeplaatst\n2\tNoah\tCox\t\t\t\tWachtlijst\n3\tNoah\tCox\t\t\t\tWachtlijst\n"

    page = look(office, text)

    assert f"/dossiers/{refused}/uitslag" in str(page)
    assert "Hier staat nu: niet toegelaten." in told(page)
    assert "Hier staat nu: ingeschreven." in told(page)
    assert "Dezelfde leerling als op regel 3." in told(page)
    assert outcome(thread, refused) is Outcome.REFUSED


def test_two_lines_that_contradict_each_other_are_both_left(thread: Thread, office: Visitor) -> None:
    handover_id = thread.accepted(last_name="Bakker")

    page = look(office, HEAD + "1\tNoah\tBakker\t\t\t\tGeplaatst\n2\tNoah\tBakker\t\t\t\tWachtlijst\n")

    assert "Regel 3 gaat over dezelfde leerling en zegt iets anders." in told(page)
    assert "Regel 2 gaat over dezelfde leerling en zegt iets anders." in told(page)
    assert outcome(thread, handover_id) is Outcome.ASKED


def test_the_intake_receives_and_confirms_with_a_list(thread: Thread, visitors: dict[str, Visitor]) -> None:
    new, complete, gone = thread.offered(last_name="Bakker"), thread.accepted(last_name="Cox"), thread.offered()
    thread.read(complete)
    thread.enrolled(application_of(thread, complete))
    withdraw(thread.services, thread.teacher.actor, gone)
    text = f"Naam\tKenmerk\nNoah Bakker\t\nNoah Cox\t\n\t{reference_of(thread, gone)}\n"

    page = look(visitors["intake"], text, "receive")
    assert "Dit dossier is er niet meer" in told(page)
    do(visitors["intake"], page)
    page = look(visitors["intake"], text, "confirm")
    assert "Er is nog iets te doen voor u kunt bevestigen." in told(page)
    done = do(visitors["intake"], page)

    assert "De overdracht is bevestigd" in done.text
    with thread.services.uow() as uow:
        found = [handover_of(uow, one).status for one in (new, complete, gone)]
    assert found == [HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED, HandoverStatus.WITHDRAWN]


def test_a_line_that_was_not_ticked_is_not_done(thread: Thread, office: Visitor) -> None:
    handover_id = thread.accepted(last_name="Bakker")
    page = look(office, HEAD + "1\tNoah\tBakker\t19-6-2015\t\t\tIngeschreven\n")

    done = do(office, page, kies="")

    assert "u vinkte deze regel niet aan" in done.text
    assert outcome(thread, handover_id) is Outcome.ASKED


def test_a_list_does_what_its_reader_may_and_nothing_elsewhere(thread: Thread, visitors: dict[str, Visitor]) -> None:
    text = "Naam\nNoah Bakker\n"

    assert visitors["teacher"].get(LIST).status_code == 404
    assert visitors["teacher"].post(LIST, {"rijen": text, "wat": "enrol"}).status_code == 404
    assert visitors["intake"].post(LIST, {"rijen": text, "wat": "enrol"}).status_code == 403
    assert visitors["office"].post(LIST, {"rijen": text, "wat": "confirm"}).status_code == 403
    assert visitors["office"].post(LIST, {"rijen": text, "wat": "take"}).status_code == 403
    assert visitors["office"].get(f"{LIST}?bij={thread.po.id}").status_code == 404
    empty = visitors["office"].post(LIST, {"rijen": " ", "wat": "enrol"})
    assert empty.status_code == 422
    assert "Plak eerst de rijen uit uw administratie." in empty.text


def test_nothing_of_a_list_is_stored_or_logged(
    thread: Thread, office: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    thread.accepted(last_name="Bakker")
    text = HEAD + "1\tNoah\tBakker\t19-6-2015\t\t\tIngeschreven\n2\tZwaluwtje\tKanariesma\t\t\t\tIngeschreven\n"

    done = do(office, look(office, text))

    assert "Kanariesma" in done.text
    said = capsys.readouterr()
    assert "dossiers/lijst" in said.out + said.err, "what is searched is there"
    assert "anariesma" not in said.out + said.err
    with thread.services.uow() as uow:
        connection = uow.session.connection().connection.driver_connection
        assert connection is not None
        dump = "\n".join(connection.iterdump())
    files = [path.read_bytes() for path in thread.region.folder.rglob("*") if path.is_file()]
    assert "Raayland" in dump, "what is searched is there"
    assert not any(part in dump for part in ("Zwaluwtje", "Kanariesma"))
    assert not any(part in data for data in files for part in (b"Zwaluwtje", b"Kanariesma"))
