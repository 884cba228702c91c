"""The same child's other ways, each canary with it: to another primary school, and to two schools at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from handover.bundles.handovers import handover_of
from handover.bundles.state import HandoverStatus
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from handover.terms.destination import Passage
from tests.bundles.test_second import allow, given_vso
from tests.factories.access import GivenUnit
from tests.factories.thread import Thread, given_krekel
from tests.promises.caller import Caller
from tests.promises.canaries import body
from tests.queue.workers import wait_until

DAY = "2027-04-08"


@dataclass(frozen=True)
class Elsewhere:
    """The other primary school and the one for VSO, with somebody of each."""

    krekel: GivenUnit
    vso: GivenUnit
    ib: Caller
    special: Caller


def given_elsewhere(thread: Thread, address: httpx.URL) -> Elsewhere:
    """Two schools more, in a region that lets a dossier lie at two."""
    allow(thread)
    krekel = given_krekel(thread.region)
    vso = given_vso(thread)
    return Elsewhere(
        krekel,
        vso,
        Caller.signed_in(str(address), krekel.people["Wim Bos"]),
        Caller.signed_in(str(address), vso.people["Vera Smit"]),
    )


def passed(thread: Thread, teacher: Caller, there: Elsewhere) -> str:
    """A child for each way in which a passage may stand. Gives what that school and this one were shown of them."""
    children = {state: on_the_list(thread, teacher) for state in Passage}
    for state, reference in children.items():
        to = "" if state is Passage.OPEN else there.krekel.brin6
        teacher.do("POST", f"/leavers/{reference}/end", json={"end": "other_school", "to": to})
    ib, group = there.ib, {"group_id": there.krekel.groups["8b"]}
    shown = ib.do("GET", "/passages").text + ib.page("/groep").text
    for state in (Passage.KNOWN, Passage.BACK):
        ib.do("POST", f"/passages/{_passage(thread, children[state]).id}/known", json=group)
    for state in (Passage.UNKNOWN, Passage.CONFIRMED):
        ib.do("POST", f"/passages/{_passage(thread, children[state]).id}/unknown")
    heard = {"way": "telephone", "on": DAY, "by": "W. Bos"}
    teacher.do("POST", f"/leavers/{children[Passage.CONFIRMED]}/arrival", json=heard)
    teacher.do("POST", f"/leavers/{children[Passage.BACK]}/reopen")
    assert {state: _passage(thread, reference).state for state, reference in children.items()} == {
        state: state for state in Passage
    }
    for reference in children.values():
        shown += teacher.page(f"/leerling/{reference}").text
    return shown + ib.do("GET", "/leavers").text + ib.page("/groep").text


def at_two(thread: Thread, people: dict[str, Caller], there: Elsewhere, reference: str) -> str:
    """A dossier in which nothing is missing goes to two schools; one is let go of, the other confirms.

    Gives what the school for VSO was shown while it had it.
    """
    teacher, intake, special = people["teacher"], people["intake"], there.special
    applications, at = f"/leavers/{reference}/applications", f"/leavers/{reference}/handover"
    said = {"applied_on": DAY, "tlv": "requested"}
    special_id = teacher.do("POST", applications, json=said | {"brin": there.vso.brin6}).json()["id"]
    first = _id(teacher.do("POST", at, json={"to": thread.vo.brin6}))
    assert teacher.page(f"/leerling/{reference}/tweede-school").status_code == 200
    second = _id(teacher.do("POST", at, json={"to": there.vso.brin6, "second": True}))
    for one in (first, second):
        wait_until(lambda one=one: _status(thread, one) is HandoverStatus.OFFERED, seconds=120)  # type: ignore[misc]  # bound now
    shown = special.page("/dossiers").text
    special.do("POST", f"/handovers/{second}/accept")
    intake.do("POST", f"/handovers/{first}/accept")
    shown += _read(special, second)
    assert special.api("GET", f"/handovers/{first}/content").status_code == 404
    teacher.do("PUT", f"{applications}/{special_id}", json=said | {"tlv": "refused"})
    answer = teacher.post(f"/leerling/{reference}/een-van-twee", {"overdracht": second})
    assert answer.status_code == 303, answer.text[:2000]
    assert _status(thread, second) is HandoverStatus.RELEASED
    for reader in (intake, people["care"]):
        _read(reader, first)
    people["office"].do("PUT", f"/handovers/{first}/outcome", json={"outcome": "enrolled"})
    intake.do("POST", f"/handovers/{first}/conversation", json=body("conversation") | {"held_on": DAY, "way": "visit"})
    intake.do("POST", f"/handovers/{first}/confirm")
    return shown + teacher.page(f"/leerling/{reference}/spoor").text


def _read(caller: Caller, handover: str) -> str:
    """All of it, by one who may open both parts."""
    at = f"/handovers/{handover}"
    shown = caller.do("GET", f"{at}/content").text + caller.do("GET", f"{at}/content?part=care").text
    for part in ("dossier", "care"):
        shown += caller.do("GET", f"{at}/documents/{part}/1").text
    return shown


def on_the_list(thread: Thread, teacher: Caller) -> str:
    said = {"group_id": thread.po.groups["8a"], "name": body("name"), "only_new": False}
    made: Any = teacher.do("POST", "/leavers", json=said).json()
    return str(made["reference"])


def _passage(thread: Thread, reference: str) -> PassageRow:
    with thread.services.uow() as uow:
        asked = select(PassageRow).join(Leaver, Leaver.id == PassageRow.leaver_id)
        return uow.session.scalars(asked.where(Leaver.reference == reference)).one()


def _id(answer: httpx.Response) -> str:
    return answer.headers["Location"].rpartition("/")[2]


def _status(thread: Thread, handover_id: str) -> HandoverStatus:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id).status
