"""The main story, as two schools live it, on real keys, a real database and real stored files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from handover.audit.queries import trail
from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.model import Handover, Part, SealedPart
from handover.bundles.opening import Tampered
from handover.bundles.outcomes import record_outcome
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import NotComplete, accept, confirm, decline
from handover.bundles.rules import Unmet
from handover.bundles.sending import NotReady, left_to_do, send
from handover.bundles.settling import settle, unsettled
from handover.bundles.state import HandoverStatus
from handover.bundles.withdrawing import withdraw
from handover.dossiers.content import Advice, Contact, Content, Parent, Report, Support
from handover.dossiers.drafts import Checked, Draft, keep_document, open_draft, save
from handover.dossiers.rules import Missing
from handover.errors import Conflict, HandoverError, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.leavers.actions import add_leaver
from handover.leavers.recording import record_application
from handover.policy import Actor, Role
from handover.rooms.names import read_names
from handover.schools.model import UnitSide
from handover.services import Services
from handover.terms.destination import Outcome, Tlv
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement
from handover.terms.school_kind import SchoolKind
from handover.terms.schooladvies import Schooladvies
from schemas.dossiers import NameSchema
from tests.factories.region import Region, School, a_region

DAY = date(2027, 4, 8)
NOAH = {"first_name": "Noah", "last_name": "Wójcik-Zonderling", "birth_date": date(2015, 6, 19)}
REPORT = b"%PDF-1.7 rapport van Noah " + bytes(range(256)) * 900
PLAN = b"%PDF-1.7 plan van Noah"
SECRET = "begint rustiger als hij weet hoe de dag eruitziet"


@dataclass
class World:
    region: Region
    po: School
    vo: School
    group: str
    teacher: Actor
    intake: Actor
    care: Actor
    office: Actor
    reference: str = ""

    @property
    def services(self) -> Services:
        return self.region.services

    def draft(self) -> Draft:
        with self.services.uow() as uow:
            return open_draft(uow, self.teacher, self.reference)

    def status(self, handover_id: str) -> HandoverStatus:
        with self.services.uow() as uow:
            return uow.session.get_one(Handover, handover_id).status

    def missing(self) -> set[Missing]:
        with self.services.uow() as uow:
            return {item.missing for item in left_to_do(self.services, uow, self.teacher, self.reference)}

    def prepare(self) -> None:
        """Everything that the teacher does before sending."""
        for kind, data in ((DocumentKind.OPP, PLAN), (DocumentKind.OKR, REPORT)):
            checked = Checked(data=data, title=f"{kind.value} Noah.pdf", kind=kind, pages=2)
            keep_document(self.services, self.teacher, self.reference, checked)
        said = Content(
            advice=Advice(test_advice=Schooladvies.VMBO_KB, final=Schooladvies.VMBO_KB, final_on=DAY),
            report=Report(career="a", results="b", learning="c", behaviour="d", what_works=SECRET),
            contact=Contact(name="M. Janssen", telephone="077 000 00 01"),
            support=Support(
                goal="vmbo", actions_agreed_on=DAY, pupil_voice="vooraan", pupil_influence="ja", pupil_told="gesprek"
            ),
        )
        version = save(
            self.services, self.teacher, self.reference, said, read=self.draft(), has_opp=True, section="rapport"
        )
        parent = Parent(
            id="p1",
            name="F. Wójcik",
            inspected_on=DAY,
            copy_on=DAY,
            copy_of=version,
            agreement=Agreement.NO,
            view="Wij zien dat anders.",
        )
        seen = replace(said, parents=(parent,))
        save(self.services, self.teacher, self.reference, seen, read=self.draft(), has_opp=True, section="ouders")

    def apply(self) -> str:
        return record_application(
            self.services,
            self.teacher,
            self.reference,
            brin6=self.vo.brin6,
            applied_on=DAY,
            tlv=Tlv.NOT_NEEDED,
        )

    def offered(self) -> str:
        self.prepare()
        self.apply()
        handover_id = send(self.services, self.teacher, self.reference)
        assert settle(self.services, handover_id)
        return handover_id

    def read_all(self, handover_id: str) -> dict[Part, list[bytes]]:
        found = {}
        for part, reader in ((Part.DOSSIER, self.intake), (Part.CARE, self.care)):
            opened = open_for_reading(self.services, self.region.again(reader), handover_id, part)
            content(self.services, reader, opened, way="screen")
            found[part] = [
                b"".join(document(self.services, reader, opened, inner.number, way="screen"))
                for inner in opened.inside.documents
            ]
            opened.inside.close()
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    region = a_region(tmp_path)
    po = region.enrol(UnitSide.PO, "De Hommel", "Venray", "03QI00", SchoolKind.BO)
    vo = region.enrol(UnitSide.VO, "Raayland College", "Venray", "25FY00", SchoolKind.VO)
    group = region.group(po)
    made = World(
        region=region,
        po=po,
        vo=vo,
        group=group,
        teacher=region.join(po, Role.TEACHER, groups=frozenset({group})),
        intake=region.join(vo, Role.INTAKE),
        care=region.join(vo, Role.CARE),
        office=region.join(vo, Role.VO_OFFICE),
    )
    made.reference = add_leaver(region.services, made.teacher, group, NameSchema().dump(NOAH))
    yield made
    region.engine.dispose()


def test_a_dossier_goes_from_the_teacher_to_the_coordinator_who_confirms_it(world: World) -> None:
    assert Missing.APPLICATION in world.missing()
    world.prepare()
    assert world.missing() == {Missing.APPLICATION}
    application = world.apply()
    assert world.missing() == set()

    handover = send(world.services, world.teacher, world.reference)
    assert world.status(handover) is HandoverStatus.SEALING
    assert settle(world.services, handover)
    accept(world.services, world.intake, handover)
    assert world.read_all(handover) == {Part.DOSSIER: [REPORT], Part.CARE: [PLAN]}
    record_outcome(world.services, world.office, application, outcome=Outcome.ENROLLED)
    confirm(world.services, world.intake, handover)

    assert world.status(handover) is HandoverStatus.CONFIRMED
    with world.services.uow() as uow:
        told = [line.name for line in trail(uow, [handover])]
    assert told == [
        "handover.sent",
        "handover.offered",
        "handover.accepted",
        "handover.read",
        "handover.read",
        "handover.read",
        "handover.read",
        "handover.confirmed",
    ]
    with world.services.uow() as uow:
        while sequence(uow):
            pass
    with world.services.uow() as uow:
        assert verify(uow).is_sound


def test_the_receiver_sees_who_it_is_about_and_nothing_more_before_it_accepts(world: World) -> None:
    handover = world.offered()

    with world.services.uow() as uow:
        names = read_names(uow, world.intake.keyring, world.vo.id, [handover])
    assert names[handover]["last_name"] == "Wójcik-Zonderling"
    with pytest.raises(NotAllowed):
        open_for_reading(world.services, world.intake, handover, Part.DOSSIER)


def test_what_the_parents_say_travels_along(world: World) -> None:
    handover = world.offered()
    accept(world.services, world.intake, handover)

    opened = open_for_reading(world.services, world.intake, handover, Part.DOSSIER)
    said = content(world.services, world.intake, opened, way="screen")
    opened.inside.close()

    assert said["parents"][0]["view"] == "Wij zien dat anders."
    assert said["report"]["what_works"] == SECRET
    assert "support" not in said


def test_what_is_left_is_told_and_nothing_is_sent(world: World) -> None:
    with pytest.raises(NotReady) as refused:
        send(world.services, world.teacher, world.reference)

    assert Missing.OKR_DOCUMENT in {item.missing for item in refused.value.reasons}
    assert list(world.services.store.keys()) == []


def test_it_cannot_be_confirmed_before_everything_was_read_and_the_child_enrolled(world: World) -> None:
    handover = world.offered()
    accept(world.services, world.intake, handover)

    with pytest.raises(NotComplete) as refused:
        confirm(world.services, world.intake, handover)

    assert {reason.unmet for reason in refused.value.reasons} == {
        Unmet.ENROLMENT,
        Unmet.DOSSIER_UNREAD,
        Unmet.DOCUMENT_UNREAD,
        Unmet.CARE_UNREAD,
    }


def test_sending_twice_sends_once(world: World) -> None:
    world.offered()

    with pytest.raises(Conflict):
        send(world.services, world.region.again(world.teacher), world.reference)


def test_accepting_twice_is_told_and_changes_nothing(world: World) -> None:
    handover = world.offered()
    accept(world.services, world.intake, handover)

    with pytest.raises(IllegalTransition):
        accept(world.services, world.intake, handover)


def test_settling_twice_offers_once(world: World) -> None:
    handover = world.offered()

    assert not settle(world.services, handover)
    assert world.status(handover) is HandoverStatus.OFFERED


def test_a_send_whose_message_was_lost_is_found(world: World) -> None:
    world.prepare()
    world.apply()

    handover = send(world.services, world.teacher, world.reference)

    with world.services.uow() as uow:
        assert unsettled(uow) == [handover]


def test_bytes_that_were_lost_before_settling_make_it_a_draft_that_can_be_sent_again(world: World) -> None:
    world.prepare()
    world.apply()
    first = send(world.services, world.teacher, world.reference)
    with world.services.uow() as uow:
        key = uow.session.query(SealedPart.blob_key).filter_by(part=Part.DOSSIER).scalar()
    world.services.store.delete(key)

    assert not settle(world.services, first)
    assert world.status(first) is HandoverStatus.DRAFT
    second = send(world.services, world.region.again(world.teacher), world.reference)

    assert settle(world.services, second)
    assert world.status(second) is HandoverStatus.OFFERED


def test_what_was_taken_back_opens_for_nobody_at_the_other_school(world: World) -> None:
    handover = world.offered()

    withdraw(world.services, world.teacher, handover)

    with world.services.uow() as uow:
        assert read_names(uow, world.intake.keyring, world.vo.id, [handover]) == {}
    with pytest.raises(IllegalTransition):
        accept(world.services, world.intake, handover)


def test_what_was_received_can_no_longer_be_taken_back(world: World) -> None:
    handover = world.offered()
    accept(world.services, world.intake, handover)

    with pytest.raises(IllegalTransition):
        withdraw(world.services, world.teacher, handover)


def test_a_wrong_address_gives_it_back_and_the_teacher_can_choose_again(world: World) -> None:
    handover = world.offered()

    decline(world.services, world.intake, handover, reason="not_applied_here")

    assert world.status(handover) is HandoverStatus.DECLINED
    again = send(world.services, world.region.again(world.teacher), world.reference)
    assert again != handover


def test_a_child_cannot_be_refused_by_giving_its_dossier_back(world: World) -> None:
    handover = world.offered()

    with pytest.raises(IllegalTransition):
        decline(world.services, world.intake, handover, reason="full")
    assert world.status(handover) is HandoverStatus.OFFERED


def test_stored_bytes_that_were_exchanged_are_refused_with_an_alarm_in_the_trail(world: World) -> None:
    handover = world.offered()
    accept(world.services, world.intake, handover)
    with world.services.uow() as uow:
        key = uow.session.query(SealedPart.blob_key).filter_by(part=Part.DOSSIER).scalar()
    path = world.region.blobs / key[:2] / key
    path.write_bytes(path.read_bytes()[:-100] + bytes(100))

    with pytest.raises(Tampered):
        open_for_reading(world.services, world.intake, handover, Part.DOSSIER)

    with world.services.uow() as uow:
        assert "handover.tampering_seen" in {line.name for line in trail(uow, [handover])}


def test_parts_exchanged_in_the_database_are_refused(world: World) -> None:
    handover = world.offered()
    accept(world.services, world.intake, handover)
    with world.services.uow() as uow:
        dossier, care = sorted(uow.session.query(SealedPart), key=lambda row: row.part.value, reverse=True)
        keys = dossier.blob_key, care.blob_key
        dossier.blob_key = "0" * 64
        uow.flush()
        care.blob_key = keys[0]
        uow.flush()
        dossier.blob_key = keys[1]
        uow.commit()

    with pytest.raises(Tampered):
        open_for_reading(world.services, world.intake, handover, Part.DOSSIER)


@pytest.mark.parametrize("other_role", [Role.TEACHER, Role.IB])
def test_another_primary_school_finds_nothing(world: World, other_role: Role) -> None:
    handover = world.offered()
    stranger_school = world.region.enrol(UnitSide.PO, "Eigenwijs", "Oirlo", "03QJ00", SchoolKind.BO)
    stranger = world.region.join(stranger_school, other_role, groups=frozenset({world.group}))

    for attempt in (
        lambda: send(world.services, stranger, world.reference),
        lambda: withdraw(world.services, stranger, handover),
        lambda: open_for_reading(world.services, stranger, handover, Part.DOSSIER),
        lambda: accept(world.services, stranger, handover),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_two_teachers_who_edit_at_once_lose_nothing(world: World) -> None:
    mine, theirs = world.draft(), world.draft()
    changed = mine.content.with_section("report", {"career": "van mij"})
    save(world.services, world.teacher, world.reference, changed, read=mine, has_opp=False, section="rapport")

    other = theirs.content.with_section("report", {"career": "van de ander"})
    with pytest.raises(Conflict):
        save(world.services, world.teacher, world.reference, other, read=theirs, has_opp=False, section="rapport")

    assert world.draft().content.report.career == "van mij"


def test_an_application_at_a_school_that_does_not_exist_is_refused(world: World) -> None:
    for brin6, day in (("99ZZ00", DAY), (world.po.brin6, DAY), (world.vo.brin6, date(2027, 4, 9))):
        with pytest.raises(Invalid):
            record_application(
                world.services, world.teacher, world.reference, brin6=brin6, applied_on=day, tlv=Tlv.NOT_NEEDED
            )


def test_a_stolen_server_tells_nothing_of_the_child(world: World, tmp_path: Path) -> None:
    """Everything stored, searched raw; what is put there in the clear is found, so that this can fail."""
    world.offered()
    with world.services.uow() as uow:
        uow.session.connection().exec_driver_sql("CREATE TABLE control (seen TEXT)")
        uow.session.connection().exec_driver_sql("INSERT INTO control VALUES ('planted-in-the-clear')")
        uow.commit()
    canaries = [
        SECRET.encode(),
        "Wójcik".encode(),
        b"Zonderling",
        b"2015-06-19",
        b"rapport van Noah",
        b"Wij zien dat anders",
        b"okr Noah.pdf",
        b"077 000 00 01",
        b"M. Janssen",
    ]

    stored = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())

    assert b"planted-in-the-clear" in stored
    assert [canary for canary in canaries if canary in stored] == []


def test_no_error_says_anything_about_the_child(world: World) -> None:
    with pytest.raises(HandoverError) as refused:
        send(world.services, world.teacher, world.reference)

    assert "Noah" not in str(refused.value) + repr(refused.value.context)
