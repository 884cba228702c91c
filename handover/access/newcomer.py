"""Somebody new: an identity, and the five words that open it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import aliased

from handover.access.errors import LastHolder
from handover.access.sessions import sign_out_everywhere
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.rooms.grants import take_from_person
from handover.rooms.model import CircleKeyRow, CopyStatus, KeyCopy
from handover.schools.model import Membership, MembershipGroup, Person
from handover.services import Services
from handover.terms.clock import local_day
from keys.age.hybrid import HybridIdentity
from keys.person import seal_identity
from keys.words import fingerprint_words, generate_passphrase


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """An identity that was just made, sealed; made before the transaction, because it takes 0.3 s and 128 MiB."""

    identity: HybridIdentity = field(repr=False)
    passphrase: str = field(repr=False)
    sealed: bytes = field(repr=False)

    @property
    def recipient(self) -> str:
        """The public key, as rows have it."""
        return self.identity.recipient().encode()


def make_newcomer(services: Services, passphrase: str | None = None) -> Newcomer:
    """Make an identity under these words, or under words drawn here; the caller has seen to it that we drew them."""
    words = passphrase or generate_passphrase()
    identity = HybridIdentity.generate()
    sealed = seal_identity(
        identity,
        words,
        service_recipient=services.service_key.recipient(),
        log_n=services.settings.passphrase_log_n,
    )
    return Newcomer(identity=identity, passphrase=words, sealed=sealed)


def add_person(uow: UnitOfWork, newcomer: Newcomer, *, name: str, email: str) -> Person:
    """Add the person's row.

    Raises:
        Conflict: somebody has this address already.
    """
    person = Person(
        id=new_id(),
        name=name,
        email=email,
        sealed_identity=newcomer.sealed,
        recipient=newcomer.recipient,
        made_at=uow.clock.now(),
    )
    uow.session.add(person)
    uow.flush()
    return person


def person_with(uow: UnitOfWork, email: str) -> Person | None:
    """Who has that address, if anybody."""
    return uow.session.scalar(select(Person).where(Person.email == email))


def add_membership(uow: UnitOfWork, membership: Membership, *, groups: frozenset[str] = frozenset()) -> Membership:
    """Add a membership from today on, with its groups."""
    membership.id = membership.id or new_id()
    membership.from_on = local_day(uow.clock.now())
    uow.session.add(membership)
    uow.flush()
    uow.session.add_all(MembershipGroup(membership_id=membership.id, group_id=group) for group in sorted(groups))
    uow.flush()
    return membership


def person_words(person: Person) -> str:
    """The five words of a person's key, for a colleague to compare; empty when they have none."""
    return fingerprint_words(person.recipient) if person.recipient else ""


def require_not_last(uow: UnitOfWork, person_id: str, *, elsewhere_than: str = "") -> None:
    """Stop unless others hold every key that a person holds; of one unit, whose sheet is at hand, that is not asked.

    A copy that sleeps is the last by what it is; it may go where the unit's printed sheet has that key.

    Raises:
        LastHolder: the keys of that unit would be gone.
    """
    mine, other = aliased(KeyCopy), aliased(KeyCopy)
    another = select(other.id).where(
        other.circle_key_id == mine.circle_key_id,
        or_(
            and_(other.person_id.is_not(None), other.person_id != person_id, other.status == CopyStatus.ACTIVE),
            and_(other.sheet_id.is_not(None), mine.status == CopyStatus.ASLEEP),
        ),
    )
    unit = uow.session.scalar(
        select(CircleKeyRow.unit_id)
        .join(mine, mine.circle_key_id == CircleKeyRow.id)
        .where(mine.person_id == person_id, CircleKeyRow.unit_id != elsewhere_than, ~another.exists())
        .limit(1)
    )
    if unit is not None:
        raise LastHolder(unit=unit)


def forget_keys(uow: UnitOfWork, person_id: str) -> None:
    """Delete copies, grants and sessions of an identity whose words are lost: nothing opens them any more."""
    take_from_person(uow, person_id)
    uow.session.execute(delete(KeyCopy).where(KeyCopy.person_id == person_id))
    sign_out_everywhere(uow, person_id)
