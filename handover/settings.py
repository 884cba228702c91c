"""What an operator can set. The only reader of the environment; fails at start, with all that is wrong at once.

Each setting is an environment variable `HANDOVER_<NAME>`; `docs/operations.md` says what each means.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Self

from handover.errors import HandoverError

_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?", re.ASCII)
_BASE_URL = re.compile(r"https?://[^\s/?#@]+")
_SMTP = re.compile(r"smtp:[^\s:/]+(:(?P<port>\d{1,5}))?", re.ASCII)
_COSTS = range(17, 19)
"""scrypt's cost as a power of two: below it, guessing is cheap; above it, `keys` refuses to open what was sealed."""


class BadSettings(HandoverError):
    """The service cannot start with these settings; the message names each that is wrong."""

    code = "bad-settings"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, checked. Defaults are those of the embedded stack that `make run` starts."""

    base_url: str = "http://127.0.0.1:8600"
    """Where people find the service: scheme, host and port, no path."""
    database_url: str = field(default="sqlite:///var/handover.sqlite", repr=False)
    storage: str = "folder:var/blobs"
    """`folder:PATH`, or `s3:BUCKET`."""
    s3_endpoint: str = ""
    s3_region: str = "eu-west-1"
    s3_access_key: str = ""
    s3_secret_key: str = field(default="", repr=False)
    broker_url: str = field(default="redis://127.0.0.1:6379/0", repr=False)
    mail: str = "folder:var/mail"
    """`folder:PATH`, or `smtp:HOST:PORT` (25 where no port is said): a relay that asks no login."""
    mail_from: str = "warme-overdracht@localhost"
    service_key_file: str = "var/service.key"
    """An age identity in a file that only the service can read; backed up apart from the database."""
    destructions_file: str = "var/destroyed.txt"
    """What was destroyed, for a database that is put back. It must not lie in that database's backup."""
    region_keys_file: str = "var/region-keys.json"
    """The region's public signing keys with their dates: kept on the host, not in the database."""
    secret_key_file: str = "var/secret.key"  # noqa: S105  # where it lies, not what it is
    """Signs what a browser holds that is no secret (language, flashed messages, CSRF before sign-in)."""
    trusted_proxies: int = 0
    """How many proxies in front of us write X-Forwarded-For."""
    demo: bool = False
    """Plain http on loopback, the mail folder shown on a page. Refused for any other address."""
    passphrase_log_n: int = 17
    """scrypt's cost as a power of two. Only tests lower it."""
    idle_minutes: int = 60
    session_hours: int = 10

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Self:
        """Read the environment. `demo`: what the environment leaves open is that of the demo.

        Raises:
            BadSettings: a variable of ours that we do not know, or a value that cannot be.
        """
        environ = os.environ if environ is None else environ
        known = {f"HANDOVER_{setting.name.upper()}": setting for setting in fields(cls)}
        wrong = [f"{name}: unknown" for name in environ if name.startswith("HANDOVER_") and name not in known]
        values: dict[str, object] = {"demo": demo}
        for name, setting in known.items():
            if name not in environ:
                continue
            try:
                values[setting.name] = _READERS[str(setting.type)](environ[name])
            except ValueError as error:
                wrong.append(f"{name}: {error}")
        settings = cls(**values)  # type: ignore[arg-type]  # each reader gives its field's type
        wrong += settings.wrong()
        if wrong:
            raise BadSettings("; ".join(wrong))
        return settings

    def wrong(self) -> list[str]:
        """What cannot be right, in words for an operator."""
        return [f"HANDOVER_{name.upper()}: {what}" for name, what in self._wrong()]

    def _wrong(self) -> Iterator[tuple[str, str]]:
        yield from self._wrong_addresses()
        yield from self._wrong_storage()
        yield from self._wrong_numbers()
        for name in ("service_key_file", "region_keys_file", "secret_key_file", "destructions_file"):
            if not getattr(self, name):
                yield name, "a file"

    def _wrong_addresses(self) -> Iterator[tuple[str, str]]:
        if _BASE_URL.fullmatch(self.base_url) is None:
            yield "base_url", "scheme, host and port, no more"
        if self.demo and _LOOPBACK.fullmatch(self.base_url) is None:
            yield "demo", "only on loopback"
        if not self.demo and not self.base_url.startswith("https://"):
            yield "base_url", "must be https outside the demo"
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            yield "database_url", "sqlite:///PATH or postgresql+psycopg://…"
        if not self.broker_url.startswith(("redis://", "rediss://")):
            yield "broker_url", "redis://HOST:PORT/NUMBER or rediss://…"
        if not (_has_path(self.mail) or _is_smtp(self.mail)):
            yield "mail", "folder:PATH or smtp:HOST:PORT"
        if parseaddr(self.mail_from)[1] != self.mail_from or "@" not in self.mail_from:
            yield "mail_from", "an address"

    def _wrong_storage(self) -> Iterator[tuple[str, str]]:
        bucket = self.storage.removeprefix("s3:")
        if bucket == self.storage:
            if not _has_path(self.storage):
                yield "storage", "folder:PATH or s3:BUCKET"
            return
        if not bucket:
            yield "storage", "s3: asks a bucket"
        if not self.s3_endpoint.startswith(("https://", "http://")):
            yield "s3_endpoint", "s3: asks https://HOST:PORT"
        for name in ("s3_region", "s3_access_key", "s3_secret_key"):
            if not getattr(self, name):
                yield name, "s3: asks one"

    def _wrong_numbers(self) -> Iterator[tuple[str, str]]:
        if self.trusted_proxies < 0:
            yield "trusted_proxies", "0 or more"
        if not self.demo and self.passphrase_log_n not in _COSTS:
            yield "passphrase_log_n", f"{_COSTS.start} to {_COSTS.stop - 1}"
        if self.session_hours < 1:
            yield "session_hours", "1 or more"
        if not 1 <= self.idle_minutes <= 60 * max(1, self.session_hours):
            yield "idle_minutes", "1 or more, and no longer than a session"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry Secure and the `__Host-` prefix; only the demo on loopback goes without."""
        return self.base_url.startswith("https://")

    def ensure_folders(self) -> None:
        """Make the folders that the embedded stack writes to, for the owner only."""
        for place in (self.storage, self.mail):
            if place.startswith("folder:"):
                Path(place.removeprefix("folder:")).mkdir(mode=0o700, parents=True, exist_ok=True)


def _has_path(place: str) -> bool:
    return place.startswith("folder:") and place != "folder:"


def _is_smtp(place: str) -> bool:
    found = _SMTP.fullmatch(place)
    return found is not None and 0 < int(found["port"] or 25) < 2**16


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes"}:
        return True
    if text.lower() in {"", "0", "false", "no"}:
        return False
    msg = "1 or 0"
    raise ValueError(msg)


_READERS: dict[str, Callable[[str], object]] = {"str": str, "int": int, "bool": _flag}
