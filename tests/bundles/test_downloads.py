"""Taking a dossier along: true lengths, whole or not at all, read when it left, and open to any `age`."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.queries import trail
from handover.bundles.downloads import Download, as_zip, one, sealed
from handover.bundles.model import Bundle, Part, Reading, SealedPart
from handover.bundles.opening import Tampered
from handover.errors import HandoverError, Invalid, NotAllowed, NotFound
from handover.policy import Actor
from handover.services import Services
from keys.age.file import decrypt_bytes
from keys.age.scrypt import PassphraseIdentity
from keys.words import words
from tests.factories.thread import PLAN, REPORT, Thread, given_thread

PIECE = 64 * 1024
PEER = """
import * as age from "age-encryption";
const decrypter = new age.Decrypter();
decrypter.addPassphrase(process.argv[1]);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
process.stdout.write(await decrypter.decrypt(new Uint8Array(Buffer.concat(chunks))));
"""


TAKES: dict[str, Callable[[Services, Actor, str], Download]] = {
    "zip": as_zip,
    "sealed": lambda services, actor, handover: sealed(services, actor, handover).downloads[Part.DOSSIER](),
}


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


def taken(download: Download) -> bytes:
    pieces = list(download.pieces)
    assert max(map(len, pieces)) <= PIECE
    whole = b"".join(pieces)
    assert len(whole) == download.size
    return whole


def read_items(thread: Thread, handover_id: str) -> set[tuple[Part, int]]:
    with thread.services.uow() as uow:
        rows = uow.session.execute(
            select(Reading.part, Reading.item)
            .join(Bundle, Bundle.id == Reading.bundle_id)
            .where(Bundle.handover_id == handover_id)
        )
        return {(part, item) for part, item in rows}


def damage(thread: Thread, handover_id: str, *, at: int) -> None:
    """Change a byte of what is stored of the dossier part."""
    with thread.services.uow() as uow:
        key = uow.session.scalars(
            select(SealedPart.blob_key)
            .join(Bundle, Bundle.id == SealedPart.bundle_id)
            .where(Bundle.handover_id == handover_id, SealedPart.part == Part.DOSSIER)
        ).one()
    (path,) = [one for one in thread.region.folder.rglob("*") if one.name == key]
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_document_comes_as_it_was_sent_under_a_name_that_names_nobody(thread: Thread) -> None:
    handover = thread.accepted()

    download = one(thread.services, thread.intake.actor, handover, Part.CARE, 1)

    assert taken(download) == PLAN
    assert re.fullmatch(r"[0-9A-Z-]{7}-zorg-01-opp\.pdf", download.file_name)
    assert read_items(thread, handover) == {(Part.CARE, 1)}


def test_what_was_not_taken_to_its_end_was_not_read(thread: Thread) -> None:
    handover = thread.accepted()

    download = one(thread.services, thread.intake.actor, handover, Part.DOSSIER, 1)
    download.pieces.close()

    assert read_items(thread, handover) == set()


def test_the_zip_holds_everything_that_may_be_read_and_counts_as_reading_it(thread: Thread) -> None:
    handover = thread.accepted()

    download = as_zip(thread.services, thread.intake.actor, handover)
    packed = zipfile.ZipFile(io.BytesIO(taken(download)))

    assert packed.testzip() is None
    assert packed.namelist() == [
        "LEESMIJ.txt",
        "dossier/dossier.json",
        "dossier/01-okr.pdf",
        "zorg/dossier.json",
        "zorg/01-opp.pdf",
    ]
    assert packed.read("dossier/01-okr.pdf") == REPORT
    assert json.loads(packed.read("dossier/dossier.json"))["report"]["what_works"] == "een vaste plek"
    assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
    assert read_items(thread, handover) == {(part, item) for part in Part for item in (0, 1)}


def test_a_dossier_without_care_gives_no_folder_of_it(thread: Thread) -> None:
    handover = thread.accepted(has_opp=False)

    packed = zipfile.ZipFile(io.BytesIO(taken(as_zip(thread.services, thread.intake.actor, handover))))

    assert [name for name in packed.namelist() if name.startswith("zorg")] == []


def test_who_may_not_read_takes_nothing_along(thread: Thread) -> None:
    handover = thread.accepted()
    unaccepted = thread.offered()

    for member, about in ((thread.office, handover), (thread.region.swv, handover), (thread.intake, unaccepted)):
        with pytest.raises((NotAllowed, NotFound)):
            one(thread.services, member.actor, about, Part.DOSSIER, 1)
        for take in TAKES.values():
            with pytest.raises((NotAllowed, NotFound)):
                take(thread.services, member.actor, about)
    assert read_items(thread, handover) | read_items(thread, unaccepted) == set()


def test_a_document_that_is_not_there_is_not_found(thread: Thread) -> None:
    handover = thread.accepted()

    with pytest.raises(NotFound):
        one(thread.services, thread.intake.actor, handover, Part.DOSSIER, 7)


@pytest.mark.parametrize("way", list(TAKES))
def test_stored_bytes_that_were_changed_leave_in_no_download_and_raise_the_alarm(thread: Thread, way: str) -> None:
    handover = thread.accepted()
    damage(thread, handover, at=3000)

    with pytest.raises(Tampered):
        TAKES[way](thread.services, thread.intake.actor, handover)

    assert read_items(thread, handover) == set()
    with thread.services.uow() as uow:
        assert trail(uow, [handover])[-1].name == "handover.tampering_seen"


def test_each_sealed_file_opens_with_the_words_and_with_no_others(thread: Thread) -> None:
    handover = thread.accepted()
    drawn = sealed(thread.services, thread.intake.actor, handover)
    assert set(drawn.words.split()) <= set(words())

    again = sealed(thread.services, thread.intake.actor, handover, words=drawn.words.upper().replace(" ", "-"))
    data = taken(again.downloads[Part.DOSSIER]())

    packed = zipfile.ZipFile(io.BytesIO(decrypt_bytes(PassphraseIdentity(drawn.words, max_log_n=18), data)))
    assert packed.testzip() is None
    assert "manifest.json" in packed.namelist()
    assert read_items(thread, handover) == {(Part.DOSSIER, 0), (Part.DOSSIER, 1)}
    with pytest.raises(HandoverError):
        decrypt_bytes(PassphraseIdentity("een twee drie vier vijf", max_log_n=18), data)


def test_words_that_are_not_five_of_the_list_are_refused(thread: Thread) -> None:
    handover = thread.accepted()

    for typed in ("", "welkom01", "een", " ".join(words()[:4]), " ".join([*words()[:4], "Raayland2027"])):
        with pytest.raises(Invalid):
            sealed(thread.services, thread.intake.actor, handover, words=typed)


def test_the_words_are_kept_nowhere(thread: Thread) -> None:
    handover = thread.accepted()

    drawn = sealed(thread.services, thread.intake.actor, handover)
    taken(drawn.downloads[Part.DOSSIER]())

    stored = b"".join(path.read_bytes() for path in thread.region.folder.rglob("*") if path.is_file())
    assert handover.encode() in stored
    assert drawn.words.encode() not in stored


def test_age_of_debian_opens_a_sealed_download(thread: Thread, age_binary: Path, tmp_path: Path) -> None:
    handover = thread.accepted()
    drawn = sealed(thread.services, thread.intake.actor, handover)
    (tmp_path / "care.age").write_bytes(taken(drawn.downloads[Part.CARE]()))

    _age_at_a_terminal(
        age_binary, "--decrypt", "--output", tmp_path / "care.zip", tmp_path / "care.age", typed=drawn.words
    )

    assert zipfile.ZipFile(tmp_path / "care.zip").read("documents/01-opp.pdf") == PLAN


def test_age_of_npm_opens_a_sealed_download(thread: Thread, node: Path) -> None:
    handover = thread.accepted()
    drawn = sealed(thread.services, thread.intake.actor, handover)
    data = taken(drawn.downloads[Part.CARE]())

    opened = subprocess.run(
        [node, "--input-type=module", "--eval", PEER, drawn.words], input=data, capture_output=True, check=True
    ).stdout

    assert zipfile.ZipFile(io.BytesIO(opened)).read("documents/01-opp.pdf") == PLAN


def _age_at_a_terminal(binary: Path, *arguments: str | Path, typed: str) -> None:
    """Run age where it can ask for a passphrase: it reads that from a terminal and from nowhere else."""
    ours, its = pty.openpty()
    command = ["/usr/bin/setsid", "--ctty", "--wait", binary, *arguments]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its) as running:
        os.close(its)
        shown = b""
        while b"passphrase" not in shown or not shown.endswith((b": ", b"\x1b[K")):
            shown += os.read(ours, 1024)
        os.write(ours, typed.encode() + b"\n")
        code = running.wait(timeout=60)
    os.close(ours)
    assert code == 0
