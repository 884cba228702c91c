"""What an address can be about: one child at a stage, and the unit and colleagues of whoever knocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import select

from handover.access.enrolment import invite_unit
from handover.access.invitations import invite
from handover.access.people import accept_invitation
from handover.bundles.model import Handover
from handover.bundles.remarks import ask
from handover.bundles.withdrawing import withdraw
from handover.db.base import new_id
from handover.dossiers.model import Document
from handover.leavers.model import Leaver
from handover.policy import PO_ROLES, SWV_ROLES, Role
from handover.schools.model import Membership, UnitSide
from handover.terms.school_kind import SchoolKind
from tests.factories.access import GivenUnit, Member, given_location
from tests.factories.everybody import Everybody, given_mentor, given_passage

_NUMBERS = count(10)


@dataclass
class Subjects:
    """Values for the parameters of addresses; those of a unit depend on who knocks."""

    everybody: Everybody
    child: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, column: str, rule: str) -> str:
        if name in self.child:
            return self.child[name]
        unit_id, admin, role = self._unit(column)
        made: dict[str, Callable[[], str]] = {
            "unit_id": lambda: self._unit_of_the_region(rule) if rule.startswith("/regio") else unit_id,
            "circle": lambda: "admin" if unit_id == self.everybody.thread.region.swv_id else "dossier",
            "invitation_id": lambda: self._invited(admin, unit_id, role)[0],
            "person_id": lambda: self._joined(admin, unit_id, role),
            "membership_id": lambda: self._membership(self._joined(admin, unit_id, role)),
        }
        return made.get(name, new_id)()

    def _unit_of_the_region(self, rule: str) -> str:
        """One that takes part; to be invited again, one that does not yet."""
        region = self.everybody.thread.region
        if not rule.endswith("/opnieuw"):
            return self.everybody.thread.po.id
        brin6 = f"{next(_NUMBERS):02d}ZZ00"
        given_location(region.services, brin6, "De Wachtende", kind=SchoolKind.BO)
        asked = invite_unit(
            region.services,
            region.swv.actor,
            side=UnitSide.PO,
            brins=(brin6,),
            admin_name="Wil Wachter",
            admin_email=f"wil@{brin6.lower()}.example",
        )
        return asked.unit_id

    def _unit(self, column: str) -> tuple[str, Member, Role]:
        """The unit that stands where policy's own test has it: the knocker's side of the thread."""
        thread = self.everybody.thread
        word = column.split(maxsplit=1)[0]
        role = Role(word) if word in set(Role) else Role.TEACHER
        if role in SWV_ROLES:
            return thread.region.swv_id, thread.region.swv, Role.BOC
        unit: GivenUnit = thread.po if role in PO_ROLES else thread.vo
        return unit.id, unit.admin, Role.IB if role in PO_ROLES else Role.MENTOR

    def _invited(self, admin: Member, unit_id: str, role: Role) -> tuple[str, str]:
        email = f"{new_id()}@school.example"
        asked = invite(
            admin.services,
            admin.actor,
            unit_id,
            name="Nieuwe Collega",
            email=email,
            roles=(role,),
            groups=frozenset(),
        )
        return asked.id, asked.code

    def _joined(self, admin: Member, unit_id: str, role: Role) -> str:
        return accept_invitation(admin.services, code=self._invited(admin, unit_id, role)[1]).person_id

    def _membership(self, person_id: str) -> str:
        with self.everybody.thread.services.uow() as uow:
            return uow.session.scalars(select(Membership.id).where(Membership.person_id == person_id)).one()


def given_subjects(everybody: Everybody, stage: str) -> Subjects:
    """A new child at that stage; for "draft" one whose dossier is complete and not sent."""
    thread = everybody.thread
    services = thread.services
    subjects = Subjects(
        everybody,
        {
            "release": "x",
            "path:name": "merk.svg",
            "name": "merk.svg",
            "part": "dossier",
            "press": "0" * 32,
            "number": "1",
            "kind": "notitie",
            "role": "teacher",
            "parent_id": "p1",
            "brin6": "03QI00",
            "group_id": thread.po.groups["8a"],
        },
    )
    if not stage:
        return subjects
    handover_id = reference = ""
    if stage == "draft":
        reference = thread.leaver()
        thread.written(reference)
        thread.applied(reference)
        subjects.child["announcement_id"] = thread.announced(reference=reference, last_name="Wojcik-anders")
        subjects.child["passage_id"] = given_passage(everybody)
    elif stage in {"offered", "ended"}:
        handover_id = thread.offered()
        if stage == "ended":
            withdraw(services, thread.teacher.actor, handover_id)
    elif stage == "confirmed":
        handover_id = thread.confirmed()
    else:
        handover_id = thread.accepted(conversation=True)
        subjects.child["remark_id"] = ask(services, thread.intake.actor, handover_id, text="Wat helpt op maandag?")
    if stage in {"accepted", "confirmed"}:
        subjects.child |= given_mentor(everybody, handover_id)
    with services.uow() as uow:
        if handover_id:
            reference = uow.session.get_one(Handover, handover_id).reference
        leaver = uow.session.scalars(select(Leaver).where(Leaver.reference == reference)).one()
        document = uow.session.scalars(select(Document.id).where(Document.leaver_id == leaver.id)).first()
    subjects.child |= {
        "reference": reference,
        "handover_id": handover_id or new_id(),
        "document_id": document or "",
    }
    return subjects
