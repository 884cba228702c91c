"""The one file that a guest fetches: the report as a PDF that anybody reads, and all documents, in a plain ZIP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from handover.bundles.archive import Entry, cut, entry_of_bytes, pack, packed_size
from handover.bundles.downloads import ZIP, Download, Pieces, is_as_sent
from handover.bundles.guest import GuestDossier, damage_seen, fetched
from handover.bundles.model import Part
from handover.bundles.opening import PIECE, InnerFile, OpenPart, Tampered
from handover.desk.inbox_rows import shown_name
from handover.desk.reading_content import parents_said, report_blocks, report_of, support_blocks, support_of
from handover.errors import Unavailable
from handover.services import Services
from handover.web.i18n import dag_en_jaar

_README = """Dit is het overdrachtsdossier van een leerling.

rapport.pdf    wat de basisschool over het kind opschreef
dossier/       de documenten, als pdf
zorg/          documenten die alleen voor intake en zorg zijn

Het bevat persoonsgegevens van een kind. Zet het in uw leerlingadministratie, en gooi dit bestand daarna weg.
Bel de basisschool als u iets mist: zij noemt u hetzelfde kenmerk.
"""
_FOLDER = {Part.DOSSIER: "dossier", Part.CARE: "zorg"}


def file_for_guest(services: Services, dossier: GuestDossier, *, name: str, function: str) -> Download:
    """The ZIP in pieces; before its end it is recorded that this guest received it, and the code is used up.

    Held back until then are the list of files, without which a ZIP does not open, and the last 64 KiB of the last
    document. A connection that breaks before that leaves the code as it was: it can be tried again. That the words
    were right is in the trail by then.

    Raises:
        Tampered: what is stored is not what was sent; nothing was given, and the sender sees an alarm. While streaming
            too, and then the file is cut off.
        Unavailable: the report could not be set; nothing was given.
    """
    if not all(is_as_sent(services, dossier.bundle_id, part) for part in dossier.parts):
        damage_seen(services, dossier, what="digest")
        raise Tampered("digest")
    entries = [entry_of_bytes("LEESMIJ.txt", _README.encode(), title="", kind="readme")]
    entries += _report(dossier)
    for part, inside in dossier.parts.items():
        entries += [_entry(part, inside, inner) for inner in inside.documents]

    size = packed_size(entries)
    held_back = packed_size([]) + sum(packed_size([entry]) - entry.size for entry in entries) + PIECE

    def pieces() -> Iterator[bytes]:
        left, kept = max(0, size - held_back), bytearray()
        try:
            for piece in cut(pack(entries), PIECE):
                kept += piece[left:]
                if left:
                    yield piece[:left]
                    left -= min(left, len(piece))
        except Tampered as error:
            damage_seen(services, dossier, what=error.code)
            raise
        fetched(services, dossier, name=name, function=function)
        yield from cut([bytes(kept)], PIECE)

    return Download(
        file_name=f"{dossier.reference}-overdracht.zip",
        size=size,
        media_type=ZIP,
        pieces=Pieces(pieces(), *dossier.parts.values()),
    )


def _entry(part: Part, inside: OpenPart, inner: InnerFile) -> Entry:
    def read() -> Callable[[], Iterator[bytes]]:
        return lambda: inside.read(inner)

    return Entry(
        name=f"{_FOLDER[part]}/{inner.name.rpartition('/')[2]}",
        title="",
        kind=inner.kind,
        size=inner.length,
        sha256=inner.sha256,
        pieces=read(),
    )


def _report(dossier: GuestDossier) -> list[Entry]:
    """The report as a PDF. Has it words in a script of which this machine has no signs, it comes as a text too."""
    facts = _facts(dossier)
    try:
        return [entry_of_bytes("rapport.pdf", _set(facts, accessible=True), title="", kind="report")]
    except typst.TypstError:  # what it says may quote a name
        pass
    try:
        drawn = _set(facts, accessible=False)
    except typst.TypstError:
        raise Unavailable("the report could not be set") from None
    return [
        entry_of_bytes("rapport.pdf", drawn, title="", kind="report"),
        entry_of_bytes("rapport.txt", _as_text(facts), title="", kind="report"),
    ]


def _facts(dossier: GuestDossier) -> dict[str, Any]:
    said = report_of(dossier.parts[Part.DOSSIER].content())
    blocks = [(block.title, list(block.pairs)) for block in report_blocks(said)]
    if Part.CARE in dossier.parts and (care := dossier.parts[Part.CARE].content()):
        blocks += [(block.title, list(block.pairs)) for block in support_blocks(support_of(care))]
    parents = [
        (f"{parent.name} ({parent.relation})" if parent.relation else parent.name, text)
        for parent in parents_said(said)
        if (text := "\n".join(part for part in (parent.agreement, parent.disagreement, parent.view) if part))
    ]
    who = shown_name(dossier.name)
    return {
        "reference": dossier.reference,
        "name": who.whole,
        "born": dag_en_jaar(who.birth_date) if who.birth_date else "",
        "sender": f"{dossier.sender}, {dossier.sender_place}",
        "receiver": f"{dossier.receiver}, {dossier.receiver_place} ({dossier.receiver_brin})",
        "contact": " · ".join(part for part in (said.contact.name, said.contact.telephone, said.contact.days) if part),
        "asked": said.contact.conversation_reason if said.contact.conversation_asked else "",
        "sections": [*blocks, *([("Wat de ouders vinden", parents)] if parents else [])],
    }


def _set(facts: dict[str, Any], *, accessible: bool) -> bytes:
    inputs = {"facts": json.dumps(facts)}
    return bytes(typst.compile(_source(), sys_inputs=inputs, pdf_standards=["ua-1"] if accessible else []))


def _as_text(facts: dict[str, Any]) -> bytes:
    lines = [f"{facts['name']} ({facts['reference']})", facts["born"], facts["sender"], facts["receiver"]]
    lines += [facts["contact"], facts["asked"]]
    for title, pairs in facts["sections"]:
        lines += ["", title.upper(), *(f"{label}: {text}" for label, text in pairs)]
    return ("\n".join(lines) + "\n").encode()


@cache
def _source() -> bytes:
    return files("handover.desk").joinpath("guest_report.typ").read_bytes()
