"""What the API says of the log, and what an auditor may ask."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from handover.audit.queries import Search, TrailLine, entries, log_heads
from schemas.audit import LogHeadSchema, LogSearchSchema, TrailLineSchema, TrailPageSchema
from tests.audit.happenings import LOG, Ledger, sent


def test_every_field_of_a_line_is_on_the_wire() -> None:
    assert set(TrailLineSchema().fields) == set(TrailLine.__dataclass_fields__)


def test_a_page_is_shown_as_it_was_read(ledger: Ledger) -> None:
    ids = ledger.record(sent(1), sent(2))

    with ledger.uow() as uow:
        shown = TrailPageSchema().dump(entries(uow, Search(), limit=1))

    assert shown["before"] == ids[1]
    (line,) = shown["lines"]
    assert (line["at"], line["log"], line["seq"]) == ("2027-03-01T12:00:00+00:00", LOG, None)
    assert line["facts"] == {"version": 2, "sha256": f"{2:064x}", "has_care": False, "reason": None}


def test_the_head_of_a_log_is_shown_with_its_root(ledger: Ledger) -> None:
    ledger.a_numbered_log(3)

    with ledger.uow() as uow:
        (head,) = log_heads(uow)
    shown = LogHeadSchema().dump(head)

    assert (shown["name"], shown["size"], shown["root"]) == (LOG, 3, head.root)
    assert len(bytes.fromhex(shown["root"])) == 32


def test_all_of_a_search_may_be_left_out() -> None:
    assert LogSearchSchema().load({}) == {"limit": 50}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", 0),
        ("limit", 201),
        ("name", "handover"),
        ("log", "2026"),
        ("before", "../"),
        ("since", "2027-03-01T12:00:00"),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        LogSearchSchema().load({field: value})

    assert list(refused.value.messages_dict) == [field]


def test_a_period_runs_forward() -> None:
    with pytest.raises(ValidationError) as refused:
        LogSearchSchema().load({"since": "2027-03-02T00:00:00Z", "until": "2027-03-01T00:00:00Z"})

    assert list(refused.value.messages_dict) == ["until"]
