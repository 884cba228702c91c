"""A secret address or number of a child or a parent: what must stand in no text and in no document that goes along.

It is kept in a sealed record of its own, which is packed into nothing. Beside it stands of each document whether it was
looked through: one that came later, or that has no text to look through, holds the dossier until somebody looked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any

from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.checking import check_document
from handover.dossiers.content import Content, Section
from handover.dossiers.documents import list_documents, open_document, retitle
from handover.dossiers.drafts import documents_of, editable, work_room
from handover.dossiers.events import DossierChanged
from handover.errors import Conflict, Invalid, NotFound
from handover.leavers.model import Leaver
from handover.policy import Actor
from handover.services import Services
from handover.terms.hidden import SEPARATES, SHORTEST, holds, needle
from handover.terms.msgid import msgid
from handover.terms.typed import readable

MOST, LONGEST = 20, 100
"""Things that may be hidden for one child, and signs of each."""
RECORD = "hidden"
_TOO_MANY = msgid("Dit zijn te veel regels. Houd het bij 20.")
_TOO_LONG = msgid("Een van de regels is te lang. Schrijf per regel één adres of nummer.")
_ONE_EACH = msgid("Zet de straat met huisnummer, de postcode en elk nummer op een eigen regel, zonder komma.")
_IN_TITLE = msgid("In deze naam staat een adres of nummer dat geheim moet blijven. Kies een andere naam.")
_TOO_SHORT = msgid("Een van de regels is te kort om te zoeken. Schrijf bijvoorbeeld de straat met het huisnummer.")


class Looked(StrEnum):
    """What is known of a document."""

    CLEAN = "clean"
    FOUND = "found"
    NO_TEXT = "no_text"  # a scan: only eyes can tell
    BY_EYE = "by_eye"  # somebody looked


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """What must stand nowhere, and of each document by id what is known; one that is not in it was not looked at."""

    items: tuple[str, ...] = field(default=(), repr=False)
    looked: Mapping[str, Looked] = field(default_factory=dict)
    version: int = 0

    @property
    def needles(self) -> list[str]:
        """As they are looked for."""
        return [needle(item) for item in self.items]


def hidden_from(data: bytes | str | None, version: int = 0) -> Hidden:
    """What a record says; nothing is hidden where there is none."""
    if data is None:
        return Hidden()
    said = json.loads(data)
    looked = {key: Looked(state) for key, state in said["looked"].items()}
    return Hidden(items=tuple(said["items"]), looked=looked, version=version)


def hidden_of(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> Hidden:
    """What must stand nowhere in this leaver's dossier; whether the actor may read it is the caller's to ask."""
    try:
        found = work_room(uow, actor, leaver).read(uow, RECORD, leaver.id)
    except NotFound:
        return Hidden()
    return hidden_from(found.data, found.version)


def hide(services: Services, actor: Actor, reference: str, lines: str) -> None:
    """Say what must stand nowhere, one thing a line; nothing is hidden any more where there is no line.

    Every document is looked through anew, one by one: killed in between, the others count as not looked at.

    Raises:
        Invalid: too many, too long, too short to look for, or more than one on a line: then only all of them together
            would be looked for.
        Conflict: a colleague changed it meanwhile.
        AlreadySent, NotFound, NotAllowed, NoKey: not now, or not for this actor.
    """
    items = [" ".join(readable(line).split()) for line in lines.splitlines()]
    items = list(dict.fromkeys(item for item in items if item))
    if len(items) > MOST:
        raise Invalid(fields={"regels": _TOO_MANY})
    if any(len(item) > LONGEST for item in items):
        raise Invalid(fields={"regels": _TOO_LONG})
    if any(SEPARATES.search(item) for item in items):
        raise Invalid(fields={"regels": _ONE_EACH})
    if any(len(needle(item)) < SHORTEST for item in items):
        raise Invalid(fields={"regels": _TOO_SHORT})
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        before = hidden_of(uow, actor, leaver)
        _keep(uow, actor, leaver, items, {}, after=before.version)
        uow.commit()
    if items:
        look_through(services, actor, reference)


def look_through(services: Services, actor: Actor, reference: str) -> None:
    """Look through the documents that nobody looked through since what is hidden was last changed.

    Raises:
        Unavailable: too many checks at once, or the store is away; what was looked through stands.
        AlreadySent, NotFound, NotAllowed, NoKey: not now, or not for this actor.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        known = hidden_of(uow, actor, leaver)
        waiting = [one for one in list_documents(uow, actor, leaver) if one.id not in known.looked]
    for one in waiting if known.items else ():
        data = b"".join(open_document(services, actor, reference, one.id).pieces)
        looked = looked_through(data, one.title, known.needles)
        mark(services, actor, reference, one.id, looked, needles=known.needles)


def looked_through(data: bytes | bytearray, title: str, needles: Sequence[str]) -> Looked:
    """What a check says of one document: its text, and its title, which goes along too."""
    if holds(title, needles):
        return Looked.FOUND
    return {"found": Looked.FOUND, "clean": Looked.CLEAN}.get(
        check_document(data, needles=needles).hidden, Looked.NO_TEXT
    )


def mark(
    services: Services, actor: Actor, reference: str, document_id: str, looked: Looked, *, needles: Sequence[str]
) -> bool:
    """Write down what is known of a document, of which these needles were looked for.

    False, and nothing is written, when something else is hidden by now: it is still to be looked for.

    Raises:
        Conflict: colleagues keep changing it.
        AlreadySent, NotAllowed, NoKey: not now, or not for this actor.
        NotFound: no such child or document, or not one that waits for eyes.
    """
    for _attempt in range(3):
        try:
            with services.uow() as uow:
                leaver = editable(uow, actor, reference)
                if document_id not in {row.id for row in documents_of(uow, leaver.id)}:
                    raise NotFound
                known = hidden_of(uow, actor, leaver)
                if not known.items or known.needles != list(needles):
                    return False
                if looked is Looked.BY_EYE and known.looked.get(document_id) not in {Looked.NO_TEXT, Looked.BY_EYE}:
                    raise NotFound
                states = {**known.looked, document_id: looked}
                _keep(uow, actor, leaver, known.items, states, after=known.version)
                uow.commit()
        except Conflict:
            continue
        return True
    raise Conflict


def rename(services: Services, actor: Actor, reference: str, document_id: str, title: str) -> None:
    """Give a document another title, as `clean_file_name` gives it, in which nothing hidden stands.

    Raises:
        Invalid: something hidden stands in the title.
        AlreadySent, NotFound, NotAllowed, NoKey: not now, or not for this actor.
        Unavailable: it has its title; what must be looked through again could not be, and holds the dossier.
    """
    with services.uow() as uow:
        before = hidden_of(uow, actor, editable(uow, actor, reference))
    if holds(title, before.needles):
        raise Invalid(fields={"title": _IN_TITLE})
    retitle(services, actor, reference, document_id, title)
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        known = hidden_of(uow, actor, leaver)
        if known.needles == before.needles and known.looked.get(document_id) is not Looked.FOUND:
            return
        # It may have been found in the title that it had; or a colleague hid something meanwhile.
        states = {key: looked for key, looked in known.looked.items() if key != document_id}
        _keep(uow, actor, leaver, known.items, states, after=known.version)
        uow.commit()
    look_through(services, actor, reference)


def where_it_stands(content: Content, needles: Sequence[str]) -> list[Section]:
    """In which sections of what was filled in something hidden stands."""
    if not needles:
        return []
    filled = {
        Section.PUPIL: content.pupil,
        Section.ADVICE: content.advice,
        Section.REPORT: content.report,
        Section.SUPPORT: content.support,
        Section.PARENTS: content.parents,
        Section.CONVERSATION: content.contact,
    }
    return [section for section, said in filled.items() if any(holds(text, needles) for text in _texts(said))]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))


def _keep(
    uow: UnitOfWork,
    actor: Actor,
    leaver: Leaver,
    items: Sequence[str],
    looked: Mapping[str, Looked],
    *,
    after: int,
) -> None:
    said = {"items": list(items), "looked": {key: state.value for key, state in looked.items()}}
    work_room(uow, actor, leaver).seal(uow, RECORD, leaver.id, json.dumps(said).encode(), after=after)
    record(
        uow,
        DossierChanged(
            actor_id=actor.person_id,
            unit_id=leaver.unit_id,
            subject_kind="leaver",
            subject_id=leaver.id,
            section="geheim",
            content_version=leaver.content_version,
        ),
    )
