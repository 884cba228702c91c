"""Taking the open register over: what is new, what changed, what is gone. Repeatable: a second time changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.schools.duo import Refused, Row, read
from handover.schools.model import Board, Location, Municipality
from handover.terms.folding import fold
from handover.terms.school_kind import SchoolKind

_FIELDS = ("name", "street", "postcode", "place", "telephone", "website")


@dataclass
class ImportReport:
    """What an import did, for people to read: BRINs, and of each change the fields with old and new."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    unchanged: int = 0
    closed: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def import_register(uow: UnitOfWork, data: bytes, *, kind: SchoolKind, on: date, whole: bool) -> ImportReport:
    """Take over a file of one kind of school. `whole`: it holds all of them, so who is not in it has closed.

    The caller commits.

    Raises:
        UnreadableFile: nothing was taken.
    """
    report = ImportReport()
    known = {row.brin6: row for row in uow.session.scalars(select(Location).where(Location.kind == kind))}
    boards = set(uow.session.scalars(select(Board.number)))
    places = set(uow.session.scalars(select(Municipality.code)))
    seen = set()
    for found in read(data):
        if isinstance(found, Refused):
            report.refused.append(found)
            continue
        seen.add(found.brin6)
        _know(uow, found, boards, places)
        _take(uow, found, known.get(found.brin6), kind, report)
    # A line that could not be read may be the school that seems gone: then nobody is closed on its account.
    if whole and not report.refused:
        _close(known, seen, on, report)
    uow.flush()
    return report


def _know(uow: UnitOfWork, row: Row, boards: set[str], places: set[str]) -> None:
    if row.board and row.board not in boards:
        boards.add(row.board)
        uow.session.add(Board(number=row.board))
    if row.municipality_code and row.municipality_code not in places:
        places.add(row.municipality_code)
        uow.session.add(Municipality(code=row.municipality_code, name=row.municipality.title()))
    # No relationship tells the session that a location follows its board; the foreign key would.
    uow.flush()


def _take(uow: UnitOfWork, row: Row, known: Location | None, kind: SchoolKind, report: ImportReport) -> None:
    if known is None:
        location = Location(brin6=row.brin6, kind=kind)
        _write(location, row)
        uow.session.add(location)
        report.added.append(row.brin6)
        return
    changes = {
        name: (str(getattr(known, name)), str(getattr(row, name)))
        for name in _FIELDS
        if getattr(known, name) != getattr(row, name)
    }
    if known.closed_on is not None:
        known.closed_on = None
        report.reopened.append(row.brin6)
    if changes:
        report.changed[row.brin6] = changes
        _write(known, row)
    else:
        report.unchanged += 1


def _write(location: Location, row: Row) -> None:
    for name in _FIELDS:
        setattr(location, name, getattr(row, name))
    location.board_number = row.board or None
    location.municipality_code = row.municipality_code or None
    location.search_text = fold(f"{row.name} {row.place} {row.brin6}")


def _close(known: dict[str, Location], seen: set[str], on: date, report: ImportReport) -> None:
    for brin6, location in known.items():
        if brin6 not in seen and location.closed_on is None:
            location.closed_on = on
            report.closed.append(brin6)
