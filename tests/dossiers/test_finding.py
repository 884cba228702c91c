from __future__ import annotations

from handover.dossiers.finding import Examination, Finding
from handover.dossiers.labels import FINDINGS


def test_every_finding_has_its_text() -> None:
    assert set(FINDINGS) == set(Finding)


def test_every_refusal_says_what_to_do() -> None:
    silent = [finding for finding in Finding if finding.refuses and "oeg" not in FINDINGS[finding]]

    assert silent == []


def test_notes_alone_do_not_refuse() -> None:
    noted = Examination(3, (Finding.NO_TEXT_LAYER, Finding.SIGNED))

    assert not noted.is_refused
    assert noted.notes == noted.findings


def test_refusals_and_notes_are_told_apart() -> None:
    checked = Examination(3, (Finding.XFA, Finding.SIGNED))

    assert (checked.is_refused, checked.refusals, checked.notes) == (True, (Finding.XFA,), (Finding.SIGNED,))
