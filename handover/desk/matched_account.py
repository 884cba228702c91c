"""What became of each line of a pasted list, for whoever pasted it to correct their own administration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handover.bundles.together_model import Became, Together
from handover.desk.inbox_together import WENT_WRONG
from handover.desk.matched_plan import Planned, Verdict

_DONE: Mapping[Together, LazyString] = MappingProxyType(
    {
        Together.RECEIVE: _l("Ontvangen"),
        Together.ADMIT: _l("Vastgelegd: toegelaten"),
        Together.WAIT: _l("Vastgelegd: op de wachtlijst"),
        Together.ENROL: _l("Vastgelegd: ingeschreven"),
        Together.CONFIRM: _l("De overdracht is bevestigd"),
        Together.TALK: _l("Het gesprek is gevraagd"),
    }
)
_FORMULA = ("=", "+", "-", "@", '"')
"""A spreadsheet takes a cell that begins so for a sum, or all lines to the next quotation mark for one cell."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line."""

    line: int
    name: str = field(repr=False)
    born: str = field(repr=False)
    reference: str
    text: str
    is_done: bool
    """It stands as the list says, since now or since before."""
    is_later: bool = False
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Account:
    """All lines, in the order of the list."""

    lines: tuple[Told, ...]
    new: frozenset[int]
    """Lines of which something was done, now or in the part before this."""

    @property
    def wrong(self) -> list[Told]:
        """What was not done, and does not wait for the rest to be done."""
        return [one for one in self.lines if not one.is_done and not one.is_later]

    @property
    def done(self) -> list[Told]:
        """What stands as the list says."""
        return [one for one in self.lines if one.is_done]

    @property
    def later(self) -> list[Told]:
        """What there was no time for."""
        return [one for one in self.lines if one.is_later]

    @property
    def sheet(self) -> str:
        """All lines, to be pasted into a spreadsheet."""
        heads = (_("Regel"), _("Leerling"), _("Geboortedatum"), _("Kenmerk"), _("Wat er gebeurde"))
        rows = ((str(one.line), one.name, one.born, one.reference, one.text) for one in self.lines)
        return "\n".join("\t".join(_cell(text) for text in row) for row in (heads, *rows))


def account_of_list(
    lines: Sequence[Planned], became: Mapping[int, Became], *, asked: Collection[str], before: Collection[int] = ()
) -> Account:
    """What became of each. `asked`: the tokens that were sent; `before`: lines done in an earlier part of the list."""
    told = tuple(_told(one, became.get(one.line), asked, is_new=one.line in before) for one in lines)
    done = {line for line, what in became.items() if what is Became.DONE}
    return Account(lines=told, new=frozenset(done | {one.line for one in told if one.line in before and one.is_done}))


def _told(one: Planned, became: Became | None, asked: Collection[str], *, is_new: bool) -> Told:
    done = became in {Became.DONE, Became.ALREADY} or (became is None and one.verdict is Verdict.ALREADY)
    return Told(
        line=one.line,
        name=one.child.name.whole if one.child and one.child.name else one.match.shown,
        born=one.match.born,
        reference=one.child.reference if one.child else "",
        text=_text(one, became, asked),
        is_done=done or is_new,
        is_later=became is Became.LATER,
        href="" if done or one.deed is None else one.deed.href,
    )


def _text(one: Planned, became: Became | None, asked: Collection[str]) -> str:
    if became is Became.DONE and one.deed and one.deed.step:
        return str(_DONE[one.deed.step.what])
    if became is Became.ALREADY:
        return str(_("Stond al zo"))
    if became is not None:
        said = str(WENT_WRONG[became])
        return said[:1].upper() + said[1:]
    if one.verdict is Verdict.DO:
        if any(token.startswith(f"{one.line}.") for token in asked):
            return str(_("Niet gedaan: er is intussen iets veranderd. Kijk opnieuw na."))
        return str(_("Niet gedaan: u vinkte deze regel niet aan."))
    return " ".join(str(text) for text in one.texts)


def _cell(text: str) -> str:
    bare = " ".join(text.split())
    return f"'{bare}" if bare.startswith(_FORMULA) else bare
