"""Where a process can end and what is found then: the table that `docs/promises.md` shows and `test_kills.py` tries."""

from __future__ import annotations

from dataclasses import dataclass

from tests.promises.killing import Moment

AGAIN = "the person, who was told nothing: it can be done again"
SWEEP = "the sweep, within two minutes"
NIGHT = "; the bytes go at night"


@dataclass(frozen=True)
class Kill:
    """What was going on, the moment of the end, what is found, and what carries on."""

    what: str
    moment: Moment
    count: int
    found: str
    carries_on: str

    @property
    def until(self) -> str:
        return f"{self.moment}:{self.count}"

    def __str__(self) -> str:
        return f"{self.what}, {self.moment}" + (f" ({self.count})" if self.count > 1 else "")


DRAFT, SEALING, OFFERED, ACCEPTED = "a draft", "on its way", "offered", "received"
ABSENT, PRESENT = "no document", "the document"

SENDING = [
    Kill("sending", Moment.BEFORE_BYTES, 1, DRAFT, AGAIN),
    Kill("sending", Moment.AMID_BYTES, 1, DRAFT, AGAIN + NIGHT),
    Kill("sending", Moment.AFTER_BYTES, 1, DRAFT, AGAIN + NIGHT),
    Kill("sending", Moment.AMID_BYTES, 4, DRAFT, AGAIN + NIGHT),
    Kill("sending", Moment.AFTER_BYTES, 2, DRAFT, AGAIN + NIGHT),
    Kill("sending", Moment.BEFORE_COMMIT, 1, DRAFT, AGAIN + NIGHT),
    Kill("sending", Moment.AFTER_COMMIT, 1, SEALING, SWEEP),
    Kill("sending", Moment.AFTER_MESSAGE, 1, SEALING, "the worker, at once"),
]
UPLOADING = [
    Kill("uploading", Moment.BEFORE_BYTES, 1, ABSENT, AGAIN),
    Kill("uploading", Moment.AMID_BYTES, 1, ABSENT, AGAIN + NIGHT),
    Kill("uploading", Moment.AFTER_BYTES, 1, ABSENT, AGAIN + NIGHT),
    Kill("uploading", Moment.BEFORE_COMMIT, 1, ABSENT, AGAIN + NIGHT),
    Kill("uploading", Moment.AFTER_COMMIT, 1, PRESENT, "nothing is left to do; sent again, it is still there once"),
]
SETTLING = [
    Kill(
        "settling", Moment.BEFORE_READING, 1, SEALING, "the next worker: the broker gives the task again, or the sweep"
    ),
    Kill("settling", Moment.AMID_READING, 1, SEALING, "the next worker: the broker gives the task again, or the sweep"),
    Kill(
        "settling", Moment.BEFORE_READING, 2, SEALING, "the next worker: the broker gives the task again, or the sweep"
    ),
    Kill(
        "settling", Moment.BEFORE_COMMIT, 1, SEALING, "the next worker: the broker gives the task again, or the sweep"
    ),
    Kill("settling", Moment.AFTER_COMMIT, 1, OFFERED, "nothing is left to do: the task comes again and finds it done"),
]
RECEIVING = [
    Kill("receiving", Moment.BEFORE_COMMIT, 1, OFFERED, AGAIN),
    Kill("receiving", Moment.AFTER_COMMIT, 1, ACCEPTED, "nothing is left to do"),
]
BEFORE, AFTER = "the version before", "one that waits"
SUPPLEMENTING = [
    Kill("sending after", Moment.AFTER_BYTES, 1, BEFORE, AGAIN + NIGHT),
    Kill("sending after", Moment.BEFORE_COMMIT, 1, BEFORE, AGAIN + NIGHT),
    Kill("sending after", Moment.AFTER_COMMIT, 1, AFTER, SWEEP),
]
ALONE, BESIDE = "at one school", "at one school, and on its way to the other"
SECOND = [
    Kill("sending to a second school", Moment.AFTER_BYTES, 1, ALONE, AGAIN + NIGHT),
    Kill("sending to a second school", Moment.BEFORE_COMMIT, 1, ALONE, AGAIN + NIGHT),
    Kill("sending to a second school", Moment.AFTER_COMMIT, 1, BESIDE, SWEEP),
]
WHOLE, GONE = "all of it", "no row and no key, but bytes"
DESTROYING = [
    Kill("destroying", Moment.BEFORE_COMMIT, 1, WHOLE, "the next night, or the operator"),
    Kill("destroying", Moment.AFTER_COMMIT, 1, GONE, "the second night: bytes that no row names"),
]
SHUT, OPEN = "nothing opened", "the document, opened"
OPENING = [
    Kill("opening for a mentor, room made", Moment.AFTER_COMMIT, 1, SHUT, AGAIN),
    Kill("opening for a mentor", Moment.AMID_BYTES, 1, SHUT, AGAIN + NIGHT),
    Kill("opening for a mentor", Moment.AFTER_BYTES, 1, SHUT, AGAIN + NIGHT),
    Kill("opening for a mentor", Moment.AFTER_COMMIT, 2, OPEN, "nothing is left to do; done again, it is there once"),
]
NOBODY, NAMES, FIRST, ALL = "nobody on the list", "the names only", "the names, one dossier filled", "all of it"
FILLING = [
    Kill("filling a class", Moment.BEFORE_COMMIT, 1, NOBODY, AGAIN),
    Kill("filling a class", Moment.AFTER_COMMIT, 1, NAMES, AGAIN),
    Kill("filling a class", Moment.BEFORE_COMMIT, 3, FIRST, AGAIN),
    Kill("filling a class", Moment.AFTER_COMMIT, 3, ALL, "nothing is left to do; done again, it is there once"),
]
LIES_READY, DELIVERED = "what a guest put ready", "the dossier, at who asked"
GUEST = "the guest, who was told nothing: it can be done again"
DELIVERING = [
    Kill("delivering what was asked", Moment.AMID_BYTES, 1, LIES_READY, GUEST + NIGHT),
    Kill("delivering what was asked", Moment.AFTER_BYTES, 2, LIES_READY, GUEST + NIGHT),
    Kill("delivering what was asked", Moment.BEFORE_COMMIT, 3, LIES_READY, GUEST + NIGHT),
    Kill("delivering what was asked", Moment.AFTER_COMMIT, 3, DELIVERED, "nothing is left to do"),
]
PRESSED = "the person, who presses on: each is done once, and one press takes back all of it"
MANY_RECEIVED = [
    Kill("receiving three with one press", Moment.BEFORE_COMMIT, 1, "0 of 3 received", PRESSED),
    Kill("receiving three with one press", Moment.AFTER_COMMIT, 2, "2 of 3 received", PRESSED),
    Kill("receiving three with one press", Moment.BEFORE_COMMIT, 4, "3 of 3 received", PRESSED),
]
MANY_ENROLLED = [
    Kill("enrolling three with one press", Moment.AFTER_COMMIT, 1, "1 of 3 enrolled", PRESSED),
    Kill("enrolling three with one press", Moment.BEFORE_COMMIT, 3, "2 of 3 enrolled", PRESSED),
    Kill("enrolling three with one press", Moment.BEFORE_COMMIT, 4, "3 of 3 enrolled", PRESSED),
]
UNDONE = "the person, who presses again: what was taken back is not taken back twice"
MANY_UNDONE = [
    Kill("taking three back", Moment.BEFORE_COMMIT, 1, "0 of 3 as they were", UNDONE),
    Kill("taking three back", Moment.AFTER_COMMIT, 2, "2 of 3 as they were", UNDONE),
]
MAILING = [
    Kill("mailing", Moment.BEFORE_MAIL, 1, "no mail", "the sweep, a quarter of an hour later"),
    Kill("mailing", Moment.AFTER_MAIL, 1, "one mail", "the sweep, a quarter of an hour later: a second mail"),
]
BROKER = {
    "the broker is away while somebody sends": (SEALING, SWEEP),
    "the broker is killed with the message in it": (SEALING, "the broker itself: it wrote the message to its file"),
    "the broker is killed and its file is lost": (SEALING, SWEEP),
}
TWICE = "the program, which asks again with its key: ten minutes later it is done"
WEB_SENDING = [
    Kill("sending over the web", Moment.BEFORE_BYTES, 1, DRAFT, TWICE),
    Kill("sending over the web", Moment.AFTER_BYTES, 2, DRAFT, TWICE + NIGHT),
    Kill("sending over the web", Moment.BEFORE_COMMIT, 1, DRAFT, TWICE + NIGHT),
    Kill("sending over the web", Moment.AFTER_COMMIT, 1, SEALING, SWEEP + "; who asks again is told that it was sent"),
]
WEB_UPLOADING = [
    Kill("uploading over the web", Moment.AMID_BYTES, 1, ABSENT, TWICE + NIGHT),
    Kill("uploading over the web", Moment.BEFORE_COMMIT, 1, ABSENT, TWICE + NIGHT),
    Kill(
        "uploading over the web",
        Moment.AFTER_COMMIT,
        1,
        PRESENT,
        "nothing is left to do; asked again, it is still there once",
    ),
]
KILLS = [
    *SENDING,
    *UPLOADING,
    *SETTLING,
    *RECEIVING,
    *SUPPLEMENTING,
    *SECOND,
    *DESTROYING,
    *OPENING,
    *FILLING,
    *DELIVERING,
    *MANY_RECEIVED,
    *MANY_ENROLLED,
    *MANY_UNDONE,
    *MAILING,
    *WEB_SENDING,
    *WEB_UPLOADING,
]


def rows() -> list[str]:
    """The table as it stands in the documentation."""
    lines = [f"| {kill} | {kill.found} | {kill.carries_on} |" for kill in KILLS]
    return lines + [f"| {what} | {found} | {carries_on} |" for what, (found, carries_on) in BROKER.items()]
