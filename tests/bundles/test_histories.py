"""Random histories of one child, two secondary schools, an impatient parent and a worker that crashes, against a model.

The model is written from the design and knows nothing of our code: how far the handover is, where, what waits to be
settled, what readers have. Each step says beforehand whether it may be done; after each both are compared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from handover.bundles.deep import handovers_against_log
from handover.bundles.destroying import destroy
from handover.bundles.handovers import handover_of
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.moving import NewSchool, move
from handover.bundles.outcomes import record_outcome
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import accept, confirm, decline
from handover.bundles.reopening import release, reopen
from handover.bundles.sending import send
from handover.bundles.settling import settle, unsettled
from handover.bundles.state import BundleStatus, ReleaseReason, ReopenReason
from handover.bundles.supplementing import acknowledge, drop_supplement, open_supplement, supplement
from handover.bundles.withdrawing import withdraw
from handover.desk.sent import is_closed
from handover.dossiers.drafts import open_draft, save
from handover.dossiers.lock import close_when
from handover.errors import HandoverError
from handover.leavers.recording import record_application
from handover.oversight.counting import count_afresh, count_by_unit, watched_year
from handover.oversight.recounting import recount
from handover.policy import Actor, Role
from handover.schools.model import UnitSide
from handover.services import Services
from handover.storage.port import BlobNotFound
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv
from tests.factories.access import Colleague, GivenUnit, copied_unit, given_enrolled_unit
from tests.factories.thread import DAY, Thread, copied_thread, given_thread

HERE, THERE = "here", "there"
LIVE = {"sealing", "offered", "accepted", "confirmed"}
SUPPLEMENTED = {"offered", "accepted", "confirmed"}
READ = {"accepted", "confirmed"}
ENDED = {"confirmed", "declined", "withdrawn", "released"}


@dataclass
class Model:
    """What the design says of one child's handovers; `status` is that of the newest."""

    status: str = "none"
    at: str = HERE
    standing: dict[str, int] = field(default_factory=lambda: {HERE: 1})
    """Schools at which an application stands, with their order of preference."""
    preferred: dict[str, int] = field(default_factory=lambda: {HERE: 1})
    """The order that each application was given, also of those that stand no more."""
    waits: bool = False
    """A version waits to be compared with its letter."""
    is_hurt: bool = False
    settled: int = 0
    """Versions that readers of this handover had."""
    is_open: bool = False
    """It may be changed, to be sent after."""
    is_stale: bool = False
    """The parents have not seen the dossier as it is."""
    is_read: bool = False
    """The newest settled version was read."""
    signed: int = 0
    """Up to which settled version the receiver signed for."""
    enrolled: set[str] = field(default_factory=set)

    @property
    def goes_to(self) -> str | None:
        return min(self.standing, key=lambda school: self.standing[school], default=None)

    @property
    def is_editable(self) -> bool:
        return self.status not in LIVE or self.is_open


@cache
def _first() -> tuple[Thread, GivenUnit]:
    thread = given_thread(Path(tempfile.mkdtemp(prefix="histories-")))
    people = [
        Colleague(name="Ilse Vos", roles=(Role.INTAKE, Role.VO_OFFICE)),
        Colleague(name="Ed Bos", roles=(Role.CARE,)),
    ]
    return thread, given_enrolled_unit(thread.region, UnitSide.VO, "Dendron College", brin6="20DF00", people=people)


class Histories(RuleBasedStateMachine):
    """One history."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="history-")
        thread, other = _first()
        self.thread = copied_thread(thread, Path(self.folder.name))
        self.services = self.thread.services
        self.other = copied_unit(other, self.services)
        self.teacher = self.thread.teacher.actor
        self.reference = self.thread.leaver()
        self.thread.written(self.reference)
        self.thread.applied(self.reference)
        self.model = Model()
        self.newest = ""
        self.texts = 0
        close_when(is_closed)

    def teardown(self) -> None:
        close_when(lambda _uow, _leaver_id: False)
        self.thread.region.engine.dispose()
        self.folder.cleanup()

    # who and where

    def brin(self, school: str) -> str:
        return self.thread.vo.brin6 if school == HERE else self.other.brin6

    def intake(self, school: str) -> Actor:
        return self.thread.intake.actor if school == HERE else self.other.people["Ilse Vos"].actor

    def care(self, school: str) -> Actor:
        return self.thread.care.actor if school == HERE else self.other.people["Ed Bos"].actor

    def office(self, school: str) -> Actor:
        return self.thread.office.actor if school == HERE else self.other.people["Ilse Vos"].actor

    def row(self) -> Handover | None:
        with self.services.uow() as uow:
            return handover_of(uow, self.newest) if self.newest else None

    def attempt(self, may: bool, act: Callable[[], Any]) -> Any:  # reads as a sentence
        """It happens if it may, and is refused with an error of ours if not."""
        if may:
            return act()
        with pytest.raises(HandoverError):
            act()
        return None

    # the primary school

    @rule()
    def sends(self) -> None:
        may = self.model.status not in LIVE and not self.model.is_stale and self.model.goes_to is not None
        made = self.attempt(may, lambda: send(self.services, self.teacher, self.reference))
        if made:
            self._began(made, self.model.goes_to or "")

    @rule(school=st.sampled_from([HERE, THERE]))
    def moves(self, school: str) -> None:
        now = self.model
        may = now.status in LIVE and now.at != school and not now.is_stale
        new = NewSchool(brin=self.brin(school), applied_on=DAY)
        made = self.attempt(may, lambda: move(self.services, self.teacher, self.reference, new))
        if made:
            self._gives_up(now.at)
            others = sorted((one for one in now.preferred if one != school), key=now.preferred.__getitem__)
            now.preferred = {school: 1} | {one: place for place, one in enumerate(others, start=2)}
            now.standing = {one: now.preferred[one] for one in {*now.standing, school}}
            self._began(made, school)

    @rule(school=st.sampled_from([HERE, THERE]))
    def the_parents_apply(self, school: str) -> None:
        now = self.model
        may = school not in now.standing
        applied = {"brin6": self.brin(school), "applied_on": DAY, "tlv": Tlv.NOT_NEEDED}
        self.attempt(may, lambda: record_application(self.services, self.teacher, self.reference, **applied))  # type: ignore[arg-type]
        if may:
            now.preferred.setdefault(school, max(now.preferred.values(), default=0) + 1)
            now.standing[school] = now.preferred[school]
            now.enrolled.discard(school)

    def _gives_up(self, school: str) -> None:
        self.model.standing.pop(school, None)
        self.model.enrolled.discard(school)

    def _began(self, handover_id: str, school: str) -> None:
        self.newest = handover_id
        kept = self.model
        self.model = Model(
            status="sealing",
            at=school,
            waits=True,
            enrolled=kept.enrolled,
            standing=kept.standing,
            preferred=kept.preferred,
        )

    @rule()
    def withdraws(self) -> None:
        may = self.model.status in {"sealing", "offered"}
        if self.newest:
            self.attempt(may, lambda: withdraw(self.services, self.teacher, self.newest))
            self._ends(may, "withdrawn")

    @rule()
    def opens_to_send_after(self) -> None:
        may = self.model.status in SUPPLEMENTED and not self.model.waits
        self.attempt(may, lambda: open_supplement(self.services, self.teacher, self.reference))
        self.model.is_open |= may

    @precondition(lambda self: self.model.status in SUPPLEMENTED)
    @rule()
    def thinks_better_of_it(self) -> None:
        drop_supplement(self.services, self.teacher, self.reference)
        self.model.is_open = False

    @rule()
    def sends_after(self) -> None:
        now = self.model
        may = now.status in SUPPLEMENTED and now.is_open and not now.waits and not now.is_stale
        self.attempt(may, lambda: supplement(self.services, self.teacher, self.reference))
        if may:
            now.is_open, now.waits, now.is_hurt = False, True, False

    @rule()
    def writes(self) -> None:
        self.texts += 1
        self.attempt(self.model.is_editable, lambda: self._save(learning=f"anders, {self.texts}"))
        self.model.is_stale |= self.model.is_editable

    @rule()
    def the_parent_wants_it_now(self) -> None:
        """They see the dossier as it is, and change their mind."""
        self.texts += 1
        self.attempt(self.model.is_editable, lambda: self._save(view=f"Schiet eens op, voor de {self.texts}e keer."))
        self.model.is_stale &= not self.model.is_editable

    def _save(self, *, learning: str = "", view: str = "") -> None:
        with self.services.uow() as uow:
            read = open_draft(uow, self.teacher, self.reference)
        said, leaver = read.content, read.leaver
        if learning:
            said = _with(said, report=_with(said.report, learning=learning))
        if view:
            (parent,) = said.parents
            said = _with(said, parents=(_with(parent, view=view, copy_of=leaver.content_version),))
        save(self.services, self.teacher, self.reference, said, read=read, has_opp=leaver.has_opp, section="rapport")

    # the secondary schools; the other one is always refused

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def accepts(self, school: str) -> None:
        may = self.model.status == "offered" and school == self.model.at
        self.attempt(may, lambda: accept(self.services, self.intake(school), self.newest))
        if may:
            self.model.status, self.model.signed = "accepted", self.model.settled

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def declines(self, school: str) -> None:
        may = self.model.status == "offered" and school == self.model.at
        self.attempt(may, lambda: decline(self.services, self.intake(school), self.newest, reason="double"))
        self._ends(may, "declined")

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def enrols(self, school: str) -> None:
        if self.model.status in READ and school == self.model.at:
            with self.services.uow() as uow:
                application = handover_of(uow, self.newest).application_id
            record_outcome(self.services, self.office(school), application, outcome=Outcome.ENROLLED)
            self.model.enrolled.add(school)

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def reads(self, school: str) -> None:
        may = self.model.status in READ and school == self.model.at
        self.attempt(may, lambda: self._read_all(school))
        self.model.is_read |= may

    def _read_all(self, school: str) -> None:
        for part, reader in ((Part.DOSSIER, self.intake(school)), (Part.CARE, self.care(school))):
            opened = open_for_reading(self.services, reader, self.newest, part)
            content(self.services, reader, opened, way="screen")
            for inner in opened.inside.documents:
                for _piece in document(self.services, reader, opened, inner.number, way="screen"):
                    pass
            opened.inside.close()

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def confirms(self, school: str) -> None:
        now = self.model
        may = now.status == "accepted" and school == now.at and now.is_read and school in now.enrolled
        self.attempt(may, lambda: confirm(self.services, self.intake(school), self.newest))
        if may:
            now.status = "confirmed"

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def reopens(self, school: str) -> None:
        may = self.model.status == "confirmed" and school == self.model.at
        act = lambda: reopen(self.services, self.intake(school), self.newest, reason=ReopenReason.TOO_EARLY)  # noqa: E731
        self.attempt(may, act)
        if may:
            self.model.status = "accepted"

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE, "sender"]))
    def releases(self, school: str) -> None:
        may = self.model.status in READ and school in {self.model.at, "sender"}
        actor = self.teacher if school == "sender" else self.intake(school)
        self.attempt(may, lambda: release(self.services, actor, self.newest, reason=ReleaseReason.NOT_COMING))
        self._ends(may, "released")
        if may:
            self._gives_up(self.model.at)

    @precondition(lambda self: self.newest)
    @rule(school=st.sampled_from([HERE, THERE]))
    def acknowledges(self, school: str) -> None:
        now = self.model
        may = now.status in READ and school == now.at and now.settled > 1
        self.attempt(may, lambda: acknowledge(self.services, self.intake(school), self.newest))
        if may:
            now.signed = now.settled

    def _ends(self, ended: bool, status: str) -> None:  # as `attempt`
        if ended:
            self.model.status, self.model.is_open, self.model.waits = status, False, False

    # the service

    @rule(times=st.integers(min_value=1, max_value=2))
    def the_worker_settles(self, times: int) -> None:
        """Once, or twice: a message that was delivered again."""
        for _ in range(times):
            whole = self.model.waits and not self.model.is_hurt
            if self.newest:
                assert settle(self.services, self.newest) is whole
            self._settled(whole=whole)

    @rule()
    def the_worker_crashed_and_the_sweep_finds_it(self) -> None:
        with self.services.uow() as uow:
            waiting = unsettled(uow)
        assert waiting == ([self.newest] if self.model.waits else [])
        for handover_id in waiting:
            settle(self.services, handover_id)
            self._settled(whole=not self.model.is_hurt)

    def _settled(self, *, whole: bool) -> None:
        now = self.model
        if not now.waits:
            return
        now.waits, now.is_hurt = False, False
        if now.status == "sealing":
            now.status = "offered" if whole else "draft"
        elif not whole:
            now.is_open = True
        if whole:
            now.settled, now.is_read = now.settled + 1, False

    @precondition(lambda self: self.model.waits and not self.model.is_hurt)
    @rule()
    def the_store_loses_what_waits(self) -> None:
        lose_what_waits(self.services, self.newest)
        self.model.is_hurt = True

    @precondition(lambda self: self.newest)
    @rule()
    def it_is_destroyed(self) -> None:
        may = self.model.status in ENDED
        self.attempt(may, lambda: destroy(self.services, self.newest))
        self._ends(may, "destroyed")

    @rule()
    def the_worker_counts_the_schools(self) -> None:
        with self.services.uow() as uow:
            recount(uow)

    # what always holds

    @invariant()
    def it_stands_where_the_model_says(self) -> None:
        found = self.row()
        assert (found.status.value if found else "none") == self.model.status

    @invariant()
    def only_the_right_school_opens_it(self) -> None:
        for school in (HERE, THERE):
            may = self.model.status in READ and school == self.model.at
            assert self._opens(school) is may, (school, self.model)

    @invariant()
    def readers_have_the_newest_settled_version(self) -> None:
        if self.model.status in LIVE and self.newest:
            with self.services.uow() as uow:
                settled = uow.session.scalars(
                    select(Bundle.number).where(
                        Bundle.handover_id == self.newest, Bundle.status == BundleStatus.SETTLED
                    )
                ).all()
            assert len(settled) == self.model.settled

    @invariant()
    def rows_letters_and_bytes_are_what_the_log_says(self) -> None:
        with self.services.uow() as uow:
            assert list(handovers_against_log(self.services.store)(uow)) == []

    @invariant()
    def the_region_is_told_what_the_rows_say(self) -> None:
        with self.services.uow() as uow:
            year = watched_year(local_day(uow.clock.now()))
            afresh = {unit_id: counts for (unit_id, _year), counts in count_afresh(uow, {year}).items()}
            assert count_by_unit(uow) == afresh

    def _opens(self, school: str) -> bool:
        if not self.newest:
            return False
        try:
            opened = open_for_reading(self.services, self.intake(school), self.newest, Part.DOSSIER)
        except (HandoverError, BlobNotFound):
            return False
        opened.inside.close()
        return True


def lose_what_waits(services: Services, handover_id: str) -> None:
    """A sealed file of the version that waits to be settled is gone."""
    with services.uow() as uow:
        key = uow.session.scalars(
            select(SealedPart.blob_key)
            .join(Bundle, Bundle.id == SealedPart.bundle_id)
            .where(Bundle.status == BundleStatus.SEALING, Bundle.handover_id == handover_id)
            .order_by(SealedPart.part)
        ).first()
    assert key is not None
    services.store.delete(key)


def _with(value: Any, **changed: Any) -> Any:
    return type(value)(**{**value.__dict__, **changed})


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_the_model_reaches_every_status_that_two_schools_can_reach() -> None:
    """One whole life by hand, so that the machine is known to be able to walk it."""
    walk = Histories()
    walk.sends()
    walk.the_worker_settles(times=2)
    walk.accepts(HERE)
    walk.moves(THERE)
    walk.the_store_loses_what_waits()
    walk.the_worker_settles(times=1)
    assert walk.model.status == "draft"
    walk.sends()
    walk.the_worker_crashed_and_the_sweep_finds_it()
    walk.accepts(THERE)
    walk.opens_to_send_after()
    walk.writes()
    walk.sends_after()
    walk.the_parent_wants_it_now()
    walk.sends_after()
    walk.the_worker_settles(times=1)
    walk.acknowledges(THERE)
    walk.reads(THERE)
    walk.enrols(THERE)
    walk.confirms(THERE)
    assert walk.model.status == "confirmed"
    walk.reopens(THERE)
    walk.releases("sender")
    walk.it_is_destroyed()
    assert walk.model.status == "destroyed"
    walk.it_stands_where_the_model_says()
    walk.rows_letters_and_bytes_are_what_the_log_says()
    walk.teardown()
