"""The wire of the log: the trail of a handover, and pages for auditors. Pseudonyms and digests only."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

_MOST = 200
"""Lines a page at most."""


class TrailLineSchema(Schema):
    """One entry of the log. `seq` is null until it has its number, which takes seconds."""

    id = fields.String(required=True, metadata={"description": "32 hexadecimal symbols; sorts by time"})
    at = fields.AwareDateTime(required=True, format="iso")
    log = fields.String(required=True, metadata={"description": "the school year of leaving: 2026-2027"})
    seq = fields.Integer(required=True, allow_none=True, metadata={"description": "number in the log, from 0"})
    name = fields.String(required=True, metadata={"description": "what happened: handover.sent; for ever"})
    actor_id = fields.String(required=True, allow_none=True, metadata={"description": "null: the service"})
    unit_id = fields.String(required=True, allow_none=True)
    other_unit_id = fields.String(required=True, allow_none=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.String(required=True)
    facts = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "digests of sealed bytes, ids, states and counts, as the kind of event has them"},
    )


class TrailPageSchema(Schema):
    """A page of the log, the newest first."""

    lines = fields.List(fields.Nested(TrailLineSchema), required=True)
    before = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "give this to get the next page; null after the last"},
    )


class LogSearchSchema(Schema):
    """What an auditor looks for; all may be left out."""

    unit_id = fields.String(metadata={"description": "a unit on either side"})
    since = fields.AwareDateTime(format="iso")
    until = fields.AwareDateTime(format="iso", metadata={"description": "up to, but not at, this instant"})
    name = fields.String(validate=validate.Regexp(r"^[a-z][a-z_]*\.[a-z][a-z_]*\Z"))
    log = fields.String(validate=validate.Regexp(r"^\d{4}-\d{4}\Z"))
    before = fields.String(validate=validate.Regexp(r"^[0-9a-f]{32}\Z"))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=_MOST))

    @validates_schema
    def _period_runs_forward(self, data: dict[str, object], **_: object) -> None:
        since, until = data.get("since"), data.get("until")
        if since is not None and until is not None and since >= until:  # type: ignore[operator]  # both instants
            raise ValidationError({"until": ["Kies een einde na het begin."]})


class LogHeadSchema(Schema):
    """How far a log has grown."""

    name = fields.String(required=True, metadata={"description": "the school year of leaving: 2026-2027"})
    size = fields.Integer(required=True)
    root = fields.String(required=True, metadata={"description": "root of its Merkle tree, hexadecimal"})
    updated_at = fields.AwareDateTime(required=True, format="iso")


class LogHeadsSchema(Schema):
    """All logs, the newest school year first."""

    logs = fields.List(fields.Nested(LogHeadSchema), required=True)


class VerificationSchema(Schema):
    """What hashing every entry anew said."""

    is_sound = fields.Boolean(required=True)
    waiting = fields.Integer(required=True, metadata={"description": "entries that have no number yet"})
    lines = fields.List(fields.String(), required=True, metadata={"description": "the report, for people"})
