"""The life of a handover is the table in `state`: nothing more can be done, and every end can be reached."""

from __future__ import annotations

import itertools

import pytest

from handover.bundles.state import (
    LIVE,
    TRANSITIONS,
    HandoverAction,
    HandoverStatus,
    Side,
    advance,
    possible,
    stage_of,
)
from handover.errors import IllegalTransition
from handover.policy import Stage

LIFE = """
draft send sealing
draft hand_outside accepted
draft enter accepted
draft close closed
draft expire closed
sealing expire closed
offered expire closed
accepted expire closed
sealing settle offered
sealing fail draft
sealing withdraw withdrawn
offered accept accepted
offered decline declined
offered withdraw withdrawn
offered close closed
offered supplement offered
offered relocate offered
accepted confirm confirmed
accepted confirm_by_telephone confirmed
accepted take_back withdrawn
accepted release released
accepted close closed
accepted supplement accepted
accepted acknowledge accepted
accepted relocate accepted
confirmed reopen accepted
confirmed release released
confirmed supplement confirmed
confirmed acknowledge confirmed
confirmed relocate confirmed
confirmed destroy destroyed
released destroy destroyed
declined destroy destroyed
withdrawn destroy destroyed
closed destroy destroyed
"""
DRAWN = {(a, b): c for a, b, c in (line.split() for line in LIFE.strip().splitlines())}


@pytest.mark.parametrize(("status", "action"), [(s, a) for s, a in itertools.product(HandoverStatus, HandoverAction)])
def test_each_step_is_as_drawn_in_the_design(status: HandoverStatus, action: HandoverAction) -> None:
    if (status, action) in DRAWN:
        assert advance(status, action) == DRAWN[status, action]
    else:
        with pytest.raises(IllegalTransition):
            advance(status, action)


def test_a_dossier_that_was_received_can_no_longer_be_taken_back() -> None:
    assert HandoverAction.WITHDRAW not in possible(HandoverStatus.ACCEPTED, Side.SENDER)


def test_the_receiver_can_do_nothing_before_it_is_offered() -> None:
    for status in (HandoverStatus.DRAFT, HandoverStatus.SEALING):
        # That a dossier came otherwise is the receiver's to say, and is no step of one that is made here.
        assert set(possible(status, Side.RECEIVER)) <= {HandoverAction.ENTER}
        assert stage_of(status) is Stage.DRAFT


def test_every_status_can_be_reached_and_left() -> None:
    reached = {HandoverStatus.DRAFT} | {step.to for step in TRANSITIONS.values()}
    left = {status for status, _ in TRANSITIONS} | {HandoverStatus.DESTROYED}

    assert reached == left == set(HandoverStatus)


def test_an_ended_handover_makes_room_for_another() -> None:
    ended = {status for status in HandoverStatus if stage_of(status) is Stage.ENDED}

    assert ended.isdisjoint(LIVE)
    assert ended | LIVE == set(HandoverStatus)
