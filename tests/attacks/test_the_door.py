"""Guessers, old sessions, a stolen form, and a demo that is not where a demo may be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.errors import SignInFailed, TooManyTries
from handover.access.leaving import end_membership
from handover.access.model import SavedForm
from handover.access.signin import sign_in
from handover.access.throttle import PLACE
from handover.app import _secret_key, create_app
from handover.bundles.downloads import sealed
from handover.bundles.model import Part
from handover.schools.model import Membership
from handover.settings import Settings
from keys.person import AT_ONCE
from tests.factories.thread import Thread
from tests.factories.web import given_signed_in, given_visitor
from tests.web.valid import check_page


def knock_from(thread: Thread, address: str, *, email: str) -> None:
    sign_in(thread.services, email=email, passphrase="een twee drie vier vijf", client_address=address)


def test_one_line_of_ipv6_is_one_place(thread: Thread) -> None:
    for number in range(PLACE.free):
        with pytest.raises(SignInFailed):
            knock_from(thread, f"2001:db8:7:1::{number:x}", email=f"gok{number}@hommel.example")

    with pytest.raises(TooManyTries):
        knock_from(thread, "2001:db8:7:1:ffff::1", email="nog@hommel.example")
    with pytest.raises(SignInFailed):
        knock_from(thread, "2001:db8:7:2::1", email="nog@hommel.example")


def test_an_ipv4_address_is_the_same_place_when_it_is_written_as_ipv6(thread: Thread) -> None:
    for number in range(PLACE.free):
        with pytest.raises(SignInFailed):
            knock_from(thread, "192.0.2.7", email=f"gok{number}@hommel.example")

    with pytest.raises(TooManyTries):
        knock_from(thread, "::ffff:192.0.2.7", email="nog@hommel.example")
    with pytest.raises(SignInFailed):
        knock_from(thread, "::ffff:192.0.2.8", email="nog@hommel.example")


@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1.evil.example",
        "http://localhost.school.example",
        "http://127.0.0.1:80@evil.example",
        "http://localhost:8600/pad",
    ],
)
def test_a_demo_is_on_loopback_and_on_nothing_that_looks_like_it(base_url: str) -> None:
    assert Settings(demo=True, base_url=base_url).wrong()


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8600", "http://localhost:9", "http://127.0.0.1"])
def test_a_demo_on_loopback_starts(base_url: str) -> None:
    assert Settings(demo=True, base_url=base_url).wrong() == []


def test_outside_the_demo_nothing_of_the_demo_is_there(thread: Thread, tmp_path: Path) -> None:
    settings = replace(
        thread.services.settings,
        demo=False,
        base_url="https://overdracht.example",
        secret_key_file=str(tmp_path / "secret.key"),
    )
    app = create_app(replace(thread.services, settings=settings))

    answer = app.test_client().get("/demo/post", base_url="https://overdracht.example")

    assert answer.status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if "demo" in rule.rule]


def test_processes_that_start_at_once_have_one_whole_key(tmp_path: Path) -> None:
    for number in range(40):
        file, start = tmp_path / str(number) / "secret.key", threading.Barrier(8)

        def read(file: Path = file, start: threading.Barrier = start) -> bytes:
            start.wait()
            return _secret_key(file)

        with ThreadPoolExecutor(8) as pool:
            found = {future.result() for future in [pool.submit(read) for _ in range(8)]}
        assert [len(key) for key in found] == [32]
        assert [one.name for one in file.parent.iterdir()] == ["secret.key"]
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("field", ["wachtzin", "blad", "woorden", "code", "bewijs"])
def test_what_opens_something_is_not_kept_when_a_session_ended(thread: Thread, app: Flask, field: str) -> None:
    visitor = given_signed_in(app, thread.intake)
    token = visitor.token()
    thread.region.clock.pass_by(timedelta(minutes=thread.services.settings.idle_minutes + 5))

    visitor.client.post("/dossier/x/verzegeld/dossier", data={"csrf_token": token, field: "een twee drie vier vijf"})

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(SavedForm)).all() == []


def test_sealing_under_words_waits_its_turn_with_signing_in(thread: Thread) -> None:
    handover_id = thread.accepted()
    made = sealed(thread.services, thread.intake.actor, handover_id)
    done = threading.Event()

    def seal() -> None:
        download = made.downloads[Part.DOSSIER]()
        download.pieces.close()
        done.set()

    with AT_ONCE, AT_ONCE:
        work = threading.Thread(target=seal)
        work.start()
        assert not done.wait(1)
    work.join(60)
    assert done.is_set()


def test_who_was_ended_reads_nothing_in_the_session_that_is_still_open(thread: Thread, app: Flask) -> None:
    handover_id = thread.accepted()
    intake = given_signed_in(app, thread.intake)
    assert intake.get(f"/dossier/{handover_id}").status_code == 200
    with thread.services.uow() as uow:
        role = uow.session.scalars(select(Membership.id).where(Membership.person_id == thread.intake.person_id)).one()

    end_membership(thread.services, thread.vo.admin.actor, role)

    for path in (
        f"/dossier/{handover_id}",
        f"/dossier/{handover_id}/document/dossier/1",
        f"/dossier/{handover_id}/download",
    ):
        assert intake.get(path).status_code == 404
    assert intake.get("/dossiers").status_code in {403, 404}


def test_a_session_that_a_stranger_laid_ready_is_not_the_one_that_is_opened(thread: Thread, app: Flask) -> None:
    stranger = given_signed_in(app, thread.teacher)
    victim = given_visitor(app)
    planted = stranger.client.get_cookie("zitting")
    assert planted is not None
    victim.client.set_cookie("zitting", planted.value)
    victim.post("/afmelden")

    answer = victim.post("/aanmelden", {"email": thread.intake.email, "wachtzin": thread.intake.passphrase})

    assert answer.status_code == 303
    given = victim.client.get_cookie("zitting")
    assert given is not None
    assert given.value != planted.value
    assert stranger.get("/dossiers").headers["Location"].startswith("/aanmelden")


def test_the_door_says_the_same_to_a_known_and_an_unknown_address(thread: Thread, app: Flask) -> None:
    pages = []
    for email in (thread.teacher.email, "niemand@hommel.example"):
        answer = given_visitor(app).post("/aanmelden", {"email": email, "wachtzin": "een twee drie vier vijf"})
        check_page(answer.text)
        pages.append((answer.status_code, answer.text.count(email), len(answer.headers)))
    assert pages[0] == pages[1]
