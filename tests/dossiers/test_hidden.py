"""A secret address or number holds the dossier while it stands in something that goes along, and goes along never."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from handover.bundles.model import Part
from handover.bundles.readiness import left_of_class
from handover.bundles.reading import content, open_for_reading
from handover.bundles.receiving import accept
from handover.bundles.sending import NotReady, left_to_do, send
from handover.desk.parents_copy import copy_of
from handover.dossiers.content import Contact, Content, Parent, Section
from handover.dossiers.documents import list_documents, remove
from handover.dossiers.drafts import open_draft, save, work_room
from handover.dossiers.finding import Finding
from handover.dossiers.hidden import RECORD, Looked, hidden_of, hide, look_through, mark, rename, where_it_stands
from handover.dossiers.rules import Missing
from handover.dossiers.taking import Taken, take
from handover.errors import Invalid, NotFound
from handover.leavers.actions import leaver_of
from handover.terms.document_kind import DocumentKind
from handover.terms.hidden import needle
from tests.dossiers.pdfs import a_scan
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, text_of
from tests.web.gallery import a_pdf

STREET = "Hobbelpoort 4711"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def ready(thread: Thread) -> str:
    reference = thread.leaver()
    thread.written(reference, has_opp=False)
    thread.applied(reference)
    return reference


def left(thread: Thread, reference: str) -> set[Missing]:
    """What is left, as the dossier's page and the class list both have it."""
    services, actor = thread.services, thread.teacher.actor
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        alone = {todo.missing for todo in left_to_do(services, uow, actor, reference)}
        of_class = left_of_class(services, uow, actor, leaver.unit_id, [leaver])[leaver.id]
    assert {todo.missing for todo in of_class.todos} == alone
    return alone


def states(thread: Thread, reference: str) -> list[Looked | None]:
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        leaver = leaver_of(uow, reference)
        known = hidden_of(uow, actor, leaver)
        return [known.looked.get(one.id) for one in list_documents(uow, actor, leaver)]


def taken(thread: Thread, reference: str, data: bytes, name: str = "verslag.pdf") -> Taken:
    return take(thread.services, thread.teacher.actor, reference, file_name=name, data=bytearray(data))


def test_a_document_that_holds_it_is_found_when_it_is_hidden_later(thread: Thread) -> None:
    reference = ready(thread)
    assert taken(thread, reference, a_pdf((f"Woont aan de {STREET.upper()}",))).is_kept

    hide(thread.services, thread.teacher.actor, reference, f"\n {STREET} \n{STREET}\n")

    assert states(thread, reference) == [Looked.CLEAN, Looked.FOUND]
    assert Missing.HIDDEN_DOCUMENT in left(thread, reference)
    with pytest.raises(NotReady):
        send(thread.services, thread.teacher.actor, reference)
    with given_app(thread.region).test_request_context(), pytest.raises(NotReady):
        copy_of(thread.services, thread.teacher.actor, reference)


def test_who_says_that_there_is_one_and_not_which_gets_no_copy_either(thread: Thread) -> None:
    reference = ready(thread)
    services, actor = thread.services, thread.teacher.actor
    with services.uow() as uow:
        draft = open_draft(uow, actor, reference)
    said = replace(draft.content, pupil=replace(draft.content.pupil, secret_address=True))
    save(services, actor, reference, said, read=draft, has_opp=False, section="leerling")

    assert Missing.HIDDEN_LIST in left(thread, reference)
    with given_app(thread.region).test_request_context(), pytest.raises(NotReady):
        copy_of(services, actor, reference)

    hide(services, actor, reference, STREET)
    assert Missing.HIDDEN_LIST not in left(thread, reference)
    with given_app(thread.region).test_request_context():
        assert copy_of(services, actor, reference).copies[0].reference == reference


def test_a_new_document_that_holds_it_is_refused(thread: Thread) -> None:
    reference = ready(thread)
    hide(thread.services, thread.teacher.actor, reference, "06 12345678")

    refused = taken(thread, reference, a_pdf(("bel +31 6 1234 5678",)))

    assert (refused.is_kept, refused.findings) == (False, (Finding.HIDDEN,))
    assert taken(thread, reference, a_pdf(("bel de school",)), "ander.pdf").is_kept
    assert states(thread, reference) == [Looked.CLEAN, Looked.CLEAN]


def test_the_name_of_a_document_goes_along_too(thread: Thread) -> None:
    reference = ready(thread)
    services, actor = thread.services, thread.teacher.actor
    named = taken(thread, reference, a_pdf(("niets",)), f"{STREET}.pdf")
    hide(services, actor, reference, STREET)
    assert states(thread, reference) == [Looked.CLEAN, Looked.FOUND]

    refused = taken(thread, reference, a_pdf(("anders",)), f"brief {STREET}.pdf")
    assert (refused.is_kept, refused.findings) == (False, (Finding.HIDDEN,))
    with pytest.raises(Invalid):
        rename(services, actor, reference, named.document_id, f"naar {STREET}.pdf")
    rename(services, actor, reference, named.document_id, "brief.pdf")

    assert states(thread, reference) == [Looked.CLEAN, Looked.CLEAN]
    assert Missing.HIDDEN_DOCUMENT not in left(thread, reference)


def test_what_a_colleague_hid_meanwhile_is_still_to_be_looked_for(thread: Thread) -> None:
    reference = ready(thread)
    hide(thread.services, thread.teacher.actor, reference, STREET)
    scan = taken(thread, reference, a_scan(), "scan.pdf")
    hide(thread.services, thread.teacher.actor, reference, f"{STREET}\n5801 AB")

    assert not mark(
        thread.services, thread.teacher.actor, reference, scan.document_id, Looked.BY_EYE, needles=[needle(STREET)]
    )
    assert Missing.HIDDEN_UNSEEN in left(thread, reference)


def test_a_scan_waits_for_eyes(thread: Thread) -> None:
    reference = ready(thread)
    hide(thread.services, thread.teacher.actor, reference, STREET)
    scan = taken(thread, reference, a_scan(), "scan.pdf")

    assert Missing.HIDDEN_UNSEEN in left(thread, reference)
    looked = partial(
        mark, thread.services, thread.teacher.actor, reference, looked=Looked.BY_EYE, needles=[needle(STREET)]
    )
    assert looked(scan.document_id)

    assert Missing.HIDDEN_UNSEEN not in left(thread, reference)
    with pytest.raises(NotFound):
        looked("0" * 32)


def test_eyes_do_not_overrule_what_was_found(thread: Thread) -> None:
    reference = ready(thread)
    found = taken(thread, reference, a_pdf((f"Woont aan de {STREET}",)))
    hide(thread.services, thread.teacher.actor, reference, STREET)

    with pytest.raises(NotFound):
        mark(
            thread.services,
            thread.teacher.actor,
            reference,
            found.document_id,
            Looked.BY_EYE,
            needles=[needle(STREET)],
        )

    assert states(thread, reference) == [Looked.CLEAN, Looked.FOUND]


def test_what_was_not_looked_through_holds_the_dossier_until_it_is(thread: Thread) -> None:
    reference = ready(thread)
    hide(thread.services, thread.teacher.actor, reference, STREET)
    hide(thread.services, thread.teacher.actor, reference, f"{STREET}\n5801 AB")
    assert states(thread, reference) == [Looked.CLEAN], "looked through anew"
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        # As it is found after a kill between writing down and looking through.
        leaver = leaver_of(uow, reference)
        known = hidden_of(uow, actor, leaver)
        said = json.dumps({"items": [STREET], "looked": {}}).encode()
        work_room(uow, actor, leaver).seal(uow, RECORD, leaver.id, said, after=known.version)
        uow.commit()

    assert left(thread, reference) == {Missing.HIDDEN_UNSEEN}
    look_through(thread.services, thread.teacher.actor, reference)
    assert left(thread, reference) == set()


def test_it_is_found_in_what_was_filled_in(thread: Thread) -> None:
    reference = ready(thread)
    services, actor = thread.services, thread.teacher.actor
    hide(services, actor, reference, STREET)
    with services.uow() as uow:
        read = open_draft(uow, actor, reference)
    said = replace(read.content, report=replace(read.content.report, absence=f"Is vaak thuis, {STREET}."))
    save(services, actor, reference, said, read=read, has_opp=False, section="rapport")

    assert Missing.HIDDEN_TEXT in left(thread, reference)


def test_it_goes_along_never(thread: Thread) -> None:
    reference = ready(thread)
    hide(thread.services, thread.teacher.actor, reference, STREET)
    handover_id = thread.send(reference)
    accept(thread.services, thread.intake.actor, handover_id)

    opened = open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER)
    read = content(thread.services, thread.intake.actor, opened, way="screen")
    opened.inside.close()

    assert "Hobbelpoort" not in str(read) + str(opened.inside.manifest)


@pytest.mark.parametrize(
    "lines",
    ["12", "x" * 101, "\n".join(f"Straat {n}" for n in range(21)), "Dorpsstraat 12, 5801 AB"],
    ids=["short", "long", "many", "two on a line"],
)
def test_what_cannot_be_looked_for_is_refused(thread: Thread, lines: str) -> None:
    reference = ready(thread)

    with pytest.raises(Invalid):
        hide(thread.services, thread.teacher.actor, reference, lines)

    assert left(thread, reference) == set()


def test_a_teacher_does_it_on_a_page(thread: Thread) -> None:
    reference = ready(thread)
    with thread.services.uow() as uow:
        (report,) = list_documents(uow, thread.teacher.actor, leaver_of(uow, reference))
    scan = taken(thread, reference, a_scan(), "scan.pdf")
    teacher = given_signed_in(given_app(thread.region), thread.teacher)
    at = f"/leerling/{reference}/geheim"

    assert teacher.post(at, {"regels": "12"}).status_code == 422
    assert teacher.post(at, {"regels": STREET}).status_code == 303
    page = text_of(teacher.page(at))
    assert "okr.pdf : het staat er niet in" in page
    assert "scan.pdf : dit is een scan" in page
    seen = f"{at}/{scan.document_id}/bekeken"
    teacher.post(seen, {"gezocht": "iets anders"})
    assert "Intussen veranderde wat geheim moet blijven" in text_of(teacher.page(at))
    assert "scan.pdf : dit is een scan" in text_of(teacher.page(at))
    assert teacher.post(seen, {"gezocht": STREET}).status_code == 303
    assert "iemand van uw school heeft gekeken" in text_of(teacher.page(at))
    remove(thread.services, thread.teacher.actor, reference, report.id)
    assert teacher.post(f"{at}/nakijken").status_code == 303
    assert report.kind is DocumentKind.OKR


def test_it_is_said_in_which_form_it_stands() -> None:
    content = Content(contact=Contact(name=STREET), parents=(Parent(id="p1", name="A", view=f"Wij wonen {STREET}"),))

    assert where_it_stands(content, [needle(STREET)]) == [Section.PARENTS, Section.CONVERSATION]
    assert where_it_stands(content, [needle("Elders 1")]) == []


def test_every_text_of_a_dossier_is_looked_through() -> None:
    content = replace(Content(), **{one.name: _filled(getattr(Content(), one.name)) for one in fields(Content)})

    assert set(where_it_stands(content, [needle(STREET)])) == set(Section) - {Section.DOCUMENTS, Section.DESTINATION}


def _filled(part: Any) -> Any:
    """One text of a part of a dossier, whichever: the last."""
    if isinstance(part, tuple):
        return (Parent(id="p1", name=STREET),)
    text = [one.name for one in fields(part) if isinstance(getattr(part, one.name), str)][-1]
    return replace(part, **{text: STREET})
