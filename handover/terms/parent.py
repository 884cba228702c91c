"""What can be said of a parent or guardian: gezag, and agreement with the content of a dossier."""

from __future__ import annotations

from enum import StrEnum


class Agreement(StrEnum):
    """Whether a parent agrees with the content (OSO `akkoord`); it travels along and never blocks."""

    YES = "ja"
    NO = "nee"
    UNKNOWN = "onbekend"


class InspectionWay(StrEnum):
    """How a parent was given the dossier to see."""

    READ = "gelezen"
    ALOUD = "voorgelezen"
    INTERPRETER = "tolk"
    SPOKEN = "besproken"
    POST = "post"


class Custody(StrEnum):
    """Whether this parent or guardian has gezag."""

    YES = "ja"
    NO = "nee"
    UNKNOWN = "onbekend"
