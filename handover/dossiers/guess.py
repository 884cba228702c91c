"""What a document is, by the name of its file: a proposal that its reader confirms or changes."""

from __future__ import annotations

import re

from handover.terms.document_kind import DocumentKind

# From particular to general: "handelingsplan bij het OPP" is a plan, "OKR met toetsen" a report.
_WORDS: tuple[tuple[DocumentKind, str], ...] = (
    (DocumentKind.ZIENSWIJZE, r"zienswij\w*"),
    (DocumentKind.HANDELINGSPLAN, r"handelings\w*|groeidocument"),
    (DocumentKind.TLV, r"tlv|toelaatbaarheid\w*"),
    (DocumentKind.OPP, r"opp|ontwikkelings?perspectief\w*"),
    (DocumentKind.OKR, r"okr|oki|onderwijskundig\w*"),
    (DocumentKind.MEDICIJNGEBRUIK, r"medicijn\w*|medicatie\w*"),
    (DocumentKind.DIAGNOSE, r"diagnose\w*|diagnostisch\w*|dyslexie\w*|dyscalculie\w*|psychologisch\w*|onderzoek\w*"),
    (DocumentKind.ONDERWIJSBEHOEFTEN, r"onderwijsbehoefte\w*"),
    (DocumentKind.ARRANGEMENT, r"arrangement\w*"),
    (DocumentKind.VERZUIM, r"verzuim\w*|absentie\w*"),
    (DocumentKind.ADVIESFORMULIER, r"adviesformulier\w*|schooladvies\w*|advies\w*"),
    (DocumentKind.TOETSRESULTATEN, r"toets\w*|doorstroomtoets\w*|cito\w*|iep|lvs|leerlingvolgsysteem"),
    (DocumentKind.CIJFERLIJST, r"cijferlijst\w*|cijfers|rapport"),
)
_BETWEEN = re.compile(r"[\W_]+")


def guess_kind(file_name: str) -> DocumentKind:
    """The kind that the name speaks of; `OTHER_CARE` when it speaks of none.

    What nobody can tell goes where the fewest read it.
    """
    words = _BETWEEN.sub(" ", file_name.casefold())
    for kind, pattern in _WORDS:
        if re.search(rf"\b(?:{pattern})\b", words):
            return kind
    return DocumentKind.OTHER_CARE
