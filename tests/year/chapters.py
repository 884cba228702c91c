"""What happens in a year, a chapter for each way in which a handover may go."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import httpx

from handover.bundles.coded import mail_links
from handover.terms.destination import Passage, Tlv
from tests.promises.caller import Caller
from tests.year.schools import FAR_AWAY, Year


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


def _at_two(year: Year) -> None:
    """While the TLV is undecided the VSO has it too: refused, granted, or the other school confirms first."""
    for tlv, is_received in ((Tlv.REFUSED, False), (Tlv.REFUSED, True), (Tlv.GRANTED, True), (Tlv.REQUESTED, True)):
        reference, first = year.accepted()
        special = year.applied(reference, year.special.brin6, tlv=Tlv.REQUESTED)
        second = year.sent(reference, year.special.brin6, is_second=True)
        if is_received:
            year.step("special", second, "accept")
        if tlv is Tlv.REQUESTED:
            year.read_and_confirm(first)
        else:
            said = {"applied_on": year.today, "tlv": tlv.value}
            year.callers["teacher"].do("PUT", f"/leavers/{reference}/applications/{special}", json=said)
        goes = first if tlv is Tlv.GRANTED else second
        year.callers["teacher"].do("POST", f"/leavers/{reference}/let-go", json={"handover_id": goes})


def _passed(year: Year) -> None:
    """To another primary school: it knows the child, does not, is not asked, or the child comes back after all."""
    teacher, there = year.callers["teacher"], year.callers["krekel"]
    for state in Passage:
        reference = year.child()
        to = "" if state is Passage.OPEN else year.krekel.brin6
        teacher.do("POST", f"/leavers/{reference}/end", json={"end": "other_school", "to": to})
        asked = [one["id"] for one in there.read("/passages")["passages"]]
        if state in {Passage.KNOWN, Passage.BACK}:
            there.do("POST", f"/passages/{asked[-1]}/known", json={"group_id": year.krekel.groups["8b"]})
        if state in {Passage.UNKNOWN, Passage.CONFIRMED}:
            there.do("POST", f"/passages/{asked[-1]}/unknown")
        if state is Passage.CONFIRMED:
            heard = {"way": "telephone", "on": year.today, "by": "W. Bos"}
            teacher.do("POST", f"/leavers/{reference}/arrival", json=heard)
        if state is Passage.BACK:
            teacher.do("POST", f"/leavers/{reference}/reopen")


def forgotten(year: Year) -> None:
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
    _at_two,
    _passed,
)
