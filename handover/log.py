"""The operators' log: one JSON line an event, with static names and facts as keywords. No personal data at all.

An exception is logged as its class and the places it went through, without message and without local values: both may
hold what a person typed.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog


def configure_logging() -> None:
    """Set it up for this process; libraries' own warnings go through it by name and level only."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _place_instead_of_message,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)


def _place_instead_of_message(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["places"] = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return event


class _Libraries(logging.Handler):
    """What libraries log: where and how bad, never what they say, which may quote a value."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning(
            "library_log", logger=record.name, at=f"{record.funcName}:{record.lineno}", importance=record.levelname
        )
