"""What an operator can set. The only reader of the environment; fails at start, with all that is wrong at once.

Each setting is an environment variable `HANDOVER_<NAME>`; `docs/operations.md` says what each means.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from handover.errors import HandoverError

_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?/?", re.ASCII)


class BadSettings(HandoverError):
    """The service cannot start with these settings; the message names each that is wrong."""

    code = "bad-settings"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, checked. Defaults are those of the embedded stack that `make run` starts."""

    base_url: str = "http://127.0.0.1:8600"
    """Where people find the service: scheme, host and port, no path."""
    database_url: str = "sqlite:///var/handover.sqlite"
    storage: str = "folder:var/blobs"
    """`folder:PATH`, or `s3:BUCKET`."""
    s3_endpoint: str = ""
    s3_region: str = "eu-west-1"
    s3_access_key: str = ""
    s3_secret_key: str = ""
    broker_url: str = "redis://127.0.0.1:6379/0"
    mail: str = "folder:var/mail"
    """`folder:PATH`, or `smtp:HOST:PORT`."""
    mail_from: str = "warme-overdracht@localhost"
    service_key_file: str = "var/service.key"
    """An age identity in a file that only the service can read; backed up apart from the database."""
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
        known = {f"HANDOVER_{field.name.upper()}": field for field in fields(cls)}
        wrong = [f"{name}: unknown" for name in environ if name.startswith("HANDOVER_") and name not in known]
        values: dict[str, object] = {"demo": demo}
        for name, field in known.items():
            if name not in environ:
                continue
            try:
                values[field.name] = _READERS[str(field.type)](environ[name])
            except ValueError as error:
                wrong.append(f"{name}: {error}")
        settings = cls(**values)  # type: ignore[arg-type]  # each reader gives its field's type
        wrong += settings.wrong()
        if wrong:
            raise BadSettings("; ".join(wrong))
        return settings

    def wrong(self) -> list[str]:
        """What cannot be right, in words for an operator."""
        wrong = []
        loopback = _LOOPBACK.fullmatch(self.base_url) is not None
        if self.demo and not loopback:
            wrong.append("HANDOVER_DEMO: only on loopback")
        if not self.demo and not self.base_url.startswith("https://"):
            wrong.append("HANDOVER_BASE_URL: must be https outside the demo")
        if not self.storage.startswith(("folder:", "s3:")):
            wrong.append("HANDOVER_STORAGE: folder:PATH or s3:BUCKET")
        if not self.mail.startswith(("folder:", "smtp:")):
            wrong.append("HANDOVER_MAIL: folder:PATH or smtp:HOST:PORT")
        return wrong

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry Secure and the `__Host-` prefix; only the demo on loopback goes without."""
        return self.base_url.startswith("https://")

    def ensure_folders(self) -> None:
        """Make the folders that the embedded stack writes to, for the owner only."""
        for place in (self.storage, self.mail):
            if place.startswith("folder:"):
                Path(place.removeprefix("folder:")).mkdir(mode=0o700, parents=True, exist_ok=True)


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes"}:
        return True
    if text.lower() in {"", "0", "false", "no"}:
        return False
    msg = "1 or 0"
    raise ValueError(msg)


_READERS: dict[str, Callable[[str], object]] = {"str": str, "int": int, "bool": _flag}
