"""The Flask application with two habits changed: no static route of its own, no traceback in the log."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from flask import Flask

from handover.web.errors import log_unexpected


class Application(Flask):
    """Use in place of `Flask`."""

    def __init__(self, import_name: str, **options: Any) -> None:
        super().__init__(import_name, **{"static_folder": None, **options})

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log what even the error page failed on, by class and place: a message may quote a child."""
        if exc_info[1] is not None:
            log_unexpected(exc_info[1])
