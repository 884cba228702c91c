"""The wire of children who go to another primary school, or do groep 8 once more."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.destination import PassageWay
from schemas.dossiers import NameSchema

_ID = validate.Regexp(r"^[0-9a-f]{32}\Z", error="An id of 32 hexadecimal symbols.")


class PassageSchema(Schema):
    """A child of whom another primary school says that it comes here."""

    id = fields.String(required=True)
    school = fields.String(required=True, metadata={"description": "the school that it left"})
    place = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    name = fields.Nested(
        NameSchema, required=True, allow_none=True, metadata={"description": "null: you hold no key of the names yet"}
    )


class PassagesSchema(Schema):
    """What waits for an answer, longest first."""

    passages = fields.List(fields.Nested(PassageSchema), required=True)


class ArrivedSchema(Schema):
    """On which list the child comes."""

    group_id = fields.String(
        required=True,
        allow_none=True,
        validate=_ID,
        metadata={"description": "null: it does not leave school this year, and is on no list"},
    )


class ArrivalSchema(Schema):
    """Who of the other school said that the child is there, when and how it was heard."""

    way = fields.Enum(PassageWay, by_value=True, required=True)
    on = fields.Date(required=True)
    by = fields.String(required=True, validate=validate.Length(min=1, max=150))


class AgainSchema(Schema):
    """The group of the later year."""

    group_id = fields.String(required=True, validate=_ID)
