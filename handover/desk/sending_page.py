"""Where one leaver's dossier goes: its applications, the last check before sending, and how it stands afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup

from handover.bundles.answering import double, doubtful
from handover.bundles.handovers import handover_of, under_way
from handover.bundles.moving_back import way_back
from handover.bundles.one_of_two import Because, surplus_of
from handover.bundles.outside import whom_of
from handover.bundles.readiness import ENDED
from handover.bundles.second import second_application
from handover.bundles.sending import left_to_do
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_going import going_of
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.dossier_page import PLACES
from handover.desk.sent import School, school_of
from handover.dossiers.content import Content
from handover.dossiers.documents import KeptDocument, list_documents
from handover.dossiers.drafts import open_draft
from handover.dossiers.labels import MISSING
from handover.dossiers.rules import Missing, ToDo
from handover.leavers.applications import ApplicationView, applications_at
from handover.policy import Action, Actor, Subject, require
from handover.schools.calendar import region_days
from handover.schools.model import Location
from handover.schools.queries import search_locations, unit_of_location
from handover.services import Services
from handover.terms.brin import Brin6
from handover.terms.clock import local_day
from handover.terms.school_kind import SchoolKind, Side

MOST = 20
"""Schools that a search shows at most."""


@dataclass(frozen=True, kw_only=True)
class FoundSchool:
    """A location of the register, as a search shows it."""

    brin: str
    name: str
    place: str
    street: str
    kind: SchoolKind
    takes_part: bool


@dataclass(frozen=True, kw_only=True)
class SchoolPage:
    """A leaver's applications; `goes_to` is where its dossier would go, or went."""

    head: Head
    applications: tuple[ApplicationView, ...]
    goes_to: ApplicationView | None
    sent_with: tuple[str, ...]
    """The applications that the handovers under way belong to."""
    is_open: bool
    """Another application can be recorded or changed: nothing is under way, or it may go to a second school too."""
    schools_that_say_so: int
    """How many secondary schools say to have this child, when more than one does; else 0."""
    is_doubtful: bool
    """A school gave another name to this child's code."""
    today: date

    def is_standing(self, application: ApplicationView) -> bool:
        """Whether it was neither refused nor withdrawn."""
        return application.outcome not in ENDED


@dataclass(frozen=True, kw_only=True)
class Part:
    """What goes in one of the two parts of a bundle: what was filled in, and documents by title."""

    filled: tuple[str, ...]
    documents: tuple[KeptDocument, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class SendingPage:
    """Before: what is left, or the last check. After: how it stands."""

    head: Head
    school: ApplicationView | None
    left: tuple[tuple[Markup, str], ...]
    """Sentences and addresses."""
    without_card: bool
    """The school takes no part; it can go there with a code."""
    dossier: Part
    care: Part
    back_to: School | None = None
    """The school that it came from by a move, as long as it can go back there."""
    to_let_go: str | None = None
    """Of two handovers the one that is to go, and why."""
    because: Because | None = None
    failed_beside: str = ""
    """The second school to which it did not come whole, and may go once more."""
    may_be_two: bool = False
    """It could go to a second school too, if nothing else keeps it."""
    whom: str = field(default="", repr=False)
    """To whom it went outside the service; empty where it did not, or this person has no key of it."""


def open_school(services: Services, actor: Actor, reference: str) -> SchoolPage:
    """A leaver's applications, for who may read its dossier.

    Raises:
        NamesOnly, NotFound, NoKey: not for this actor, or not so much of it.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        head = head_of(uow, actor, leaver)
        applications = applications_at(uow, actor, reference)
        sent_with = tuple(one.application_id for one in under_way(uow, leaver.id))
        two = region_days(uow).two_schools
        return SchoolPage(
            head=head,
            is_open=not sent_with or (two and len(sent_with) == 1),
            schools_that_say_so=double(uow, [leaver.id]).get(leaver.id, 0),
            is_doubtful=bool(doubtful(uow, actor, leaver.unit_id, [leaver.id])),
            applications=tuple(applications),
            goes_to=_goes_to(applications, next(iter(sent_with), None)),
            sent_with=sent_with,
            today=local_day(uow.clock.now()),
        )


def find_schools(services: Services, text: str) -> list[FoundSchool]:
    """Open secondary locations by words of name, place or BRIN; the one of a whole BRIN alone. The register is open."""
    with services.uow() as uow:
        exact = exact_school(uow, text)
        if exact is not None:
            return [exact]
        return [_found(uow, location) for location in search_locations(uow, text, side=Side.VO, limit=MOST)]


def exact_school(uow: UnitOfWork, text: str) -> FoundSchool | None:
    """The open secondary location of a BRIN with its vestiging, in any way that people write it."""
    try:
        brin = Brin6.parse(text)
    except ValueError:
        return None
    location = uow.session.get(Location, str(brin))
    if location is None or location.closed_on is not None or location.kind.side is not Side.VO:
        return None
    return _found(uow, location)


def one_school(services: Services, brin: str) -> FoundSchool | None:
    """A school that was chosen from a list; None where there is no such open one."""
    with services.uow() as uow:
        return exact_school(uow, brin)


def open_sending(services: Services, actor: Actor, reference: str, *, about: str | None = None) -> SendingPage:
    """What stands between a dossier and its sending, or what became of it.

    Raises:
        NamesOnly, NotFound, NoKey: not for this actor, or not so much of it.
        KeysError: what is stored was changed or exchanged.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.SEND, Subject(unit_id=leaver.unit_id, group_id=leaver.group_id))
        head = head_of(uow, actor, leaver, about)
        content = open_draft(uow, actor, reference).content
        documents = list_documents(uow, actor, leaver)
        left = [] if head.is_closed else left_to_do(services, uow, actor, reference)
        is_outside = head.sent is not None and head.is_closed and head.sent.outside is not None
        whom = whom_of(uow, actor, head.sent.handover_id) if head.sent and is_outside else ""
        is_there = head.sent is not None and head.sent.is_on_its_way
        there = handover_of(uow, head.sent.handover_id) if head.sent and is_there else None
        sent_with = there.application_id if there else None
        surplus = surplus_of(uow, under_way(uow, leaver.id))
        # Where nobody applied elsewhere there is nothing to say of a second school; recording it says it may be.
        may_be_two = (
            there is not None
            and not head.beside
            and region_days(uow).two_schools
            and second_application(uow, leaver.id, there) is not None
        )
        going = going_of(uow, [leaver.id]).get(leaver.id)
        failed_beside = going.failed_beside if going else ""
        school = _goes_to(applications_at(uow, actor, reference), sent_with)
        back_to = way_back(uow, handover_of(uow, head.sent.handover_id)) if head.sent and head.is_closed else None
        came_from = school_of(uow, back_to) if back_to else None
    return SendingPage(
        head=head,
        back_to=came_from,
        school=school,
        left=sentences(reference, left),
        whom=whom,
        to_let_go=surplus.handover.id if surplus else None,
        because=surplus.because if surplus else None,
        may_be_two=may_be_two,
        failed_beside=failed_beside,
        without_card=any(todo.missing is Missing.RECEIVER_NOT_READY for todo in left),
        dossier=in_dossier(content, documents),
        care=in_care(head, documents),
    )


def in_dossier(content: Content, documents: Sequence[KeptDocument]) -> Part:
    """What would go in the first part."""
    return Part(filled=_in_dossier(content), documents=tuple(one for one in documents if not one.kind.goes_to_care))


def in_care(head: Head, documents: Sequence[KeptDocument]) -> Part:
    """What would go in the care part."""
    return Part(
        filled=(_("het ingevulde deel over het OPP"),) if head.has_opp else (),
        documents=tuple(one for one in documents if one.kind.goes_to_care),
    )


def _in_dossier(content: Content) -> tuple[str, ...]:
    """What was filled in and goes along, as people call it."""
    said = [_("schooladvies en toets"), _("het ingevulde rapport")]
    if content.parents:
        said.append(_("wat de ouders vinden, in hun eigen woorden"))
    if content.contact.conversation_asked:
        said.append(_("de vraag om een gesprek"))
    said.append(_("wie de school kan bellen"))
    return tuple(str(text) for text in said)


def sentences(reference: str, left: Sequence[ToDo]) -> tuple[tuple[Markup, str], ...]:
    """What is left, each with the address where it is done."""
    return tuple(
        (_sentence(todo), f"/leerling/{reference}/{PLACES.get(todo.missing, todo.section.value)}") for todo in left
    )


def _sentence(todo: ToDo) -> Markup:
    """What is left, with the name of a parent marked as a name."""
    who = Markup("<span data-name>{}</span>").format(todo.about)
    text = Markup.escape(_(MISSING[todo.missing]))
    return text % {"wie": who} if todo.about else text


def _goes_to(applications: Sequence[ApplicationView], sent_with: str | None) -> ApplicationView | None:
    for application in applications:
        if application.id == sent_with:
            return application
    return next((one for one in applications if one.outcome not in ENDED), None)


def _found(uow: UnitOfWork, location: Location) -> FoundSchool:
    return FoundSchool(
        brin=location.brin6,
        name=location.name,
        place=location.place,
        street=location.street,
        kind=location.kind,
        takes_part=unit_of_location(uow, location.brin6) is not None,
    )
