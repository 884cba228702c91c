"""The wire of who somebody is and where they work: sessions, units, their people and groups. Never a child."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields


class _Closed(Schema):
    """Nothing that is not in the list."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


class MembershipSchema(_Closed):
    """One role at one unit, as it holds today."""

    unit_id = fields.String(required=True)
    role = fields.String(required=True, metadata={"description": "teacher, ib, po_admin, intake, care, …"})
    groups = fields.List(fields.String(), required=True, metadata={"description": "ids of the groups that are theirs"})


class SessionSchema(_Closed):
    """A session without its token."""

    person_id = fields.String(required=True)
    name = fields.String(required=True)
    memberships = fields.List(fields.Nested(MembershipSchema), required=True)
    ends_at = fields.AwareDateTime(
        required=True, format="iso", metadata={"description": "at the latest; sooner when nothing is asked for a while"}
    )


class BegunSessionSchema(SessionSchema):
    """A session that has begun. The token is shown this once."""

    token = fields.String(required=True, metadata={"description": "send it as Authorization: Bearer …"})


class GroupSchema(_Closed):
    """A group of a primary school in one school year."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    school_year = fields.String(required=True, metadata={"description": "2026-2027"})


class PersonSchema(_Closed):
    """Somebody who works at a unit."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    telephone = fields.String(required=True)
    roles = fields.List(fields.Nested(MembershipSchema), required=True)
    waits_for = fields.List(
        fields.String(), required=True, metadata={"description": "keys that somebody has yet to hand on: names, care"}
    )


class UnitSchema(_Closed):
    """What has keys and an inbox: a primary school, an intake unit, the samenwerkingsverband."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)


class UnitDetailSchema(UnitSchema):
    """A unit with who works there today."""

    side = fields.String(required=True, metadata={"description": "po, vo or swv"})
    brins = fields.List(fields.String(), required=True)
    standing = fields.String(required=True, metadata={"description": "waiting, certified, changed, run_out, …"})
    certified_until = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    people = fields.List(fields.Nested(PersonSchema), required=True)
    groups = fields.List(fields.Nested(GroupSchema), required=True)


class UnitsSchema(_Closed):
    """The units at which somebody works."""

    units = fields.List(fields.Nested(UnitSchema), required=True)
