"""A child of a primary school that takes no part, announced at the Raayland, whose dossier is asked for by link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from handover.bundles.announcing import Application, announce
from handover.bundles.answering_asked import OpenAsked, open_asked, put_ready
from handover.bundles.asking import AskedNow, ask_outside
from handover.bundles.delivering import Answer, Delivered, deliver
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement
from handover.terms.school_kind import SchoolKind
from tests.factories.access import given_location
from tests.factories.thread import DAY, PLAN, REPORT, Thread

OUTSIDE, MAIL = "08XY00", "directie@deverte.example"
WRONG = "aap noot mies wim zus jet"
GUEST = "192.0.2.7"
ANSWER = Answer(
    name="Bea Boter",
    function="leerkracht groep 8",
    telephone="0591 00 00 00",
    seen=Agreement.YES,
    agreement=Agreement.YES,
    view="Wij zijn het ermee eens.",
)
FILES: Mapping[DocumentKind, tuple[str, bytes]] = MappingProxyType(
    {DocumentKind.OKR: ("OKR Noah Wójcik.pdf", REPORT), DocumentKind.OPP: ("OPP Noah Wójcik.pdf", PLAN)}
)


@dataclass
class Request:
    """What a school asked outside, and the guest who answers."""

    thread: Thread
    announcement_id: str
    asked: AskedNow = field(repr=False)

    def opened(self, words: str | None = None) -> OpenAsked:
        """The request, opened with its words or with others."""
        typed = self.asked.words if words is None else words
        return open_asked(self.thread.services, self.asked.id, typed, client_address=GUEST)

    def ready(self, *kinds: DocumentKind) -> OpenAsked:
        """Files of these kinds lie ready; the report and the OPP where none is said."""
        opened = self.opened()
        for kind in kinds or tuple(FILES):
            title, data = FILES[kind]
            taken = put_ready(self.thread.services, opened, file_name=title, data=bytearray(data), kind=kind)
            assert taken.is_kept
        return self.opened()

    def delivered(self, *kinds: DocumentKind) -> Delivered:
        """All of it was sent."""
        return deliver(self.thread.services, self.ready(*kinds), ANSWER)


def given_outside(thread: Thread) -> Thread:
    """The same thread, in a register that knows of one school more."""
    given_location(thread.services, OUTSIDE, "De Verte", place="Emmen", kind=SchoolKind.BO)
    return thread


def announced_outside(thread: Thread, **name: str) -> str:
    """Announce a child of that school. Gives the announcement's id."""
    said = Application(receiver_brin=thread.vo.brin6, name=thread.name | name, applied_on=DAY, sender_brin=OUTSIDE)
    return announce(thread.services, thread.office.actor, said, only_new=False)


def given_request(thread: Thread, **name: str) -> Request:
    """A child of that school, whose dossier was asked for."""
    announcement_id = announced_outside(thread, **name)
    asked = ask_outside(thread.services, thread.intake.actor, announcement_id, email=MAIL)
    return Request(thread, announcement_id, asked)
