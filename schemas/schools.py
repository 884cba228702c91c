"""The wire of schools, as the open register has them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.school_kind import SchoolKind, Side

BRIN6 = validate.Regexp(r"^[0-9]{2}[A-Z]{2}[0-9]{2}\Z", error="A BRIN of four and two digits for the location: 25FY00.")


class LocationSearchSchema(Schema):
    """What to look for."""

    q = fields.String(
        required=True,
        validate=validate.Length(min=1, max=100),
        metadata={"description": "words of its name, its place, or its BRIN, in any order"},
    )
    side = fields.Enum(Side, by_value=True, load_default=Side.VO)


class LocationSchema(Schema):
    """One location of a school."""

    brin = fields.String(required=True, metadata={"description": "BRIN with the location's two digits: 25FY00"})
    name = fields.String(required=True)
    place = fields.String(required=True)
    kind = fields.Enum(SchoolKind, by_value=True, required=True)
    takes_part = fields.Boolean(required=True, metadata={"description": "whether something can be sent to it here"})


class LocationsSchema(Schema):
    """At most twenty; more words find fewer."""

    locations = fields.List(fields.Nested(LocationSchema), required=True)


class SchoolSchema(Schema):
    """A school as nobody can take it for another: with its place, and the location's BRIN."""

    name = fields.String(required=True)
    place = fields.String(required=True)
    brin = fields.String(required=True)
