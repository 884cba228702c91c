"""The receipt of a confirmed handover, to print: who handed over what to whom and when, and what was signed."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files

import typst
from babel.dates import format_datetime
from sqlalchemy import select

from handover.bundles.codes import code_of
from handover.bundles.handovers import handover_of
from handover.bundles.model import Bundle, SealedPart, Statement
from handover.bundles.state import ELSEWHERE, BundleStatus, HandoverStatus
from handover.desk.afterwards import changeable
from handover.desk.reading_front import Front
from handover.errors import IllegalTransition, Unavailable
from handover.policy import Action, Actor
from handover.schools.model import Location, UnitLocation
from handover.services import Services
from handover.terms.clock import AMSTERDAM, local_day
from handover.web.i18n import dag_en_jaar
from keys.jws import digest


def receipt_of(services: Services, actor: Actor, handover_id: str) -> bytes:
    """The receipt as a PDF (PDF/UA-1), for either school. It names the child where this person may know the name.

    Raises:
        NotFound, NotAllowed: not for this actor.
        IllegalTransition: it is not confirmed, or went outside the service: nothing was signed.
        Unavailable: it could not be set.
    """
    with services.uow() as uow:
        front = changeable(uow, actor, handover_id, Action.READ_HANDOVER)
        handover = handover_of(uow, handover_id)
        if handover.status is not HandoverStatus.CONFIRMED or handover.origin in ELSEWHERE:
            raise IllegalTransition(status=handover.status)
        bundles = uow.session.scalars(
            select(Bundle)
            .where(Bundle.handover_id == handover_id, Bundle.status == BundleStatus.SETTLED)
            .order_by(Bundle.number)
        ).all()
        parts = uow.session.scalars(
            select(SealedPart).where(SealedPart.bundle_id.in_([one.id for one in bundles]))
        ).all()
        said = uow.session.scalars(
            select(Statement)
            .where(Statement.handover_id == handover_id, Statement.taken_back_at.is_(None))
            .order_by(Statement.made_at)
        ).all()
        sender = uow.session.execute(
            select(Location.name, Location.place, Location.brin6)
            .join(UnitLocation, UnitLocation.brin6 == Location.brin6)
            .where(UnitLocation.unit_id == handover.sender_unit_id)
            .order_by(Location.brin6)
        ).first()
        code = code_of(uow, handover_id)
        if code is None and not any(one.kind == "confirmed" for one in said):
            raise IllegalTransition(status=handover.status)  # it was confirmed while it lay elsewhere: nobody signed
        facts = {
            "reference": front.reference,
            "name": front.name,
            "born": dag_en_jaar(front.birth_date) if front.birth_date else "",
            "sender": f"{sender.name}, {sender.place} ({sender.brin6})" if sender else _outside(front),
            "receiver": f"{front.receiver.name}, {front.receiver.place} ({front.receiver.brin})",
            "steps": _steps(front, by_code=code is not None),
            "guest": f"{code.guest_name}, {code.guest_function}" if code else "",
            "told_by": code.confirmed_by if code else "",
            "versions": [
                {
                    "number": one.number,
                    "sealed_at": _moment(one.sealed_at),
                    "letter": one.letter_digest,
                    "parts": [
                        {"part": "zorg" if part.part.value == "care" else "dossier", "sha256": part.sha256}
                        for part in sorted(parts, key=lambda part: part.part.value, reverse=True)
                        if part.bundle_id == one.id
                    ],
                }
                for one in bundles
            ],
            "statements": [
                {
                    "kind": "Ontvangen" if one.kind == "received" else "Bevestigd",
                    "at": _moment(one.made_at),
                    "digest": digest(one.jws),
                    "letter": one.letter_digest,
                    "jws": one.jws,
                }
                for one in said
            ],
            "made_on": dag_en_jaar(local_day(uow.clock.now())),
        }
    # A name in a script of which this machine has no signs: the reference stands for it.
    for shown in (facts, {**facts, "name": ""}):
        try:
            return bytes(typst.compile(_source(), sys_inputs={"facts": json.dumps(shown)}, pdf_standards="ua-1"))
        except typst.TypstError:
            continue
    raise Unavailable("the receipt could not be set")


def _steps(front: Front, *, by_code: bool) -> list[tuple[str, str]]:
    steps = (
        ("Verstuurd, en heel bewaard" if by_code else "Verstuurd, en heel aangekomen", front.offered_at),
        ("Opgehaald met een code" if by_code else "In ontvangst genomen", front.accepted_at),
        (
            "Bevestigd aan de telefoon: ingeschreven" if by_code else "Bevestigd: ingeschreven, en alles gelezen",
            front.confirmed_at,
        ),
    )
    return [(words, _moment(at)) for words, at in steps if at is not None]


def _outside(front: Front) -> str:
    """A sender without a location of its own: one that takes no part, or that has closed."""
    where = f"{front.sender.name}, {front.sender.place}"
    if front.uploaded is None:
        return where
    who = f"{front.uploaded.name}, {front.uploaded.function}"
    return f"{where}; aangeleverd door {who}, niet ondertekend door een aangesloten school"


def _moment(at: datetime) -> str:
    return format_datetime(at, "d MMMM y, HH.mm 'uur'", tzinfo=AMSTERDAM, locale="nl")


@cache
def _source() -> bytes:
    return files("handover.desk").joinpath("receipt.typ").read_bytes()
