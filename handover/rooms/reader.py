"""To whom something is given: a circle of a unit, or one person of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from keys.age.hybrid import HybridRecipient
from keys.circle import Circle


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A circle with its version, or a person; made by `HeldKey.reader`, `person_reader` or `ValidCard.reader`."""

    unit_id: str
    recipient: HybridRecipient = field(repr=False)
    circle: Circle | None = None
    version: int | None = None
    person_id: str | None = None
    withheld: bool = False
    """Lies ready, to be handed out later by `release`."""

    @property
    def holder(self) -> str:
        """How a signed grant names it."""
        return holder_of(circle=self.circle, version=self.version, person_id=self.person_id)


def person_reader(*, unit_id: str, person_id: str, recipient: HybridRecipient) -> Reader:
    """One person of a unit, such as a mentor."""
    return Reader(unit_id=unit_id, person_id=person_id, recipient=recipient)


def holder_of(*, circle: Circle | None, version: int | None, person_id: str | None) -> str:
    """How a signed grant names whom it is for."""
    return f"person:{person_id}" if circle is None else f"circle:{circle.value}:{version}"
