"""The children of the demo region and how far each dossier is. All invented; names of several scripts on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from handover.demo_data.people import (
    DENDRON,
    DRIEHOEK,
    FONTEIN,
    HOMMEL,
    MARTINUS,
    NIEUWESCHOOL,
    RAAYLAND,
    SINT_ANNA,
    ULINGSHOF,
)
from handover.terms.destination import Tlv
from handover.terms.schooladvies import Schooladvies as Advies


class State(StrEnum):
    """How far a dossier is, in the order in which it comes there."""

    EMPTY = "empty"
    HALF = "half"
    PASSING = "passing"  # half; the child goes to another primary school, which did not answer yet
    PARENTS = "parents"  # complete; the parents read it
    READY = "ready"
    NO_RECEIVER = "no_receiver"  # ready too, but for a school that takes no part
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    QUESTION = "question"  # the secondary school asked something
    READ = "read"
    SUPPLEMENTED = "supplemented"  # something was sent after, that nobody signed for yet
    CONFIRMED = "confirmed"
    TWO_SCHOOLS = "two_schools"  # VSO received it too: nobody decided on the TLV yet


class Announced(StrEnum):
    """How the secondary school said by itself that the child applied."""

    NOT = "not"
    BY_CODE = "by_code"
    BY_NAME = "by_name"  # as an administration writes it: the primary school is asked who it is


@dataclass(frozen=True, kw_only=True)
class Child:
    """One leaver."""

    first_name: str
    infix: str = ""
    last_name: str
    born: str
    """Month and day; the year follows from the school year."""
    state: State
    to: str = RAAYLAND.brins[0]
    """The BRIN of the location where the parents applied; of one that passes, of the other primary school."""
    beside: str = ""
    """Of one that is at two schools: the BRIN of the second, for which it needs the TLV."""
    advice: Advies = Advies.HAVO
    has_opp: bool = False
    conversation: bool = False
    tlv: Tlv = Tlv.NOT_NEEDED
    """For the school where it applied; of one that is at two, for the second."""
    agrees: bool = True
    """Whether the parents agree with the report."""
    announced: Announced = Announced.NOT


def _child(first_name: str, last_name: str, born: str, state: State, advice: Advies = Advies.HAVO) -> Child:
    *infix, last = last_name.split("|")
    return Child(first_name=first_name, infix=" ".join(infix), last_name=last, born=born, state=state, advice=advice)


def _to_dendron(child: Child) -> Child:
    return replace(child, to=DENDRON.brins[0])


_PRACTICAL = RAAYLAND.brins[1]
_NOT_TAKING_PART = "01GN00"
"""A school of the register that was never invited."""

_S = State
CHILDREN: dict[str, tuple[Child, ...]] = {
    HOMMEL.name: (
        _child("Noah", "Wójcik", "06-19", _S.EMPTY),
        replace(_child("Lieke", "van den|Heuvel", "11-03", _S.HALF, Advies.VMBO_GLTL), announced=Announced.BY_NAME),
        replace(_child("Sara", "Bouzidi", "02-27", _S.PARENTS, Advies.HAVO_VWO), announced=Announced.BY_CODE),
        replace(_child("Teun", "Vissers", "12-12", _S.PARENTS, Advies.VMBO_KB), has_opp=True),
        _child("Софія", "Коваленко", "04-08", _S.READY),
        replace(_child("Mees", "Ağaoğlu", "07-30", _S.READY, Advies.VMBO_BB_KB), has_opp=True, conversation=True),
        _child("Nguyễn", "Trần", "03-14", _S.OFFERED, Advies.VWO),
        replace(_child("Fenna", "de|Bruijn", "10-21", _S.OFFERED, Advies.VMBO_KB_GLTL), has_opp=True),
        replace(_child("محمد", "الحسن", "05-05", _S.ACCEPTED, Advies.VMBO_GLTL_HAVO), conversation=True),
        replace(_child("Jesse", "Kuijpers", "08-16", _S.QUESTION, Advies.VMBO_KB), has_opp=True, conversation=True),
        replace(_child("Amélie", "d'|Hondt", "01-09", _S.READ), agrees=False),
        _child("Milou", "Verstappen", "05-17", _S.SUPPLEMENTED),
        replace(_child("Ruben", "Manders", "09-25", _S.CONFIRMED, Advies.HAVO_VWO), conversation=True),
        replace(_child("ሰላም", "ተስፋይ", "06-02", _S.CONFIRMED, Advies.VMBO_GLTL), has_opp=True),
        _to_dendron(_child("Saar", "Thijssen", "12-30", _S.DECLINED)),
        _child("Pim", "Loeffen", "03-22", _S.WITHDRAWN, Advies.VMBO_GLTL),
        replace(
            _child("Thijn", "Aerts", "01-22", _S.TWO_SCHOOLS, Advies.VMBO_BB),
            beside=ULINGSHOF.brins[0],
            has_opp=True,
            tlv=Tlv.REQUESTED,
        ),
        replace(_child("Jasmijn", "Hoeben", "04-26", _S.PASSING), to=NIEUWESCHOOL.brins[0]),
        replace(_child("李", "小龙", "02-11", _S.NO_RECEIVER, Advies.VWO), to=_NOT_TAKING_PART),
    ),
    SINT_ANNA.name: (
        _child("Bram", "Poels", "04-17", _S.EMPTY),
        _child("Ελένη", "Παπαδοπούλου", "07-07", _S.OFFERED, Advies.HAVO_VWO),
        _to_dendron(_child("Cas", "van|Asten", "10-10", _S.CONFIRMED, Advies.VMBO_GLTL)),
    ),
    DRIEHOEK.name: (
        replace(_child("Evi", "Kessels", "05-28", _S.READY, Advies.VMBO_KB), to=DENDRON.brins[0]),
        _to_dendron(_child("Stan", "in 't|Zandt", "11-19", _S.ACCEPTED)),
    ),
    NIEUWESCHOOL.name: (
        _to_dendron(_child("Yasmin", "Öztürk", "01-31", _S.OFFERED, Advies.VWO)),
        replace(_to_dendron(_child("Lars", "Grubben", "08-04", _S.ACCEPTED, Advies.VMBO_BB_LWOO)), has_opp=True),
        _child("Zoë", "Naus", "09-13", _S.PARENTS, Advies.HAVO),
    ),
    MARTINUS.name: (
        _child("Finn", "Hermans", "06-24", _S.HALF, Advies.VMBO_GLTL_HAVO),
        _child("דוד", "לוי", "02-02", _S.OFFERED, Advies.VWO),
    ),
    FONTEIN.name: (
        replace(
            _child("Jaylano", "Martina", "03-03", _S.OFFERED, Advies.PRO),
            to=_PRACTICAL,
            has_opp=True,
            conversation=True,
            tlv=Tlv.REQUESTED,
        ),
        replace(
            _child("Isa", "Verhaegh", "10-29", _S.PARENTS, Advies.PRO), to=_PRACTICAL, has_opp=True, tlv=Tlv.TO_REQUEST
        ),
    ),
}
"""By the school's name."""
