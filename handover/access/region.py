"""Making the region: its signing key, the samenwerkingsverband's unit, the first administrator. Once, on the host."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from handover.access.certification import vouch
from handover.access.decisions import decide
from handover.access.errors import RegionExists
from handover.access.events import RegionCreated as RegionCreatedEvent
from handover.access.fields import read_email, read_name
from handover.access.newcomer import Newcomer, add_membership, add_person, make_newcomer
from handover.access.sheet import PrintedSheet
from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Role
from handover.rooms.cards import admin_key, publish_first_card
from handover.rooms.circles import make_circles
from handover.rooms.grants import keep_region_key
from handover.rooms.keyring import Keyring
from handover.schools.model import Membership, Person, Swv, Unit, UnitSide, UnitStatus
from handover.services import Services
from handover.terms.clock import local_day
from keys.age.hybrid import HybridIdentity
from keys.card import RegionKey, RegionKeys
from keys.circle import Circle
from keys.jws import SigningKey

_OWNER_WRITES = 0o644


@dataclass(frozen=True, kw_only=True)
class RegionCreated:
    """What the host shows once."""

    unit_id: str
    person_id: str
    passphrase: str = field(repr=False)
    sheet: PrintedSheet = field(repr=False)
    keys: RegionKeys
    """As written to the file of the settings; services opened from now on have them."""


def create_region(
    services: Services, *, code: str, name: str, place: str, admin_name: str, admin_email: str
) -> RegionCreated:
    """Make the region. `code` is the samenwerkingsverband's, e.g. `PO3101`.

    The public key's file comes first: rows without it would be a region that nobody believes.

    Raises:
        RegionExists: there is a unit of a samenwerkingsverband, or a file with keys, already.
        Invalid: a name or address that cannot be.
    """
    admin = read_name(admin_name), read_email(admin_email)
    signing = SigningKey.generate()
    newcomer = make_newcomer(services)
    place_of_keys = Path(services.settings.region_keys_file)
    keys = RegionKeys((RegionKey(verify=signing.verify_key, since=services.clock.now().replace(microsecond=0)),))
    with services.uow() as uow:
        if uow.session.scalar(select(Unit.id).where(Unit.side == UnitSide.SWV).limit(1)):
            raise RegionExists
    _write(place_of_keys, keys)
    try:
        services = replace(services, region=keys)
        with services.uow() as uow:
            made = _fill(services, uow, signing, newcomer, swv=(code, name, place), admin=admin)
            uow.commit()
    except BaseException:
        place_of_keys.unlink()
        raise
    return made


def _fill(
    services: Services,
    uow: UnitOfWork,
    signing: SigningKey,
    newcomer: Newcomer,
    *,
    swv: tuple[str, str, str],
    admin: tuple[str, str],
) -> RegionCreated:
    code, name, place = swv
    now = uow.clock.now()
    if uow.session.get(Swv, code) is None:
        uow.session.add(Swv(code=code, name=name))
    unit = Unit(id=new_id(), side=UnitSide.SWV, name=name, place=place, status=UnitStatus.ENROLLED, made_at=now)
    uow.session.add(unit)
    uow.flush()
    person: Person = add_person(uow, newcomer, name=admin[0], email=admin[1])
    add_membership(uow, Membership(person_id=person.id, unit_id=unit.id, role=Role.SWV_ADMIN))
    sheet = PrintedSheet(unit=name, place=place, made_on=local_day(now), identity=HybridIdentity.generate())
    circles = make_circles(
        uow,
        unit.id,
        person_id=person.id,
        recipient=newcomer.identity.recipient(),
        sheet=sheet.identity.recipient(),
        circles=(Circle.ADMIN,),
    )
    publish_first_card(uow, circles)
    keep_region_key(uow, circles[Circle.ADMIN], signing)
    keyring = Keyring(person.id, newcomer.identity, region=services.region)
    decide(uow, keyring, unit.id, who=person.id, circles=circles)
    record(
        uow,
        RegionCreatedEvent(
            actor_id=person.id,
            unit_id=unit.id,
            subject_kind="region",
            subject_id=unit.id,
            region_key=signing.verify_key.encode(),
        ),
    )
    vouch(
        uow,
        signing,
        unit_id=unit.id,
        key=admin_key(uow, unit.id),
        actor_id=person.id,
        swv_id=unit.id,
        renewed=False,
    )
    return RegionCreated(
        unit_id=unit.id, person_id=person.id, passphrase=newcomer.passphrase, sheet=sheet, keys=services.region
    )


def _write(path: Path, keys: RegionKeys) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_WRITES)
    except FileExistsError as error:
        raise RegionExists from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(keys.encode())
        file.flush()
        os.fsync(file.fileno())
