"""All tables of the service, so that whoever compares models with a database knows every one of them."""

from __future__ import annotations

from sqlalchemy import MetaData

from handover.access import model as access
from handover.audit import model as audit
from handover.bundles import loose_blob_model, notice_model
from handover.bundles import model as bundles
from handover.db.base import Base
from handover.dossiers import model as dossiers
from handover.leavers import model as leavers
from handover.rooms import model as rooms
from handover.schools import model as schools
from handover.web import idempotency_model

MODULES = (access, audit, bundles, loose_blob_model, notice_model, dossiers, leavers, rooms, schools, idempotency_model)
"""Importing them registers their tables."""


def all_tables() -> MetaData:
    """The metadata of all tables."""
    return Base.metadata
