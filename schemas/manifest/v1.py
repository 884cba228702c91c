"""The manifest of a bundle, version 1: the first file of the ZIP, `manifest.json`.

Offsets and lengths are bytes in the ZIP, of the file's own data (after its local header); files are stored, not
deflated, so that one document can be read by seeking.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

FORMAT = "warme-overdracht/1"


class PlaceSchema(Schema):
    """One of the two schools, as it was when sealed."""

    unit = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)
    brin = fields.String(required=True)


class FileSchema(Schema):
    """One file of the bundle."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    offset = fields.Integer(required=True, validate=validate.Range(min=0))
    length = fields.Integer(required=True, validate=validate.Range(min=0))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))
    pages = fields.Integer(load_default=0)
    findings = fields.List(fields.String(), load_default=list)


class ManifestSchema(Schema):
    """Who sent what to whom, and where each file lies."""

    format = fields.String(required=True, validate=validate.Equal(FORMAT))
    handover = fields.String(required=True)
    reference = fields.String(required=True)
    version = fields.Integer(required=True, validate=validate.Range(min=1))
    part = fields.String(required=True, validate=validate.OneOf(["dossier", "care"]))
    sealed_at = fields.String(required=True)
    checked_by = fields.String(
        required=True,
        metadata={"description": "what checked the documents, with its version"},
    )
    sender = fields.Nested(PlaceSchema, required=True)
    receiver = fields.Nested(PlaceSchema, required=True)
    files = fields.List(fields.Nested(FileSchema), required=True)
