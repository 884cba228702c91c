"""What can happen to a handover after it was sent: sent after, moved, reopened, let go, destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.bundles.comparing import Changes, compare
from handover.bundles.destroying import destroy, destroy_all, due
from handover.bundles.handovers import handover_of
from handover.bundles.model import Bundle, Handover, Part, SealedPart, Statement
from handover.bundles.moving import NewSchool, move
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.opening import Tampered
from handover.bundles.outcomes import record_outcome
from handover.bundles.placing import Placing, place
from handover.bundles.reading import Opened, content, open_for_reading
from handover.bundles.receiving import accept, confirm, confirm_facts
from handover.bundles.reminding import remind
from handover.bundles.reopening import release, reopen
from handover.bundles.sending import NotReady
from handover.bundles.settling import settle
from handover.bundles.state import BundleStatus, HandoverStatus, ReleaseReason, ReopenReason
from handover.bundles.supplementing import acknowledge, drop_supplement, open_supplement, supplement
from handover.desk.sent import is_closed
from handover.dossiers.drafts import Checked, keep_document, open_draft, save
from handover.dossiers.lock import AlreadySent, close_when
from handover.dossiers.rules import Missing
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.leavers.model import Application
from handover.leavers.recording import record_application
from handover.policy import Actor, Role
from handover.rooms.model import Grant
from handover.schools.model import Department, UnitLocation, UnitSide
from handover.terms.destination import Outcome, Tlv
from handover.terms.document_kind import DocumentKind
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit, given_location
from tests.factories.thread import DAY, Thread, given_thread
from tests.web.gallery import a_pdf

TESTS = Checked(data=a_pdf(("Toetsresultaten",)), title="toetsen.pdf", kind=DocumentKind.TOETSRESULTATEN, pages=1)


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[Thread]:
    close_when(is_closed)
    yield given_thread(tmp_path)
    close_when(lambda _uow, _leaver_id: False)


def handover(thread: Thread, handover_id: str) -> Handover:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id)


def reference_of(thread: Thread, handover_id: str) -> str:
    return handover(thread, handover_id).reference


def outcome(thread: Thread, handover_id: str) -> Outcome:
    with thread.services.uow() as uow:
        return uow.session.get_one(Application, handover_of(uow, handover_id).application_id).outcome


def seen_again(thread: Thread, reference: str) -> None:
    """The parents were given a copy of the dossier as it is now."""
    services, actor = thread.services, thread.teacher.actor
    with services.uow() as uow:
        read = open_draft(uow, actor, reference)
    (parent,) = read.content.parents
    parent = type(parent)(**{**parent.__dict__, "copy_of": read.leaver.content_version, "copy_on": DAY})
    said = type(read.content)(**{**read.content.__dict__, "parents": (parent,)})
    save(services, actor, reference, said, read=read, has_opp=read.leaver.has_opp, section="ouders")


def sent_after(thread: Thread, handover_id: str, checked: Checked = TESTS) -> None:
    """One more document came after what was sent, and was settled."""
    reference = reference_of(thread, handover_id)
    open_supplement(thread.services, thread.teacher.actor, reference)
    keep_document(thread.services, thread.teacher.actor, reference, checked)
    seen_again(thread, reference)
    supplement(thread.services, thread.teacher.actor, reference)
    assert settle(thread.services, handover_id)


@contextmanager
def opened(
    thread: Thread, handover_id: str, part: Part = Part.DOSSIER, reader: Actor | None = None
) -> Iterator[Opened]:
    found = open_for_reading(thread.services, reader or thread.intake.actor, handover_id, part)
    yield found
    found.inside.close()


def documents(thread: Thread, handover_id: str, reader: Actor | None = None) -> int:
    """How many documents this reader finds in the dossier part."""
    with opened(thread, handover_id, reader=reader) as found:
        return len(found.inside.documents)


def changes(thread: Thread, handover_id: str, part: Part = Part.DOSSIER) -> Changes | None:
    reader = thread.care.actor if part is Part.CARE else thread.intake.actor
    with opened(thread, handover_id, part, reader) as found:
        return compare(thread.services, reader, found).changes


def told(thread: Thread, kind: NoticeKind) -> int:
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).where(Notice.kind == kind)) or 0


def other_school(thread: Thread, brin6: str = "20DF00") -> GivenUnit:
    return given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendron College",
        brin6=brin6,
        people=[Colleague(name="Ilse Vos", roles=(Role.INTAKE,)), Colleague(name="Ed Bos", roles=(Role.VO_OFFICE,))],
    )


def test_what_was_sent_is_closed_until_it_is_opened_to_be_sent_after(thread: Thread) -> None:
    handover_id = thread.accepted()
    reference = reference_of(thread, handover_id)
    services, teacher = thread.services, thread.teacher.actor

    with pytest.raises(IllegalTransition):
        supplement(services, teacher, reference)
    open_supplement(services, teacher, reference)
    open_supplement(services, teacher, reference)
    keep_document(services, teacher, reference, TESTS)
    with pytest.raises(NotReady) as missing:
        supplement(services, teacher, reference)

    assert [todo.missing for todo in missing.value.reasons] == [Missing.STALE_COPY], "parents see it first"
    seen_again(thread, reference)
    assert supplement(services, teacher, reference) == handover_id
    assert handover(thread, handover_id).status is HandoverStatus.ACCEPTED
    with pytest.raises(AlreadySent):
        keep_document(services, teacher, reference, TESTS)
    with pytest.raises(IllegalTransition):
        open_supplement(services, teacher, reference)


def test_readers_have_the_version_before_until_a_supplement_is_settled(thread: Thread) -> None:
    handover_id = thread.accepted()
    reference = reference_of(thread, handover_id)
    open_supplement(thread.services, thread.teacher.actor, reference)
    keep_document(thread.services, thread.teacher.actor, reference, TESTS)
    seen_again(thread, reference)
    supplement(thread.services, thread.teacher.actor, reference)

    assert documents(thread, handover_id) == 1
    assert settle(thread.services, handover_id)
    assert not settle(thread.services, handover_id), "a second worker finds nothing to do"
    assert documents(thread, handover_id) == 2
    assert told(thread, NoticeKind.SUPPLEMENT) == 1


def test_a_supplement_that_did_not_arrive_whole_changes_nothing_and_can_be_sent_again(thread: Thread) -> None:
    handover_id = thread.accepted()
    reference = reference_of(thread, handover_id)
    open_supplement(thread.services, thread.teacher.actor, reference)
    keep_document(thread.services, thread.teacher.actor, reference, TESTS)
    seen_again(thread, reference)
    supplement(thread.services, thread.teacher.actor, reference)
    with thread.services.uow() as uow:
        key = uow.session.scalars(
            select(SealedPart.blob_key)
            .join(Bundle, Bundle.id == SealedPart.bundle_id)
            .where(Bundle.status == BundleStatus.SEALING, SealedPart.part == Part.CARE)
        ).one()
    thread.services.store.delete(key)

    assert not settle(thread.services, handover_id)

    assert handover(thread, handover_id).status is HandoverStatus.ACCEPTED
    assert documents(thread, handover_id) == 1
    assert told(thread, NoticeKind.SUPPLEMENT_FAILED) == 1
    supplement(thread.services, thread.teacher.actor, reference)
    assert settle(thread.services, handover_id)
    assert documents(thread, handover_id) == 2
    with thread.services.uow() as uow:
        numbers = uow.session.execute(select(Bundle.number, Bundle.status).order_by(Bundle.number)).all()
    assert [tuple(row) for row in numbers] == [
        (1, BundleStatus.SETTLED),
        (2, BundleStatus.FAILED),
        (3, BundleStatus.SETTLED),
    ]


def test_only_what_is_new_is_to_be_read(thread: Thread) -> None:
    handover_id = thread.accepted()
    thread.read(handover_id)
    sent_after(thread, handover_id)

    found, unchanged = changes(thread, handover_id), changes(thread, handover_id, Part.CARE)

    assert found is not None
    assert (found.version, found.sections, found.new_documents) == (2, ("parents",), (2,))
    assert unchanged is not None
    assert unchanged.is_empty
    with thread.services.uow() as uow:
        left = confirm_facts(uow, handover_of(uow, handover_id))
    assert (left.unread_dossier, left.unread_documents, left.unread_care) == (True, 1, 0)


def test_a_document_that_was_exchanged_under_its_title_is_new(thread: Thread) -> None:
    handover_id = thread.accepted()
    sent_after(thread, handover_id)
    thread.read(handover_id)
    changes(thread, handover_id)
    other = Checked(data=a_pdf(("Andere",)), title=TESTS.title, kind=TESTS.kind, pages=1)
    sent_after(thread, handover_id, other)

    found = changes(thread, handover_id)

    assert found is not None
    assert found.new_documents == (2, 3)


def test_rows_of_an_older_version_put_back_are_refused(thread: Thread) -> None:
    handover_id = thread.accepted()
    sent_after(thread, handover_id)
    with thread.services.uow() as uow:
        newest = uow.session.scalars(select(Bundle).where(Bundle.number == 2)).one()
        newest.status = BundleStatus.FAILED
        uow.commit()

    with pytest.raises(Tampered):
        documents(thread, handover_id)


def test_a_supplement_is_signed_for_once(thread: Thread) -> None:
    handover_id = thread.confirmed()
    with pytest.raises(IllegalTransition):
        acknowledge(thread.services, thread.intake.actor, handover_id)
    sent_after(thread, handover_id)

    acknowledge(thread.services, thread.intake.actor, handover_id)
    acknowledge(thread.services, thread.care.actor, handover_id)

    with thread.services.uow() as uow:
        kinds = uow.session.scalars(select(Statement.kind).order_by(Statement.made_at, Statement.kind)).all()
    assert sorted(kinds) == ["confirmed", "received", "received"]
    with pytest.raises(NotAllowed):
        acknowledge(thread.services, thread.office.actor, handover_id)


def test_what_was_changed_and_not_sent_stays_with_the_sender(thread: Thread) -> None:
    handover_id = thread.offered()
    reference = reference_of(thread, handover_id)
    open_supplement(thread.services, thread.teacher.actor, reference)
    keep_document(thread.services, thread.teacher.actor, reference, TESTS)

    drop_supplement(thread.services, thread.teacher.actor, reference)

    accept(thread.services, thread.intake.actor, handover_id)
    assert documents(thread, handover_id) == 1


def test_a_confirmation_is_taken_back_and_given_again(thread: Thread) -> None:
    handover_id = thread.confirmed()

    reopen(thread.services, thread.intake.actor, handover_id, reason=ReopenReason.TOO_EARLY)
    with pytest.raises(NotAllowed):
        reopen(thread.services, thread.intake.actor, handover_id, reason=ReopenReason.TOO_EARLY)

    assert handover(thread, handover_id).status is HandoverStatus.ACCEPTED
    assert told(thread, NoticeKind.REOPENED) == 1
    confirm(thread.services, thread.intake.actor, handover_id)
    with thread.services.uow() as uow:
        said = uow.session.scalars(select(Statement).where(Statement.kind == "confirmed")).all()
    assert sorted(one.taken_back_at is None for one in said) == [False, True]


@pytest.mark.parametrize("by", ["teacher", "intake"])
def test_either_school_lets_go_of_what_was_received(thread: Thread, by: str) -> None:
    handover_id = thread.confirmed()
    reader = open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER)
    actor = thread.teacher.actor if by == "teacher" else thread.intake.actor

    release(thread.services, actor, handover_id, reason=ReleaseReason.NOT_COMING)

    found = handover(thread, handover_id)
    assert (found.status, found.released_because) == (HandoverStatus.RELEASED, ReleaseReason.NOT_COMING)
    assert told(thread, NoticeKind.RELEASED) == 1
    with pytest.raises(NotAllowed):
        documents(thread, handover_id)
    with pytest.raises(NotAllowed):
        release(thread.services, actor, handover_id, reason=ReleaseReason.NOT_COMING)
    assert content(thread.services, thread.intake.actor, reader, way="screen"), "who is reading reads to the end"
    reader.inside.close()


def test_what_was_not_received_is_not_let_go_of(thread: Thread) -> None:
    handover_id = thread.offered()

    for actor in (thread.teacher.actor, thread.intake.actor):
        with pytest.raises(NotAllowed):
            release(thread.services, actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)


@pytest.mark.parametrize("stage", ["offered", "accepted"])
def test_a_new_school_takes_one_step(thread: Thread, stage: str) -> None:
    old = thread.offered() if stage == "offered" else thread.accepted()
    reference, dendron = reference_of(thread, old), other_school(thread)

    new = move(thread.services, thread.teacher.actor, reference, NewSchool(brin=dendron.brin6, applied_on=DAY))
    assert settle(thread.services, new)

    ended = HandoverStatus.WITHDRAWN if stage == "offered" else HandoverStatus.RELEASED
    assert handover(thread, old).status is ended
    assert outcome(thread, old) is Outcome.WITHDRAWN
    there = dendron.people["Ilse Vos"].actor
    accept(thread.services, there, new)
    assert documents(thread, new, there)
    assert handover(thread, old).dossier_room_id != handover(thread, new).dossier_room_id
    with pytest.raises(NotAllowed):
        documents(thread, old)
    with pytest.raises(NotFound):
        documents(thread, new)


def test_a_move_that_cannot_be_sent_changes_nothing(thread: Thread) -> None:
    handover_id = thread.accepted()
    reference, teacher = reference_of(thread, handover_id), thread.teacher.actor
    dendron = other_school(thread)
    with thread.services.uow() as uow:
        uow.session.delete(uow.session.get_one(UnitLocation, (dendron.id, dendron.brin6)))
        uow.commit()

    with pytest.raises(NotReady) as missing:
        move(thread.services, teacher, reference, NewSchool(brin=dendron.brin6, applied_on=DAY))
    with pytest.raises(Invalid):
        move(thread.services, teacher, reference, NewSchool(brin=dendron.brin6, applied_on=date(2027, 5, 1)))
    with pytest.raises(Conflict):
        move(thread.services, teacher, reference, NewSchool(brin=thread.vo.brin6, applied_on=DAY))
    new = NewSchool(brin=dendron.brin6, applied_on=DAY)
    with pytest.raises(Conflict):
        move(thread.services, teacher, reference, new, leaving="another")

    assert [todo.missing for todo in missing.value.reasons] == [Missing.RECEIVER_NOT_READY]
    assert handover(thread, handover_id).status is HandoverStatus.ACCEPTED
    assert outcome(thread, handover_id) is Outcome.ASKED
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Application)) == 1
    assert documents(thread, handover_id)


def test_the_school_that_refused_a_child_stays_the_one_that_refused(thread: Thread) -> None:
    handover_id = thread.accepted()
    services = thread.services
    application = handover(thread, handover_id).application_id
    record_outcome(services, thread.office.actor, application, outcome=Outcome.REFUSED, ground="geen plaats")
    dendron = other_school(thread)

    move(
        services,
        thread.teacher.actor,
        reference_of(thread, handover_id),
        NewSchool(brin=dendron.brin6, applied_on=DAY),
    )

    assert outcome(thread, handover_id) is Outcome.REFUSED, "the duty to find a place stays there"


def given_second_location(thread: Thread) -> str:
    given_location(thread.services, "25FY01", "Raayland College, locatie Zuid", kind=SchoolKind.VO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25FY01"))
        uow.session.add(Department(id="d1", unit_id=thread.vo.id, name="vmbo"))
        uow.commit()
    return "25FY01"


def test_a_dossier_gets_a_place_and_somebody_in_the_school(thread: Thread) -> None:
    handover_id, other = thread.accepted(), given_second_location(thread)
    wanted = Placing(brin=other, department_id="d1", handler_id=thread.intake.person_id)

    place(thread.services, thread.office.actor, handover_id, wanted)

    found = handover(thread, handover_id)
    assert (found.receiver_brin, found.department_id, found.handler_id) == (other, "d1", thread.intake.person_id)
    assert told(thread, NoticeKind.RELOCATED) == 1
    with thread.services.uow() as uow:
        assert uow.session.get_one(Application, found.application_id).receiver_brin == other
    with pytest.raises(Conflict):
        place(thread.services, thread.office.actor, handover_id, wanted, read=found.version - 1)
    for wrong in (
        Placing(brin="20DF00", department_id=None, handler_id=None),
        Placing(brin=other, department_id="d2", handler_id=None),
        Placing(brin=other, department_id=None, handler_id=thread.office.person_id),
    ):
        with pytest.raises(Invalid):
            place(thread.services, thread.office.actor, handover_id, wrong)
    with pytest.raises(NotAllowed):
        place(thread.services, thread.care.actor, handover_id, wanted)


def test_a_child_that_applied_at_both_locations_goes_on_with_the_other(thread: Thread) -> None:
    handover_id, other = thread.accepted(), given_second_location(thread)
    second = record_application(
        thread.services,
        thread.teacher.actor,
        reference_of(thread, handover_id),
        brin6=other,
        applied_on=DAY,
        tlv=Tlv.NOT_NEEDED,
    )

    place(thread.services, thread.intake.actor, handover_id, Placing(brin=other, department_id=None, handler_id=None))

    assert handover(thread, handover_id).application_id == second


def test_what_is_destroyed_leaves_no_key_and_no_byte(thread: Thread) -> None:
    handover_id = thread.accepted()
    sent_after(thread, handover_id)
    release(thread.services, thread.teacher.actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)
    rooms = [
        room
        for found in [handover(thread, handover_id)]
        for room in (found.dossier_room_id, found.care_room_id, found.own_room_id, found.own_care_room_id)
    ]
    with thread.services.uow() as uow:
        keys = uow.session.scalars(select(SealedPart.blob_key)).all()

    assert destroy_all(thread.services, reference_of(thread, handover_id)) == 1
    assert destroy_all(thread.services, reference_of(thread, handover_id)) == 0

    there = {key for key, _at in thread.services.store.keys()}  # noqa: SIM118  # no dict
    assert len(keys) == 4
    assert not there & set(keys)
    with thread.services.uow() as uow:
        assert not uow.session.scalars(select(Grant.id).where(Grant.room_id.in_(rooms))).all()
        assert not uow.session.scalars(
            select(Grant.id).where(Grant.subject == handover_id, Grant.unit_id == thread.vo.id)
        ).all()
    with pytest.raises(IllegalTransition):
        destroy(thread.services, handover_id)


def test_what_is_under_way_is_not_destroyed(thread: Thread) -> None:
    handover_id = thread.accepted()

    with pytest.raises(IllegalTransition):
        destroy_all(thread.services, reference_of(thread, handover_id))
    with pytest.raises(NotFound):
        destroy_all(thread.services, "XXXX-XX")

    assert documents(thread, handover_id)


@pytest.mark.parametrize(
    ("day", "goes"),
    [
        (date(2027, 5, 1), set()),
        (date(2027, 5, 10), {"released"}),
        (date(2028, 1, 31), {"released"}),
        (date(2028, 2, 1), {"released", "confirmed", "accepted"}),
    ],
)
def test_the_term_of_what_was_confirmed_is_a_day_and_of_the_rest_four_weeks(
    thread: Thread, day: date, goes: set[str]
) -> None:
    kept = {"confirmed": thread.confirmed(), "released": thread.accepted(), "accepted": thread.accepted()}
    release(thread.services, thread.teacher.actor, kept["released"], reason=ReleaseReason.NOT_COMING)
    for now in (min(day, date(2028, 1, 10)), day):  # the schools are told before
        thread.region.clock.at = datetime.combine(now, time(12), tzinfo=UTC)
        remind(thread.services)

    with thread.services.uow() as uow:
        found = set(due(uow))

    assert found == {kept[name] for name in goes}
