"""What dossiers say on a screen, for each value of their closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handover.dossiers.finding import Finding
from handover.terms.msgid import msgid

FINDINGS: Mapping[Finding, str] = MappingProxyType(
    {
        Finding.EMPTY: msgid("Dit bestand is leeg. Bewaar het document opnieuw als pdf. Voeg die nieuwe pdf toe."),
        Finding.TOO_LARGE: msgid(
            "Dit bestand is groter dan 25 MB. Scan het met een lagere kwaliteit, of deel het op. Voeg het dan toe."
        ),
        Finding.CUT_OFF: msgid(
            "Dit bestand kwam niet helemaal aan. Wij hebben het niet bewaard. Voeg het opnieuw toe."
        ),
        Finding.TOO_MANY_FILES: msgid(
            "Dit zijn te veel bestanden in één keer. Dit bestand en wat erna kwam, is niet bewaard."
            " Voeg de rest apart toe."
        ),
        Finding.NOT_A_PDF: msgid(
            "Dit is geen pdf, ook al heet het misschien zo. Open het bestand, kies Afdrukken en dan Bewaar als pdf."
            " Voeg die nieuwe pdf toe."
        ),
        Finding.NEEDS_PASSWORD: msgid(
            "Deze pdf gaat alleen open met een wachtwoord. Open het bestand, kies Afdrukken en dan Bewaar als pdf."
            " Voeg die nieuwe pdf toe."
        ),
        Finding.UNREADABLE: msgid(
            "Deze pdf is beschadigd of niet volledig. Open het bestand en kijk of alles erin staat."
            " Kies dan Afdrukken en Bewaar als pdf. Voeg die nieuwe pdf toe."
        ),
        Finding.JAVASCRIPT: msgid(
            "In deze pdf zit een programma (JavaScript). Open het bestand, kies Afdrukken en dan Bewaar als pdf."
            " Voeg die nieuwe pdf toe."
        ),
        Finding.LAUNCH: msgid(
            "Deze pdf kan een ander programma starten. Open het bestand, kies Afdrukken en dan Bewaar als pdf."
            " Voeg die nieuwe pdf toe."
        ),
        Finding.EMBEDDED_FILES: msgid(
            "In deze pdf zitten andere bestanden als bijlage. Bewaar elke bijlage apart als pdf en voeg die toe."
            " Open deze pdf, kies Afdrukken en dan Bewaar als pdf. Voeg die nieuwe pdf ook toe."
        ),
        Finding.XFA: msgid(
            "Deze pdf is een invulformulier van een oude soort (XFA). Veel programma’s tonen het niet."
            " Open het bestand, kies Afdrukken en dan Bewaar als pdf. Voeg die nieuwe pdf toe."
        ),
        Finding.TOO_MANY_PAGES: msgid(
            "Deze pdf heeft meer dan 500 bladzijden. Kies de bladzijden die de nieuwe school nodig heeft."
            " Bewaar die als pdf. Voeg die nieuwe pdf toe."
        ),
        Finding.TOOK_TOO_LONG: msgid(
            "Deze pdf is te ingewikkeld: het nakijken duurde te lang. Open het bestand, kies Afdrukken en dan"
            " Bewaar als pdf. Voeg die nieuwe pdf toe."
        ),
        Finding.TOO_MUCH_MEMORY: msgid(
            "Deze pdf is te zwaar om na te kijken. Open het bestand, kies Afdrukken en dan Bewaar als pdf."
            " Voeg die nieuwe pdf toe."
        ),
        Finding.NO_TEXT_LAYER: msgid(
            "Dit is een scan zonder tekst. Zoeken en voorlezen kan er niet in. U kunt het zo laten."
        ),
        Finding.FORM_FIELDS: msgid("Deze pdf heeft invulvelden. Kijk of ze goed zijn ingevuld. U kunt het zo laten."),
        Finding.SIGNED: msgid("Deze pdf is digitaal ondertekend. Wij veranderen er niets aan."),
        Finding.EMPTY_OWNER_PASSWORD: msgid(
            "Deze pdf is beveiligd tegen bewerken. Lezen kan wel. U kunt het zo laten."
        ),
    }
)
"""What is wrong and what to do about it; for a note, what it means."""
