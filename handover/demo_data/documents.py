"""The demo's documents: a report of two pages and a plan of one, set by typst. All that they say is invented."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import typst


def report_pdf(reference: str, school: str) -> bytes:
    """An onderwijskundig rapport, two pages."""
    return _set("okr", reference, school)


def plan_pdf(reference: str, school: str) -> bytes:
    """An ontwikkelingsperspectief, one page."""
    return _set("opp", reference, school)


@cache
def _source() -> bytes:
    return files("handover.demo_data").joinpath("documents.typ").read_bytes()


def _set(kind: str, reference: str, school: str) -> bytes:
    facts = json.dumps({"kind": kind, "reference": reference, "school": school})
    return bytes(typst.compile(_source(), sys_inputs={"document": facts}, pdf_standards="ua-1"))
