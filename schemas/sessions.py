"""The wire of sign-in. The words go in a body, the token comes back in one: neither is ever part of an address."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class SignInSchema(Schema):
    """Who signs in."""

    email = fields.String(required=True, validate=validate.Length(min=1, max=254))
    passphrase = fields.String(
        required=True, validate=validate.Length(min=1, max=200), metadata={"description": "the five words"}
    )
