"""Who may do what: one pure function over (actor, action, subject) and one table.

Asked in every action, so that pages, API, tasks and commands obey alike. A key gives no right and a right gives no
key: both are asked. `tests/matrix.csv` is written by hand from the design and holds this table to it.

Not visible and not existing are the same answer (`Verdict.HIDDEN`); visible but not theirs to do is `REFUSED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from handover.errors import NotAllowed, NotFound, NotSignedIn


class Role(StrEnum):
    """What a person is at a unit."""

    TEACHER = "teacher"  # leerkracht groep 8
    IB = "ib"  # intern begeleider
    PO_ADMIN = "po_admin"
    INTAKE = "intake"  # intakecoördinator
    CARE = "care"  # zorgcoördinator
    VO_OFFICE = "vo_office"  # leerlingadministratie
    MENTOR = "mentor"
    VO_ADMIN = "vo_admin"
    SWV_ADMIN = "swv_admin"
    BOC = "boc"  # bovenschoolse ondersteuningscoördinator
    AUDITOR = "auditor"  # FG, inspector


PO_ROLES = frozenset({Role.TEACHER, Role.IB, Role.PO_ADMIN})
VO_ROLES = frozenset({Role.INTAKE, Role.CARE, Role.VO_OFFICE, Role.MENTOR, Role.VO_ADMIN})
SWV_ROLES = frozenset({Role.SWV_ADMIN, Role.BOC, Role.AUDITOR})
ADMIN_ROLES = frozenset({Role.PO_ADMIN, Role.VO_ADMIN, Role.SWV_ADMIN})


class Action(StrEnum):
    """Everything a person can do, as schools would say it."""

    # a leaver, at the primary school
    SEE_LEAVER = "see_leaver"  # name, progress, next step
    ADD_LEAVER = "add_leaver"
    RENAME_LEAVER = "rename_leaver"  # name, birth date, group
    READ_DOSSIER = "read_dossier"  # the draft and its documents
    EDIT_DOSSIER = "edit_dossier"  # content, documents, parents
    RECORD_APPLICATION = "record_application"
    ANSWER_ANNOUNCED = "answer_announced"  # which child another school means, or that it is none of ours
    # a handover, at the sender
    SEND = "send"
    HAND_OUTSIDE = "hand_outside"  # record that a dossier went by another way
    WITHDRAW = "withdraw"
    CONFIRM_BY_TELEPHONE = "confirm_by_telephone"  # heard from a school that takes no part
    SUPPLEMENT = "supplement"  # send after what was sent
    # a handover, at the receiver
    SEE_HANDOVER = "see_handover"  # who and from where; status
    ACCEPT = "accept"
    DECLINE = "decline"
    CONFIRM = "confirm"
    REOPEN = "reopen"  # take the confirmation back
    ACKNOWLEDGE = "acknowledge"  # sign that a supplement came
    PLACE = "place"  # location, department, who takes care of it
    NAME_MENTORS = "name_mentors"
    OPEN_FOR_MENTOR = "open_for_mentor"  # something of the care part
    SEE_OPENED = "see_opened"  # what was opened for the mentors
    FEED_BACK = "feed_back"  # the mentor's line to the primary school
    RECORD_OUTCOME = "record_outcome"  # of the application: enrolled and the like
    WRITE_OWN_NOTE = "write_own_note"
    # both sides
    KEEP = "keep"  # longer than its term
    RELEASE = "release"  # let go of what was received
    READ_HANDOVER = "read_handover"  # what was sent
    READ_CARE = "read_care"  # its care part
    ASK = "ask"  # a question, a reply, closing one
    RECORD_CONVERSATION = "record_conversation"
    SEE_TRAIL = "see_trail"
    # a unit
    SEE_UNIT = "see_unit"  # its people, groups and keys
    SEE_ANNOUNCED = "see_announced"  # who applied at this secondary school, as it said itself
    ANNOUNCE = "announce"
    ASK_OUTSIDE = "ask_outside"  # a primary school that takes no part, for a dossier
    MANAGE_PEOPLE = "manage_people"  # invite, groups, end memberships
    MANAGE_KEYS = "manage_keys"  # cards, rotation, recovery sheet
    # the region
    SEE_REGION = "see_region"  # units, counts; never a name
    INVITE_UNIT = "invite_unit"
    CERTIFY = "certify"
    IMPORT_SCHOOLS = "import_schools"
    ASSIGN_BOC = "assign_boc"  # which schools are whose
    SET_REGION = "set_region"  # its dates and days
    READ_LOG = "read_log"


class Stage(StrEnum):
    """How far the subject's handover is, as far as rights depend on it."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    ENDED = "ended"  # declined, withdrawn, released, closed, destroyed


@dataclass(frozen=True, kw_only=True)
class Membership:
    """One role of a person at one unit, valid today. `groups`: ids of the groups whose children are theirs."""

    unit_id: str
    role: Role
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person who acts. An argument everywhere, never fetched, stored or sent to a task.

    `keyring` opens this person's keys (`handover.rooms.keyring.Keyring`), or is None when nothing was opened; policy
    never looks at it.
    """

    person_id: str
    memberships: tuple[Membership, ...] = ()
    keyring: Any = field(default=None, repr=False, compare=False)  # a Keyring lives above this module

    def roles_at(self, unit_id: str | None) -> frozenset[Role]:
        """The roles at that unit."""
        return frozenset(membership.role for membership in self.memberships if membership.unit_id == unit_id)

    def at(self, unit_id: str | None) -> Actor:
        """The same person with what they are at that unit alone; as they are where that is nothing."""
        here = tuple(membership for membership in self.memberships if membership.unit_id == unit_id)
        return replace(self, memberships=here) if here else self

    def units_as(self, *roles: Role) -> list[str]:
        """The units at which the actor has one of these roles, without doubles, in order of membership."""
        return list(dict.fromkeys(m.unit_id for m in self.memberships if m.role in roles))


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an action is about. A feature fills in what it knows; None means 'there is none'."""

    unit_id: str | None = None
    """The unit itself, or the primary school of a leaver or handover."""
    receiver_id: str | None = None
    """The unit that the handover goes to."""
    group_id: str | None = None
    mentors: frozenset[str] = frozenset()
    """Persons named as mentor of this child."""
    involved: frozenset[str] = frozenset()
    """Boc'ers whom a school has involved in this child."""
    stage: Stage = Stage.DRAFT


class Verdict(StrEnum):
    """The answer of policy."""

    ALLOWED = "allowed"
    HIDDEN = "404"
    REFUSED = "403"
    SIGN_IN = "sign in"


ANY = frozenset(Stage)
RECEIVED = frozenset({Stage.ACCEPTED, Stage.CONFIRMED})
ARRIVED = ANY - {Stage.DRAFT}


@dataclass(frozen=True)
class Rule:
    """Which roles may, at which side, in which stages."""

    sender: frozenset[Role] = frozenset()
    receiver: frozenset[Role] = frozenset()
    region: frozenset[Role] = frozenset()
    sender_stages: frozenset[Stage] = ANY
    receiver_stages: frozenset[Stage] = ARRIVED


def _rule(
    sender: set[Role] | frozenset[Role] = frozenset(),
    receiver: set[Role] | frozenset[Role] = frozenset(),
    region: set[Role] | frozenset[Role] = frozenset(),
    **stages: frozenset[Stage],
) -> Rule:
    return Rule(frozenset(sender), frozenset(receiver), frozenset(region), **stages)


_T, _I, _PA = Role.TEACHER, Role.IB, Role.PO_ADMIN
_IN, _CA, _OF, _ME, _VA = (
    Role.INTAKE,
    Role.CARE,
    Role.VO_OFFICE,
    Role.MENTOR,
    Role.VO_ADMIN,
)

RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.SEE_LEAVER: _rule({_T, _I, _PA}),
        Action.ADD_LEAVER: _rule({_T, _I, _PA}),
        Action.RENAME_LEAVER: _rule({_T, _I, _PA}),
        Action.READ_DOSSIER: _rule({_T, _I}),
        Action.EDIT_DOSSIER: _rule({_T, _I}),
        Action.RECORD_APPLICATION: _rule({_T, _I}),
        Action.ANSWER_ANNOUNCED: _rule({_T, _I, _PA}),
        Action.SEND: _rule({_T, _I}),
        Action.HAND_OUTSIDE: _rule({_T, _I}),
        Action.WITHDRAW: _rule({_T, _I}),
        Action.CONFIRM_BY_TELEPHONE: _rule({_T, _I}, sender_stages=frozenset({Stage.ACCEPTED})),
        Action.SUPPLEMENT: _rule({_T, _I}, sender_stages=ARRIVED - {Stage.ENDED}),
        Action.SEE_HANDOVER: _rule({_T, _I, _PA}, {_IN, _CA, _OF, _ME}),
        Action.ACCEPT: _rule(receiver={_IN}),
        Action.DECLINE: _rule(receiver={_IN}),
        Action.CONFIRM: _rule(receiver={_IN}, receiver_stages=RECEIVED),
        Action.REOPEN: _rule(receiver={_IN}, receiver_stages=frozenset({Stage.CONFIRMED})),
        Action.ACKNOWLEDGE: _rule(receiver={_IN, _CA}, receiver_stages=RECEIVED),
        Action.PLACE: _rule(receiver={_IN, _OF}, receiver_stages=ARRIVED - {Stage.ENDED}),
        Action.KEEP: _rule({_T, _I}, {_IN, _CA}, sender_stages=ARRIVED, receiver_stages=RECEIVED),
        Action.RELEASE: _rule({_T, _I}, {_IN}, sender_stages=RECEIVED, receiver_stages=RECEIVED),
        Action.NAME_MENTORS: _rule(receiver={_IN, _OF}, receiver_stages=RECEIVED),
        Action.OPEN_FOR_MENTOR: _rule(receiver={_CA}, receiver_stages=RECEIVED),
        Action.SEE_OPENED: _rule(receiver={_IN, _CA, _ME}, receiver_stages=RECEIVED),
        Action.FEED_BACK: _rule(receiver={_ME}, receiver_stages=frozenset({Stage.CONFIRMED})),
        Action.RECORD_OUTCOME: _rule(receiver={_OF}),
        Action.WRITE_OWN_NOTE: _rule(receiver={_IN, _CA}, receiver_stages=RECEIVED),
        Action.READ_HANDOVER: _rule({_T, _I}, {_IN, _CA, _ME}, receiver_stages=RECEIVED),
        Action.READ_CARE: _rule({_T, _I}, {_IN, _CA}, receiver_stages=RECEIVED),
        Action.ASK: _rule({_T, _I}, {_IN, _CA}, receiver_stages=RECEIVED),
        Action.RECORD_CONVERSATION: _rule({_T, _I}, {_IN, _CA}, receiver_stages=RECEIVED),
        Action.SEE_TRAIL: _rule({_T, _I}, {_IN, _CA}),
        Action.SEE_UNIT: _rule(PO_ROLES | VO_ROLES | SWV_ROLES),
        Action.SEE_ANNOUNCED: _rule({_IN, _CA, _OF}),
        Action.ANNOUNCE: _rule({_OF}),
        Action.ASK_OUTSIDE: _rule({_IN}),
        Action.MANAGE_PEOPLE: _rule(ADMIN_ROLES),
        Action.MANAGE_KEYS: _rule(ADMIN_ROLES),
        Action.SEE_REGION: _rule(region=SWV_ROLES),
        Action.INVITE_UNIT: _rule(region={Role.SWV_ADMIN}),
        Action.CERTIFY: _rule(region={Role.SWV_ADMIN}),
        Action.IMPORT_SCHOOLS: _rule(region={Role.SWV_ADMIN}),
        Action.ASSIGN_BOC: _rule(region={Role.SWV_ADMIN}),
        Action.SET_REGION: _rule(region={Role.SWV_ADMIN}),
        Action.READ_LOG: _rule(region={Role.AUDITOR, Role.SWV_ADMIN}),
    }
)

_ABOUT_A_CHILD = frozenset(Action) - {
    Action.SEE_UNIT,
    Action.SEE_ANNOUNCED,
    Action.ANNOUNCE,
    Action.ASK_OUTSIDE,
    Action.MANAGE_PEOPLE,
    Action.MANAGE_KEYS,
    Action.SEE_REGION,
    Action.INVITE_UNIT,
    Action.CERTIFY,
    Action.IMPORT_SCHOOLS,
    Action.ASSIGN_BOC,
    Action.SET_REGION,
    Action.READ_LOG,
}
_OF_THE_REGION = frozenset({a for a, rule in RULES.items() if rule.region})


def decide(actor: Actor | None, action: Action, subject: Subject) -> Verdict:
    """The answer: allowed, hidden (as if it did not exist), refused (it shows, but is not theirs), or sign in first."""
    if actor is None:
        return Verdict.SIGN_IN
    if any(_allows(membership, actor, action, subject) for membership in actor.memberships):
        return Verdict.ALLOWED
    return Verdict.REFUSED if _sees(actor, action, subject) else Verdict.HIDDEN


def may(actor: Actor | None, action: Action, subject: Subject) -> bool:
    """Whether the answer is yes; for showing or leaving out a button."""
    return decide(actor, action, subject) is Verdict.ALLOWED


def require(actor: Actor | None, action: Action, subject: Subject) -> Actor:
    """Give the actor back, or stop.

    Raises:
        NotSignedIn: nobody acts.
        NotFound: it does not exist as far as this actor may know.
        NotAllowed: it is not theirs to do.
    """
    match decide(actor, action, subject):
        case Verdict.SIGN_IN:
            raise NotSignedIn
        case Verdict.HIDDEN:
            raise NotFound
        case Verdict.REFUSED:
            raise NotAllowed
        case Verdict.ALLOWED:
            pass
    if actor is None:  # pragma: no cover  # decide answered SIGN_IN above; this tells mypy so
        raise NotSignedIn
    return actor


def _allows(membership: Membership, actor: Actor, action: Action, subject: Subject) -> bool:
    rule = RULES[action]
    if membership.role in rule.region:
        return True
    if membership.unit_id == subject.unit_id and membership.role in rule.sender:
        own = action not in _ABOUT_A_CHILD or _own_group(membership, subject)
        return own and subject.stage in rule.sender_stages
    if membership.unit_id == subject.receiver_id and membership.role in rule.receiver:
        return subject.stage in rule.receiver_stages and _own_class(membership, actor, subject)
    return False


def _own_group(membership: Membership, subject: Subject) -> bool:
    # A child without a group belongs to the ib and the administration until it has one.
    return membership.role is not Role.TEACHER or subject.group_id in membership.groups


def _own_class(membership: Membership, actor: Actor, subject: Subject) -> bool:
    if membership.role is not Role.MENTOR:
        return True
    return subject.stage is Stage.CONFIRMED and actor.person_id in subject.mentors


def _sees(actor: Actor, action: Action, subject: Subject) -> bool:
    """Whether the actor may know that the subject exists at all."""
    if action in _OF_THE_REGION:
        # That there is a region with schools and a log is no secret.
        return bool(actor.memberships)
    if action not in _ABOUT_A_CHILD:
        return bool(actor.roles_at(subject.unit_id))
    for membership in actor.memberships:
        if _allows(membership, actor, Action.SEE_LEAVER, subject):
            return True
        if _allows(membership, actor, Action.SEE_HANDOVER, subject):
            return True
    return False
