"""A secondary school's inbox, names opened, and a search by name, over HTTP: alone, and among a national year.

`python -m bench.inbox 20000` takes fewer children; a second word is the URL of an empty PostgreSQL database.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bench.national import analyse, child, fill, write
from bench.opening import one, sign_in
from bench.rows import Row, disk
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.state import BundleStatus, HandoverStatus
from handover.db.base import new_id
from handover.leavers.model import Announcement, Application, Leaver
from handover.oversight.counting import watched_year
from handover.rooms.cards import valid_card
from handover.rooms.names import give_name
from handover.schools.model import UnitSide
from handover.terms.clock import local_day
from handover.terms.destination import Announced
from keys.circle import Circle
from tests.factories.access import GivenUnit, given_enrolled_unit
from tests.factories.thread import Thread
from tests.promises.place import given_place
from tests.promises.processes import Processes

SCHOOLS, CHILDREN = 8_000, 180_000
_OWN, _FROM = 500, 40
"""Children of primary schools that this secondary school hears from: of four in five it has a dossier."""
_ROUNDS = 40
_INBOX, _SEARCH = 60.0, 150.0
"""Milliseconds, of nineteen in twenty."""
_FIRST = ("Noah", "Emma", "Sem", "Julia", "Daan", "Mila", "Finn", "Tess", "Luuk", "Sara")
_LAST = ("Janssen", "Peeters", "Hendriks", "Wójcik", "Vermeulen", "Yılmaz", "Driessen", "Smits")


def rows(children: int = CHILDREN, url: str | None = None) -> Iterator[Row]:
    """Measure at two installations in turns: of this school alone, and of a national year around it."""
    with tempfile.TemporaryDirectory(dir=disk()) as home:
        running: list[Processes] = []
        try:
            visitors = {}
            for name, total in (("alone", 0), (f"among {children:,}", children)):
                place = Path(home) / f"of-{total}"
                changed = {"database_url": url} if url and total else {}
                thread = given_place(place / "place", **changed)
                _given_inbox(thread, total)
                kind = thread.region.engine.dialect.name
                thread.region.engine.dispose()
                running.append(Processes(place / "place"))
                client = httpx.Client(base_url=running[-1].web(), timeout=60)
                sign_in(client, thread.intake)
                visitors[f"{name}, {kind}"] = client
            yield from _measured(visitors)
        finally:
            for processes in running:
                processes.end()


def _given_inbox(thread: Thread, total: int) -> None:
    """Some 400 dossiers from 40 schools in the inbox of the Raayland, and so many children elsewhere."""
    engine, now = thread.region.engine, thread.region.clock.now()
    if total:
        fill(engine, now, schools=SCHOOLS, children=total, swv="PO3101")
    schools = [
        given_enrolled_unit(thread.region, UnitSide.PO, f"De Zwaluw {n}", brin6=f"{10 + n}ZW00") for n in range(_FROM)
    ]
    year = watched_year(local_day(now)).name
    made = [child(10**6 + n, [one.id for one in schools], [thread.vo.id], year, now) for n in range(_OWN)]
    here = {"receiver_brin": thread.vo.brin6}
    write(engine, Leaver, (leaver for leaver, _, _ in made))
    write(engine, Application, (application | here for _, application, _ in made if application))
    write(engine, Announcement, (_announced(one | here, thread.vo.id, now) for _, one, _ in made if one))
    handovers = [handover | here for _, _, handover in made if handover]
    write(engine, Handover, handovers)
    bundles = [_bundle(handover) for handover in handovers if handover["status"] is not HandoverStatus.DECLINED]
    write(engine, Bundle, bundles)
    write(engine, SealedPart, (_part(bundle["id"]) for bundle in bundles))
    _name_them(thread, schools, handovers)
    analyse(engine)


def _announced(application: Mapping[str, Any], unit_id: str, now: datetime) -> dict[str, Any]:
    """The secondary school said by a code that the child applied: of each the inbox asks whether it has come."""
    return {
        "id": new_id(),
        "receiver_unit_id": unit_id,
        "receiver_brin": application["receiver_brin"],
        "leaver_id": application["leaver_id"],
        "application_id": application["id"],
        "state": Announced.BY_CODE,
        "applied_on": local_day(now),
        "announced_by": unit_id,
        "announced_at": now,
    }


def _bundle(handover: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "handover_id": handover["id"],
        "number": 1,
        "status": BundleStatus.SETTLED,
        "letter": "",
        "letter_digest": "0" * 64,
        "content_version": 1,
        "has_care": False,
        "has_opp": False,
        "conversation_asked": False,
        "sealed_at": handover["offered_at"],
        "settled_at": handover["offered_at"],
    }


def _part(bundle_id: str) -> dict[str, Any]:
    return {
        "bundle_id": bundle_id,
        "part": Part.DOSSIER,
        "blob_key": new_id(),
        "size": 1,
        "sha256": "0" * 64,
        "documents": 2,
    }


def _name_them(thread: Thread, schools: Sequence[GivenUnit], handovers: Sequence[Mapping[str, Any]]) -> None:
    """Each primary school seals to the secondary school whom its dossiers are about."""
    actors = {one.id: one.admin.actor for one in schools}  # each signs in, in a transaction of its own
    with thread.services.uow() as uow:
        reader = valid_card(uow, thread.vo.id, thread.services.region, uow.clock.now()).reader(
            Circle.NAMES, withheld=False
        )
        makers = {unit_id: actor.keyring.circle(uow, unit_id, Circle.NAMES) for unit_id, actor in actors.items()}
        for number, handover in enumerate(handovers):
            about = {
                "first_name": _FIRST[number % len(_FIRST)],
                "infix": "",
                "last_name": _LAST[number * 3 % len(_LAST)],
                "birth_date": "2015-06-19",
            }
            give_name(uow, handover["id"], about, maker=makers[handover["sender_unit_id"]], reader=reader)
        uow.commit()


def _measured(visitors: Mapping[str, httpx.Client]) -> Iterator[Row]:
    tasks: dict[tuple[str, str], Callable[[], str]] = {}
    targets = {"inbox, 50 dossiers received": _INBOX, "inbox, 50 new dossiers": _INBOX, "search by name": _SEARCH}
    for where, client in visitors.items():
        token = one(r'name="csrf-token" content="([^"]+)"', client.get("/dossiers").raise_for_status().text)
        typed = {"csrf_token": token, "zoek": "Wójcik", "stap": "alles"}
        received, new, search = targets
        tasks[received, where] = lambda client=client: client.get("/dossiers?stap=ontvangen").raise_for_status().text  # type: ignore[misc]
        tasks[new, where] = lambda client=client: client.get("/dossiers?stap=nieuw").raise_for_status().text  # type: ignore[misc]
        tasks[search, where] = lambda client=client, typed=typed: (  # type: ignore[misc]
            client.post("/dossiers", data=typed).raise_for_status().text
        )
    taken: dict[tuple[str, str], list[float]] = {key: [] for key in tasks}
    for counted in range(-3, _ROUNDS):
        for key, task in tasks.items():
            start = time.perf_counter()
            page = task()
            if counted >= 0:
                taken[key].append((time.perf_counter() - start) * 1000)
            if "data-keys-row" not in page:
                raise LookupError(key)
    first = next(iter(visitors))
    for (what, where), each in sorted(taken.items()):
        p95, median = statistics.quantiles(each, n=20)[-1], statistics.median(each)
        yield Row(
            work=f"{what}: {where}",
            ours=f"p95 {p95:.0f} ms",
            beside=f"p50 {median:.0f} ms",
            ratio=None if where == first else median / statistics.median(taken[what, first]),
            target=f"< {targets[what]:.0f} ms",
            met=p95 < targets[what],
        )


if __name__ == "__main__":
    for _row in rows(int(sys.argv[1]) if sys.argv[1:] else CHILDREN, sys.argv[2] if sys.argv[2:] else None):
        print(_row, flush=True)
