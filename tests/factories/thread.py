"""Two schools that take part, and one child on its way between them, up to any step, by the service's own actions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import select

from handover.bundles.announcing import Application, announce
from handover.bundles.model import Handover, Part
from handover.bundles.outcomes import record_outcome
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import accept, confirm
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.dossiers.content import Advice, Contact, Content, Parent, Report, Support
from handover.dossiers.drafts import Checked, keep_document, open_draft, save
from handover.leavers.actions import add_leaver
from handover.leavers.model import Leaver
from handover.leavers.recording import record_application
from handover.policy import Role
from handover.schools.model import UnitSide
from handover.services import Services
from handover.terms.destination import Outcome, Tlv
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement
from handover.terms.schooladvies import Schooladvies
from schemas.dossiers import NameSchema
from tests.factories.access import (
    Colleague,
    GivenRegion,
    GivenUnit,
    Member,
    copied,
    copied_unit,
    given_enrolled_unit,
    made_region,
    original_folder,
)
from tests.web.gallery import a_pdf

DAY = date(2027, 4, 8)
REPORT = a_pdf(("Onderwijskundig rapport", "Wat helpt"))
PLAN = a_pdf(("Ontwikkelingsperspectief",))
SHORT = Report(
    career="groep 1 tot en met 8", results="AVI plus", learning="rustig", behaviour="lief", what_works="een vaste plek"
)
NOAH = {"first_name": "Noah", "infix": "", "last_name": "Wójcik", "birth_date": "2015-06-19"}


@dataclass
class Thread:
    """The two schools and who works there."""

    region: GivenRegion
    po: GivenUnit
    vo: GivenUnit
    name: dict[str, str] = field(default_factory=lambda: dict(NOAH))
    """Of each child, unless said otherwise."""
    report: Report = SHORT

    @property
    def services(self) -> Services:
        return self.region.services

    @property
    def teacher(self) -> Member:
        return self.po.people["Marieke Janssen"]

    @property
    def ib(self) -> Member:
        return self.po.people["Ineke Smits"]

    @property
    def intake(self) -> Member:
        return self.vo.people["Peter Claessens"]

    @property
    def care(self) -> Member:
        return self.vo.people["Zohra Amrani"]

    @property
    def office(self) -> Member:
        return self.vo.people["Olga Franssen"]

    def leaver(self, **name: str) -> str:
        """A child on the list of group 8a. Gives its reference."""
        return add_leaver(
            self.services,
            self.teacher.actor,
            self.po.groups["8a"],
            NameSchema().dump(NameSchema().load(self.name | name)),
        )

    def written(self, reference: str, *, has_opp: bool = True, conversation: bool = False) -> None:
        """A dossier in which nothing is missing but the application."""
        services, actor = self.services, self.teacher.actor
        kinds = [(DocumentKind.OKR, REPORT, 2)] + ([(DocumentKind.OPP, PLAN, 1)] if has_opp else [])
        for kind, data, pages in kinds:
            checked = Checked(data=data, title=f"{kind.value}.pdf", kind=kind, pages=pages)
            keep_document(services, actor, reference, checked)
        said = Content(
            advice=Advice(test_advice=Schooladvies.VMBO_KB, final=Schooladvies.VMBO_KB, final_on=DAY),
            report=self.report,
            contact=Contact(
                name="M. Janssen",
                telephone="077 000 00 01",
                conversation_asked=conversation,
                conversation_reason="over de overgang" if conversation else "",
            ),
            support=Support(
                goal="vmbo", actions_agreed_on=DAY, pupil_voice="vooraan", pupil_influence="ja", pupil_told="gesprek"
            )
            if has_opp
            else Support(),
        )
        with services.uow() as uow:
            read = open_draft(uow, actor, reference)
        version = save(services, actor, reference, said, read=read, has_opp=has_opp, section="rapport")
        parent = Parent(
            id="p1",
            name="F. Wójcik",
            inspected_on=DAY,
            copy_on=DAY,
            copy_of=version,
            agreement=Agreement.YES,
            view="Wij zijn blij met dit rapport.",
        )
        with services.uow() as uow:
            read = open_draft(uow, actor, reference)
        save(
            services,
            actor,
            reference,
            replace(said, parents=(parent,)),
            read=read,
            has_opp=has_opp,
            section="ouders",
        )

    def applied(self, reference: str) -> str:
        return record_application(
            self.services,
            self.teacher.actor,
            reference,
            brin6=self.vo.brin6,
            applied_on=DAY,
            tlv=Tlv.NOT_NEEDED,
        )

    def announced(self, *, reference: str = "", **name: str) -> str:
        """A child that the secondary school says applied there: with the code of a child, or without."""
        with self.services.uow() as uow:
            code = uow.session.scalar(select(Leaver.aanmeldcode).where(Leaver.reference == reference)) or ""
        said = Application(
            receiver_brin=self.vo.brin6,
            name=self.name | name,
            applied_on=DAY,
            code=code,
            sender_brin="" if code else self.po.brin6,
        )
        return announce(self.services, self.office.actor, said, only_new=False)

    def offered(self, *, has_opp: bool = True, conversation: bool = False, **name: str) -> str:
        """A child whose dossier waits at the secondary school. Gives the handover's id."""
        reference = self.leaver(**name)
        self.written(reference, has_opp=has_opp, conversation=conversation)
        self.applied(reference)
        return self.send(reference)

    def send(self, reference: str) -> str:
        """Send a dossier in which nothing is missing. Gives the handover's id."""
        handover_id = send(self.services, self.teacher.actor, reference)
        assert settle(self.services, handover_id)
        return handover_id

    def accepted(self, *, has_opp: bool = True, conversation: bool = False, **name: str) -> str:
        handover_id = self.offered(has_opp=has_opp, conversation=conversation, **name)
        accept(self.services, self.intake.actor, handover_id)
        return handover_id

    def read(self, handover_id: str) -> None:
        """Everything in it is read, by those whose reading counts."""
        for part, reader in ((Part.DOSSIER, self.intake.actor), (Part.CARE, self.care.actor)):
            opened = open_for_reading(self.services, reader, handover_id, part)
            content(self.services, reader, opened, way="screen")
            for inner in opened.inside.documents:
                for _piece in document(self.services, reader, opened, inner.number, way="screen"):
                    pass
            opened.inside.close()

    def confirmed(self, *, has_opp: bool = True) -> str:
        handover_id = self.accepted(has_opp=has_opp)
        self.read(handover_id)
        with self.services.uow() as uow:
            application_id = uow.session.get_one(Handover, handover_id).application_id
        self.enrolled(application_id)
        confirm(self.services, self.intake.actor, handover_id)
        return handover_id

    def enrolled(self, application_id: str) -> None:
        record_outcome(self.services, self.office.actor, application_id, outcome=Outcome.ENROLLED)


def given_thread(folder: Path) -> Thread:
    """De Hommel in Venray with one group, the Raayland with its intake; everybody has their keys."""
    return copied_thread(_first_thread(), folder)


def copied_thread(original: Thread, folder: Path) -> Thread:
    """The same schools with all that happened there, on a database and a folder of their own."""
    region = copied(original.region, folder)
    po, vo = copied_unit(original.po, region.services), copied_unit(original.vo, region.services)
    return Thread(region=region, po=po, vo=vo)


@cache
def _first_thread() -> Thread:
    return given_thread_in(made_region(original_folder("thread")))


def given_thread_in(region: GivenRegion) -> Thread:
    """The same two schools, in a region over other parts."""
    po = given_enrolled_unit(
        region,
        UnitSide.PO,
        "De Hommel",
        brin6="03QI00",
        people=[
            Colleague(name="Marieke Janssen", roles=(Role.TEACHER,), groups=("8a",)),
            Colleague(name="Ineke Smits", roles=(Role.IB,)),
        ],
    )
    vo = given_enrolled_unit(
        region,
        UnitSide.VO,
        "Raayland College",
        brin6="25FY00",
        people=[
            Colleague(name="Peter Claessens", roles=(Role.INTAKE,)),
            Colleague(name="Zohra Amrani", roles=(Role.CARE,)),
            Colleague(name="Olga Franssen", roles=(Role.VO_OFFICE,)),
        ],
    )
    return Thread(region=region, po=po, vo=vo)


def given_krekel(region: GivenRegion) -> GivenUnit:
    """Another primary school in that region: De Krekel in Horst, with an intern begeleider and group 8b."""
    people = [
        Colleague(name="Wim Bos", roles=(Role.IB,)),
        Colleague(name="Lot Maas", roles=(Role.TEACHER,), groups=("8b",)),
    ]
    return given_enrolled_unit(region, UnitSide.PO, "De Krekel", brin6="04AB00", place="Horst", people=people)
