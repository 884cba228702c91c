"""The application for a WSGI server of your own. Settings come from the environment (docs/operations.md).

Serve with `handover web`: that also lets go of slow clients, keeps addresses out of the log and cores off the disk.
"""

from handover.app import create_app
from handover.log import configure_logging
from handover.services import open_services
from handover.settings import Settings

configure_logging()
app = create_app(open_services(Settings.from_environ()))
