"""With the service key and everything that is stored, but no passphrase, nothing opens; with one, what is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.access.signin import sign_in
from handover.bundles.coded import send_with_code
from handover.bundles.ending import end_leaver
from handover.bundles.model import Handover
from handover.bundles.receiving import accept, confirm
from handover.bundles.remarks import ask, close, note, reply
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.leavers.recording import record_application
from handover.terms.destination import LeaverEnd, Tlv
from handover.terms.school_kind import SchoolKind
from keys.age.scrypt import PassphraseIdentity
from keys.service import ServiceKey
from keys.words import normalise
from tests.bundles.test_second import allow, child_at_two, given_vso
from tests.factories.access import CHEAP, GivenUnit, Member, given_location
from tests.factories.asked import given_outside, given_request
from tests.factories.thread import DAY, Thread, given_krekel
from tests.guards.test_columns import listed
from tests.promises.place import given_place
from tests.promises.thief import AGE, Key, Thief, keys_of, stolen, values_of

COPIES, GRANTS, RECORDS, BLOBS = "key_copy.sealed", "key_grant.blob", "sealed_record.blob", "blob"
TWICE_SEALED = {
    "person.sealed_identity",
    "sign_in_session.sealed",
    "handover_code.sealed_identity",
    "asked_dossier.sealed_identity",
}
"""What the service key opens by design: the inside is sealed once more, under words or under a browser's secret."""


CODED: list[str] = []
"""The six words of the handover with a code."""
ASKED: list[str] = []
"""Those of a dossier that was asked for outside, and that lies ready there."""
OTHERS: dict[str, GivenUnit] = {}
"""The second school of a child at two, and the primary school that is asked whether a child came there."""


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Thread]:
    """A child in each way in which a dossier may lie; two people are signed in."""
    made = given_place(tmp_path_factory.mktemp("stolen") / "place")
    reference = made.leaver()
    made.written(reference)
    application = made.applied(reference)
    handover = send(made.services, made.teacher.actor, reference)
    assert settle(made.services, handover)
    accept(made.services, made.intake.actor, handover)
    question = ask(made.services, made.intake.actor, handover, text="Wat helpt?")
    reply(made.services, made.teacher.actor, question, text="Een vaste plek.")
    close(made.services, made.intake.actor, question)
    note(made.services, made.intake.actor, handover, text="Plek vooraan.")
    made.read(handover)
    made.enrolled(application)
    confirm(made.services, made.intake.actor, handover)
    made.offered(first_name="Jip")
    CODED.append(coded(made))
    request = given_request(given_outside(made), first_name="Kees")
    request.ready()
    ASKED.append(request.asked.words)
    allow(made)
    vso, krekel = given_vso(made), given_krekel(made.region)
    OTHERS.update(vso=vso, krekel=krekel)
    child_at_two(made, vso, first_name="Lieke").both()
    moves = made.leaver(first_name="Daan")
    end_leaver(made.services, made.teacher.actor, moves, end=LeaverEnd.OTHER_SCHOOL, to=krekel.brin6)
    for member in (made.teacher, made.intake):
        sign_in(made.services, email=member.email, passphrase=member.passphrase, client_address="127.0.0.1")
    yield made
    made.region.engine.dispose()


@pytest.fixture(scope="module")
def _with_service_key(thread: Thread) -> Thief:
    thief = stolen(thread)
    service = ServiceKey.read(Path(thread.services.settings.service_key_file))
    thief.tries([service.identity, *keys_of(thread)])
    return thief


@pytest.fixture
def thief(_with_service_key: Thief) -> Thief:
    """Who has the host too: the service key, and every key that stands anywhere in rows or files."""
    made = _with_service_key
    return Thief(dict(made.locked), dict(made.opened), list(made.keys))


def coded(thread: Thread) -> str:
    """A third child, whose dossier goes to a school that takes no part. Gives the six words."""
    given_location(thread.services, "19AB00", "Verweg College", place="Assen", kind=SchoolKind.VO)
    reference, actor = thread.leaver(first_name="Bo"), thread.teacher.actor
    thread.written(reference)
    record_application(thread.services, actor, reference, brin6="19AB00", applied_on=DAY, tlv=Tlv.NOT_NEEDED)
    sent = send_with_code(thread.services, actor, reference, to="19AB00", email="intake@verweg.example")
    assert settle(thread.services, sent.handover_id)
    return sent.words


def words_of(member: Member) -> list[Key]:
    return [PassphraseIdentity(normalise(member.passphrase), max_log_n=CHEAP)]


def test_the_end_of_the_story_is_there_to_be_stolen(thread: Thread) -> None:
    with thread.services.uow() as uow:
        statuses = {row.status for row in uow.session.scalars(select(Handover))}
    thief = stolen(thread)

    assert statuses == {HandoverStatus.CONFIRMED, HandoverStatus.OFFERED}
    assert thief.count(COPIES)[0] >= 4 * 2  # circles of two schools, more than one holder each
    assert thief.count(GRANTS)[0] >= 2 * 8
    assert thief.count(RECORDS)[0] >= 2 * 3
    # Two documents and two bundles a child, twice that of the one at two schools; two files that a guest put ready.
    assert thief.count(BLOBS)[0] == 3 * (2 + 2) + (2 + 2 * 2) + 2
    assert thief.count("sign_in_session.sealed")[0] == 2


def test_what_is_called_sealed_is_an_age_file(thread: Thread) -> None:
    sealed = {name for name, kind in listed().items() if kind == "sealed"}
    seen = {name for name, _ in values_of(thread)} & sealed

    assert [name for name, value in values_of(thread) if name in sealed and not value.startswith(AGE)] == []
    assert seen == sealed - {"saved_form.sealed"}


def test_without_words_no_copy_no_grant_no_record_and_no_blob_opens(thief: Thief) -> None:
    assert {name.split(" ")[0] for name in thief.opened} == TWICE_SEALED
    for kind in (COPIES, GRANTS, RECORDS, BLOBS):
        assert thief.count(kind)[1] == 0


def test_with_the_words_of_a_teacher_all_opens_that_the_school_may_open(thread: Thread, thief: Thief) -> None:
    """The control: the same thief, given five words, goes the whole way from a person to the bundles."""
    thief.tries(words_of(thread.teacher))

    assert thief.count(BLOBS) == (20, 18)
    assert any(b"Wat helpt?" in data for data in thief.opened.values())
    assert not any(b"Plek vooraan." in data for data in thief.opened.values()), "the other school's own note"


def test_with_the_six_words_of_a_code_that_one_dossier_opens_and_nothing_more(thief: Thief) -> None:
    thief.tries([PassphraseIdentity(normalise(CODED[0]), max_log_n=CHEAP)])

    assert thief.count(BLOBS)[1] == 2  # its two bundles
    assert thief.count(GRANTS)[1] == 3  # its two rooms, and who it is about
    assert thief.count(COPIES)[1] == thief.count(RECORDS)[1] == 0


def test_with_the_six_words_of_a_request_what_lies_ready_opens_and_no_room(thief: Thief) -> None:
    thief.tries([PassphraseIdentity(normalise(ASKED[0]), max_log_n=CHEAP)])

    assert thief.count(BLOBS)[1] == thief.count("asked_file.sealed_facts")[1] == 2
    assert thief.count("asked_dossier.sealed_secret") == (1, 1)
    assert thief.count(GRANTS)[1] == thief.count(COPIES)[1] == thief.count(RECORDS)[1] == 0


def test_with_the_words_of_a_second_school_its_own_bundles_open_and_not_the_first_schools(thief: Thief) -> None:
    thief.tries(words_of(OTHERS["vso"].people["Vera Smit"]))

    assert thief.count(BLOBS)[1] == 2
    assert thief.count(GRANTS)[1] == 3  # its two rooms, and who it is about
    assert thief.count(RECORDS)[1] == 0


def test_with_the_words_of_another_primary_school_the_name_that_it_was_asked_opens_and_nothing_more(
    thief: Thief,
) -> None:
    thief.tries(words_of(OTHERS["krekel"].people["Wim Bos"]))

    assert thief.count(GRANTS)[1] == 1
    assert any(b"Daan" in data for data in thief.opened.values())
    assert not any(b"Lieke" in data or b"Noah" in data for data in thief.opened.values())
    assert thief.count(BLOBS)[1] == thief.count(RECORDS)[1] == 0


def test_with_the_words_of_the_administration_names_open_and_no_content(thread: Thread, thief: Thief) -> None:
    thief.tries(words_of(thread.office))

    assert any("Wójcik".encode() in data or b"W\\u00f3jcik" in data for data in thief.opened.values())
    assert thief.count(BLOBS)[1] == thief.count(RECORDS)[1] == 0


def test_with_the_words_of_the_samenwerkingsverband_nothing_of_a_child_opens(thread: Thread, thief: Thief) -> None:
    thief.tries(words_of(thread.region.swv))

    assert thief.count(COPIES)[1] > 0
    assert thief.count(BLOBS)[1] == thief.count(RECORDS)[1] == 0
    assert not any(b"Noah" in data for data in thief.opened.values())
