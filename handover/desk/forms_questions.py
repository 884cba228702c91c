"""How the forms of a dossier are put together, and who reads what is written in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from handover.desk.forms_fields import TEXT, Choices, FormField, Group, Kind, Text
from handover.dossiers.content import Section
from handover.terms import schooladvies
from handover.terms.schooladvies import Schooladvies

ALL_READ = _l(
    "Dit lezen de intakecoördinator en de zorgcoördinator van de nieuwe school, en later de mentor."
    " Pas als die school het dossier heeft ontvangen."
)
CARE_READS = _l(
    "Alleen de zorgcoördinator en de intakecoördinator van de nieuwe school lezen dit. De mentor leest het niet."
)
HAS_OPP = "has_opp"
"""The one question whose answer is no part of the content: it is a flag of the leaver."""


@dataclass(frozen=True, kw_only=True)
class SectionForm:
    """A page with one form. `part` is the field of `Content` that it fills."""

    section: Section
    part: str
    title: Text
    intro: Text
    groups: tuple[Group, ...]

    @property
    def fields(self) -> tuple[FormField, ...]:
        """All its questions, in their order."""
        return tuple(one for group in self.groups for one in group.fields)

    @property
    def sees(self) -> Text:
        """Who reads all of it, to be said once; empty when groups differ, and then each says it."""
        said = {str(group.sees) for group in self.groups if group.sees}
        return next(iter(said)) if len(said) == 1 and next(iter(said)) == ALL_READ else ""


def a_text(name: str, label: Text, hint: Text = "", *, optional: bool = False, rows: int = 4) -> FormField:
    """A question answered in sentences."""
    return FormField(name=name, label=label, kind=Kind.TEXT, hint=hint, longest=TEXT, optional=optional, rows=rows)


def a_day(name: str, label: Text, *, optional: bool = False) -> FormField:
    """A question answered by a day in the past."""
    return FormField(name=name, label=label, kind=Kind.DAY, optional=optional, empty=None)


def an_advice(name: str, label: Text, values: tuple[Schooladvies, ...], hint: Text = "") -> FormField:
    """A question answered by one of the advices, in the order of the list."""
    choices = tuple((value.value, schooladvies.LABELS[value]) for value in values)
    return FormField(
        name=name, label=label, kind=Kind.CHOICE, hint=hint, choices=choices, convert=Schooladvies, empty=None
    )


def one_of(choices: Choices) -> Callable[[str], str]:
    """What takes these values only."""
    known = {value for value, _label in choices}

    def chosen(text: str) -> str:
        if text not in known:
            raise ValueError
        return text

    return chosen
