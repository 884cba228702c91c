"""The composition root of the web: pages and API over the same services."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from handover.access.api import api_access
from handover.access.api_units import api_units
from handover.access.current import find_visit, keep_language
from handover.access.pages_door import door
from handover.access.pages_join import join
from handover.access.pages_own import own
from handover.access.pages_region import region
from handover.access.pages_role_over import role_over
from handover.access.pages_saved import keep_this_form
from handover.access.pages_school import school
from handover.desk.api_resources import RESOURCES
from handover.desk.page_help import help_of_page
from handover.desk.pages_about import about
from handover.desk.pages_afterwards import afterwards
from handover.desk.pages_announced import announced
from handover.desk.pages_asking import asking
from handover.desk.pages_class import class_list
from handover.desk.pages_class_bulk import class_bulk
from handover.desk.pages_class_filling import class_filling
from handover.desk.pages_class_pdfs import class_pdfs
from handover.desk.pages_coded import coded
from handover.desk.pages_delivering import delivering
from handover.desk.pages_demo import demo_post
from handover.desk.pages_documents import documents
from handover.desk.pages_dossier import dossier
from handover.desk.pages_ending import ending
from handover.desk.pages_entering import entering
from handover.desk.pages_expected import expecting
from handover.desk.pages_expected_outcome import expected_outcome
from handover.desk.pages_filters import filters
from handover.desk.pages_guest import guest
from handover.desk.pages_hidden import hiding
from handover.desk.pages_inbox import inbox
from handover.desk.pages_many import many
from handover.desk.pages_matched import matched
from handover.desk.pages_mentor_invites import mentor_invites
from handover.desk.pages_mentor_reading import mentor_reading
from handover.desk.pages_mentors import mentors
from handover.desk.pages_outside import outside
from handover.desk.pages_parents import parents
from handover.desk.pages_questions import questions
from handover.desk.pages_reading import reading
from handover.desk.pages_sending import sending
from handover.desk.pages_sending_after import sending_after
from handover.desk.pages_talk import talk
from handover.desk.pages_undo import undoing
from handover.desk.sent import is_closed
from handover.desk.start import build_menu, start
from handover.desk.wording import word_all
from handover.dossiers.lock import close_when
from handover.oversight.pages_attention import attend
from handover.oversight.pages_bocs import dividing
from handover.oversight.pages_overview import standing
from handover.oversight.pages_settings import setting
from handover.services import EXTENSION, Services
from handover.web.api import ApiBlueprint, init_api
from handover.web.application import Application
from handover.web.health import health
from handover.web.setup import init_web
from handover.web.shell import (
    provide_form_keeper,
    provide_language_keeper,
    provide_menu,
    provide_page_help,
    provide_refusal,
    provide_visit,
)
from handover.web.uploads import FormRequest

PAGES = (
    health,
    start,
    about,
    door,
    own,
    join,
    school,
    region,
    announced,
    class_list,
    ending,
    class_bulk,
    class_pdfs,
    class_filling,
    dossier,
    documents,
    sending,
    sending_after,
    coded,
    outside,
    guest,
    asking,
    delivering,
    parents,
    hiding,
    expecting,
    expected_outcome,
    entering,
    inbox,
    many,
    filters,
    matched,
    talk,
    reading,
    afterwards,
    undoing,
    mentors,
    mentor_invites,
    mentor_reading,
    questions,
    standing,
    dividing,
    setting,
    attend,
)
API: tuple[ApiBlueprint, ...] = (api_access, api_units, *RESOURCES)
MAX_FORM = 3_000_000
"""Of one ordinary request, in bytes. Views that take documents stream them, and set a limit of their own."""


def create_app(services: Services) -> Flask:
    """The whole service as one WSGI application."""
    app = Application("handover", template_folder=None)
    app.request_class = FormRequest
    app.extensions[EXTENSION] = services
    app.secret_key = _secret_key(Path(services.settings.secret_key_file))
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM
    if services.settings.trusted_proxies:
        count = services.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    init_web(app, services)
    word_all()
    close_when(is_closed)
    api = init_api(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    if services.settings.demo:
        app.register_blueprint(demo_post)
    for blueprint in API:
        api.register_blueprint(blueprint)
    provide_visit(app, find_visit)
    provide_menu(app, build_menu)
    provide_page_help(app, help_of_page)
    provide_language_keeper(app, keep_language)
    provide_form_keeper(app, keep_this_form)
    provide_refusal(app, role_over)
    return app


def _secret_key(file: Path) -> bytes:
    """The key that signs what is no secret; made at the first start, the same for all processes."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(secrets.token_bytes(32))
        written.flush()
        os.fsync(written.fileno())
    with suppress(FileExistsError):  # another process was a moment earlier
        # Whole or not at all: whoever reads it half could start with a key that everybody can guess.
        os.link(made, file)
    made.unlink()
    return file.read_bytes()
