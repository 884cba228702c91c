"""Help at the foot of each page, in two sentences: what this page is for, and what people ask about it most.

By the address of the page, so that a form that comes back with something wrong in it has the help of its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_CLASS: dict[str, LazyString] = {
    "/groep": _l(
        "Hier staan al uw leerlingen, met voor elk de stap die nu aan u is. "
        "Wie bovenaan staat, wacht op u; wie onderaan staat, is klaar."
    ),
    "/groep/aanmeldingen": _l(
        "Een middelbare school zegt dat deze leerlingen zich aanmeldden, en vraagt wie het zijn. "
        "Kent u een kind niet, zeg dat dan ook: de school zoekt dan verder."
    ),
    "/groep/<group_id>/afschriften": _l(
        "Hier maakt u voor alle ouders van de groep een kopie, en legt u vast wie er een kreeg. "
        "Heeft u een kopie op een andere manier gegeven, vul dat dan in bij het kind zelf."
    ),
    "/groep/<group_id>/pdfs": _l(
        "Hier legt u de pdf’s van de hele groep in één keer bij de goede kinderen. "
        "Kwam een bestand bij het verkeerde kind, haal het dan daar weg en voeg het opnieuw toe."
    ),
    "/groep/<group_id>/plakken": _l(
        "Plak een lijst uit uw leerlingadministratie; een kopregel mag erbij. "
        "Er wordt pas iets bewaard als u de regels hebt nagekeken."
    ),
    "/groep/<group_id>/toevoegen": _l(
        "Zet hier één leerling op de lijst, met roepnaam en geboortedatum. "
        "Komt er een tweeling of een naamgenoot bij, dan vragen wij of het een ander kind is."
    ),
    "/groep/<group_id>/versturen": _l(
        "Wie hier een vinkje heeft, is klaar en gaat naar de school die erachter staat. "
        "Kijk bij elk kind naar de plaats: een verkeerde school is de fout die het vaakst gebeurt."
    ),
    "/leerling/<reference>/naam": _l(
        "Verbeter hier naam, geboortedatum of groep. De nieuwe school ziet de naam zoals hij was bij het versturen."
    ),
    "/leerling/<reference>/einde": _l(
        "Gaat een kind niet naar de middelbare school, zeg dan hier waarom. "
        "Vergist u zich, dan zet u het kind met één druk terug op de lijst."
    ),
}

_DOSSIER: dict[str, LazyString] = {
    "/leerling/<reference>": _l(
        "Dit is het dossier van één kind, met wat er nog moet voor het weg kan. "
        "U kunt elk deel in uw eigen volgorde invullen; wat u bewaart, ligt meteen op slot."
    ),
    "/leerling/<reference>/leerling": _l(
        "Zet hier alleen wat de nieuwe school moet weten. Is een adres geheim, vul het dan nergens in."
    ),
    "/leerling/<reference>/advies": _l(
        "Vul het advies en de uitslag van de doorstroomtoets in. "
        "Is het advies lager dan de toets, dan schrijft u op waarom u het niet bijstelt."
    ),
    "/leerling/<reference>/rapport": _l(
        "Schrijf zoals u het de nieuwe mentor zou vertellen. "
        "Wat voor het kind werkt, staat ook op de kaart voor de eerste week."
    ),
    "/leerling/<reference>/ondersteuning": _l(
        "Dit deel is alleen nodig bij een OPP, en alleen intake en zorg van de nieuwe school lezen het. "
        "Heeft een kind hulp zonder OPP, schrijf dat dan in het rapport."
    ),
    "/leerling/<reference>/gesprek": _l(
        "Wie kan de nieuwe school bellen, en wanneer is die er? "
        "Vraagt u om een gesprek, dan kan de school pas bevestigen als het is gehouden."
    ),
    "/leerling/<reference>/geheim": _l(
        "Wat u hier opschrijft, gaat nergens mee; wij zoeken er alleen naar in het dossier. "
        "Zolang wij het ergens vinden, kan het dossier niet weg."
    ),
    "/leerling/<reference>/documenten": _l(
        "Voeg hier pdf's toe; een ander bestand bewaart u eerst als pdf. "
        "Wij kijken elk bestand na en zeggen het als er iets mee is."
    ),
    "/leerling/<reference>/documenten/<document_id>": _l(
        "Kijk hier na of dit het goede stuk is, en kies wat voor stuk het is. "
        "Alleen wat bij zorg hoort, blijft dicht voor de mentor."
    ),
    "/leerling/<reference>/ouders": _l(
        "Elke ouder met gezag leest mee en krijgt een kopie, voor het dossier weg kan. "
        "Is een ouder het niet eens, dan gaat dat mee; het houdt niets tegen."
    ),
    "/leerling/<reference>/ouders/nieuw": _l(
        "Zet hier een ouder of voogd op de lijst. Weet u niet of iemand gezag heeft, kies dan dat u het niet weet."
    ),
    "/leerling/<reference>/ouders/<parent_id>": _l(
        "Leg vast hoe deze ouder meelas en wat die ervan vindt, in de eigen woorden. "
        "Verandert het dossier daarna, dan vragen wij om een nieuwe kopie."
    ),
    "/leerling/<reference>/ouders/<parent_id>/geen-antwoord": _l(
        "Hebt u een ouder twee keer gevraagd en hoorde u niets, dan kunt u verder. "
        "De nieuwe school ziet dat deze ouder niet reageerde, en wanneer u het vroeg."
    ),
    "/leerling/<reference>/ouders/<parent_id>/kopie-niet-nodig": _l(
        "Is de verandering te klein voor een nieuwe kopie, zeg dan waarom. De reden blijft bij het dossier."
    ),
    "/leerling/<reference>/ouders/<parent_id>/weg": _l(
        "Haal een ouder alleen weg als die er per ongeluk staat. Wat er bij deze ouder was vastgelegd, gaat mee weg."
    ),
    "/leerling/<reference>/vragen": _l(
        "Hier staan de vragen van de nieuwe school over dit kind, en uw antwoorden. "
        "De ouders lezen dit niet vanzelf, maar mogen het wel opvragen."
    ),
}

_SENDING: dict[str, LazyString] = {
    "/leerling/<reference>/school": _l(
        "Kies de school waar de ouders het kind aanmeldden, met de goede plaats. "
        "Staat een school er niet bij, zoek dan op plaats of op BRIN-nummer."
    ),
    "/leerling/<reference>/versturen": _l(
        "Hier ziet u wat er weggaat en naar welke school, of wat er nog moet. "
        "Tot de school het ontvangt, kunt u het terughalen."
    ),
    "/leerling/<reference>/tweede-school": _l(
        "Is niet beslist of het kind een TLV krijgt, dan kan het dossier naar VSO en naar een andere school. "
        "Is er beslist, of bevestigt één school, dan laat u de andere los: dat staat dan op uw lijst."
    ),
    "/leerling/<reference>/andere-school": _l(
        "Het dossier gaat in één stap naar de nieuwe school, en de oude kan er niet meer bij. "
        "Lukt een van de twee niet, dan gebeurt er niets."
    ),
    "/leerling/<reference>/met-code": _l(
        "Voor een school die niet meedoet: een link per mail, en zes woorden die u zelf aan de telefoon zegt. "
        "Bel het nummer uit het register en niet een nummer uit een mail."
    ),
    "/leerling/<reference>/buiten-de-dienst": _l(
        "Ging het dossier al op een andere manier, leg dat dan hier vast: dan mist niemand dit kind. "
        "U kunt het later toch nog hier sturen."
    ),
    "/leerling/<reference>/spoor": _l(
        "Hier staat wie wat deed met dit dossier, en wanneer. "
        "Niemand kan hier ongezien iets uit weghalen, wij ook niet."
    ),
    "/vragen": _l(
        "Hier staan alle vragen die op u wachten, en die u zelf stelde. "
        "Wie de vraag stelde, sluit hem als het antwoord genoeg is."
    ),
}

_INBOX: dict[str, LazyString] = {
    "/dossiers": _l(
        "Dit is het postvak van uw school: nieuw bovenaan, en bij elk kind de volgende stap. "
        "Ontvangen is geen toelating; dat legt de administratie apart vast."
    ),
    "/dossiers/samen/<press>": _l(
        "Hier ziet u hoe ver het is met wat u voor veel dossiers tegelijk doet, en daarna wat er met elk gebeurde. "
        "Wat gedaan is, blijft gedaan, ook als u deze bladzijde sluit."
    ),
    "/dossiers/gesprek": _l(
        "Eén vraag gaat naar de basisschool van elk kind dat u koos, en het antwoord leest u bij Vragen. "
        "Wat een collega al vroeg, vragen wij niet nog eens."
    ),
    "/ongedaan/<press>": _l(
        "Wat u met één druk veranderde, gaat stap voor stap terug naar hoe het was. "
        "Waar een collega intussen verderging, blijft het zoals het is."
    ),
    "/dossiers/<handover_id>/ontvangen": _l(
        "Neem een dossier in ontvangst als het kind bij uw school is aangemeld. "
        "Daarna kunt u het lezen; de basisschool ziet dat het er is."
    ),
    "/dossiers/<handover_id>/teruggeven": _l(
        "Geef een dossier alleen terug als het bij u verkeerd is. "
        "Een kind weigeren doet u niet hier, maar bij de uitslag."
    ),
    "/dossiers/<handover_id>/uitslag": _l(
        "Leg hier vast wat er met de aanmelding gebeurde. Weigert u een kind, dan blijft het uw zorg tot een andere "
        "school het toelaat."
    ),
    "/dossiers/verwacht": _l(
        "Dit zijn kinderen die bij u zijn aangemeld en van wie nog geen dossier kwam. "
        "Duurt het lang, bel dan de basisschool, of vraag het haar hier nog eens."
    ),
    "/dossiers/verwacht/nieuw": _l(
        "Met de code op de brief van de ouders gaat aanmelden het snelst. "
        "Zonder code vragen wij de basisschool welk kind het is."
    ),
    "/dossiers/verwacht/plakken": _l(
        "Plak de lijst uit uw administratie; de kolommen mogen in elke volgorde staan. "
        "Regels die wij niet begrijpen, blijven staan om te verbeteren."
    ),
    "/dossiers/lijst": _l(
        "Plak een lijst uit uw administratie: u ziet bij elke regel welk kind het is en wat er zou gebeuren. "
        "Past een regel niet precies, dan kiest u zelf; pas daarna wordt er iets vastgelegd."
    ),
    "/dossiers/verwacht/<announcement_id>/is-er": _l(
        "Kwam het dossier al op een andere manier, leg dat dan hier vast: dan telt het kind mee. "
        "Mentor, notities en bevestigen gaan daarna zoals bij ieder ander."
    ),
    "/dossiers/verwacht/<announcement_id>/opvragen": _l(
        "Deze basisschool doet niet mee: zij krijgt een link per mail, en van u zes woorden aan de telefoon. "
        "Daarmee zet zij de bestanden klaar; ze gaan meteen op slot naar uw school."
    ),
    "/dossiers/verwacht/<announcement_id>/uitslag": _l(
        "Leg de uitslag al vast, ook als er nog geen dossier is. "
        "Komt het dossier later, dan staat de uitslag er al bij."
    ),
    "/dossier/<handover_id>": _l(
        "U leest het dossier hier, en schrijft er vragen en notities bij. "
        "Een vraag gaat naar de basisschool; een notitie blijft op uw school."
    ),
    "/dossier/<handover_id>/bevestigen": _l(
        "Met bevestigen zegt u dat het kind is ingeschreven en dat alles is gelezen. "
        "Wat er nog moet, staat hier als lijstje."
    ),
    "/dossier/<handover_id>/gesprek": _l(
        "Leg vast met wie u sprak en wat u afsprak; telefonisch telt ook. Beide scholen lezen dit."
    ),
    "/dossier/<handover_id>/indeling": _l(
        "Kies hier vestiging, afdeling en wie het dossier behandelt. "
        "De basisschool ziet het als de vestiging verandert."
    ),
    "/dossier/<handover_id>/verzegeld": _l(
        "U krijgt het dossier op slot, met vijf woorden om het te openen. Schrijf de woorden op: wij tonen ze één keer."
    ),
    "/dossier/<handover_id>/heropenen": _l(
        "Neem hier een bevestiging terug, met een reden. Mentoren kunnen er dan niet bij tot u opnieuw bevestigt."
    ),
    "/dossier/<handover_id>/loslaten": _l(
        "Laat een overdracht los als het kind niet komt. "
        "De andere school ziet het, en na vier weken is het dossier weg."
    ),
    "/dossier/<handover_id>/bewaren": _l(
        "Een dossier verdwijnt vanzelf op zijn datum. Is er een reden om het langer te bewaren, zeg die dan hier."
    ),
}

_MENTORS: dict[str, LazyString] = {
    "/mentoren": _l(
        "Hier ziet u welke kinderen nog geen mentor hebben, en welke mentor nog niet las. "
        "Een mentor leest het rapport pas na de bevestiging."
    ),
    "/mentoren/plakken": _l(
        "Plak een klassenlijst met bij elk kind de mentor. "
        "Past een naam bij twee kinderen, dan kiest u zelf welk kind het is."
    ),
    "/mentoren/<mentoring_id>/vervang": _l(
        "Alle kinderen van deze mentor gaan in één stap naar de nieuwe. De vorige kan er daarna niet meer bij."
    ),
    "/mentoren/uitnodigen": _l(
        "Nodig hier mentoren uit die al zijn aangewezen en nog niet meedoen. "
        "Geef elke code zelf aan de mentor, niet per mail."
    ),
    "/dossier/<handover_id>/mentoren": _l(
        "Wijs hier de mentoren van dit kind aan, met het mailadres van school. Er mogen er zes zijn."
    ),
    "/dossier/<handover_id>/eerste-week": _l(
        "Op deze kaart staat wat helpt in de eerste week, om te printen of te onthouden. "
        "Laat hem niet liggen waar leerlingen hem zien."
    ),
    "/dossier/<handover_id>/geopend/<item_id>": _l(
        "De zorgcoördinator opende dit stuk voor de mentor van dit kind. De rest van het zorgdeel blijft dicht."
    ),
}

_SCHOOL: dict[str, LazyString] = {
    "/school/<unit_id>": _l(
        "Hier staan de mensen en de groepen van uw school, en wat er op een sleutel wacht. "
        "Zorg dat elke sleutel bij twee mensen is."
    ),
    "/school/<unit_id>/collega": _l(
        "Nodig hier een collega uit; u krijgt een code om zelf te geven. "
        "Daarna geeft iemand die de sleutel heeft hem door."
    ),
    "/school/<unit_id>/collega/<person_id>": _l(
        "Hier staat wat deze collega mag en welke sleutels die heeft. "
        "Vergelijk de vijf woorden voor u een sleutel doorgeeft."
    ),
    "/school/<unit_id>/collega/<person_id>/afwezig": _l(
        "Zeg hier van wanneer tot wanneer iemand er niet is, en wie waarneemt; waarom hoeft niet. "
        "Vragen en mail gaan dan ook naar wie waarneemt."
    ),
    "/mijn": _l(
        "Hier staan uw telefoon en uw dagen: dat ziet de school die over een leerling belt. "
        "U kiest hier ook hoe vaak u mail krijgt."
    ),
    "/school/<unit_id>/rol/<membership_id>/beeindigen": _l(
        "Na het beëindigen kan deze collega niets van deze rol meer openen. Wat die al las, is gelezen."
    ),
    "/school/<unit_id>/sleutels": _l(
        "Hier ziet u wie welke sleutel heeft, en het herstelblad. Bewaar dat blad achter slot, en niet bij de computer."
    ),
    "/school/<unit_id>/sleutels/<circle>/vervangen": _l(
        "Vervang een sleutel als iemand hem heeft die hem niet mag hebben. Wat al gelezen is, blijft gelezen."
    ),
    "/doorgeven": _l(
        "U werkt hier niet meer, maar uw school heeft de sleutel van u nog nodig. "
        "Geef hem door aan een collega; daarna bent u klaar."
    ),
    "/doorgeven/<unit_id>/<person_id>": _l(
        "Bel de collega en vergelijk de vijf woorden. Kloppen ze, dan geeft u de sleutel door."
    ),
    "/bewaard": _l(
        "Wat u typte toen uw sessie ophield, staat hier op slot. Open het, neem het over, en gooi het dan weg."
    ),
}

_REGION: dict[str, LazyString] = {
    "/regio": _l("Hier staan alle scholen, en hoe ver elke school is met meedoen. Wie bovenaan staat, wacht op u."),
    "/regio/stand": _l(
        "Hier ziet u van elke school hoe ver haar kinderen zijn, in aantallen en zonder namen. "
        "Bovenaan staat wie u vandaag het best kunt bellen."
    ),
    "/regio/boc": _l(
        "Verdeel hier de scholen over de boc'ers, één voor één of per gemeente. "
        "Stopt een collega, dan gaan al diens scholen in één stap naar een ander."
    ),
    "/regio/instellingen": _l(
        "Zet hier de datums van het schooljaar en na hoeveel dagen iets opvalt. "
        "U ziet eerst wat een wijziging doet; daarna pas geldt zij."
    ),
    "/regio/leerlingen": _l(
        "Dit zijn kinderen die tussen twee scholen dreigen te vallen, met hun kenmerk en zonder naam. "
        "Bel de school en noem het kenmerk."
    ),
    "/regio/uitnodigen": _l(
        "Zoek een school in het openbare register. Staat zij er niet in, dan kan zij nog niet meedoen."
    ),
    "/regio/uitnodigen/<brin6>": _l(
        "Nodig hier de beheerder van deze school uit. Geef de code aan de telefoon, en niet per mail."
    ),
    "/regio/school/<unit_id>": _l(
        "Bel de school op het nummer uit het register en laat de vijf woorden voorlezen. "
        "Kloppen ze, dan kan er naar deze school worden verstuurd."
    ),
}

PAGE_HELP: Mapping[str, LazyString] = MappingProxyType(
    _CLASS
    | _DOSSIER
    | _SENDING
    | _INBOX
    | _MENTORS
    | _SCHOOL
    | _REGION
    | {
        "/school": _SCHOOL["/school/<unit_id>"],
        "/groep/<group_id>": _CLASS["/groep"],
        "/groep/<group_id>/lijst": _CLASS["/groep"],
        "/dossiers/ontvangen": _INBOX["/dossiers/samen/<press>"],
        "/dossiers/samen": _INBOX["/dossiers/samen/<press>"],
    }
)
"""By the rule of its address; two sentences each."""


def help_of_page() -> LazyString | None:
    """The help of the page of this request; none where the page is help itself, or no page of ours."""
    return PAGE_HELP.get(request.url_rule.rule) if request.url_rule else None
