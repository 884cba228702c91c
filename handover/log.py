"""The operators' log: one JSON line an event, with static names and facts as keywords. No personal data at all.

An exception is logged as its class and the places it went through, without message and without local values: both may
hold what a person typed. So are those that nobody catches, and what libraries and Python itself warn of.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

log = structlog.get_logger()


def configure_logging() -> None:
    """Set it up for this process, to stderr. Twice does no harm."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _place_instead_of_message,
            # A value that is no JSON shows its class: its repr could be a whole row.
            structlog.processors.JSONRenderer(default=lambda value: f"<{type(value).__qualname__}>"),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed


def _place_instead_of_message(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["places"] = _places(error)
        event["causes"] = [type(cause).__qualname__ for cause in _causes(error)]
    return event


def _places(error: BaseException) -> list[str]:
    """The way the exception came, outermost first, e.g. `bundles/settling.py:34 settle`."""
    return [
        f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    while (cause := error.__cause__ or error.__context__) is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        error = cause


def _crashed(_kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(type(error), error, trace)
        return
    log.error("crashed", exc_info=error)


def _thread_crashed(arguments: threading.ExceptHookArgs) -> None:
    log.error("thread_crashed", exc_info=arguments.exc_value)


class _Libraries(logging.Handler):
    """What libraries log: where and how bad, never what they say, which may quote a value."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning(
            "library_log",
            logger=record.name,
            at=f"{record.funcName}:{record.lineno}",
            importance=record.levelname,
            exc_info=record.exc_info,
        )
