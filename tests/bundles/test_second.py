"""A dossier at two schools at once: VSO and another, while the TLV is undecided and the region allows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handover.bundles.announcing import Application as Said
from handover.bundles.announcing import announce
from handover.bundles.answering import double
from handover.bundles.coded import confirm_by_telephone, send_with_code
from handover.bundles.ending import end_leaver
from handover.bundles.handovers import handover_of, under_way
from handover.bundles.model import Handover, Part
from handover.bundles.moving import NewSchool, move
from handover.bundles.moving_back import move_back
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import mail_person
from handover.bundles.one_of_two import Because, let_go_of, surplus_of
from handover.bundles.outcomes import Tlvs, record_outcome
from handover.bundles.outside import Went, hand_outside
from handover.bundles.outside_model import OutsideWay
from handover.bundles.placing import Placing, place
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import NotComplete, accept, confirm, decline
from handover.bundles.reminding import remind
from handover.bundles.reopening import release, reopen
from handover.bundles.rules import Unmet
from handover.bundles.sending import NotReady, send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus, ReleaseReason, ReopenReason
from handover.bundles.supplementing import drop_supplement, open_supplement, supplement
from handover.bundles.withdrawing import withdraw
from handover.db.unit_of_work import UnitOfWork
from handover.desk.sent import is_closed
from handover.dossiers.rules import Missing
from handover.errors import Conflict, HandoverError, IllegalTransition, NotFound
from handover.leavers.applications import change_application, prefer_application
from handover.leavers.model import Application, Leaver
from handover.leavers.recording import record_application
from handover.oversight.attention import attention
from handover.oversight.counting import count_by_unit
from handover.oversight.effects import effects
from handover.oversight.settings import changes, read_settings, set_region
from handover.policy import Actor, Role
from handover.rooms.model import Grant
from handover.schools.model import UnitLocation, UnitSide
from handover.terms.destination import LeaverEnd, Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_histories import lose_what_waits
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit, given_location
from tests.factories.thread import DAY, Thread, given_thread

VSO = "27VS00"


@dataclass
class Two:
    """One child that applied at the Raayland and at a school for VSO; the region allows two unless said otherwise."""

    thread: Thread
    vso: GivenUnit
    reference: str
    leaver_id: str
    ordinary: str
    """Ids of the two applications."""
    special: str

    @property
    def teacher(self) -> Actor:
        return self.thread.teacher.actor

    @property
    def intake(self) -> Actor:
        return self.vso.people["Vera Smit"].actor

    def sent(self, *, is_second: bool = False, to: str | None = None) -> str:
        if is_second:
            self.thread.region.clock.pass_by(timedelta(minutes=1))  # so that it is known which one is the oldest
        made = send(self.thread.services, self.teacher, self.reference, to=to, is_second=is_second)
        assert settle(self.thread.services, made)
        return made

    def both(self) -> tuple[str, str]:
        return self.sent(), self.sent(is_second=True)

    def status(self, handover_id: str) -> HandoverStatus:
        with self.thread.services.uow() as uow:
            return handover_of(uow, handover_id).status

    def tlv(self, tlv: Tlv) -> None:
        change_application(self.thread.services, self.teacher, self.reference, self.special, applied_on=DAY, tlv=tlv)

    def outcome(self, application_id: str) -> Outcome:
        with self.thread.services.uow() as uow:
            return uow.session.get_one(Application, application_id).outcome

    def surplus(self) -> tuple[str, Because] | None:
        with self.thread.services.uow() as uow:
            found = surplus_of(uow, under_way(uow, self.leaver_id))
            return (found.handover.id, found.because) if found else None

    def live(self) -> int:
        with self.thread.services.uow() as uow:
            return len(under_way(uow, self.leaver_id))

    def read_at_the_vso(self, handover_id: str) -> None:
        """Vera Smit is intake and care there."""
        for part in Part:
            opened = open_for_reading(self.thread.services, self.intake, handover_id, part)
            content(self.thread.services, self.intake, opened, way="screen")
            for inner in opened.inside.documents:
                for _piece in document(self.thread.services, self.intake, opened, inner.number, way="screen"):
                    pass
            opened.inside.close()

    def confirmed_at_the_raayland(self, handover_id: str) -> None:
        accept(self.thread.services, self.thread.intake.actor, handover_id)
        self.thread.read(handover_id)
        self.thread.enrolled(self.ordinary)
        confirm(self.thread.services, self.thread.intake.actor, handover_id)


def allow(thread: Thread, *, two: bool = True) -> None:
    swv = thread.region.swv.actor
    with thread.services.uow() as uow:
        now = read_settings(uow, swv)
    set_region(thread.services, swv, replace(now, days=replace(now.days, two_schools=two)))


def given_vso(thread: Thread, *, certified: bool = True) -> GivenUnit:
    people = [Colleague(name="Vera Smit", roles=(Role.INTAKE, Role.CARE, Role.VO_OFFICE))]
    kind = SchoolKind.VSO
    return given_enrolled_unit(
        thread.region, UnitSide.VO, "De Wijnberg", brin6=VSO, kind=kind, people=people, certified=certified
    )


def child_at_two(thread: Thread, vso: GivenUnit, tlv: Tlv = Tlv.REQUESTED, **name: str) -> Two:
    reference = thread.leaver(**name)
    thread.written(reference)
    ordinary = thread.applied(reference)
    special = record_application(
        thread.services, thread.teacher.actor, reference, brin6=vso.brin6, applied_on=DAY, tlv=tlv
    )
    with thread.services.uow() as uow:
        leaver_id = uow.session.scalars(select(Leaver.id).where(Leaver.reference == reference)).one()
    return Two(thread, vso, reference, leaver_id, ordinary, special)


@pytest.fixture
def two(tmp_path: Path) -> Two:
    thread = given_thread(tmp_path)
    allow(thread)
    return child_at_two(thread, given_vso(thread))


def missing(two: Two, **said: object) -> list[Missing]:
    with pytest.raises(NotReady) as error:
        send(two.thread.services, two.teacher, two.reference, is_second=True, **said)  # type: ignore[arg-type]
    return [todo.missing for todo in error.value.reasons]


def grants_of(uow: UnitOfWork, handover_id: str) -> set[str]:
    made = handover_of(uow, handover_id)
    rooms = (made.dossier_room_id, made.care_room_id)
    return set(uow.session.scalars(select(Grant.room_id).where(Grant.room_id.in_(rooms))))


def test_it_goes_to_both_under_keys_of_their_own(two: Two) -> None:
    first, second = two.both()

    services = two.thread.services
    with services.uow() as uow:
        rows = [handover_of(uow, one) for one in (first, second)]
        assert [row.receiver_brin for row in rows] == [two.thread.vo.brin6, VSO]
        assert {row.place for row in rows} == {0, 1}
        assert grants_of(uow, first).isdisjoint(grants_of(uow, second))
    accept(services, two.intake, second)
    accept(services, two.thread.intake.actor, first)
    open_for_reading(services, two.intake, second, Part.DOSSIER).inside.close()
    for stranger, one in ((two.intake, first), (two.thread.intake.actor, second)):
        with pytest.raises(NotFound):
            open_for_reading(services, stranger, one, Part.DOSSIER)


def test_it_goes_to_the_vso_first_as_well(two: Two) -> None:
    prefer_application(two.thread.services, two.teacher, two.reference, two.special)
    made = two.sent()

    second = two.sent(is_second=True)

    with two.thread.services.uow() as uow:
        assert handover_of(uow, made).receiver_brin == VSO
        assert handover_of(uow, second).receiver_brin == two.thread.vo.brin6


def test_nothing_second_goes_where_nothing_is_first_or_two_are(two: Two) -> None:
    services = two.thread.services
    with pytest.raises(IllegalTransition):
        send(services, two.teacher, two.reference, is_second=True)
    two.both()
    for is_second in (False, True):
        with pytest.raises(Conflict):
            send(services, two.teacher, two.reference, is_second=is_second)


def test_what_keeps_a_second_from_going_is_said(two: Two) -> None:
    services, thread = two.thread.services, two.thread
    first = two.sent()
    allow(thread, two=False)
    assert missing(two) == [Missing.SECOND_NOT_ALLOWED]
    allow(thread)
    two.tlv(Tlv.GRANTED)
    assert missing(two) == [Missing.SECOND_TLV_DECIDED]
    two.tlv(Tlv.REFUSED)
    assert missing(two) == [Missing.SECOND_TLV_DECIDED, Missing.TLV]
    two.tlv(Tlv.TO_REQUEST)
    given_location(services, "20DF00", "Dendron College", kind=SchoolKind.VO)
    record_application(services, two.teacher, two.reference, brin6="20DF00", applied_on=DAY, tlv=Tlv.NOT_NEEDED)
    assert Missing.SECOND_KINDS in missing(two, to="20DF00")
    assert missing(two, to="25XX00") == [Missing.APPLICATION]
    two.confirmed_at_the_raayland(first)
    assert missing(two) == [Missing.SECOND_CONFIRMED]


def test_a_school_has_it_once(two: Two) -> None:
    thread = two.thread
    two.sent()
    given_location(thread.services, "25FY01", "Raayland VSO", kind=SchoolKind.VSO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25FY01"))
        uow.commit()
    record_application(thread.services, two.teacher, two.reference, brin6="25FY01", applied_on=DAY, tlv=Tlv.REQUESTED)

    assert missing(two, to="25FY01") == [Missing.SECOND_SAME_SCHOOL]


def test_a_school_that_has_it_does_not_become_the_other_kind_while_two_have_it(two: Two) -> None:
    thread = two.thread
    first = two.sent()
    given_location(thread.services, "25FY01", "Raayland VSO", kind=SchoolKind.VSO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25FY01"))
        uow.commit()
    second = two.sent(is_second=True)
    elsewhere = Placing(brin="25FY01", department_id=None, handler_id=None)
    with pytest.raises(IllegalTransition):
        place(thread.services, thread.intake.actor, first, elsewhere)

    withdraw(thread.services, two.teacher, second)

    place(thread.services, thread.intake.actor, first, elsewhere)


def test_what_the_database_holds_by_itself(two: Two) -> None:
    first, second = two.both()
    for place_ in (0, 1, 2):
        with two.thread.services.uow() as uow:
            row = handover_of(uow, second)
            copy = {one.name: getattr(row, one.name) for one in Handover.__table__.columns}
            uow.session.add(Handover(**{**copy, "id": "x" * 32, "place": place_}))
            with pytest.raises(IntegrityError):
                uow.session.flush()
    two.confirmed_at_the_raayland(first)
    with two.thread.services.uow() as uow:
        row = handover_of(uow, second)
        row.status, row.accepted_at, row.confirmed_at = HandoverStatus.CONFIRMED, row.offered_at, row.offered_at
        with pytest.raises(IntegrityError):
            uow.session.flush()


@pytest.mark.parametrize("ends", ["first", "second"])
def test_where_one_ends_the_other_goes_on_and_a_new_one_takes_its_place(two: Two, ends: str) -> None:
    first, second = two.both()
    accept(two.thread.services, two.intake, second)
    if ends == "first":
        decline(two.thread.services, two.thread.intake.actor, first, reason="double")
    else:
        release(two.thread.services, two.intake, second, reason=ReleaseReason.NOT_COMING)
        record_application(
            two.thread.services, two.teacher, two.reference, brin6=VSO, applied_on=DAY, tlv=Tlv.REQUESTED
        )

    again = two.sent(is_second=True)

    with two.thread.services.uow() as uow:
        assert {one.id for one in under_way(uow, two.leaver_id)} == {again, second if ends == "first" else first}


def test_one_that_did_not_come_whole_makes_room_for_the_next(two: Two) -> None:
    first = two.sent()
    failed = send(two.thread.services, two.teacher, two.reference, is_second=True)
    lose_what_waits(two.thread.services, failed)
    assert not settle(two.thread.services, failed)
    assert two.status(failed) is HandoverStatus.DRAFT
    with pytest.raises(Conflict):
        send(two.thread.services, two.teacher, two.reference)

    again = two.sent(is_second=True)

    assert two.status(failed) is HandoverStatus.CLOSED
    with two.thread.services.uow() as uow:
        assert {one.id for one in under_way(uow, two.leaver_id)} == {first, again}


def test_a_first_that_did_not_come_whole_is_sent_beside_the_second(two: Two) -> None:
    failed = send(two.thread.services, two.teacher, two.reference)
    second = two.sent(is_second=True)
    lose_what_waits(two.thread.services, failed)
    assert not settle(two.thread.services, failed)

    again = two.sent(is_second=True)

    with two.thread.services.uow() as uow:
        assert {one.id for one in under_way(uow, two.leaver_id)} == {second, again}


def test_once_one_confirmed_the_other_may_not_and_is_let_go_of(two: Two) -> None:
    first, second = two.both()
    services = two.thread.services
    accept(services, two.intake, second)
    two.confirmed_at_the_raayland(first)
    granted = Tlvs(tlv=Tlv.GRANTED, until=DAY.replace(year=2029))
    record_outcome(services, two.intake, two.special, outcome=Outcome.ENROLLED, tlv=granted)
    with pytest.raises(NotComplete) as left:
        confirm(services, two.intake, second)
    assert Unmet.CONFIRMED_ELSEWHERE in {reason.unmet for reason in left.value.reasons}
    assert two.surplus() == (second, Because.CONFIRMED)
    with pytest.raises(Conflict):
        let_go_of(services, two.teacher, two.reference, first)

    let_go_of(services, two.teacher, two.reference, second)
    let_go_of(services, two.teacher, two.reference, second)

    assert two.status(second) is HandoverStatus.RELEASED
    assert two.status(first) is HandoverStatus.CONFIRMED
    assert two.outcome(two.special) is Outcome.WITHDRAWN
    assert two.surplus() is None


def test_once_the_confirmation_is_taken_back_the_other_may_confirm(two: Two) -> None:
    first, _second = two.both()
    two.confirmed_at_the_raayland(first)
    reopen(two.thread.services, two.thread.intake.actor, first, reason=ReopenReason.MISTAKE)

    assert two.surplus() is None
    two.tlv(Tlv.GRANTED)
    assert two.surplus() == (first, Because.TLV_GRANTED)


@pytest.mark.parametrize("is_received", [False, True])
def test_a_refused_tlv_ends_that_of_the_vso(two: Two, *, is_received: bool) -> None:
    first, second = two.both()
    if is_received:
        accept(two.thread.services, two.intake, second)
    assert two.surplus() is None
    two.tlv(Tlv.REFUSED)
    assert two.surplus() == (second, Because.TLV_REFUSED)

    let_go_of(two.thread.services, two.teacher, two.reference, second)

    assert two.status(second) is (HandoverStatus.RELEASED if is_received else HandoverStatus.WITHDRAWN)
    assert two.status(first) is HandoverStatus.OFFERED
    assert (two.outcome(two.special), two.outcome(two.ordinary)) == (Outcome.WITHDRAWN, Outcome.ASKED)


def test_nobody_else_lets_go_of_it(two: Two) -> None:
    _first, second = two.both()
    two.tlv(Tlv.REFUSED)
    for actor in (two.intake, two.thread.intake.actor, two.thread.po.admin.actor):
        with pytest.raises(HandoverError):
            let_go_of(two.thread.services, actor, two.reference, second)
    assert two.status(second) is HandoverStatus.OFFERED


def test_each_is_sent_after_by_itself(two: Two) -> None:
    first, second = two.both()
    services = two.thread.services
    with pytest.raises(Conflict):
        open_supplement(services, two.teacher, two.reference)
    with services.uow() as uow:
        assert is_closed(uow, two.leaver_id)
    open_supplement(services, two.teacher, two.reference, of=second)
    with pytest.raises(Conflict):
        open_supplement(services, two.teacher, two.reference, of=first)
    with services.uow() as uow:
        assert not is_closed(uow, two.leaver_id)

    made = supplement(services, two.teacher, two.reference)

    assert made == second
    assert settle(services, second)
    with services.uow() as uow:
        assert is_closed(uow, two.leaver_id)
    open_supplement(services, two.teacher, two.reference, of=first)
    with pytest.raises(IllegalTransition):
        supplement(services, two.teacher, two.reference, of=second)
    drop_supplement(services, two.teacher, two.reference, of=first)
    with services.uow() as uow:
        assert is_closed(uow, two.leaver_id)


def test_the_child_counts_once_at_the_one_that_is_furthest(two: Two) -> None:
    first, second = two.both()

    def counts() -> tuple[int, int, int, int]:
        with two.thread.services.uow() as uow:
            found = count_by_unit(uow)[two.thread.po.id]
        return found.total, found.offered, found.accepted, found.confirmed

    assert counts() == (1, 1, 0, 0)
    accept(two.thread.services, two.intake, second)
    assert counts() == (1, 0, 1, 0)
    two.confirmed_at_the_raayland(first)
    assert counts() == (1, 0, 0, 1)


def test_moving_one_leaves_the_other_where_it_is(two: Two) -> None:
    thread, services = two.thread, two.thread.services
    first, second = two.both()
    there = given_enrolled_unit(thread.region, UnitSide.VO, "Dendron College", brin6="20DF00")
    new = NewSchool(brin=there.brin6, applied_on=DAY)
    with pytest.raises(Conflict):
        move(services, two.teacher, two.reference, new)
    with pytest.raises(NotReady):  # two schools of which none is VSO
        move(services, two.teacher, two.reference, new, leaving=second)

    moved = move(services, two.teacher, two.reference, new, leaving=first)

    assert settle(services, moved)
    with services.uow() as uow:
        assert {one.id for one in under_way(uow, two.leaver_id)} == {second, moved}
    back = move_back(services, two.teacher, two.reference, of=moved)
    with services.uow() as uow:
        assert {one.id for one in under_way(uow, two.leaver_id)} == {second, back}


def test_a_child_that_goes_nowhere_takes_both_along(two: Two) -> None:
    first, second = two.both()
    accept(two.thread.services, two.intake, second)

    end_leaver(two.thread.services, two.teacher, two.reference, end=LeaverEnd.ABROAD)

    assert {two.status(first), two.status(second)} == {HandoverStatus.CLOSED}


def test_a_second_goes_with_a_code_too(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    allow(thread)
    given_location(thread.services, VSO, "De Wijnberg", kind=SchoolKind.VSO)
    two = child_at_two(thread, GivenUnit(id="", brin6=VSO, admin=thread.po.admin, sheet="", words=()))  # type: ignore[arg-type]
    first = two.sent()
    assert missing(two) == [Missing.RECEIVER_NOT_READY]
    services = thread.services
    with pytest.raises(Conflict):
        send_with_code(services, two.teacher, two.reference, to=VSO, email="a@vso.example")

    made = send_with_code(services, two.teacher, two.reference, to=VSO, email="a@vso.example", is_second=True)

    assert settle(services, made.handover_id)
    two.confirmed_at_the_raayland(first)
    with services.uow() as uow:
        row = handover_of(uow, made.handover_id)
        row.status, row.accepted_at = HandoverStatus.ACCEPTED, row.offered_at
        uow.commit()
    with pytest.raises(Conflict):
        confirm_by_telephone(services, two.teacher, made.handover_id, by="Piet")


def test_a_second_does_not_go_outside(two: Two) -> None:
    two.sent()
    went = Went(way=OutsideWay.PAPER, went_on=DAY, whom="balie")
    with pytest.raises(Conflict):
        hand_outside(two.thread.services, two.teacher, two.reference, went, to=VSO)


def told_to_let_go(two: Two) -> list[str | None]:
    with two.thread.services.uow() as uow:
        return list(uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.LET_GO)))


def test_who_can_let_go_of_one_is_mailed_that_it_is_to_go_once_and_without_a_name(two: Two) -> None:
    services, teacher = two.thread.services, two.thread.teacher
    _first, second = two.both()
    remind(services)
    assert told_to_let_go(two) == []
    two.tlv(Tlv.REFUSED)
    for _night in range(3):
        remind(services)
    two.tlv(Tlv.REQUESTED)
    two.tlv(Tlv.REFUSED)
    remind(services)
    assert told_to_let_go(two) == [teacher.person_id]
    two.thread.region.mail.sent.clear()
    two.thread.region.clock.pass_by(timedelta(days=4))

    mail_person(services, teacher.person_id)

    (mail,) = two.thread.region.mail.sent
    assert f"een ervan moet u nu loslaten. Op uw lijst staat welke: 1 dossier ({two.reference})" in mail.text
    assert not [said for said in ("Noah", "Wijnberg", "Raayland") if said in mail.text + mail.subject]
    let_go_of(services, two.teacher, two.reference, second)


def test_what_was_let_go_of_before_the_morning_is_not_mailed(two: Two) -> None:
    first, second = two.both()
    accept(two.thread.services, two.intake, second)
    two.confirmed_at_the_raayland(first)
    remind(two.thread.services)
    let_go_of(two.thread.services, two.teacher, two.reference, second)
    two.thread.region.clock.pass_by(timedelta(days=4))

    mail_person(two.thread.services, two.thread.teacher.person_id)

    assert not [mail for mail in two.thread.region.mail.sent if "moet u nu loslaten" in mail.text]


def announced_at_both(two: Two) -> None:
    two.thread.announced(reference=two.reference)
    with two.thread.services.uow() as uow:
        code = uow.session.get_one(Leaver, two.leaver_id).aanmeldcode
    said = Said(receiver_brin=VSO, name=two.thread.name, applied_on=DAY, code=code, sender_brin="")
    announce(two.thread.services, two.intake, said, only_new=False)


def doubles(two: Two) -> tuple[int, int]:
    swv = two.thread.region.swv.actor
    with two.thread.services.uow() as uow:
        return len(double(uow, [two.leaver_id])), len(attention(uow, swv).doubles)


def test_nobody_rings_about_a_child_that_may_be_at_two(two: Two) -> None:
    announced_at_both(two)
    assert doubles(two) == (0, 0)
    allow(two.thread, two=False)
    assert doubles(two) == (1, 1)
    allow(two.thread)
    two.both()
    allow(two.thread, two=False)
    assert doubles(two) == (0, 0)


def test_the_region_hears_of_one_that_stays_at_two(two: Two) -> None:
    def told() -> list[Because]:
        swv = two.thread.region.swv.actor
        with two.thread.services.uow() as uow:
            return [one.because for one in attention(uow, swv).pairs]

    first, second = two.both()
    assert told() == []
    two.tlv(Tlv.REFUSED)
    assert told() == [Because.TLV_REFUSED]
    two.tlv(Tlv.REQUESTED)
    two.confirmed_at_the_raayland(first)
    assert told() == []
    two.thread.region.clock.pass_by(timedelta(days=21))
    assert told() == [Because.CONFIRMED]
    let_go_of(two.thread.services, two.teacher, two.reference, second)
    assert told() == []


def test_the_region_sees_what_allowing_it_does_and_what_no_more_allowing_it_leaves(two: Two) -> None:
    def foreseen(*, allowed: bool) -> int:
        swv = two.thread.region.swv.actor
        with two.thread.services.uow() as uow:
            now = read_settings(uow, swv)
            wanted = replace(now, days=replace(now.days, two_schools=allowed))
            (effect,) = effects(uow, changes(now, wanted), wanted)
        return effect.number

    assert foreseen(allowed=False) == 0
    allow(two.thread, two=False)
    assert foreseen(allowed=True) == 1
    allow(two.thread)
    two.both()
    assert foreseen(allowed=False) == 1
    allow(two.thread, two=False)
    with two.thread.services.uow() as uow:
        assert len(under_way(uow, two.leaver_id)) == len(("the Raayland", "the VSO"))
