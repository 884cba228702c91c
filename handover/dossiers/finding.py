"""What a check may say of a document: reasons to refuse it, and notes that do not stop it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

MAX_BYTES = 25_000_000
"""The largest document, in bytes: 25 MB as file managers and people count."""
MAX_PAGES = 500


class Finding(StrEnum):
    """One thing that was found. The values are in the database; their Dutch texts are in `labels`."""

    # Refusals of the file as it came.
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    CUT_OFF = "cut_off"
    """Fewer bytes came than were announced, or the form stopped in the middle of this file."""
    TOO_MANY_FILES = "too_many_files"
    NOT_A_PDF = "not_a_pdf"
    # Refusals of what is in it.
    NEEDS_PASSWORD = "needs_password"  # noqa: S105  # no password but a reason
    UNREADABLE = "unreadable"
    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    EMBEDDED_FILES = "embedded_files"
    XFA = "xfa"
    TOO_MANY_PAGES = "too_many_pages"
    TOOK_TOO_LONG = "took_too_long"
    TOO_MUCH_MEMORY = "too_much_memory"
    HIDDEN = "hidden"
    """A secret address or number stands in it."""
    # Notes.
    NO_TEXT_LAYER = "no_text_layer"
    """A scan: it cannot be searched or read aloud."""
    FORM_FIELDS = "form_fields"
    SIGNED = "signed"
    EMPTY_OWNER_PASSWORD = "empty_owner_password"  # noqa: S105  # no password but a note
    """Encrypted, but anybody can open it: the password only asks viewers not to print or copy."""
    OTHER_CHILD = "other_child"
    """The name of another child of the class stands in it."""

    @property
    def refuses(self) -> bool:
        """Whether a document with this finding is not taken."""
        return self not in _NOTES

    @property
    def travels(self) -> bool:
        """Whether it goes with the document to another school: what is in the file, and not who sits in a class."""
        return self is not Finding.OTHER_CHILD


_NOTES = frozenset(
    {
        Finding.NO_TEXT_LAYER,
        Finding.FORM_FIELDS,
        Finding.SIGNED,
        Finding.EMPTY_OWNER_PASSWORD,
        Finding.OTHER_CHILD,
    }
)


@dataclass(frozen=True)
class Examination:
    """The outcome for one document. Findings stand in the order of `Finding`, each once."""

    pages: int
    """0 when it was refused before its pages were counted."""
    findings: tuple[Finding, ...] = ()
    hidden: str = ""
    """Where something was looked for in its text: found, clean, or unknown where there is none to look through."""
    named: tuple[int, ...] = ()
    """Which of the children that were looked for its first pages name, by their place."""

    @classmethod
    def refused(cls, finding: Finding) -> Self:
        """Refused for this reason alone."""
        return cls(0, (finding,))

    @property
    def is_refused(self) -> bool:
        """Whether any finding refuses it."""
        return bool(self.refusals)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The reasons for which it is not taken."""
        return tuple(finding for finding in self.findings if finding.refuses)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What its readers should know."""
        return tuple(finding for finding in self.findings if not finding.refuses)
