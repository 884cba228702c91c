"""The text of a mail about dossiers, in its reader's language: how many wait, and their speakable references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from types import MappingProxyType

from handover.bundles.notice_model import NoticeKind
from handover.mail import Message
from handover.schools.model import Person
from handover.terms.msgid import Plural, plural
from handover.web.catalogue import english

NAMED = 12
_OF_APPLICATIONS = frozenset(
    {
        NoticeKind.ANNOUNCED,
        NoticeKind.ANSWERED,
        NoticeKind.PRIMARY_CLOSED,
        NoticeKind.APPLICATION_LAPSED,
        NoticeKind.APPLICATION_STANDS,
    }
)
_OF_PASSAGES = frozenset({NoticeKind.ARRIVED, NoticeKind.NOT_ARRIVED, NoticeKind.BACK})
"""References in one line at most; the page lists them all."""


_WAITS: Mapping[NoticeKind, Plural] = MappingProxyType(
    {
        NoticeKind.OFFERED: plural("Er wacht %(num)s dossier op ontvangst", "Er wachten %(num)s dossiers op ontvangst"),
        NoticeKind.OUTSIDE: plural(
            "Een basisschool droeg %(num)s dossier buiten deze dienst aan u over. Kijk of u het heeft",
            "Basisscholen droegen %(num)s dossiers buiten deze dienst aan u over. Kijk of u ze heeft",
        ),
        NoticeKind.ENTERED: plural(
            "De middelbare school zegt dat zij %(num)s dossier al heeft, buiten deze dienst om. "
            "U hoeft het niet meer te versturen; klopt het niet, bel dan de school",
            "De middelbare school zegt dat zij %(num)s dossiers al heeft, buiten deze dienst om. "
            "U hoeft ze niet meer te versturen; klopt het niet, bel dan de school",
        ),
        NoticeKind.NOT_ENTERED: plural(
            "De middelbare school heeft %(num)s dossier toch niet: het wacht weer op u om te versturen",
            "De middelbare school heeft %(num)s dossiers toch niet: ze wachten weer op u om te versturen",
        ),
        NoticeKind.ACCEPTED: plural("Ontvangen: %(num)s dossier", "Ontvangen: %(num)s dossiers"),
        NoticeKind.DECLINED: plural(
            "Teruggegeven, want verkeerd adres: %(num)s dossier", "Teruggegeven, want verkeerd adres: %(num)s dossiers"
        ),
        NoticeKind.CONFIRMED: plural(
            "De overdracht is bevestigd van %(num)s dossier", "De overdracht is bevestigd van %(num)s dossiers"
        ),
        NoticeKind.QUESTION: plural(
            "Er is een vraag gesteld over %(num)s dossier", "Er zijn vragen gesteld over %(num)s dossiers"
        ),
        NoticeKind.REPLY: plural(
            "Er is antwoord op uw vraag over %(num)s dossier", "Er is antwoord op uw vragen over %(num)s dossiers"
        ),
        NoticeKind.FAILED: plural(
            "Versturen is niet gelukt. Verstuur opnieuw: %(num)s dossier",
            "Versturen is niet gelukt. Verstuur opnieuw: %(num)s dossiers",
        ),
        NoticeKind.SUPPLEMENT: plural(
            "Er is iets nagekomen bij %(num)s dossier", "Er is iets nagekomen bij %(num)s dossiers"
        ),
        NoticeKind.SUPPLEMENT_FAILED: plural(
            "Nasturen is niet gelukt. Stuur de aanvulling opnieuw: %(num)s dossier",
            "Nasturen is niet gelukt. Stuur de aanvulling opnieuw: %(num)s dossiers",
        ),
        NoticeKind.WITHDRAWN: plural(
            "Teruggehaald door de basisschool, u hoeft niets te doen: %(num)s dossier",
            "Teruggehaald door de basisschool, u hoeft niets te doen: %(num)s dossiers",
        ),
        NoticeKind.REOPENED: plural(
            "De bevestiging is teruggenomen van %(num)s dossier", "De bevestiging is teruggenomen van %(num)s dossiers"
        ),
        NoticeKind.RELEASED: plural(
            "De andere school heeft de overdracht losgelaten van %(num)s dossier",
            "De andere school heeft de overdracht losgelaten van %(num)s dossiers",
        ),
        NoticeKind.RELOCATED: plural(
            "De nieuwe school koos een andere vestiging voor %(num)s dossier",
            "De nieuwe school koos een andere vestiging voor %(num)s dossiers",
        ),
        NoticeKind.MENTOR: plural(
            "U bent mentor van een nieuwe leerling. Lees wat de basisschool meegaf: %(num)s dossier",
            "U bent mentor van nieuwe leerlingen. Lees wat de basisschool meegaf: %(num)s dossiers",
        ),
        NoticeKind.MENTOR_UNREAD: plural(
            "School begint bijna. Lees eerst nog: %(num)s dossier",
            "School begint bijna. Lees eerst nog: %(num)s dossiers",
        ),
        NoticeKind.FEEDBACK: plural(
            "De mentor schreef u iets over %(num)s leerling", "De mentor schreef u iets over %(num)s leerlingen"
        ),
        NoticeKind.CODE_RUN_OUT: plural(
            "De code werkt niet meer en het dossier is niet opgehaald. Verstuur opnieuw: %(num)s dossier",
            "De code werkt niet meer en de dossiers zijn niet opgehaald. Verstuur opnieuw: %(num)s dossiers",
        ),
        NoticeKind.TERM: plural(
            "Wij vernietigen binnenkort %(num)s dossier; bij het dossier staat wanneer. "
            "Bewaar in uw eigen administratie wat u nodig heeft",
            "Wij vernietigen binnenkort %(num)s dossiers; bij elk dossier staat wanneer. "
            "Bewaar in uw eigen administratie wat u nodig heeft",
        ),
        NoticeKind.LET_GO: plural(
            "Bij twee scholen, en een ervan moet u nu loslaten. Op uw lijst staat welke: %(num)s dossier",
            "Bij twee scholen, en een ervan moet u nu loslaten. Op uw lijst staat welke: %(num)s dossiers",
        ),
        NoticeKind.ANNOUNCED: plural(
            "Een middelbare school vraagt van %(num)s leerling of die bij u op school zit",
            "Een middelbare school vraagt van %(num)s leerlingen of die bij u op school zitten",
        ),
        NoticeKind.ANSWERED: plural(
            "De basisschool kent %(num)s leerling niet die u aanmeldde",
            "De basisschool kent %(num)s leerlingen niet die u aanmeldde",
        ),
        NoticeKind.LAPSED: plural(
            "De overdracht vervalt, u hoeft niets te doen: %(num)s dossier",
            "De overdracht vervalt, u hoeft niets te doen: %(num)s dossiers",
        ),
        NoticeKind.APPLICATION_LAPSED: plural(
            "De aanmelding van %(num)s leerling vervalt. Bij Verwacht ziet u van wie",
            "De aanmeldingen van %(num)s leerlingen vervallen. Bij Verwacht ziet u van wie",
        ),
        NoticeKind.APPLICATION_STANDS: plural(
            "De aanmelding van %(num)s leerling geldt toch. Bij Verwacht ziet u van wie",
            "De aanmeldingen van %(num)s leerlingen gelden toch. Bij Verwacht ziet u van wie",
        ),
        NoticeKind.ARRIVED: plural(
            "Een basisschool vraagt of u een leerling kent die bij haar vertrok: %(num)s leerling",
            "Een basisschool vraagt of u leerlingen kent die bij haar vertrokken: %(num)s leerlingen",
        ),
        NoticeKind.NOT_ARRIVED: plural(
            "De andere basisschool kent %(num)s leerling niet die bij u vertrok. Bel de ouders",
            "De andere basisschool kent %(num)s leerlingen niet die bij u vertrokken. Bel de ouders",
        ),
        NoticeKind.BACK: plural(
            "Een leerling op uw lijst staat ook weer op de lijst van de vorige school. Bel haar: %(num)s leerling",
            "Leerlingen op uw lijst staan ook weer op de lijst van de vorige school. Bel haar: %(num)s leerlingen",
        ),
        NoticeKind.SCHOOL_CLOSED: plural(
            "Een van de twee scholen is gesloten, zegt het register. Kijk waar het kind heen gaat: %(num)s dossier",
            "Een van de twee scholen is gesloten, zegt het register. Kijk waar de kinderen heen gaan: %(num)s dossiers",
        ),
        NoticeKind.PRIMARY_CLOSED: plural(
            "De basisschool van %(num)s leerling die u aanmeldde, is gesloten. Vraag de ouders wie het dossier heeft",
            "De basisschool van %(num)s leerlingen die u aanmeldde, is gesloten. Vraag de ouders wie het dossier heeft",
        ),
    }
)
"""What each kind says, of one and of more."""
_FOR_A_MENTOR: Mapping[NoticeKind, Plural] = MappingProxyType(
    {
        NoticeKind.MENTOR: plural(
            "De collega voor wie u waarneemt, is mentor van %(num)s nieuwe leerling. Het dossier ziet u pas als uw "
            "school ook u als mentor aanwijst",
            "De collega voor wie u waarneemt, is mentor van %(num)s nieuwe leerlingen. De dossiers ziet u pas als uw "
            "school ook u als mentor aanwijst",
        ),
        NoticeKind.MENTOR_UNREAD: plural(
            "School begint bijna, en de collega voor wie u waarneemt las %(num)s dossier nog niet. U ziet het pas als "
            "uw school ook u als mentor aanwijst",
            "School begint bijna, en de collega voor wie u waarneemt las %(num)s dossiers nog niet. U ziet ze pas als "
            "uw school ook u als mentor aanwijst",
        ),
    }
)
"""The same to who stands in for a mentor: they are told, and see nothing until they are named too."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that the mail is about."""

    kind: NoticeKind
    reference: str
    """Empty where nobody knows yet which child it is."""
    stands_in: bool
    covers: bool = False


def written(base_url: str, person: Person, told: Sequence[Told]) -> Message:
    """The mail about these things. No name of a child can be in it: none is at hand here."""
    said = english() if person.language == "en" else NullTranslations()
    lines = [
        _line(said, waits[kind], references)
        for kind in NoticeKind
        for covers, waits in ((False, _WAITS), (True, _FOR_A_MENTOR))
        if (references := [one.reference for one in told if one.kind is kind and _is_covered(one) is covers])
    ]
    parts = [said.gettext("Beste %(naam)s,") % {"naam": person.name}, "\n".join(lines)]
    if all(one.stands_in for one in told):
        parts.append(_stand_in(said))
    if any(one.covers and not _is_covered(one) for one in told):
        parts.append(said.gettext("U krijgt dit ook omdat u waarneemt voor een collega die er nu niet is."))
    if all(_is_covered(one) for one in told):
        return Message(to=person.email, subject=_subject(said, told), text="\n\n".join(parts) + "\n")
    parts += [
        said.gettext("Meld u aan en ga verder: %(adres)s") % {"adres": f"{base_url}/"},
        said.gettext("In deze mail staat met opzet geen naam van een kind. Die ziet u als u bent aangemeld."),
    ]
    return Message(to=person.email, subject=_subject(said, told), text="\n\n".join(parts) + "\n")


def _subject(said: NullTranslations, told: Sequence[Told]) -> str:
    kinds, references = {one.kind for one in told}, list(dict.fromkeys(one.reference for one in told if one.reference))
    count = len(references)
    if kinds <= _OF_APPLICATIONS:
        return said.ngettext("Nieuws over %(num)s aanmelding", "Nieuws over %(num)s aanmeldingen", len(told)) % {
            "num": len(told)
        }
    if kinds <= _OF_PASSAGES:
        return said.ngettext("Nieuws over %(num)s leerling", "Nieuws over %(num)s leerlingen", len(told)) % {
            "num": len(told)
        }
    if kinds == {NoticeKind.OFFERED}:
        return said.ngettext("Er wacht %(num)s dossier op u", "Er wachten %(num)s dossiers op u", count) % {
            "num": count
        }
    if count == 1:
        return said.gettext("Nieuws over dossier %(kenmerk)s") % {"kenmerk": references[0]}
    return said.ngettext("Nieuws over %(num)s dossier", "Nieuws over %(num)s dossiers", count) % {"num": count}


def _is_covered(one: Told) -> bool:
    """Whether who stands in is told something else than whom they stand in for."""
    return one.covers and one.kind in _FOR_A_MENTOR


def _line(said: NullTranslations, waits: Plural, references: Sequence[str]) -> str:
    count = len(references)
    text = said.ngettext(*waits, count)
    more = "" if count <= NAMED else " …"
    named = f" ({', '.join(references[:NAMED])}{more})" if any(references) else ""
    return f"- {text % {'num': count}}{named}"


def _stand_in(said: NullTranslations) -> str:
    return said.gettext(
        "U krijgt deze mail als beheerder, omdat bij uw school niemand dit werk doet. "
        "Nodig een collega uit, of geef een collega deze taak."
    )
