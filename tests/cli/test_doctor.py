"""What `handover doctor` says of an installation that is well, and of each thing that can be wrong with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from handover.db.session import make_engine
from tests.cli.verbs import SWV, run

REGISTER = Path(__file__).parents[1] / "data" / "vestigingen-bo-cp1252.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a region and schools."""
    folder = tmp_path_factory.mktemp("made") / "place"
    folder.mkdir()
    assert run(folder, "db", "upgrade").returncode == 0
    assert run(folder, "schools", "import", str(REGISTER), "--kind", "bo").returncode == 0
    done = run(folder, "region", "create", *SWV)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "place"
    shutil.copytree(made, copy)
    return copy


def lines(folder: Path, **settings: str) -> dict[str, str]:
    done = run(folder, "doctor", **settings)
    found = {line.split()[1].rstrip(":"): line for line in done.stdout.splitlines()}
    wrong = any(line.startswith("wrong") for line in found.values())
    assert done.returncode == (1 if wrong else 0), done.stderr
    return found


def test_nothing_is_wrong_with_a_new_installation(place: Path, valkey_url: str) -> None:
    found = lines(place, HANDOVER_BROKER_URL=valkey_url)

    assert [line for line in found.values() if not line.startswith("ok")] == []
    assert len(found) == 11


def test_what_is_away_is_named_and_no_password_is_shown(place: Path) -> None:
    done = run(place, "doctor", HANDOVER_BROKER_URL="redis://:geheim@127.0.0.1:1/0", HANDOVER_MAIL="smtp:127.0.0.1:1")

    assert done.returncode == 1
    assert "wrong  broker: OperationalError" in done.stdout
    assert "wrong  mail: ConnectionRefusedError" in done.stdout
    assert "geheim" not in done.stdout + done.stderr


def test_a_key_that_others_may_read_is_named(place: Path) -> None:
    (place / "var" / "service.key").chmod(0o644)

    assert "chmod 600" in lines(place)["keys"]


def test_an_older_database_says_what_to_do(place: Path) -> None:
    engine = make_engine(f"sqlite:///{place / 'var' / 'handover.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    engine.dispose()

    assert "`handover db upgrade`" in lines(place)["database"]


def test_a_store_that_cannot_be_written_is_named(place: Path) -> None:
    shutil.rmtree(place / "var" / "blobs", ignore_errors=True)
    (place / "var" / "blobs").write_text("no folder")

    assert lines(place)["store"].startswith("wrong")


def test_what_waits_too_long_asks_for_the_worker(place: Path, valkey_url: str) -> None:
    engine = make_engine(f"sqlite:///{place / 'var' / 'handover.sqlite'}")
    with engine.begin() as connection:
        person = connection.execute(text("SELECT id FROM person")).scalar()
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(
            text(
                "INSERT INTO announcement (id, receiver_unit_id, receiver_brin, state, announced_by, announced_at, "
                "outcome, applied_on, version) SELECT 'a', id, '03QI00', 'asked', :person, '2026-01-01', 'asked', "
                "'2026-01-01', 1 FROM unit"
            ),
            {"person": person},
        )
        connection.execute(
            text(
                "INSERT INTO notice (id, person_id, announcement_id, kind, stands_in, covers, created_at) "
                "VALUES ('n', :person, 'a', 'announced', 0, 0, '2026-01-01 00:00:00')"
            ),
            {"person": person},
        )
    engine.dispose()

    assert "1 people are not mailed" in lines(place, HANDOVER_BROKER_URL=valkey_url)["worker"]


def test_an_empty_folder_is_told_what_comes_first(tmp_path: Path) -> None:
    found = lines(tmp_path)

    assert "`handover region create`" in found["keys"]
    assert found["database"].startswith("wrong")
