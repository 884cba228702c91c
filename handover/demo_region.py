"""The demo region, made on first start by the service's own actions: `python -m handover.demo_region`.

Takes a database that is empty, or finishes at once where the region is there already. A start that was broken off
leaves a mark, by which the next one knows that it may throw the half away.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from handover.audit.sequencer import sequence
from handover.db import migrate
from handover.db.session import make_engine
from handover.demo_children import Story
from handover.demo_data.children import CHILDREN
from handover.demo_data.people import (
    PRIMARY,
    SECONDARY,
    SWV,
    SWV_ADMIN,
    SWV_CODE,
    SWV_COLLEAGUES,
    SWV_NAME,
    SWV_PLACE,
)
from handover.demo_data.sign_ins import SignIn, file_of, keep
from handover.demo_people import PastClock, Somebody, Town, Unit, add_school, add_to_swv, sign_in
from handover.errors import HandoverError
from handover.founding import found_region
from handover.log import configure_logging
from handover.oversight.settings import read_settings, set_region
from handover.queue import TaskName
from handover.schools.model import UnitSide
from handover.schools.register import import_register
from handover.services import Services
from handover.settings import Settings
from handover.tables import all_tables
from handover.terms.clock import local_day
from handover.terms.school_kind import SchoolKind

HISTORY = timedelta(days=21)
"""How long ago the demo's first day is."""
BETWEEN = timedelta(hours=13)
"""From one child to the next: the last is of yesterday, so that some have waited long and some have not."""
CHEAP = 14
"""scrypt's cost for the demo's own people, as a power of two: their words lie beside their keys, it guards nothing."""
REGISTER = {
    SchoolKind.BO: "vestigingen-bo.csv",
    SchoolKind.SBO: "vestigingen-sbo.csv",
    SchoolKind.VO: "vestigingen-vo.csv",
    SchoolKind.VSO: "vestigingen-vso.csv",
}


class NotADemo(HandoverError):
    """There is an installation here that is no demo; it is left alone."""

    code = "not-a-demo"


@dataclass(frozen=True)
class NoQueue:
    """No broker runs yet: what is handed over here is done by the story itself, and the sweep finds the rest."""

    def enqueue(self, name: TaskName, *ids: str) -> None:
        """Hand it to nobody."""


def make_demo_region(settings: Settings) -> None:
    """Make the region, unless it is there.

    Raises:
        NotADemo: there is a region here that the demo did not make.
    """
    kept = file_of(settings)
    half = kept.with_name("demo-in-aanbouw")
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if kept.exists():
        _migrate(settings)
        return
    if half.exists():
        throw_away(settings)
    elif any(place.exists() for place in (Path(settings.region_keys_file), Path(settings.service_key_file))):
        raise NotADemo(f"{kept.parent} holds an installation that is no demo")
    half.touch(mode=0o600)
    _migrate(settings)
    made = _make(replace(settings, passphrase_log_n=min(settings.passphrase_log_n, CHEAP)))
    keep(kept, in_order(made.sign_ins))
    half.unlink()


def in_order(sign_ins: Sequence[SignIn]) -> list[SignIn]:
    """As somebody new wants to try them: a teacher first, within a school its admin last; then the region."""
    places = list(dict.fromkeys(one.place for one in sign_ins if one.place != SWV))
    order = {place: number for number, place in enumerate([*places, SWV])}
    return sorted(sign_ins, key=lambda one: (order[one.place], not one.email, one.roles.startswith("beheerder")))


def throw_away(settings: Settings) -> None:
    """Delete what the demo keeps, and nothing else: the next start makes it anew."""
    database = settings.database_url.removeprefix("sqlite:///")
    if database == settings.database_url:
        raise NotADemo("only a demo on SQLite is thrown away; empty the other database yourself")
    files_of_it = [
        *(Path(database + end) for end in ("", "-wal", "-shm")),
        Path(settings.service_key_file),
        Path(settings.region_keys_file),
        Path(settings.secret_key_file),
        Path(settings.destructions_file),
        file_of(settings),
    ]
    for file in files_of_it:
        file.unlink(missing_ok=True)
    for place in (settings.storage, settings.mail):
        if place.startswith("folder:"):
            shutil.rmtree(place.removeprefix("folder:"), ignore_errors=True)


def _migrate(settings: Settings) -> None:
    all_tables()
    migrate.upgrade(make_engine(settings.database_url))


def _make(settings: Settings) -> Town:
    clock = PastClock(back=HISTORY)
    services, made = found_region(
        settings,
        code=SWV_CODE,
        name=SWV_NAME,
        place=SWV_PLACE,
        admin_name=SWV_ADMIN.name,
        admin_email=SWV_ADMIN.email,
        queue=NoQueue(),
        clock=clock,
    )
    swv = Somebody(services, made.person_id, SWV_ADMIN.email, made.passphrase)
    town = Town(services=services, clock=clock, swv_id=made.unit_id, swv=swv, people={swv.email: swv})
    town.sign_ins.append(sign_in(SWV, SWV_ADMIN, made.passphrase))
    _take_register(services)
    _allow_two_schools(town)
    for colleague in SWV_COLLEAGUES:
        add_to_swv(town, colleague)
    units: dict[str, Unit] = {}
    for schools, side in ((PRIMARY, UnitSide.PO), (SECONDARY, UnitSide.VO)):
        for school in schools:
            _say(f"  {school.name}")
            unit = add_school(town, school, side)
            units |= {brin6: unit for brin6 in school.brins if unit is not None}
    _tell(town, units)
    return town


def _tell(town: Town, units: dict[str, Unit]) -> None:
    told = [(units[school.brins[0]], child) for school in PRIMARY for child in CHILDREN.get(school.name, ())]
    _say(f"  {len(told)} kinderen met hun dossiers")
    for po, child in told:
        town.clock.later(BETWEEN)
        Story(town, po, child, units.get(child.to), beside=units.get(child.beside)).tell()
    with town.services.uow() as uow:
        while sequence(uow):
            pass


def _allow_two_schools(town: Town) -> None:
    """VSO and another school at once, while the TLV is undecided: off where nobody says so."""
    admin = town.swv.actor
    with town.services.uow() as uow:
        now = read_settings(uow, admin)
    set_region(town.services, admin, replace(now, days=replace(now.days, two_schools=True)))


def _take_register(services: Services) -> None:
    with services.uow() as uow:
        for kind, name in REGISTER.items():
            data = files("handover.demo_data").joinpath(name).read_bytes()
            import_register(uow, data, kind=kind, on=local_day(uow.clock.now()), whole=True)
        uow.commit()


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make it, with `--fresh` anew; 0 when it is there, 2 when it cannot be."""
    parser = argparse.ArgumentParser(prog="handover.demo_region")
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args(arguments)
    configure_logging()
    os.umask(0o077)
    try:
        settings = Settings.from_environ(demo=True)
        if asked.fresh and file_of(settings).exists():
            throw_away(settings)
        make_demo_region(settings)
    except HandoverError as error:
        sys.stderr.write(f"handover: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
