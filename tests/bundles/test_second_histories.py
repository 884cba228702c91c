"""Random histories of one child at two schools, VSO and another, against a small model of what may be when.

As `test_histories`: the model knows nothing of our code. Each step says beforehand whether it may be done.
Chance does not walk everywhere in so few histories: what must never be missed is walked by hand as well, each time.
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
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from handover.bundles.handovers import handover_of
from handover.bundles.model import Part
from handover.bundles.one_of_two import Because, let_go_of
from handover.bundles.outcomes import Tlvs, record_outcome
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import NotComplete, accept, confirm, decline
from handover.bundles.reopening import release, reopen
from handover.bundles.rules import Unmet
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import ReleaseReason, ReopenReason
from handover.bundles.withdrawing import withdraw
from handover.desk.sent import is_closed
from handover.dossiers.lock import close_when
from handover.errors import HandoverError, NotAllowed, NotFound
from handover.leavers.applications import prefer_application
from handover.leavers.model import Application
from handover.leavers.recording import record_application
from handover.oversight.counting import count_afresh, count_by_unit, watched_year
from handover.policy import Actor
from handover.rooms.model import Grant
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_second import VSO, Two, allow, child_at_two, given_vso
from tests.factories.access import GivenUnit, copied_unit
from tests.factories.thread import DAY, Thread, copied_thread, given_thread

ORDINARY, SPECIAL = "ordinary", "special"
BOTH = (ORDINARY, SPECIAL)
SCHOOLS = st.sampled_from(BOTH)
LIVE = {"offered", "accepted", "confirmed"}
READ = {"accepted", "confirmed"}
UNTIL = DAY.replace(year=2029)


@dataclass
class Model:
    """How far the dossier is at each of the two, what of the TLV is known, and what the region allows."""

    status: dict[str, str] = field(default_factory=lambda: dict.fromkeys(BOTH, "none"))
    stands: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(BOTH, True))
    """Whether an application stands there."""
    enrolled: set[str] = field(default_factory=set)
    tlv: Tlv = Tlv.REQUESTED
    allowed: bool = True

    @property
    def live(self) -> list[str]:
        return [school for school in BOTH if self.status[school] in LIVE]

    @property
    def confirmed(self) -> list[str]:
        return [school for school in BOTH if self.status[school] == "confirmed"]

    @property
    def surplus(self) -> tuple[str, Because] | None:
        if len(self.live) < len(BOTH):
            return None
        if self.confirmed:
            return other(self.confirmed[0]), Because.CONFIRMED
        if self.tlv is Tlv.REFUSED:
            return SPECIAL, Because.TLV_REFUSED
        return (ORDINARY, Because.TLV_GRANTED) if self.tlv is Tlv.GRANTED else None

    def can_go(self, school: str) -> bool:
        return self.stands[school] and not (school == SPECIAL and self.tlv is Tlv.REFUSED)


def somewhere(*status: str) -> Callable[[Any], bool]:
    """Most steps are tried where they may do something: a step that is refused is soon known."""
    return lambda history: bool(set(status) & set(history.model.status.values()))


def other(school: str) -> str:
    return SPECIAL if school == ORDINARY else ORDINARY


@cache
def _first() -> tuple[Thread, GivenUnit]:
    thread = given_thread(Path(tempfile.mkdtemp(prefix="second-histories-")))
    vso = given_vso(thread)
    allow(thread)
    return thread, vso


class SecondHistories(RuleBasedStateMachine):
    """One history."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="second-history-")
        thread, vso = _first()
        self.thread = copied_thread(thread, Path(self.folder.name))
        self.services = self.thread.services
        self.two: Two = child_at_two(self.thread, copied_unit(vso, self.services))
        self.applications = {ORDINARY: self.two.ordinary, SPECIAL: self.two.special}
        self.newest = dict.fromkeys(BOTH, "")
        self.model = Model()
        close_when(is_closed)

    def teardown(self) -> None:
        close_when(lambda _uow, _leaver_id: False)
        self.thread.region.engine.dispose()
        self.folder.cleanup()

    def reader(self, school: str) -> Actor:
        return self.thread.intake.actor if school == ORDINARY else self.two.intake

    def attempt(self, may: bool, act: Callable[[], Any]) -> Any:  # reads as a sentence
        """It happens if it may, and is refused with an error of ours if not."""
        if may:
            return act()
        with pytest.raises(HandoverError):
            act()
        return None

    # the primary school

    @initialize(school=SCHOOLS, at_both=st.booleans(), allowed=st.booleans())
    def it_has_begun(self, school: str, at_both: bool, allowed: bool) -> None:
        """Most of what can go wrong begins with one that is under way, or two."""
        self.sends(school)
        if at_both:
            self.sends_beside(other(school))
        self.the_region_allows(allowed)

    @precondition(lambda self: len(self.model.live) < len(BOTH))
    @rule(school=SCHOOLS)
    def sends(self, school: str) -> None:
        if self.model.stands[school] and not self.model.live:
            prefer_application(self.services, self.two.teacher, self.two.reference, self.applications[school])
        brin = VSO if school == SPECIAL else self.thread.vo.brin6
        may = not self.model.live and self.model.can_go(school)
        made = self.attempt(may, lambda: send(self.services, self.two.teacher, self.two.reference, to=brin))
        self._went(school, made)

    @precondition(lambda self: self.model.live)
    @rule(school=SCHOOLS)
    def sends_beside(self, school: str) -> None:
        now = self.model
        undecided = now.tlv not in {Tlv.GRANTED, Tlv.REFUSED}
        may = now.live == [other(school)] and not now.confirmed and now.allowed and undecided and now.can_go(school)
        brin = VSO if school == SPECIAL else self.thread.vo.brin6
        act = lambda: send(self.services, self.two.teacher, self.two.reference, to=brin, is_second=True)  # noqa: E731
        self._went(school, self.attempt(may, act))

    def _went(self, school: str, made: str | None) -> None:
        if made:
            assert settle(self.services, made)
            self.newest[school], self.model.status[school] = made, "offered"

    @precondition(somewhere("offered"))
    @rule(school=SCHOOLS)
    def withdraws(self, school: str) -> None:
        self._ends(school, {"offered"}, lambda one: withdraw(self.services, self.two.teacher, one), "withdrawn")

    @precondition(lambda self: len(self.model.live) == len(BOTH))
    @rule(school=SCHOOLS)
    def lets_go(self, school: str) -> None:
        found = self.model.surplus
        may = found is not None and found[0] == school
        if self.model.status[school] not in LIVE:
            return  # once more is no error, and no news
        act = lambda: let_go_of(self.services, self.two.teacher, self.two.reference, self.newest[school])  # noqa: E731
        self.attempt(may, act)
        if may:
            self.model.status[school] = "withdrawn" if self.model.status[school] == "offered" else "released"
            self._gave_up(school)

    @precondition(lambda self: self.model.live)
    @rule(who=SCHOOLS, school=SCHOOLS)
    def a_secondary_school_lets_go_as_if_it_were_the_primary(self, who: str, school: str) -> None:
        with pytest.raises((NotFound, NotAllowed)):
            let_go_of(self.services, self.reader(who), self.two.reference, self.newest[school])

    @precondition(lambda self: not all(self.model.stands.values()))
    @rule()
    def the_parents_apply_again(self) -> None:
        school = next(school for school in BOTH if not self.model.stands[school])
        brin, tlv = (VSO, Tlv.REQUESTED) if school == SPECIAL else (self.thread.vo.brin6, Tlv.NOT_NEEDED)
        self.applications[school] = record_application(
            self.services, self.two.teacher, self.two.reference, brin6=brin, applied_on=DAY, tlv=tlv
        )
        self.model.stands[school] = True
        if school == SPECIAL:
            self.model.tlv = tlv

    @precondition(lambda self: self.model.stands[SPECIAL] and SPECIAL not in self.model.enrolled)
    @rule(tlv=st.sampled_from([Tlv.TO_REQUEST, Tlv.REQUESTED, Tlv.GRANTED, Tlv.REFUSED]))
    def the_tlv_is(self, tlv: Tlv) -> None:
        self.two.special = self.applications[SPECIAL]
        self.two.tlv(tlv)
        self.model.tlv = tlv

    @rule(allowed=st.booleans())
    def the_region_allows(self, allowed: bool) -> None:
        if allowed is not self.model.allowed:
            allow(self.thread, two=allowed)
            self.model.allowed = allowed

    # the two schools

    @precondition(somewhere("offered"))
    @rule(school=SCHOOLS)
    def accepts(self, school: str) -> None:
        self._does(school, {"offered"}, lambda one: accept(self.services, self.reader(school), one), "accepted")

    @precondition(somewhere("offered"))
    @rule(school=SCHOOLS)
    def declines(self, school: str) -> None:
        act = lambda one: decline(self.services, self.reader(school), one, reason="double")  # noqa: E731
        self._ends(school, {"offered"}, act, "declined")

    @precondition(somewhere("accepted", "confirmed"))
    @rule(school=SCHOOLS)
    def releases(self, school: str) -> None:
        act = lambda one: release(self.services, self.reader(school), one, reason=ReleaseReason.NOT_COMING)  # noqa: E731
        if self._ends(school, READ, act, "released"):
            self._gave_up(school)

    @precondition(somewhere("accepted"))
    @rule(school=SCHOOLS)
    def confirms(self, school: str) -> None:
        now = self.model
        if now.status[school] != "accepted" or (school == SPECIAL and now.tlv is not Tlv.GRANTED):
            return
        tlv = Tlvs(tlv=Tlv.GRANTED, until=UNTIL) if school == SPECIAL else Tlvs(tlv=Tlv.NOT_NEEDED)
        office = self.two.intake if school == SPECIAL else self.thread.office.actor
        record_outcome(self.services, office, self.applications[school], outcome=Outcome.ENROLLED, tlv=tlv)
        now.enrolled.add(school)
        self._read(school)
        if now.confirmed:
            # The database would refuse it too, later and without a word: it is told as one of the things that are left.
            with pytest.raises(NotComplete) as left:
                confirm(self.services, self.reader(school), self.newest[school])
            assert Unmet.CONFIRMED_ELSEWHERE in {reason.unmet for reason in left.value.reasons}
            return
        confirm(self.services, self.reader(school), self.newest[school])
        now.status[school] = "confirmed"

    @precondition(somewhere("confirmed"))
    @rule(school=SCHOOLS)
    def reopens(self, school: str) -> None:
        act = lambda one: reopen(self.services, self.reader(school), one, reason=ReopenReason.TOO_EARLY)  # noqa: E731
        self._does(school, {"confirmed"}, act, "accepted")

    def _read(self, school: str) -> None:
        care = self.two.intake if school == SPECIAL else self.thread.care.actor
        for part, reader in ((Part.DOSSIER, self.reader(school)), (Part.CARE, care)):
            opened = open_for_reading(self.services, reader, self.newest[school], part)
            content(self.services, reader, opened, way="screen")
            for inner in opened.inside.documents:
                for _piece in document(self.services, reader, opened, inner.number, way="screen"):
                    pass
            opened.inside.close()

    def _does(self, school: str, where: set[str], act: Callable[[str], Any], then: str) -> bool:
        if not self.newest[school]:
            return False
        may = self.model.status[school] in where
        self.attempt(may, lambda: act(self.newest[school]))
        if may:
            self.model.status[school] = then
        return may

    _ends = _does

    def _gave_up(self, school: str) -> None:
        self.model.stands[school] = False
        self.model.enrolled.discard(school)

    # what always holds

    @invariant()
    def both_stand_where_the_model_says(self) -> None:
        with self.services.uow() as uow:
            for school in BOTH:
                if self.newest[school]:
                    assert handover_of(uow, self.newest[school]).status.value == self.model.status[school]

    @invariant()
    def who_is_to_be_let_go_of_is_known(self) -> None:
        found = self.model.surplus
        assert self.two.surplus() == (found and (self.newest[found[0]], found[1]))

    @invariant()
    def each_opens_its_own_and_nothing_of_the_other(self) -> None:
        for school in BOTH:
            for reader in BOTH:
                may = reader == school and self.model.status[school] in READ
                assert self._opens(reader, self.newest[school]) is may, (reader, school, self.model)

    @invariant()
    def no_room_of_one_is_given_to_the_school_of_the_other(self) -> None:
        units = {ORDINARY: self.thread.vo.id, SPECIAL: self.two.vso.id}
        with self.services.uow() as uow:
            rows = {school: handover_of(uow, self.newest[school]) for school in BOTH if self.newest[school]}
            rooms = {school: {row.dossier_room_id, row.care_room_id} for school, row in rows.items()}
            assert len(set[str]().union(*rooms.values())) == sum(map(len, rooms.values()))
            for school, ids in rooms.items():
                given = set(uow.session.scalars(select(Grant.unit_id).where(Grant.room_id.in_(ids))))
                assert units[other(school)] not in given, self.model

    @invariant()
    def an_application_goes_on_as_long_as_nobody_let_go(self) -> None:
        with self.services.uow() as uow:
            for school in BOTH:
                outcome = uow.session.get_one(Application, self.applications[school]).outcome
                assert (outcome is not Outcome.WITHDRAWN) is self.model.stands[school], (school, self.model)

    @invariant()
    def a_child_at_two_schools_counts_once(self) -> None:
        with self.services.uow() as uow:
            year = watched_year(local_day(uow.clock.now()))
            afresh = {unit_id: counts for (unit_id, _year), counts in count_afresh(uow, {year}).items()}
            assert count_by_unit(uow) == afresh
            (counts,) = afresh.values()
            assert sum(counts) - counts.late == 1

    def _opens(self, reader: str, handover_id: str) -> bool:
        if not handover_id:
            return False
        try:
            opened = open_for_reading(self.services, self.reader(reader), handover_id, Part.DOSSIER)
        except HandoverError:
            return False
        opened.inside.close()
        return True


TestSecondHistories = SecondHistories.TestCase
TestSecondHistories.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


Walk = Callable[[SecondHistories], None]


def begun(walk: SecondHistories) -> None:
    walk.sends(ORDINARY)
    walk.sends_beside(SPECIAL)


def received(walk: SecondHistories) -> None:
    begun(walk)
    walk.accepts(SPECIAL)
    walk.accepts(ORDINARY)


def nothing_second_once_the_tlv_is_decided(walk: SecondHistories) -> None:
    walk.sends(ORDINARY)
    for tlv in (Tlv.GRANTED, Tlv.REFUSED, Tlv.TO_REQUEST):
        walk.the_tlv_is(tlv)
        walk.sends_beside(SPECIAL)


def nor_where_the_vso_was_first(walk: SecondHistories) -> None:
    walk.sends(SPECIAL)
    for tlv in (Tlv.GRANTED, Tlv.REFUSED, Tlv.REQUESTED):
        walk.the_tlv_is(tlv)
        walk.sends_beside(ORDINARY)


def nothing_second_where_the_region_does_not_allow_it(walk: SecondHistories) -> None:
    walk.sends(ORDINARY)
    walk.the_region_allows(allowed=False)
    walk.sends_beside(SPECIAL)
    walk.the_region_allows(allowed=True)
    walk.sends_beside(SPECIAL)
    walk.the_region_allows(allowed=False)  # what is there stays


def the_vso_confirms_first(walk: SecondHistories) -> None:
    received(walk)
    walk.the_tlv_is(Tlv.GRANTED)
    walk.lets_go(SPECIAL)
    walk.confirms(SPECIAL)
    walk.confirms(ORDINARY)
    assert walk.model.confirmed == [SPECIAL]
    walk.lets_go(SPECIAL)
    walk.lets_go(ORDINARY)
    assert walk.model.status == {ORDINARY: "released", SPECIAL: "confirmed"}


def the_ordinary_school_confirms_first(walk: SecondHistories) -> None:
    received(walk)
    walk.confirms(ORDINARY)
    walk.the_tlv_is(Tlv.GRANTED)
    walk.confirms(SPECIAL)
    walk.lets_go(ORDINARY)
    walk.reopens(ORDINARY)
    walk.confirms(SPECIAL)
    assert walk.model.confirmed == [SPECIAL]


def nothing_second_once_one_confirmed(walk: SecondHistories) -> None:
    walk.sends(ORDINARY)
    walk.accepts(ORDINARY)
    walk.confirms(ORDINARY)
    walk.sends_beside(SPECIAL)


def who_lets_go_of_what(walk: SecondHistories) -> None:
    begun(walk)
    walk.accepts(SPECIAL)
    for tlv in (Tlv.REQUESTED, Tlv.GRANTED, Tlv.REFUSED):
        walk.the_tlv_is(tlv)
        for who in BOTH:
            for school in BOTH:
                walk.a_secondary_school_lets_go_as_if_it_were_the_primary(who, school)
    walk.lets_go(ORDINARY)
    walk.lets_go(SPECIAL)
    walk.sends_beside(SPECIAL)


@pytest.mark.parametrize(
    "walked",
    [
        nothing_second_once_the_tlv_is_decided,
        nor_where_the_vso_was_first,
        nothing_second_where_the_region_does_not_allow_it,
        the_vso_confirms_first,
        the_ordinary_school_confirms_first,
        nothing_second_once_one_confirmed,
        who_lets_go_of_what,
    ],
)
def test_what_chance_may_not_walk_is_walked_by_hand(walked: Walk) -> None:
    walk = SecondHistories()
    try:
        walked(walk)
        for held in (
            walk.both_stand_where_the_model_says,
            walk.who_is_to_be_let_go_of_is_known,
            walk.each_opens_its_own_and_nothing_of_the_other,
            walk.no_room_of_one_is_given_to_the_school_of_the_other,
            walk.an_application_goes_on_as_long_as_nobody_let_go,
            walk.a_child_at_two_schools_counts_once,
        ):
            held()
    finally:
        walk.teardown()
