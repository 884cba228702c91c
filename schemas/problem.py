"""Problem details as RFC 9457 gives them: what every error under /api/ looks like."""

from __future__ import annotations

from marshmallow import Schema, fields


class FieldProblemSchema(Schema):
    """What is wrong with one part of the request."""

    pointer = fields.String(
        required=True, metadata={"description": "The field's name, or its place: /json/pages/0/title"}
    )
    detail = fields.String(required=True, metadata={"description": "What is wrong, in the language of the request"})


class ProblemSchema(Schema):
    """An error. `code` is stable: decide on that, never on a text."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"format": "uri-reference"})
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldProblemSchema), required=True)
    request_id = fields.String(required=True, metadata={"description": "To name when asking for help: K7-42Q-9M"})
