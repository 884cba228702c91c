"""Mail: that something waits, never about whom. A folder of .eml files for the demo and for trying, SMTP otherwise."""

from __future__ import annotations

import os
import secrets
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Protocol

from handover.errors import Invalid, Unavailable
from handover.settings import Settings

_SECONDS = 10


class MailUnavailable(Unavailable):
    """The mail server did not take it; it is tried again later."""

    code = "mail-unavailable"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A plain text to one address. Neither subject nor text may name a child."""

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        """Refuse what would write headers of its own."""
        if any(sign in self.to + self.subject for sign in "\r\n\0") or "@" not in self.to:
            raise Invalid("no address or subject")


class Mailer(Protocol):
    """Sends mail."""

    def send(self, message: Message) -> None:
        """Hand it over for delivery.

        Raises:
            MailUnavailable: it was not taken; trying again later is safe.
        """
        ...


class FolderMailer:
    """Lays each message in a folder, as a file of mode 0600, whole or not at all."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, message: Message) -> None:
        """Lay it down; see the port."""
        name = secrets.token_hex(12)
        temporary = self._folder / f"{name}.unfinished"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(bytes(_written(message, self._sender)))
            temporary.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise MailUnavailable from error


class SmtpMailer:
    """Hands messages to a mail server, over TLS where it offers that."""

    def __init__(self, host: str, port: int, sender: str) -> None:
        self._host, self._port, self._sender = host, port, sender

    def send(self, message: Message) -> None:
        """Hand it over; see the port."""
        try:
            with smtplib.SMTP(self._host, self._port, timeout=_SECONDS) as server:
                if server.has_extn("starttls"):
                    server.starttls()
                server.send_message(_written(message, self._sender))
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable from error


def open_mailer(settings: Settings) -> Mailer:
    """The mailer that the settings name."""
    kind, _, place = settings.mail.partition(":")
    if kind == "folder":
        return FolderMailer(Path(place), settings.mail_from)
    host, _, port = place.partition(":")
    return SmtpMailer(host, int(port or 25), settings.mail_from)


def _written(message: Message, sender: str) -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, message.to, message.subject
    written["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(message.text)
    return written
