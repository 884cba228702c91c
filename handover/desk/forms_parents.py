"""The forms about one parent or guardian: who, what they read and got, what they think."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from handover.desk.forms_fields import TEXT, FormField, Group, Kind
from handover.dossiers.labels import AGREEMENTS, CUSTODIES, INSPECTIONS
from handover.terms.parent import Agreement, Custody, InspectionWay

NAME = 150
NEW_COPY = "new_copy"
"""Ticked when a newer copy was given, maybe on the very day of the one before."""
_HOW = _l("Bijvoorbeeld: op papier, in het gesprek")

FIELDS_WHO = Group(
    title=_l("Wie is dit?"),
    fields=(
        FormField(name="name", label=_l("Naam"), longest=NAME, is_name=True),
        FormField(
            name="relation", label=_l("Wie is dit voor het kind?"), hint=_l("Moeder, vader, voogd …"), optional=True
        ),
        FormField(
            name="custody",
            label=_l("Heeft deze persoon gezag?"),
            kind=Kind.RADIO,
            hint=_l("Weet u het niet? Dan doen wij alsof het ja is: meelezen mag dan niet worden overgeslagen."),
            choices=tuple((value.value, label) for value, label in CUSTODIES.items()),
            convert=Custody,
            empty=Custody.UNKNOWN,
        ),
    ),
)
FIELDS_READ = Group(
    title=_l("Meelezen"),
    intro=_l("Iedere ouder met gezag mag het dossier zien voordat het weggaat."),
    fields=(
        FormField(name="inspected_on", label=_l("Mocht meelezen op"), kind=Kind.DAY),
        FormField(
            name="inspected_way",
            label=_l("Hoe las deze ouder mee?"),
            kind=Kind.RADIO,
            choices=tuple((value.value, label) for value, label in INSPECTIONS.items()),
            convert=InspectionWay,
            empty=None,
            optional=True,
        ),
        FormField(name="inspected_how", label=_l("Nog iets daarover?"), hint=_HOW, optional=True),
    ),
)
FIELDS_COPY = Group(
    title=_l("Kopie"),
    intro=_l("Iedere ouder met gezag krijgt een kopie, ook zonder erom te vragen. Dat staat in de wet."),
    fields=(
        FormField(name="copy_on", label=_l("Kreeg een kopie op"), kind=Kind.DAY),
        FormField(name="copy_how", label=_l("Hoe?"), hint=_HOW, optional=True),
    ),
)
FIELD_NEW_COPY = FormField(
    name=NEW_COPY,
    label=_l("De nieuwe kopie is gegeven"),
    kind=Kind.TICK,
    hint=_l("Het dossier is veranderd na de vorige kopie."),
)
FIELDS_VIEW = Group(
    title=_l("Wat vindt deze ouder?"),
    intro=_l("‘Nee’ houdt niets tegen. De woorden van de ouder gaan mee naar de nieuwe school."),
    fields=(
        FormField(
            name="agreement",
            label=_l("Is deze ouder het eens met wat er staat?"),
            kind=Kind.RADIO,
            hint=_l("Het gaat om de inhoud, niet om het versturen. Toestemming is daarvoor niet nodig."),
            choices=tuple((value.value, label) for value, label in AGREEMENTS.items()),
            convert=Agreement,
            empty=Agreement.UNKNOWN,
        ),
        FormField(name="disagreement", label=_l("Waarom niet?"), kind=Kind.TEXT, longest=TEXT, rows=3, optional=True),
        FormField(
            name="view",
            label=_l("In de eigen woorden van de ouder"),
            kind=Kind.TEXT,
            longest=TEXT,
            hint=_l("Dit heet een zienswijze. Schrijf op wat de ouder zegt, en laat het nalezen."),
            optional=True,
        ),
    ),
)
FIELDS_SCHOOL = Group(
    title=_l("Zijn de ouders het eens over de school?"),
    intro=_l(
        "Alleen invullen als ouders met gezag ruzie hebben over de keuze van de school. Het dossier wacht dan, "
        "tot u het met hen heeft besproken en dit vak weer leeg is."
    ),
    sees=_l("Dit blijft op uw school."),
    fields=(
        FormField(
            name="school_dispute",
            label=_l("Wat wil deze ouder anders?"),
            kind=Kind.TEXT,
            longest=TEXT,
            rows=2,
            optional=True,
        ),
    ),
)

NO_ANSWER = (
    FormField(name="first_on", label=_l("De eerste keer gevraagd op"), kind=Kind.DAY),
    FormField(name="second_on", label=_l("De tweede keer gevraagd op"), kind=Kind.DAY),
    FormField(name="how", label=_l("Hoe?"), hint=_l("Bijvoorbeeld: brief en telefoon"), longest=80),
    FormField(name="until", label=_l("Reageren kon tot"), kind=Kind.DAY, hint=_l("Deze dag moet voorbij zijn.")),
)
NO_COPY = (
    FormField(
        name="reason",
        label=_l("Waarom is een nieuwe kopie niet nodig?"),
        hint=_l("Bijvoorbeeld: alleen een telefoonnummer is verbeterd"),
        longest=100,
    ),
    FormField(name="same_advice", label=_l("Het schooladvies is niet veranderd"), kind=Kind.TICK),
)


def parent_groups(*, is_stale: bool) -> tuple[Group, ...]:
    """The form of one parent; with a box for the new copy when the one they have is out of date."""
    copy = FIELDS_COPY
    if is_stale:
        copy = Group(title=copy.title, intro=copy.intro, fields=(*copy.fields, FIELD_NEW_COPY))
    return (FIELDS_WHO, FIELDS_READ, copy, FIELDS_VIEW, FIELDS_SCHOOL)
