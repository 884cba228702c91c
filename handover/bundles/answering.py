"""What a primary school answers when a secondary school announces a child: which one it is, or "kennen wij niet"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.announcing import STANDING, season_start
from handover.bundles.asked import end_asked
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_of_announcement
from handover.bundles.pairs import doubles_among
from handover.bundles.unlinking import unlink
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.leavers.actions import application_at, hold_leavers, leaver_of, revive, subject_of
from handover.leavers.events import AnnouncementAnswered
from handover.leavers.model import Announcement, Application, Leaver
from handover.leavers.naming import same_child
from handover.policy import Action, Actor, Role, Subject, may, require
from handover.rooms.names import open_names, take_names
from handover.schools.model import Location
from handover.services import Services
from handover.terms.destination import Announced, Outcome
from handover.terms.folding import fold
from handover.terms.msgid import msgid

MOST_CANDIDATES = 12
"""Children shown at most with one question; another one is named by its reference."""
ANSWERERS = (Role.TEACHER, Role.IB, Role.PO_ADMIN)
_TWICE = msgid("Deze school heeft dit kind al aangemeld. Is dit een ander kind?")
_ENDED = frozenset({Outcome.REFUSED, Outcome.WITHDRAWN})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A child of the school that may be the one who was announced."""

    reference: str
    about: Mapping[str, Any] = field(repr=False)
    is_same: bool
    """Name and birth date are those that the secondary school said."""
    has_code: bool
    """The code that was given is this child's."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that a secondary school announced, and that this school must say something about."""

    id: str
    school: str
    place: str
    applied_on: date
    announced_at: datetime
    about: Mapping[str, Any] | None = field(repr=False)
    """As the secondary school said it; None: this person lacks the key, or it was changed."""
    is_damaged: bool
    by_code: bool
    """Linked by a code that belongs to a child of another name; or of the same, whose application had ended."""
    was_withdrawn: bool
    """Its application there was withdrawn or refused before, and so does not stand."""
    candidates: Sequence[Candidate] = ()


def questions(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Question]:
    """What this actor may answer at a school, longest waiting first, each with the children it may be.

    A code is no question while the names are the same.
    """
    rows = _waiting(uow, actor, unit_id)
    if not rows:
        return []
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in rows])
    children = _children(uow, actor, unit_id)
    schools = {one.brin6: one for one in uow.session.scalars(_locations(rows))}
    ended = _ended(uow, rows)
    found = []
    for row in rows:
        about = names.about.get(row.id)
        linked = row.leaver_id if row.state is Announced.BY_CODE else None
        if linked is not None and (
            linked not in children or (row.id not in ended and not _differs(about, children[linked][1]))
        ):
            continue
        school = schools[row.receiver_brin]
        found.append(
            Question(
                id=row.id,
                school=school.name,
                place=school.place,
                applied_on=row.applied_on,
                announced_at=row.announced_at,
                about=about,
                is_damaged=row.id in names.refused,
                by_code=linked is not None,
                was_withdrawn=row.id in ended,
                candidates=_candidates(about, children, linked),
            )
        )
    return found


def doubtful(uow: UnitOfWork, actor: Actor, unit_id: str, leaver_ids: Collection[str]) -> dict[str, set[str]]:
    """Of these leavers, those to whose code a secondary school gave another name: by leaver, its applications' ids."""
    rows = uow.session.scalars(
        select(Announcement).where(Announcement.leaver_id.in_(leaver_ids), Announcement.state == Announced.BY_CODE)
    ).all()
    ids = [row.id for row in rows] + [row.leaver_id for row in rows if row.leaver_id]
    names = open_names(uow, actor.keyring, unit_id, ids).about if ids else {}
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.leaver_id and row.application_id and _differs(names.get(row.id), names.get(row.leaver_id)):
            found.setdefault(row.leaver_id, set()).add(row.application_id)
    return found


def double(uow: UnitOfWork, leaver_ids: Collection[str]) -> dict[str, int]:
    """Of these leavers, those whom more than one secondary school says to have: by leaver, how many do."""
    applied = uow.session.scalars(
        select(Application)
        .join(Announcement, Announcement.application_id == Application.id)
        .where(
            Announcement.leaver_id.in_(leaver_ids),
            Announcement.state.in_(STANDING),
            Application.outcome.not_in(_ENDED),
        )
    )
    return {leaver_id: len(units) for leaver_id, units in doubles_among(uow, applied).items()}


def require_answerer(uow: UnitOfWork, actor: Actor, announcement_id: str) -> None:
    """Stop who may not answer this one.

    Raises:
        NotFound, NotAllowed: no such announcement for this actor.
    """
    row = uow.session.get(Announcement, announcement_id)
    if row is None or row.sender_unit_id is None:
        raise NotFound
    require(actor, Action.ANSWER_ANNOUNCED, announced_to(uow, row))


def answer_known(services: Services, actor: Actor, announcement_id: str, reference: str) -> None:
    """Say which child it is; its application stands from then on.

    What that school said twice of one child, by the same name, becomes one: it announced the child anew while it was
    off the list, or once without its code and once with it.

    Raises:
        NotFound, NotAllowed: no such announcement or child for this actor.
        IllegalTransition: it was taken back or answered "kennen wij niet"; or the dossier of another child went there.
        Invalid: this school announced that child already, by another name.
    """
    with services.uow() as uow:
        row = _asked(uow, actor, announcement_id)
        leaver = leaver_of(uow, reference)
        hold_leavers(uow, [leaver.id, row.leaver_id])
        uow.session.refresh(leaver)
        require(actor, Action.ANSWER_ANNOUNCED, subject_of(leaver))
        if leaver.unit_id != row.sender_unit_id:
            raise NotFound
        if leaver.ended_as is not None:
            raise IllegalTransition
        if row.leaver_id != leaver.id:
            first = _said_before(uow, actor, row, leaver)
            unlink(uow, row)
            if first is not None:
                _merge(uow, actor, row, into=first)
                row = first
            else:
                application = application_at(uow, leaver, row)
                row.leaver_id, row.application_id = leaver.id, application.id
        row.state = Announced.KNOWN
        application = uow.session.get_one(Application, row.application_id or "")
        if application.outcome in _ENDED:
            revive(uow, application, row.outcome)
        _answered(uow, actor, row, is_known=True)
        uow.commit()


def answer_unknown(services: Services, actor: Actor, announcement_id: str) -> None:
    """Say that it is no child of this school; what the secondary school sealed to this one is deleted.

    Raises:
        NotFound, NotAllowed: no such announcement for this actor.
        IllegalTransition: it was taken back or answered already, or the dossier went there.
    """
    with services.uow() as uow:
        row = _asked(uow, actor, announcement_id)
        _answered(uow, actor, row, is_known=False)
        unlink(uow, row)
        row.state = Announced.UNKNOWN
        take_names(uow, subjects=[row.id], unit_id=row.sender_unit_id or "")
        tell_of_announcement(uow, row.id, NoticeKind.ANSWERED, unit_id=row.receiver_unit_id)
        uow.commit()


def announced_to(uow: UnitOfWork, row: Announcement) -> Subject:
    """What policy asks about an announcement at the primary school: the child it is linked to, or the school."""
    leaver = uow.session.get(Leaver, row.leaver_id) if row.leaver_id else None
    return Subject(unit_id=row.sender_unit_id, group_id=leaver.group_id if leaver else None)


def _said_before(uow: UnitOfWork, actor: Actor, row: Announcement, leaver: Leaver) -> Announcement | None:
    """What the same school's word of that child is already, if its name is the same.

    Raises:
        Invalid: its name is another, or cannot be compared: it may be a brother or sister.
    """
    before = uow.session.scalars(
        select(Announcement)
        .where(
            Announcement.receiver_unit_id == row.receiver_unit_id,
            Announcement.leaver_id == leaver.id,
            Announcement.state.in_(STANDING),
        )
        .order_by(Announcement.announced_at, Announcement.id)
        .with_for_update()
    ).first()
    if before is None:
        return None
    names = open_names(uow, actor.keyring, leaver.unit_id, [row.id, before.id]).about
    if _differs(names.get(row.id), names.get(before.id)):
        raise Invalid(fields={"reference": _TWICE})
    return before


def _merge(uow: UnitOfWork, actor: Actor, row: Announcement, *, into: Announcement) -> None:
    """Let a word that was said twice be one; what came of the first stays."""
    row.state = Announced.TAKEN_BACK
    end_asked(uow, row.id, actor_id=actor.person_id)
    for unit_id in (row.receiver_unit_id, into.sender_unit_id):
        take_names(uow, subjects=[row.id], unit_id=unit_id or "")


def _ended(uow: UnitOfWork, rows: Sequence[Announcement]) -> set[str]:
    """The announcements that point at an application which does not stand any more."""
    ids = [row.id for row in rows]
    ended = (
        select(Announcement.id)
        .join(Application, Application.id == Announcement.application_id)
        .where(Announcement.id.in_(ids), Application.outcome.in_(_ENDED))
    )
    return set(uow.session.scalars(ended))


def _asked(uow: UnitOfWork, actor: Actor, announcement_id: str) -> Announcement:
    row = uow.session.get(Announcement, announcement_id, with_for_update=True, populate_existing=True)
    if row is None or row.sender_unit_id is None:
        raise NotFound
    require(actor, Action.ANSWER_ANNOUNCED, announced_to(uow, row))
    if row.state not in {Announced.ASKED, Announced.BY_CODE}:
        raise IllegalTransition
    return row


def _waiting(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Announcement]:
    rows = uow.session.scalars(
        select(Announcement)
        .where(
            Announcement.sender_unit_id == unit_id,
            Announcement.state.in_({Announced.ASKED, Announced.BY_CODE}),
            Announcement.announced_at >= season_start(uow),
        )
        .order_by(Announcement.announced_at, Announcement.id)
    )
    return [row for row in rows if may(actor, Action.ANSWER_ANNOUNCED, announced_to(uow, row))]


def _children(uow: UnitOfWork, actor: Actor, unit_id: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The leavers of a school whom this actor may see: reference and who it is, by id."""
    rows = uow.session.scalars(select(Leaver).where(Leaver.unit_id == unit_id, Leaver.ended_as.is_(None))).all()
    rows = [row for row in rows if may(actor, Action.SEE_LEAVER, subject_of(row))]
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in rows]).about
    return {row.id: (row.reference, names[row.id]) for row in rows if row.id in names}


def _candidates(
    about: Mapping[str, Any] | None, children: Mapping[str, tuple[str, Mapping[str, Any]]], linked: str | None
) -> list[Candidate]:
    """Who has the code, and those who are the same or nearly: born that day, or of that first or last name."""
    found = [
        Candidate(reference=reference, about=child, is_same=not _differs(about, child), has_code=leaver_id == linked)
        for leaver_id, (reference, child) in children.items()
        if leaver_id == linked or (about is not None and _near(about, child))
    ]
    found.sort(key=lambda one: (not one.has_code, not one.is_same, str(one.about.get("last_name")), one.reference))
    return found[:MOST_CANDIDATES]


def _differs(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    return one is None or other is None or same_child(one) != same_child(other)


def _near(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if one.get("birth_date") == other.get("birth_date"):
        return True
    return any(fold(str(one.get(part))) == fold(str(other.get(part))) for part in ("first_name", "last_name"))


def _locations(rows: Sequence[Announcement]) -> Any:
    return select(Location).where(Location.brin6.in_({row.receiver_brin for row in rows}))


def _answered(uow: UnitOfWork, actor: Actor, row: Announcement, *, is_known: bool) -> None:
    row.answered_by, row.answered_at = actor.person_id, uow.clock.now()
    record(
        uow,
        AnnouncementAnswered(
            actor_id=actor.person_id,
            unit_id=row.sender_unit_id,
            other_unit_id=row.receiver_unit_id,
            subject_kind="leaver" if row.leaver_id else "announcement",
            subject_id=row.leaver_id or row.id,
            is_known=is_known,
        ),
    )
