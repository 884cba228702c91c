"""Five words open a session; wrong ones do not, and cannot lock a school out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from handover.access.errors import SignInFailed, TooManyTries
from handover.access.leaving import end_membership
from handover.access.sessions import actor_of, sign_out
from handover.access.signin import SignedIn, sign_in
from handover.errors import NotSignedIn
from handover.policy import Role
from handover.rooms.errors import NoKey
from handover.schools.model import Membership, UnitSide
from keys.circle import Circle
from tests.factories.access import Colleague, GivenRegion, GivenUnit, Member, given_enrolled_unit, given_region

MARIEKE = "Marieke Janssen"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[GivenRegion]:
    made = given_region(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    teacher = Colleague(name=MARIEKE, roles=(Role.TEACHER,), groups=("8a",))
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=[teacher])


@pytest.fixture
def marieke(school: GivenUnit) -> Member:
    return school.people[MARIEKE]


def signed_in(region: GivenRegion, member: Member, words: str = "", address: str = "10.0.0.1") -> SignedIn:
    return sign_in(region.services, email=member.email, passphrase=words or member.passphrase, client_address=address)


def test_who_signs_in_acts_with_their_roles_groups_and_keys(
    region: GivenRegion, school: GivenUnit, marieke: Member
) -> None:
    session = signed_in(region, marieke)

    actor, _ = actor_of(region.services, session.secret)

    assert actor.roles_at(school.id) == {Role.TEACHER}
    assert actor.memberships[0].groups == {school.groups["8a"]}
    with region.services.uow() as uow:
        assert actor.keyring.circle(uow, school.id, Circle.DOSSIER).unit_id == school.id
        with pytest.raises(NoKey):
            actor.keyring.circle(uow, school.id, Circle.ADMIN)


def test_capitals_and_hyphens_in_the_words_are_forgiven(region: GivenRegion, marieke: Member) -> None:
    assert signed_in(region, marieke, marieke.passphrase.upper().replace(" ", "-")).person_id == marieke.person_id


def test_a_wrong_word_and_an_unknown_address_have_the_same_answer(region: GivenRegion, marieke: Member) -> None:
    answers = []
    for email, words in ((marieke.email, "een twee drie vier vijf"), ("niemand@school.example", marieke.passphrase)):
        with pytest.raises(SignInFailed) as refused:
            sign_in(region.services, email=email, passphrase=words, client_address="10.0.0.1")
        answers.append((str(refused.value), refused.value.context))

    assert answers[0] == answers[1]


def test_wrong_words_twenty_times_must_wait_and_lock_nobody_out_elsewhere(region: GivenRegion, marieke: Member) -> None:
    made_to_wait = 0
    for _ in range(20):
        try:
            signed_in(region, marieke, "een twee drie vier vijf", address="10.6.6.6")
        except TooManyTries:
            made_to_wait += 1
        except SignInFailed:
            pass

    assert made_to_wait > 0
    assert signed_in(region, marieke, address="10.0.0.1").person_id == marieke.person_id


def test_who_had_to_wait_gets_in_later(region: GivenRegion, marieke: Member) -> None:
    for _ in range(20):
        with pytest.raises((SignInFailed, TooManyTries)):
            signed_in(region, marieke, "een twee drie vier vijf")

    region.clock.pass_by(timedelta(minutes=15))

    assert signed_in(region, marieke).person_id == marieke.person_id


def test_signing_out_ends_the_session(region: GivenRegion, marieke: Member) -> None:
    session = signed_in(region, marieke)

    sign_out(region.services, session.secret)

    with pytest.raises(NotSignedIn):
        actor_of(region.services, session.secret)


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "é"])
def test_a_made_up_secret_opens_nothing(region: GivenRegion, secret: str) -> None:
    with pytest.raises(NotSignedIn):
        actor_of(region.services, secret)


def test_a_session_that_was_idle_too_long_acts_no_more(region: GivenRegion, marieke: Member) -> None:
    session = signed_in(region, marieke)

    region.clock.pass_by(timedelta(minutes=region.services.settings.idle_minutes + 1))

    with pytest.raises(NotSignedIn):
        actor_of(region.services, session.secret)


def test_a_session_ends_after_its_longest_time_however_busy(region: GivenRegion, marieke: Member) -> None:
    session = signed_in(region, marieke)
    for _ in range(region.services.settings.session_hours * 2 - 1):
        region.clock.pass_by(timedelta(minutes=30))
        actor_of(region.services, session.secret)

    region.clock.pass_by(timedelta(minutes=31))

    with pytest.raises(NotSignedIn):
        actor_of(region.services, session.secret)


def test_who_left_the_school_keeps_neither_role_nor_key(
    region: GivenRegion, school: GivenUnit, marieke: Member
) -> None:
    session = signed_in(region, marieke)
    with region.services.uow() as uow:
        membership = uow.session.query(Membership.id).filter_by(person_id=marieke.person_id).scalar()

    end_membership(region.services, school.admin.actor, membership)

    try:
        actor, _ = actor_of(region.services, session.secret)
    except NotSignedIn:
        return
    assert actor.roles_at(school.id) == frozenset()
    with region.services.uow() as uow, pytest.raises(NoKey):
        actor.keyring.circle(uow, school.id, Circle.DOSSIER)


def test_neither_words_nor_secret_are_stored(region: GivenRegion, marieke: Member) -> None:
    session = signed_in(region, marieke)

    stored = b"".join(path.read_bytes() for path in region.folder.rglob("*") if path.is_file())

    assert marieke.email.encode() in stored
    assert marieke.passphrase.encode() not in stored
    assert session.secret.encode() not in stored
