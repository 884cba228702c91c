"""The declarative base of all tables, with names for constraints that migrations can rely on."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from handover.db.types import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_SYMBOLS = 32


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012  # SQLAlchemy reads it from the class


def new_id() -> str:
    """A random identifier: 32 hexadecimal symbols, meaningless and unguessable."""
    return secrets.token_hex(16)


def is_id(text: str) -> bool:
    """Whether this can be one of ours: what a form sends may be anything."""
    return len(text) == _SYMBOLS and set(text) <= set("0123456789abcdef")
