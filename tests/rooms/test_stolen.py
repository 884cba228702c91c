"""With everything that is stored, and the service key too, but no passphrase, nothing opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, LargeBinary, Table, Text, select

from handover.db.base import Base
from keys.age.file import decrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.errors import KeysError, NotForYou
from keys.person import seal_identity, unlock
from keys.service import ServiceKey
from keys.words import generate_passphrase
from tests.rooms.region import JIP, Handover

WORDS = generate_passphrase()


def stored(engine: Engine) -> list[bytes]:
    """Every value of bytes or long text in the tables of rooms."""
    tables: list[Table] = [mapper.local_table for mapper in Base.registry.mappers if _is_ours(mapper.class_)]  # type: ignore[misc]  # all are tables
    with engine.connect() as connection:
        return [
            value if isinstance(value, bytes) else value.encode()
            for table in tables
            for column in table.columns
            if isinstance(column.type, LargeBinary | Text)
            for value in connection.scalars(select(column).where(column.is_not(None)))
        ]


def _is_ours(one: type) -> bool:
    return one.__module__ == "handover.rooms.model"


def test_the_service_key_opens_no_copy_no_grant_and_no_record(handover: Handover, engine: Engine) -> None:
    service = ServiceKey.generate()
    sealed = seal_identity(handover.teacher.identity, WORDS, service_recipient=service.recipient(), log_n=4)
    values = [value for value in stored(engine) if value.startswith(b"age-encryption.org/v1")]

    assert len(values) >= 8 + 4 + 1  # copies, grants, a record
    for value in [*values, service.unwrap(sealed)]:
        with pytest.raises(KeysError):
            decrypt_bytes(service.identity, value)


def test_no_stored_value_is_or_holds_a_key(handover: Handover, engine: Engine, tmp_path: Path) -> None:
    secret = handover.teacher.identity
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert secret.secret not in files
    assert secret.encode().encode() not in files
    assert b"AGE-SECRET-KEY" not in files
    for value in stored(engine):
        with pytest.raises(KeysError):
            HybridIdentity.parse(value.decode("latin-1"))


def test_no_name_rests_in_the_database_or_its_log(handover: Handover, tmp_path: Path) -> None:
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert handover.po.encode() in files  # the search finds what is there
    assert all(value.encode() not in files for value in JIP.values())
    assert b"wat wij over Jip weten" not in files


def test_with_the_passphrase_it_opens(handover: Handover, engine: Engine) -> None:
    service = ServiceKey.generate()
    sealed = seal_identity(handover.teacher.identity, WORDS, service_recipient=service.recipient(), log_n=4)
    identity = unlock(sealed, WORDS, service_identity=service.identity)

    opened = []
    for value in stored(engine):
        if value.startswith(b"age-encryption.org/v1"):
            try:
                opened.append(decrypt_bytes(identity, value))
            except NotForYou:
                continue

    assert len(opened) == 4  # the teacher's copies of the four circles, and nothing directly
