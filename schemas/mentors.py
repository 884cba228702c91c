"""The wire of mentors: who they are, what was opened for them, and their line to the primary school."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema


class NewMentorSchema(Schema):
    """Somebody to be mentor of a child."""

    email = fields.String(required=True, validate=validate.Length(min=3, max=254))
    name = fields.String(
        load_default="",
        validate=validate.Length(max=150),
        metadata={"description": "used where nobody with this address takes part yet"},
    )
    class_name = fields.String(load_default="", validate=validate.Length(max=20))


class MentorIdSchema(Schema):
    """That somebody is mentor of a child."""

    id = fields.String(required=True)


class MentorSchema(MentorIdSchema):
    """One mentor of a child."""

    name = fields.String(required=True)
    email = fields.String(required=True)
    class_name = fields.String(required=True)
    takes_part = fields.Boolean(required=True, metadata={"description": "false: not a mentor here yet"})
    has_key = fields.Boolean(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class MentorsSchema(Schema):
    """In the order in which they were named."""

    mentors = fields.List(fields.Nested(MentorSchema), required=True)


class FeedbackSchema(Schema):
    """One line to the primary school."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=300))


class OpenSchema(Schema):
    """What of the care part is opened for the mentors: a document by its number, or a care note of your own school."""

    document = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=1000))
    remark_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=32))

    @validates_schema
    def one_of_both(self, data: dict[str, object], **_kwargs: object) -> None:
        """One, not both and not neither."""
        if (data.get("document") is None) is (data.get("remark_id") is None):
            raise ValidationError("a document or a remark, one of them", "document")


class OpenedSchema(Schema):
    """Something that was opened for the mentors."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "of a note"})
    pages = fields.Integer(required=True)
    by = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True, format="iso")


class OpenedListSchema(Schema):
    """The first first."""

    opened = fields.List(fields.Nested(OpenedSchema), required=True)
