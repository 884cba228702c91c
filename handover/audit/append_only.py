"""The SQL by which the database itself keeps the log append-only, for both databases.

An entry is never deleted, and changed once only: its number goes from nothing to something. A log's head
never shrinks. This guards against our own mistakes and against whoever holds the application's role; whoever
owns the database can remove triggers, and is found by `verify` unless they make tree and root anew as well:
then only a root that was noted elsewhere tells.
"""

from __future__ import annotations

from handover.errors import Invalid

TABLES = frozenset({"audit_entry", "audit_log"})

_FIXED = (
    "id",
    "at",
    "log",
    "name",
    "actor_id",
    "unit_id",
    "other_unit_id",
    "subject_kind",
    "subject_id",
    "facts",
    "leaf_hash",
)
_NUMBERED_ONCE = "OLD.seq IS NULL AND NEW.seq IS NOT NULL"
_GROWING = "NEW.name = OLD.name AND (NEW.size > OLD.size OR (NEW.size = OLD.size AND NEW.root = OLD.root))"


def _sqlite(name: str, when: str, condition: str, message: str) -> str:
    guard = f" WHEN {condition}" if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {when}{guard} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def _postgresql(name: str, when: str, condition: str, function: str) -> str:
    each = "STATEMENT" if when.startswith("TRUNCATE") else "ROW"
    guard = f" WHEN ({condition})" if condition else ""
    return f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {each}{guard} EXECUTE FUNCTION {function}()"


def _refusal(function: str, message: str) -> str:
    return (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
    )


_UNCHANGED_SQLITE = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _FIXED)
_UNCHANGED_POSTGRESQL = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in _FIXED)
_ENTRY_MESSAGE = "an audit entry is written once"
_LOG_MESSAGE = "an audit log only grows"

ENTRY_TRIGGERS: dict[str, list[str]] = {
    "sqlite": [
        _sqlite("audit_entry_no_delete", "DELETE ON audit_entry", "", _ENTRY_MESSAGE),
        _sqlite(
            "audit_entry_no_update",
            "UPDATE ON audit_entry",
            f"NOT ({_NUMBERED_ONCE} AND {_UNCHANGED_SQLITE})",
            _ENTRY_MESSAGE,
        ),
        _sqlite("audit_entry_no_number_yet", "INSERT ON audit_entry", "NEW.seq IS NOT NULL", _ENTRY_MESSAGE),
        # OR REPLACE removes the row that is in the way without asking the trigger on DELETE.
        _sqlite(
            "audit_entry_no_replace",
            "INSERT ON audit_entry",
            "EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)",
            _ENTRY_MESSAGE,
        ),
        _sqlite(
            "audit_entry_no_replace_by_number",
            "UPDATE ON audit_entry",
            "EXISTS (SELECT 1 FROM audit_entry WHERE log = NEW.log AND seq = NEW.seq AND id <> NEW.id)",
            _ENTRY_MESSAGE,
        ),
    ],
    "postgresql": [
        _refusal("audit_entry_refusal", _ENTRY_MESSAGE),
        _postgresql("audit_entry_no_delete", "DELETE ON audit_entry", "", "audit_entry_refusal"),
        _postgresql("audit_entry_no_truncate", "TRUNCATE ON audit_entry", "", "audit_entry_refusal"),
        _postgresql(
            "audit_entry_no_update",
            "UPDATE ON audit_entry",
            f"NOT ({_NUMBERED_ONCE} AND {_UNCHANGED_POSTGRESQL})",
            "audit_entry_refusal",
        ),
        _postgresql("audit_entry_no_number_yet", "INSERT ON audit_entry", "NEW.seq IS NOT NULL", "audit_entry_refusal"),
    ],
}

LOG_TRIGGERS: dict[str, list[str]] = {
    "sqlite": [
        _sqlite("audit_log_no_delete", "DELETE ON audit_log", "", _LOG_MESSAGE),
        _sqlite("audit_log_no_shrinking", "UPDATE ON audit_log", f"NOT ({_GROWING})", _LOG_MESSAGE),
        _sqlite(
            "audit_log_no_replace",
            "INSERT ON audit_log",
            "EXISTS (SELECT 1 FROM audit_log WHERE name = NEW.name)",
            _LOG_MESSAGE,
        ),
    ],
    "postgresql": [
        _refusal("audit_log_refusal", _LOG_MESSAGE),
        _postgresql("audit_log_no_delete", "DELETE ON audit_log", "", "audit_log_refusal"),
        _postgresql("audit_log_no_truncate", "TRUNCATE ON audit_log", "", "audit_log_refusal"),
        _postgresql("audit_log_no_shrinking", "UPDATE ON audit_log", f"NOT ({_GROWING})", "audit_log_refusal"),
    ],
}

TRIGGERS: dict[str, list[str]] = {
    dialect: ENTRY_TRIGGERS[dialect] + LOG_TRIGGERS[dialect] for dialect in ("sqlite", "postgresql")
}
"""All statements by dialect, in order, for a migration: after both tables. A migration keeps its own copy."""


def grants(role: str) -> list[str]:
    """PostgreSQL: what the role of the running service may do with the log, and nothing else.

    The tables must belong to another role than this one, for an owner can do all.

    Args:
        role: a plain name, already made: letters, digits and underscores.

    Raises:
        Invalid: it is no plain name.
    """
    if not (role.isascii() and role.isidentifier()):
        raise Invalid("the role must be a plain name: letters, digits and underscores")
    return [
        f"REVOKE ALL ON audit_entry, audit_log FROM {role}",
        f"GRANT SELECT, INSERT, UPDATE (seq) ON audit_entry TO {role}",
        f"GRANT SELECT, INSERT, UPDATE (size, root, frontier, updated_at) ON audit_log TO {role}",
    ]
