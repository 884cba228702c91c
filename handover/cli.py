"""The operator's verbs: `handover db upgrade`, `handover region create`, `handover web`, `handover demo` and others.

What runs on (web, worker) is not imported here: this process becomes it, so that a signal reaches it and nothing else
stands in its memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from handover.audit.sequencer import sequence
from handover.audit.verify import DeepChecks, verify
from handover.bundles.closed_schools import tell_of_closed
from handover.bundles.deep import handovers_against_log
from handover.bundles.destroying import Kept, destroy_all
from handover.bundles.destructions import replay
from handover.db import migrate
from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.demo import run as run_demo
from handover.doctor import examine
from handover.errors import HandoverError, IllegalTransition, NotFound
from handover.founding import found_region
from handover.queue import CeleryQueue
from handover.schools.register import ImportReport, import_register
from handover.services import open_services
from handover.settings import Settings
from handover.storage.choose import open_store
from handover.tables import all_tables, grants
from handover.terms.clock import SystemClock, local_day
from handover.terms.school_kind import SchoolKind

Verb = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one verb; 0 when it was done, 1 when it found something wrong, 2 when it could not be done."""
    asked = parse(arguments)
    verb: Verb = asked.verb
    try:
        return verb(asked, Settings.from_environ(demo=asked.embedded))
    except HandoverError as error:
        print(f"handover: {error}", file=sys.stderr)
        return 2


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for; `verb` does it. Ends with status 2 and a word on stderr when there is no such verb."""
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="handover", description="Overdracht van groep 8 naar de brugklas.")
    parser.add_argument("--embedded", action="store_true", help="the stack of one machine, on loopback only")
    groups = parser.add_subparsers(required=True, metavar="GROUP")

    db = groups.add_parser("db", help="the database").add_subparsers(required=True, metavar="VERB")
    db.add_parser("upgrade", help="bring it to the newest step").set_defaults(verb=_db_upgrade)
    new = db.add_parser("revision", help="write a new step from the models")
    new.add_argument("message")
    new.set_defaults(verb=_db_revision)
    grant = db.add_parser("grants", help="print what PostgreSQL's owner must grant to the role of the service")
    grant.add_argument("role")
    grant.set_defaults(verb=_db_grants)

    schools = groups.add_parser("schools", help="the open register").add_subparsers(required=True, metavar="VERB")
    take = schools.add_parser("import", help="take over an address file of the open register")
    take.add_argument("file", type=Path)
    take.add_argument("--kind", type=SchoolKind, required=True, choices=list(SchoolKind))
    take.add_argument("--part", action="store_true", help="the file holds some of them: close nobody")
    take.set_defaults(verb=_schools_import)

    log = groups.add_parser("audit", help="the log").add_subparsers(required=True, metavar="VERB")
    check = log.add_parser("verify", help="check that nothing in it was changed")
    check.add_argument("--deep", action="store_true", help="and that handovers and stored bytes are what it says")
    check.set_defaults(verb=_audit_verify)

    region = groups.add_parser("region", help="the region").add_subparsers(required=True, metavar="VERB")
    create = region.add_parser("create", help="make it and its first administrator; once, on the host")
    for name, what in _OF_A_REGION.items():
        create.add_argument(f"--{name}", required=True, help=what)
    create.add_argument("--sheet", type=Path, default=Path("herstelblad.pdf"), help="where the recovery sheet goes")
    create.set_defaults(verb=_region_create)

    gone = groups.add_parser("destroy", help="destroy every handover of a leaver, which must all have ended")
    gone.add_argument("reference", help="of the leaver, as it stands on its pages and letters: 7K3P-2M")
    gone.set_defaults(verb=_destroy)

    web = groups.add_parser("web", help="serve pages and API until SIGTERM")
    web.add_argument("--bind", default="127.0.0.1:8600", help="HOST:PORT or unix:PATH")
    web.add_argument("--workers", type=int, default=2)
    web.add_argument("--threads", type=int, default=8)
    web.set_defaults(verb=_web)
    groups.add_parser("worker", help="work in the background until SIGTERM; one only").set_defaults(verb=_worker)

    doctor = groups.add_parser("doctor", help="say what is wrong with this installation; it changes nothing")
    doctor.set_defaults(verb=_doctor)
    demo = groups.add_parser("demo", help="everything on this machine, with an invented region")
    demo.add_argument("--port", type=int, help="instead of that of HANDOVER_BASE_URL; 0 takes a free one")
    demo.add_argument("--fresh", action="store_true", help="throw away what an earlier demo kept")
    # Of the embedded stack, whatever else is asked.
    demo.set_defaults(verb=_demo, embedded=True)
    story = groups.add_parser("story", help="carry two files of yours from school to school, over the API")
    story.add_argument("--okr", default="", help="a report, as PDF")
    story.add_argument("--opp", default="", help="a plan, as PDF")
    story.set_defaults(verb=_story, embedded=True)
    return parser


_OF_A_REGION = {
    "code": "of the samenwerkingsverband, e.g. PO3101",
    "name": "of the samenwerkingsverband",
    "place": "where it is",
    "admin-name": "its first administrator",
    "admin-email": "their address, which is their sign-in",
}


def _region_create(asked: argparse.Namespace, settings: Settings) -> int:
    if asked.sheet.exists():
        print(f"handover: {asked.sheet} is there already; say where the sheet goes with --sheet", file=sys.stderr)
        return 2
    _services, made = found_region(
        settings,
        code=asked.code,
        name=asked.name,
        place=asked.place,
        admin_name=asked.admin_name,
        admin_email=asked.admin_email,
        queue=CeleryQueue(settings.broker_url),
    )
    with os.fdopen(os.open(asked.sheet, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made.sheet.pdf())
    print(f"region: made. Its public key is in {settings.region_keys_file}; every server needs that file.")
    print(f"sign in as {asked.admin_email} with: {made.passphrase}")
    print(f"recovery sheet: {asked.sheet}. Print it, put the paper away, delete the file.")
    print(f"service key: {settings.service_key_file}. Back it up, apart from the database.")
    return 0


def _destroy(asked: argparse.Namespace, settings: Settings) -> int:
    services = open_services(settings)
    try:
        count = destroy_all(services, asked.reference.strip().upper())
    except NotFound:
        print(f"handover: no dossier of {asked.reference} was ever sent", file=sys.stderr)
        return 2
    except Kept:
        print("handover: a school keeps it longer, and says why in its trail", file=sys.stderr)
        return 2
    except IllegalTransition:
        print("handover: it has not ended; the schools withdraw it or let it go first", file=sys.stderr)
        return 2
    finally:
        replay(services)  # notes what was destroyed
    print(f"destroyed: {count}. Nobody holds a key of it any more. Backups keep their bytes until they are due.")
    return 0


def _doctor(_asked: argparse.Namespace, settings: Settings) -> int:
    found = list(examine(settings))
    for one in found:
        print(one.line)
    return 1 if any(one.wrong for one in found) else 0


def _web(asked: argparse.Namespace, settings: Settings) -> int:
    options = ["--bind", asked.bind, "--workers", str(asked.workers), "--threads", str(asked.threads)]
    return _become("handover.serving", options, settings)


def _worker(_asked: argparse.Namespace, settings: Settings) -> int:
    return _become("handover.worker", [], settings)


def _become(module: str, options: Sequence[str], settings: Settings) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold what is open
    os.umask(0o077)
    demo = {"HANDOVER_DEMO": "1"} if settings.demo else {}
    environment = {**os.environ, **demo}  # noqa: TID251  # passed on to ourselves, not read
    os.execve(sys.executable, [sys.executable, "-m", module, *options], environment)  # noqa: S606  # no shell wanted


def _demo(asked: argparse.Namespace, settings: Settings) -> int:
    return run_demo(settings, port=asked.port, fresh=asked.fresh)


def _story(asked: argparse.Namespace, settings: Settings) -> int:
    return _become("handover.story", ["--okr", asked.okr, "--opp", asked.opp], settings)


def _engine(settings: Settings) -> Engine:
    place = settings.database_url.removeprefix("sqlite:///")
    if place != settings.database_url:
        Path(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return make_engine(settings.database_url)


def _db_upgrade(_asked: argparse.Namespace, settings: Settings) -> int:
    all_tables()
    migrate.upgrade(_engine(settings))
    print(f"database: at {migrate.head()}")
    return 0


def _db_revision(asked: argparse.Namespace, settings: Settings) -> int:
    all_tables()
    engine = _engine(settings)
    migrate.upgrade(engine)
    number = f"{int(migrate.head() or 0) + 1:04d}"
    migrate.revision(engine, asked.message, number)
    (Path(migrate.__file__).parent / "migrations" / "head.txt").write_text(number + "\n", encoding="ascii")
    return 0


def _db_grants(asked: argparse.Namespace, _settings: Settings) -> int:
    for statement in grants(asked.role):
        print(f"{statement};")
    return 0


def _schools_import(asked: argparse.Namespace, settings: Settings) -> int:
    clock = SystemClock()
    with UnitOfWork(session_factory(_engine(settings)), clock) as uow:
        report = import_register(
            uow, asked.file.read_bytes(), kind=asked.kind, on=local_day(clock.now()), whole=not asked.part
        )
        told = tell_of_closed(uow, report.closed)
        uow.commit()
    for line in report_lines(report):
        print(line)
    if told:
        print(f"schools: told both sides of {told} dossiers and applications at schools that closed")
    return 1 if report.refused else 0


def report_lines(report: ImportReport) -> list[str]:
    """An import's report: first what was refused, line by line, then what changed, then the counts."""
    lines = [f"line {refused.line}: {refused.reason}" for refused in report.refused]
    for brin6, changes in report.changed.items():
        lines += [f"{brin6} {name}: {old!r} -> {new!r}" for name, (old, new) in changes.items()]
    lines += [f"{brin6} closed" for brin6 in report.closed] + [f"{brin6} open again" for brin6 in report.reopened]
    lines.append(
        f"schools: {len(report.added)} added, {len(report.changed)} changed, {report.unchanged} unchanged, "
        f"{len(report.closed)} closed, {len(report.refused)} lines refused"
    )
    return lines


def _deep_checks(settings: Settings) -> DeepChecks:
    checks = DeepChecks()
    checks.register("handovers", handovers_against_log(open_store(settings)))
    return checks


def _audit_verify(asked: argparse.Namespace, settings: Settings) -> int:
    sessions = session_factory(_engine(settings))
    with UnitOfWork(sessions, SystemClock()) as uow:
        while sequence(uow):
            pass
    with UnitOfWork(sessions, SystemClock()) as uow:
        report = verify(uow, deep=_deep_checks(settings) if asked.deep else None)
    for line in report.lines():
        print(line)
    return 0 if report.is_sound else 1
