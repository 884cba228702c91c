"""A year of two primary and two secondary schools, played by a script through the API over HTTP.

The web server, its database and its store are real; the clock stands where the script puts it, and what a worker does
in a day is done by its own tasks, one after the other, when the script lets a day pass.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.bundles.coded import mail_links
from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.settling import settle, unsettled
from handover.bundles.state import TRANSITIONS, BundleStatus, HandoverAction, HandoverStatus, Transition
from handover.bundles.tasks import destroy_what_is_due
from handover.leavers.model import Leaver
from handover.policy import Role
from handover.schools.model import UnitLocation, UnitSide
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit, given_location
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.factories.web import given_app, served
from tests.promises.caller import Caller

FIRST_DAY = datetime(2027, 4, 9, 9, tzinfo=UTC)
NAMES = ("Aarts", "Bakker", "Cox", "Damen", "Evers", "Frenken", "Geurts", "Hendriks", "Ivens", "Jacobs", "Kuijpers")
_ACTION = {
    "handover.sent": HandoverAction.SEND,
    "handover.offered": HandoverAction.SETTLE,
    "handover.settling_failed": HandoverAction.FAIL,
    "handover.accepted": HandoverAction.ACCEPT,
    "handover.declined": HandoverAction.DECLINE,
    "handover.withdrawn": HandoverAction.WITHDRAW,
    "handover.supplemented": HandoverAction.SUPPLEMENT,
    "handover.supplement_acknowledged": HandoverAction.ACKNOWLEDGE,
    "handover.relocated": HandoverAction.RELOCATE,
    "handover.confirmed": HandoverAction.CONFIRM,
    "handover.fetched_with_code": HandoverAction.ACCEPT,
    "handover.confirmed_by_telephone": HandoverAction.CONFIRM_BY_TELEPHONE,
    "handover.handed_outside": HandoverAction.HAND_OUTSIDE,
    "handover.entered": HandoverAction.ENTER,
    "handover.entry_taken_back": HandoverAction.TAKE_BACK,
    "handover.outside_taken_back": HandoverAction.TAKE_BACK,
    "handover.outside_confirmed": HandoverAction.CONFIRM,
    "handover.reopened": HandoverAction.REOPEN,
    "handover.released": HandoverAction.RELEASE,
    "handover.destroyed": HandoverAction.DESTROY,
}


FAR_AWAY = "19AB00"
"""The BRIN of a school that takes no part."""


@dataclass
class Year:
    """The schools, who calls for them, and what day it is."""

    thread: Thread
    other: GivenUnit
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

    def applied(self, reference: str, brin: str | None = None) -> None:
        applied = {"brin": brin or self.thread.vo.brin6, "applied_on": self.today}
        self.callers["teacher"].do("POST", f"/leavers/{reference}/applications", json=applied)

    def sent(self, reference: str, brin: str | None = None, *, settled: bool = True) -> str:
        to = {"to": brin or self.thread.vo.brin6}
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
        }
        year = Year(thread, other, url)
        year.callers = {name: Caller.signed_in(url, member) for name, member in members.items()}
        try:
            yield year
        finally:
            for caller in year.callers.values():
                caller.client.close()


def _ordinary(year: Year) -> None:
    """Most children go where everybody expects."""
    for number in range(12):
        year.confirmed(has_opp=number % 4 == 0)


def _taken_back_and_given_back(year: Year) -> None:
    reference = year.child()
    year.applied(reference)
    year.step("teacher", year.sent(reference, settled=False), "withdraw")
    year.step("teacher", year.sent(reference), "withdraw")
    year.step("intake", year.sent(reference), "decline", reason="not_applied_here")
    year.callers["teacher"].do("POST", f"/leavers/{reference}/end", json={"end": "abroad"})


def _not_whole(year: Year) -> None:
    """What did not come whole is a draft again; one is sent anew, of one the child moves away, one is forgotten."""
    for what in ("again", "close", "expire"):
        reference = year.child()
        year.applied(reference)
        year.sent(reference, settled=False)
        year.lose_what_waits()
        year.worker()
        if what == "again":
            year.step("intake", year.sent(reference), "accept")
        elif what == "close":
            year.callers["teacher"].do("POST", f"/leavers/{reference}/end", json={"end": "other_school"})


def _sent_after(year: Year) -> None:
    offered, accepted, confirmed = year.offered(), year.accepted(), year.confirmed()
    for one in (offered, accepted, confirmed):
        year.sent_after(*one, "later bekend geworden")
    for one in (accepted, confirmed):
        year.step("intake", one[1], "acknowledge")
    year.step("intake", offered[1], "accept")
    year.read_and_confirm(offered[1])


def _relocated(year: Year) -> None:
    for made in (year.offered, year.accepted, year.confirmed):
        _reference, handover_id = made()
        place = {"brin": "25FY01", "department_id": None, "handler_id": None}
        year.callers["office"].do("PUT", f"/handovers/{handover_id}/place", json=place)


def _let_go(year: Year) -> None:
    _reference, handover_id = year.confirmed()
    year.step("intake", handover_id, "reopen", reason="too_early")
    year.step("intake", handover_id, "confirm")
    year.step("intake", handover_id, "release", reason="not_coming")
    year.step("teacher", year.accepted()[1], "release", reason="wrong_school")


def _moved(year: Year) -> None:
    reference, _handover = year.accepted()
    new = {"to": year.other.brin6, "applied_on": year.today}
    made = year.callers["teacher"].do("POST", f"/leavers/{reference}/move", json=new)
    year.worker()
    year.step("other intake", str(made.headers["Location"]).rpartition("/")[2], "accept")


def _ended(year: Year) -> None:
    for made, end in ((year.offered, "stays"), (year.accepted, "died")):
        reference, _handover = made()
        year.callers["teacher"].do("POST", f"/leavers/{reference}/end", json={"end": end})


def _with_a_code(year: Year) -> None:
    """A school that takes no part: the words by telephone, the link by mail, and back by telephone."""
    reference, teacher = year.child(has_opp=True), year.callers["teacher"]
    year.applied(reference, FAR_AWAY)
    to = {"to": FAR_AWAY, "email": "intake@verweg.example"}
    made = teacher.do("POST", f"/leavers/{reference}/coded-handover", json=to).json()
    year.worker()
    mail_links(year.thread.services)
    mail = year.thread.region.mail.sent[-1]
    guest = Caller(year.thread.teacher, httpx.Client(base_url=year.url))
    link = mail.text.split(year.thread.services.settings.base_url)[1].split()[0]
    who = {"woorden": made["words"], "naam": "Gea Gast", "functie": "intakecoördinator"}
    assert guest.post(link, who).status_code == HTTPStatus.OK
    assert guest.post(f"{link}/ophalen", who).content.startswith(b"PK")
    guest.client.close()
    year.step("teacher", made["handover_id"], "telephone-confirmation", by="G. Gast, intake")


def _outside(year: Year) -> None:
    """Two went on paper: one was recorded by mistake and is sent after all, one is confirmed without anything read."""
    for is_mistake in (True, False):
        reference = year.child()
        year.applied(reference)
        went = {"to": year.thread.vo.brin6, "way": "paper", "went_on": year.today, "whom": "de balie"}
        made = year.callers["teacher"].do("POST", f"/leavers/{reference}/outside-handover", json=went)
        handover_id = str(made.headers["Location"]).rpartition("/")[2]
        if is_mistake:
            year.step("teacher", handover_id, "take-back")
            year.step("intake", year.sent(reference), "accept")
        else:
            year.callers["office"].do("PUT", f"/handovers/{handover_id}/outcome", json={"outcome": "enrolled"})
            year.step("intake", handover_id, "confirm")


def _entered(year: Year) -> None:
    """The secondary school had it by OSO before the primary school sent anything."""
    reference, office = year.child(), year.callers["office"]
    code = year.callers["teacher"].read(f"/leavers/{reference}")["aanmeldcode"]
    name = {"first_name": "Kind", "infix": "", "last_name": "Overstap", "birth_date": "2015-06-19"}
    said = {"receiver_brin": year.thread.vo.brin6, "name": name, "applied_on": year.today, "code": code}
    announced = office.do("POST", "/announcements", json=said).json()["id"]
    year.callers["teacher"].do("POST", f"/announcements/{announced}/known", json={"reference": reference})
    office.do("POST", f"/announcements/{announced}/entered", json={"way": "oso", "came_on": year.today})


def _forgotten(year: Year) -> None:
    """Nobody looks at these any more: the term takes them."""
    year.offered()
    year.accepted()
    reference = year.child()
    year.applied(reference)
    year.sent(reference, settled=False)


CHAPTERS: tuple[Callable[[Year], None], ...] = (
    _ordinary,
    _taken_back_and_given_back,
    _not_whole,
    _sent_after,
    _relocated,
    _let_go,
    _moved,
    _ended,
    _with_a_code,
    _outside,
    _entered,
)


@dataclass(frozen=True)
class Played:
    """What came of it."""

    children: int
    used: Counter[str]
    unused: list[str]
    ends: Counter[str]
    longest_wait: timedelta
    """From offered to received, of those that were."""
    days: int


def play(year: Year) -> Played:
    """The whole year: each chapter, a few days apart, and the summer, the autumn and the last of January."""
    for chapter in CHAPTERS:
        chapter(year)
        year.let_pass(3)
    _reference, waiting = year.offered()
    year.let_pass(9)
    year.step("intake", waiting, "accept")
    _forgotten_year(year)
    return account(year)


def _forgotten_year(year: Year) -> None:
    _forgotten(year)
    year.thread.region.clock.at = datetime(2028, 2, 1, 9, tzinfo=UTC)
    destroy_what_is_due(year.thread.services)
    year.thread.region.clock.pass_by(timedelta(days=29))
    destroy_what_is_due(year.thread.services)


def account(year: Year) -> Played:
    """From the log: which transitions were taken, and where everything ended."""
    with year.thread.services.uow() as uow:
        entries = uow.session.scalars(
            select(AuditEntry).where(AuditEntry.name.startswith("handover.")).order_by(AuditEntry.id)
        ).all()
        handovers = uow.session.scalars(select(Handover)).all()
        ended = uow.session.scalars(select(Leaver.ended_as).where(Leaver.ended_as.is_not(None))).all()
    status: dict[str, HandoverStatus] = {}
    used: Counter[str] = Counter()
    for entry in entries:
        before = status.get(entry.subject_id, HandoverStatus.DRAFT)
        action = _action(entry)
        taken: Transition | None = TRANSITIONS.get((before, action)) if action else None
        if action and taken:
            used[f"{before.value} {action.value}"] += 1
            status[entry.subject_id] = taken.to
    unused = [f"{at.value} {action.value}" for at, action in TRANSITIONS if f"{at.value} {action.value}" not in used]
    waits = [row.accepted_at - row.offered_at for row in handovers if row.accepted_at and row.offered_at]
    ends = Counter(row.status.value for row in handovers)
    ends.update(f"leaver {one.value}" for one in ended if one)
    return Played(
        children=year.children,
        used=used,
        unused=unused,
        ends=ends,
        longest_wait=max(waits),
        days=(year.thread.region.clock.now() - FIRST_DAY).days,
    )


def _action(entry: AuditEntry) -> HandoverAction | None:
    if entry.name == "handover.closed":
        return HandoverAction.EXPIRE if entry.actor_id is None else HandoverAction.CLOSE
    return _ACTION.get(entry.name)


def lines(played: Played) -> Iterator[str]:
    """What it tells."""
    yield f"{played.children} children, {played.days} days, {sum(played.used.values())} transitions taken"
    unused = ", ".join(played.unused) or "none"
    yield f"{len(played.used)} of {len(TRANSITIONS)} kinds of transition; not taken: {unused}"
    for name, count in sorted(played.used.items()):
        yield f"  {count:4}  {name}"
    yield "where it ended: " + json.dumps(dict(sorted(played.ends.items())))
    yield f"longest wait before a dossier was received: {played.longest_wait.days} days"
