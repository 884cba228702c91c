"""What a verification can find, and how it is told to an operator: one line for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class FindingKind(StrEnum):
    """What is wrong; each value is stable."""

    CHANGED = "changed"  # an entry is not what was logged
    MISSING = "missing"  # a number that the log has given is nobody's
    DUPLICATE = "duplicate"  # two entries have one number
    OUT_OF_ORDER = "out-of-order"  # an entry is much older than the one before it
    BEYOND = "beyond"  # a number that the log has not given
    NO_LOG = "no-log"  # numbered entries of a log that is not there
    WRONG_ROOT = "wrong-root"  # the entries do not make the tree that was written down
    WRONG_FRONTIER = "wrong-frontier"  # what was written down of the tree contradicts itself
    DEEP = "deep"  # a feature's own records contradict the log


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong. Holds ids, numbers and hashes only."""

    kind: FindingKind
    detail: str
    log: str | None = None
    seq: int | None = None
    entry_id: str | None = None

    def line(self) -> str:
        """Say it in one line."""
        place = [
            f"log {self.log}" if self.log else "",
            f"number {self.seq}" if self.seq is not None else "",
            f"entry {self.entry_id}" if self.entry_id else "",
        ]
        return f"audit: {self.kind}: " + ", ".join([*filter(None, place), self.detail])


@dataclass(frozen=True, kw_only=True)
class VerifiedLog:
    """A log as its rows make it: the number of entries read, and the root of their tree."""

    name: str
    size: int
    root: bytes


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a verification read and found."""

    logs: tuple[VerifiedLog, ...]
    waiting: int
    """Entries that have no number yet; the sequencer's next run takes them."""
    findings: tuple[Finding, ...]
    more: int = 0
    """Findings beyond those that are kept."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def lines(self) -> list[str]:
        """Tell it: each log, then each finding, then how it ended."""
        ending = "nothing wrong" if self.is_sound else f"{len(self.findings) + self.more} wrong"
        said = [_of_log(log, ending) for log in self.logs] or [f"audit: 0 entries, {ending}"]
        said += [finding.line() for finding in self.findings]
        if self.more:
            said.append(f"audit: and {self.more:,} more")
        if self.waiting:
            said.append(f"audit: {self.waiting:,} entries wait for their number")
        return said


@dataclass
class Findings:
    """Collects findings: the first of them whole, the rest as a count: a log in ruins fits in memory."""

    keep: int = 1000
    kept: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, finding: Finding) -> None:
        """Take one more."""
        if len(self.kept) < self.keep:
            self.kept.append(finding)
        else:
            self.more += 1

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take all of these."""
        for finding in findings:
            self.add(finding)


def _of_log(log: VerifiedLog, ending: str) -> str:
    return f"audit: log {log.name}: {log.size:,} entries, root {log.root.hex()}, {ending}"
