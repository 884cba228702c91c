"""What an event may be called, and what it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from handover.audit.events import AuditEvent, registered_events
from tests.audit.happenings import ParcelSent, sent


def an_event(**facts: object) -> ParcelSent:
    values: dict[str, object] = {"version": 1, "sha256": "ab"} | facts
    return ParcelSent(actor_id=None, unit_id=None, subject_id="parcel-1", **values)  # type: ignore[arg-type]


def test_an_event_is_registered_under_its_name() -> None:
    assert registered_events()["test_parcel.sent"] is ParcelSent


def test_two_events_cannot_have_one_name() -> None:
    with pytest.raises(TypeError, match=r"test_parcel\.sent is the name of"):

        @dataclass(frozen=True, kw_only=True)
        class _Other(AuditEvent):
            name: ClassVar[str] = "test_parcel.sent"


def test_an_event_needs_a_name_of_its_own() -> None:
    with pytest.raises(TypeError, match="needs a name of its own"):

        class _Heir(ParcelSent):
            pass


@pytest.mark.parametrize(
    "wrong", ["sent", "Parcel.sent", "parcel.sent.twice", "parcel.", "parcel sent", "parcel.sent "]
)
def test_a_name_of_another_form_is_refused(wrong: str) -> None:
    with pytest.raises(TypeError, match="needs a name of its own"):
        type("_Wrong", (AuditEvent,), {"name": wrong})


def test_facts_are_what_the_event_adds() -> None:
    assert sent(3).facts() == {"version": 3, "sha256": f"{3:064x}", "has_care": False, "reason": None}


@pytest.mark.parametrize("wrong", [1.5, b"bytes", ["list"], {"a": 1}, object()])
def test_a_fact_of_another_kind_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="the fact reason is a"):
        an_event(reason=wrong).facts()


@pytest.mark.parametrize(
    "wrong", ["Jan Jansen", "Zoë", "", "a" * 201, "line\nline", 'quo"te', "jan@school", "123456782"]
)
def test_a_text_that_could_be_a_name_or_a_number_is_refused_unshown(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^the fact reason is no id, digest, state or instant$"):
        an_event(reason=wrong).facts()


@pytest.mark.parametrize("token", ["wrong-school", "7K3P-2M", "2027-03-01T12:00:00Z", "ab" * 32, "q1+/w==", "31"])
def test_ids_digests_states_and_instants_are_taken(token: str) -> None:
    assert an_event(reason=token).facts()["reason"] == token


def test_a_number_on_which_readers_would_disagree_is_refused() -> None:
    with pytest.raises(ValueError, match="the fact version is too large"):
        an_event(version=2**53).facts()


@pytest.mark.parametrize("field", ["actor_id", "unit_id", "other_unit_id", "subject_kind", "subject_id"])
def test_an_id_that_could_be_a_name_is_refused_unshown(field: str) -> None:
    values = {"actor_id": "a", "unit_id": "u", "subject_id": "s", field: "Jan Jansen"}
    event = ParcelSent(version=1, sha256="ab", **values)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=rf"^{field} of test_parcel\.sent is no id$"):
        event.check()
