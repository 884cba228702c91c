"""The Flask application with three habits changed: no static route, no traceback in the log, a quick start."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from handover.web.errors import log_unexpected


class LazyRule(Rule):
    """A rule that learns to write its addresses when it is first asked for one.

    Werkzeug compiles two small programs for each rule at start. With three hundred rules that is most of the time that
    a process needs to begin, and hardly any of them is ever asked: pages write their addresses themselves.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  # Werkzeug's
        compiled = cache(super()._compile_builder)

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build


class Application(Flask):
    """Use in place of `Flask`."""

    url_rule_class = LazyRule

    def __init__(self, import_name: str, **options: Any) -> None:
        super().__init__(import_name, **{"static_folder": None, **options})

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log what even the error page failed on, by class and place: a message may quote a child."""
        if exc_info[1] is not None:
            log_unexpected(exc_info[1])
