"""A school's name in a sentence, as somebody who lives there would say it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from handover import demo_data
from handover.terms.school_name import takes_het, with_article

NAMES = [
    ("Raayland College", "het Raayland College"),
    ("Raayland College, praktijkonderwijs", "het Raayland College, praktijkonderwijs"),
    ("Raayland College (vmbo)", "het Raayland College (vmbo)"),
    ("Raayland College - locatie Noord", "het Raayland College - locatie Noord"),
    ("Raayland College locatie Noord", "het Raayland College locatie Noord"),
    ("Valuascollege", "het Valuascollege"),
    ("Blariacumcollege", "het Blariacumcollege"),
    ("Dendroncollege", "het Dendroncollege"),
    ("CITAVERDE College", "het CITAVERDE College"),
    ("Bouwens vd Boije College", "het Bouwens vd Boije College"),
    ("Pius X-College", "het Pius X-College"),
    ("St.-Ursula Lyceum", "het St.-Ursula Lyceum"),
    ("Barlaeus Gymnasium", "het Barlaeus Gymnasium"),
    ("Stedelijk Gymnasium Nijmegen", "het Stedelijk Gymnasium Nijmegen"),
    ("Christelijk Lyceum Veenendaal", "het Christelijk Lyceum Veenendaal"),
    ("Integraal Kind Centrum Hei en Bos", "het Integraal Kind Centrum Hei en Bos"),
    ("Christelijk Kindcentrum De Borgh", "het Christelijk Kindcentrum De Borgh"),
    ("Montessori Kindcentrum", "het Montessori Kindcentrum"),
    ("College Den Hulster", "College Den Hulster"),
    ("Den Hulster", "Den Hulster"),
    ("Yuverta", "Yuverta"),
    ("Yuverta Horst", "Yuverta Horst"),
    ("De Wijnberg", "De Wijnberg"),
    ("Het Commanderij College", "Het Commanderij College"),
    ("De Nieuwste School", "De Nieuwste School"),
    ("2College Durendael", "2College Durendael"),
    ("OBS Het Maasveld", "OBS Het Maasveld"),
    ("RK Basissch 't Kapelke", "RK Basissch 't Kapelke"),
    ("’t Kapelke College", "’t Kapelke College"),
    ("Onder de Linden", "Onder de Linden"),
    ("Openbare Basisschool De Bongerd", "Openbare Basisschool De Bongerd"),
    ("Christelijke Basisschool De Bron", "Christelijke Basisschool De Bron"),
    ("Venlose Montessorischool", "Venlose Montessorischool"),
    ("Talentencampus Venlo SBO", "Talentencampus Venlo SBO"),
    ("Kindcentrum De Regenboog", "Kindcentrum De Regenboog"),
    ("Praktijkschool Venlo", "Praktijkschool Venlo"),
    ("KOM.MIJN.", "KOM.MIJN."),
    ("Al Andalous", "Al Andalous"),
    ("", ""),
]
DEMO = {
    "Valuascollege",
    "Blariacumcollege",
    "CITAVERDE College",
    "Raayland College",
    "Raayland College, praktijkonderwijs",
    "Dendroncollege",
}


@pytest.mark.parametrize(("name", "inside"), NAMES)
def test_a_name_inside_a_sentence(name: str, inside: str) -> None:
    assert with_article(name) == inside


@pytest.mark.parametrize(
    ("name", "at_the_beginning"),
    [
        ("Raayland College", "Het Raayland College"),
        ("De Wijnberg", "De Wijnberg"),
        ("den Hulster", "Den Hulster"),
        ("Yuverta", "Yuverta"),
    ],
)
def test_a_sentence_begins_with_a_capital(name: str, at_the_beginning: str) -> None:
    assert with_article(name, begin=True) == at_the_beginning


def test_of_the_schools_of_the_region_these_take_het_and_no_other() -> None:
    names: set[str] = set()
    for kind in ("bo", "sbo", "vo"):
        text = (Path(demo_data.__file__).parent / f"vestigingen-{kind}.csv").read_text("cp1252")
        names |= {row["VESTIGINGSNAAM"] for row in csv.DictReader(text.splitlines(), delimiter=";")}
    assert len(names) > 80
    assert {name for name in names if takes_het(name)} == DEMO | {"Bouwens vd Boije College"}
