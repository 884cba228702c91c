"""What a dossier says, in the order in which a secondary school needs it: first what helps, then how it came to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from handover.dossiers.content import Advice, Content, Parent, Pupil, Report, Support
from handover.dossiers.labels import INSPECTIONS
from handover.terms.parent import Agreement, Custody
from handover.terms.schooladvies import LABELS as ADVICES
from handover.terms.schooladvies import Schooladvies
from handover.web.i18n import dag_en_jaar
from schemas.dossiers import ReportPartSchema, SupportSchema

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of the report under its own heading. `is_name`: its answers name people."""

    title: str
    pairs: Pairs = field(repr=False)
    is_name: bool = False


@dataclass(frozen=True, kw_only=True)
class ParentSaid:
    """What one parent or guardian finds of the report."""

    name: str = field(repr=False)
    relation: str
    agreement: str
    is_against: bool
    inspected: str
    """How they were given it to see; empty where nobody recorded that."""
    disagreement: str = field(repr=False)
    view: str = field(repr=False)


def report_of(data: dict[str, Any]) -> Content:
    """The content of the dossier part. `data` is what the manifest's `dossier.json` holds."""
    return Content.from_parts(ReportPartSchema().load(data), {})


def support_of(data: dict[str, Any]) -> Support:
    """The content of the care part."""
    return Support(**SupportSchema().load(data))


def report_blocks(content: Content) -> list[Block]:
    """The report; what was left open is left out."""
    return _filled(
        [
            _needs(content.report),
            _learning(content.report),
            _advice(content.advice),
            _wishes(content.advice),
            _pupil(content.pupil),
        ]
    )


def support_blocks(support: Support) -> list[Block]:
    """The care part of a child with an OPP."""
    return _filled(
        [
            Block(
                title=_("Wat het kind zelf vindt"),
                pairs=(
                    (_("Wat het zei over het plan"), support.pupil_voice),
                    (_("Wat er daardoor veranderde"), support.pupil_influence),
                    (_("Hoe het hoorde wat ermee gebeurde"), support.pupil_told),
                    (_("Waarom praten niet lukte"), support.pupil_waiver),
                ),
            ),
            Block(
                title=_("Doel en afspraken"),
                pairs=(
                    (_("Waar het naartoe werkt, en waarom"), support.goal),
                    (_("Ouders eens met het handelingsdeel sinds"), _day(support.actions_agreed_on)),
                    (_("Waarom zij het niet eens zijn"), support.actions_waiver),
                ),
            ),
        ]
    )


def in_short(content: Content, birth_date: date | None) -> Pairs:
    """The few facts that stand beside every document."""
    advice = content.advice
    return _given(
        (
            (_("Advies"), _in_words(advice.final or advice.preliminary)),
            (_("Toets"), _in_words(advice.test_advice) or advice.no_test_reason),
            (_("Geboren"), _day(birth_date)),
            (_("Wens van het kind"), advice.wish_pupil),
        )
    )


def parents_said(content: Content) -> list[ParentSaid]:
    """Every parent or guardian who was asked, or may know."""
    return [_parent(parent) for parent in content.parents]


def _needs(report: Report) -> Block:
    return Block(
        title=_("Wat dit kind nodig heeft"),
        pairs=((_("Wat werkt"), report.what_works), (_("Wat het nodig heeft"), report.needs)),
    )


def _learning(report: Report) -> Block:
    return Block(
        title=_("Leren en omgaan met anderen"),
        pairs=(
            (_("Leren en werkhouding"), report.learning),
            (_("Gedrag en omgaan met anderen"), report.behaviour),
            (_("Resultaten"), report.results),
            (_("Schoolloopbaan"), report.career),
            (_("Ongeoorloofd verzuim, laatste twaalf maanden"), report.absence),
        ),
    )


def _advice(advice: Advice) -> Block:
    return Block(
        title=_("Advies en toets"),
        pairs=(
            (_("Definitief advies"), _with_day(_in_words(advice.final), advice.final_on)),
            (_("Voorlopig advies"), _with_day(_in_words(advice.preliminary), advice.preliminary_on)),
            (_("Doorstroomtoets"), _with_day(_test(advice), advice.test_on)),
            (_("Waarom geen toets"), advice.no_test_reason),
            (_("Waarom dit advies"), advice.motivation),
        ),
    )


def _wishes(advice: Advice) -> Block:
    return Block(
        title=_("Wat willen zij zelf?"),
        pairs=((_("Het kind"), advice.wish_pupil), (_("De ouders"), advice.wish_parents)),
    )


def _pupil(pupil: Pupil) -> Block:
    sexes = {"m": _("jongen"), "v": _("meisje"), "x": _("anders (x)")}
    address = ", ".join(part for part in (pupil.street, f"{pupil.postcode} {pupil.place}".strip()) if part)
    return Block(
        title=_("Gegevens voor de administratie"),
        is_name=True,
        pairs=(
            (_("Jongen of meisje"), sexes.get(pupil.sex, "")),
            (_("BSN of onderwijsnummer"), pupil.pupil_number),
            (_("Adres"), _("Geheim: vraag het de ouders zelf.") if pupil.secret_address else address),
            (_("Op de basisschool sinds"), _day(pupil.since)),
        ),
    )


def _parent(parent: Parent) -> ParentSaid:
    words = {
        Agreement.YES: _("eens met het rapport"),
        Agreement.NO: _("niet eens met het rapport"),
        Agreement.UNKNOWN: _("niet gereageerd"),
    }
    agreement = _("heeft geen gezag") if parent.custody is Custody.NO else words[parent.agreement]
    return ParentSaid(
        name=parent.name,
        relation=parent.relation,
        agreement=agreement,
        is_against=parent.agreement is Agreement.NO,
        inspected=", ".join(part for part in (_inspected(parent), parent.inspected_how) if part),
        disagreement=parent.disagreement,
        view=parent.view,
    )


def _inspected(parent: Parent) -> str:
    return str(_(INSPECTIONS[parent.inspected_way])) if parent.inspected_way else ""


def _test(advice: Advice) -> str:
    return ", ".join(part for part in (_in_words(advice.test_advice), advice.test_name) if part)


def _in_words(advice: Schooladvies | None) -> str:
    return str(_(ADVICES[advice])) if advice else ""


def _day(day: date | None) -> str:
    return dag_en_jaar(day) if day else ""


def _with_day(text: str, day: date | None) -> str:
    return f"{text} ({_day(day)})" if text and day else text


def _given(pairs: Pairs) -> Pairs:
    return tuple((label, text) for label, text in pairs if text)


def _filled(blocks: list[Block]) -> list[Block]:
    kept = [Block(title=block.title, pairs=_given(block.pairs), is_name=block.is_name) for block in blocks]
    return [block for block in kept if block.pairs]
