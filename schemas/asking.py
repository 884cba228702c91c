"""The wire of asking outside for a dossier."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class AskOutsideSchema(Schema):
    """Where the link is mailed."""

    email = fields.String(
        required=True,
        validate=validate.Length(min=3, max=254),
        metadata={"description": "an address from the primary school's own site"},
    )


class AskedNowSchema(Schema):
    """Six words, to be told by telephone."""

    reference = fields.String(required=True, metadata={"description": "stands in the mail, for the telephone"})
    words = fields.String(required=True, metadata={"description": "shown this once"})
    email = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, format="iso")
