"""What every mailer does: one suite over the folder, SMTP to a real server on loopback, and the fake of other tests."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from handover.errors import Invalid
from handover.mail import FolderMailer, Mailer, MailUnavailable, Message, SmtpMailer
from tests.fakes.mail import KeptMail
from tests.servers.s3 import free_port

Received = Callable[[], list[tuple[str, str, str]]]


class _Session(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to hand one message over."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                data = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    data += part.removeprefix(b".") if part.startswith(b"..") else part
                self.server.received.append(data)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def _facts(data: bytes) -> tuple[str, str, str]:
    found = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    return str(found["To"]), str(found["Subject"]), found.get_content().strip()


@pytest.fixture(params=["folder", "smtp", "fake"])
def mailer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Mailer, Received]]:
    if request.param == "folder":
        yield (
            FolderMailer(tmp_path / "mail", "dienst@overdracht.example"),
            lambda: [_facts(path.read_bytes()) for path in (tmp_path / "mail").glob("*.eml")],
        )
        return
    if request.param == "fake":
        kept = KeptMail()
        yield kept, lambda: [(one.to, one.subject, one.text) for one in kept.sent]
        return
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.received = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port: int = server.server_address[1]
        yield (
            SmtpMailer("127.0.0.1", port, "dienst@overdracht.example"),
            lambda: [_facts(data) for data in server.received],  # type: ignore[attr-defined]
        )
        server.shutdown()
        thread.join()


def test_a_message_arrives_as_it_was_written(mailer: tuple[Mailer, Received]) -> None:
    sender, received = mailer

    sender.send(Message(to="m.janssen@hommel.example", subject="Er wacht iets één", text="Kijk op de site: é."))

    assert received() == [("m.janssen@hommel.example", "Er wacht iets één", "Kijk op de site: é.")]


@pytest.mark.parametrize(
    ("to", "subject"),
    [("a@b.example\r\nBcc: c@d.example", "x"), ("a@b.example", "x\nBcc: c@d.example"), ("geen adres", "x")],
)
def test_nobody_writes_headers_through_an_address_or_subject(to: str, subject: str) -> None:
    with pytest.raises(Invalid):
        Message(to=to, subject=subject, text="")


def test_a_server_that_is_away_is_told() -> None:
    mailer = SmtpMailer("127.0.0.1", free_port(), "dienst@overdracht.example")

    with pytest.raises(MailUnavailable):
        mailer.send(Message(to="a@b.example", subject="x", text="y"))


def test_a_message_in_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    FolderMailer(tmp_path / "mail", "dienst@overdracht.example").send(Message(to="a@b.example", subject="x", text="y"))

    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "mail").iterdir()] == [0]
