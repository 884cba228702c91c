"""The wire of notes, questions, answers and the warm conversation."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from schemas.handovers import PARTS

_TEXT = validate.Length(min=1, max=4000)
WAYS = ("visit", "telephone", "video")


class NewRemarkSchema(Schema):
    """A note for the own school, or a question to the other."""

    kind = fields.String(required=True, validate=validate.OneOf(["note", "question"]))
    text = fields.String(required=True, validate=_TEXT)
    part = fields.String(load_default="dossier", validate=validate.OneOf(PARTS))
    document = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=1, max=1000),
        metadata={"description": "the nth of its part; null: the dossier as a whole"},
    )
    page = fields.Integer(allow_none=True, load_default=None, validate=validate.Range(min=1, max=9999))


class ReplySchema(Schema):
    """An answer, or more about one."""

    text = fields.String(required=True, validate=_TEXT)


class RemarkIdSchema(Schema):
    """What was written."""

    id = fields.String(required=True)


class AnswerSchema(Schema):
    """An answer under a question."""

    id = fields.String(required=True)
    text = fields.String(required=True)
    writer = fields.String(required=True)
    unit_id = fields.String(required=True)
    unit_name = fields.String(required=True)
    mine = fields.Boolean(required=True)
    written_at = fields.AwareDateTime(required=True, format="iso")
    damaged = fields.Boolean(required=True)


class RemarkSchema(AnswerSchema):
    """A note or a question, opened for you."""

    kind = fields.String(required=True)
    part = fields.String(required=True)
    document = fields.Integer(required=True, allow_none=True)
    page = fields.Integer(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    is_open = fields.Boolean(required=True)
    replies = fields.List(fields.Nested(AnswerSchema), required=True)


class RemarksSchema(Schema):
    """The oldest first."""

    remarks = fields.List(fields.Nested(RemarkSchema), required=True)


class HeldSchema(Schema):
    """One conversation."""

    held_on = fields.Date(required=True)
    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    who = fields.String(required=True, validate=validate.Length(min=1, max=300))
    agreed = fields.String(required=True, validate=_TEXT)


class WaivedSchema(Schema):
    """Why the conversation that was asked for need not be."""

    reason = fields.String(required=True, validate=_TEXT)


class ConversationSchema(Schema):
    """What became of the warm conversation."""

    asked = fields.Boolean(required=True)
    held_on = fields.Date(required=True, allow_none=True, metadata={"description": "the latest"})
    waived = fields.Boolean(required=True)
    held = fields.List(fields.Nested(HeldSchema), required=True)
    reason = fields.String(required=True)
    readable = fields.Boolean(required=True, metadata={"description": "false: you hold no key of what was agreed"})
    settled = fields.Boolean(required=True)
