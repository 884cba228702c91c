"""All tables of the service: what the models say there must be, and what the running service may do with them."""

from __future__ import annotations

from sqlalchemy import MetaData

from handover.access import model as access
from handover.audit import append_only
from handover.audit import model as audit
from handover.bundles import (
    asked_model,
    code_model,
    filter_model,
    hold_model,
    loose_blob_model,
    mentor_model,
    notice_model,
    opened_model,
    outside_model,
    together_model,
    undo_model,
)
from handover.bundles import model as bundles
from handover.db import counted
from handover.db.base import Base
from handover.dossiers import model as dossiers
from handover.leavers import model as leavers
from handover.leavers import passage_model
from handover.oversight import count_model
from handover.rooms import model as rooms
from handover.schools import absence_model
from handover.schools import model as schools
from handover.web import idempotency_model

MODULES = (
    access,
    audit,
    bundles,
    asked_model,
    code_model,
    filter_model,
    hold_model,
    loose_blob_model,
    mentor_model,
    notice_model,
    opened_model,
    outside_model,
    counted,
    together_model,
    undo_model,
    dossiers,
    leavers,
    passage_model,
    count_model,
    rooms,
    absence_model,
    schools,
    idempotency_model,
)
"""Importing them registers their tables."""


def all_tables() -> MetaData:
    """The metadata of all tables."""
    return Base.metadata


def grants(role: str) -> list[str]:
    """PostgreSQL: what the role of the running service needs, and what keeps it from rewriting the log.

    For the owner to run after each migration, in the database itself.

    Args:
        role: a plain name, already made: letters, digits and underscores; not the owner of the tables.

    Raises:
        Invalid: it is no plain name.
    """
    log = append_only.grants(role)
    others = ", ".join(sorted(all_tables().tables.keys() - append_only.TABLES))
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {others} TO {role}",
        *log,
    ]
