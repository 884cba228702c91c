"""What was destroyed, kept apart from the database: a backup that is put back ends in the same state before it serves.

A file of ids, one a line, that is only ever added to. It says nothing of a child. It must not lie in the backup of the
database: then it would be put back with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import inspect, select

from handover.bundles.destroying import destroy
from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.errors import Conflict, IllegalTransition
from handover.services import Services, open_services
from handover.settings import Settings

log = structlog.get_logger(__name__)


def replay(services: Services) -> int:
    """Destroy what was destroyed before and is there again; note what is destroyed and not noted. Gives how many.

    Every start does this, before anything is served. Killed in between: the next start goes on. A database without its
    tables is refused when something is noted: what is put into it after the start would not be looked at.
    """
    noted = _noted(services)
    if not noted and not inspect(services.sessions.kw["bind"]).has_table(Handover.__tablename__):
        return 0
    with services.uow() as uow:
        rows = uow.session.execute(select(Handover.id, Handover.status).order_by(Handover.created_at)).all()
    back = [key for key, status in rows if key in noted and status is not HandoverStatus.DESTROYED]
    for handover_id in back:
        with suppress(IllegalTransition, Conflict):  # another process starts too, and was first
            destroy(services, handover_id, again=True)
    note(services, [key for key, status in rows if status is HandoverStatus.DESTROYED and key not in noted])
    if back:
        log.warning("destructions_replayed", count=len(back))
    return len(back)


def replay_at_start(settings: Settings, *, opens: Callable[[Settings], Services] = open_services) -> None:
    """The same for a process that is about to serve; it leaves no connection behind for those that it forks."""
    services = opens(settings)
    try:
        replay(services)
    finally:
        services.sessions.kw["bind"].dispose()


def note_the_rest(services: Services) -> None:
    """Note what is destroyed and is not noted: its bytes could not be deleted at once, or the disk took no line."""
    noted = _noted(services)
    with services.uow() as uow:
        gone = uow.session.scalars(select(Handover.id).where(Handover.status == HandoverStatus.DESTROYED)).all()
    note(services, [handover_id for handover_id in gone if handover_id not in noted])


def note(services: Services, handover_ids: list[str]) -> None:
    """Add these to the file, durably. Twice does no harm."""
    if not handover_ids:
        return
    # On a line of its own, also after one that was cut off while it was written.
    data = "".join(f"\n{handover_id}\n" for handover_id in handover_ids).encode("ascii")
    file = os.open(_path(services), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, data)
        os.fsync(file)
    finally:
        os.close(file)


def _noted(services: Services) -> set[str]:
    try:
        text = _path(services).read_text(encoding="ascii")
    except FileNotFoundError:
        return set()
    # A last line without its end was cut off; `replay` notes that one anew.
    return set(text.split("\n")[:-1])


def _path(services: Services) -> Path:
    return Path(services.settings.destructions_file)
