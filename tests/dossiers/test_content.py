"""Content survives its schema unchanged, and nothing beyond the closed list is taken."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from handover.dossiers.content import Content, Name, Parent
from handover.terms.parent import Custody
from schemas.dossiers import NameSchema, ReportPartSchema, SupportSchema


def stored(content: Content) -> Content:
    report = {
        "pupil": asdict(content.pupil),
        "advice": asdict(content.advice),
        "report": asdict(content.report),
        "contact": asdict(content.contact),
        "parents": [asdict(parent) for parent in content.parents],
    }
    kept = ReportPartSchema().dump(report), SupportSchema().dump(asdict(content.support))
    return Content.from_parts(ReportPartSchema().load(kept[0]), SupportSchema().load(kept[1]))


def test_an_empty_content_comes_back_empty() -> None:
    assert stored(Content()) == Content()


@given(text=st.text(max_size=200), custody=st.sampled_from(Custody), day=st.none() | st.dates())
def test_what_was_written_comes_back_whatever_the_script(text: str, custody: Custody, day: date | None) -> None:
    parent = Parent(id="1", name=text or "x", custody=custody, inspected_on=day, view=text)
    content = Content(parents=(parent,)).with_section("report", {"what_works": text})

    assert stored(content) == content


@pytest.mark.parametrize("field", ["birthplace", "nationality", "religion", "diagnosis_code"])
def test_a_field_that_the_law_does_not_list_is_refused_by_name(field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ReportPartSchema().load({"pupil": {field: "x"}})

    assert field in refused.value.messages_dict["pupil"]


def test_a_report_of_a_novels_length_is_refused() -> None:
    with pytest.raises(ValidationError):
        ReportPartSchema().load({"report": {"learning": "a" * 6001}})


def test_names_sort_on_the_last_name_without_its_infix() -> None:
    lists = [
        Name(first_name="Stan", infix="van den", last_name="Munckhof", birth_date=date(2015, 1, 1)),
        Name(first_name="Ana", last_name="Zając", birth_date=date(2015, 1, 1)),
        Name(first_name="Bo", infix="de", last_name="Arts", birth_date=date(2015, 1, 1)),
    ]

    assert [name.full for name in sorted(lists, key=lambda name: name.sort_key)] == [
        "Bo de Arts",
        "Stan van den Munckhof",
        "Ana Zając",
    ]


def test_a_name_needs_first_and_last_name_and_a_birth_date() -> None:
    with pytest.raises(ValidationError) as refused:
        NameSchema().load({"first_name": ""})

    assert set(refused.value.messages_dict) == {"first_name", "last_name", "birth_date"}
