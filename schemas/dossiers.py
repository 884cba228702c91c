"""What a dossier says, on the wire and (sealed) at rest. Unknown fields are refused: the list is closed by law."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from handover.terms.parent import Agreement, Custody, InspectionWay
from handover.terms.schooladvies import Schooladvies

LINE = validate.Length(max=200)
TEXT = validate.Length(max=6000)


def _line() -> fields.String:
    return fields.String(validate=LINE, load_default="")


def _text() -> fields.String:
    return fields.String(validate=TEXT, load_default="")


def _day() -> fields.Date:
    return fields.Date(allow_none=True, load_default=None)


class NameSchema(Schema):
    """Who the child is."""

    first_name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    infix = fields.String(validate=validate.Length(max=30), load_default="")
    last_name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    birth_date = fields.Date(required=True)


class PupilSchema(Schema):
    """Administrative facts; no birthplace, nationality or religion exists here."""

    sex = fields.String(validate=validate.OneOf(["", "m", "v", "x"]), load_default="")
    pupil_number = fields.String(validate=validate.Regexp(r"^(\d{9})?$"), load_default="")
    secret_address = fields.Boolean(load_default=False)
    street = _line()
    postcode = fields.String(validate=validate.Regexp(r"^([1-9]\d{3} ?[A-Za-z]{2})?$"), load_default="")
    place = _line()
    since = _day()


class AdviceSchema(Schema):
    """Schooladvies and doorstroomtoets."""

    preliminary = fields.Enum(Schooladvies, by_value=True, allow_none=True, load_default=None)
    preliminary_on = _day()
    test_name = _line()
    test_advice = fields.Enum(Schooladvies, by_value=True, allow_none=True, load_default=None)
    test_on = _day()
    no_test_reason = _line()
    final = fields.Enum(Schooladvies, by_value=True, allow_none=True, load_default=None)
    final_on = _day()
    motivation = _text()
    wish_pupil = _line()
    wish_parents = _line()


class ReportSchema(Schema):
    """The core of the OKR."""

    career = _text()
    results = _text()
    learning = _text()
    behaviour = _text()
    needs = _text()
    what_works = _text()
    absence = _text()


class ContactSchema(Schema):
    """Whom to call, and whether a conversation is asked for."""

    name = _line()
    telephone = fields.String(validate=validate.Length(max=30), load_default="")
    days = _line()
    conversation_asked = fields.Boolean(load_default=False)
    conversation_reason = _text()


class SupportSchema(Schema):
    """For a child with an OPP."""

    goal = _text()
    actions_agreed_on = _day()
    actions_waiver = _text()
    pupil_voice = _text()
    pupil_influence = _text()
    pupil_told = _text()
    pupil_waiver = _text()


class ParentFieldsSchema(Schema):
    """What can be said of one parent or guardian."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=150))
    relation = _line()
    custody = fields.Enum(Custody, by_value=True, load_default=Custody.YES)
    inspected_on = _day()
    inspected_way = fields.Enum(InspectionWay, by_value=True, allow_none=True, load_default=None)
    inspected_how = _line()
    copy_on = _day()
    copy_how = _line()
    agreement = fields.Enum(Agreement, by_value=True, load_default=Agreement.UNKNOWN)
    disagreement = _text()
    view = _text()
    school_dispute = fields.String(
        validate=TEXT,
        load_default="",
        metadata={"description": "parents who disagree about the school: holds the dossier until it is empty"},
    )


class ParentSchema(ParentFieldsSchema):
    """One parent or guardian as it is kept."""

    id = fields.String(required=True)
    copy_of = fields.Integer(load_default=0)


class ReportPartSchema(Schema):
    """The sealed record of the `work` room."""

    pupil = fields.Nested(PupilSchema, load_default=dict)
    advice = fields.Nested(AdviceSchema, load_default=dict)
    report = fields.Nested(ReportSchema, load_default=dict)
    contact = fields.Nested(ContactSchema, load_default=dict)
    parents = fields.List(fields.Nested(ParentSchema), load_default=list)


class ToDoSchema(Schema):
    """One thing that is left before sending."""

    section = fields.String(required=True)
    missing = fields.String(required=True)
    about = fields.String(required=True)
    text = fields.String(
        required=True,
        metadata={"description": "the sentence for people, in their language"},
    )
