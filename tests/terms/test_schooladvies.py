"""Advice is compared where it can be, and never where it cannot."""

from __future__ import annotations

from itertools import product

import pytest

from handover.terms.doorstroomtoets import LABELS as TEST_LABELS
from handover.terms.doorstroomtoets import TOETSADVIEZEN, Doorstroomtoets
from handover.terms.schooladvies import LABELS, Schooladvies, is_comparable, is_higher, needs_motivation

LADDER = [
    Schooladvies.PRO,
    Schooladvies.VMBO_BB,
    Schooladvies.VMBO_BB_KB,
    Schooladvies.VMBO_KB,
    Schooladvies.VMBO_KB_GLTL,
    Schooladvies.VMBO_GLTL,
    Schooladvies.VMBO_GLTL_HAVO,
    Schooladvies.HAVO,
    Schooladvies.HAVO_VWO,
    Schooladvies.VWO,
]
ASIDE = [Schooladvies.VSO, Schooladvies.GEEN_SPECIFIEK]
PAIRS = list(product(Schooladvies, Schooladvies))


def test_there_are_seventeen_each_with_a_label_of_its_own() -> None:
    assert len(Schooladvies) == 17
    assert set(LABELS) == set(Schooladvies)
    assert len(set(LABELS.values())) == 17


def test_each_step_of_the_ladder_is_higher_than_all_below_it() -> None:
    for place, advies in enumerate(LADDER):
        assert [is_higher(advies, other) for other in LADDER] == [below < place for below in range(len(LADDER))]


@pytest.mark.parametrize("aside", ASIDE)
def test_vso_and_no_specific_advice_are_neither_higher_nor_lower(aside: Schooladvies) -> None:
    assert not is_comparable(aside)
    assert not any(is_higher(aside, other) or is_higher(other, aside) for other in Schooladvies)


@pytest.mark.parametrize("advies", [one for one in Schooladvies if one.endswith("_lwoo")])
def test_leerwegondersteuning_makes_an_advice_neither_higher_nor_lower(advies: Schooladvies) -> None:
    without = Schooladvies(advies.removesuffix("_lwoo"))

    assert [is_higher(advies, other) for other in Schooladvies] == [is_higher(without, other) for other in Schooladvies]


def test_no_two_are_higher_than_each_other() -> None:
    assert not any(is_higher(one, other) and is_higher(other, one) for one, other in PAIRS)


def test_only_a_higher_test_asks_for_a_motivation() -> None:
    assert needs_motivation(Schooladvies.VMBO_KB, Schooladvies.HAVO)
    assert not needs_motivation(Schooladvies.HAVO, Schooladvies.VMBO_KB)
    assert not needs_motivation(Schooladvies.HAVO, Schooladvies.HAVO)
    assert not needs_motivation(Schooladvies.VSO, Schooladvies.VWO)


def test_a_test_advises_the_steps_of_the_ladder() -> None:
    assert list(TOETSADVIEZEN) == LADDER


def test_every_test_has_a_label() -> None:
    assert set(TEST_LABELS) == set(Doorstroomtoets)
