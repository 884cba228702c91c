"""What a commit should not take along."""

from pathlib import Path

import pytest

from tools.files import LARGEST, problems

BEGIN = "-----BEGIN "  # in two parts, so that this file is not found itself


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<" * 7 + " HEAD\n", "an unfinished merge"),
        (BEGIN + "EC PRIVATE KEY-----\n", "a private key"),
        ("AGE-SECRET-KEY-" + "PQ-1" + "Q" * 40 + "\n", "a private key"),
        ("no end", "the last line does not end"),
        ("x" * LARGEST + "\n", "bytes, the most is"),
    ],
)
def test_it_is_named(content: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(content)

    (found,) = problems(tmp_path / "file")
    assert problem in found


@pytest.mark.parametrize("content", [b"", b"A heading\n=======\n\ntext\n"[:10], b"\x00binary without an end"])
def test_ordinary_files_are_left_alone(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    assert problems(tmp_path / "file") == []


def test_vectors_may_hold_keys_and_end_anywhere(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "key").write_text(BEGIN + "PRIVATE KEY-----")

    assert problems(tmp_path / "vectors" / "key") == []
