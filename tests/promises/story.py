"""One child whose every field is a canary, from the list to the confirmation, over HTTP and through a real worker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from handover.bundles.asked_model import AskedDossier
from handover.bundles.mail_pace import GATHERED
from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.leavers.model import Announcement
from handover.policy import Role
from handover.queue import TaskName
from tests.factories.access import Colleague, Member, given_colleague
from tests.factories.asked import MAIL, OUTSIDE, given_outside
from tests.factories.thread import Thread
from tests.promises.caller import Caller
from tests.promises.canaries import CANARIES, a_document, body
from tests.promises.loot import Places
from tests.promises.place import set_clock
from tests.promises.processes import Processes
from tests.promises.story_elsewhere import at_two, given_elsewhere, on_the_list, passed
from tests.queue.workers import wait_until

DAY = "2027-04-08"


@dataclass(frozen=True)
class GuestsForm:
    """Where a guest of a school that takes no part sends, and what goes along each time."""

    path: str
    words: dict[str, str]


@dataclass
class Story:
    """What is stored midway and at the end, and what others got to see. By place."""

    thread: Thread
    midway: dict[str, bytes] = field(default_factory=dict)
    end: dict[str, bytes] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    """Whose words and identities may lie nowhere."""
    given: dict[str, str] = field(default_factory=dict)
    """What each reader was shown, so that a search that finds nothing is no proof of a canary that never was there."""


def tell(thread: Thread, processes: Processes, places: Places) -> Story:
    """Live it to the end."""
    address = processes.web()
    mentor = given_colleague(thread.vo, Colleague(name="Mia Peeters", roles=(Role.MENTOR,)))
    people = {
        name: Caller.signed_in(address, member)
        for name, member in (
            ("teacher", thread.teacher),
            ("intake", thread.intake),
            ("care", thread.care),
            ("office", thread.office),
            ("mentor", mentor),
            ("swv", thread.region.swv),
        )
    }
    people["guest"] = Caller(thread.intake, httpx.Client(base_url=address, timeout=120))  # signed in nowhere
    try:
        story = _lived(thread, processes, places, people)
        story.members = [one.member for one in people.values()] + [
            member for unit in (thread.po, thread.vo) for member in (unit.admin, *unit.people.values())
        ]
        return story
    finally:
        for caller in people.values():
            caller.client.close()


def _lived(thread: Thread, processes: Processes, places: Places, people: dict[str, Caller]) -> Story:
    story = Story(thread)
    reference = _written(thread, people["teacher"], story)
    _typed_where_it_does_not_belong(people["teacher"], reference)
    _announced(thread, people, reference, story)
    guests_form = _asked_outside(thread, people, story)
    sent = people["teacher"].do("POST", f"/leavers/{reference}/handover", json={"to": thread.vo.brin6})
    handover = sent.headers["Location"].rpartition("/")[2]
    story.midway = places.snapshot()
    processes.worker()
    wait_until(lambda: _status(thread, handover) is HandoverStatus.OFFERED, seconds=120)
    _received(people, handover, story)
    _delivered(people, guests_form)
    _gone_elsewhere(thread, people, story)
    _looked_at(people, reference, handover, story)
    _left_open(thread, people["teacher"], reference)
    _mailed(thread, places)
    story.end = places.snapshot()
    people["swv"].sign_in()
    story.end["headers of answers"] = "\n".join(line for one in people.values() for line in one.headers).encode()
    story.end["what the samenwerkingsverband sees"] = (
        "\n".join(
            people["swv"].page(path).text
            for path in ("/regio/stand", "/regio/leerlingen", "/regio", f"/regio/school/{thread.po.id}")
        ).encode()
        + "\n".join(
            str(people["swv"].read(path))
            for path in ("/log/entries?limit=200", "/region/overview", "/region/attention", "/region/settings")
        ).encode()
    )
    return story


def _gone_elsewhere(thread: Thread, people: dict[str, Caller], story: Story) -> None:
    """The same child to another primary school, and its whole dossier to two schools at once."""
    there = given_elsewhere(thread, people["teacher"].client.base_url)
    people["ib of the other school"], people["special"] = there.ib, there.special
    story.given["a child that goes to another primary school"] = passed(thread, people["teacher"], there)
    reference = _written(thread, people["teacher"], story)
    story.given["the second school"] = at_two(thread, people, there, reference)


def secrets_of(members: Iterable[Member]) -> dict[str, Callable[[bytes], bool]]:
    """What opens something, and how to find it in bytes."""
    wanted: dict[str, Callable[[bytes], bool]] = {}
    for member in members:
        for name, value in (
            ("words", member.passphrase.encode()),
            ("identity", member.identity.secret),
            ("identity as text", member.identity.encode().encode()),
        ):
            wanted[f"{name} of {member.email}"] = lambda data, value=value: value in data  # type: ignore[misc]  # bound now
    return wanted


def _written(thread: Thread, teacher: Caller, story: Story) -> str:
    reference = on_the_list(thread, teacher)
    at = f"/leavers/{reference}"
    said: dict[str, Any] = body("dossier") | {"has_opp": True}
    said["contact"]["conversation_asked"] = True
    parent = said.pop("parents")
    for kind, care in (("okr", False), ("opp", True)):
        title = CANARIES["document.title of care" if care else "document.title"]
        teacher.do(
            "POST",
            f"{at}/documents?kind={kind}",
            content=a_document(care=care),
            headers={
                "Content-Type": "application/pdf",
                "Content-Disposition": f'attachment; filename="{title}.pdf"',
                "Idempotency-Key": f"{kind}-of-{reference}-once",
            },
        )
    tag = teacher.api("GET", f"{at}/dossier").headers["ETag"]
    kept = teacher.do("PUT", f"{at}/dossier", json=said, headers={"If-Match": tag})
    version = teacher.read(f"{at}/dossier")["content_version"]
    kept = teacher.do(
        "PUT", f"{at}/dossier", json=said | {"parents": [parent]}, headers={"If-Match": kept.headers["ETag"]}
    )
    story.given["dispute"] = teacher.do("GET", f"{at}/dossier").text
    settled = {"copy_of": version, "agreement": "nee", "school_dispute": ""}
    parents = [parent | settled]
    teacher.do("PUT", f"{at}/dossier", json=said | {"parents": parents}, headers={"If-Match": kept.headers["ETag"]})
    teacher.do("POST", f"{at}/applications", json={"brin": thread.vo.brin6, "applied_on": DAY})
    assert teacher.read(at)["to_do"] == []
    return reference


def _announced(thread: Thread, people: dict[str, Caller], reference: str, story: Story) -> None:
    """The secondary school says who applied: with the code, and once more without, so that a question is open too."""
    office, code = people["office"], people["teacher"].read(f"/leavers/{reference}")["aanmeldcode"]
    said = {"receiver_brin": thread.vo.brin6, "name": body("name"), "applied_on": DAY, "only_new": False}
    for how in ({"code": code}, {"sender_brin": thread.po.brin6}):
        office.do("POST", "/announcements", json=said | how)
    story.given["expected by the office"] = (
        str(office.read("/announcements/expected")) + office.page("/dossiers/verwacht").text
    )


def _asked_outside(thread: Thread, people: dict[str, Caller], story: Story) -> GuestsForm:
    """The same child at a school that takes no part: its dossier is asked for, and its guest puts two files ready."""
    given_outside(thread)
    said = {"receiver_brin": thread.vo.brin6, "name": body("name"), "applied_on": DAY, "only_new": False}
    people["office"].do("POST", "/announcements", json=said | {"sender_brin": OUTSIDE})
    with thread.services.uow() as uow:
        announced = select(Announcement.id).where(Announcement.sender_brin == OUTSIDE)
        announcement_id = uow.session.scalars(announced).one()
    asked = people["intake"].do("POST", f"/announcements/{announcement_id}/outside-request", json={"email": MAIL})
    with thread.services.uow() as uow:
        path = f"/aanleveren/{uow.session.scalars(select(AskedDossier.id)).one()}"
    guest, form = people["guest"], GuestsForm(path, {"woorden": asked.json()["words"]})
    story.given["what a guest is asked for"] = guest.post(path, form.words).text
    for care, kind in ((False, "okr"), (True, "opp")):
        title = CANARIES["document.title of care" if care else "document.title"]
        file = {"bestanden": (f"{title}.pdf", a_document(care=care), "application/pdf")}
        fields = {"csrf_token": guest.csrf(), **form.words, "soort": kind}
        story.given["what a guest put ready"] = guest.client.post(f"{path}/bestanden", data=fields, files=file).text
    return form


def _delivered(people: dict[str, Caller], form: GuestsForm) -> None:
    """The guest sends it."""
    said = {
        "naam": "Bea Boter",  # of staff: it stands in the clear, as it does in an inbox
        "functie": "leerkracht",
        "telefoon": CANARIES["dossier.contact.telephone"],
        "gezien": "ja",
        "eens": "nee",
        "zienswijze": CANARIES["dossier.parents.view"],
    }
    answer = people["guest"].post(f"{form.path}/versturen", form.words | said)
    assert "Bewijs van verzending" in answer.text, answer.text[:2000]


def _typed_where_it_does_not_belong(teacher: Caller, reference: str) -> None:
    """Mistakes of people and programs: none of them may write down what was typed."""
    typed, said = CANARIES["address.typed"], CANARIES["dossier.report.career"]
    for path in (f"/leerling/{typed}", f"/{typed}?zoek={typed}", f"/leerling/{reference}/{typed}"):
        assert teacher.page(path).status_code in {404, 422}
    assert teacher.api("GET", f"/leavers?naam={typed}").status_code < 500
    wrong = teacher.api(
        "PUT", f"/leavers/{reference}/dossier", json={"report": {typed: said}}, headers={"If-Match": '"1"'}
    )
    assert wrong.status_code == 422
    broken = teacher.api("POST", "/leavers", content=f'{{"name": "{said}', headers={"Content-Type": "application/json"})
    assert broken.status_code in {400, 422}
    wrong = teacher.api("POST", "/sessions", json={"email": typed, "passphrase": CANARIES["words.wrong"]})
    assert wrong.status_code in {401, 422}
    unreadable = teacher.api(
        "POST",
        f"/leavers/{reference}/documents?kind=okr",
        content=f"%PDF-1.7 {said}".encode(),
        headers={"Content-Type": "application/pdf", "Content-Disposition": f'attachment; filename="{typed}.pdf"'},
    )
    assert unreadable.status_code == 422


def _received(people: dict[str, Caller], handover: str, story: Story) -> None:
    at, intake, care, teacher = f"/handovers/{handover}", people["intake"], people["care"], people["teacher"]
    intake.do("POST", f"{at}/accept")
    story.given["dossier"] = intake.do("GET", f"{at}/content").text
    story.given["care"] = care.do("GET", f"{at}/content?part=care").text
    story.given["document"] = intake.do("GET", f"{at}/documents/dossier/1").text
    story.given["care document"] = care.do("GET", f"{at}/documents/care/1").text
    asked = intake.do("POST", f"{at}/remarks", json={"kind": "question", "text": CANARIES["remark.text"]}).json()["id"]
    intake.do("POST", f"{at}/remarks", json={"kind": "note", "text": CANARIES["note.text"]})
    teacher.do("POST", f"/remarks/{asked}/replies", json={"text": CANARIES["reply.text"]})
    intake.do("POST", f"/remarks/{asked}/close")
    intake.do("POST", f"{at}/conversation/waive", json=body("waived"))
    story.given["waived"] = intake.do("GET", f"{at}/conversation").text
    intake.do("POST", f"{at}/conversation", json=body("conversation") | {"held_on": DAY, "way": "telephone"})
    _listed(people["office"], story)
    people["office"].do("PUT", f"{at}/outcome", json={"outcome": "enrolled"})
    sealed = intake.do("POST", f"{at}/sealed").json()
    intake.do("POST", f"{at}/sealed/dossier", json={"words": sealed["words"]})
    intake.do("GET", f"{at}/archive")
    intake.do("POST", f"{at}/confirm")
    story.given["remarks"] = intake.do("GET", f"{at}/remarks").text
    _supplemented(teacher, intake, at)
    _mentored(people, at, story)
    story.given["conversation"] = intake.do("GET", f"{at}/conversation").text


def _listed(office: Caller, story: Story) -> None:
    """A list of the own administration: the child is admitted with it, beside a line that is nobody's."""
    name = body("name")
    rows = "".join(
        f"{name['first_name']}\t{name['infix']}\t{last}\t{name['birth_date']}\tgeplaatst\n"
        for last in (name["last_name"], CANARIES["list.stranger"])
    )
    form = {"wat": "lijst", "rijen": f"Roepnaam\tTussenvoegsel\tAchternaam\tGeboortedatum\tStatus\n{rows}"}
    looked = office.post("/dossiers/lijst", form | {"doe": "kijk"}).text
    # Announced twice, it fits two lines of the inbox; the dossier is meant.
    token = re.search(r'value="(2\.d[^"]+)"', looked)
    assert token is not None, looked
    done = office.post("/dossiers/lijst", form | {"doe": "leg", "keuze-2": token[1]}).text
    assert "1 regel is gedaan" in done
    story.given["pasted list"] = looked + done


def _mentored(people: dict[str, Caller], at: str, story: Story) -> None:
    """A mentor is named, care opens a document and a note, the mentor reads and writes back."""
    intake, care, mentor = people["intake"], people["care"], people["mentor"]
    intake.do("POST", f"{at}/mentors", json={"email": mentor.member.email, "class_name": "1b"})
    note = care.do(
        "POST", f"{at}/remarks", json={"kind": "note", "part": "care", "text": CANARIES["note.text of care"]}
    ).json()["id"]
    document = care.do("POST", f"{at}/opened", json={"document": 1}).json()["id"]
    care.do("POST", f"{at}/opened", json={"remark_id": note})
    story.given["opened"] = mentor.do("GET", f"{at}/opened").text
    mentor.do("GET", f"/opened/{document}/document")
    mentor.page(at.replace("/handovers/", "/dossier/") + "/eerste-week")
    mentor.do("POST", f"{at}/feedback", json=body("feedback"))
    story.given["feedback"] = people["teacher"].do("GET", f"{at}/remarks").text
    intake.page(at.replace("/handovers/", "/dossier/") + "/ontvangstbewijs.pdf")


def _supplemented(teacher: Caller, intake: Caller, at: str) -> None:
    """The same once more, sent after and read again."""
    teacher.do("PUT", f"{at}/supplement")
    teacher.do("POST", f"{at}/supplement")
    wait_until(lambda: intake.do("GET", f"{at}/content").json()["version"] > 1, seconds=120)
    intake.page(at.replace("/handovers/", "/dossier/"))
    intake.do("POST", f"{at}/acknowledge")


_PAGES = ("", "/rapport", "/advies", "/ouders", "/afschrift.pdf", "/spoor", "/vragen")


def _looked_at(people: dict[str, Caller], reference: str, handover: str, story: Story) -> None:
    teacher, intake = people["teacher"], people["intake"]
    for path in (
        "/groep",
        *(
            f"/leerling/{reference}{part}"
            for part in ("", "/rapport", "/advies", "/ouders", "/afschrift.pdf", "/spoor", "/vragen")
        ),
    ):
        answer = teacher.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        story.given["name on the pages of the teacher"] = answer.text
    for path in ("/dossiers", f"/dossier/{handover}", f"/dossier/{handover}/gesprek", f"/dossier/{handover}/download"):
        answer = intake.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
    story.given["class list"] = teacher.do("GET", "/leavers").text


def _left_open(thread: Thread, teacher: Caller, reference: str) -> None:
    """A form that was open when the session ended: what was typed is kept, sealed, and given back."""
    token = teacher.csrf()
    thread.region.clock.pass_by(timedelta(minutes=thread.services.settings.idle_minutes + 5))
    set_clock(thread)
    answer = teacher.post(f"/leerling/{reference}/rapport", {"career": CANARIES["form.after the session"]}, token=token)
    assert answer.status_code in {303, 401, 403}, answer.status_code
    teacher.sign_in()
    assert CANARIES["form.after the session"] in teacher.client.get("/bewaard").text


def _mailed(thread: Thread, places: Places) -> None:
    set_clock(thread, ahead=2 * GATHERED)
    thread.services.queue.enqueue(TaskName.SWEEP)
    thread.services.queue.enqueue(TaskName.SEQUENCE_LOG)
    wait_until(lambda: len(list((places.folder / "mail").glob("*.eml"))) >= 2, seconds=120)


def _status(thread: Thread, handover_id: str) -> HandoverStatus:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover).where(Handover.id == handover_id)).one().status
