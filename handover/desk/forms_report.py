"""The two long forms: the report, and for a child with an OPP what lies in the care room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from handover.desk.forms_fields import FormField, Group, Kind
from handover.desk.forms_questions import (
    ALL_READ,
    CARE_READS,
    HAS_OPP,
    SectionForm,
    a_day,
    a_text,
)
from handover.dossiers.content import Section

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
                a_text("career", _l("Schoolloopbaan"), _l("Scholen en groepen. Ook: verlengd, versneld, gewisseld.")),
                a_text(
                    "results", _l("Resultaten"), _l("Lezen, spelling, rekenen: waar staat het kind, met welke toets?")
                ),
                a_text("learning", _l("Leren en werkhouding"), _l("Tempo, concentratie, zelfstandigheid, huiswerk.")),
            ),
        ),
        Group(
            title=_l("Gedrag en begeleiding"),
            sees=ALL_READ,
            fields=(
                a_text(
                    "behaviour",
                    _l("Gedrag en omgaan met anderen"),
                    _l(
                        "Wat u zelf ziet, of wat uit het leerlingvolgsysteem komt."
                        " Geen diagnose: die hoort bij de zorgdocumenten."
                    ),
                ),
                a_text("needs", _l("Wat heeft het kind nodig?"), optional=True),
                a_text("what_works", _l("Wat werkt bij dit kind?"), _l("Schrijf op wat u deed en wat het opleverde.")),
            ),
        ),
        Group(
            title=_l("Aanwezigheid"),
            sees=ALL_READ,
            fields=(
                a_text(
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
                a_text(
                    "goal",
                    _l("Waar werkt het kind naartoe, en waarom?"),
                    _l("De uitstroombestemming met uw uitleg."),
                    optional=True,
                ),
                a_day("actions_agreed_on", _l("De ouders zijn het eens met het handelingsdeel sinds")),
                a_text(
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
                a_text("pupil_voice", _l("Wat zei het kind over het plan?"), _l("Liefst in zijn eigen woorden.")),
                a_text("pupil_influence", _l("Wat is er daardoor veranderd?"), rows=2),
                a_text("pupil_told", _l("Hoe en wanneer hoorde het kind wat ermee gebeurde?"), rows=2),
                a_text(
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
