"""What dossiers say on a screen, for each value of their closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handover.dossiers.content import Section
from handover.dossiers.finding import Finding
from handover.dossiers.rules import Missing
from handover.terms.msgid import msgid
from handover.terms.parent import Agreement, Custody, InspectionWay

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
        Finding.HIDDEN: msgid(
            "In dit document, of in zijn naam, staat een adres of nummer dat geheim moet blijven. "
            "Haal het eruit en voeg een nieuwe pdf toe."
        ),
        Finding.NO_TEXT_LAYER: msgid(
            "Dit is een scan zonder tekst. Zoeken en voorlezen kan er niet in. U kunt het zo laten."
        ),
        Finding.FORM_FIELDS: msgid("Deze pdf heeft invulvelden. Kijk of ze goed zijn ingevuld. U kunt het zo laten."),
        Finding.SIGNED: msgid("Deze pdf is digitaal ondertekend. Wij veranderen er niets aan."),
        Finding.EMPTY_OWNER_PASSWORD: msgid(
            "Deze pdf is beveiligd tegen bewerken. Lezen kan wel. U kunt het zo laten."
        ),
        Finding.OTHER_CHILD: msgid(
            "Hierin staat ook de naam van een ander kind uit de groep. Kijk na of dat hier hoort te staan."
        ),
    }
)
"""What is wrong and what to do about it; for a note, what it means."""

MISSING: Mapping[Missing, str] = MappingProxyType(
    {
        Missing.FINAL_ADVICE: msgid("Vul het definitieve schooladvies in"),
        Missing.TEST: msgid("Vul de uitslag van de doorstroomtoets in, of waarom die er niet is"),
        Missing.MOTIVATION: msgid("Leg uit waarom het advies niet hoger werd, al was de toets hoger"),
        Missing.CAREER: msgid("Vul in: de schoolloopbaan"),
        Missing.RESULTS: msgid("Vul in: de resultaten"),
        Missing.LEARNING: msgid("Vul in: leren en werkhouding"),
        Missing.BEHAVIOUR: msgid("Vul in: gedrag en omgaan met anderen"),
        Missing.WHAT_WORKS: msgid("Vul in: wat werkt bij dit kind?"),
        Missing.OKR_DOCUMENT: msgid("Voeg het onderwijskundig rapport toe als pdf"),
        Missing.OPP_DOCUMENT: msgid("Voeg het ontwikkelingsperspectief (OPP) toe als pdf"),
        Missing.ACTIONS: msgid("Leg vast dat de ouders het eens zijn met het handelingsdeel"),
        Missing.PUPIL_VOICE: msgid("Schrijf op wat het kind zelf vindt van het OPP"),
        Missing.PARENT: msgid("Zet de ouders of voogden op de lijst"),
        Missing.INSPECTION: msgid("Laat %(wie)s meelezen en leg dat vast"),
        Missing.COPY: msgid("Geef %(wie)s een kopie en leg dat vast"),
        Missing.STALE_COPY: msgid("Geef %(wie)s een nieuwe kopie: het dossier is veranderd"),
        Missing.DISAGREEMENT: msgid("Schrijf op waarom %(wie)s het niet eens is"),
        Missing.SCHOOL_DISPUTE: msgid("%(wie)s wil een andere school: de intern begeleider praat met de ouders"),
        Missing.HIDDEN_LIST: msgid("Schrijf op welk adres of nummer geheim moet blijven"),
        Missing.HIDDEN_TEXT: msgid("Haal het geheime adres of nummer uit de tekst"),
        Missing.HIDDEN_DOCUMENT: msgid("Haal het geheime adres of nummer uit een document"),
        Missing.HIDDEN_UNSEEN: msgid("Kijk na of er een geheim adres in een document staat"),
        Missing.APPLICATION: msgid("Leg vast bij welke school het kind is aangemeld"),
        Missing.OTHER_NAME: msgid("Kijk of de aanmeldcode bij dit kind hoort"),
        Missing.RECEIVER_CLOSED: msgid("De nieuwe school is gesloten: vraag de ouders naar een andere school"),
        Missing.RECEIVER_NOT_READY: msgid("De nieuwe school doet nog niet mee"),
        Missing.RECEIVER_KEY: msgid("De sleutel van de nieuwe school wacht op het samenwerkingsverband"),
        Missing.TLV: msgid("De TLV is geweigerd: kies een andere school"),
        Missing.SECOND_NOT_ALLOWED: msgid("Uw regio laat geen dossier bij twee scholen tegelijk toe"),
        Missing.SECOND_CONFIRMED: msgid("De eerste school heeft de overdracht al bevestigd"),
        Missing.SECOND_SAME_SCHOOL: msgid("Deze school heeft het dossier al, op een andere vestiging"),
        Missing.SECOND_KINDS: msgid("Dit kan alleen bij één school voor VSO en één andere school"),
        Missing.SECOND_TLV_UNSAID: msgid("Leg vast hoe het met de TLV staat"),
        Missing.SECOND_TLV_DECIDED: msgid("Over de TLV is al beslist: het dossier gaat naar één school"),
        Missing.CONTACT: msgid("Vul in wie de nieuwe school kan bellen"),
        Missing.CONVERSATION_REASON: msgid("Schrijf op waarom u een gesprek vraagt"),
    }
)
"""What is left to do, as a sentence that says what to do; `%(wie)s` is the parent it is about."""

SECTIONS: Mapping[Section, str] = MappingProxyType(
    {
        Section.PUPIL: msgid("Leerling"),
        Section.ADVICE: msgid("Advies en toets"),
        Section.REPORT: msgid("Rapport"),
        Section.SUPPORT: msgid("Ondersteuning"),
        Section.DOCUMENTS: msgid("Documenten"),
        Section.PARENTS: msgid("Ouders"),
        Section.DESTINATION: msgid("Gaat naar"),
        Section.CONVERSATION: msgid("Contact en gesprek"),
    }
)

INSPECTIONS: Mapping[InspectionWay, str] = MappingProxyType(
    {
        InspectionWay.READ: msgid("Zelf gelezen"),
        InspectionWay.ALOUD: msgid("Voorgelezen"),
        InspectionWay.INTERPRETER: msgid("Met een tolk, of iemand die de taal spreekt"),
        InspectionWay.SPOKEN: msgid("In een gesprek besproken"),
        InspectionWay.POST: msgid("Per post gestuurd"),
    }
)

AGREEMENTS: Mapping[Agreement, str] = MappingProxyType(
    {
        Agreement.YES: msgid("Ja"),
        Agreement.NO: msgid("Nee"),
        Agreement.UNKNOWN: msgid("Niet bekend"),
    }
)

CUSTODIES: Mapping[Custody, str] = MappingProxyType(
    {
        Custody.YES: msgid("Ja, heeft gezag"),
        Custody.NO: msgid("Nee, heeft geen gezag"),
        Custody.UNKNOWN: msgid("Dat weten wij niet"),
    }
)
