"""Whoever has a copy of all that is stored, or writes in it, opens nothing of what was asked for and forges nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.asked_model import AskedDossier, AskedFile
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.opening import Tampered
from handover.bundles.reading import open_for_reading
from handover.bundles.receiving import accept
from handover.rooms.model import CircleKeyRow, Grant
from keys.age.file import decrypt_bytes
from keys.asking import Asking
from keys.circle import Circle, CircleKey
from keys.errors import KeysError
from keys.jws import digest, read_instant, unchecked
from keys.letter import Letter, Party, SealedBundle
from tests.factories.asked import Request, given_outside, given_request
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_outside(given_thread(tmp_path))


@pytest.fixture
def request_(thread: Thread) -> Request:
    return given_request(thread)


def received(request_: Request) -> str:
    thread = request_.thread
    request_.delivered()
    with thread.services.uow() as uow:
        handover_id = uow.session.scalars(select(Handover.id)).one()
    accept(thread.services, thread.intake.actor, handover_id)
    return handover_id


def read(thread: Thread, handover_id: str) -> None:
    open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER).inside.close()


def test_a_copy_of_all_rows_and_the_service_key_opens_nothing_without_the_words(
    thread: Thread, request_: Request
) -> None:
    request_.ready()
    service = thread.services.service_key.identity
    with thread.services.uow() as uow:
        row = uow.session.scalars(select(AskedDossier)).one()
        files = uow.session.scalars(select(AskedFile)).all()
        granted = uow.session.scalars(
            select(Grant.blob).where(Grant.subject.in_((row.dossier_room_id, row.care_room_id, row.handover_id)))
        ).all()
    sealed = row.sealed_identity or b""
    blobs = []
    for file in files:
        with thread.services.store.open(file.blob_key) as blob:
            blobs.append(blob.read())

    inner = decrypt_bytes(service, sealed)
    for locked in (inner, row.sealed_secret or b"", *(file.sealed_facts for file in files), *blobs, *granted):
        with pytest.raises(KeysError):
            decrypt_bytes(service, locked)


def test_neither_words_nor_seed_nor_recipients_of_the_rooms_lie_anywhere(thread: Thread, request_: Request) -> None:
    opened = request_.ready()
    database = Path(thread.services.settings.database_url.removeprefix("sqlite:///"))
    stored = b"".join(path.read_bytes() for path in database.parent.rglob("*") if path.is_file())

    secret = opened.secret
    for needle in (
        request_.asked.words.encode(),
        secret.signing.seed,
        secret.dossier.encode().encode(),
        secret.care.encode().encode(),
        opened.identity.secret,
        opened.identity.recipient().encode().encode(),
        "Wójcik".encode(),
    ):
        assert needle not in stored
    assert opened.secret.signing.verify_key.encode().encode() not in stored  # inside the statement only, encoded


def forged(token: str, key: CircleKey, *, sender: Party | None = None) -> str:
    """The same letter, of another sender where one is given, signed by another key."""
    said = unchecked(token)
    return Letter(
        handover_id=said["handover"],
        version=said["version"],
        previous=said["previous"],
        sender=sender or Party.of(said["sender"]),
        receiver=Party.of(said["receiver"]),
        bundles=tuple(SealedBundle.of(one) for one in said["bundles"]),
        sealed_at=read_instant(said["sealed_at"]),
    ).sign(key)


def asked_anew(token: str, verify: CircleKey, by: CircleKey) -> str:
    """The same request, vouching for another one-time key."""
    said = unchecked(token)
    return Asking(
        request_id=said["request"],
        handover_id=said["handover"],
        sender_unit_id=said["sender"],
        receiver=Party.of(said["receiver"]),
        rooms=(said["rooms"][0], said["rooms"][1]),
        verify=verify.public.verify,
        until=read_instant(said["until"]),
    ).sign(by)


def test_a_letter_by_another_key_is_not_believed(thread: Thread, request_: Request) -> None:
    handover_id = received(request_)
    read(thread, handover_id)
    with thread.services.uow() as uow:
        bundle = uow.session.scalars(select(Bundle)).one()
        whole = bundle.letter
        bundle.letter = forged(whole, CircleKey.generate())
        bundle.letter_digest = digest(bundle.letter)
        uow.commit()

    with pytest.raises(Tampered):
        read(thread, handover_id)


@pytest.mark.parametrize("vouches", ["nobody", "another school", "another circle"])
def test_a_key_that_the_asking_school_did_not_vouch_for_is_not_believed(
    thread: Thread, request_: Request, vouches: str
) -> None:
    handover_id, thief = received(request_), CircleKey.generate()
    teacher, intake = thread.teacher.actor, thread.intake.actor
    with thread.services.uow() as uow:
        row, bundle = uow.session.scalars(select(AskedDossier)).one(), uow.session.scalars(select(Bundle)).one()
        by = CircleKey.generate()
        if vouches != "nobody":
            actor, unit, circle = (
                (teacher, thread.po.id, Circle.DOSSIER)
                if vouches == "another school"
                else (intake, thread.vo.id, Circle.NAMES)
            )
            by = actor.keyring.circle(uow, unit, circle).key
            keys = select(CircleKeyRow.id).where(CircleKeyRow.unit_id == unit, CircleKeyRow.circle == circle)
            row.signer_id = uow.session.scalars(keys).one()
        row.statement = asked_anew(row.statement, thief, by)
        sender = Party(unit_id=row.sender_unit_id, card=digest(row.statement))
        bundle.letter = forged(bundle.letter, thief, sender=sender)
        bundle.letter_digest = digest(bundle.letter)
        uow.commit()

    with pytest.raises(Tampered):
        read(thread, handover_id)


def test_a_request_of_another_child_vouches_for_nothing_here(thread: Thread, request_: Request) -> None:
    handover_id, other = received(request_), given_request(thread, first_name="Jip")
    with thread.services.uow() as uow:
        row = uow.session.get_one(AskedDossier, request_.asked.id)
        row.statement = uow.session.get_one(AskedDossier, other.asked.id).statement
        uow.commit()

    with pytest.raises(Tampered):
        read(thread, handover_id)


def test_exchanged_bytes_are_not_shown(thread: Thread, request_: Request) -> None:
    handover_id = received(request_)
    with thread.services.uow() as uow:
        part = uow.session.scalars(select(SealedPart).where(SealedPart.part == Part.DOSSIER)).one()
        part.sha256 = "0" * 64
        uow.commit()

    with pytest.raises(Tampered):
        read(thread, handover_id)


def test_a_file_put_in_anothers_place_opens_no_request(thread: Thread, request_: Request) -> None:
    request_.ready()
    with thread.services.uow() as uow:
        first, second = uow.session.scalars(select(AskedFile)).all()
        first.sealed_facts, second.sealed_facts = second.sealed_facts, first.sealed_facts
        uow.commit()

    with pytest.raises(KeysError):
        request_.opened()


def test_the_secret_of_another_request_opens_no_request(thread: Thread, request_: Request) -> None:
    other = given_request(thread, first_name="Jip")
    with thread.services.uow() as uow:
        row = uow.session.get_one(AskedDossier, request_.asked.id)
        row.sealed_secret = uow.session.get_one(AskedDossier, other.asked.id).sealed_secret
        uow.commit()

    with pytest.raises(KeysError):
        request_.opened()
