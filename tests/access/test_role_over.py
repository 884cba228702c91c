"""A role that ends while its holder types or uploads: refused with a page that says so, nothing half-done."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.leaving import end_membership
from handover.access.model import SavedForm
from handover.access.pages_role_over import RECENT
from handover.dossiers.model import Document
from handover.schools.model import Membership
from handover.terms.clock import local_day
from tests.factories.access import Member
from tests.factories.thread import REPORT, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in
from tests.web.valid import check_page

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

TYPED = "zij leest graag over paarden"
SAID = "Dit kan niet meer: een rol van u is voorbij"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture
def marieke(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def end(thread: Thread, member: Member) -> None:
    with thread.services.uow() as uow:
        found = uow.session.scalars(select(Membership.id).where(Membership.person_id == member.person_id)).one()
    end_membership(thread.services, thread.po.admin.actor, found)


def documents(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return uow.session.query(Document).count()


def test_a_form_that_stood_open_is_refused_with_a_page_and_what_was_typed_is_kept(
    thread: Thread, marieke: Visitor
) -> None:
    reference = thread.leaver()
    token = marieke.token()
    end(thread, thread.teacher)

    answer = marieke.client.post(f"/leerling/{reference}/rapport", data={"csrf_token": token, "career": TYPED})

    assert answer.status_code == 404
    check_page(answer.text)
    assert SAID in answer.text
    assert "U bent geen leerkracht groep 8 meer bij De Hommel." in answer.text
    assert TYPED in marieke.get("/bewaard").text
    with thread.services.uow() as uow:
        assert TYPED.encode() not in b"".join(uow.session.scalars(select(SavedForm.sealed)))


def test_a_last_day_that_has_passed_says_the_same(thread: Thread, marieke: Visitor) -> None:
    reference = thread.leaver()
    with thread.services.uow() as uow:
        yesterday = local_day(uow.clock.now()) - timedelta(days=1)
        uow.session.query(Membership).filter_by(person_id=thread.teacher.person_id).update(
            {Membership.from_on: yesterday, Membership.until_on: yesterday}
        )
        uow.commit()

    answer = marieke.get(f"/leerling/{reference}")

    assert answer.status_code == 404
    assert SAID in answer.text
    assert "Wat u typte" not in answer.text, "nothing was typed"


def test_it_says_the_same_of_what_never_was(thread: Thread, marieke: Visitor) -> None:
    reference = thread.leaver()
    end(thread, thread.teacher)

    there, nowhere = marieke.get(f"/leerling/{reference}"), marieke.get("/leerling/ZZZZ-ZZ")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert SAID in nowhere.text


def test_others_and_later_ones_read_the_usual_page(thread: Thread, app: Flask, marieke: Visitor) -> None:
    reference = thread.leaver()
    end(thread, thread.teacher)
    assert SAID not in given_signed_in(app, thread.intake).get(f"/leerling/{reference}").text

    thread.region.clock.pass_by(RECENT)
    later = given_signed_in(app, thread.teacher)

    assert later.get(f"/leerling/{reference}").status_code == 404
    assert SAID not in later.get(f"/leerling/{reference}").text
    assert marieke.client is not later.client


class EndingMidway(RawIOBase):
    """A body at the end of which the sender's role ends, before anything of it was kept."""

    def __init__(self, body: bytes, thread: Thread) -> None:
        self.body, self.thread, self.has_ended = BytesIO(body), thread, False

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self.body.seek(offset, whence)

    def tell(self) -> int:
        return self.body.tell()

    def readinto(self, room: WriteableBuffer, /) -> int:
        got = self.body.readinto(room)
        if self.body.tell() == len(self.body.getvalue()) and not self.has_ended:
            self.has_ended = True
            end(self.thread, self.thread.teacher)
        return got


BODY = (
    b"--x\r\n"
    b'Content-Disposition: form-data; name="bestanden"; filename="okr.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n" + REPORT + b"\r\n--x--\r\n"
)


def test_a_role_that_ends_during_an_upload_keeps_no_document(thread: Thread, marieke: Visitor) -> None:
    reference = thread.leaver()
    token = marieke.token()
    sent = EndingMidway(BODY, thread)

    answer = marieke.client.post(
        f"/leerling/{reference}/documenten",
        input_stream=sent,
        content_length=len(BODY),
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRF-Token": token, "Origin": "http://localhost"},
    )

    assert sent.has_ended
    assert answer.status_code == 404, answer.text[:500]
    assert "een bestand dat nog niet klaar was ook niet" in answer.text
    assert documents(thread) == 0
