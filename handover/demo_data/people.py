"""Who works where in the demo region. The schools exist; the people do not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handover.policy import Role

SWV = "SWV"
"""What the samenwerkingsverband is called in the list of who is who."""
SWV_CODE, SWV_NAME, SWV_PLACE = "PO3101", "SWV Noord-Limburg", "Venray"


class Joined(StrEnum):
    """How far a school is in taking part."""

    INVITED = "invited"
    ENROLLED = "enrolled"  # has keys, but the region has not heard its five words yet
    CERTIFIED = "certified"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody with their roles at one school; an address that another school has too is the same person."""

    name: str
    email: str
    roles: tuple[Role, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class School:
    """A school of the demo. Its admin enrols it, and is everything else too where nobody else works there."""

    brins: tuple[str, ...]
    name: str
    """As people call it; short, for the table of who is who."""
    admin: Colleague
    colleagues: tuple[Colleague, ...] = ()
    departments: tuple[str, ...] = ()
    joined: Joined = Joined.CERTIFIED


def _person(name: str, at: str, *roles: Role, groups: tuple[str, ...] = ()) -> Colleague:
    return Colleague(name=name, email=f"{name.split(maxsplit=1)[0].lower()}@{at}.example", roles=roles, groups=groups)


SWV_ADMIN = _person("Corrie Verstegen", "swv", Role.SWV_ADMIN)
SWV_COLLEAGUES = (_person("Bas Litjens", "swv", Role.BOC), _person("Agnes van Rijn", "swv", Role.AUDITOR))

HOMMEL = School(
    brins=("03VK00",),
    name="De Hommel",
    admin=_person("Wilma Hendriks", "dehommel", Role.PO_ADMIN),
    colleagues=(
        # Duo-teachers of one group.
        _person("Marieke Janssen", "dehommel", Role.TEACHER, groups=("8",)),
        _person("Joris Peeters", "dehommel", Role.TEACHER, groups=("8",)),
        _person("Ineke Smits", "dehommel", Role.IB),
    ),
)
SINT_ANNA = School(
    brins=("03QF00",),
    name="Sint Anna",
    admin=_person("Ria Cox", "sintanna", Role.PO_ADMIN),
    colleagues=(
        _person("Gijs Vullings", "sintanna", Role.TEACHER, groups=("7/8",)),
        # At De Hommel too: one sign-in, two schools.
        _person("Ineke Smits", "dehommel", Role.IB),
    ),
)
DRIEHOEK = School(
    brins=("06UG00",),
    name="De Driehoek",
    admin=Colleague(
        name="Hanneke Martens",
        email="hanneke@dedriehoek.example",
        roles=(Role.PO_ADMIN, Role.TEACHER, Role.IB),
        groups=("6/7/8",),
    ),
)
NIEUWESCHOOL = School(
    brins=("06AN00",),
    name="Nieuweschool",
    admin=_person("Toon Gommans", "nieuweschool", Role.PO_ADMIN),
    colleagues=(
        _person("Samira El Idrissi", "nieuweschool", Role.TEACHER, groups=("8a",)),
        _person("Frank Wijnen", "nieuweschool", Role.IB),
    ),
)
MARTINUS = School(
    brins=("07IK00",),
    name="St Martinus",
    admin=_person("Loes Faassen", "martinus", Role.PO_ADMIN),
    colleagues=(_person("Yvonne Geraedts", "martinus", Role.TEACHER, Role.IB, groups=("8",)),),
)
FONTEIN = School(
    brins=("02EG00",),
    name="SBO De Fontein",
    admin=_person("Harrie Lemmen", "defontein", Role.PO_ADMIN),
    colleagues=(_person("Daan Rutten", "defontein", Role.TEACHER, Role.IB, groups=("eindgroep",)),),
)
WEISTERBEEK = School(
    brins=("06MM00",),
    name="Weisterbeek",
    admin=_person("Nel Jacobs", "weisterbeek", Role.PO_ADMIN),
    joined=Joined.ENROLLED,
)
KEG = School(
    brins=("11GX00",),
    name="De Keg",
    admin=_person("Piet Arts", "dekeg", Role.PO_ADMIN),
    joined=Joined.INVITED,
)
RAAYLAND = School(
    brins=("25FY00", "25FY01"),
    name="Raayland College",
    departments=("brugklas", "praktijkonderwijs"),
    admin=_person("Jos Derks", "raayland", Role.VO_ADMIN),
    colleagues=(
        _person("Peter Claessens", "raayland", Role.INTAKE),
        _person("Zohra Amrani", "raayland", Role.CARE),
        _person("Olga Franssen", "raayland", Role.VO_OFFICE),
        _person("Mia Linders", "raayland", Role.MENTOR),
    ),
)
DENDRON = School(
    brins=("25GF00",),
    name="Dendroncollege",
    departments=("brugklas",),
    admin=_person("Rob Nabben", "dendron", Role.VO_ADMIN),
    colleagues=(
        _person("Lies Hoeijmakers", "dendron", Role.INTAKE, Role.CARE),
        _person("Koen Sijbers", "dendron", Role.VO_OFFICE),
    ),
)

ULINGSHOF = School(
    brins=("99UL00",),
    name="Ulingshof",
    admin=_person("Anke Smeets", "ulingshof", Role.VO_ADMIN),
    colleagues=(
        _person("Vera Hendrix", "ulingshof", Role.INTAKE, Role.CARE),
        _person("Luuk Titulaer", "ulingshof", Role.VO_OFFICE),
    ),
)
"""For VSO, so that a child of whom the TLV is undecided can be at two schools."""

PRIMARY = (HOMMEL, SINT_ANNA, DRIEHOEK, NIEUWESCHOOL, MARTINUS, FONTEIN, WEISTERBEEK, KEG)
SECONDARY = (RAAYLAND, DENDRON, ULINGSHOF)
