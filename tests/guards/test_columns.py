"""What lies in the clear is a closed list: each column of each table, with the class of what it holds."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Boolean, Column, Date, Enum, Integer, LargeBinary

from handover.db.types import UtcDateTime
from handover.tables import all_tables

LIST = Path(__file__).with_name("columns.txt")
CLASSES = {
    "id": "a random id of a row, or several",
    "reference": "a leaver's speakable reference, or its aanmeldcode",
    "school": "what the open register says, or a unit says of itself",
    "group": "the name of a group",
    "year": "a school year",
    "staff": "names, addresses, telephone, days and roles of people who work at schools",
    "status": "a status, kind, version or other word of a closed list",
    "flag": "a flag that the design names: care part, OPP, TLV, conversation, stands in",
    "instant": "an instant or a day of what was done",
    "count": "a count or a size",
    "digest": "a digest or keyed hash of sealed bytes or of random codes, never of plaintext about a child",
    "blob key": "where sealed bytes lie: random",
    "public key": "a public key",
    "signed": "a card, certificate, letter, statement or signature of ours: without personal data but staff's ids",
    "path": "a path of ours, by reference or id",
    "facts": "the log's facts, whose fields are those of the events",
    "sealed": "an age file",
}
"""The design's closed list of what lies in the clear, and `sealed` for all else."""

ABOUT_A_CHILD = {
    *(
        "leaver",
        "application",
        "announcement",
        "document",
        "handover",
        "bundle",
        "sealed_part",
        "reading",
        "remark",
        "statement",
        "mentoring",
        "opened_item",
        "handover_code",
        "handover_outside",
        "hold",
        "asked_dossier",
        "asked_file",
        "passage",
        "undo_step",
        "moved",
        "many_press",
        "one_of_many",
    ),
    *("notice", "room", "key_grant", "sealed_record"),
}
"""Tables with rows for each child: nothing that somebody typed may stand here."""
TYPED = {"school", "group", "staff", "facts"}
KINDS = {
    "instant": (Date, UtcDateTime),
    "flag": (Boolean, Enum),
    "count": (Integer,),
    "sealed": (LargeBinary,),
}


def columns() -> dict[str, Column[object]]:
    return {
        f"{column.table.name}.{column.name}": column
        for table in all_tables().tables.values()
        for column in table.columns
    }


def listed() -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in LIST.read_text(encoding="utf-8").splitlines()]
    return {name: kind.strip() for name, kind in lines}


def test_every_column_is_listed_with_what_it_holds() -> None:
    named = set(listed())

    assert set(columns()) - named == set(), "say in columns.txt what a new column holds; about a child: sealed"
    assert named - set(columns()) == set(), "this column is no more"


def test_each_class_is_one_that_may_lie_in_the_clear() -> None:
    assert {name: kind for name, kind in listed().items() if kind not in CLASSES} == {}


def test_the_list_is_sorted_so_that_two_people_can_add_to_it() -> None:
    names = [line.split()[0] for line in LIST.read_text(encoding="utf-8").splitlines()]

    assert names == sorted(set(names))


def test_a_column_is_of_a_type_that_can_hold_its_class() -> None:
    found, wrong = columns(), []
    for name, kind in listed().items():
        if kind in KINDS and not isinstance(found[name].type, KINDS[kind]):
            wrong.append(name)

    assert wrong == []


def test_nothing_that_somebody_types_stands_in_the_clear_in_a_row_about_a_child() -> None:
    typed = {name for name, kind in listed().items() if kind in TYPED and name.split(".")[0] in ABOUT_A_CHILD}

    assert typed == {
        "announcement.receiver_brin",  # BRIN of a location
        "announcement.sender_brin",
        "application.receiver_brin",
        "asked_dossier.email",  # of the school outside: where the link goes, who says to have answered
        "asked_dossier.guest_function",
        "asked_dossier.guest_name",
        "asked_dossier.sender_brin",
        "handover.receiver_brin",
        "handover_code.confirmed_by",  # of the school that takes no part: who fetched it, who said so
        "handover_code.email",
        "handover_code.guest_function",
        "handover_code.guest_name",
        "handover_outside.confirmed_by",  # of the school that takes no part
        "mentoring.class_name",  # of the new school year; at most 20 symbols
        "mentoring.email",  # of a colleague, as is the name
        "mentoring.name",
        "passage.brin6",  # of the other primary school; who said there that it has the child
        "passage.confirmed_by",
        "undo_step.receiver_brin",
        "reading.role",  # a word of a closed list
    }


def test_bytes_are_sealed_or_say_why_not() -> None:
    raw = {name for name, column in columns().items() if isinstance(column.type, LargeBinary)}

    assert {listed()[name] for name in raw} <= {"sealed", "signed", "digest"}
