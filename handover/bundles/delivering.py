"""Sending what was asked for, as a guest: sealed to the rooms of the school that asked, signed by its one-time key.

Nobody can tell this guest anything afterwards. So the stored bytes are compared with the letter in the guest's own
request, where the others wait for `settling`: either it lies whole at the school, or the guest hears that it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import select

from handover.access.fields import read_name
from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.announcing import STILL_WATCHED
from handover.bundles.answering_asked import OpenAsked, bytes_of, held, ready_files
from handover.bundles.archive import Entry
from handover.bundles.asked import forget_secrets
from handover.bundles.asked_model import AskedDossier
from handover.bundles.events import HandoverDelivered, HandoverOffered
from handover.bundles.model import Bundle, Handover, Part
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_receiver
from handover.bundles.seal import Heading, Place, SealedFile, document_name, seal_part
from handover.bundles.settling import is_as_stored
from handover.bundles.state import BundleStatus, HandoverAction, HandoverStatus, Origin, advance
from handover.bundles.trying import CodeShut
from handover.bundles.versions import keep_rows, part_of, said_of
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.content import Contact, Content, Parent, Support
from handover.dossiers.document_bytes import delete_quietly
from handover.dossiers.drafts import report_part
from handover.errors import Conflict, Invalid
from handover.leavers.actions import application_at
from handover.leavers.model import Announcement, Leaver
from handover.schools.model import Location
from handover.services import Services
from handover.storage.port import BlobNotFound, StoreUnavailable
from handover.terms.clock import local_day
from handover.terms.destination import Announced
from handover.terms.msgid import msgid
from handover.terms.parent import Agreement
from handover.terms.schooljaar import Schooljaar
from handover.terms.typed import readable
from keys.circle import CircleKey
from keys.jws import digest, unchecked
from keys.letter import Letter, Party
from schemas.dossiers import SupportSchema

LONGEST = 6000
"""Symbols of what the parents say."""
SEEN = {
    Agreement.YES: "zij zagen dit dossier",
    Agreement.NO: "zij zagen dit dossier niet",
    Agreement.UNKNOWN: "onbekend of zij dit dossier zagen",
}
"""Part of what is sent: said by the guest, whatever the language of its pages."""
_LONGEST_TELEPHONE = 30
_PARENTS = "Ouders of verzorgers"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a guest says beside the files."""

    name: str
    function: str
    telephone: str = ""
    seen: Agreement
    """Whether the parents saw what is sent."""
    agreement: Agreement
    """Whether they agree with it."""
    view: str = field(default="", repr=False)
    """What they say of it."""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a guest keeps as a receipt."""

    reference: str
    at: datetime
    letter: str
    """SHA-256 of the signed letter: the school's log has it too."""


def read_answer(*, name: str, function: str, telephone: str, seen: str, agreement: str, view: str) -> Answer:
    """What was typed.

    Raises:
        Invalid: with what is wrong with each field, under its name.
    """
    wrong: dict[str, str] = {}
    said: dict[str, str] = {}
    for key, text in (("naam", name), ("functie", function)):
        try:
            said[key] = read_name(text, field=key)
        except Invalid as error:
            wrong |= error.fields
    if "functie" in wrong and not function.strip():
        wrong["functie"] = msgid("Vul uw functie in, zoals leerkracht groep 8.")
    view, telephone = readable(view).strip(), readable(telephone).strip()
    checks = (
        (len(view) > LONGEST, "zienswijze", msgid("Dit is te lang. Maak het korter dan 6.000 tekens.")),
        (len(telephone) > _LONGEST_TELEPHONE, "telefoon", msgid("Dit nummer is te lang.")),
        (seen not in set(Agreement), "gezien", msgid("Kies of de ouders dit hebben gezien.")),
        (agreement not in set(Agreement), "eens", msgid("Kies of de ouders het ermee eens zijn.")),
    )
    wrong |= {key: text for is_wrong, key, text in checks if is_wrong}
    if wrong:
        raise Invalid(fields=wrong)
    return Answer(
        name=said["naam"],
        function=said["functie"],
        telephone=telephone,
        seen=Agreement(seen),
        agreement=Agreement(agreement),
        view=view,
    )


def deliver(services: Services, asked: OpenAsked, answer: Answer) -> Delivered:
    """Seal and send all that lies ready. Killed before the commit nothing was sent, and all of it still lies ready.

    Pressed twice it is sent once, and both are told so.

    Raises:
        Invalid: the report is not among it.
        CodeShut: it was sent, taken back or ran out meanwhile; nothing was sent.
        Conflict: something was put ready or taken out meanwhile; nothing was sent.
        StoreUnavailable: nothing was sent; it can be done again.
        NotWhatWasPromised, KeysError: a stored file was changed; nothing was sent.
    """
    if not asked.has_report:
        raise Invalid(fields={"bestanden": msgid("Kies eerst het onderwijskundig rapport (OKR).")})
    try:
        return _deliver(services, asked, answer)
    except (CodeShut, Conflict):
        if (done := _delivered_already(services, asked)) is not None:
            return done
        raise


def _delivered_already(services: Services, asked: OpenAsked) -> Delivered | None:
    """What whoever opened the request sent a moment ago; None where nothing was sent."""
    with services.uow() as uow:
        row = uow.session.get(AskedDossier, asked.id)
        if row is None or row.sent_at is None:
            return None
        letter = uow.session.scalars(select(Bundle.letter_digest).where(Bundle.handover_id == row.handover_id)).first()
        return Delivered(reference=row.reference, at=row.sent_at, letter=letter or "")


def _deliver(services: Services, asked: OpenAsked, answer: Answer) -> Delivered:
    with services.uow() as uow:
        row = held(uow, asked.id)
        heading, rooms = _heading(uow, row), {Part.DOSSIER: row.dossier_room_id, Part.CARE: row.care_room_id}
        statement = row.statement
    try:
        files = [_seal(services, asked, answer, heading, part) for part in Part]
    except BlobNotFound as error:
        raise Conflict from error
    if not all(is_as_stored(services.store, part_of("", file)) for file in files):
        raise StoreUnavailable("what was stored is not what was sealed")
    letter = Letter(
        handover_id=heading.handover_id,
        version=heading.version,
        previous=None,
        sender=Party(unit_id=heading.sender.unit, card=digest(statement)),
        receiver=Party.of(unchecked(statement)["receiver"]),
        bundles=tuple(said_of(file, rooms[file.part]) for file in files),
        sealed_at=heading.sealed_at,
    ).sign(CircleKey(asked.identity, asked.secret.signing))
    with services.uow() as uow:
        announced = _announced(uow, asked.id)
        row = held(uow, asked.id)
        if [one.id for one in ready_files(uow, row.id, asked.identity)] != [one.id for one in asked.files]:
            raise Conflict
        handover = _handover(uow, row, announced, files)
        _keep(uow, handover, heading, letter, files)
        row.sent_at, row.guest_name, row.guest_function = uow.clock.now(), answer.name, answer.function
        loose = forget_secrets(uow, row)
        uow.after_commit(lambda: _delete(services, loose))
        record(uow, _told(HandoverDelivered, handover, letter, asking=digest(statement)))
        record(uow, _told(HandoverOffered, handover, letter))
        tell_receiver(uow, handover, NoticeKind.OFFERED)
        uow.commit()
        return Delivered(reference=row.reference, at=row.sent_at, letter=digest(letter))


def _announced(uow: UnitOfWork, asked_id: str) -> Announcement:
    """The announcement, held before its request is: as whoever takes it back does."""
    row = uow.session.get(AskedDossier, asked_id)
    if row is None:
        raise CodeShut
    return uow.session.get_one(Announcement, row.announcement_id, with_for_update=True, populate_existing=True)


def _heading(uow: UnitOfWork, row: AskedDossier) -> Heading:
    announced = uow.session.get_one(Announcement, row.announcement_id)
    return Heading(
        handover_id=row.handover_id,
        reference=row.reference,
        version=1,
        sealed_at=uow.clock.now(),
        sender=_place(uow, row.sender_unit_id, row.sender_brin),
        receiver=_place(uow, row.unit_id, announced.receiver_brin),
    )


def _place(uow: UnitOfWork, unit_id: str, brin6: str) -> Place:
    location = uow.session.get_one(Location, brin6)
    return Place(unit=unit_id, name=location.name, place=location.place, brin=brin6)


def _seal(services: Services, asked: OpenAsked, answer: Answer, heading: Heading, part: Part) -> SealedFile:
    care = part is Part.CARE
    chosen = [file for file in asked.files if file.kind.goes_to_care is care]
    entries = [
        Entry(
            name=document_name(number, file.kind.value),
            title=file.title,
            kind=file.kind.value,
            size=file.size,
            sha256=file.sha256,
            pages=file.pages,
            findings=file.findings,
            pieces=partial(bytes_of, services, asked, file),
        )
        for number, file in enumerate(chosen, start=1)
    ]
    content = SupportSchema().dump(asdict(Support())) if care else report_part(_content(answer))
    recipient = asked.secret.care if care else asked.secret.dossier
    return seal_part(services.store, recipient, heading, part, content=content, documents=entries)


def _content(answer: Answer) -> Content:
    """What the guest said. On which day the parents saw it nobody asked."""
    parents = Parent(
        id="ouders",
        name=_PARENTS,
        relation=SEEN[answer.seen],
        agreement=answer.agreement,
        view=answer.view,
    )
    return Content(contact=Contact(name=answer.name, telephone=answer.telephone), parents=(parents,))


def _handover(uow: UnitOfWork, row: AskedDossier, announced: Announcement, files: list[SealedFile]) -> Handover:
    """The rows that every handover has; nobody at a school outside prepares this leaver, so it has no rooms of work."""
    now = uow.clock.now()
    leaver = Leaver(
        id=new_id(),
        reference=row.reference,
        unit_id=row.sender_unit_id,
        school_year=Schooljaar.of(local_day(announced.announced_at) - STILL_WATCHED).name,
        work_room_id=new_id(),
        care_room_id=new_id(),
        created_at=now,
    )
    uow.session.add(leaver)
    uow.flush()
    application = application_at(uow, leaver, announced)
    announced.state, announced.answered_at, announced.sender_unit_id = Announced.KNOWN, now, row.sender_unit_id
    announced.leaver_id, announced.application_id = leaver.id, application.id
    handover = Handover(
        id=row.handover_id,
        reference=row.reference,
        leaver_id=leaver.id,
        application_id=application.id,
        sender_unit_id=row.sender_unit_id,
        receiver_unit_id=row.unit_id,
        receiver_brin=announced.receiver_brin,
        school_year=leaver.school_year,
        status=advance(advance(HandoverStatus.DRAFT, HandoverAction.SEND), HandoverAction.SETTLE),
        dossier_room_id=row.dossier_room_id,
        care_room_id=row.care_room_id,
        has_care=any(file.documents for file in files if file.part is Part.CARE),
        origin=Origin.ASKED,
        created_at=now,
        offered_at=now,
    )
    uow.session.add(handover)
    uow.flush()
    return handover


def _keep(uow: UnitOfWork, handover: Handover, heading: Heading, letter: str, files: list[SealedFile]) -> None:
    bundle = Bundle(
        id=new_id(),
        handover_id=handover.id,
        number=heading.version,
        status=BundleStatus.SETTLED,
        letter=letter,
        letter_digest=digest(letter),
        has_care=handover.has_care,
        sealed_at=heading.sealed_at,
        settled_at=uow.clock.now(),
    )
    keep_rows(uow, bundle, files)


def _delete(services: Services, keys: Sequence[str]) -> None:
    for key in keys:
        delete_quietly(services, key)


def _told(kind: type[HandoverDelivered | HandoverOffered], handover: Handover, letter: str, **facts: str) -> AuditEvent:
    return kind(
        actor_id=None,
        unit_id=handover.sender_unit_id,
        other_unit_id=handover.receiver_unit_id,
        subject_kind="handover",
        subject_id=handover.id,
        version=1,
        letter=digest(letter),
        **facts,
    )
