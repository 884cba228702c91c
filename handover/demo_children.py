"""Brings a child of the demo as far as its story goes, by the actions that people take on the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from handover.bundles.announcing import Application, announce
from handover.bundles.conversations import ConversationWay, hold
from handover.bundles.ending import end_leaver
from handover.bundles.handovers import handover_of
from handover.bundles.mentor_keys import give_now
from handover.bundles.mentors import NewMentor, name_mentor
from handover.bundles.model import Part
from handover.bundles.opened import open_document
from handover.bundles.outcomes import record_outcome
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import accept, confirm, decline
from handover.bundles.remarks import ask, close, feed_back, note, reply
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.supplementing import open_supplement, supplement
from handover.bundles.withdrawing import withdraw
from handover.demo_data.children import Announced, Child, State
from handover.demo_data.documents import plan_pdf, report_pdf
from handover.demo_people import Somebody, Town, Unit
from handover.desk.parents_page import record_copies
from handover.dossiers.content import Advice, Contact, Content, Parent, Report, Support
from handover.dossiers.drafts import Checked, keep_document, open_draft, save
from handover.leavers.actions import add_leaver, leaver_of
from handover.leavers.recording import record_application
from handover.policy import Role
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd, Outcome, Tlv
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement
from handover.terms.schooljaar import Schooljaar
from schemas.dossiers import NameSchema

_SENT = frozenset(State) - {
    State.EMPTY, State.HALF, State.PASSING, State.PARENTS, State.READY, State.NO_RECEIVER
}  # fmt: skip
_ACCEPTED = frozenset(
    {State.ACCEPTED, State.QUESTION, State.READ, State.SUPPLEMENTED, State.CONFIRMED, State.TWO_SCHOOLS}
)
_READ = frozenset({State.READ, State.SUPPLEMENTED, State.CONFIRMED})
_AGE = 12
"""In the calendar year in which the child leaves; who is born after September turns it a year earlier."""
_OCTOBER = 10


class Story:
    """One child, its teacher, and the unit where it applied (None: that school takes no part).

    `beside`: the second school of a child that is at two.
    """

    def __init__(
        self, town: Town, po: Unit, child: Child, receiver: Unit | None, *, beside: Unit | None = None
    ) -> None:
        self.town, self.po, self.child, self.receiver, self.beside = town, po, child, receiver, beside
        self.teacher = po.one(Role.TEACHER)

    def tell(self) -> str:
        """Bring the child to its state. Gives its reference."""
        reference = self._told()
        if self.child.announced is not Announced.NOT:
            self._announced(reference)
        return reference

    def _told(self) -> str:
        state = self.child.state
        reference = self._added()
        if state is State.EMPTY:
            return reference
        said = self._half(reference)
        if state is State.PASSING:
            self._passed(reference)
        if state in {State.HALF, State.PASSING}:
            return reference
        self._complete(reference, said)
        if state is State.PARENTS:
            return reference
        self._applied(reference)
        if state in _SENT:
            self._sent(reference)
        return reference

    def _added(self) -> str:
        child = self.child
        name = {
            "first_name": child.first_name,
            "infix": child.infix,
            "last_name": child.last_name,
            "birth_date": self._born().isoformat(),
        }
        schema = NameSchema()
        group = next(iter(self.po.groups.values()))
        return add_leaver(self.town.services, self.teacher.actor, group, schema.dump(schema.load(name)))

    def _born(self) -> date:
        month, day = (int(part) for part in self.child.born.split("-"))
        leaves = Schooljaar.of(self._today()).first + 1
        return date(leaves - _AGE - (month >= _OCTOBER), month, day)

    def _half(self, reference: str) -> Content:
        advice = Advice(
            preliminary=self.child.advice, preliminary_on=self._today(), wish_pupil="Graag met vrienden mee."
        )
        report = Report(
            career="Sinds groep 1 op deze school, zonder vertraging.",
            results="Begrijpend lezen III, rekenen III, spelling II (eind groep 7).",
        )
        return self._save(reference, Content(advice=advice, report=report), "rapport")

    def _complete(self, reference: str, said: Content) -> None:
        child, today = self.child, self._today()
        contact = Contact(
            name="De leerkracht van groep 8", telephone="077 000 00 01", days="maandag, dinsdag en donderdag"
        )
        if child.conversation:
            contact = replace(
                contact,
                conversation_asked=True,
                conversation_reason="Over de eerste weken en het aanspreekpunt.",
            )
        whole = Content(
            advice=replace(
                said.advice,
                test_name="Doorstroomtoets",
                test_advice=child.advice,
                test_on=today,
                final=child.advice,
                final_on=today,
            ),
            report=replace(
                said.report,
                learning="Werkt rustig door, vraagt hulp als het nodig is.",
                behaviour="Vriendelijk in de groep, kijkt eerst de kat uit de boom.",
                needs="Een vaste plek vooraan, en een stap tegelijk.",
                what_works="Eerst samen een voorbeeld, dan zelf. Complimenten over de aanpak.",
                absence="Geen bijzonder verzuim.",
            ),
            contact=contact,
            support=self._support(),
        )
        self._save(reference, whole, "rapport")
        self._documents(reference)
        self._save(reference, replace(whole, parents=(self._parent(reference),)), "ouders")

    def _support(self) -> Support:
        if not self.child.has_opp:
            return Support()
        return Support(
            goal=f"Uitstroom naar {self.child.advice.value.replace('_', ' ')}, op grond van de groei in groep 7 en 8.",
            actions_agreed_on=self._today(),
            pupil_voice="Ik werk liever alleen, en ik wil weten wat er komt.",
            pupil_influence="Daarom begint elke dag met het dagrooster op papier.",
            pupil_told="In een gesprek met de intern begeleider, met de tekening van de school erbij.",
        )

    def _passed(self, reference: str) -> None:
        """To another primary school, which is asked whether it knows the child."""
        services, actor = self.town.services, self.teacher.actor
        self.town.clock.later(timedelta(days=1))
        end_leaver(services, actor, reference, end=LeaverEnd.OTHER_SCHOOL, to=self.child.to)

    def _documents(self, reference: str) -> None:
        school = self.po.school.name
        made = [(DocumentKind.OKR, "Onderwijskundig rapport.pdf", report_pdf(reference, school), 2)]
        if self.child.has_opp:
            made.append((DocumentKind.OPP, "Ontwikkelingsperspectief.pdf", plan_pdf(reference, school), 1))
        for kind, title, data, pages in made:
            checked = Checked(data=data, title=title, kind=kind, pages=pages)
            keep_document(self.town.services, self.teacher.actor, reference, checked)

    def _parent(self, reference: str) -> Parent:
        reading = Parent(
            id="p1",
            name=f"Ouder van {self.child.first_name}",
            relation="moeder",
            inspected_on=self._today(),
            inspected_how="op school, samen gelezen",
        )
        if self.child.state is State.PARENTS:
            return reading
        with self.town.services.uow() as uow:
            version = open_draft(uow, self.teacher.actor, reference).leaver.content_version
        heard = replace(reading, copy_on=self._today(), copy_how="meegegeven op papier", copy_of=version)
        if self.child.agrees:
            return replace(heard, agreement=Agreement.YES, view="Wij herkennen ons kind in dit rapport.")
        why = "Wij denken dat hier een hoger advies past."
        return replace(heard, agreement=Agreement.NO, disagreement=why, view=why)

    def _applied(self, reference: str) -> None:
        child = self.child
        where = [(child.to, Tlv.NOT_NEEDED), (child.beside, child.tlv)] if child.beside else [(child.to, child.tlv)]
        for brin6, tlv in where:
            record_application(
                self.town.services, self.teacher.actor, reference, brin6=brin6, applied_on=self._today(), tlv=tlv
            )

    def _announced(self, reference: str) -> None:
        services, child = self.town.services, self.child
        by_code = child.announced is Announced.BY_CODE
        with services.uow() as uow:
            code = leaver_of(uow, reference).aanmeldcode
        name = {
            "first_name": child.first_name,
            "infix": child.infix if by_code else "",
            "last_name": child.last_name,
            "birth_date": self._born().isoformat(),
        }
        said = Application(
            receiver_brin=child.to,
            name=name,
            applied_on=self._today(),
            code=code if by_code else "",
            sender_brin=self.po.school.brins[0],
        )
        announce(services, self._at_receiver(Role.VO_OFFICE).actor, said)

    def _sent(self, reference: str) -> None:
        services, state = self.town.services, self.child.state
        self.town.clock.later(timedelta(hours=1))
        handover_id = send(services, self.teacher.actor, reference)
        settle(services, handover_id)
        self.town.clock.later(timedelta(hours=2))
        if state is State.WITHDRAWN:
            withdraw(services, self.teacher.actor, handover_id)
        elif state is State.DECLINED:
            decline(services, self._at_receiver(Role.INTAKE).actor, handover_id, reason="not_applied_here")
        elif state in _ACCEPTED:
            self._received(handover_id)
        if self.beside is not None:
            self._sent_beside(reference, self.beside)

    def _sent_beside(self, reference: str, second: Unit) -> None:
        """To VSO as well, which receives it; what is decided on the TLV is left to who tries the demo."""
        services = self.town.services
        self.town.clock.later(timedelta(hours=1))
        handover_id = send(services, self.teacher.actor, reference, to=self.child.beside, is_second=True)
        settle(services, handover_id)
        self.town.clock.later(timedelta(hours=2))
        accept(services, second.one(Role.INTAKE).actor, handover_id)

    def _received(self, handover_id: str) -> None:
        services, intake = self.town.services, self._at_receiver(Role.INTAKE)
        accept(services, intake.actor, handover_id)
        if self.child.state is State.QUESTION:
            self._asked(handover_id, intake)
        if self.child.state in _READ:
            self._read(handover_id, Part.DOSSIER, intake)
            self._read(handover_id, Part.CARE, self._at_receiver(Role.CARE))
            self._answered(handover_id, intake)
        if self.child.state is State.SUPPLEMENTED:
            self._supplemented(handover_id)
        if self.child.state is State.CONFIRMED:
            self._confirmed(handover_id, intake)

    def _supplemented(self, handover_id: str) -> None:
        """The results of a test that came in May, which the parents saw first."""
        services, actor = self.town.services, self.teacher.actor
        with services.uow() as uow:
            reference = handover_of(uow, handover_id).reference
        self.town.clock.later(timedelta(days=1))
        open_supplement(services, actor, reference)
        data = plan_pdf(reference, self.po.school.name)
        results = Checked(data=data, title="Toets in mei.pdf", kind=DocumentKind.TOETSRESULTATEN, pages=1)
        keep_document(services, actor, reference, results)
        with services.uow() as uow:
            seen = open_draft(uow, actor, reference).leaver.content_version
        record_copies(services, actor, reference, on=self._today(), how="meegegeven op papier", seen=seen)
        supplement(services, actor, reference)
        settle(services, handover_id)

    def _asked(self, handover_id: str, intake: Somebody) -> None:
        services = self.town.services
        note(services, intake.actor, handover_id, text="Bij de indeling denken aan een rustige mentor.")
        ask(
            services,
            intake.actor,
            handover_id,
            text="De lijn bij lezen gaat omhoog. Kwam dat door de begeleiding, of las de klas toen ook meer?",
            document=1,
            page=1,
        )

    def _answered(self, handover_id: str, intake: Somebody) -> None:
        services, text = self.town.services, "Is een kwartier langer genoeg, of liever toetsen in een aparte ruimte?"
        question = ask(services, intake.actor, handover_id, text=text, document=1, page=2)
        self.town.clock.later(timedelta(hours=1))
        reply(services, self.teacher.actor, question, text="Een kwartier was genoeg. De eigen plek telt het meest.")
        close(services, intake.actor, question)

    def _confirmed(self, handover_id: str, intake: Somebody) -> None:
        services = self.town.services
        if self.child.conversation:
            hold(
                services,
                intake.actor,
                handover_id,
                held_on=self._today(),
                way=ConversationWay.TELEPHONE,
                who="Intakecoördinator en leerkracht van groep 8",
                agreed="De eerste zes weken elke week vijf minuten met de mentor.",
            )
        with services.uow() as uow:
            application_id = handover_of(uow, handover_id).application_id
        record_outcome(services, self._at_receiver(Role.VO_OFFICE).actor, application_id, outcome=Outcome.ENROLLED)
        self.town.clock.later(timedelta(hours=1))
        confirm(services, intake.actor, handover_id)
        self._mentored(handover_id, intake)

    def _mentored(self, handover_id: str, intake: Somebody) -> None:
        """Mia Linders is mentor of 1b at the Raayland; elsewhere nobody is named yet."""
        mentor = self.receiver.find(Role.MENTOR) if self.receiver else None
        if mentor is None:
            return
        services = self.town.services
        name_mentor(services, intake.actor, handover_id, NewMentor(email=mentor.email, class_name="1b"))
        give_now(services, intake.actor, handover_id)
        if self.child.has_opp:
            open_document(services, self._at_receiver(Role.CARE).actor, handover_id, 1)
        if self.child.conversation:
            self._read(handover_id, Part.DOSSIER, mentor)
            feed_back(services, mentor.actor, handover_id, text="Dank voor de goede overdracht. Wij kijken ernaar uit.")

    def _read(self, handover_id: str, part: Part, reader: Somebody) -> None:
        services, actor = self.town.services, reader.actor
        opened = open_for_reading(services, actor, handover_id, part)
        content(services, actor, opened, way="screen")
        for inner in opened.inside.documents:
            for _piece in document(services, actor, opened, inner.number, way="screen"):
                pass
        opened.inside.close()

    def _save(self, reference: str, said: Content, section: str) -> Content:
        services, actor = self.town.services, self.teacher.actor
        with services.uow() as uow:
            read = open_draft(uow, actor, reference)
        save(services, actor, reference, said, read=read, has_opp=self.child.has_opp, section=section)
        return said

    def _at_receiver(self, role: Role) -> Somebody:
        if self.receiver is None:
            msg = f"{self.child.to} takes no part"
            raise LookupError(msg)
        return self.receiver.one(role)

    def _today(self) -> date:
        return local_day(self.town.clock.now())
