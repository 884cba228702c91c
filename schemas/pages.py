"""What every list of the API takes."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class PageSchema(Schema):
    """Which part of a list; the answer's `after` leads to the next."""

    after = fields.String(
        validate=validate.Length(max=300), metadata={"description": "the `after` of the page before this one"}
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
