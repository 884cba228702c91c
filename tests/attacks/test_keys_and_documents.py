"""A key that was exchanged while somebody looked at a page, two hands at one dossier, a document opened by itself."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.errors import WordsDiffer
from handover.access.handing import hand_key
from handover.access.newcomer import person_words
from handover.bundles.together import do_together
from handover.bundles.together_model import Became, Together
from handover.bundles.withdrawing import withdraw
from handover.errors import HandoverError, NotFound
from handover.policy import Role
from handover.rooms.model import KeyCopy
from handover.schools.model import Person
from handover.web.security import CONTENT_SECURITY_POLICY
from keys.age.hybrid import HybridIdentity
from tests.factories.access import Colleague, given_colleague
from tests.factories.thread import Thread
from tests.factories.web import given_signed_in


def test_words_that_were_heard_do_not_fit_a_key_that_was_exchanged_since(thread: Thread) -> None:
    newcomer = given_colleague(thread.po, Colleague(name="Bert Bos", roles=(Role.IB,)), with_keys=False)
    with thread.services.uow() as uow:
        person = uow.session.get_one(Person, newcomer.person_id)
        heard = person_words(person)
        person.recipient = HybridIdentity.generate().recipient().encode()
        uow.commit()
    actor = thread.ib.actor

    with pytest.raises(WordsDiffer):
        hand_key(thread.services, actor, thread.po.id, person_id=newcomer.person_id, words=heard)
    with pytest.raises(WordsDiffer):
        hand_key(thread.services, actor, thread.po.id, person_id=newcomer.person_id, words="")

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(KeyCopy).where(KeyCopy.person_id == newcomer.person_id)).all() == []


def test_the_page_of_a_colleague_does_not_give_the_words_away(thread: Thread, app: Flask) -> None:
    newcomer = given_colleague(thread.po, Colleague(name="Bert Bos", roles=(Role.IB,)), with_keys=False)
    with thread.services.uow() as uow:
        words = person_words(uow.session.get_one(Person, newcomer.person_id))

    page = given_signed_in(app, thread.ib).get(f"/school/{thread.po.id}/collega/{newcomer.person_id}").text

    assert "Bert Bos" in page
    assert words not in page
    assert not all(word in page for word in words.split())


def test_one_dossier_of_another_school_stops_all_that_were_chosen(thread: Thread) -> None:
    mine = thread.offered()
    actor = thread.intake.actor

    with pytest.raises(NotFound):
        do_together(thread.services, actor, Together.RECEIVE, [mine, "0123456789abcdef0123456789abcdef"])
    withdraw(thread.services, thread.teacher.actor, mine)  # it was not received


def test_after_taking_back_nothing_is_received_and_after_receiving_nothing_is_taken_back(thread: Thread) -> None:
    first, second = thread.offered(), thread.offered(first_name="Sem")
    withdraw(thread.services, thread.teacher.actor, first)
    do_together(thread.services, thread.intake.actor, Together.RECEIVE, [second])

    received = do_together(thread.services, thread.intake.actor, Together.RECEIVE, [first])
    assert received == {first: Became.GONE}
    with pytest.raises(HandoverError):
        withdraw(thread.services, thread.teacher.actor, second)


@pytest.mark.parametrize("who", ["intake", "teacher"])
def test_a_document_that_is_opened_by_itself_is_a_download_and_runs_nothing(
    thread: Thread, app: Flask, who: str
) -> None:
    handover_id = thread.accepted()
    answer = given_signed_in(app, getattr(thread, who)).get(f"/dossier/{handover_id}/document/dossier/1", buffered=True)

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "Noah" not in str(answer.headers)
    assert "Wójcik" not in str(answer.headers)
