"""A circle's key: its copies, and what its holders say of each other."""

from __future__ import annotations

import pytest

from keys.age.hybrid import HybridIdentity
from keys.circle import (
    Circle,
    CircleKey,
    KeyName,
    check_copy,
    check_endorsement,
    endorse,
    open_copy,
    seal_copy,
    sign_copy,
)
from keys.errors import BadSignature, Damaged, NotForYou

KEY = CircleKey.generate()
NAME = KeyName(unit_id="a" * 32, circle=Circle.DOSSIER, version=2)
MEMBER = HybridIdentity.generate()
OTHER_NAMES = [
    KeyName(unit_id="b" * 32, circle=Circle.DOSSIER, version=2),
    KeyName(unit_id="a" * 32, circle=Circle.CARE, version=2),
    KeyName(unit_id="a" * 32, circle=Circle.DOSSIER, version=1),
]
other_names = pytest.mark.parametrize("name", OTHER_NAMES, ids=str)


def test_a_key_comes_back_from_its_bytes() -> None:
    assert CircleKey.from_bytes(KEY.to_bytes()) == KEY
    assert len(KEY.to_bytes()) == 64


@pytest.mark.parametrize("length", [0, 63, 65])
def test_bytes_of_another_length_are_no_key(length: int) -> None:
    with pytest.raises(Damaged):
        CircleKey.from_bytes(bytes(length))


def test_a_key_does_not_show_itself() -> None:
    assert KEY.identity.secret.hex() not in repr(KEY)
    assert repr(KEY.identity.secret) not in repr(KEY)
    assert repr(KEY.signing.seed) not in repr(KEY)


def test_a_member_opens_their_copy() -> None:
    sealed = seal_copy(KEY, NAME, recipient=MEMBER.recipient())

    assert open_copy(sealed, NAME, identity=MEMBER, public=KEY.public) == KEY


def test_somebody_else_does_not() -> None:
    sealed = seal_copy(KEY, NAME, recipient=MEMBER.recipient())

    with pytest.raises(NotForYou):
        open_copy(sealed, NAME, identity=HybridIdentity.generate(), public=KEY.public)


@other_names
def test_a_copy_under_another_name_is_refused(name: KeyName) -> None:
    sealed = seal_copy(KEY, name, recipient=MEMBER.recipient())

    with pytest.raises(Damaged):
        open_copy(sealed, NAME, identity=MEMBER, public=KEY.public)


@pytest.mark.parametrize(
    "planted",
    [
        CircleKey.generate(),
        CircleKey(KEY.identity, CircleKey.generate().signing),
        CircleKey(CircleKey.generate().identity, KEY.signing),
    ],
    ids=["both", "signing key", "identity"],
)
def test_a_key_that_is_not_the_published_one_is_refused(planted: CircleKey) -> None:
    sealed = seal_copy(planted, NAME, recipient=MEMBER.recipient())

    with pytest.raises(Damaged):
        open_copy(sealed, NAME, identity=MEMBER, public=KEY.public)


def test_membership_is_said_of_one_person_with_one_key() -> None:
    recipient = MEMBER.recipient()
    said = sign_copy(KEY, NAME, holder="p1", recipient=recipient)

    check_copy(KEY.public, NAME, holder="p1", recipient=recipient, signature=said)
    with pytest.raises(BadSignature):
        check_copy(KEY.public, NAME, holder="p2", recipient=recipient, signature=said)
    other = HybridIdentity.generate().recipient()
    with pytest.raises(BadSignature):
        check_copy(KEY.public, NAME, holder="p1", recipient=other, signature=said)
    with pytest.raises(BadSignature):
        check_copy(KEY.public, OTHER_NAMES[0], holder="p1", recipient=recipient, signature=said)


def test_the_old_key_endorses_one_new_key() -> None:
    new, name = CircleKey.generate().public, KeyName(unit_id="a" * 32, circle=Circle.DOSSIER, version=3)
    said = endorse(KEY, name, new)
    recipient, verify = new.recipient.encode(), new.verify.encode()

    check_endorsement(said, old=KEY.public.verify, name=name, recipient=recipient, verify=verify)
    with pytest.raises(BadSignature):
        check_endorsement(said, old=KEY.public.verify, name=NAME, recipient=recipient, verify=verify)
    other = CircleKey.generate().public
    with pytest.raises(BadSignature):
        check_endorsement(said, old=KEY.public.verify, name=name, recipient=other.recipient.encode(), verify=verify)
    with pytest.raises(BadSignature):
        check_endorsement(said, old=new.verify, name=name, recipient=recipient, verify=verify)
