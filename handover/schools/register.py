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
_PRACTICAL = frozenset({"PRO", "PRAKTIJKONDERWIJS"})


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
    scope = _scope(kind)
    known = {row.brin6: row for row in uow.session.scalars(select(Location))}
    rows = []
    for found in read(data):
        refused = found if isinstance(found, Refused) else _refuse(found, known.get(found.brin6), scope)
        if refused is not None:
            report.refused.append(refused)
        elif isinstance(found, Row):
            rows.append(found)
    _know(uow, rows)
    for row in rows:
        _take(uow, row, known.get(row.brin6), _kind(row, kind), report)
    # A line that could not be read may be the school that seems gone: then nobody is closed on its account.
    if whole and not report.refused:
        _close(
            {brin6: one for brin6, one in known.items() if one.kind in scope}, {row.brin6 for row in rows}, on, report
        )
    uow.flush()
    return report


def _scope(kind: SchoolKind) -> frozenset[SchoolKind]:
    """The kinds that one file holds: that of secondary schools has those for praktijkonderwijs in it."""
    return frozenset({kind, SchoolKind.PRO}) if kind is SchoolKind.VO else frozenset({kind})


def _kind(row: Row, kind: SchoolKind) -> SchoolKind:
    if kind is not SchoolKind.VO or not row.structure:
        return kind
    parts = {part.strip().upper() for part in row.structure.split("/")}
    return SchoolKind.PRO if parts <= _PRACTICAL else SchoolKind.VO


def _refuse(row: Row, known: Location | None, scope: frozenset[SchoolKind]) -> Refused | None:
    # A file taken over as the wrong kind would turn every primary school into a secondary one.
    if row.structure and SchoolKind.VO not in scope and SchoolKind.PRO not in scope:
        return Refused(row.line, "Deze vestiging geeft voortgezet onderwijs.")
    if known is not None and known.kind not in scope:
        return Refused(row.line, f"Vestiging {row.brin6} is al bekend als een andere soort school ({known.kind}).")
    return None


def _know(uow: UnitOfWork, rows: list[Row]) -> None:
    boards = {row.board for row in rows if row.board} - set(uow.session.scalars(select(Board.number)))
    places = {row.municipality_code: row.municipality for row in rows if row.municipality_code}
    for code in uow.session.scalars(select(Municipality.code)):
        places.pop(code, None)
    uow.session.add_all(Board(number=number) for number in sorted(boards))
    uow.session.add_all(Municipality(code=code, name=name) for code, name in places.items())
    # No relationship tells the session that a location follows its board; the foreign key would.
    uow.flush()


def _take(uow: UnitOfWork, row: Row, known: Location | None, kind: SchoolKind, report: ImportReport) -> None:
    if known is None:
        location = Location(brin6=row.brin6)
        _write(location, row, kind)
        uow.session.add(location)
        report.added.append(row.brin6)
        return
    changes = {
        name: (str(getattr(known, name)), str(getattr(row, name)))
        for name in _FIELDS
        if getattr(known, name) != getattr(row, name)
    }
    if known.kind is not kind:
        changes["kind"] = (known.kind.value, kind.value)
    if known.closed_on is not None:
        known.closed_on = None
        report.reopened.append(row.brin6)
    if changes:
        report.changed[row.brin6] = changes
        _write(known, row, kind)
    else:
        report.unchanged += 1


def _write(location: Location, row: Row, kind: SchoolKind) -> None:
    location.kind = kind
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
