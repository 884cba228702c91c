"""The wire of a draft's documents."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.document_kind import DocumentKind


class UploadSchema(Schema):
    """What comes with a document. Its title goes in Content-Disposition, because addresses are written down."""

    kind = fields.Enum(
        DocumentKind, by_value=True, metadata={"description": "left out: guessed by the name of the file"}
    )


class FindingSchema(Schema):
    """One thing that the check saw."""

    finding = fields.String(required=True, metadata={"description": "stable: no_text_layer, form_fields, signed, …"})
    text = fields.String(required=True, metadata={"description": "the sentence for people, in their language"})


class KeptDocumentSchema(Schema):
    """A document of a draft, as its own school sees it."""

    id = fields.String(required=True)
    kind = fields.Enum(DocumentKind, by_value=True, required=True)
    title = fields.String(required=True)
    pages = fields.Integer(required=True)
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class DocumentsSchema(Schema):
    """The report first, then in the order in which they came."""

    documents = fields.List(fields.Nested(KeptDocumentSchema), required=True)


class ChangedDocumentSchema(Schema):
    """What a document is called, or what it is; what is left out stays."""

    title = fields.String(validate=validate.Length(min=1, max=400))
    kind = fields.Enum(DocumentKind, by_value=True)
