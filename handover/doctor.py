"""What is wrong with an installation, in sentences an operator can act on. It shows no secret.

All that it writes is a few bytes into the store, which it takes out again.
Each check stands alone: one that fails says what, and the others are still made.
"""

from __future__ import annotations

import os
import smtplib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from kombu import Connection
from sqlalchemy import func, select, text

from handover.audit.model import AuditEntry
from handover.bundles.mail_pace import due
from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.settling import unsettled
from handover.bundles.state import BundleStatus
from handover.db import migrate
from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.errors import HandoverError
from handover.oversight.recounting import wrong_counts
from handover.rooms.cards import valid_card
from handover.schools.model import Location, Unit, UnitSide, UnitStatus
from handover.settings import Settings
from handover.storage.choose import open_store
from handover.terms.clock import SystemClock
from keys.age.file import encrypt_bytes
from keys.age.hybrid import HybridRecipient
from keys.card import RegionKeys
from keys.service import ServiceKey

STALE = timedelta(minutes=15)
"""Work that waits longer than this has nobody to do it: the worker does each in minutes."""
_SECONDS = 5


class Wrong(HandoverError):
    """A check found something; the message says what, and what to do."""

    code = "wrong"


@dataclass(frozen=True, kw_only=True)
class Examined:
    """One thing that was looked at."""

    what: str
    found: str
    """How it is, when it is well."""
    wrong: str = ""
    """What is not, and what to do."""

    @property
    def line(self) -> str:
        """As it is printed."""
        return f"wrong  {self.what}: {self.wrong}" if self.wrong else f"ok     {self.what}: {self.found}"


def examine(settings: Settings) -> Iterator[Examined]:
    """Look at everything, one after the other."""
    for what, check in _CHECKS:
        try:
            yield Examined(what=what, found=check(settings))
        except Wrong as error:
            yield Examined(what=what, found="", wrong=str(error))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is wrong; what it says may hold a password
            yield Examined(
                what=what, found="", wrong=f"{type(error).__name__}. Is it there, and may this user reach it?"
            )


def _files(settings: Settings) -> str:
    service_key, secret_key = Path(settings.service_key_file), Path(settings.secret_key_file)
    if not service_key.exists():
        _stop(f"{service_key} is not there. `handover region create` makes it; every host needs the same.")
    for path in (service_key, secret_key):  # the second is made at the first start of the web
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            _stop(f"others may read {path}: chmod 600 {path}")
    ServiceKey.read(Path(settings.service_key_file))
    return "the service key opens, and only its owner reads it"


def _region(settings: Settings) -> str:
    keys = RegionKeys.parse(Path(settings.region_keys_file).read_text(encoding="utf-8"))
    with _rows(settings) as uow:
        swv = uow.session.scalars(select(Unit).where(Unit.side == UnitSide.SWV)).first()
        if swv is None:
            _stop("there is no samenwerkingsverband yet: `handover region create`")
        valid_card(uow, swv.id, keys, uow.clock.now())
    return f"{swv.name} is vouched for by the keys in {settings.region_keys_file}"


def _destructions(settings: Settings) -> str:
    path = Path(settings.destructions_file)
    place = path if path.exists() else path.parent
    if not os.access(place, os.W_OK):
        _stop(f"{path} cannot be written: what is destroyed must be noted there")
    database = settings.database_url.removeprefix("sqlite:///")
    if database != settings.database_url and not settings.demo and Path(database).parent == path.parent:
        _stop(f"{path} lies beside the database, and so in its backup: put it elsewhere")
    return f"{path} can be written"


def _database(settings: Settings) -> str:
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if at != migrate.head():
        _stop(f"it is at step {at}, this release needs {migrate.head()}: `handover db upgrade`")
    return f"{engine.dialect.name}, at step {at}"


def _register(settings: Settings) -> str:
    with _rows(settings) as uow:
        count = uow.session.scalar(select(func.count()).select_from(Location)) or 0
    if not count:
        _stop("no school is known: `handover schools import`")
    return f"{count} locations"


def _store(settings: Settings) -> str:
    store, data = open_store(settings), encrypt_bytes(_a_recipient(settings), b"doctor")
    key = os.urandom(32).hex()
    store.put(key, [data])
    try:
        with store.open(key) as blob:
            same = blob.read() == data
    finally:
        store.delete(key)
    if not same:
        _stop("it gave back other bytes than were put in")
    with _rows(settings) as uow:
        missing = _missing(uow, settings)
    if missing:
        _stop(f"{missing} of the 20 newest sealed files are not in it: is it the store of this database?")
    return f"takes and gives back, at {settings.storage.partition(':')[0]}"


def _broker(settings: Settings) -> str:
    with Connection(settings.broker_url, connect_timeout=_SECONDS) as connection:
        connection.ensure_connection(max_retries=0, timeout=_SECONDS)
    return "answers"


def _mail(settings: Settings) -> str:
    kind, _, place = settings.mail.partition(":")
    if kind == "folder":
        return "lies in a folder: nobody is mailed"
    host, _, port = place.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as server:
        server.noop()
    return f"{host} answers"


def _worker(settings: Settings) -> str:
    """Whether somebody does the work: what waits says it, whatever runs."""
    with _rows(settings) as uow:
        before = uow.clock.now() - STALE
        waits = {
            "entries of the log are not numbered": uow.session.scalar(
                select(func.count()).select_from(AuditEntry).where(AuditEntry.seq.is_(None), AuditEntry.at < before)
            ),
            "dossiers are not compared with their letter": len(unsettled(uow, before=before)),
            # What waits for the morning waits rightly.
            "people are not mailed": uow.session.scalar(select(func.count()).select_from(due(before).subquery())),
        }
    stuck = [f"{count} {what}" for what, count in waits.items() if count]
    if stuck:
        _stop(f"since a quarter of an hour {', '.join(stuck)}: does `handover worker` run, and only one?")
    return "nothing waits for it"


def _counts(settings: Settings) -> str:
    with _rows(settings) as uow:
        wrong = wrong_counts(uow)
    if wrong:
        _stop(f"of {len(wrong)} schools something else is stored than the rows say: the worker mends it in the night")
    return "what is stored of schools is what the rows say"


def _schools(settings: Settings) -> str:
    keys = RegionKeys.parse(Path(settings.region_keys_file).read_text(encoding="utf-8"))
    with _rows(settings) as uow:
        units = uow.session.scalars(select(Unit).where(Unit.status == UnitStatus.ENROLLED)).all()
        without = [unit for unit in units if not _has_card(uow, unit.id, keys)]
        live = uow.session.scalar(select(func.count()).select_from(Handover)) or 0
    if without:
        _stop(f"{len(without)} of {len(units)} units have no valid card, and get no dossier: the SWV certifies them")
    return f"{len(units)} units with a valid card, {live} handovers"


_CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("keys", _files),
    ("database", _database),
    ("region", _region),
    ("schools", _register),
    ("units", _schools),
    ("counts", _counts),
    ("store", _store),
    ("broker", _broker),
    ("worker", _worker),
    ("mail", _mail),
    ("destructions", _destructions),
)


def _stop(what: str) -> NoReturn:
    raise Wrong(what)


def _rows(settings: Settings) -> UnitOfWork:
    return UnitOfWork(session_factory(make_engine(settings.database_url)), SystemClock())


def _has_card(uow: UnitOfWork, unit_id: str, keys: RegionKeys) -> bool:
    try:
        valid_card(uow, unit_id, keys, uow.clock.now())
    except HandoverError:
        return False
    return True


def _a_recipient(settings: Settings) -> HybridRecipient:
    return ServiceKey.read(Path(settings.service_key_file)).recipient()


def _missing(uow: UnitOfWork, settings: Settings) -> int:
    store = open_store(settings)
    newest = uow.session.scalars(
        select(SealedPart.blob_key)
        .join(Bundle, Bundle.id == SealedPart.bundle_id)
        .where(Bundle.status == BundleStatus.SETTLED)
        .order_by(Bundle.sealed_at.desc())
        .limit(20)
    )
    return sum(not store.exists(key) for key in newest)
