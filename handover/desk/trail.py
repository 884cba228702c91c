"""The trail of a child's handover in words: one sentence for each thing that was done, with who did it.

The log holds pseudonyms and states; the names of staff and schools are looked up when somebody reads it. Nothing in it
is about what a dossier says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from flask_babel import gettext
from sqlalchemy import select

from handover.audit.queries import TrailLine, trail
from handover.bundles.outside_model import OutsideWay
from handover.db.unit_of_work import UnitOfWork
from handover.desk.outside_words import how
from handover.policy import Actor
from handover.schools.model import Location, Person, Unit
from handover.terms.document_kind import LABELS as DOCUMENT_KINDS
from handover.terms.document_kind import DocumentKind
from handover.terms.msgid import msgid
from handover.web.i18n import dag_en_jaar


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a sentence may name: `who` did it, at which school, and to which."""

    who: str
    other: str
    line: TrailLine
    schools: Mapping[str, str]
    """Names of locations by BRIN."""

    def fact(self, name: str) -> str:
        """A fact of the entry as text; empty when an older entry has none."""
        value = self.line.facts.get(name)
        return "" if value is None else str(value)


Sentence = Callable[[Said], str]

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "leerling": msgid("de leerling"),
        "advies": msgid("het schooladvies"),
        "rapport": msgid("het rapport"),
        "ondersteuning": msgid("de extra ondersteuning"),
        "documenten": msgid("de documenten"),
        "ouders": msgid("de ouders"),
        "school": msgid("de nieuwe school"),
        "geheim": msgid("wat geheim moet blijven"),
        "gesprek": msgid("het gesprek"),
    }
)
_ENDS: Mapping[str, str] = MappingProxyType(
    {
        "stays": msgid("%(wie)s schreef op dat het kind in groep 8 blijft."),
        "other_school": msgid("%(wie)s schreef op dat het kind naar een andere basisschool gaat."),
        "abroad": msgid("%(wie)s schreef op dat het kind naar het buitenland gaat."),
        "exempt": msgid("%(wie)s schreef op dat het kind vrijstelling heeft."),
        "died": msgid("%(wie)s schreef op dat het kind is overleden."),
        "mistake": msgid("%(wie)s haalde het kind van de lijst: het stond er per ongeluk op."),
    }
)
_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "asked": msgid("%(wie)s zette de aanmelding terug op aangevraagd."),
        "admitted": msgid("%(wie)s legde vast dat het kind is toegelaten."),
        "waiting": msgid("%(wie)s legde vast dat het kind op de wachtlijst staat."),
        "refused": msgid("%(wie)s legde vast dat het kind niet is toegelaten."),
        "withdrawn": msgid("%(wie)s legde vast dat de aanmelding is ingetrokken."),
        "enrolled": msgid("%(wie)s legde vast dat het kind is ingeschreven."),
    }
)
_TLVS: Mapping[str, str] = MappingProxyType(
    {
        "not_needed": msgid("%(wie)s legde vast dat een TLV niet nodig is."),
        "to_request": msgid("%(wie)s legde vast dat de TLV nog aangevraagd moet worden."),
        "requested": msgid("%(wie)s legde vast dat de TLV is aangevraagd."),
        "granted": msgid("%(wie)s legde vast dat de TLV is afgegeven."),
        "refused": msgid("%(wie)s legde vast dat de TLV is geweigerd."),
    }
)
_DECLINED: Mapping[str, str] = MappingProxyType(
    {
        "not_applied_here": msgid("%(wie)s gaf het dossier terug: het kind is daar niet aangemeld."),
        "other_location": msgid("%(wie)s gaf het dossier terug: het kind gaat naar een andere vestiging."),
        "double": msgid("%(wie)s gaf het dossier terug: het is er dubbel."),
    }
)
_RELEASED: Mapping[str, str] = MappingProxyType(
    {
        "other_school": msgid("%(wie)s liet de overdracht los: het kind gaat naar een andere school."),
        "not_coming": msgid("%(wie)s liet de overdracht los: het kind komt niet."),
        "wrong_school": msgid("%(wie)s liet de overdracht los: het dossier had daar nooit moeten komen."),
    }
)
_REOPENED: Mapping[str, str] = MappingProxyType(
    {
        "too_early": msgid("%(wie)s nam de bevestiging terug: het was te vroeg."),
        "not_enrolled": msgid("%(wie)s nam de bevestiging terug: het kind is toch niet ingeschreven."),
        "mistake": msgid("%(wie)s nam de bevestiging terug: het was een vergissing."),
    }
)
_KEPT: Mapping[str, str] = MappingProxyType(
    {
        "complaint": msgid("%(wie)s bewaart het dossier tot en met %(dag)s: er loopt een klacht."),
        "request": msgid("%(wie)s bewaart het dossier tot en met %(dag)s: de ouders vroegen erom."),
        "investigation": msgid("%(wie)s bewaart het dossier tot en met %(dag)s: er wordt naar gekeken."),
    }
)
_READ: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (False, True): msgid("%(wie)s opende het rapport."),
        (False, False): msgid("%(wie)s opende document %(nummer)s."),
        (True, True): msgid("%(wie)s opende het deel over extra ondersteuning."),
        (True, False): msgid("%(wie)s opende zorgdocument %(nummer)s."),
    }
)
"""By whether it lies in the care part, and whether it is the filled-in part itself."""
_REMARKS: Mapping[str, str] = MappingProxyType(
    {
        "note": msgid("%(wie)s schreef een notitie voor de eigen school."),
        "question": msgid("%(wie)s stelde een vraag."),
        "reply": msgid("%(wie)s beantwoordde een vraag."),
        "feedback": msgid("%(wie)s schreef de basisschool hoe het gaat."),
    }
)


def _say(text: str, **values: str) -> str:
    return str(gettext(text, **values))


def _plain(text: str) -> Sentence:
    return lambda said: _say(text, wie=said.who, ander=said.other)


def _of(texts: Mapping[str, str], fact: str, otherwise: str) -> Sentence:
    return lambda said: _say(texts.get(said.fact(fact), otherwise), wie=said.who, ander=said.other)


def _changed(said: Said) -> str:
    section = SECTIONS.get(said.fact("section"))
    if section is None:
        return _say(msgid("%(wie)s werkte aan het dossier."), wie=said.who)
    return _say(msgid("%(wie)s werkte aan het dossier: %(deel)s."), wie=said.who, deel=_say(section))


def _document(text: str) -> Sentence:
    def sentence(said: Said) -> str:
        kinds = {kind.value: DOCUMENT_KINDS[kind] for kind in DocumentKind}
        kind = kinds.get(said.fact("kind"), "document")
        return _say(text, wie=said.who, soort=_say(kind))

    return sentence


def _applied(text: str) -> Sentence:
    def sentence(said: Said) -> str:
        brin = said.fact("receiver_brin")
        return _say(text, wie=said.who, school=said.schools.get(brin, brin))

    return sentence


def _arrived(said: Said) -> str:
    if said.line.facts.get("is_known"):
        return _say(msgid("%(wie)s zei dat de andere basisschool het kind kent."), wie=said.who)
    return _say(msgid("%(wie)s zei dat de andere basisschool het kind niet kent."), wie=said.who)


def _read(said: Said) -> str:
    number = said.fact("item")
    text = _READ[said.fact("part") == "care", number in {"", "0"}]
    return _say(text, wie=said.who, nummer=number)


def _conversation(said: Said) -> str:
    if said.line.facts.get("waived"):
        return _say(msgid("%(wie)s legde vast dat een gesprek niet meer nodig is."), wie=said.who)
    return _say(msgid("%(wie)s legde vast dat het gesprek is gevoerd."), wie=said.who)


def _kept(said: Said) -> str:
    until = said.fact("until")
    text = _KEPT.get(said.fact("because"), msgid("%(wie)s bewaart het dossier langer, tot en met %(dag)s."))
    return _say(text, wie=said.who, dag=dag_en_jaar(date.fromisoformat(until)) if until else "")


def _outside(text: str) -> Sentence:
    def sentence(said: Said) -> str:
        way, went_on = said.fact("way"), said.fact("went_on")
        day = dag_en_jaar(date.fromisoformat(went_on)) if went_on else ""
        return _say(text, wie=said.who, ander=said.other, hoe=how(OutsideWay(way)) if way else "", dag=day)

    return sentence


SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        "leaver.added": _plain(msgid("%(wie)s zette het kind op de lijst.")),
        "leaver.renamed": _plain(msgid("%(wie)s verbeterde naam, geboortedatum of groep.")),
        "leaver.ended": _of(_ENDS, "end", msgid("%(wie)s haalde het kind van de lijst.")),
        "leaver.reopened": _plain(msgid("%(wie)s zette het kind terug op de lijst.")),
        "leaver.again": _plain(msgid("%(wie)s zette het kind op de lijst van een jaar later.")),
        "leaver.passage_asked": _plain(msgid("%(wie)s vroeg een andere basisschool of zij het kind kent.")),
        "leaver.passage_answered": _arrived,
        "leaver.passage_confirmed": _plain(msgid("%(wie)s legde vast dat het kind op de andere basisschool is.")),
        "application.recorded": _applied(msgid("%(wie)s legde de aanmelding vast bij %(school)s.")),
        "application.announced": _applied(msgid("%(wie)s meldde het kind aan bij %(school)s.")),
        "application.announcement_answered": _plain(msgid("%(wie)s zei welk kind er was aangemeld.")),
        "application.announcement_asked": _plain(msgid("%(wie)s vroeg de basisschool welk kind er was aangemeld.")),
        "application.announcement_taken_back": _plain(msgid("%(wie)s haalde de aanmelding terug.")),
        "application.announcement_forgotten": _plain(msgid("De naam die bij de aanmelding hoorde, is gewist.")),
        "application.withdrawn": _applied(msgid("%(wie)s schreef op dat de aanmelding bij %(school)s niet doorgaat.")),
        "application.outcome_recorded": _of(
            _OUTCOMES, "outcome", msgid("%(wie)s legde vast wat er van de aanmelding kwam.")
        ),
        "application.tlv_recorded": _of(_TLVS, "tlv", msgid("%(wie)s legde vast hoe het met de TLV staat.")),
        "dossier.changed": _changed,
        "document.added": _document(msgid("%(wie)s voegde een document toe: %(soort)s.")),
        "document.refused": _plain(msgid("Een document van %(wie)s is geweigerd en niet bewaard.")),
        "document.removed": _document(msgid("%(wie)s haalde een document weg: %(soort)s.")),
        "document.changed": _document(msgid("%(wie)s veranderde de naam of de soort van een document: %(soort)s.")),
        "document.restored": _document(msgid("%(wie)s zette een document terug: %(soort)s.")),
        "document.opened": _document(msgid("%(wie)s opende een document: %(soort)s.")),
        "handover.sent": _plain(msgid("%(wie)s verstuurde het dossier naar %(ander)s. Het gaat op slot.")),
        "handover.offered": _plain(msgid("Alles is heel aangekomen. %(ander)s ziet nu dat het dossier klaarligt.")),
        "handover.settling_failed": _plain(
            msgid("Het dossier kwam niet heel in de kluis. Het is niet verstuurd en staat weer klaar.")
        ),
        "handover.withdrawn": _plain(msgid("%(wie)s haalde het dossier terug, voordat het was ontvangen.")),
        "handover.accepted": _plain(msgid("%(wie)s nam het dossier in ontvangst. Dit is geen toelating.")),
        "handover.declined": _of(_DECLINED, "reason", msgid("%(wie)s gaf het dossier terug.")),
        "handover.closed": _plain(
            msgid(
                "De overdracht is gesloten: het kind gaat niet naar deze school. %(ander)s kan het dossier niet openen."
            )
        ),
        "handover.code_opened": _plain(
            msgid("Iemand typte de zes woorden en zag om wie het gaat en welke documenten er zijn.")
        ),
        "handover.fetched_with_code": _plain(msgid("Het dossier is opgehaald met de code. Dit is geen toelating.")),
        "handover.code_run_out": _plain(msgid("Niemand haalde het dossier op tijd op. De code werkt niet meer.")),
        "handover.confirmed_by_telephone": _plain(
            msgid("%(wie)s hoorde aan de telefoon dat het kind is ingeschreven en dat het dossier er is.")
        ),
        "application.dossier_asked": _plain(
            msgid("%(wie)s vroeg het dossier op bij een basisschool die niet meedoet.")
        ),
        "application.asked_opened": _plain(
            msgid("Iemand typte de zes woorden en zag over welk kind het gaat en wat er klaarstaat.")
        ),
        "application.asking_ended": _plain(msgid("Het opvragen is gestopt. Er kwam geen dossier.")),
        "handover.delivered": _plain(
            msgid("De basisschool leverde het dossier aan met de link en de zes woorden. Het gaat op slot.")
        ),
        "handover.handed_outside": _outside(
            msgid("%(wie)s legde vast: buiten de dienst overgedragen, %(hoe)s, op %(dag)s, aan %(ander)s.")
        ),
        "handover.entered": _outside(
            msgid("%(wie)s legde vast: het dossier kwam buiten de dienst, %(hoe)s, op %(dag)s.")
        ),
        "handover.entry_taken_back": _plain(msgid("%(wie)s haalde weg dat het dossier buiten de dienst kwam.")),
        "handover.outside_taken_back": _plain(
            msgid("%(wie)s haalde weg dat het dossier buiten de dienst is overgedragen.")
        ),
        "handover.outside_confirmed": _plain(
            msgid("%(wie)s bevestigde de overdracht: ingeschreven, en het dossier is er.")
        ),
        "handover.outside_seen": _plain(msgid("%(wie)s bekeek als mentor wat er over dit kind staat.")),
        "handover.confirmed": _plain(msgid("%(wie)s bevestigde de overdracht: ingeschreven, en alles gelezen.")),
        "handover.supplement_opened": _plain(msgid("%(wie)s opende het dossier om iets na te sturen.")),
        "handover.supplement_dropped": _plain(msgid("%(wie)s sloot het dossier weer. Er is niets nagestuurd.")),
        "handover.placed": _plain(msgid("%(wie)s koos een afdeling of wie het dossier doet.")),
        "handover.supplemented": _plain(msgid("%(wie)s stuurde iets na. Het gaat op slot.")),
        "handover.supplement_arrived": _plain(msgid("De aanvulling is heel aangekomen. %(ander)s kan haar nu lezen.")),
        "handover.supplement_failed": _plain(
            msgid("De aanvulling kwam niet heel in de kluis. De school heeft nog wat zij had.")
        ),
        "handover.supplement_acknowledged": _plain(msgid("%(wie)s tekende voor ontvangst van de aanvulling.")),
        "handover.relocated": _applied(msgid("%(wie)s koos een andere vestiging: %(school)s.")),
        "handover.reopened": _of(_REOPENED, "reason", msgid("%(wie)s nam de bevestiging terug.")),
        "handover.released": _of(_RELEASED, "reason", msgid("%(wie)s liet de overdracht los.")),
        "handover.kept": _kept,
        "handover.kept_no_longer": _plain(msgid("%(wie)s bewaart het dossier niet langer dan gewoon.")),
        "handover.destroyed": _plain(msgid("Het dossier van deze overdracht is vernietigd.")),
        "handover.read": _read,
        "handover.tampering_seen": _plain(
            msgid("Let op: wat er ligt, is niet wat er is verstuurd. %(wie)s kreeg het daarom niet te zien.")
        ),
        "handover.remark_written": _of(_REMARKS, "kind", msgid("%(wie)s schreef iets bij het dossier.")),
        "handover.question_closed": _plain(msgid("%(wie)s sloot een vraag af.")),
        "handover.conversation_recorded": _conversation,
        "handover.mentor_named": _plain(msgid("%(wie)s wees een mentor aan.")),
        "handover.mentor_ended": _plain(msgid("%(wie)s schreef op dat iemand geen mentor meer is.")),
        "handover.care_opened": _plain(msgid("%(wie)s opende een zorgstuk voor de mentor.")),
        "handover.care_closed": _plain(msgid("%(wie)s haalde een zorgstuk weer weg bij de mentor.")),
        "handover.opened_read": _plain(msgid("%(wie)s las een zorgstuk dat voor de mentor is geopend.")),
        "handover.mentor_given": _plain(msgid("%(wie)s gaf de mentor de sleutel van het rapport.")),
    }
)
"""One for each event about a child; a name that is not here yet is told without words of its own."""
_OF_THE_SENDER = frozenset({"application.recorded", "application.withdrawn"})
"""What the primary school recorded for itself, though a unit on the other side is named in it."""
_UNTOLD = _plain(msgid("%(wie)s deed iets met het dossier."))


def trail_lines(uow: UnitOfWork, actor: Actor, subject_ids: Collection[str]) -> list[tuple[datetime, str]]:
    """What was done to a leaver and its handovers, the oldest first: instants (aware) and sentences.

    An actor sees what concerns a school of theirs: the secondary school sees nothing of how a dossier was made, and
    neither school that the other wrote notes for itself. Both give the ids of the leaver and of its handovers. Whether
    they may see a trail at all is the caller's to ask (`Action.SEE_TRAIL`).
    """
    units = {membership.unit_id for membership in actor.memberships}
    lines = [line for line in trail(uow, subject_ids) if _concerns(line, units)]
    people = _people(uow, lines)
    names, schools = _units(uow, lines), _schools(uow, lines)
    # Reading is the most of a trail, again and again by the same people: the same words are worked out once.
    words: dict[tuple[object, ...], str] = {}
    told = []
    for line in lines:
        same = (line.name, line.actor_id, line.unit_id, line.other_unit_id, *sorted(line.facts.items()))
        if same in words:
            told.append((line.at, words[same]))
            continue
        said = Said(
            who=_who(line, people, names),
            other=", ".join(names.get(line.other_unit_id or "", (_say(msgid("de andere school")),))),
            line=line,
            schools=schools,
        )
        words[same] = SENTENCES.get(line.name, _UNTOLD)(said)
        told.append((line.at, words[same]))
    return told


def _concerns(line: TrailLine, units: Collection[str]) -> bool:
    if line.unit_id in units:
        return True
    own_note = line.name == "handover.remark_written" and line.facts.get("kind") == "note"
    return line.other_unit_id in units and not own_note and line.name not in _OF_THE_SENDER


def _who(line: TrailLine, people: Mapping[str, str], names: Mapping[str, tuple[str, str]]) -> str:
    if line.actor_id is None:
        return _say(msgid("De dienst"))
    person = people.get(line.actor_id, _say(msgid("Iemand")))
    school = names.get(line.unit_id or "", ("", ""))[0]
    return _say(msgid("%(naam)s van %(school)s"), naam=person, school=school) if school else person


def _people(uow: UnitOfWork, lines: Sequence[TrailLine]) -> dict[str, str]:
    ids = {line.actor_id for line in lines if line.actor_id}
    rows = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {key: name for key, name in rows}  # noqa: C416  # a Row is a pair only to those who run it


def _units(uow: UnitOfWork, lines: Sequence[TrailLine]) -> dict[str, tuple[str, str]]:
    ids = {unit for line in lines for unit in (line.unit_id, line.other_unit_id) if unit}
    rows = uow.session.execute(select(Unit.id, Unit.name, Unit.place).where(Unit.id.in_(ids)))
    return {key: (name, place) for key, name, place in rows}


def _schools(uow: UnitOfWork, lines: Sequence[TrailLine]) -> dict[str, str]:
    brins = {str(line.facts["receiver_brin"]) for line in lines if "receiver_brin" in line.facts}
    rows = uow.session.execute(select(Location.brin6, Location.name, Location.place).where(Location.brin6.in_(brins)))
    return {brin: f"{name}, {place}" for brin, name, place in rows}
