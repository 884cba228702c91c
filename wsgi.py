"""For a WSGI server: `gunicorn wsgi:app`. Settings come from the environment (docs/operations.md)."""

from handover.app import create_app
from handover.log import configure_logging
from handover.services import open_services
from handover.settings import Settings

configure_logging()
app = create_app(open_services(Settings.from_environ()))
