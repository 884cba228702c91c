"""Who may see and do what, as a table that is drawn up by asking policy itself, for each role at each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from handover.access.labels import circle_name, circle_opens, role_name
from handover.access.roles import CIRCLES, ROLES
from handover.policy import ANY, ARRIVED, RECEIVED, Action, Actor, Membership, Role, Stage, Subject, may
from handover.schools.model import UnitSide
from keys.circle import Circle

_SCHOOL, _GROUP, _SELF = "school", "group", "somebody"

WORDS: Mapping[Action, LazyString] = MappingProxyType(
    {
        Action.SEE_LEAVER: _l("Zien wie er van school gaat, en hoe ver het dossier is"),
        Action.ADD_LEAVER: _l("Een leerling op de lijst zetten"),
        Action.RENAME_LEAVER: _l("Naam, geboortedatum of groep verbeteren"),
        Action.READ_DOSSIER: _l("Het dossier lezen dat in voorbereiding is"),
        Action.EDIT_DOSSIER: _l("Het dossier maken: rapport, documenten, ouders"),
        Action.RECORD_APPLICATION: _l("Opschrijven bij welke school de ouders aanmelden"),
        Action.ANSWER_ANNOUNCED: _l("Zeggen welk kind een andere school bedoelt, of dat u het niet kent"),
        Action.SEND: _l("Het dossier versturen"),
        Action.HAND_OUTSIDE: _l("Vastleggen dat een dossier op een andere manier is overgedragen"),
        Action.WITHDRAW: _l("Het dossier terughalen, zolang het niet is ontvangen"),
        Action.CONFIRM_BY_TELEPHONE: _l("Vastleggen dat een school die niet meedoet het dossier heeft"),
        Action.SUPPLEMENT: _l("Iets nasturen, als het dossier al is verstuurd"),
        Action.SEE_HANDOVER: _l("Zien om wie het gaat, van welke school, en hoe ver het is"),
        Action.ACCEPT: _l("Een dossier in ontvangst nemen"),
        Action.DECLINE: _l("Een verkeerd geadresseerd dossier teruggeven"),
        Action.CONFIRM: _l("De overdracht bevestigen"),
        Action.REOPEN: _l("Een bevestiging terugnemen"),
        Action.ACKNOWLEDGE: _l("Tekenen voor wat er is nagekomen"),
        Action.PLACE: _l("Kiezen welke vestiging, afdeling en collega het dossier doet"),
        Action.KEEP: _l("Een dossier langer bewaren, met een reden"),
        Action.RELEASE: _l("Een overdracht loslaten, als het kind toch ergens anders heen gaat"),
        Action.NAME_MENTORS: _l("Aanwijzen wie mentor wordt"),
        Action.OPEN_FOR_MENTOR: _l("Een zorgstuk of zorgnotitie openen voor de mentor van één kind"),
        Action.SEE_OPENED: _l("Lezen wat de zorgcoördinator voor de mentor heeft geopend"),
        Action.FEED_BACK: _l("De basisschool in één regel schrijven hoe het gaat"),
        Action.RECORD_OUTCOME: _l("Vastleggen of het kind is toegelaten en ingeschreven"),
        Action.WRITE_OWN_NOTE: _l("Notities schrijven voor de eigen school"),
        Action.READ_HANDOVER: _l("Het rapport lezen dat is verstuurd"),
        Action.READ_CARE: _l("De zorgstukken lezen die zijn verstuurd"),
        Action.ASK: _l("Vragen stellen en beantwoorden"),
        Action.RECORD_CONVERSATION: _l("Opschrijven wat in het gesprek is afgesproken"),
        Action.SEE_TRAIL: _l("Zien wie wat deed, en wanneer"),
        Action.SEE_ANNOUNCED: _l("Zien wie zich aanmeldde en van wie nog geen dossier kwam"),
        Action.ANNOUNCE: _l("Een leerling aanmelden die zich bij de eigen school meldde"),
        Action.ASK_OUTSIDE: _l("Een dossier opvragen bij een basisschool die niet meedoet"),
        Action.SEE_UNIT: _l("Zien wie er bij de eigen school werkt"),
        Action.MANAGE_PEOPLE: _l("Collega’s toelaten, groepen indelen, iemand laten stoppen"),
        Action.MANAGE_KEYS: _l("De sleutels van de eigen school beheren"),
        Action.SEE_REGION: _l("Zien welke scholen meedoen en hoeveel er klaar is, zonder namen"),
        Action.INVITE_UNIT: _l("Scholen uitnodigen"),
        Action.CERTIFY: _l("Instaan voor de sleutel van een school"),
        Action.IMPORT_SCHOOLS: _l("De lijst van scholen bijwerken"),
        Action.ASSIGN_BOC: _l("Verdelen welke scholen bij welke boc’er horen"),
        Action.SET_REGION: _l("De data van het schooljaar en de termijnen van de regio instellen"),
        Action.READ_LOG: _l("Het logboek lezen: wat er gebeurde, zonder namen"),
    }
)

_WHEN: Mapping[frozenset[Stage], LazyString] = MappingProxyType(
    {
        ANY: _l("ja"),
        ARRIVED: _l("zodra het is verstuurd"),
        RECEIVED: _l("na ontvangst"),
        ARRIVED - {Stage.ENDED}: _l("zodra het is verstuurd, tot het eind"),
        frozenset({Stage.CONFIRMED}): _l("na bevestiging"),
        frozenset({Stage.ACCEPTED}): _l("na ontvangst, tot de bevestiging"),
    }
)
_OWN_ONLY: Mapping[UnitSide, LazyString] = MappingProxyType(
    {UnitSide.PO: _l("alleen de eigen groep"), UnitSide.VO: _l("alleen de eigen klas")}
)
_SIDES: Mapping[UnitSide, LazyString] = MappingProxyType(
    {
        UnitSide.PO: _l("Op de basisschool"),
        UnitSide.VO: _l("Op de middelbare school"),
        UnitSide.SWV: _l("Bij het samenwerkingsverband"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """When a role may; no words: never."""

    when: str = ""
    only: str = ""

    @property
    def may(self) -> bool:
        """Whether there is any step at which the answer is yes."""
        return bool(self.when)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that can be seen or done, and what each role may of it."""

    what: str
    cells: Sequence[Cell]


@dataclass(frozen=True, kw_only=True)
class SideTable:
    """What the people of one side may, and which keys they hold."""

    side: UnitSide
    title: str
    roles: Sequence[str]
    lines: Sequence[Line]
    keys: Sequence[Sequence[str]]
    """By role, the names of its keys."""


def tables() -> list[SideTable]:
    """One for each side, in the language of this request."""
    return [_table(side) for side in UnitSide]


def key_uses() -> list[tuple[str, str]]:
    """Each kind of key and what it opens."""
    return [(circle_name(circle), circle_opens(circle)) for circle in Circle]


def stages_of(role: Role, action: Action, *, own: bool = True) -> frozenset[Stage]:
    """At which steps this role may do that at its own school, for a child of the own group or class or of another."""
    membership = Membership(unit_id=_SCHOOL, role=role, groups=frozenset({_GROUP}))
    actor = Actor(person_id=_SELF, memberships=(membership,))
    return frozenset(stage for stage in Stage if may(actor, action, _subject(stage, own=own)))


def _subject(stage: Stage, *, own: bool) -> Subject:
    # Their school on both ends: whether a role counts at the sender or at the receiver is policy's to say.
    return Subject(
        unit_id=_SCHOOL,
        receiver_id=_SCHOOL,
        group_id=_GROUP if own else None,
        mentors=frozenset({_SELF} if own else ()),
        stage=stage,
    )


def _table(side: UnitSide) -> SideTable:
    roles = [role for role in Role if role in ROLES[side]]
    lines = [Line(what=str(WORDS[action]), cells=[_cell(side, role, action) for role in roles]) for action in Action]
    return SideTable(
        side=side,
        title=str(_SIDES[side]),
        roles=[role_name(role) for role in roles],
        lines=[line for line in lines if any(cell.may for cell in line.cells)],
        keys=[[circle_name(circle) for circle in Circle if circle in CIRCLES[role]] for role in roles],
    )


def _cell(side: UnitSide, role: Role, action: Action) -> Cell:
    stages = stages_of(role, action)
    if not stages:
        return Cell()
    everywhere = stages_of(role, action, own=False) == stages
    return Cell(when=str(_WHEN[stages]), only="" if everywhere else str(_OWN_ONLY[side]))
