"""A pasted list that hurts: what it says of one child never becomes another's."""

from __future__ import annotations

from datetime import date

import pytest

from handover.bundles.state import HandoverStatus
from handover.desk.listed_children import Child
from handover.desk.matched_account import Account, Told
from handover.desk.paste_matched import Found, Match, read_matched
from handover.terms.destination import Outcome

TODAY = date(2027, 4, 8)
NOAHS, FINNS = "7K3P-2M9Q-W", "7K3P-2M9R-2"


def child(first_name: str, code: str) -> Child:
    about = {"first_name": first_name, "infix": "", "last_name": "Wójcik", "birth_date": "2015-06-19"}
    return Child(
        subject_id=first_name,
        is_expected=False,
        code=code,
        about=about,
        status=HandoverStatus.ACCEPTED,
        outcome=Outcome.ASKED,
        read=1,
    )


def matched(*lines: str) -> Match:
    twins = [child("Noah", NOAHS), child("Finn", FINNS)]
    (match,) = read_matched("\n".join(lines), today=TODAY, children=twins)[1]
    return match


def who(match: Match) -> set[str]:
    return {str(one.about["first_name"]) for one in match.children}


HEADS = "Aanmeldcode\tRoepnaam\tAchternaam\tGeboortedatum"


def test_the_code_of_one_twin_beside_the_name_of_the_other_is_asked() -> None:
    match = matched(HEADS, f"{NOAHS}\tFinn\tWójcik\t19-6-2015")

    assert (match.found, who(match)) == (Found.TWO, {"Noah", "Finn"})


def test_the_code_beside_the_name_of_the_passport_is_that_child() -> None:
    match = matched(HEADS, f"{NOAHS}\tNoah Johannes\tWójcik\t19-6-2015")

    assert (match.found, who(match)) == (Found.ONE, {"Noah"})


@pytest.mark.parametrize(
    "born", ["19-6-2015", "2015/06/19", "19-06-15", "\u200e19-6-2015\u200e", "19\u00a06\u00a02015"]
)
@pytest.mark.parametrize("name", ["Noah", "No\u200bah", "\u202eNoah\u202c", "\ufeffNoah"])
def test_signs_that_nobody_sees_change_nothing(name: str, born: str) -> None:
    match = matched("Roepnaam\tAchternaam\tGeboortedatum", f"{name}\tWójcik\t{born}")

    assert (match.found, who(match)) == (Found.ONE, {"Noah"})


def test_a_name_that_begins_with_a_quotation_mark_swallows_no_line_of_the_account() -> None:
    lines = tuple(
        Told(line=line, name=name, born="", reference="", text="Ontvangen", is_done=True)
        for line, name in ((1, '"Jan'), (2, "=1+1"), (3, "Noah"))
    )

    rows = [row.split("\t")[1] for row in Account(lines=lines, new=frozenset()).sheet.splitlines()[1:]]

    assert rows == ["'\"Jan", "'=1+1", "Noah"]
