"""The wire of what the samenwerkingsverband sees: numbers, schools and references. Never a name of a child."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.destination import Passage


class MineSchema(Schema):
    """Whose schools."""

    mine = fields.Boolean(
        load_default=False,
        metadata={"description": "only what concerns your own schools as boc’er; all where you have none"},
    )


class OverviewSearchSchema(MineSchema):
    """Which schools of the overview."""

    municipality = fields.String(
        load_default="", validate=validate.Length(max=100), metadata={"description": "its name; left out for all"}
    )
    part = fields.Integer(
        load_default=1,
        validate=validate.Range(min=1, max=9_999),
        metadata={"description": "which part of the schools, from 1; beyond the last: the last"},
    )


def _hidden(meaning: str) -> fields.Integer:
    return fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": f"{meaning}; null for fewer than three children, where it would tell of one"},
    )


class CountsSchema(Schema):
    """Children by how far their dossier is."""

    total = fields.Integer(required=True, metadata={"description": "all who leave, or left, this school year"})
    untold = fields.Integer(
        required=True,
        metadata={
            "description": "of these: children of schools so small that they are in no number but the last three"
        },
    )
    unsent = _hidden("whose dossier is nowhere yet")
    offered = _hidden("sent, not received")
    accepted = _hidden("received, not confirmed")
    confirmed = _hidden("confirmed by the secondary school")
    elsewhere = _hidden("who go to no secondary school")
    late = fields.Integer(required=True, metadata={"description": "waiting at a school longer than `long_wait`"})
    back = fields.Integer(required=True, metadata={"description": "came back, and nothing was sent since"})
    nowhere = fields.Integer(required=True, metadata={"description": "of those unsent: nobody knows of an application"})


class RegionSchoolSchema(Schema):
    """A school that takes part or was invited."""

    id = fields.String(required=True, metadata={"description": "of its unit"})
    name = fields.String(required=True)
    place = fields.String(required=True)
    municipality = fields.String(required=True)
    telephone = fields.String(required=True, metadata={"description": "empty where the register has none"})


class MunicipalityLineSchema(Schema):
    """A municipality with all its schools."""

    name = fields.String(required=True)
    counts = fields.Nested(CountsSchema, required=True)


class SchoolLineSchema(Schema):
    """A primary school that takes part."""

    school = fields.Nested(RegionSchoolSchema, required=True)
    counts = fields.Nested(CountsSchema, required=True)


class CallSchema(Schema):
    """Somebody should ring this school."""

    why = fields.String(
        required=True,
        metadata={"description": "back, nowhere (as in the counts), or late: this secondary school does not receive"},
    )
    number = fields.Integer(required=True, metadata={"description": "about so many children"})
    school = fields.Nested(RegionSchoolSchema, required=True)


class OverviewSchema(Schema):
    """How far the region is."""

    year = fields.String(required=True, metadata={"description": "the school year of leaving: 2026-2027"})
    long_wait = fields.Integer(required=True, metadata={"description": "school days"})
    whole = fields.Nested(CountsSchema, required=True)
    municipalities = fields.List(fields.Nested(MunicipalityLineSchema), required=True)
    schools = fields.List(fields.Nested(SchoolLineSchema), required=True, metadata={"description": "one part"})
    part = fields.Integer(required=True)
    parts = fields.Integer(required=True)
    calls = fields.List(
        fields.Nested(CallSchema), required=True, metadata={"description": "the most pressing first, at most 500"}
    )


class SchoolToCallSchema(Schema):
    """A school as somebody who calls must know it."""

    name = fields.String(required=True)
    place = fields.String(required=True)
    telephone = fields.String(required=True, metadata={"description": "empty where it is not known"})


class DoubleSchema(Schema):
    """A child whom more than one secondary school says to have."""

    reference = fields.String(required=True)
    sender = fields.Nested(SchoolToCallSchema, required=True)
    receivers = fields.List(fields.Nested(SchoolToCallSchema), required=True)


class PairSchema(Schema):
    """A child whose dossier lies at two schools, of which one is to let go of it."""

    reference = fields.String(required=True)
    because = fields.String(
        required=True, metadata={"description": "confirmed: the other school has; or tlv_refused, tlv_granted"}
    )
    sender = fields.Nested(SchoolToCallSchema, required=True)
    to_let_go = fields.Nested(SchoolToCallSchema, required=True)


class ClosedSchema(Schema):
    """A school that the open register no longer has, with children on their way to it, or from it."""

    school = fields.Nested(SchoolToCallSchema, required=True)
    closed_on = fields.Date(required=True)
    goes_there = fields.Boolean(required=True, metadata={"description": "otherwise they come from there"})
    call = fields.Nested(SchoolToCallSchema, required=True, metadata={"description": "the school at the other end"})
    references = fields.List(fields.String(), required=True)
    announced = fields.Integer(required=True, metadata={"description": "applications without a reference yet"})


class _WaitingSchema(Schema):
    sender = fields.Nested(SchoolToCallSchema, required=True)
    since = fields.Date(required=True)
    waited = fields.Integer(required=True, metadata={"description": "school days"})


class PassingSchema(_WaitingSchema):
    """A child that left for another primary school, which has not said that it knows the child."""

    reference = fields.String(required=True)
    state = fields.Enum(Passage, by_value=True, required=True)
    to = fields.Nested(
        SchoolToCallSchema, required=True, allow_none=True, metadata={"description": "null: in no register"}
    )


class StuckSchema(_WaitingSchema):
    """An application that leads to no dossier."""

    receiver = fields.Nested(SchoolToCallSchema, required=True)


class AttentionSchema(Schema):
    """Who may fall between two schools, by reference, the longest waiting first."""

    long_wait = fields.Integer(
        required=True, metadata={"description": "school days without an answer, after which somebody calls"}
    )
    doubles = fields.List(fields.Nested(DoubleSchema), required=True)
    pairs = fields.List(fields.Nested(PairSchema), required=True)
    closed = fields.List(fields.Nested(ClosedSchema), required=True)
    passing = fields.List(fields.Nested(PassingSchema), required=True)
    not_known = fields.List(
        fields.Nested(StuckSchema),
        required=True,
        attribute="unknown",
        metadata={"description": "the primary school does not know the child"},
    )
    unanswered = fields.List(
        fields.Nested(StuckSchema), required=True, metadata={"description": "the primary school does not answer"}
    )
    absent = fields.List(
        fields.Nested(StuckSchema), required=True, metadata={"description": "the primary school takes no part"}
    )


class YearSchema(Schema):
    """The dates of those who leave in one school year."""

    year = fields.String(required=True, metadata={"description": "2026-2027"})
    send_before = fields.Date(required=True, allow_none=True, metadata={"description": "null: the region set none"})
    first_school_day = fields.Date(
        required=True, metadata={"description": "of the secondary schools, after the summer"}
    )
    retained_until = fields.Date(required=True, metadata={"description": "the last day of what was sent"})


class RegionSettingsSchema(Schema):
    """The region's dates and numbers of days, as they count now."""

    years = fields.List(fields.Nested(YearSchema), required=True)
    long_wait = fields.Integer(required=True, metadata={"description": "school days until the region calls"})
    late_key_work = fields.Integer(
        required=True, metadata={"description": "school days until what waits for a key is on the admin’s list too"}
    )
    remind_before = fields.Integer(
        required=True, metadata={"description": "days before the first school day, from which mentors are reminded"}
    )
    warn_before = fields.Integer(
        required=True, metadata={"description": "days before the last day, from which both schools are told"}
    )
    two_schools = fields.Boolean(
        required=True,
        metadata={"description": "a dossier may lie at VSO and at another school while the TLV is undecided"},
    )
