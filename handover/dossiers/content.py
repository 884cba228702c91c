"""What a dossier says about a child: the Besluit's closed list and no field more, as frozen values.

It exists in the clear only inside a request. At rest it is the JSON of `schemas.dossiers`, sealed: `report` in the
leaver's `work` room, `support` in `work-care`.

Source of the list: Besluit uitwisseling leer- en begeleidingsgegevens (Stb. 2012, 234), as summed up in the glossary.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from handover.terms.parent import Agreement, Custody, InspectionWay
from handover.terms.schooladvies import Schooladvies

IN_THE_PDF = "Dit staat in het onderwijskundig rapport (pdf)."
"""What a part of the report says that the school's own OKR document says; whoever reads it gets a link to that."""
PARTS_IN_PDF = ("career", "results", "learning", "behaviour")
"""What an OKR of an administration says; what works with the child it does not, and that is still asked for."""


class Section(StrEnum):
    """The parts of a dossier's page, in their order; the page's spine."""

    PUPIL = "leerling"
    ADVICE = "advies"
    REPORT = "rapport"
    SUPPORT = "ondersteuning"
    DOCUMENTS = "documenten"
    PARENTS = "ouders"
    DESTINATION = "school"
    CONVERSATION = "gesprek"


@dataclass(frozen=True, kw_only=True)
class Name:
    """Who the child is. Sealed in name grants, never anywhere else."""

    first_name: str
    infix: str = ""
    last_name: str
    birth_date: date

    @property
    def full(self) -> str:
        """As schools say it: roepnaam, tussenvoegsel, achternaam."""
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)

    @property
    def sort_key(self) -> tuple[str, str]:
        """Dutch lists sort on the last name without its infix."""
        return (self.last_name.casefold(), self.first_name.casefold())


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """Administrative facts (a). Of a secret address nothing is kept at all."""

    sex: str = ""
    pupil_number: str = ""
    secret_address: bool = False
    street: str = ""
    postcode: str = ""
    place: str = ""
    since: date | None = None
    """At this school since."""


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Schooladvies and doorstroomtoets (b); both advices are kept."""

    preliminary: Schooladvies | None = None
    preliminary_on: date | None = None
    test_name: str = ""
    test_advice: Schooladvies | None = None
    test_on: date | None = None
    no_test_reason: str = ""
    final: Schooladvies | None = None
    final_on: date | None = None
    motivation: str = ""
    """Grounds; obligatory where a higher test did not raise the advice."""
    wish_pupil: str = ""
    wish_parents: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """The core of the OKR: career and results (b), behaviour (c), needs and what works (d), absence (e)."""

    career: str = ""
    results: str = ""
    learning: str = ""
    behaviour: str = ""
    needs: str = ""
    what_works: str = ""
    absence: str = ""
    """Only relatief verzuim of the last twelve months."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom the secondary school may call, and whether a conversation is asked for."""

    name: str = ""
    telephone: str = ""
    days: str = ""
    conversation_asked: bool = False
    conversation_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Support:
    """For a child with an OPP: lies in the care room."""

    goal: str = ""
    """Uitstroombestemming and its grounds."""
    actions_agreed_on: date | None = None
    """The day on which the parents agreed with the handelingsdeel."""
    actions_waiver: str = ""
    pupil_voice: str = ""
    pupil_influence: str = ""
    pupil_told: str = ""
    pupil_waiver: str = ""


@dataclass(frozen=True, kw_only=True)
class Parent:
    """One parent or guardian, and the steps that the school recorded with them."""

    id: str
    name: str
    relation: str = ""
    custody: Custody = Custody.YES
    inspected_on: date | None = None
    """Inzage offered."""
    inspected_way: InspectionWay | None = None
    inspected_how: str = ""
    copy_on: date | None = None
    copy_how: str = ""
    copy_of: int = 0
    """The content version that the copy was made of."""
    agreement: Agreement = Agreement.UNKNOWN
    disagreement: str = ""
    view: str = ""
    """The zienswijze, in the parent's own words."""
    school_dispute: str = ""
    """What this parent wants otherwise than the other about the *school*. It holds the dossier until it is settled."""

    @property
    def must_see(self) -> bool:
        """Only who certainly has no gezag is left out."""
        return self.custody is not Custody.NO


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that a dossier says, except its documents."""

    pupil: Pupil = field(default_factory=Pupil)
    advice: Advice = field(default_factory=Advice)
    report: Report = field(default_factory=Report)
    contact: Contact = field(default_factory=Contact)
    support: Support = field(default_factory=Support)
    parents: tuple[Parent, ...] = ()

    @classmethod
    def from_parts(cls, report: dict[str, Any], support: dict[str, Any]) -> Self:
        """Build from what the two schemas loaded; a part that was never written is empty."""
        made = cls(
            pupil=Pupil(**report.get("pupil", {})),
            advice=Advice(**report.get("advice", {})),
            report=Report(**report.get("report", {})),
            contact=Contact(**report.get("contact", {})),
            parents=tuple(Parent(**parent) for parent in report.get("parents", [])),
        )
        return replace(made, support=Support(**support))

    def with_section(self, name: str, values: dict[str, Any]) -> Self:
        """The same with these fields of one section changed; the others of the section stay."""
        return replace(self, **{name: replace(getattr(self, name), **values)})
