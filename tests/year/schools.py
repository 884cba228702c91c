"""A year of two primary and two secondary schools, played by a script through the API over HTTP.

The web server, its database and its store are real; the clock stands where the script puts it, and what a worker does
in a day is done by its own tasks, one after the other, when the script lets a day pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from handover.bundles.model import Bundle, SealedPart
from handover.bundles.settling import settle, unsettled
from handover.bundles.state import BundleStatus
from handover.bundles.tasks import destroy_what_is_due
from handover.policy import Role
from handover.schools.model import UnitLocation, UnitSide
from handover.terms.destination import Tlv
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_second import allow, given_vso
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit, given_location
from tests.factories.thread import PLAN, REPORT, Thread, given_krekel, given_thread
from tests.factories.web import given_app, served
from tests.promises.caller import Caller

FIRST_DAY = datetime(2027, 4, 9, 9, tzinfo=UTC)
NAMES = ("Aarts", "Bakker", "Cox", "Damen", "Evers", "Frenken", "Geurts", "Hendriks", "Ivens", "Jacobs", "Kuijpers")

FAR_AWAY = "19AB00"
"""The BRIN of a school that takes no part."""


@dataclass
class Year:
    """The schools, who calls for them, and what day it is."""

    thread: Thread
    other: GivenUnit
    special: GivenUnit
    """For VSO."""
    krekel: GivenUnit
    """Another primary school."""
    url: str
    callers: dict[str, Caller] = field(default_factory=dict)
    children: int = 0

    def let_pass(self, days: int) -> None:
        """Days go by: the worker does its work of each, and everybody signs in again."""
        for _day in range(days):
            self.thread.region.clock.pass_by(timedelta(days=1))
            self.worker()
        for caller in self.callers.values():
            caller.token = ""
            caller.client.cookies.clear()
            caller.sign_in()

    def worker(self) -> None:
        services = self.thread.services
        with services.uow() as uow:
            waiting = unsettled(uow)
        for handover_id in waiting:
            settle(services, handover_id)
        destroy_what_is_due(services)

    @property
    def today(self) -> str:
        return self.thread.region.clock.now().date().isoformat()

    def child(self, *, has_opp: bool = False) -> str:
        """A child whose dossier is complete but for the school."""
        teacher, name = self.callers["teacher"], f"{NAMES[self.children % len(NAMES)]}-{self.children:02d}"
        self.children += 1
        named = {"first_name": "Kind", "infix": "", "last_name": name, "birth_date": "2015-06-19"}
        group = self.thread.po.groups["8a"]
        reference: str = teacher.do("POST", "/leavers", json={"group_id": group, "name": named}).json()["reference"]
        self.upload(reference, "okr", REPORT)
        if has_opp:
            self.upload(reference, "opp", PLAN)
        self.written(reference, has_opp=has_opp)
        return reference

    def upload(self, reference: str, kind: str, data: bytes) -> None:
        self.callers["teacher"].do(
            "POST",
            f"/leavers/{reference}/documents?kind={kind}",
            content=data,
            headers={
                "Content-Type": "application/pdf",
                "Content-Disposition": f'attachment; filename="{kind}-{len(data)}.pdf"',
                "Idempotency-Key": f"{reference}-{kind}-{len(data)}-{self.today}",
            },
        )

    def written(self, reference: str, *, has_opp: bool = False, career: str = "groep 1 tot en met 8") -> None:
        """Filled in, and the parents were given a copy of it."""
        teacher, at = self.callers["teacher"], f"/leavers/{reference}/dossier"
        said: dict[str, Any] = {
            "advice": {"test_advice": "vmbo_kb", "final": "vmbo_kb", "final_on": self.today},
            "report": {"career": career, "results": "a", "learning": "b", "behaviour": "c", "what_works": "d"},
            "contact": {"name": "M. Janssen", "telephone": "077 000 00 01"},
            "has_opp": has_opp,
        }
        if has_opp:
            said["support"] = {"actions_agreed_on": self.today, "pupil_waiver": "op verzoek van het kind"}
        tag = teacher.api("GET", at).headers["ETag"]
        kept = teacher.do("PUT", at, json=said, headers={"If-Match": tag})
        parent = {
            "name": "Ouder",
            "inspected_on": self.today,
            "copy_on": self.today,
            "copy_of": teacher.read(at)["content_version"],
            "agreement": "ja",
        }
        teacher.do("PUT", at, json=said | {"parents": [parent]}, headers={"If-Match": kept.headers["ETag"]})

    def applied(self, reference: str, brin: str | None = None, *, tlv: Tlv = Tlv.NOT_NEEDED) -> str:
        applied = {"brin": brin or self.thread.vo.brin6, "applied_on": self.today, "tlv": tlv.value}
        made = self.callers["teacher"].do("POST", f"/leavers/{reference}/applications", json=applied)
        return str(made.json()["id"])

    def sent(self, reference: str, brin: str | None = None, *, settled: bool = True, is_second: bool = False) -> str:
        to = {"to": brin or self.thread.vo.brin6, "second": is_second}
        made = self.callers["teacher"].do("POST", f"/leavers/{reference}/handover", json=to)
        if settled:
            self.worker()
        return str(made.headers["Location"]).rpartition("/")[2]

    def offered(self, *, has_opp: bool = False) -> tuple[str, str]:
        reference = self.child(has_opp=has_opp)
        self.applied(reference)
        return reference, self.sent(reference)

    def accepted(self, *, has_opp: bool = False) -> tuple[str, str]:
        reference, handover_id = self.offered(has_opp=has_opp)
        self.step("intake", handover_id, "accept")
        return reference, handover_id

    def confirmed(self, *, has_opp: bool = False) -> tuple[str, str]:
        reference, handover_id = self.accepted(has_opp=has_opp)
        self.read_and_confirm(handover_id)
        return reference, handover_id

    def read_and_confirm(self, handover_id: str) -> None:
        at = f"/handovers/{handover_id}"
        self.callers["office"].do("PUT", f"{at}/outcome", json={"outcome": "enrolled"})
        for who, part in (("intake", "dossier"), ("care", "care")):
            caller = self.callers[who]
            documents = caller.read(f"{at}/content?part={part}")["documents"]
            for one in documents:
                caller.do("GET", f"{at}/documents/{part}/{one['number']}")
        self.step("intake", handover_id, "confirm")

    def step(self, who: str, handover_id: str, verb: str, **said: Any) -> None:
        more = {"json": said} if said else {}
        self.callers[who].do("POST", f"/handovers/{handover_id}/{verb}", **more)

    def sent_after(self, reference: str, handover_id: str, text: str) -> None:
        teacher = self.callers["teacher"]
        teacher.do("PUT", f"/handovers/{handover_id}/supplement")
        self.written(reference, career=text)
        teacher.do("POST", f"/handovers/{handover_id}/supplement")
        self.worker()

    def lose_what_waits(self) -> None:
        """A disk gives up in the seconds between storing and reading back."""
        with self.thread.services.uow() as uow:
            key = uow.session.scalars(
                select(SealedPart.blob_key)
                .join(Bundle, Bundle.id == SealedPart.bundle_id)
                .where(Bundle.status == BundleStatus.SEALING)
                .order_by(Bundle.sealed_at.desc())
            ).first()
        assert key is not None
        self.thread.services.store.delete(key)


@contextmanager
def a_year(folder: Path) -> Iterator[Year]:
    """Two schools of each side, signed in, on the first day."""
    thread = given_thread(folder)
    thread.region.clock.at = FIRST_DAY
    other = given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendron College",
        brin6="20DF00",
        people=[
            Colleague(name="Ilse Vos", roles=(Role.INTAKE, Role.CARE)),
            Colleague(name="Ed Bos", roles=(Role.VO_OFFICE,)),
        ],
    )
    allow(thread)
    special, krekel = given_vso(thread), given_krekel(thread.region)
    given_location(thread.services, FAR_AWAY, "Verweg College", place="Assen", kind=SchoolKind.VO)
    given_location(thread.services, "25FY01", "Raayland Zuid", kind=SchoolKind.VO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25FY01"))
        uow.commit()
    with served(given_app(thread.region)) as url:
        members = {
            "teacher": thread.teacher,
            "intake": thread.intake,
            "care": thread.care,
            "office": thread.office,
            "other intake": other.people["Ilse Vos"],
            "special": special.people["Vera Smit"],
            "krekel": krekel.people["Wim Bos"],
        }
        year = Year(thread, other, special, krekel, url)
        year.callers = {name: Caller.signed_in(url, member) for name, member in members.items()}
        try:
            yield year
        finally:
            for caller in year.callers.values():
                caller.client.close()
