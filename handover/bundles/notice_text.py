"""The text of a mail about dossiers, in its reader's language: how many wait, and their speakable references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from typing import assert_never

from handover.bundles.notice_model import NoticeKind
from handover.mail import Message
from handover.schools.model import Person
from handover.web.catalogue import english

NAMED = 12
"""References in one line at most; the page lists them all."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that the mail is about."""

    kind: NoticeKind
    reference: str
    stands_in: bool


def written(base_url: str, person: Person, told: Sequence[Told]) -> Message:
    """The mail about these things. No name of a child can be in it: none is at hand here."""
    said = english() if person.language == "en" else NullTranslations()
    by_kind = {kind: [one.reference for one in told if one.kind is kind] for kind in NoticeKind}
    lines = [_line(said, kind, references) for kind, references in by_kind.items() if references]
    parts = [said.gettext("Beste %(naam)s,") % {"naam": person.name}, "\n".join(lines)]
    if all(one.stands_in for one in told):
        parts.append(_stand_in(said))
    parts += [
        said.gettext("Meld u aan en ga verder: %(adres)s") % {"adres": f"{base_url}/"},
        said.gettext("In deze mail staat met opzet geen naam van een kind. Die ziet u als u bent aangemeld."),
    ]
    return Message(to=person.email, subject=_subject(said, told), text="\n\n".join(parts) + "\n")


def _subject(said: NullTranslations, told: Sequence[Told]) -> str:
    kinds, references = {one.kind for one in told}, list(dict.fromkeys(one.reference for one in told))
    count = len(references)
    if kinds == {NoticeKind.OFFERED}:
        return said.ngettext("Er wacht %(num)s dossier op u", "Er wachten %(num)s dossiers op u", count) % {
            "num": count
        }
    if count == 1:
        return said.gettext("Nieuws over dossier %(kenmerk)s") % {"kenmerk": references[0]}
    return said.ngettext("Nieuws over %(num)s dossier", "Nieuws over %(num)s dossiers", count) % {"num": count}


def _line(said: NullTranslations, kind: NoticeKind, references: Sequence[str]) -> str:
    count = len(references)
    match kind:
        case NoticeKind.OFFERED:
            text = said.ngettext(
                "Er wacht %(num)s dossier op ontvangst", "Er wachten %(num)s dossiers op ontvangst", count
            )
        case NoticeKind.ACCEPTED:
            text = said.ngettext("Ontvangen: %(num)s dossier", "Ontvangen: %(num)s dossiers", count)
        case NoticeKind.DECLINED:
            text = said.ngettext(
                "Teruggegeven, want verkeerd adres: %(num)s dossier",
                "Teruggegeven, want verkeerd adres: %(num)s dossiers",
                count,
            )
        case NoticeKind.CONFIRMED:
            text = said.ngettext(
                "De overdracht is bevestigd van %(num)s dossier",
                "De overdracht is bevestigd van %(num)s dossiers",
                count,
            )
        case NoticeKind.QUESTION:
            text = said.ngettext(
                "Er is een vraag gesteld over %(num)s dossier", "Er zijn vragen gesteld over %(num)s dossiers", count
            )
        case NoticeKind.REPLY:
            text = said.ngettext(
                "Er is antwoord op uw vraag over %(num)s dossier",
                "Er is antwoord op uw vragen over %(num)s dossiers",
                count,
            )
        case NoticeKind.FAILED:
            text = said.ngettext(
                "Versturen is niet gelukt. Verstuur opnieuw: %(num)s dossier",
                "Versturen is niet gelukt. Verstuur opnieuw: %(num)s dossiers",
                count,
            )
        case _:  # pragma: no cover  # mypy knows that there is no other
            assert_never(kind)
    more = "" if count <= NAMED else " …"
    return f"- {text % {'num': count}} ({', '.join(references[:NAMED])}{more})"


def _stand_in(said: NullTranslations) -> str:
    return said.gettext(
        "U krijgt deze mail als beheerder, omdat bij uw school niemand dit werk doet. "
        "Nodig een collega uit, of geef een collega deze taak."
    )
