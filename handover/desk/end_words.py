"""What follows when a child is taken off the list: what the service does, and what the school still does.

Said before the press and shown after it. Of leerplicht it says whom to call, and no more: what applies to one child is
for the municipality to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from handover.terms.destination import LeaverEnd, Passage, PassageWay
from handover.terms.msgid import msgid


@dataclass(frozen=True, kw_only=True)
class Follows:
    """What follows one reason; all of it to be translated where it is shown."""

    choice: str
    """The answer to "why?"."""
    happens: Sequence[str]
    to_do: Sequence[str]


FOLLOWS: Mapping[LeaverEnd, Follows] = MappingProxyType(
    {
        LeaverEnd.STAYS: Follows(
            choice=msgid("Blijft in groep 8"),
            happens=(
                msgid("Een middelbare school die op dit kind wacht, leest dat het groep 8 nog een keer doet."),
                msgid("In het nieuwe schooljaar zet u het kind met één druk op de lijst van de nieuwe groep."),
            ),
            to_do=(
                msgid("Begin volgend jaar een nieuw dossier: advies, toets en rapport zijn dan van dat jaar."),
                msgid("Zeg de ouders dat zij volgend jaar opnieuw aanmelden, met een nieuwe brief."),
            ),
        ),
        LeaverEnd.OTHER_SCHOOL: Follows(
            choice=msgid("Gaat naar een andere basisschool"),
            happens=(
                msgid("Doet die school mee? Dan vragen wij haar of zij dit kind kent. Zij ziet de naam, verder niets."),
                msgid(
                    "Tot het zeker is, ziet het samenwerkingsverband het kenmerk op zijn lijst. Zo raakt het niet zoek."
                ),
            ),
            to_do=(
                msgid("Schrijf het kind pas uit als de andere school het heeft ingeschreven."),
                msgid(
                    "Stuur het dossier zoals u gewend bent, met OSO. Deze dienst stuurt alleen naar middelbare scholen."
                ),
            ),
        ),
        LeaverEnd.ABROAD: Follows(
            choice=msgid("Gaat naar het buitenland"),
            happens=(msgid("Een middelbare school die op dit kind wacht, leest dat de aanmelding vervalt."),),
            to_do=(
                msgid("Vraag de ouders of zij zich uitschrijven bij de gemeente. Tot dan geldt de leerplicht."),
                msgid("Weet u niet zeker of het kind gaat? Laat het op de lijst, en bel de leerplichtambtenaar."),
            ),
        ),
        LeaverEnd.EXEMPT: Follows(
            choice=msgid("Heeft vrijstelling van de leerplicht"),
            happens=(msgid("Een middelbare school die op dit kind wacht, leest dat de aanmelding vervalt."),),
            to_do=(
                msgid("Bel de leerplichtambtenaar: geldt de vrijstelling, en tot wanneer?"),
                msgid("Bel ook uw boc’er. Misschien kan een deel van het onderwijs wel."),
            ),
        ),
        LeaverEnd.DIED: Follows(
            choice=msgid("Is overleden"),
            happens=(
                msgid(
                    "Wij sturen over dit kind aan niemand nog een bericht, en het staat in geen stapel brieven meer."
                ),
                msgid("Een school waar het kind was aangemeld, leest alleen dat de aanmelding vervalt."),
            ),
            to_do=(msgid("U hoeft hier verder niets te doen. Veel sterkte."),),
        ),
        LeaverEnd.MISTAKE: Follows(
            choice=msgid("Stond per ongeluk op de lijst"),
            happens=(
                msgid("Het kind telt nergens meer mee."),
                msgid("Meldde een middelbare school dit kind aan? Dan vraagt zij u opnieuw welk kind zij bedoelt."),
            ),
            to_do=(msgid("Staat het kind twee keer op de lijst? Haal dan de regel weg waarin nog niets is ingevuld."),),
        ),
    }
)
"""In the order in which the page asks."""

PASSAGES: Mapping[Passage, str] = MappingProxyType(
    {
        Passage.ASKED: msgid("Wij vroegen %(school)s of zij dit kind kent. Zij heeft nog niet geantwoord."),
        Passage.OPEN: msgid("Deze school kunnen wij niets vragen. Bel haar: staat het kind daar ingeschreven?"),
        Passage.KNOWN: msgid("%(school)s kent dit kind."),
        Passage.UNKNOWN: msgid("%(school)s kent dit kind niet. Bel de ouders: waar gaat het kind heen?"),
        Passage.CONFIRMED: msgid("U legde vast dat het kind daar is."),
        Passage.BACK: msgid(
            "%(school)s heeft dit kind ook op haar lijst, en weet dat u het terugzette. Bel haar. "
            "Eén van u haalt het kind van de lijst."
        ),
    }
)
"""How far it is certain where a child is that went to another primary school."""

STEPS: Mapping[Passage, str] = MappingProxyType(
    {
        Passage.ASKED: msgid("Wacht op %(school)s: kent zij het kind?"),
        Passage.OPEN: msgid("Bel de andere basisschool: kent zij het kind?"),
        Passage.UNKNOWN: msgid("Bel de ouders: %(school)s kent het kind niet"),
    }
)
"""The same as the one next step on the list of a class."""

WAYS: Mapping[PassageWay, str] = MappingProxyType(
    {
        PassageWay.TELEPHONE: msgid("Aan de telefoon"),
        PassageWay.MAIL: msgid("Per mail"),
        PassageWay.LETTER: msgid("Op papier, met een bewijs van inschrijving"),
        PassageWay.OTHER: msgid("Op een andere manier"),
    }
)
