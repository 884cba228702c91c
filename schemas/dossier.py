"""The wire of a whole dossier in preparation: what is sealed in two rooms, as one document."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.dossiers import ParentFieldsSchema, ReportPartSchema, SupportSchema


class WrittenParentSchema(ParentFieldsSchema):
    """One parent or guardian, with the copy that they were given."""

    id = fields.String(
        load_default="",
        validate=validate.Length(max=32),
        metadata={"description": "as it was read; empty for somebody new"},
    )
    copy_of = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0),
        metadata={"description": "the content version that the copy was made of"},
    )


class DossierSchema(ReportPartSchema):
    """What a dossier says, except its documents. PUT replaces all of it: what is left out becomes empty."""

    parents = fields.List(fields.Nested(WrittenParentSchema), load_default=list, validate=validate.Length(max=10))
    support = fields.Nested(SupportSchema, load_default=dict, metadata={"description": "only with an OPP"})
    has_opp = fields.Boolean(load_default=False)


class DossierAnswerSchema(DossierSchema):
    """A dossier as it is kept."""

    content_version = fields.Integer(
        required=True, metadata={"description": "what a parent's `copy_of` names when a copy is made now"}
    )
