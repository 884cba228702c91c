"""The wire of handovers outside the service."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from schemas.schools import BRIN6

WAYS = ["oso", "paper", "conversation", "other"]


class OutsideSchema(Schema):
    """How a dossier went to a school by another way."""

    to = fields.String(required=True, validate=BRIN6, metadata={"description": "the location that you saw"})
    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    went_on = fields.Date(required=True, metadata={"description": "not to come"})
    whom = fields.String(
        required=True,
        validate=validate.Length(min=1, max=300),
        metadata={"description": "a person or a desk at that school; kept sealed"},
    )


class CameSchema(Schema):
    """How a dossier came to a secondary school by another way."""

    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    came_on = fields.Date(required=True, metadata={"description": "not to come"})
