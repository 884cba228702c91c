"""The page of the inbox: one step of it, narrowed, with what can be done to what is chosen."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from handover.access.current import actor_here
from handover.bundles.many import MOST, unfinished
from handover.db.base import new_id
from handover.desk.expected import expected_count
from handover.desk.inbox import READERS, Asked, Inbox, chosen_by, open_inbox, places
from handover.desk.inbox_address import inbox_href
from handover.desk.inbox_counts import Tab, new_ones
from handover.desk.inbox_filters import filters_of
from handover.desk.inbox_tabs import inbox_tabs
from handover.desk.inbox_together import Account, doable, going
from handover.errors import NotFound
from handover.policy import Actor
from handover.services import current_services
from handover.web.templating import render

_TOGETHER = frozenset({Tab.NEW, Tab.RECEIVED})
"""Steps of which all can be chosen at once: on each of their rows the same can be done."""


def unit_asked(actor: Actor, asked: str) -> str | None:
    """The unit whose inbox is meant; None when there is a choice to be made.

    Raises:
        NotFound: it is none of theirs.
    """
    their_units = (actor if asked else actor_here(*READERS)).units_as(*READERS)
    if not their_units or (asked and asked not in their_units):
        raise NotFound
    if asked:
        return asked
    return their_units[0] if len(their_units) == 1 else None


def named_unit(actor: Actor, unit_id: str) -> str | None:
    """The unit as it is named in an address: only where there are more."""
    return unit_id if len(actor.units_as(*READERS)) > 1 else None


def list_page(
    actor: Actor, shown: Inbox, *, text: str = "", back: Asked | None = None, account: Account | None = None
) -> Response:
    """The page. `text` is what was searched for, from `back`; `account` tells of what was just done to many."""
    unit_id, asked = shown.unit.unit_id, replace(shown.asked, after=None)
    bij, sent = named_unit(actor, unit_id), _sent()
    wants_all = sent.get("kies") == "filter" and asked.tab in _TOGETHER and not text
    with current_services().uow() as uow:
        tabs = inbox_tabs(shown.counts, expected_count(uow, unit_id), now=shown.tab, bij=bij)
        filters = filters_of(uow, actor, shown, bij=bij)
        left = [] if account else [going(one) for one in unfinished(uow, actor, unit_id)]
        here = {row.handover_id for row in shown.page.rows}
        elsewhere = (
            [key for key in chosen_by(uow, actor, unit_id, asked, most=MOST) if key not in here] if wants_all else []
        )
    after = sent.get("after")
    return render(
        "desk/dossiers.html",
        postvak=shown,
        samen_te_doen=doable(shown.roles),
        uitkomsten=account,
        gedaan=account.done if account else 0,
        gedaan_heet=account.what if account else "",
        bezig=left,
        tabs=tabs,
        tab=shown.tab,
        bij=bij or "",
        filters=filters,
        van=asked.school,
        zoek=text,
        wie=asked.handler,
        afd=asked.department,
        alleen=[mark.value for mark in asked.marks],
        alles=sent.get("kies") == "alle" or wants_all,
        ook_elders=elsewhere,
        meer_dan_hier=shown.total > len(shown.page.rows) and asked.tab in _TOGETHER and not text,
        druk=new_id(),
        kies_alle=inbox_href(asked, bij=bij, kies="alle", after=after),
        kies_filter=inbox_href(asked, bij=bij, kies="filter", after=after),
        kies_geen=inbox_href(asked, bij=bij, after=after),
        hier=inbox_href(asked, bij=bij, after=after),
        eerste=inbox_href(asked, bij=bij) if after else "",
        volgende=inbox_href(asked, bij=bij, after=shown.page.after) if shown.page.after else "",
        stap=(back or asked).tab.value,
        weer_alles=url_for("inbox.show", stap=(back or asked).tab.value, bij=bij),
    )


def account_page(actor: Actor, unit_id: str, asked: Asked, account: Account) -> Response:
    """What became of what was done to many, above the part of the inbox that they came from."""
    with current_services().uow() as uow:
        shown = open_inbox(uow, actor, unit_id, asked)
    return list_page(actor, shown, account=account)


def choose_page(actor: Actor) -> Response:
    """Which of their schools is meant."""
    with current_services().uow() as uow:
        found = places(uow, actor)
        waiting = new_ones(uow, [place.unit_id for place in found])
    return render("desk/dossiers-kiezen.html", scholen=[(place, waiting.get(place.unit_id, 0)) for place in found])


def _sent() -> MultiDict[str, str]:
    return request.args if request.method == "GET" else MultiDict()
