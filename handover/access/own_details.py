"""What somebody says of themselves: telephone, days, language, how often mail comes. Their own only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid
from handover.policy import Actor
from handover.schools.model import MailPace, Person
from handover.services import Services
from handover.terms.msgid import msgid
from handover.terms.typed import composed

_LONGEST_TELEPHONE = 30
_LONGEST_DAYS = 100
_DIGITS = (8, 15)
"""Of a telephone number; the most is that of ITU-T E.164."""
_IN_A_NUMBER = frozenset("0123456789 +-()/.")


@dataclass(frozen=True, kw_only=True)
class Details:
    """As they are kept, and as the form has them."""

    telephone: str
    days_present: str
    language: str
    mail_pace: MailPace


def own_details(uow: UnitOfWork, actor: Actor) -> Details:
    """What this person said of themselves."""
    person = uow.session.get_one(Person, actor.person_id)
    return Details(
        telephone=person.telephone,
        days_present=person.days_present,
        language=person.language,
        mail_pace=person.mail_pace,
    )


def save_details(services: Services, actor: Actor, details: Details) -> None:
    """Keep them.

    Raises:
        Invalid: what is no telephone number, or too long.
    """
    telephone, days = " ".join(composed(details.telephone).split()), " ".join(composed(details.days_present).split())
    wrong = {}
    if telephone and not _is_telephone(telephone):
        wrong["telefoon"] = msgid("Dit is geen telefoonnummer. Typ bijvoorbeeld 0478 12 34 56.")
    if len(days) > _LONGEST_DAYS or any(unicodedata.category(sign).startswith("C") for sign in days):
        wrong["dagen"] = msgid("Houd het kort: hoogstens 100 tekens. Typ bijvoorbeeld ma, di en do.")
    if wrong:
        raise Invalid(fields=wrong)
    with services.uow() as uow:
        person = uow.session.get_one(Person, actor.person_id)
        person.telephone, person.days_present = telephone, days
        person.language, person.mail_pace = details.language, details.mail_pace
        uow.commit()


def _is_telephone(text: str) -> bool:
    fewest, most = _DIGITS
    digits = sum(sign.isdigit() for sign in text)
    return len(text) <= _LONGEST_TELEPHONE and set(text) <= _IN_A_NUMBER and fewest <= digits <= most
