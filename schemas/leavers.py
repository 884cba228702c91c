"""The wire of leavers and their applications."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.destination import LeaverEnd, Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from schemas.dossiers import NameSchema, ToDoSchema
from schemas.pages import PageSchema
from schemas.schools import BRIN6, SchoolSchema

_ID = validate.Regexp(r"^[0-9a-f]{32}\Z", error="An id of 32 hexadecimal symbols.")


class NewLeaverSchema(Schema):
    """A child to put on the list."""

    group_id = fields.String(required=True, validate=_ID)
    name = fields.Nested(NameSchema, required=True)
    only_new = fields.Boolean(
        load_default=True,
        metadata={"description": "refuse a child of whom name and birth date are on the list; false: it is another"},
    )


class NewLeaversSchema(Schema):
    """A class at once: all or none."""

    group_id = fields.String(required=True, validate=_ID)
    names = fields.List(fields.Nested(NameSchema), required=True, validate=validate.Length(min=1, max=100))


class ChangedLeaverSchema(Schema):
    """What was wrong with who it is about."""

    name = fields.Nested(NameSchema, required=True)
    group_id = fields.String(validate=_ID, load_default=None, allow_none=True)


class EndedLeaverSchema(Schema):
    """How a leaver's story ended, other than by a handover."""

    end = fields.Enum(LeaverEnd, by_value=True, required=True)
    to = fields.String(
        load_default="",
        validate=validate.Length(max=6),
        metadata={"description": "of other_school: BRIN of that location; empty where the register has none"},
    )


class ReferenceSchema(Schema):
    """Who was added, by reference."""

    reference = fields.String(required=True, metadata={"description": "speakable: 7K3P-2M"})


class ReferencesSchema(Schema):
    """Who were added; who was on the list already is not among them."""

    references = fields.List(fields.String(), required=True)


class LeaverFilterSchema(PageSchema):
    """Which leavers."""

    group_id = fields.String(validate=_ID)


class OnItsWaySchema(Schema):
    """The newest handover of a leaver."""

    id = fields.String(required=True)
    status = fields.String(required=True)


class LeaverSchema(Schema):
    """A leaver as its own school sees it."""

    reference = fields.String(required=True)
    aanmeldcode = fields.String(
        required=True, metadata={"description": "for the parents to give to a secondary school: 7K3P-2M9Q-4"}
    )
    name = fields.Nested(
        NameSchema, required=True, allow_none=True, metadata={"description": "null: you hold no key of the names yet"}
    )
    group_id = fields.String(required=True, allow_none=True)
    group = fields.String(required=True)
    school_year = fields.String(required=True, metadata={"description": "of leaving: 2026-2027"})
    has_opp = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "null: you may know who it is, not what the dossier says"},
    )
    ended_as = fields.Enum(LeaverEnd, by_value=True, required=True, allow_none=True)
    handover = fields.Nested(OnItsWaySchema, required=True, allow_none=True)


class LeaversSchema(Schema):
    """A page of leavers."""

    leavers = fields.List(fields.Nested(LeaverSchema), required=True)
    after = fields.String(required=True, allow_none=True, metadata={"description": "null after the last"})


class LeaverDetailSchema(LeaverSchema):
    """A leaver, and what is left before its dossier may be sent."""

    content_version = fields.Integer(
        required=True, metadata={"description": "counts changes of what parents saw; `copy_of` of a parent names one"}
    )
    destination = fields.Nested(
        SchoolSchema, required=True, allow_none=True, metadata={"description": "where the dossier goes or would go"}
    )
    to_do = fields.List(
        fields.Nested(ToDoSchema),
        required=True,
        allow_none=True,
        metadata={"description": "empty: it may be sent; null: you may know who it is, not what the dossier says"},
    )


class NewApplicationSchema(Schema):
    """That the parents applied at a location."""

    brin = fields.String(required=True, validate=BRIN6)
    applied_on = fields.Date(required=True)
    tlv = fields.Enum(Tlv, by_value=True, load_default=Tlv.NOT_NEEDED)


class ChangedApplicationSchema(Schema):
    """What was wrong with an application; another school is another application."""

    applied_on = fields.Date(required=True)
    tlv = fields.Enum(Tlv, by_value=True, required=True)


class ApplicationIdSchema(Schema):
    """The application that was recorded."""

    id = fields.String(required=True)


class ApplicationSchema(Schema):
    """An application as the primary school sees it."""

    id = fields.String(required=True)
    brin = fields.String(required=True)
    school = fields.String(required=True)
    place = fields.String(required=True)
    kind = fields.Enum(SchoolKind, by_value=True, required=True)
    takes_part = fields.Boolean(required=True)
    applied_on = fields.Date(required=True)
    tlv = fields.Enum(Tlv, by_value=True, required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    outcome_on = fields.Date(required=True, allow_none=True)
    is_announced = fields.Boolean(required=True, metadata={"description": "the secondary school said so itself, too"})


class ApplicationsSchema(Schema):
    """A leaver's applications, the most wanted first."""

    applications = fields.List(fields.Nested(ApplicationSchema), required=True)


class SendSchema(Schema):
    """Where the sender saw that it goes: it is sent there or nowhere."""

    to = fields.String(required=True, validate=BRIN6, metadata={"description": "BRIN of the location"})
    second = fields.Boolean(
        load_default=False,
        metadata={"description": "beside the school that has it: VSO and another, while the TLV is undecided"},
    )
