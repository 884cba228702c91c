"""The aanmeldcode that a secondary school typed: whose it is, and slowing down who guesses.

A code has forty bits, and a region a few thousand of them; wrong ones are counted all the same, for a person and for
their school, in rows: a restart forgets nothing. Of a code that is not, is of last year or is of a child off the list
the answer is one and the same. A code with a wrong check symbol is no guess and is not counted: it says nothing of any
child.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from handover.access.errors import TooManyTries
from handover.access.throttle import Door, failures, inner_door, knock, uncounted
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid
from handover.leavers.events import CodesGuessed
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Subject, require
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.aanmeldcode import parse_aanmeldcode
from handover.terms.msgid import msgid

TOLD_AFTER = 20
"""Wrong codes of one person, one soon after the other: then the log says so, and each so many again."""
TOLD_AFTER_AT_SCHOOL = 60

_MISTYPED = msgid("Deze code klopt niet: er mist een teken, of er staat een verkeerd teken. Kijk op de brief.")
_NO_SUCH_CODE = msgid(
    "Deze code kennen wij niet, of hij geldt niet meer. Kijk op de brief, bel de basisschool, of meld aan zonder code."
)
_WAIT = msgid("Er zijn te veel codes geprobeerd die wij niet kennen. Wacht een minuut, of meld aan zonder code.")


class WrongCode(Invalid):
    """No child of this season's lists has that code."""


def leaver_of_code(uow: UnitOfWork, typed: str, *, since: str) -> Leaver:
    """The child whose code that is, held; of lists of the school year `since` and later.

    Raises:
        WrongCode: there is none.
        Invalid: it cannot be a code.
    """
    try:
        code = parse_aanmeldcode(typed)
    except ValueError:
        raise Invalid(fields={"code": _MISTYPED}) from None
    leaver = uow.session.scalars(select(Leaver).where(Leaver.aanmeldcode == code).with_for_update()).first()
    if leaver is None or leaver.school_year < since or leaver.ended_as is not None:
        raise WrongCode(fields={"code": _NO_SUCH_CODE})
    return leaver


@contextmanager
def counting_guesses(services: Services, actor: Actor, receiver_brin: str, typed: str) -> Iterator[None]:
    """Count what is typed as a wrong code until what is done with it shows that it was none.

    Counted before it is looked up, so that many at once are all counted.

    Raises:
        Invalid: too many were wrong; nothing was looked up.
        NotFound, NotAllowed: that location is not one for which this actor announces.
    """
    with services.uow() as uow:
        unit_id = unit_of_location(uow, receiver_brin)
        at = _door(services, actor, unit_id, typed) if unit_id else None
        if at is not None:
            require(actor, Action.ANNOUNCE, Subject(unit_id=unit_id))
            try:
                knock(uow, at)
            except TooManyTries as error:
                raise Invalid(fields={"code": _WAIT}) from error
            uow.commit()
    was_wrong = False
    try:
        yield
    except WrongCode:
        was_wrong = True
        raise
    finally:
        if at is not None:
            _settle(services, actor, at, unit_id or "", was_wrong=was_wrong)


def _door(services: Services, actor: Actor, unit_id: str, typed: str) -> Door | None:
    try:
        parse_aanmeldcode(typed)
    except ValueError:
        return None
    return inner_door(services, account=f"aanmeldcode {actor.person_id}", place=f"aanmeldcode {unit_id}")


def _settle(services: Services, actor: Actor, at: Door, unit_id: str, *, was_wrong: bool) -> None:
    with services.uow() as uow:
        if not was_wrong:
            uncounted(uow, at)
        else:
            own, school = failures(uow, at)
            if own % TOLD_AFTER == 0 or school % TOLD_AFTER_AT_SCHOOL == 0:
                told = CodesGuessed(
                    actor_id=actor.person_id,
                    unit_id=unit_id,
                    subject_kind="unit",
                    subject_id=unit_id,
                    by_person=own,
                    at_school=school,
                )
                record(uow, told)
        uow.commit()
