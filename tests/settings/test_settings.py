"""Settings: each that cannot be is named at the start, together, before anything else happens."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from handover.settings import BadSettings, Settings
from keys.age.file import SERVICE_LIMITS

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
GOOD = {"HANDOVER_BASE_URL": "https://overdracht.example"}
BUCKET = {
    "HANDOVER_STORAGE": "s3:dossiers",
    "HANDOVER_S3_ENDPOINT": "https://s3.example:7070",
    "HANDOVER_S3_ACCESS_KEY": "who",
    "HANDOVER_S3_SECRET_KEY": "what",
}


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(BadSettings) as refusal:
        Settings.from_environ(environ)
    return str(refusal.value)


@pytest.mark.parametrize(
    "more",
    [
        {},
        BUCKET,
        {"HANDOVER_BASE_URL": "https://overdracht.example:8443"},
        {"HANDOVER_MAIL": "smtp:mail.example"},
        {"HANDOVER_MAIL": "smtp:mail.example:587"},
        {"HANDOVER_BROKER_URL": "rediss://:word@valkey.example:6380/3"},
        {"HANDOVER_DATABASE_URL": "postgresql+psycopg://handover@db.example/handover"},
        {"HANDOVER_PASSPHRASE_LOG_N": "18"},
        {"HANDOVER_TRUSTED_PROXIES": "2", "HANDOVER_IDLE_MINUTES": "60", "HANDOVER_SESSION_HOURS": "1"},
    ],
)
def test_what_can_be_starts(more: dict[str, str]) -> None:
    assert Settings.from_environ(GOOD | more).wrong() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "http://overdracht.example"),
        ("BASE_URL", "https://overdracht.example/"),
        ("BASE_URL", "https://overdracht.example/overdracht"),
        ("BASE_URL", "https://teacher@overdracht.example"),
        ("BASE_URL", "https://"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "var/handover.sqlite"),
        ("DATABASE_URL", "postgresql://db.example/handover"),
        ("STORAGE", "ftp:x"),
        ("STORAGE", "folder:"),
        ("STORAGE", "s3:"),
        ("BROKER_URL", "amqp://broker.example"),
        ("BROKER_URL", ""),
        ("MAIL", "folder:"),
        ("MAIL", "smtp:"),
        ("MAIL", "smtp:mail.example:"),
        ("MAIL", "smtp:mail.example:25x"),
        ("MAIL", "smtp:mail.example:0"),
        ("MAIL", "smtp:mail.example:65536"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "Overdracht <post@overdracht.example>"),
        ("SERVICE_KEY_FILE", ""),
        ("REGION_KEYS_FILE", ""),
        ("SECRET_KEY_FILE", ""),
        ("TRUSTED_PROXIES", "-1"),
        ("PASSPHRASE_LOG_N", "1"),
        ("PASSPHRASE_LOG_N", "19"),
        ("IDLE_MINUTES", "0"),
        ("IDLE_MINUTES", "long"),
        ("IDLE_MINUTES", "601"),
        ("SESSION_HOURS", "0"),
        ("DEMO", "1"),
        ("DEMO", "perhaps"),
        ("TYPO", "1"),
    ],
)
def test_what_cannot_be_is_named(name: str, value: str) -> None:
    assert f"HANDOVER_{name}: " in refused(GOOD | {f"HANDOVER_{name}": value})


@pytest.mark.parametrize("name", ["S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"])
def test_a_bucket_asks_where_it_is_and_who_may_enter(name: str) -> None:
    assert refused(GOOD | BUCKET | {f"HANDOVER_{name}": ""}).startswith(f"HANDOVER_{name}: ")


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = refused({"HANDOVER_TYPO": "1", "HANDOVER_STORAGE": "ftp:x", "HANDOVER_SESSION_HOURS": "0"})

    assert [word for word in ("TYPO", "BASE_URL", "STORAGE", "SESSION_HOURS") if f"HANDOVER_{word}: " not in said] == []


def test_what_may_be_sealed_with_can_be_opened_again() -> None:
    good = Settings.from_environ(GOOD)

    allowed = [log_n for log_n in range(1, 31) if not replace(good, passphrase_log_n=log_n).wrong()]

    assert max(allowed) == SERVICE_LIMITS.log_n
    assert min(allowed) == Settings.passphrase_log_n


def test_no_password_is_shown_when_settings_are_printed() -> None:
    settings = Settings(
        database_url="postgresql+psycopg://handover:geheim@db.example/handover",
        broker_url="redis://:geheim@valkey.example/0",
        s3_secret_key="geheim",
    )

    assert "geheim" not in repr(settings)


@pytest.mark.parametrize("name", [setting.name for setting in fields(Settings)])
def test_each_is_told_of_in_the_handbook_of_operators(name: str) -> None:
    assert f"`HANDOVER_{name.upper()}`" in OPERATIONS.read_text(encoding="utf-8")
