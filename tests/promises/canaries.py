"""One unmistakable value for each field that may hold something about a child or a parent.

Each is a word that no dictionary has, so that one hit anywhere is a leak. A guard walks the schemas: a field without a
canary, and without a reason why it needs none, fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from handover.terms.months import MONTHS
from schemas.dossier import DossierSchema
from schemas.dossiers import NameSchema
from schemas.mentors import FeedbackSchema
from schemas.remarks import HeldSchema, NewRemarkSchema, ReplySchema, WaivedSchema
from tests.web.gallery import a_pdf

SCHEMAS: dict[str, type[Schema]] = {
    "name": NameSchema,
    "dossier": DossierSchema,
    "remark": NewRemarkSchema,
    "reply": ReplySchema,
    "feedback": FeedbackSchema,
    "conversation": HeldSchema,
    "waived": WaivedSchema,
}
"""Whatever a person or a program can hand in about a child."""

CANARIES: dict[str, str] = {
    "name.first_name": "Zwiepkåld",
    "name.infix": "vander-kwist",
    "name.last_name": "Ñordlöffelstein",
    "name.birth_date": "2014-10-23",
    "dossier.pupil.pupil_number": "923609872",
    "dossier.pupil.street": "Hobbelpoort 4711",
    "dossier.pupil.postcode": "9364 QX",
    "dossier.pupil.place": "Snarpeldam",
    "dossier.pupil.since": "2019-02-11",
    "dossier.advice.preliminary": "vmbo_bb_kb_lwoo",
    "dossier.advice.preliminary_on": "2027-01-13",
    "dossier.advice.test_name": "Krabbelmeter",
    "dossier.advice.test_advice": "vmbo_kb_gltl_lwoo",
    "dossier.advice.test_on": "2027-02-04",
    "dossier.advice.no_test_reason": "Wimpelgriep",
    "dossier.advice.final": "vmbo_gltl_havo",
    "dossier.advice.final_on": "2027-03-17",
    "dossier.advice.motivation": "Tjoepelgrond",
    "dossier.advice.wish_pupil": "Droomfluiter",
    "dossier.advice.wish_parents": "Hoopdraaier",
    "dossier.report.career": "Klimplankje",
    "dossier.report.results": "Scoreboogje",
    "dossier.report.learning": "Leerknobbel",
    "dossier.report.behaviour": "Stuiterbalg",
    "dossier.report.needs": "Steunwiebel",
    "dossier.report.what_works": "Rustmandje",
    "dossier.report.absence": "Wegblijfsel",
    "dossier.contact.name": "Juf Pluimgraaf",
    "dossier.contact.telephone": "077 391 84 26",
    "dossier.contact.days": "Maandwoens",
    "dossier.contact.conversation_reason": "Babbelnood",
    "dossier.support.goal": "Uitstroomvink",
    "dossier.support.actions_agreed_on": "2027-02-19",
    "dossier.support.actions_waiver": "Handelkwijt",
    "dossier.support.pupil_voice": "Kinderstemvork",
    "dossier.support.pupil_influence": "Invloedhaakje",
    "dossier.support.pupil_told": "Verteldraadje",
    "dossier.support.pupil_waiver": "Stemafzien",
    "dossier.parents.name": "Óma Trompelhuis",
    "dossier.parents.relation": "Stiefgroottante",
    "dossier.parents.inspected_on": "2027-03-22",
    "dossier.parents.inspected_how": "Keukentafelzicht",
    "dossier.parents.copy_on": "2027-03-25",
    "dossier.parents.copy_how": "Fietskoerierd",
    "dossier.parents.disagreement": "Bezwaarkluwen",
    "dossier.parents.view": "Zienswijswoord",
    "dossier.parents.school_dispute": "Schoolkibbelaar",
    "remark.text": "Vraagstaartje",
    "reply.text": "Antwoordgalm",
    "conversation.who": "Gesprekspaar",
    "conversation.agreed": "Afspraakknoop",
    "waived.reason": "Gesprekloos",
    "feedback.text": "Mentorgroetje",
    "note.text": "Eigenkrabbel",
    "note.text of care": "Zorgkrabbel",
    "document.title": "Verslagzwaluw",
    "document.title of care": "Zorgzwaluw",
    "document.pdf": "Bladzijdewrat",
    "document.pdf of care": "Zorgbladwrat",
    "form.after the session": "Verlopenzin",
    "address.typed": "Adresbalkje",
    "words.wrong": "Sleutelgatje",
    "list.stranger": "Plakstrookvink",
}
"""By schema and field; the last ones are of no schema: documents, and what is typed where it does not belong."""

EXEMPT: dict[str, str] = {
    "dossier.pupil.sex": "one letter",
    "dossier.pupil.secret_address": "yes or no",
    "dossier.contact.conversation_asked": "a flag that lies in the clear",
    "dossier.has_opp": "a flag that lies in the clear",
    "dossier.parents.id": "random",
    "dossier.parents.copy_of": "a count",
    "dossier.parents.custody": "a short word of a list",
    "dossier.parents.inspected_way": "a short word of a list",
    "dossier.parents.agreement": "a short word of a list",
    "remark.kind": "lies in the clear",
    "remark.part": "lies in the clear",
    "remark.document": "a number that lies in the clear",
    "remark.page": "a number that lies in the clear",
    "conversation.held_on": "a day that lies in the clear",
    "conversation.way": "a short word of a list",
}


def fields_about_a_child() -> Iterator[str]:
    """Each field of each schema by which something about a child comes in, as `CANARIES` names it."""
    for name, schema in SCHEMAS.items():
        yield from _fields(name, schema())


def values() -> dict[str, tuple[str, ...]]:
    """What to look for, by field: the canary, and of a day the ways in which it may be written."""
    return {name: _written(value) for name, value in CANARIES.items()}


def body(prefix: str) -> dict[str, Any]:
    """What an API is given: a schema's fields with their canaries."""
    made: dict[str, Any] = {}
    for name, value in CANARIES.items():
        if name.startswith(f"{prefix}."):
            *path, last = name.removeprefix(f"{prefix}.").split(".")
            into = made
            for step in path:
                into = into.setdefault(step, {})
            into[last] = value
    return made


def a_document(*, care: bool) -> bytes:
    """A PDF whose text holds a canary."""
    return a_pdf((CANARIES["document.pdf of care" if care else "document.pdf"], "tweede bladzijde"))


def _fields(prefix: str, schema: Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _fields(f"{prefix}.{name}", inner.schema)
        else:
            yield f"{prefix}.{name}"


def _written(value: str) -> tuple[str, ...]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return (value,)
    spoken = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return (value, f"{day:%d-%m-%Y}", f"{day:%Y%m%d}", spoken)
