"""The databases that the other tests lean on really answer."""

from collections.abc import Callable
from pathlib import Path

import redis
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.servers.postgres import Postgres, a_server


def _ask(url: str, statement: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        answer = connection.execute(text(statement))
        return answer.scalar() if answer.returns_rows else None


def test_postgresql_is_at_least_the_oldest_version_that_we_support(postgres_url: Callable[[], str]) -> None:
    assert int(str(_ask(postgres_url(), "SHOW server_version_num"))) >= 150_000


def test_a_machine_without_debians_postgresql_has_the_wheels(tmp_path: Path) -> None:
    with a_server(debian=tmp_path) as server:
        assert int(str(_ask(server.database(), "SHOW server_version_num"))) >= 180_000


def test_each_database_is_its_own(postgres_url: Callable[[], str]) -> None:
    one, other = postgres_url(), postgres_url()

    _ask(one, "CREATE TABLE only_here (id int)")

    assert _ask(one, "SELECT to_regclass('only_here') IS NOT NULL")
    assert not _ask(other, "SELECT to_regclass('only_here') IS NOT NULL")


def test_what_prepares_a_database_runs_once_and_is_copied(postgres_server: Postgres) -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        _ask(url, "CREATE TABLE ready AS SELECT 7 AS answer")

    one, other = postgres_server.database(prepare), postgres_server.database(prepare)
    _ask(one, "UPDATE ready SET answer = 8")

    assert len({one, other, *prepared}) == 3
    assert len(prepared) == 1
    assert _ask(one, "SELECT answer FROM ready") == 8
    assert _ask(other, "SELECT answer FROM ready") == 7


def test_valkey_keeps_what_it_is_given(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        client.set("servers:word", "zienswijze")

        assert client.get("servers:word") == b"zienswijze"
        assert client.info("server")["server_name"] == "valkey"
