"""A whole dossier in preparation over the API: read as one, replaced as one, on the version that was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.db.base import new_id
from handover.desk.api_gates import asks, leaver
from handover.dossiers.content import Content, Support
from handover.dossiers.drafts import Draft, open_draft, save
from handover.errors import Invalid
from handover.policy import Action
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.typed import readable
from handover.web.api import ApiBlueprint
from handover.web.etag import etag_of, expected_version, require_current
from handover.web.operation import IF_MATCH, TAG, Gives, Takes, operation
from schemas.dossier import DossierAnswerSchema, DossierSchema

api_dossiers = ApiBlueprint("dossiers", __name__, url_prefix="/api/v1/leavers", description="Dossiers in voorbereiding")


@operation(
    api_dossiers,
    "GET",
    "/<reference>/dossier",
    gate=asks(Action.READ_DOSSIER, leaver),
    gives=Gives(schema=DossierAnswerSchema, headers=TAG),
)
def read(reference: str) -> ResponseReturnValue:
    """What a dossier says, except its documents."""
    actor = current_actor()
    with current_services().uow() as uow:
        draft = open_draft(uow, actor, reference)
        said = {
            **asdict(draft.content),
            "has_opp": draft.leaver.has_opp,
            "content_version": draft.leaver.content_version,
        }
    return said, 200, {"ETag": etag_of(_version(draft))}


@operation(
    api_dossiers,
    "PUT",
    "/<reference>/dossier",
    gate=asks(Action.EDIT_DOSSIER, leaver),
    takes=Takes(body=DossierSchema, parameters=(IF_MATCH,)),
    gives=Gives(status=204, headers=TAG),
    fails=(403, 409, 412, 503),
)
def write(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Replace what a dossier says; what is left out becomes empty."""
    services, actor = current_services(), current_actor()
    if expected_version() is None:
        msg = "needed here: the ETag of what you read"
        raise Invalid(msg, fields={"If-Match": msg})
    with services.uow() as uow:
        draft = open_draft(uow, actor, reference)
    require_current(_version(draft))
    said, has_opp = _content(given), given["has_opp"]
    _check(said, has_opp=has_opp, known=draft.leaver.content_version, today=local_day(services.clock.now()))
    save(services, actor, reference, said, read=draft, has_opp=has_opp, section="rapport")
    return "", 204, {"ETag": etag_of(_version(draft) + 1)}


def _version(draft: Draft) -> int:
    # Every save writes the report anew, the support part only when it changed: the first counts them all.
    return draft.report_version


def _content(given: dict[str, Any]) -> Content:
    given = _readable(given)
    said = Content.from_parts(given, given["support"])
    if said.pupil.secret_address:
        # Of a secret address nothing is kept, whatever somebody typed.
        said = replace(said, pupil=replace(said.pupil, street="", postcode="", place=""))
    return replace(said, parents=tuple(replace(one, id=one.id or new_id()) for one in said.parents))


def _readable(value: Any) -> Any:
    """The same, each text as a form of ours would have kept it."""
    if isinstance(value, dict):
        return {name: _readable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_readable(inner) for inner in value]
    return readable(value).strip() if type(value) is str else value  # no member of an enumeration


def _check(said: Content, *, has_opp: bool, known: int, today: date) -> None:
    """Hold what was given to what the parts cannot say of themselves.

    Raises:
        Invalid: with each place and what is wrong there.
    """
    wrong = {place: _("Deze dag komt nog.") for place, day in _days(said) if day > today}
    if said.support != Support() and not has_opp:
        wrong["/json/support"] = _("Hier staat tekst over een OPP, maar has_opp is false.")
    if len({one.id for one in said.parents}) < len(said.parents):
        wrong["/json/parents"] = _("Twee ouders hebben hetzelfde id.")
    for place, one in enumerate(said.parents):
        if one.copy_of > known:
            wrong[f"/json/parents/{place}/copy_of"] = _("Deze versie is er nog niet.")
    if wrong:
        raise Invalid(fields=wrong)


def _days(said: Content) -> Iterator[tuple[str, date]]:
    for section in ("pupil", "advice", "report", "contact", "support"):
        yield from _days_of(f"/json/{section}", getattr(said, section))
    for place, parent in enumerate(said.parents):
        yield from _days_of(f"/json/parents/{place}", parent)


def _days_of(place: str, part: Any) -> Iterator[tuple[str, date]]:
    for one in fields(part):
        value = getattr(part, one.name)
        if isinstance(value, date):
            yield f"{place}/{one.name}", value
