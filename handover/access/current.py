"""Whose request this is: the session behind its cookie, or under `/api/` behind its bearer token.

A cookie counts for nothing on the API and a token for nothing on a page, so neither can be used for the other's sake.
"""

from __future__ import annotations

from flask import Response, g, request
from flask_babel import lazy_gettext
from sqlalchemy import select

from handover.access.labels import ROLES
from handover.access.model import SessionKind
from handover.access.sessions import FoundSession, SessionView, find_session
from handover.errors import NotSignedIn
from handover.policy import Actor, Role
from handover.schools.model import Person, Unit
from handover.services import current_services
from handover.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from handover.web.shell import Viewer, Visit
from handover.web.visit import current_visit, forget_visit

BEARER = "Bearer "
API = "/api/"


def current_actor() -> Actor:
    """Who acts in this request.

    Raises:
        NotSignedIn: nobody, or their session has ended.
    """
    found = _found()
    if found is None or found.actor is None:
        raise NotSignedIn
    # Language and menu ask for the visit too, and would open a transaction within whatever one is open by then.
    current_visit()
    return found.actor


def actor_now() -> Actor:
    """Who acts, asked anew: a role may have ended while something long came in.

    Raises:
        NotSignedIn: nobody, or their session has ended.
    """
    forget_session()
    return current_actor()


def actor_here(*roles: Role) -> Actor:
    """Who acts, at the school that they chose, for lists; as they are where they chose none or have no such role.

    What a list leaves out is no less theirs: by its address it opens as before.

    Raises:
        NotSignedIn: nobody, or their session has ended.
    """
    actor, session = current_actor(), current_session()
    here = actor.at(session.unit_id if session else None)
    return here if here.units_as(*roles) else actor


def current_session() -> SessionView | None:
    """The session of this request, ended less than an hour ago at most."""
    found = _found()
    return found.view if found else None


def current_secret() -> str | None:
    """What the browser or the client proves its session with."""
    if _is_api():
        given = request.headers.get("Authorization", "")
        return given.removeprefix(BEARER).strip() if given.startswith(BEARER) else None
    return read_cookie(SESSION)


def find_visit() -> Visit | None:
    """For the shell: the session's hash, and who it is if it has not ended."""
    found = _found()
    if found is None:
        return None
    viewer = _viewer(found.view, found.actor) if found.actor else None
    return Visit(session_hash=found.view.hash, viewer=viewer, by_token=_is_api())


def keep_language(viewer: Viewer, language: str) -> None:
    """A person's choice goes with them to the next browser."""
    with current_services().uow() as uow:
        uow.session.get_one(Person, viewer.person_id).language = language
        uow.commit()


def give_session(response: Response, secret: str) -> Response:
    """Let the browser keep a new session; until it closes, or the service ends it."""
    set_cookie(response, SESSION, secret)
    forget_session()
    return response


def take_up(secret: str) -> None:
    """Go on in a session that has just begun: what is drawn in this very request belongs to it."""
    forget_session()
    g.session_found = find_session(current_services(), secret, kind=SessionKind.BROWSER)


def drop_session(response: Response) -> Response:
    """Take the session's cookie from the browser."""
    drop_cookie(response, SESSION)
    forget_session()
    return response


def forget_session() -> None:
    """Ask anew who this is: the request has just signed somebody in or out."""
    g.pop("session_found", None)
    forget_visit()


def _found() -> FoundSession | None:
    if "session_found" not in g:
        g.session_found = None
        secret = current_secret()
        kind = SessionKind.BEARER if _is_api() else SessionKind.BROWSER
        g.session_found = find_session(current_services(), secret, kind=kind) if secret else None
    found: FoundSession | None = g.session_found
    return found


def _is_api() -> bool:
    return request.path.startswith(API)


def _viewer(view: SessionView, actor: Actor) -> Viewer:
    first = next(iter(actor.at(view.unit_id).memberships), None)
    if first is None:
        return Viewer(person_id=view.person_id, name=view.name, language=view.language)
    ids = {membership.unit_id for membership in actor.memberships}
    with current_services().uow() as uow:
        units = {unit.id: (unit.name, unit.place) for unit in uow.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    name, town = units[first.unit_id]
    return Viewer(
        person_id=view.person_id,
        name=view.name,
        role=lazy_gettext(ROLES[first.role]),
        unit=name,
        town=town,
        language=view.language,
        schools=tuple((one, ", ".join(units[one])) for one in sorted(ids, key=units.__getitem__))
        if len(ids) > 1
        else (),
        chosen=first.unit_id if first.unit_id == view.unit_id else "",
    )
