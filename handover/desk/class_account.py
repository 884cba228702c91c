"""What became of each row of a pasted class, for whoever pasted it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handover.desk.class_filling import Filled, Line, Problem, State
from handover.terms.msgid import msgid

_PROBLEMS: Mapping[Problem, LazyString] = MappingProxyType(
    {
        Problem.SENT: _l("Het dossier is al verstuurd. Er is niets veranderd."),
        Problem.CHANGED: _l("Een collega bewaarde dit dossier op hetzelfde moment. Er is niets veranderd."),
        Problem.LATER: _l("Nog niet gedaan."),
        Problem.REFUSED: _l("Niet ingevuld: dit mag u niet, of het dossier gaat niet open."),
    }
)
STATES: Mapping[State, str] = MappingProxyType(
    {
        State.CHOOSE: msgid("Staat al op de lijst. Meer kinderen heten zo: kies eerst welk kind het is."),
        State.TWICE: msgid("Staat twee keer in wat u plakte."),
        State.SENT: msgid("Het dossier is al verstuurd. Er verandert niets."),
        State.ENDED: msgid("Gaat niet meer van school deze zomer. Er verandert niets."),
        State.OTHERS: msgid("Staat al op de lijst, bij een andere groep. U mag dit dossier niet invullen."),
        State.CLOSED: msgid("Het dossier gaat niet open. Er verandert niets."),
        State.REFUSED: msgid("Overgeslagen: naam of geboortedatum klopt niet."),
    }
)
"""What is said of a row that fills nothing."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One row."""

    line: int
    name: str = field(repr=False)
    reference: str
    texts: tuple[str, ...] = field(repr=False)
    is_wrong: bool
    """Something of it was not done."""
    is_later: bool


@dataclass(frozen=True, kw_only=True)
class Account:
    """All rows, first those of which something was not done."""

    lines: tuple[Told, ...]
    new: frozenset[int]
    """Rows that were put on the list, in this part or before."""
    counts: Mapping[int, int]
    """How much was written in the dossier of a row, in this part or before."""
    gets_on: bool
    """Something was done in this part. If not, something is away: to press on is for the person."""

    @property
    def added(self) -> int:
        """How many children were put on the list."""
        return len(self.new)

    @property
    def filled(self) -> int:
        """In how many dossiers something was written."""
        return len(self.counts)

    @property
    def done(self) -> int:
        """Of how many rows it is known what became of them."""
        return len(self.lines) - len(self.later)

    @property
    def later(self) -> list[Told]:
        """What there was no time for."""
        return [one for one in self.lines if one.is_later]

    @property
    def wrong(self) -> list[Told]:
        """What asks to be looked at."""
        return [one for one in self.lines if one.is_wrong]


def account(
    lines: Sequence[Line],
    became: Mapping[int, Filled],
    *,
    new: Collection[int],
    new_before: Collection[int] = (),
    counts_before: Mapping[int, int] = MappingProxyType({}),
) -> Account:
    """What became of each; `new`: rows that were put on the list. With what earlier parts of the same list did."""
    became = {line.number: became.get(line.number, Filled()) for line in lines}
    counts = {number: one.count + counts_before.get(number, 0) for number, one in became.items()}
    listed = {*new, *new_before} & became.keys()
    told = [
        _told(line, replace(became[line.number], count=counts[line.number]), is_new=line.number in listed)
        for line in lines
    ]
    return Account(
        lines=tuple(sorted(told, key=lambda one: (not one.is_wrong, one.line))),
        new=frozenset(listed),
        counts={number: count for number, count in counts.items() if count},
        gets_on=bool(new) or any(one.count for one in became.values()),
    )


def _told(line: Line, filled: Filled, *, is_new: bool) -> Told:
    texts = [str(_("Op de lijst gezet."))] if is_new else []
    wrong = bool(line.faults)
    if line.state in STATES:
        texts.append(str(_(STATES[line.state])))
        texts += [str(_(reason)) for reason in line.row.reasons]
        wrong = True
    elif filled.problem is not None:
        texts.append(str(_PROBLEMS[filled.problem]))
        wrong = True
    elif filled.count:
        texts.append(ngettext("%(num)s gegeven ingevuld.", "%(num)s gegevens ingevuld.", filled.count))
    elif not is_new:
        texts.append(str(_("Er was niets in te vullen.")))
    if filled.differs:
        texts.append(
            ngettext(
                "%(num)s gegeven verschilt en bleef zoals het was.",
                "%(num)s gegevens verschillen en bleven zoals zij waren.",
                filled.differs,
            )
        )
    if line.faults:
        texts.append(
            ngettext("%(num)s vak konden wij niet lezen.", "%(num)s vakken konden wij niet lezen.", len(line.faults))
        )
    return Told(
        line=line.number,
        name=line.row.shown[0],
        reference=line.reference,
        texts=tuple(texts),
        is_wrong=wrong or bool(filled.differs),
        is_later=filled.problem is Problem.LATER,
    )
