"""A small service of nothing but the shell: each macro, each error and each script."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session, sessionmaker

from handover.db.base import Base
from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.errors import (
    Conflict,
    Expired,
    HandoverError,
    IllegalTransition,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Unavailable,
)
from handover.settings import Settings
from handover.terms.clock import Clock
from handover.web.api import init_api
from handover.web.application import Application
from handover.web.etag import require_current, set_version
from handover.web.idempotency import PARAMETER, idempotent
from handover.web.messages import Notice, tell
from handover.web.setup import init_web
from handover.web.shell import MenuItem, Viewer, Visit, provide_menu, provide_visit
from handover.web.templating import render

NOON = datetime(2027, 4, 13, 10, 42, tzinfo=UTC)
MARIEKE = Viewer(person_id="p" * 32, name="Marieke Janssen", role="leerkracht 8a", unit="De Hommel", town="Venray")
ERRORS: dict[str, HandoverError] = {
    "weg": NotFound(),
    "verboden": NotAllowed(),
    "afgemeld": NotSignedIn(),
    "verder": IllegalTransition(),
    "botsing": Conflict(),
    "ongeldig": Invalid(fields={"naam": "Vul de naam in."}),
    "verlopen": Expired(),
    "druk": Unavailable(retry_after=7),
}
STATIONS = ("dossier", "ouders", "verstuurd", "ontvangen", "bevestigd")
PUPILS = (
    (
        "Lieke",
        "van den Heuvel",
        "done done stop todo todo",
        "Kies opnieuw: Dendron gaf het dossier terug",
        "stop",
    ),
    ("Noah", "Wójcik", "done done done done now", "Beantwoord de vraag van het Raayland", "letop"),
    ("Sara", "Bouzidi", "done wait todo todo todo", "Ouders lezen mee tot 16 april", "wacht"),
    ("Teun", "Vissers", "done done done done done", "Bevestigd op 12 april", "klaar"),
)


@dataclass(kw_only=True)
class StoppedClock:
    """A clock that shows what it was set to."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True, kw_only=True)
class GalleryServices:
    """The three services that the shell asks for."""

    settings: Settings
    clock: Clock
    sessions: sessionmaker[Session]

    def uow(self) -> UnitOfWork:
        return UnitOfWork(self.sessions, self.clock)


@dataclass(kw_only=True)
class Gallery:
    """The application, who it takes its visitor for, and what reached it."""

    app: Flask
    clock: StoppedClock
    visit: Visit | None = None
    received: list[tuple[str, int]] = field(default_factory=list)
    done: int = 0


def signed_in(viewer: Viewer = MARIEKE, *, by_token: bool = False, session: str = "s1") -> Visit:
    return Visit(session_hash=session, viewer=viewer, by_token=by_token)


class ThingSchema(Schema):
    """What the gallery's API takes."""

    title = fields.String(required=True)


def a_gallery(folder: Path, *, base_url: str = "http://127.0.0.1:8600") -> Gallery:
    """A gallery with a database in `folder`."""
    engine = make_engine(f"sqlite:///{folder / 'gallery.sqlite'}")
    Base.metadata.tables["idempotency_key"].create(engine)
    clock = StoppedClock()
    services = GalleryServices(settings=Settings(base_url=base_url), clock=clock, sessions=session_factory(engine))
    app = Application("gallery", template_folder=str(Path(__file__).parent / "templates"))
    app.secret_key = "only for the gallery"
    init_web(app, services)
    gallery = Gallery(app=app, clock=clock)
    provide_visit(app, lambda: gallery.visit)
    provide_menu(app, lambda _viewer: MENU)
    _add_pages(gallery)
    _add_api(gallery)
    return gallery


MENU = (
    MenuItem(label="Mijn groep", href="/galerij/lijst", is_current=True),
    MenuItem(label="Vragen", href="/galerij/dossier", count=1, count_means="nieuwe"),
    MenuItem(label="Gesprekken", href="/galerij/velden"),
)


def _add_pages(gallery: Gallery) -> None:
    app = gallery.app

    @app.get("/galerij/<page>")
    def page(page: str) -> Response:
        return render(f"galerij/{page}.html", **CONTEXT)

    @app.get("/fout/<name>")
    def fails(name: str) -> Response:
        raise ERRORS.get(name) or RuntimeError("Jan Jansen is gezakt")

    @app.post("/doe")
    def do() -> Response:
        gallery.done += 1
        tell(
            Notice(
                text="Het dossier is verstuurd.",
                undo_href="/doe",
                undo_label="Haal terug",
                undo_until="Dat kan tot het is ontvangen.",
            )
        )
        return render("galerij/lijst.html", **CONTEXT)

    @app.post("/bestanden")
    def take() -> Response:
        for file in request.files.getlist("bestand"):
            if (file.filename or "").startswith("geweigerd"):
                raise Invalid(fields={"bestand": "Er zit een programma in dit bestand."})
            gallery.received.append((file.filename or "", len(file.read())))
        return Response(status=204)

    @app.get("/document.pdf")
    def document() -> Response:
        return Response(a_pdf(("Wat Noah nodig heeft", "Lezen", "Doel voor de brugklas")), mimetype="application/pdf")


def _add_api(gallery: Gallery) -> None:
    api = init_api(gallery.app)
    blueprint = Blueprint("things", "things", url_prefix="/api/v1/things", description="Dingen om te proberen")

    def make(thing: dict[str, str]) -> tuple[dict[str, str], int, dict[str, str]]:
        """Make a thing."""
        if thing["title"] == "refuse":
            raise IllegalTransition
        gallery.done += 1
        return thing, 201, {"Location": f"/api/v1/things/{gallery.done}"}

    def change(thing: dict[str, str], number: int) -> dict[str, str]:
        """Change a thing that is on version 3."""
        require_current(3)
        gallery.done += number
        return thing

    def read(number: int) -> Response:
        """Read a thing."""
        return set_version(Response(str(number)), 3)

    def fail(name: str) -> Response:
        """Fail in a chosen way."""
        raise ERRORS.get(name) or RuntimeError("Jan Jansen is gezakt")

    # Called, not put above the functions: flask-smorest's decorators carry no types.
    takes, gives = blueprint.arguments(ThingSchema), blueprint.response(200, ThingSchema)
    makes = blueprint.alt_response(409, schema=api.ERROR_SCHEMA)(takes(blueprint.response(201, ThingSchema)(make)))
    makes = blueprint.doc(parameters=[PARAMETER])(idempotent(makes))
    blueprint.route("", methods=["POST"])(makes)
    blueprint.route("/<int:number>", methods=["PUT"])(takes(gives(change)))
    blueprint.route("/<int:number>", methods=["GET"])(read)
    blueprint.route("/fail/<name>", methods=["GET"])(fail)
    api.register_blueprint(blueprint)


def a_pdf(pages: tuple[str, ...]) -> bytes:
    """A PDF of one line a page in Helvetica, which is not in the file: the viewer has to bring it."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages))), len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, text in enumerate(pages):
        content = b"BT /F1 24 Tf 72 740 Td (" + text.encode("cp1252") + b") Tj ET"
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
            b"/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(body),
    )


CONTEXT: dict[str, Any] = {
    "today": date(2027, 4, 13),
    "noon": NOON,
    "stations": STATIONS,
    "pupils": [
        (first, last, list(zip(STATIONS, states.split(), strict=True)), step, tone)
        for first, last, states, step, tone in PUPILS
    ],
}
