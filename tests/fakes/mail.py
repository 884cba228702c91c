"""A mailer that keeps what it was given; it refuses what the real ones refuse."""

from __future__ import annotations

from handover.mail import Message


class KeptMail:
    """Keeps messages in a list."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        self.sent.append(message)
