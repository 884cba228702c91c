"""A national year in an empty database: 8,000 schools, 180,000 children with a handover, by bulk; nothing is sealed.

The schools have no keys and the dossiers no bytes: what is measured over it reads rows only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus, Origin
from handover.db.base import Base, new_id
from handover.db.counted import StaleCount
from handover.leavers.model import Application, Leaver
from handover.oversight.counting import watched_year
from handover.schools.model import Location, Municipality, Unit, UnitLocation, UnitSide, UnitStatus
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv
from handover.terms.school_kind import SchoolKind

SWV = "PO0000"
_MUNICIPALITIES, _SECONDARY = 340, 700
_CHUNK = 5_000
# Of a hundred children, somewhere in May: how far each is. The rest has no handover yet.
_SPREAD = (
    (30, HandoverStatus.CONFIRMED),
    (60, HandoverStatus.ACCEPTED),
    (80, HandoverStatus.OFFERED),
    (82, HandoverStatus.DECLINED),
)
_OFFERED_OVER = timedelta(days=10)
"""What waits was sent in so many days: some of it is late."""


def fill(engine: Engine, now: datetime, *, schools: int, children: int, swv: str = SWV) -> None:
    """Write it all, and mark every primary school to be counted."""
    primary = [new_id() for _ in range(schools)]
    secondary = [new_id() for _ in range(_SECONDARY)]
    write(
        engine,
        Municipality,
        ({"code": f"{one:04}", "name": f"GEMEENTE {one}", "swv_po": swv} for one in range(_MUNICIPALITIES)),
    )
    for side, kind, units in ((UnitSide.PO, SchoolKind.BO, primary), (UnitSide.VO, SchoolKind.VO, secondary)):
        write(engine, Location, (_location(kind, one) for one in range(len(units))))
        write(engine, Unit, (_unit(side, one, unit_id, now) for one, unit_id in enumerate(units)))
        write(
            engine,
            UnitLocation,
            ({"unit_id": unit_id, "brin6": _brin(kind, one)} for one, unit_id in enumerate(units)),
        )
    year = watched_year(local_day(now)).name
    rows = [child(number, primary, secondary, year, now) for number in range(children)]
    write(engine, Leaver, (leaver for leaver, _, _ in rows))
    write(engine, Application, (application for _, application, _ in rows if application))
    write(engine, Handover, (handover for _, _, handover in rows if handover))
    write(engine, StaleCount, ({"id": new_id(), "unit_id": unit_id} for unit_id in primary))
    analyse(engine)


def analyse(engine: Engine) -> None:
    """Let the database look at what it holds, as it does by itself after a while."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def write(engine: Engine, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, some thousands in each transaction."""
    for chunk in _chunks(rows):
        with engine.begin() as connection:
            connection.execute(insert(table), chunk)


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _brin(kind: SchoolKind, number: int) -> str:
    return f"{'P' if kind is SchoolKind.BO else 'V'}{number:05}"


def _location(kind: SchoolKind, number: int) -> dict[str, Any]:
    name = f"School {number}"
    return {
        "brin6": _brin(kind, number),
        "name": name,
        "kind": kind,
        "municipality_code": f"{number % _MUNICIPALITIES:04}",
        "place": f"Plaats {number % 2000}",
        "telephone": f"0{number:09}",
        "search_text": name.lower(),
    }


def _unit(side: UnitSide, number: int, unit_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": unit_id,
        "side": side,
        "name": f"School {number}",
        "place": f"Plaats {number % 2000}",
        "status": UnitStatus.ENROLLED,
        "made_at": now,
        "version": 1,
    }


def child(
    number: int, primary: list[str], secondary: list[str], year: str, now: datetime
) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]:
    """A leaver of one of these schools, and where there is one its application and its handover, as rows."""
    sender, to = primary[number % len(primary)], number * 7 % len(secondary)
    child, of_hundred = new_id(), number * 37 % 100
    leaver = {
        "id": child,
        "reference": f"{number:07}"[:4] + "-" + f"{number:07}"[4:],
        "aanmeldcode": f"{number:011}",
        "unit_id": sender,
        "school_year": year,
        "work_room_id": new_id(),
        "care_room_id": new_id(),
        "has_opp": False,
        "conversation_asked": False,
        "created_at": now,
        "content_version": 1,
        "version": 1,
    }
    if number % 400 == 0:  # nobody knows where it applied
        return leaver, None, None
    application = {
        "id": new_id(),
        "leaver_id": child,
        "receiver_brin": _brin(SchoolKind.VO, to),
        "receiver_unit_id": secondary[to],
        "applied_on": local_day(now),
        "preference": 1,
        "outcome": Outcome.ASKED,
        "tlv": Tlv.NOT_NEEDED,
        "recorded_by": new_id(),
        "made_by_announcement": False,
        "created_at": now,
        "version": 1,
    }
    status = next((status for below, status in _SPREAD if of_hundred < below), None)
    if status is None:
        return leaver, application, None
    offered = now - _OFFERED_OVER * (number % 1000 / 1000)
    handover = {
        "id": new_id(),
        "reference": leaver["reference"],
        "leaver_id": child,
        "application_id": application["id"],
        "sender_unit_id": sender,
        "receiver_unit_id": secondary[to],
        "receiver_brin": _brin(SchoolKind.VO, to),
        "school_year": year,
        "status": status,
        "origin": Origin.SEALED,
        "dossier_room_id": new_id(),
        "care_room_id": new_id(),
        "has_care": False,
        "has_opp": False,
        "conversation_asked": False,
        "conversation_waived": False,
        "sent_content_version": 1,
        "created_at": offered,
        "offered_at": offered,
        "accepted_at": None if status is HandoverStatus.OFFERED else now,
        "confirmed_at": now if status is HandoverStatus.CONFIRMED else None,
        "ended_at": now if status is HandoverStatus.DECLINED else None,
        "version": 1,
    }
    return leaver, application, handover
