"""The five forms of a dossier: the closed list of `dossiers.content`, asked in plain words, and no field more."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from handover.desk.forms_fields import TELEPHONE, Choices, FormField, Group, Kind
from handover.desk.forms_questions import (
    ALL_READ,
    SectionForm,
    a_day,
    a_text,
    an_advice,
    one_of,
)
from handover.desk.forms_report import REPORT, SUPPORT
from handover.dossiers.content import Section
from handover.terms import doorstroomtoets
from handover.terms.doorstroomtoets import TOETSADVIEZEN
from handover.terms.msgid import msgid
from handover.terms.schooladvies import Schooladvies

_SEXES: Choices = (("m", msgid("jongen")), ("v", msgid("meisje")), ("x", msgid("anders (x)")))
_TESTS: Choices = tuple((label, label) for label in doorstroomtoets.LABELS.values())
"""Kept in words: whoever receives the dossier need not know this year's list of tests."""


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
                    convert=one_of(_SEXES),
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
                a_day("since", _l("Op onze school sinds"), optional=True),
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
                an_advice("preliminary", _l("Voorlopig advies"), tuple(Schooladvies)),
                a_day("preliminary_on", _l("Gegeven op"), optional=True),
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
                    convert=one_of(_TESTS),
                    optional=True,
                ),
                an_advice("test_advice", _l("Toetsadvies"), TOETSADVIEZEN),
                a_day("test_on", _l("Uitslag van"), optional=True),
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
                an_advice("final", _l("Definitief advies"), tuple(Schooladvies)),
                a_day("final_on", _l("Vastgesteld op")),
                a_text(
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
            fields=(a_text("conversation_reason", _l("Waarover gaat het gesprek?")),),
        ),
    ),
)

FORMS = {form.section: form for form in (PUPIL, ADVICE, REPORT, SUPPORT, CONVERSATION)}
"""By the section that they fill; documents, parents and destination have pages of another kind."""
