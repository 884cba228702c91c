"""What people and schools hold and sign: words, identities, circles, cards, letters, grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from keys import card, grant, jws, letter, words
from keys.age.hybrid import HybridIdentity
from keys.circle import CircleKey
from keys.errors import BadSignature, Damaged, KeysError, NotForYou
from keys.person import seal_identity, unlock
from keys.service import ServiceKey

LOW = 10  # scrypt's cost in tests


@pytest.fixture(scope="module")
def key() -> CircleKey:
    return CircleKey.generate()


@pytest.fixture(scope="module")
def other() -> CircleKey:
    return CircleKey.generate()


@pytest.fixture
def service(tmp_path: Path) -> ServiceKey:
    return ServiceKey.create(str(tmp_path / "service.key"))


def a_card(key: CircleKey) -> card.Card:
    circles = {name: card.CircleOnCard(version=1, public=key.public) for name in ("admin", "names", "dossier", "care")}
    return card.Card(unit="u1", number=1, previous="", circles=circles)


def a_letter() -> letter.Letter:
    parts = {"dossier": letter.SentPart(sha256="ab" * 32, size=7)}
    return letter.Letter(
        handover="h",
        version=1,
        previous="",
        sender="a",
        sender_card="1",
        receiver="b",
        receiver_card="2",
        parts=parts,
        at="2027-04-08T13:12:00+00:00",
    )


def test_a_passphrase_has_five_words_of_the_list() -> None:
    drawn = words.generate_passphrase().split()

    assert len(drawn) == 5
    assert set(drawn) <= set(words.wordlist())


def test_the_list_has_no_double_words() -> None:
    assert len(set(words.wordlist())) == 8192


def test_capitals_hyphens_and_spaces_are_forgiven() -> None:
    assert words.normalise("  Roos-maan  VIS\tblik, tak ") == "roos maan vis blik tak"


def test_a_fingerprint_differs_when_one_symbol_of_the_key_does(key: CircleKey) -> None:
    public = key.public.verify
    changed = ("0" if public[0] != "0" else "1") + public[1:]

    assert words.fingerprint_words(public) == words.fingerprint_words(public)
    assert words.fingerprint_words(public) != words.fingerprint_words(changed)


def test_an_identity_opens_with_its_words_and_the_service_key(service: ServiceKey) -> None:
    identity = HybridIdentity.generate()

    sealed = seal_identity(identity, "roos maan vis blik tak", service, log_n=LOW)

    assert unlock(sealed, "Roos maan  vis blik tak", service).encode() == identity.encode()


def test_wrong_words_another_service_key_and_damage_give_the_same_answer(service: ServiceKey, tmp_path: Path) -> None:
    sealed = seal_identity(HybridIdentity.generate(), "roos maan vis blik tak", service, log_n=LOW)
    another = ServiceKey.create(str(tmp_path / "another.key"))

    for attempt, with_key in (
        ("roos maan vis blik tas", service),
        ("roos maan vis blik tak", another),
    ):
        with pytest.raises(NotForYou):
            unlock(sealed, attempt, with_key)
    with pytest.raises(NotForYou):
        unlock(sealed[:-1], "roos maan vis blik tak", service)


def test_the_service_key_file_is_for_its_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "service.key"
    made = ServiceKey.create(str(path))

    assert path.stat().st_mode & 0o777 == 0o600
    assert ServiceKey.read(str(path)).identity.encode() == made.identity.encode()
    with pytest.raises(FileExistsError):
        ServiceKey.create(str(path))


def test_a_copy_of_a_circle_opens_for_its_holder_only(key: CircleKey) -> None:
    holder = HybridIdentity.generate()
    copy = key.sealed_to(holder.recipient())

    assert CircleKey.opened(copy, holder).public == key.public
    with pytest.raises(NotForYou):
        CircleKey.opened(copy, HybridIdentity.generate())


def test_no_key_shows_in_a_repr(key: CircleKey) -> None:
    assert key.age.encode() not in repr(key)
    assert key.signing.private_bytes_raw().hex() not in repr(key)


def test_a_card_is_believed_only_from_the_admin_key_that_stands_on_it(key: CircleKey, other: CircleKey) -> None:
    token = jws.issue(key, card.CARD, a_card(key).payload())

    assert card.Card.checked(token, key.public.verify) == a_card(key)
    with pytest.raises(BadSignature):
        card.Card.checked(token, other.public.verify)
    with pytest.raises(BadSignature):
        card.Card.checked(jws.issue(other, card.CARD, a_card(key).payload()), other.public.verify)


def test_a_certificate_is_believed_only_from_the_region(key: CircleKey, other: CircleKey) -> None:
    said = card.Certificate(unit="u1", admin_verify=other.public.verify, until=date(2027, 12, 31))
    token = jws.issue(key, card.CERTIFICATE, said.payload())

    assert card.Certificate.checked(token, key.public.verify) == said
    with pytest.raises(BadSignature):
        card.Certificate.checked(token, other.public.verify)


def test_a_letter_and_a_statement_are_not_taken_for_one_another(key: CircleKey) -> None:
    token = a_letter().signed(key)

    assert letter.Letter.checked(token, key.public.verify) == a_letter()
    with pytest.raises(BadSignature):
        letter.Statement.checked(token, key.public.verify)


def test_a_letter_to_another_receiver_is_another_letter(key: CircleKey) -> None:
    token, forged = a_letter().signed(key), replace(a_letter(), receiver="c").signed(CircleKey.generate())
    mixed = ".".join([token.split(".")[0], forged.split(".")[1], token.split(".")[2]])

    with pytest.raises(BadSignature):
        letter.Letter.checked(mixed, key.public.verify)


@pytest.mark.parametrize("head", [{"alg": "none", "typ": letter.LETTER}, {"alg": "HS256", "typ": letter.LETTER}, {}])
def test_a_token_that_chooses_its_own_algorithm_is_refused(key: CircleKey, head: dict[str, str]) -> None:
    _, body, _ = a_letter().signed(key).split(".")
    made = jws._encode(jws._canonical(head)) + "." + body
    token = f"{made}.{jws._encode(key.sign(made.encode()))}"

    with pytest.raises(BadSignature):
        letter.Letter.checked(token, key.public.verify)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "é.é.é", "e30.e30.!!"])
def test_what_is_no_token_is_damaged(key: CircleKey, token: str) -> None:
    with pytest.raises((Damaged, BadSignature)):
        jws.check(token, letter.LETTER, key.public.verify)


def test_a_name_grant_tells_its_reader_who_it_is_and_nobody_else(key: CircleKey) -> None:
    reader = HybridIdentity.generate()
    sealed = grant.seal_name(reader.recipient(), key, "leaver-1", {"first_name": "Zoë"})

    assert grant.open_name(sealed, reader, key.public.verify, "leaver-1") == {"first_name": "Zoë"}
    with pytest.raises(NotForYou):
        grant.open_name(sealed, HybridIdentity.generate(), key.public.verify, "leaver-1")


def test_grants_exchanged_in_the_database_are_refused(key: CircleKey, other: CircleKey) -> None:
    reader = HybridIdentity.generate()
    one = grant.seal_name(reader.recipient(), key, "leaver-1", {"first_name": "Zoë"})
    room = grant.seal_room(reader.recipient(), key, "room-1", HybridIdentity.generate())

    for attempt in (
        lambda: grant.open_name(one, reader, key.public.verify, "leaver-2"),
        lambda: grant.open_name(one, reader, other.public.verify, "leaver-1"),
        lambda: grant.open_room(one, reader, key.public.verify, "leaver-1"),
        lambda: grant.open_room(room, reader, key.public.verify, "room-2"),
        lambda: grant.open_name(grant.Sealed(room.blob, one.signature), reader, key.public.verify, "leaver-1"),
    ):
        with pytest.raises(KeysError):
            attempt()


def test_a_long_name_makes_no_longer_grant(key: CircleKey) -> None:
    reader = HybridIdentity.generate().recipient()
    short = grant.seal_name(reader, key, "s", {"first_name": "Bo"})
    long = grant.seal_name(reader, key, "s", {"first_name": "Wilhelmina Johanna"})

    assert len(short.blob) == len(long.blob)


def test_a_room_grant_gives_the_key_back(key: CircleKey) -> None:
    reader, room = HybridIdentity.generate(), HybridIdentity.generate()

    sealed = grant.seal_room(reader.recipient(), key, "room-1", room)

    assert grant.open_room(sealed, reader, key.public.verify, "room-1").encode() == room.encode()
