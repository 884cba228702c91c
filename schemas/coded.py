"""The wire of handovers with a code."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from schemas.schools import BRIN6


class SendWithCodeSchema(Schema):
    """To which school that takes no part, and where its link is mailed."""

    to = fields.String(required=True, validate=BRIN6, metadata={"description": "the location that you saw"})
    email = fields.String(
        required=True,
        validate=validate.Length(min=3, max=254),
        metadata={"description": "an address from the school's own site"},
    )
    second = fields.Boolean(
        load_default=False,
        metadata={"description": "beside the school that has it: VSO and another, while the TLV is undecided"},
    )


class CodeMadeSchema(Schema):
    """Six words, to be told by telephone."""

    handover_id = fields.String(required=True)
    words = fields.String(required=True, metadata={"description": "shown this once"})
    email = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, format="iso")


class TelephoneSchema(Schema):
    """Who said it, on the telephone."""

    by = fields.String(required=True, validate=validate.Length(min=1, max=150))
