"""Documents: each file is an outcome of its own, nothing of them rests in the clear, and what is given out is whole."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from handover.audit.model import AuditEntry
from handover.dossiers.drafts import MAX_DOCUMENTS, Checked, documents_of, keep_document
from handover.dossiers.finding import MAX_BYTES, Finding
from handover.dossiers.labels import FINDINGS
from handover.dossiers.model import Document
from handover.leavers.actions import leaver_of
from handover.terms.document_kind import DocumentKind
from handover.web.uploads import AT_ONCE, LARGE, place_for
from keys.errors import Damaged
from tests.desk.test_dossier_page import reference_of
from tests.dossiers import pdfs
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.forms import CONTENT_TYPE, a_field, a_file, a_form
from tests.web.valid import check_page

PROBLEM = {"Accept": "application/problem+json, text/html;q=0.5"}


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def teacher(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def rows(thread: Thread, reference: str) -> list[Document]:
    with thread.services.uow() as uow:
        return documents_of(uow, leaver_of(uow, reference).id)


def events(thread: Thread) -> list[str]:
    with thread.services.uow() as uow:
        return list(uow.session.scalars(select(AuditEntry.name).order_by(AuditEntry.at)))


def add(visitor: Visitor, reference: str, *files: tuple[str, bytes]) -> TestResponse:
    """As a browser without scripts sends a form: its token first, then the files."""
    body = a_form(a_field("csrf_token", visitor.token()), *(a_file(name, data) for name, data in files))
    return send(visitor, reference, body)


def send(visitor: Visitor, reference: str, body: bytes, **more: object) -> TestResponse:
    return visitor.client.post(
        f"/leerling/{reference}/documenten",
        data=body,
        content_type=CONTENT_TYPE,
        **more,
    )


def add_by_script(visitor: Visitor, reference: str, name: str, data: bytes) -> TestResponse:
    """As the script of the page sends one."""
    body = a_form(a_file(name, data))
    return send(visitor, reference, body, headers={"X-CSRF-Token": visitor.token(), **PROBLEM})


def outcomes(page: str) -> dict[str, str]:
    soup = BeautifulSoup(page, "html5lib")
    return {text_of(one.select(".wo-file__name")[0]): text_of(one) for one in soup.select(".wo-file")}


def only(thread: Thread, reference: str) -> Document:
    (row,) = rows(thread, reference)
    return row


def test_all_of_a_form_is_kept_and_each_kind_is_guessed_by_its_name(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()

    answer = add(teacher, reference, ("OPP 2027.pdf", PLAN), ("Onderwijskundig rapport.pdf", REPORT))

    assert answer.status_code == 303
    assert [row.kind for row in rows(thread, reference)] == [DocumentKind.OKR, DocumentKind.OPP]
    page = teacher.get(f"/leerling/{reference}/documenten")
    check_page(page.text)
    assert list(outcomes(page.text)) == ["Onderwijskundig rapport.pdf", "OPP 2027.pdf"]


def test_one_that_is_refused_does_not_lose_the_others_and_is_told_why(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()

    answer = add(
        teacher,
        reference,
        ("okr.pdf", REPORT),
        ("kwaad.pdf", pdfs.with_script_at_opening()),
        ("foto.jpg", b"\xff\xd8\xff\xe0 JFIF"),
        ("leeg.pdf", b""),
        ("scan.pdf", pdfs.a_scan()),
    )

    assert answer.status_code == 200
    check_page(answer.text)
    said = outcomes(answer.text)
    assert "Bewaard" in said["okr.pdf"]
    assert f"Niet bewaard {FINDINGS[Finding.JAVASCRIPT]}" in said["kwaad.pdf"]
    assert f"Niet bewaard {FINDINGS[Finding.NOT_A_PDF]}" in said["foto.jpg.pdf"]
    assert f"Niet bewaard {FINDINGS[Finding.EMPTY]}" in said["leeg.pdf"]
    assert f"Bewaard {FINDINGS[Finding.NO_TEXT_LAYER]}" in said["scan.pdf"]
    assert len(rows(thread, reference)) == 2
    assert events(thread)[-5:].count("document.refused") == 3


HOSTILE: list[tuple[Callable[[], bytes], Finding]] = [
    (lambda: REPORT[: len(REPORT) // 2], Finding.UNREADABLE),
    (lambda: pdfs.encrypted(user="geheim", owner="beheer"), Finding.NEEDS_PASSWORD),
    (pdfs.with_script_packed_and_unlisted, Finding.JAVASCRIPT),
    (pdfs.with_launch, Finding.LAUNCH),
    (pdfs.with_file, Finding.EMBEDDED_FILES),
    (pdfs.with_xfa, Finding.XFA),
    (lambda: pdfs.pages(501), Finding.TOO_MANY_PAGES),
    (pdfs.a_zip_bomb, Finding.NOT_A_PDF),
    (pdfs.both_zip_and_pdf, Finding.NOT_A_PDF),
    (pdfs.a_memory_eater, Finding.TOO_MUCH_MEMORY),
]


@pytest.mark.parametrize(
    ("made", "finding"), HOSTILE, ids=[finding.value + str(n) for n, (_, finding) in enumerate(HOSTILE)]
)
def test_a_hostile_file_is_refused_with_a_reason_and_nothing_of_it_is_kept(
    thread: Thread, teacher: Visitor, made: Callable[[], bytes], finding: Finding
) -> None:
    reference, before = thread.leaver(), len(list(thread.services.store.keys()))

    by_form = add(teacher, reference, ("x.pdf", made()))
    by_script = add_by_script(teacher, reference, "x.pdf", made())

    assert by_form.status_code == 422
    check_page(by_form.text)
    assert FINDINGS[finding] in text_of(BeautifulSoup(by_form.text, "html5lib"))
    assert by_script.status_code == 422
    assert by_script.json is not None
    assert by_script.json["errors"] == [{"pointer": "bestanden", "detail": FINDINGS[finding]}]
    assert rows(thread, reference) == []
    assert len(list(thread.services.store.keys())) == before


def test_the_script_sends_one_and_hears_that_it_is_kept(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()

    assert add_by_script(teacher, reference, "okr.pdf", REPORT).status_code == 201

    assert only(thread, reference).kind is DocumentKind.OKR


@pytest.mark.slow
def test_the_limit_is_25_megabytes_and_a_larger_file_is_named(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()

    answer = add(
        teacher,
        reference,
        ("precies.pdf", pdfs.of_size(MAX_BYTES)),
        ("groot.pdf", pdfs.of_size(MAX_BYTES + 1)),
        ("okr.pdf", REPORT),
    )

    said = outcomes(answer.text)
    assert "Bewaard" in said["precies.pdf"]
    assert FINDINGS[Finding.TOO_LARGE] in said["groot.pdf"]
    assert "Bewaard" in said["okr.pdf"]


def test_an_upload_that_was_cut_off_keeps_what_had_come_and_nothing_of_the_rest(
    thread: Thread, teacher: Visitor
) -> None:
    reference = thread.leaver()
    whole = a_form(
        a_field("csrf_token", teacher.token()), a_file("okr.pdf", REPORT), a_file("opp.pdf", pdfs.of_size(600_000))
    )
    environ = {"wsgi.input_terminated": True}  # as gunicorn hands it over: cut off, and yet an end

    answer = send(
        teacher, reference, whole[:-300_000], headers={"Content-Length": str(len(whole))}, environ_overrides=environ
    )

    said = outcomes(answer.text)
    assert "Bewaard" in said["okr.pdf"]
    assert FINDINGS[Finding.CUT_OFF] in said["opp.pdf"]
    assert only(thread, reference).kind is DocumentKind.OKR


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\\\Users\\\\marieke\\\\Amira.pdf", "Amira.pdf"),
        ("تقرير عمر.pdf", "تقرير عمر.pdf"),
        ("rapport\u202efdp.exe", "rapportfdp.exe.pdf"),
        ("李小龍 OKR.PDF", "李小龍 OKR.pdf"),
        ("l" * 300 + ".pdf", "l" * 116 + ".pdf"),
        ("", "document.pdf"),
    ],
)
def test_names_of_files_are_kept_in_any_script_and_without_harm(
    thread: Thread, teacher: Visitor, given: str, shown: str
) -> None:
    reference = thread.leaver()

    add_by_script(teacher, reference, given, REPORT)

    page = teacher.get(f"/leerling/{reference}/documenten")
    check_page(page.text)
    assert list(outcomes(page.text)) == [shown]


def test_a_form_without_its_token_is_read_no_further(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    for first in (
        (),
        (a_field("csrf_token", "vals"),),
        (a_field("soort", "okr"), a_field("csrf_token", teacher.token())),
    ):
        assert send(teacher, reference, a_form(*first, a_file("okr.pdf", REPORT))).status_code == 403
    wrong = send(teacher, reference, a_form(a_file("okr.pdf", REPORT)), headers={"X-CSRF-Token": "vals", **PROBLEM})
    elsewhere = send(
        teacher,
        reference,
        a_form(a_field("csrf_token", teacher.token()), a_file("okr.pdf", REPORT)),
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert (wrong.status_code, elsewhere.status_code) == (403, 403)
    assert rows(thread, reference) == []


def test_nobody_and_strangers_are_turned_away_before_a_byte_of_the_body_is_read(app: Flask, thread: Thread) -> None:
    reference = thread.leaver()
    nobody, intake = given_visitor(app), given_signed_in(app, thread.intake)
    for visitor, said in ((nobody, 303), (intake, 404), (given_signed_in(app, thread.po.admin), 403)):
        body = io.BytesIO(a_form(a_field("csrf_token", visitor.token()), a_file("okr.pdf", REPORT)))
        answer = visitor.client.post(
            f"/leerling/{reference}/documenten",
            input_stream=body,
            content_length=len(body.getvalue()),
            content_type=CONTENT_TYPE,
        )
        assert answer.status_code == said
        assert body.tell() == 0
    assert rows(thread, reference) == []


def test_too_many_at_once_says_when_to_come_back(thread: Thread, teacher: Visitor) -> None:
    reference, data = thread.leaver(), pdfs.of_size(LARGE + 1)
    places = [place_for(LARGE) for _ in range(AT_ONCE)]
    for place in places:
        place.__enter__()
    try:
        by_form, by_script = add(teacher, reference, ("x.pdf", data)), add_by_script(teacher, reference, "x.pdf", data)
    finally:
        for place in places:
            place.__exit__(None, None, None)

    assert (by_form.status_code, by_script.status_code) == (503, 503)
    assert by_form.headers["Retry-After"] == "10"
    assert "Wacht tien tellen" in by_form.text
    check_page(by_form.text)
    assert rows(thread, reference) == []


def test_a_dossier_holds_forty_documents(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    for number in range(MAX_DOCUMENTS - 1):
        keep_document(
            thread.services,
            thread.teacher.actor,
            reference,
            Checked(data=b"%PDF-", title=f"{number}.pdf", kind=DocumentKind.OTHER, pages=1),
        )

    answer = add(teacher, reference, ("nog.pdf", REPORT), ("te veel.pdf", REPORT))

    said = outcomes(answer.text)
    assert "Bewaard" in said["nog.pdf"]
    assert "Er staan al 40 documenten" in said["te veel.pdf"]
    assert len(rows(thread, reference)) == MAX_DOCUMENTS
    page = teacher.get(f"/leerling/{reference}/documenten")
    check_page(page.text)
    assert "Het dossier is vol" in page.text
    assert add_by_script(teacher, reference, "x.pdf", REPORT).status_code == 422


def test_what_is_given_out_is_what_came_in_under_a_name_that_says_no_childs(thread: Thread, teacher: Visitor) -> None:
    reference, data = thread.leaver(), pdfs.of_size(300_000)
    add_by_script(teacher, reference, "OKR van Noah Wójcik.pdf", data)
    row = only(thread, reference)

    answer = teacher.get(f"/leerling/{reference}/documenten/{row.id}/bestand")

    assert answer.data == data
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Content-Disposition"] == f"attachment; filename=okr-{reference}.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert events(thread)[-1] == "document.opened"


def test_a_document_changed_in_the_store_is_never_given_whole(thread: Thread, teacher: Visitor) -> None:
    reference, data = thread.leaver(), pdfs.of_size(300_000)
    add_by_script(teacher, reference, "okr.pdf", data)
    row = only(thread, reference)
    blob = next(path for path in (thread.region.folder / "blobs").rglob("*") if path.name == row.blob_key)
    stored = bytearray(blob.read_bytes())
    stored[-20] ^= 1
    blob.chmod(0o600)
    blob.write_bytes(bytes(stored))

    answer = teacher.client.get(f"/leerling/{reference}/documenten/{row.id}/bestand", buffered=False)
    received: list[str | bytes] = []
    with pytest.raises(Damaged):
        received.extend(answer.response)

    assert sum(map(len, received)) < len(data)


def test_one_document_of_another_child_is_not_to_be_had_here(thread: Thread, teacher: Visitor) -> None:
    one, other = thread.leaver(), thread.leaver()
    add_by_script(teacher, one, "okr.pdf", REPORT)
    document = only(thread, one).id
    for path in ("", "/bestand"):
        assert teacher.get(f"/leerling/{other}/documenten/{document}{path}").status_code == 404
    for path in ("", "/weg", "/terug"):
        assert teacher.post(f"/leerling/{other}/documenten/{document}{path}", {"titel": "x"}).status_code == 404


def test_another_name_and_kind_are_kept_and_the_kind_decides_the_room(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    add_by_script(teacher, reference, "bijlage.pdf", REPORT)
    before = only(thread, reference)
    assert before.kind is DocumentKind.OTHER_CARE
    page = teacher.get(f"/leerling/{reference}/documenten/{before.id}")
    check_page(page.text)

    teacher.post(f"/leerling/{reference}/documenten/{before.id}", {"titel": "Groep 8/Toetsen", "soort": "okr"})

    after = only(thread, reference)
    assert (after.id, after.kind) == (before.id, DocumentKind.OKR)
    assert after.room_id != before.room_id
    assert not thread.services.store.exists(before.blob_key)
    assert teacher.get(f"/leerling/{reference}/documenten/{after.id}/bestand").data == REPORT
    assert list(outcomes(teacher.get(f"/leerling/{reference}/documenten").text)) == ["Toetsen.pdf"]


def test_all_kinds_can_be_set_on_the_list(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    add(teacher, reference, ("a.pdf", REPORT), ("b.pdf", PLAN))
    first, second = rows(thread, reference)

    teacher.post(f"/leerling/{reference}/documenten/soorten", {f"soort-{first.id}": "okr", f"soort-{second.id}": "opp"})

    assert [row.kind for row in rows(thread, reference)] == [DocumentKind.OKR, DocumentKind.OPP]


def test_a_document_without_a_name_is_refused_at_its_field(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    add_by_script(teacher, reference, "okr.pdf", REPORT)

    answer = teacher.post(f"/leerling/{reference}/documenten/{only(thread, reference).id}", {"titel": "  "})

    assert answer.status_code == 422
    assert "Geef het document een naam" in answer.text
    check_page(answer.text)


def test_what_was_taken_out_is_gone_and_can_be_put_back(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    add_by_script(teacher, reference, "OPP.pdf", PLAN)
    row = only(thread, reference)
    path = f"/leerling/{reference}/documenten/{row.id}"

    answer = teacher.post(f"{path}/weg", follow=True)

    assert rows(thread, reference) == []
    assert teacher.get(f"{path}/bestand").status_code == 404
    undo = BeautifulSoup(answer.text, "html5lib").select_one(".wo-undo form")
    assert undo is not None
    check_page(answer.text)

    teacher.post(str(undo["action"]))

    assert only(thread, reference).kind is DocumentKind.OPP
    assert teacher.get(f"{path}/bestand").data == PLAN
    assert events(thread)[-3:] == ["document.removed", "document.restored", "document.opened"]
    assert teacher.post(f"{path}/terug").status_code == 303, "pressing twice does no harm"
    assert len(rows(thread, reference)) == 1


def test_after_sending_nothing_is_added_or_taken_out(thread: Thread, teacher: Visitor) -> None:
    reference = reference_of(thread, thread.offered())
    before = [row.id for row in rows(thread, reference)]
    path = f"/leerling/{reference}/documenten"

    assert add(teacher, reference, ("x.pdf", REPORT)).status_code == 409
    for post in (f"{path}/{before[0]}/weg", f"{path}/{before[0]}", f"{path}/soorten"):
        answer = teacher.post(post, {"titel": "x", "soort": "okr"})
        assert answer.status_code == 409
        assert "al verstuurd" in answer.text
    assert [row.id for row in rows(thread, reference)] == before


def test_nothing_of_a_document_rests_in_the_clear(
    thread: Thread, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = b"Zwijgzame kanarie 77"
    letter = pdfs.a_letter(
        {pdfs.FREE: pdfs.a_stream(canary * 100_000)}, content=pdfs.a_stream(b"BT /F1 12 Tf (" + canary + b") Tj ET")
    )
    reference = thread.leaver()
    monkeypatch.setattr(tempfile, "tempdir", "/proc/no-temporary-file-can-be-made-here")
    with pytest.raises(OSError, match="No such file"):
        tempfile.mkstemp()

    assert add_by_script(teacher, reference, f"{canary.decode()}.pdf", letter).status_code == 201
    assert add(teacher, reference, (f"{canary.decode()} weg.pdf", letter)).status_code == 303

    assert len(rows(thread, reference)) == 2
    for path in thread.region.folder.rglob("*"):
        assert not path.is_file() or canary not in path.read_bytes(), path
