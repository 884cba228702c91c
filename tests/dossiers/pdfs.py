"""PDFs, good and made to hurt, written byte by byte so that each has the one fault that it is named for."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from pypdf import PdfReader, PdfWriter
from pypdf.constants import UserAccessPermissions

CATALOG, PAGES, PAGE, CONTENT, FONT = 1, 2, 3, 4, 5
FREE = 10
"""Object numbers from here on are a test's own."""
LETTER = b"BT /F1 12 Tf 72 720 Td (Beste ouders) Tj ET"


def a_stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def a_letter(
    objects: Mapping[int, bytes] | None = None,
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    content: bytes | None = None,
    trailer: bytes = b"",
) -> bytes:
    """One page of text. Entries are added to its catalog, page and trailer; objects are added or replaced."""
    standard = {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> %s >>" % page,
        CONTENT: content if content is not None else a_stream(LETTER),
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return written(standard | dict(objects or {}), trailer=trailer)


def written(objects: Mapping[int, bytes], *, trailer: bytes = b"", unlisted: bytes = b"") -> bytes:
    """A file with these objects and a table that lists them; `unlisted` lies between them and the table."""
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets: dict[int, int] = {}
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    body += unlisted
    size = max(objects) + 1
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        body += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    body += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(body)


def pages(number: int, *, count: int | None = None) -> bytes:
    """A flat tree of so many pages that all draw the same letter."""
    kids = range(FREE, FREE + number)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, number if count is None else count)
    return a_letter({PAGES: tree} | dict.fromkeys(kids, page))


def packed(objects: Mapping[int, bytes], *, listed: bool = True) -> bytes:
    """A letter with more objects in a compressed object stream, listed in a cross-reference stream or not."""
    heads, bodies = bytearray(), bytearray()
    for number, content in objects.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += content + b" "
    first = len(heads)
    data = zlib.compress(heads + bodies)
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), first)
    everything: dict[int, bytes] = {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R /Outlines %d 0 R >>" % min(objects),
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        CONTENT: a_stream(LETTER),
        FONT: a_stream(data, entries),
    }
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    rows: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    for number, content in everything.items():
        rows[number] = (1, len(body), 0)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    if listed:
        rows |= {number: (2, FONT, index) for index, number in enumerate(objects)}
    table = max(rows) + 1
    rows[table] = (1, len(body), 0)
    raw = b"".join(
        bytes([kind]) + offset.to_bytes(4, "big") + last.to_bytes(4, "big")
        for kind, offset, last in (rows.get(number, (0, 0, 65535)) for number in range(table + 1))
    )
    entries = b"/Type /XRef /W [1 4 4] /Size %d /Root 1 0 R" % (table + 1)
    start = len(body)
    body += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, a_stream(raw, entries), start)
    return bytes(body)


def updated(original: bytes, objects: Mapping[int, bytes]) -> bytes:
    """A later version of a file appended to it: these objects replace the earlier ones, which stay in the file."""
    body = bytearray(original)
    before = int(original.rsplit(b"startxref", 1)[1].split()[0])
    rows = b""
    for number, content in objects.items():
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n%strailer\n<< /Size 100 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (rows, before, start)
    return bytes(body)


def encrypted(*, user: str, owner: str, algorithm: str = "AES-256") -> bytes:
    """A letter under a cipher; with an empty user password anybody can open it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_letter())))
    writer.encrypt(user, owner, permissions_flag=UserAccessPermissions(0), algorithm=algorithm)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
EMBEDDED = a_stream(b"PK\x03\x04", b"/Type /EmbeddedFile")
FILE = b"<< /Type /Filespec /F (a.zip) /EF << /F 11 0 R >> >>"


def with_script_at_opening() -> bytes:
    return a_letter({FREE: SCRIPT}, catalog=b"/OpenAction 10 0 R")


def with_script_in_annotation() -> bytes:
    return a_letter(page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A %s >>]" % SCRIPT)


def with_script_by_name() -> bytes:
    return a_letter(catalog=b"/Names << /JavaScript << /Names [(a) %s] >> >>" % SCRIPT)


def with_script_in_object_stream() -> bytes:
    return packed({FREE: b"<< /First 11 0 R >>", 11: SCRIPT})


def with_script_in_escaped_letters() -> bytes:
    return a_letter(catalog=b"/OpenAction << /S /J#61vaScrip#74 /#4aS (app.alert\\(1\\)) >>")


def with_script_in_second_value() -> bytes:
    """Two kinds for one action: some programs take the first, browsers the last."""
    return a_letter(catalog=b"/OpenAction << /S /URI /URI (http://a.example/) /S /JavaScript /T 1 >>")


def with_script_unlisted() -> bytes:
    """In the file, but in no table: a viewer that repairs the file finds it."""
    good = {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        CONTENT: a_stream(LETTER),
    }
    catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % SCRIPT
    return written(good, unlisted=b"1 0 obj\n%s\nendobj\n" % catalog)


def with_script_packed_and_unlisted() -> bytes:
    return packed({FREE: b"<< /First 11 0 R >>", 11: SCRIPT}, listed=False)


def with_script_in_earlier_version() -> bytes:
    return updated(with_script_at_opening(), {CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>", FREE: b"null"})


def with_script_of_rendition() -> bytes:
    return a_letter(catalog=b"/OpenAction << /S /Rendition /JS (app.alert\\(1\\)) >>")


def with_launch() -> bytes:
    return a_letter(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>")


def with_file() -> bytes:
    return a_letter({FREE: FILE, 11: EMBEDDED}, catalog=b"/Names << /EmbeddedFiles << /Names [(a.zip) 10 0 R] >> >>")


def with_file_in_annotation() -> bytes:
    note = b"<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS 10 0 R >>"
    return a_letter({FREE: FILE, 11: EMBEDDED}, page=b"/Annots [%s]" % note)


def with_file_and_no_page() -> bytes:
    none = {PAGES: b"<< /Type /Pages /Kids [] /Count 0 >>", FREE: FILE, 11: EMBEDDED}
    return a_letter(none, catalog=b"/Names << /EmbeddedFiles << /Names [(a.zip) 10 0 R] >> >>")


def with_xfa() -> bytes:
    return a_letter({FREE: a_stream(b"<xdp/>")}, catalog=b"/AcroForm << /Fields [] /XFA 10 0 R >>")


def with_fields() -> bytes:
    field = b"<< /FT /Tx /T (naam) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] >>"
    return a_letter({FREE: field}, catalog=b"/AcroForm << /Fields [10 0 R] >>", page=b"/Annots [10 0 R]")


def with_signature() -> bytes:
    field = b"<< /FT /Sig /T (s) /V 11 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>"
    signature = b"<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>"
    return a_letter({FREE: field, 11: signature}, catalog=b"/AcroForm << /Fields [10 0 R] /SigFlags 3 >>")


def a_scan() -> bytes:
    picture = a_stream(b"\xff\xd8\xff\xd9", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /Filter /DCTDecode")
    return a_letter(
        {FREE: picture},
        page=b"/Resources << /XObject << /Im0 10 0 R >> >>",
        content=a_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q"),
    )


def with_text_in_a_form() -> bytes:
    """The page draws a stream by name, and that one has the text: so do many word processors."""
    form = a_stream(LETTER, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    return a_letter({FREE: form}, page=b"/XObject 10 0 R", content=a_stream(b"/Fm0 Do"))


def with_empty_list_of_files() -> bytes:
    return a_letter(catalog=b"/Names << /EmbeddedFiles << /Names [] >> >>")


def with_font_named_js() -> bytes:
    return a_letter(page=b"/Fonts << /JS 5 0 R >>")


def a_flate_bomb() -> bytes:
    """300 MB of blanks in a content stream of 300 kB."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 10_000_000) for _ in range(30)) + packer.flush()
    return a_letter(content=a_stream(data, b"/Filter /FlateDecode"))


def many_flate_bombs() -> bytes:
    """Each of its content streams is within bounds, together they are not."""
    data = zlib.compress(LETTER + b" " * 50_000_000, 9)
    parts = range(FREE, FREE + 8)
    listed = b"[%s]" % b" ".join(b"%d 0 R" % part for part in parts)
    return a_letter(dict.fromkeys(parts, a_stream(data, b"/Filter /FlateDecode")) | {CONTENT: listed})


def a_deep_nest(depth: int = 200_000) -> bytes:
    return a_letter({FREE: b"[" * depth + b"]" * depth}, catalog=b"/Nest 10 0 R")


def a_long_chain(length: int = 20_000) -> bytes:
    links = {number: b"<< /Next %d 0 R >>" % (number + 1) for number in range(FREE, FREE + length)}
    return a_letter(links | {FREE + length: SCRIPT}, catalog=b"/OpenAction << /S /GoTo /Next 10 0 R >>")


def a_loop_of_pages() -> bytes:
    return a_letter({PAGES: b"<< /Type /Pages /Kids [3 0 R 10 0 R] /Count 2 >>", FREE: b"<< /Kids [2 0 R] /Count 1 >>"})


def a_tree_that_shares_branches(depth: int = 40) -> bytes:
    """Two to the power of forty branches, of forty objects."""
    branches = {
        number: b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 1 >>" % (number + 1, number + 1)
        for number in range(FREE, FREE + depth)
    }
    last = {FREE + depth: b"<< /Type /Pages /Kids [] /Count 0 >>"}
    return a_letter(branches | last | {PAGES: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"})


def an_object_that_is_itself() -> bytes:
    return a_letter({FREE: b"10 0 R"}, catalog=b"/Self 10 0 R")


def a_loop_of_tables() -> bytes:
    made = a_letter()
    start = int(made.rsplit(b"startxref", 1)[1].split()[0])
    return made.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d " % start)


def a_slow_one() -> bytes:
    """Refers to ten thousand objects that are not there: pypdf looks for each in all of the file's 8 MB."""
    missing = b" ".join(b"%d 0 R" % number for number in range(100, 10_100))
    return a_letter({FREE: b"[%s]" % missing, 11: a_stream(b"\n1 0 " * 1_400_000)}, catalog=b"/Missing 10 0 R")


def a_memory_eater() -> bytes:
    """A pack of one object under a head of 60 million numbers, all in 60 kB."""
    head = b"10 0 " + b"1 " * 30_000_000
    data = zlib.compress(head + b"null", 9)
    pack = a_stream(data, b"/Type /ObjStm /N 1 /First %d /Filter /FlateDecode" % len(head))
    return a_letter({FREE: pack})


def a_zip_bomb() -> bytes:
    """10 MB of noughts in 10 kB, as a ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rapport.pdf", b"\0" * 10_000_000)
    return made.getvalue()


def both_zip_and_pdf() -> bytes:
    """A ZIP whose first file is a PDF, stored: many viewers open it as one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("rapport.pdf", a_letter())
    return made.getvalue()


def of_size(size: int) -> bytes:
    """A letter of exactly so many bytes: the rest is a picture that does not compress."""
    noise = bytes(range(256)) * (size // 256)
    empty = len(a_letter({FREE: a_stream(b"")}))
    for fill in range(size - empty, size - empty - 16, -1):
        made = a_letter({FREE: a_stream(noise[:fill])})
        if len(made) == size:
            return made
    raise AssertionError(size)
