"""What the story's teacher fills in: everything that a dossier needs, about a child that does not exist."""

from __future__ import annotations

from datetime import date
from typing import Any

NAMES = (
    {"first_name": "Sam", "infix": "", "last_name": "Voorbeeld", "birth_date": "2015-03-14"},
    {"first_name": "Kim", "infix": "van", "last_name": "Tweede", "birth_date": "2015-09-02"},
)


def filled_in(on: date, *, has_opp: bool) -> dict[str, Any]:
    """What goes in a dossier, without its parents."""
    day = on.isoformat()
    said: dict[str, Any] = {
        "advice": {"test_advice": "havo", "final": "havo", "final_on": day},
        "report": {
            "career": "Groep 1 tot en met 8 op deze school.",
            "results": "Lezen en rekenen op niveau.",
            "learning": "Werkt rustig door.",
            "behaviour": "Speelt graag samen.",
            "what_works": "Een vaste plek vooraan.",
        },
        "contact": {"name": "Marieke Begin", "telephone": "0478 00 00 00"},
        "has_opp": has_opp,
    }
    if has_opp:
        said["support"] = {
            "goal": "havo, met hulp bij plannen",
            "actions_agreed_on": day,
            "pupil_voice": "Ik wil zelf mijn agenda bijhouden.",
            "pupil_influence": "De agenda staat erin.",
            "pupil_told": "In een gesprek, met de ouders erbij.",
        }
    return said


def parents(on: date, *, copy_of: int) -> list[dict[str, Any]]:
    """One parent, who saw it and has a copy of that version."""
    day = on.isoformat()
    return [
        {
            "name": "R. Voorbeeld",
            "inspected_on": day,
            "copy_on": day,
            "copy_of": copy_of,
            "agreement": "ja",
            "view": "Wij herkennen ons kind.",
        }
    ]
