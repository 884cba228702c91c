"""The whole year, chapter after chapter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handover.bundles.tasks import destroy_what_is_due
from tests.year.account import Played, account
from tests.year.chapters import CHAPTERS, forgotten
from tests.year.schools import Year


def play(year: Year) -> Played:
    """The whole year: each chapter, a few days apart, and the summer, the autumn and the last of January."""
    for chapter in CHAPTERS:
        chapter(year)
        year.let_pass(3)
    _reference, waiting = year.offered()
    year.let_pass(9)
    year.step("intake", waiting, "accept")
    _forgotten_year(year)
    return account(year)


def _forgotten_year(year: Year) -> None:
    forgotten(year)
    year.thread.region.clock.at = datetime(2028, 2, 1, 9, tzinfo=UTC)
    destroy_what_is_due(year.thread.services)
    year.thread.region.clock.pass_by(timedelta(days=29))
    destroy_what_is_due(year.thread.services)
