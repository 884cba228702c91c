"""A stolen server discloses no child: a canary in every field, looked for in everything that is stored."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from handover.bundles.model import RemarkKind
from tests.promises.canaries import CANARIES, EXEMPT, SCHEMAS, fields_about_a_child, values
from tests.promises.conftest import STACKS, parts
from tests.promises.loot import Places
from tests.promises.needles import encodings, hits, needles
from tests.promises.place import given_place
from tests.promises.processes import Processes
from tests.promises.story import Story, secrets_of, tell
from tests.queue.valkey import Valkey
from tests.servers.postgres import Postgres

WANTED = needles(values())
OUTSIDE = {"headers of answers", "what the samenwerkingsverband sees"}
"""What is not stored, but told to somebody who may know no child."""


@pytest.fixture(scope="module", params=[STACKS[0], STACKS[2]])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, Places]]:
    """The whole story, lived once on each stack."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "valkey").mkdir()
    valkey = Valkey(folder / "valkey")
    valkey.start()
    thread = given_place(folder / "place", broker_url=valkey.url, **parts(request))
    processes = Processes(folder / "place")
    cluster = None
    if request.param != STACKS[0]:
        server: Postgres = request.getfixturevalue("postgres_server")
        cluster = server.socket / "data"
    places = Places(thread, valkey, cluster)
    try:
        yield tell(thread, processes, places), places
    finally:
        processes.end()
        valkey.kill()
        thread.region.engine.dispose()


@pytest.fixture
def story(told: tuple[Story, Places]) -> Story:
    return told[0]


def found(snapshot: dict[str, bytes]) -> dict[str, set[tuple[str, str]]]:
    return {place: seen for place, data in snapshot.items() if (seen := hits(data, WANTED))}


def test_every_field_that_may_hold_something_about_a_child_has_a_canary() -> None:
    fields = set(fields_about_a_child())

    assert fields - set(CANARIES) - set(EXEMPT) == set(), "give this field a canary, or say why it needs none"
    assert {name for name in (*CANARIES, *EXEMPT) if name.split(".")[0] in SCHEMAS} - fields == set()


def test_every_kind_of_remark_has_a_canary() -> None:
    known = {
        RemarkKind.NOTE: "note.text",
        RemarkKind.QUESTION: "remark.text",
        RemarkKind.REPLY: "reply.text",
        RemarkKind.FEEDBACK: "feedback.text",
    }

    assert set(known) == set(RemarkKind)
    assert set(known.values()) <= set(CANARIES)


def test_a_canary_occurs_in_nothing_but_itself() -> None:
    spelled = [way.casefold() for ways in values().values() for way in ways]

    assert [one for one in spelled if sum(one in other for other in spelled) != 1] == []


def test_readers_were_given_every_canary_of_the_dossier(story: Story) -> None:
    """What was never there cannot be found: this is what makes the searches below worth something."""
    seen = "\n".join(story.given.values())
    unseen = [name for name, value in CANARIES.items() if value not in seen and json.dumps(value)[1:-1] not in seen]

    assert set(unseen) <= {"form.after the session", "address.typed", "words.wrong"}


def test_the_other_schools_were_given_what_is_theirs_to_see(story: Story) -> None:
    """So that a name asked of another primary school, and a dossier at two, have been where they can leak."""
    passage, second = story.given["a child that goes to another primary school"], story.given["the second school"]
    of_dossier = [name for name in CANARIES if name.split(".")[:2] in (["dossier", "report"], ["dossier", "support"])]

    assert [name for name in CANARIES if name.startswith("name.") and CANARIES[name] not in passage] == []
    assert [name for name in of_dossier if json.dumps(CANARIES[name])[1:-1] not in second] == []


def test_nothing_of_a_child_is_stored_in_the_middle_of_sending(story: Story) -> None:
    assert all(story.midway[place] for place in ("rows", "blobs", "broker", "logs"))
    assert found(story.midway) == {}


def test_nothing_of_a_child_is_stored_at_the_end(story: Story) -> None:
    stored = {place: data for place, data in story.end.items() if place not in OUTSIDE}

    assert all(stored[place] for place in ("rows", "blobs", "broker", "logs", "mail"))
    assert found(stored) == {}


def test_nothing_of_a_child_is_in_addresses_cookies_or_what_the_region_sees(story: Story) -> None:
    shown = {place: story.end[place] for place in OUTSIDE}

    assert all(shown.values())
    assert found(shown) == {}


def test_no_words_and_no_identity_are_stored(story: Story) -> None:
    secrets = secrets_of(story.members)

    assert len(secrets) >= 3 * 11
    for place, data in (story.midway | story.end).items():
        assert [name for name, lies_in in secrets.items() if lies_in(data)] == [], place


@pytest.mark.parametrize("way", ["as it is", "zlib", "gzip", "zip"])
def test_every_canary_in_every_encoding_would_be_found(way: str) -> None:
    """The control of the search itself: what is laid between random bytes is found, all of it."""
    packed = b"\n-\n".join(WANTED.values())

    assert hits(b"\x78\x9c garbage" + _packed(packed, way) + b"\x1f\x8b\x08 more", WANTED) == set(WANTED)


def _packed(data: bytes, way: str) -> bytes:
    match way:
        case "zlib":
            return zlib.compress(data, 9)
        case "gzip":
            return gzip.compress(data)
        case "zip":
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("x", data)
            return file.getvalue()
    return data


@pytest.mark.parametrize("way", ["base64", "quoted-printable"])
def test_a_text_is_found_in_mail_whose_lines_are_broken(way: str) -> None:
    for name, ways in values().items():
        for before in range(60, 70):
            mail = EmailMessage()
            mail.set_content("x" * before + ways[0] + " en nog veel meer", cte=way)

            assert any(found == name for found, _ in hits(bytes(mail), WANTED))


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("text", ["Zwiepkåld", "vander-kwist", "2014-10-23"])
def test_a_text_in_the_middle_of_base64_is_found(text: str, shift: int) -> None:

    around = base64.b64encode(b"x" * shift + text.encode() + b" en nog iets")

    assert any(needle in around for name, needle in encodings(text).items() if name.startswith("base64"))


def test_what_is_laid_anywhere_in_any_encoding_is_found(told: tuple[Story, Places]) -> None:
    """The control of the places: each canary in each encoding, laid in each place by the program that writes there.

    The searches above look at what was stored before; from here on the installation is full of canaries. A mail is
    text, so what is no ASCII does not stay as it is in one.
    """
    _, places = told
    missed = {}
    for lay in places.plant(list(WANTED.values())).values():
        lay()
    snapshot = places.snapshot()
    for place, data in snapshot.items():
        wanted = {name: needle for name, needle in WANTED.items() if place != "mail" or needle.isascii()}
        missed[place] = set(wanted) - hits(data, wanted)

    assert {place: sorted(names)[:5] for place, names in missed.items() if names} == {}
    ways = {encoding for _, encoding in WANTED}
    print(f"{len(CANARIES)} canaries, {len(ways)} ways to write one, {len(WANTED)} needles, {len(snapshot)} places")  # noqa: T201
