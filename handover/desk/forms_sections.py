"""The five forms of a dossier: the closed list of `dossiers.content`, asked in plain words, and no field more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from handover.desk.forms_fields import TELEPHONE, TEXT, Choices, FormField, Group, Kind, Text
from handover.dossiers.content import Section
from handover.terms import doorstroomtoets, schooladvies
from handover.terms.doorstroomtoets import TOETSADVIEZEN
from handover.terms.msgid import msgid
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


def _text(name: str, label: Text, hint: Text = "", *, optional: bool = False, rows: int = 4) -> FormField:
    return FormField(name=name, label=label, kind=Kind.TEXT, hint=hint, longest=TEXT, optional=optional, rows=rows)


def _day(name: str, label: Text, *, optional: bool = False) -> FormField:
    return FormField(name=name, label=label, kind=Kind.DAY, optional=optional, empty=None)


def _advice(name: str, label: Text, values: tuple[Schooladvies, ...], hint: Text = "") -> FormField:
    choices = tuple((value.value, schooladvies.LABELS[value]) for value in values)
    return FormField(
        name=name, label=label, kind=Kind.CHOICE, hint=hint, choices=choices, convert=Schooladvies, empty=None
    )


_SEXES: Choices = (("m", msgid("jongen")), ("v", msgid("meisje")), ("x", msgid("anders (x)")))
_TESTS: Choices = tuple((label, label) for label in doorstroomtoets.LABELS.values())
"""Kept in words: whoever receives the dossier need not know this year's list of tests."""


def _one_of(choices: Choices) -> Callable[[str], str]:
    known = {value for value, _label in choices}

    def chosen(text: str) -> str:
        if text not in known:
            raise ValueError
        return text

    return chosen


PUPIL = SectionForm(
    section=Section.PUPIL,
    part="pupil",
    title=_l("Leerling"),
    intro=_l("Vul in wat u weet. Geboorteplaats, nationaliteit en geloof horen niet in een dossier."),
    groups=(
        Group(
            title=_l("Wie"),
            sees=ALL_READ,
            fields=(
                FormField(
                    name="sex",
                    label=_l("Jongen of meisje?"),
                    kind=Kind.RADIO,
                    choices=_SEXES,
                    convert=_one_of(_SEXES),
                    optional=True,
                ),
                FormField(
                    name="pupil_number",
                    label=_l("BSN of onderwijsnummer"),
                    kind=Kind.PUPIL_NUMBER,
                    hint=_l("Negen cijfers. Het staat in uw leerlingvolgsysteem."),
                    optional=True,
                    is_name=True,
                ),
                _day("since", _l("Op onze school sinds"), optional=True),
            ),
        ),
        Group(
            title=_l("Adres"),
            fields=(
                FormField(
                    name="secret_address",
                    label=_l("Het adres is geheim"),
                    kind=Kind.TICK,
                    hint=_l("Wij bewaren dan geen adres. Stond er een, dan wordt het gewist."),
                ),
            ),
        ),
        Group(
            title="",
            css="wo-unless-secret",
            sees=ALL_READ,
            fields=(
                FormField(name="street", label=_l("Straat en huisnummer"), optional=True, is_name=True),
                FormField(name="postcode", label=_l("Postcode"), kind=Kind.POSTCODE, optional=True, is_name=True),
                FormField(name="place", label=_l("Woonplaats"), optional=True),
            ),
        ),
    ),
)

ADVICE = SectionForm(
    section=Section.ADVICE,
    part="advice",
    title=_l("Advies en toets"),
    intro=_l("Beide adviezen blijven staan: het voorlopige van januari en het definitieve van maart."),
    groups=(
        Group(
            title=_l("Voorlopig schooladvies"),
            sees=ALL_READ,
            fields=(
                _advice("preliminary", _l("Voorlopig advies"), tuple(Schooladvies)),
                _day("preliminary_on", _l("Gegeven op"), optional=True),
            ),
        ),
        Group(
            title=_l("Doorstroomtoets"),
            sees=ALL_READ,
            fields=(
                FormField(
                    name="test_name",
                    label=_l("Welke toets?"),
                    kind=Kind.CHOICE,
                    choices=_TESTS,
                    convert=_one_of(_TESTS),
                    optional=True,
                ),
                _advice("test_advice", _l("Toetsadvies"), TOETSADVIEZEN),
                _day("test_on", _l("Uitslag van"), optional=True),
                FormField(
                    name="no_test_reason",
                    label=_l("Geen toets? Waarom niet?"),
                    hint=_l(
                        "Alleen als het kind geen doorstroomtoets maakte."
                        " Bijvoorbeeld: korter dan vier jaar in Nederland."
                    ),
                    optional=True,
                ),
            ),
        ),
        Group(
            title=_l("Definitief schooladvies"),
            sees=ALL_READ,
            fields=(
                _advice("final", _l("Definitief advies"), tuple(Schooladvies)),
                _day("final_on", _l("Vastgesteld op")),
                _text(
                    "motivation",
                    _l("Waarom dit advies?"),
                    _l("Verplicht als de toets hoger was en het advies niet hoger werd. Anders mag het leeg blijven."),
                    optional=True,
                ),
            ),
        ),
        Group(
            title=_l("Wat willen zij zelf?"),
            sees=ALL_READ,
            fields=(
                FormField(name="wish_pupil", label=_l("Wens van het kind"), optional=True),
                FormField(name="wish_parents", label=_l("Wens van de ouders"), optional=True),
            ),
        ),
    ),
)

REPORT = SectionForm(
    section=Section.REPORT,
    part="report",
    title=_l("Rapport"),
    intro=_l(
        "Kort is goed. Schrijf alleen op wat de nieuwe school nodig heeft."
        " Noem geen andere kinderen, geen geloof en geen afkomst."
    ),
    groups=(
        Group(
            title=_l("Loopbaan en leren"),
            sees=ALL_READ,
            fields=(
                _text("career", _l("Schoolloopbaan"), _l("Scholen en groepen. Ook: verlengd, versneld, gewisseld.")),
                _text(
                    "results", _l("Resultaten"), _l("Lezen, spelling, rekenen: waar staat het kind, met welke toets?")
                ),
                _text("learning", _l("Leren en werkhouding"), _l("Tempo, concentratie, zelfstandigheid, huiswerk.")),
            ),
        ),
        Group(
            title=_l("Gedrag en begeleiding"),
            sees=ALL_READ,
            fields=(
                _text(
                    "behaviour",
                    _l("Gedrag en omgaan met anderen"),
                    _l(
                        "Wat u zelf ziet, of wat uit het leerlingvolgsysteem komt."
                        " Geen diagnose: die hoort bij de zorgdocumenten."
                    ),
                ),
                _text("needs", _l("Wat heeft het kind nodig?"), optional=True),
                _text("what_works", _l("Wat werkt bij dit kind?"), _l("Schrijf op wat u deed en wat het opleverde.")),
            ),
        ),
        Group(
            title=_l("Aanwezigheid"),
            sees=ALL_READ,
            fields=(
                _text(
                    "absence",
                    _l("Ongeoorloofd verzuim in de laatste twaalf maanden"),
                    _l("Spijbelen en te laat komen. Ziekte hoort hier niet."),
                    optional=True,
                    rows=2,
                ),
            ),
        ),
    ),
)

SUPPORT = SectionForm(
    section=Section.SUPPORT,
    part="support",
    title=_l("Ondersteuning"),
    intro=_l(
        "De meeste kinderen met extra hulp hebben geen OPP. Kies dan nee: de hulp zelf schrijft u op in het rapport."
    ),
    groups=(
        Group(
            title="",
            fields=(
                FormField(
                    name=HAS_OPP,
                    label=_l("Heeft het kind een ontwikkelingsperspectief (OPP)?"),
                    kind=Kind.YES_NO,
                ),
            ),
        ),
        Group(
            title=_l("Het OPP"),
            css="wo-when-opp",
            sees=CARE_READS,
            fields=(
                _text(
                    "goal",
                    _l("Waar werkt het kind naartoe, en waarom?"),
                    _l("De uitstroombestemming met uw uitleg."),
                    optional=True,
                ),
                _day("actions_agreed_on", _l("De ouders zijn het eens met het handelingsdeel sinds")),
                _text(
                    "actions_waiver",
                    _l("Zijn zij het niet eens, of is er geen handelingsdeel? Leg uit waarom"),
                    optional=True,
                    rows=2,
                ),
            ),
        ),
        Group(
            title=_l("Wat het kind zelf vindt"),
            css="wo-when-opp",
            sees=CARE_READS,
            intro=_l("Een kind heeft recht om mee te praten over zijn eigen plan."),
            fields=(
                _text("pupil_voice", _l("Wat zei het kind over het plan?"), _l("Liefst in zijn eigen woorden.")),
                _text("pupil_influence", _l("Wat is er daardoor veranderd?"), rows=2),
                _text("pupil_told", _l("Hoe en wanneer hoorde het kind wat ermee gebeurde?"), rows=2),
                _text(
                    "pupil_waiver",
                    _l("Lukte praten niet? Leg uit waarom"),
                    _l("Dan mogen de drie vragen hierboven leeg blijven."),
                    optional=True,
                    rows=2,
                ),
            ),
        ),
    ),
)

CONVERSATION = SectionForm(
    section=Section.CONVERSATION,
    part="contact",
    title=_l("Contact en gesprek"),
    intro=_l("De nieuwe school belt liever één keer goed dan dat zij moet raden."),
    groups=(
        Group(
            title=_l("Wie kan de nieuwe school bellen?"),
            sees=ALL_READ,
            fields=(
                FormField(name="name", label=_l("Naam van de contactpersoon")),
                FormField(name="telephone", label=_l("Telefoon op school"), longest=TELEPHONE),
                FormField(
                    name="days",
                    label=_l("Wanneer?"),
                    hint=_l("Bijvoorbeeld: maandag tot en met woensdag, na 15.00 uur"),
                    optional=True,
                ),
            ),
        ),
        Group(
            title=_l("Gesprek over dit kind"),
            fields=(
                FormField(
                    name="conversation_asked",
                    label=_l("Wilt u de nieuwe school spreken over dit kind?"),
                    kind=Kind.YES_NO,
                    hint=_l("De nieuwe school ziet dit pas als zij het dossier heeft ontvangen."),
                ),
            ),
        ),
        Group(
            title="",
            css="wo-when-talk",
            sees=ALL_READ,
            fields=(_text("conversation_reason", _l("Waarover gaat het gesprek?")),),
        ),
    ),
)

FORMS = {form.section: form for form in (PUPIL, ADVICE, REPORT, SUPPORT, CONVERSATION)}
"""By the section that they fill; documents, parents and destination have pages of another kind."""
