"""What would be done with each line of a pasted list, or why not: told before anything is done.

Each thing that can be done has a token, which names line, child, deed and the version that was shown. Only what was
shown and still stands so is done: a token of something that changed meanwhile fits nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from handover.bundles.state import HandoverStatus
from handover.bundles.together import ASKS, OUTCOMES, Step, changes
from handover.bundles.together_model import Together
from handover.desk.listed_children import Child
from handover.desk.paste_announced import OUTCOME_WORDS
from handover.desk.paste_matched import Found, Match
from handover.desk.received_words import OUTCOMES as OUTCOME_NAMES
from handover.errors import IllegalTransition
from handover.policy import RULES, Role
from handover.terms.destination import Outcome
from handover.terms.folding import fold

AS_LISTED = "lijst"
"""What is done stands in the list itself, in its column of outcomes."""
_OFFERED = (Together.RECEIVE, Together.ADMIT, Together.WAIT, Together.ENROL, Together.CONFIRM, Together.TALK)
_OF_OUTCOME = {outcome: what for what, outcome in OUTCOMES.items()}
_ONE_BY_ONE: Mapping[str, Outcome] = MappingProxyType(
    {
        fold(word): outcome
        for outcome, words in (
            (Outcome.REFUSED, ("geweigerd", "afgewezen", "niet toegelaten", "niet geplaatst", "refused", "rejected")),
            (Outcome.WITHDRAWN, ("ingetrokken", "teruggetrokken", "vervallen", "withdrawn")),
        )
        for word in words
    }
)


_CHOOSE: Mapping[Found, LazyString] = MappingProxyType(
    {
        Found.TWO: _l("Deze regel past bij meer dan één leerling. Kies wie het is."),
        Found.OTHER_BIRTH: _l("De naam klopt, de geboortedatum niet. Kies of dit de leerling is."),
        Found.OTHER_NAME: _l("Het kenmerk of de code klopt, de naam niet. Kies of dit de leerling is."),
        Found.NEARLY: _l("Deze naam staat er niet, en lijkt hierop. Kies of dit de leerling is."),
    }
)


class Verdict(StrEnum):
    """What becomes of a line."""

    DO = "do"
    ALREADY = "already"
    CHOOSE = "choose"  # somebody has to say which child it is
    WRONG = "wrong"  # it cannot be read, or is nobody
    TWICE = "twice"  # an earlier line says the same of this child
    ONE_BY_ONE = "one_by_one"
    NOT_NOW = "not_now"  # something else comes first


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What would be done to one child, or why not."""

    child: Child
    verdict: Verdict
    text: str | LazyString
    step: Step | None = None
    token: str = ""
    href: str = ""
    """Where it is done by itself."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One line with its verdict."""

    match: Match
    verdict: Verdict
    texts: tuple[str | LazyString, ...] = ()
    deed: Deed | None = None
    choices: tuple[Deed, ...] = ()
    """Of a line that may be one of these."""

    @property
    def line(self) -> int:
        """Its number in the text."""
        return self.match.line

    @property
    def child(self) -> Child | None:
        """Who it is, once that is certain."""
        return self.deed.child if self.deed else None


def modes(roles: Collection[Role]) -> list[str]:
    """What somebody with these roles can have done with a list, the likeliest first."""
    theirs = [what.value for what in _OFFERED if RULES[ASKS[what]].receiver & set(roles)]
    return [AS_LISTED, *theirs] if Together.ADMIT.value in theirs else theirs


def plan(matches: Sequence[Match], mode: str, chosen: Collection[str] = ()) -> list[Planned]:
    """The verdict on each line. `chosen`: the tokens of what somebody chose where it was not certain."""
    lines = [_planned(match, mode, chosen) for match in matches]
    return _once_each(lines)


def _planned(match: Match, mode: str, chosen: Collection[str]) -> Planned:
    if match.found is Found.UNREADABLE:
        return Planned(match=match, verdict=Verdict.WRONG, texts=tuple(_(reason) for reason in match.reasons))
    if match.found is Found.NONE:
        text = _l("Deze leerling staat niet bij uw dossiers, en wordt niet verwacht. Kijk de spelling na.")
        return Planned(match=match, verdict=Verdict.WRONG, texts=(text,))
    wanted = _listed(match.outcome) if mode == AS_LISTED else _Wanted(what=Together(mode))
    if wanted.wrong:
        return Planned(match=match, verdict=Verdict.WRONG, texts=(wanted.wrong,))
    deeds = tuple(_deed(match, child, wanted) for child in match.children)
    if match.found is not Found.ONE:
        deeds, choices = tuple(deed for deed in deeds if deed.token in chosen), deeds
        if not deeds:
            return Planned(match=match, verdict=Verdict.CHOOSE, texts=(_CHOOSE[match.found],), choices=choices)
    return Planned(match=match, verdict=deeds[0].verdict, texts=(deeds[0].text,), deed=deeds[0])


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What has to be done with a line, whichever child it is."""

    what: Together | None = None
    outcome: Outcome | None = None
    """Where there is nothing to be done in bulk: what the list says."""
    wrong: str | LazyString = ""


def _listed(word: str) -> _Wanted:
    """What the list says."""
    if not word:
        return _Wanted(
            wrong=_l("Er staat geen stand bij. Was dit een samengevoegde cel? Vul de stand in elke regel in.")
        )
    outcome = _ONE_BY_ONE.get(word) or OUTCOME_WORDS.get(word)
    if outcome is None:
        return _Wanted(
            wrong=_l("De stand kennen wij niet. Gebruik: aangemeld, toegelaten, wachtlijst of ingeschreven.")
        )
    return _Wanted(what=_OF_OUTCOME.get(outcome), outcome=outcome)


def _deed(match: Match, child: Child, wanted: _Wanted) -> Deed:
    if child.is_off:
        found: _Judged = (
            Verdict.NOT_NOW,
            _l("De basisschool heeft deze aanmelding ingetrokken. Kijk bij Verwacht."),
            "/dossiers/verwacht",
        )
    elif child.has_ended:
        found = (
            Verdict.NOT_NOW,
            _l("Dit dossier is er niet meer: teruggegeven, teruggehaald of losgelaten."),
            "/dossiers?stap=teruggegeven",
        )
    elif wanted.what is None:
        found = _by_itself(child, wanted.outcome or Outcome.ASKED)
    else:
        found = _JUDGED.get(wanted.what, _recording)(child, wanted.what)
    verdict, text, href = found
    # What was shown to be recorded is recorded over that, and over nothing that a colleague said since.
    read = child.read if wanted.what in OUTCOMES else None
    step = None
    if verdict is Verdict.DO and wanted.what is not None:
        step = Step(what=wanted.what, subject_id=child.subject_id, is_expected=child.is_expected, read=read)
    token = f"{match.line}.{child.key}.{wanted.what or wanted.outcome}.{'' if read is None else read}"
    return Deed(child=child, verdict=verdict, text=text, step=step, token=token, href=href)


_Judged = tuple[Verdict, str | LazyString, str]
"""A verdict, why, and where it is done by itself."""


def _by_itself(child: Child, listed: Outcome) -> _Judged:
    """Of an outcome that is not recorded of many at once: aangemeld, geweigerd, ingetrokken."""
    here = _name(child.outcome)
    if child.outcome is listed:
        return Verdict.ALREADY, _("Staat al zo: %(stand)s", stand=here), ""
    if listed is Outcome.ASKED:
        text = _("Hier staat al: %(stand)s. Uw lijst zegt nog: aangemeld.", stand=here)
    else:
        text = _("Uw lijst zegt: %(stand)s. Dat legt u één voor één vast.", stand=_name(listed))
    return Verdict.ONE_BY_ONE, text, _outcome_page(child)


def _recording(child: Child, what: Together) -> _Judged:
    wanted, now = OUTCOMES[what], _name(child.outcome)
    try:
        if not changes(child.outcome, wanted):
            return Verdict.ALREADY, _("Staat al zo: %(stand)s", stand=now), ""
    except IllegalTransition:
        text = _("Hier staat nu: %(stand)s. Wilt u dat veranderen, doe het dan bij deze leerling zelf.", stand=now)
        return Verdict.ONE_BY_ONE, text, _outcome_page(child)
    return Verdict.DO, _("Nu %(nu)s, wordt %(straks)s", nu=now, straks=_name(wanted)), ""


def _receiving(child: Child, _what: Together) -> _Judged:
    if child.is_expected:
        return Verdict.NOT_NOW, _l("Er is nog geen dossier van deze leerling."), ""
    if child.status is HandoverStatus.OFFERED:
        return Verdict.DO, _l("Wordt ontvangen. Dit is geen toelating."), ""
    return Verdict.ALREADY, _l("Is al ontvangen"), ""


def _confirming(child: Child, _what: Together) -> _Judged:
    if child.is_expected:
        return Verdict.NOT_NOW, _l("Er is nog geen dossier van deze leerling."), ""
    if child.status is HandoverStatus.OFFERED:
        text = _l("Neem dit dossier eerst in ontvangst.")
        return Verdict.NOT_NOW, text, f"/dossiers/{child.subject_id}/ontvangen"
    if child.status is HandoverStatus.CONFIRMED:
        return Verdict.ALREADY, _l("Is al bevestigd"), ""
    if not child.is_complete:
        text = _l("Er is nog iets te doen voor u kunt bevestigen.")
        return Verdict.NOT_NOW, text, f"/dossier/{child.subject_id}/bevestigen"
    return Verdict.DO, _l("De overdracht wordt bevestigd"), ""


def _talking(child: Child, _what: Together) -> _Judged:
    if child.is_expected:
        return Verdict.NOT_NOW, _l("Er is nog geen dossier van deze leerling."), ""
    if child.status is HandoverStatus.OFFERED:
        text = _l("Neem dit dossier eerst in ontvangst.")
        return Verdict.NOT_NOW, text, f"/dossiers/{child.subject_id}/ontvangen"
    if child.is_talked:
        return Verdict.ALREADY, _l("Het gesprek is al geweest"), ""
    if not child.is_answered:
        return Verdict.NOT_NOW, _l("Deze basisschool doet niet mee en leest uw vraag niet. Bel de school."), ""
    return Verdict.DO, _l("Het gesprek wordt gevraagd"), ""


_JUDGED: Mapping[Together, Callable[[Child, Together], _Judged]] = MappingProxyType(
    {Together.RECEIVE: _receiving, Together.CONFIRM: _confirming, Together.TALK: _talking}
)
"""All others record an outcome."""


def _once_each(lines: Sequence[Planned]) -> list[Planned]:
    """Of two lines about one child: the first counts where both say the same, and neither where they do not."""
    of_child: dict[str, list[Planned]] = {}
    for one in lines:
        if one.child is not None:
            of_child.setdefault(one.child.key, []).append(one)
    found = []
    for one in lines:
        same = of_child[one.child.key] if one.child is not None else [one]
        numbers = ", ".join(str(other.line) for other in same if other.line != one.line)
        if len(same) > 1 and len({_says(other) for other in same}) > 1:
            text = _(
                "Regel %(regels)s gaat over dezelfde leerling en zegt iets anders. Laat er één staan.", regels=numbers
            )
            found.append(Planned(match=one.match, verdict=Verdict.WRONG, texts=(text,)))
        elif one.line != same[0].line:
            text = _("Dezelfde leerling als op regel %(regel)s.", regel=same[0].line)
            found.append(Planned(match=one.match, verdict=Verdict.TWICE, texts=(text,), deed=one.deed))
        else:
            found.append(one)
    return found


def _says(one: Planned) -> str:
    return str(one.deed.step.what) if one.deed and one.deed.step else str(one.verdict)


def _outcome_page(child: Child) -> str:
    return f"/dossiers/{'verwacht/' if child.is_expected else ''}{child.subject_id}/uitslag"


def _name(outcome: Outcome) -> str:
    return str(OUTCOME_NAMES[outcome][0]).lower()
