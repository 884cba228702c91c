"""The wire of announcements: a secondary school says who applied there, a primary school says who that is."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.destination import Announced, Outcome
from schemas.dossiers import NameSchema
from schemas.schools import BRIN6

_ID = validate.Regexp(r"^[0-9a-f]{32}\Z", error="An id of 32 hexadecimal symbols.")
_BRIN6_OR_NONE = validate.Regexp(r"^([0-9]{2}[A-Z]{2}[0-9]{2})?\Z", error=BRIN6.error)


class NewAnnouncementSchema(Schema):
    """A child who applied. With `code`, or with the primary school's `sender_brin`."""

    receiver_brin = fields.String(required=True, validate=BRIN6, metadata={"description": "your location"})
    name = fields.Nested(NameSchema, required=True)
    applied_on = fields.Date(required=True)
    code = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "the aanmeldcode of the parents' letter, as typed: 7K3P-2M9Q-4"},
    )
    sender_brin = fields.String(
        load_default="",
        validate=_BRIN6_OR_NONE,
        metadata={"description": "the location of the primary school, where there is no code"},
    )
    outcome = fields.Enum(
        Outcome,
        by_value=True,
        load_default=Outcome.ASKED,
        metadata={"description": "asked, admitted, waiting or enrolled; a refusal can follow when the child is known"},
    )
    only_new = fields.Boolean(
        load_default=True,
        metadata={"description": "refuse a child whom you announced before; false: it is another of that name and day"},
    )


class AnnouncementIdSchema(Schema):
    """The announcement that was made."""

    id = fields.String(required=True)


class UnitAskedSchema(Schema):
    """Of which unit; may be left out by who works at one."""

    unit_id = fields.String(validate=_ID)


class ExpectedSchema(Schema):
    """A child who was announced and of whom no dossier has come."""

    id = fields.String(required=True)
    name = fields.Nested(
        NameSchema, required=True, allow_none=True, metadata={"description": "null: you hold no key of the names yet"}
    )
    school = fields.String(required=True)
    place = fields.String(required=True)
    state = fields.Enum(Announced, by_value=True, required=True)
    is_asked = fields.Boolean(required=True, metadata={"description": "the primary school can read whom it is about"})
    can_ask = fields.Boolean(required=True, metadata={"description": "it was not asked, and can be by now"})
    can_enter = fields.Boolean(
        required=True, metadata={"description": "it can be recorded that its dossier came by another way"}
    )
    is_off = fields.Boolean(
        required=True, metadata={"description": "the primary school withdrew it, or has the child on its list no more"}
    )
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    applied_on = fields.Date(required=True)
    since = fields.Date(required=True, metadata={"description": "the day it was announced"})


class LapsedSchema(Schema):
    """A child who was announced and is expected no more: the primary school took it off its list."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "null: you hold no key of the names"})
    school = fields.String(required=True)
    place = fields.String(required=True)
    stays = fields.Boolean(
        required=True, metadata={"description": "it does groep 8 once more; no other reason is told"}
    )


class ExpectedListSchema(Schema):
    """All that a school expects, longest waiting first; and what it expects no more."""

    expected = fields.List(fields.Nested(ExpectedSchema), required=True)
    lapsed = fields.List(fields.Nested(LapsedSchema), required=True)


class CandidateSchema(Schema):
    """A child of the school that may be the one who was announced."""

    reference = fields.String(required=True)
    name = fields.Nested(NameSchema, required=True)
    is_same = fields.Boolean(required=True, metadata={"description": "name and birth date are those announced"})
    has_code = fields.Boolean(required=True, metadata={"description": "the code that was given is this child's"})


class QuestionSchema(Schema):
    """An announcement that the primary school must say something about."""

    id = fields.String(required=True)
    school = fields.String(required=True)
    place = fields.String(required=True)
    applied_on = fields.Date(required=True)
    by_code = fields.Boolean(
        required=True, metadata={"description": "linked by the code of a child with another name or birth date"}
    )
    was_withdrawn = fields.Boolean(
        required=True, metadata={"description": "its application there had ended, and stands again if you say so"}
    )
    name = fields.Nested(
        NameSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null: you hold no key of the names yet"},
    )
    candidates = fields.List(fields.Nested(CandidateSchema), required=True)


class QuestionsSchema(Schema):
    """What waits for an answer, longest first."""

    questions = fields.List(fields.Nested(QuestionSchema), required=True)


class KnownSchema(Schema):
    """Which child it is."""

    reference = fields.String(required=True, validate=validate.Length(min=1, max=20))
