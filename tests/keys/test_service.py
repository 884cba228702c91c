"""The service key's file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from keys.errors import Damaged
from keys.service import ServiceKey


def test_a_made_key_is_read_back_and_is_its_owners_only(tmp_path: Path) -> None:
    made = ServiceKey.create(tmp_path / "service.key")

    read = ServiceKey.read(tmp_path / "service.key")

    assert read.unwrap(made.wrap(b"x")) == b"x"
    assert stat.S_IMODE((tmp_path / "service.key").stat().st_mode) == 0o600


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    made = ServiceKey.create(tmp_path / "service.key")

    with pytest.raises(FileExistsError):
        ServiceKey.create(tmp_path / "service.key")
    assert ServiceKey.read(tmp_path / "service.key") == made


@pytest.mark.parametrize("content", ["", "# only a comment\n", "AGE-SECRET-KEY-PQ-1QQ\n", "a\nb\n"])
def test_a_file_without_one_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "service.key").write_text(content)

    with pytest.raises(Damaged):
        ServiceKey.read(tmp_path / "service.key")


def test_it_does_not_show_itself() -> None:
    key = ServiceKey.generate()

    assert key.identity.encode() not in repr(key)
    assert key.identity.secret.hex() not in repr(key)
