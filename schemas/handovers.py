"""The wire of handovers, as both schools see them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.destination import Outcome, Tlv
from schemas.dossiers import NameSchema
from schemas.pages import PageSchema
from schemas.schools import BRIN6

STATUSES = (
    "draft",
    "sealing",
    "offered",
    "accepted",
    "confirmed",
    "declined",
    "withdrawn",
    "released",
    "closed",
    "destroyed",
)
PARTS = ("dossier", "care")
KEPT_BECAUSE = ("complaint", "request", "investigation")
RELEASED_BECAUSE = ("other_school", "not_coming", "wrong_school")


class HandoverFilterSchema(PageSchema):
    """Which handovers."""

    status = fields.String(validate=validate.OneOf(STATUSES))
    side = fields.String(validate=validate.OneOf(["sender", "receiver"]))


class PartySchema(Schema):
    """One of the two schools."""

    unit_id = fields.String(required=True)
    name = fields.String(required=True)
    place = fields.String(required=True)
    brin = fields.String(required=True)


class ConversationStateSchema(Schema):
    """Whether the warm conversation was asked for, and what became of it."""

    asked = fields.Boolean(required=True)
    held_on = fields.Date(required=True, allow_none=True)
    waived = fields.Boolean(required=True)


_UNREAD = {"description": "null: you may not read what was sent, or not before it is received"}


class HandoverSchema(Schema):
    """One leaver's dossier going to one school."""

    id = fields.String(required=True)
    reference = fields.String(required=True)
    side = fields.String(required=True, metadata={"description": "yours: sender or receiver"})
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    origin = fields.String(
        required=True,
        validate=validate.OneOf(["sealed", "asked", "outside", "entered"]),
        metadata={
            "description": "sealed: by a school that takes part; asked: uploaded with link and words, unsigned; "
            "outside, entered: it went by another way, as sender or receiver said"
        },
    )
    version = fields.Integer(required=True)
    name = fields.Nested(
        NameSchema, required=True, allow_none=True, metadata={"description": "null: you hold no key, or it is over"}
    )
    sender = fields.Nested(PartySchema, required=True)
    receiver = fields.Nested(PartySchema, required=True)
    has_care = fields.Boolean(required=True, allow_none=True, metadata=_UNREAD)
    has_opp = fields.Boolean(required=True, allow_none=True, metadata=_UNREAD)
    conversation = fields.Nested(ConversationStateSchema, required=True, allow_none=True, metadata=_UNREAD)
    sent_at = fields.AwareDateTime(required=True, format="iso")
    offered_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    accepted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    ended_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    possible = fields.List(
        fields.String(), required=True, metadata={"description": "what you can do to it now: accept, withdraw, …"}
    )


class HandoversSchema(Schema):
    """A page of handovers, the last sent first."""

    handovers = fields.List(fields.Nested(HandoverSchema), required=True)
    after = fields.String(required=True, allow_none=True, metadata={"description": "null after the last"})


class UnmetSchema(Schema):
    """One thing that is left before the receiver can confirm."""

    unmet = fields.String(required=True)
    count = fields.Integer(required=True)


class HandoverDetailSchema(HandoverSchema):
    """A handover, and what stands between it and its confirmation."""

    left = fields.List(
        fields.Nested(UnmetSchema),
        required=True,
        allow_none=True,
        metadata={"description": "null unless it is accepted and you are its receiver"},
    )


class DeclineSchema(Schema):
    """Why it was sent to a wrong address. Refusing a child is an outcome, not this."""

    reason = fields.String(required=True, validate=validate.OneOf(["not_applied_here", "other_location", "double"]))


class ReopenSchema(Schema):
    """Why the confirmation is taken back."""

    reason = fields.String(required=True, validate=validate.OneOf(["too_early", "not_enrolled", "mistake"]))


class ReleaseSchema(Schema):
    """Why a handover that was received is let go of."""

    reason = fields.String(required=True, validate=validate.OneOf(RELEASED_BECAUSE))


class PlaceSchema(Schema):
    """Where in the receiving school it is taken care of. All three are set; null: nowhere, nobody."""

    brin = fields.String(required=True, validate=BRIN6, metadata={"description": "a location of the same school"})
    department_id = fields.String(required=True, allow_none=True)
    handler_id = fields.String(required=True, allow_none=True, metadata={"description": "somebody who reads there"})
    version = fields.Integer(
        load_default=None, allow_none=True, metadata={"description": "of the handover, as you saw it; null: any"}
    )


class MoveSchema(Schema):
    """Another school instead of the one that has the dossier."""

    to = fields.String(required=True, validate=BRIN6, metadata={"description": "BRIN of the location"})
    applied_on = fields.Date(required=True)
    tlv = fields.Enum(Tlv, by_value=True, load_default=Tlv.NOT_NEEDED)
    reason = fields.String(load_default="other_school", validate=validate.OneOf(RELEASED_BECAUSE))
    leaving = fields.String(
        load_default=None, allow_none=True, metadata={"description": "id of the handover that you saw; null: any"}
    )


class LetGoSchema(Schema):
    """Which of two schools is let go of."""

    handover_id = fields.String(required=True, metadata={"description": "refused unless it is the one that is to go"})


class OutcomeSchema(Schema):
    """What became of the application."""

    outcome = fields.Enum(Outcome, by_value=True, required=True)
    ground = fields.String(
        load_default="",
        validate=validate.Length(max=4000),
        metadata={"description": "needed with refused: why; sealed for both schools"},
    )
    tlv = fields.Enum(
        Tlv, by_value=True, load_default=None, allow_none=True, metadata={"description": "left out: stays as it is"}
    )
    tlv_until = fields.Date(load_default=None, allow_none=True, metadata={"description": "needed with granted"})


class KeepSchema(Schema):
    """Why it is kept longer, and until when."""

    until = fields.Date(required=True, metadata={"description": "the last day; at most a year from today"})
    because = fields.String(required=True, validate=validate.OneOf(KEPT_BECAUSE))


class SentDocumentSchema(Schema):
    """A document inside a handover. `number` counts from 1 within its part."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    pages = fields.Integer(required=True)
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    sha256 = fields.String(required=True)
    findings = fields.List(fields.String(), required=True)


class PartFilterSchema(Schema):
    """Which of the two rooms."""

    part = fields.String(load_default="dossier", validate=validate.OneOf(PARTS))


class ContentSchema(Schema):
    """What was sent in one part. Getting it counts as having read it."""

    part = fields.String(required=True, validate=validate.OneOf(PARTS))
    version = fields.Integer(required=True, metadata={"description": "rises with each supplement"})
    content = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "as in dossier.json of the bundle"}
    )
    documents = fields.List(fields.Nested(SentDocumentSchema), required=True)


class TrailSentenceSchema(Schema):
    """One thing that was done, in a sentence."""

    at = fields.AwareDateTime(required=True, format="iso")
    text = fields.String(required=True)


class TrailSentencesSchema(Schema):
    """What was done, the oldest first, as far as it concerns your school."""

    lines = fields.List(fields.Nested(TrailSentenceSchema), required=True)


class SealedWordsSchema(Schema):
    """Five words, shown this once, and the parts that can be fetched under them."""

    words = fields.String(required=True)
    parts = fields.List(fields.String(), required=True)


class GivenWordsSchema(Schema):
    """The five words that were shown."""

    words = fields.String(required=True, validate=validate.Length(max=200))


class UndoneSchema(Schema):
    """What became of taking a request back."""

    done = fields.Integer(required=True, metadata={"description": "handovers that are as they were before"})
    left = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "references of those that stay as they are: somebody went on from there"},
    )
