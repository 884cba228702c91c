"""The story itself, step by step, by the four people who do it; each step says how long it took."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from handover.bundles.model import Bundle, Part, SealedPart
from handover.policy import Role
from handover.story.dossier import NAMES, filled_in, parents
from handover.story.foreign_age import open_sealed, version_of
from handover.story.place import VO, Place
from handover.story.program import Program, Unexpected
from handover.terms.clock import local_day

Say = Callable[[str], None]
OFFERED_WITHIN = 120.0
"""Seconds in which the worker must have compared what was stored."""
_MB = 1_000_000


@dataclass(frozen=True)
class Given:
    """The two files."""

    okr: Path
    opp: Path


@dataclass
class Cast:
    """Who acts, each with a program of their own, and what they know of each other by now."""

    place: Place
    say: Say
    teacher: Program
    intake: Program
    care: Program
    office: Program
    on: date
    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    _since: float = field(default_factory=time.monotonic)

    def told(self, what: str) -> None:
        """Say that a step is done, and how long it took."""
        now = time.monotonic()
        self.say(f"{now - self._since:7.2f} s  {what}")
        self._since = now

    def begin(self) -> None:
        """Let the next step's time start here."""
        self._since = time.monotonic()


def tell(place: Place, given: Given, age: Path, say: Say) -> None:
    """All of it.

    Raises:
        Refused: a check does not take one of the files; the message is the service's own reason.
        Unexpected: something did not happen that had to.
    """
    cast = _sign_in(place, say)
    cast.files = {"dossier": given.okr.read_bytes(), "care": given.opp.read_bytes()}
    reference = _prepare(cast, 0, [("okr", given.okr), ("opp", given.opp)])
    handover_id = _send(cast, reference)
    _receive(cast, handover_id)
    _compare(cast, handover_id)
    _write_beside(cast, handover_id)
    _finish(cast, handover_id)
    _verify_log(cast)
    _tamper(cast, given)
    _open_elsewhere(cast, handover_id, age)
    for program in (cast.teacher, cast.intake, cast.care, cast.office):
        program.sign_out()


def _sign_in(place: Place, say: Say) -> Cast:
    started = time.monotonic()
    programs = {}
    for role in (Role.TEACHER, Role.INTAKE, Role.CARE, Role.VO_OFFICE):
        somebody = place.somebody(role)
        programs[role] = Program(place.settings.base_url)
        programs[role].sign_in(somebody.email, somebody.passphrase)
    cast = Cast(
        place=place,
        say=say,
        teacher=programs[Role.TEACHER],
        intake=programs[Role.INTAKE],
        care=programs[Role.CARE],
        office=programs[Role.VO_OFFICE],
        on=local_day(place.services.clock.now()),
        _since=started,
    )
    cast.told("teacher, intake, care and office signed in with five words each")
    return cast


def _prepare(cast: Cast, child: int, files: list[tuple[str, Path]]) -> str:
    teacher, has_opp = cast.teacher, len(files) > 1
    group_id = next(iter(cast.place.po.groups.values()))
    made = teacher.post("/leavers", {"group_id": group_id, "name": NAMES[child]}, expect=201)
    reference: str = made.json["reference"]
    at = f"/leavers/{reference}"
    for kind, file in files:
        data = file.read_bytes()
        seen = teacher.upload(f"{at}/documents?kind={kind}", data, title=file.name)
        notes = ", ".join(one["finding"] for one in seen["findings"])
        cast.told(
            f"teacher: {kind.upper()} checked and sealed, {len(data) / _MB:.2f} MB, {seen['pages']} pages"
            + (f" (noted: {notes})" if notes else "")
        )
    said = filled_in(cast.on, has_opp=has_opp)
    tag = teacher.ask("GET", f"{at}/dossier", expect=200).headers["etag"]
    kept = teacher.ask("PUT", f"{at}/dossier", said=said, headers={"If-Match": tag}, expect=204)
    version = teacher.read(f"{at}/dossier")["content_version"]
    said["parents"] = parents(cast.on, copy_of=version)
    teacher.ask("PUT", f"{at}/dossier", said=said, headers={"If-Match": kept.headers["etag"]}, expect=204)
    cast.told(f"teacher: {reference} is on the list, the dossier filled in, the parents have a copy")
    teacher.post(f"{at}/applications", {"brin": VO.brins[0], "applied_on": cast.on.isoformat()}, expect=201)
    left = teacher.read(at)["to_do"]
    if left:
        raise Unexpected(f"still to do: {left}")
    cast.told(f"teacher: the application at {VO.name} recorded, nothing is left to do")
    return reference


def _send(cast: Cast, reference: str) -> str:
    sent = cast.teacher.post(f"/leavers/{reference}/handover", {"to": VO.brins[0]}, expect=202)
    handover_id = sent.headers["location"].rpartition("/")[2]
    cast.told("teacher: sealed and sent")
    until = time.monotonic() + OFFERED_WITHIN
    while cast.teacher.read(f"/handovers/{handover_id}")["status"] != "offered":
        if time.monotonic() > until:
            raise Unexpected("the worker does not offer it")
        time.sleep(0.05)
    cast.told("worker: the stored bytes are what the letter says; offered")
    return handover_id


def _receive(cast: Cast, handover_id: str) -> None:
    waiting = cast.intake.read("/handovers?status=offered&side=receiver")["handovers"]
    _must([one["id"] for one in waiting] == [handover_id], "the inbox shows another handover")
    before = cast.intake.ask("GET", f"/handovers/{handover_id}/content").status
    _must(before == 403, "the content opens before it was received")  # noqa: PLR2004  # visible, not theirs yet
    cast.intake.post(f"/handovers/{handover_id}/accept")
    cast.told("intake: saw who it is and from where, and received it")


def _compare(cast: Cast, handover_id: str) -> None:
    for part, reader, who in (("dossier", cast.intake, "intake"), ("care", cast.care, "care")):
        content = reader.read(f"/handovers/{handover_id}/content?part={part}")
        _must(len(content["documents"]) == 1, f"{part} holds another number of documents")
        got = reader.ask("GET", f"/handovers/{handover_id}/documents/{part}/1", expect=200).body
        _must(got == cast.files[part], f"{part}: not the same bytes")
        cast.told(f"{who}: read the {part} part and downloaded its document: {len(got)} bytes, each the same")


def _write_beside(cast: Cast, handover_id: str) -> None:
    at = f"/handovers/{handover_id}/remarks"
    note = {"kind": "note", "text": "Plaats vooraan, naast het raam.", "document": 1, "page": 1}
    cast.intake.post(at, note, expect=201)
    question = {"kind": "question", "text": "Wat helpt bij het plannen?", "document": 1, "page": 1}
    asked = cast.intake.post(at, question, expect=201).json["id"]
    _must([one["kind"] for one in cast.teacher.read(at)["remarks"]] == ["question"], "the teacher sees the note")
    cast.told("intake: a note for the own school, a question to the teacher; the teacher sees the question only")
    cast.teacher.post(f"/remarks/{asked}/replies", {"text": "Samen de agenda doornemen, elke maandag."}, expect=201)
    answered = [one for one in cast.intake.read(at)["remarks"] if one["id"] == asked]
    _must(answered[0]["replies"][0]["text"].startswith("Samen"), "the answer is not there")
    cast.intake.post(f"/remarks/{asked}/close")
    cast.told("teacher: answered; intake: read the answer and closed the question")


def _finish(cast: Cast, handover_id: str) -> None:
    at = f"/handovers/{handover_id}"
    early = cast.intake.post(f"{at}/confirm", expect=409)
    _must(early.code == "not-complete", "it could be confirmed before the enrolment")
    cast.office.ask("PUT", f"{at}/outcome", said={"outcome": "enrolled"}, expect=204)
    cast.told("office: enrolment recorded; before it, confirming was refused")
    cast.intake.post(f"{at}/confirm")
    _must(cast.teacher.read(at)["status"] == "confirmed", "the teacher does not see that it is confirmed")
    cast.told("intake: confirmed and signed; the teacher sees it")


def _verify_log(cast: Cast) -> None:
    ours = {f"HANDOVER_{name.upper()}": str(value) for name, value in vars(cast.place.settings).items()}
    said = subprocess.run(  # ourselves
        [sys.executable, "-m", "handover", "audit", "verify", "--deep"],
        env={**os.environ, **ours},  # noqa: TID251  # passed on to ourselves, not read
        capture_output=True,
        text=True,
        check=False,
    )
    lines = said.stdout.strip().splitlines() or [said.stderr.strip()]
    _must(said.returncode == 0, f"the log is not sound: {lines[0]}")
    cast.told(f"operator: handover audit verify --deep: {lines[0]}")


def _tamper(cast: Cast, given: Given) -> None:
    """Another child, whose bundle somebody changes by one bit where it lies."""
    say, cast.say = cast.say, lambda _what: None
    handover_id = _send(cast, _prepare(cast, 1, [("okr", given.okr)]))
    cast.intake.post(f"/handovers/{handover_id}/accept")
    cast.say = say
    at = f"/handovers/{handover_id}/documents/dossier/1"
    _must(cast.intake.ask("GET", at, expect=200).body == cast.files["dossier"], "a second child gets another file")
    blob = _blob(cast.place, handover_id)
    cast.told("teacher and intake: a second child's dossier sent, received and read")
    _flip(blob)
    try:
        answer = cast.intake.ask("GET", at)
    except Unexpected:
        refused = "the connection broke before its last bytes"
    else:
        _must(answer.code == "tampered", f"one changed bit was answered with {answer.status}")
        refused = f"{answer.status} tampered"
    lines = [line["text"] for line in cast.teacher.read(f"/handovers/{handover_id}/trail")["lines"]]
    _must(any(line.startswith("Let op") for line in lines), "the trail says nothing of it")
    _flip(blob)
    _must(cast.intake.ask("GET", at, expect=200).body == cast.files["dossier"], "it does not open again")
    cast.told(f"somebody at the store: one bit of the bundle changed; refused ({refused}), in both schools' trail")


def _open_elsewhere(cast: Cast, handover_id: str, age: Path) -> None:
    at = f"/handovers/{handover_id}/sealed"
    drawn = cast.care.post(at, expect=200).json
    for part in drawn["parts"]:
        sealed = cast.care.post(f"{at}/{part}", {"words": drawn["words"]}, expect=200).body
        file = cast.place.folder / f"{part}.zip.age"
        file.write_bytes(sealed)
        with zipfile.ZipFile(io.BytesIO(open_sealed(age, file, drawn["words"]))) as packed:
            (name,) = [name for name in packed.namelist() if name.endswith(".pdf")]
            _must(packed.read(name) == cast.files[part], f"{part}: age opens it and finds another file")
    cast.told(f"care: downloaded it sealed under five words; age {version_of(age)} opened it, each byte the same")


def _blob(place: Place, handover_id: str) -> Path:
    with place.services.uow() as uow:
        key = uow.session.scalars(
            select(SealedPart.blob_key)
            .join(Bundle, Bundle.id == SealedPart.bundle_id)
            .where(Bundle.handover_id == handover_id, SealedPart.part == Part.DOSSIER)
        ).one()
    (found,) = (place.folder / "blobs").rglob(key)
    return found


def _flip(file: Path) -> None:
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(changed)


def _must(is_so: bool, otherwise: str) -> None:  # noqa: FBT001  # a statement and what it means that it is false
    if not is_so:
        raise Unexpected(otherwise)
