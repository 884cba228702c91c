"""Every page that anybody can open, in Chromium: axe (WCAG 2.2 AA) finds nothing, and nothing scrolls sideways.

A page is looked at wide and light, then narrow and dark, unless this run looked at all of its parts before, whoever
opened them: a part is built like another when it has the same tags, roles and classes, repeated rows counted once.
Everybody opens everything in the ordinary place; in the others, where the texts differ and not what roles see, an
address that somebody opened is opened by nobody else.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from contextlib import closing
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, BrowserContext

from tests.factories.places import given_empty_place, given_full_place, given_ordinary_place
from tests.factories.web import Visitor, served
from tests.web.axe import LAID_OUT, too_wide, violations
from tests.web.browsing import as_visitor

PLACES = {"empty": given_empty_place, "ordinary": given_ordinary_place, "full": given_full_place}
EVERYBODY = ("",)
WALKS = (
    ("empty", EVERYBODY),
    ("ordinary", ("teacher", "ib", "po_admin")),
    ("ordinary", ("intake", "care", "vo_office", "mentor", "vo_admin")),
    ("ordinary", ("swv_admin", "boc", "auditor", "none", "nobody")),
    ("full", EVERYBODY),
)
"""Where, and the columns of the matrix whose people go there, by how they begin. Walks run beside each other."""
OTHERS = ("other unit",)
"""Columns that see what others see: the same roles at a school that has nothing to do with the child."""
AT_LEAST = 5
"""Pages that each place opens to somebody; a walk that opens nothing finds nothing wrong."""


def skeleton(tag: Tag) -> str:
    """How a page is built: tags, roles and classes; what is repeated stands there once."""
    inside = [skeleton(child) for child in tag.children if isinstance(child, Tag)]
    once = "".join(kind for kind, _same in groupby(inside))
    return f"<{tag.name} {tag.get('role', '')} {' '.join(sorted(tag.get('class') or ()))}>{once}</>"


def parts(text: str) -> list[str]:
    """How the pieces of a page are built: what stands at its top, its middle and its end."""
    return _parts(_TAG.sub(_bare, _TEXT.sub("><", text)))


_TEXT = re.compile(r">[^<]*<")
_TAG = re.compile(r"<(\w[\w-]*)([^>]*?)(/?)>")
_KEPT = re.compile(r"\s(?:class|role)=(?:\"[^\"]*\"|'[^']*'|[^\s\"'/>]+)")


def _bare(tag: re.Match[str]) -> str:
    """A tag without what its skeleton leaves out, so that of four thousand pages each kind is taken apart once."""
    return f"<{tag[1]}{''.join(_KEPT.findall(tag[2]))}{tag[3]}>"


@cache
def _parts(text: str) -> list[str]:
    body = BeautifulSoup(text, "html.parser").body
    assert body is not None
    return [skeleton(child) for child in body.children if isinstance(child, Tag)]


def test_every_column_is_walked() -> None:
    with (Path(__file__).parents[1] / "matrix.csv").open() as matrix:
        columns = next(csv.reader(line for line in matrix if not line.startswith("#")))[2:]
    walked = tuple(start for name, who in WALKS if name == "ordinary" for start in who)
    assert [column for column in columns if not column.startswith(walked)] == []


def test_a_row_more_is_the_same_page_and_a_part_more_is_not() -> None:
    def of(text: str) -> list[str]:
        return parts(f"<body>{text}</body>")

    assert of("<ul><li class='a b'>1</li><li class='b a'>2</li></ul>") == of("<ul><li class='a b'>3</li></ul>")
    assert of("<ul><li>1</li></ul>") != of("<ul><li class=a>1</li></ul>")
    assert of("<p>1</p>") != of("<p>1</p><div role=status></div>")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "who"), WALKS, ids=lambda value: value if isinstance(value, str) else value[0])
def test_nothing_is_wrong_with_any_page(
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    who: tuple[str, ...],
    looked_at: Callable[[str], bool],
) -> None:
    place = PLACES[name](tmp_path_factory.mktemp(name))
    wrong, opened = {}, set()
    with served(place.app) as url:
        for column, visitor in place.visitors.items():
            if column.endswith(OTHERS) or not column.startswith(who):
                continue
            # Movement is reduced: a colour on its way to another is no colour to judge.
            with closing(as_visitor(browser, url, visitor, reduced_motion="reduce")) as context:
                for _rule, address in place.addresses(column):
                    if name != "ordinary" and address in opened:
                        continue
                    kinds = _kinds(visitor, address)
                    opened |= {address} if kinds else set()
                    if False not in [looked_at(kind) for kind in kinds]:
                        continue
                    if found := _look(context, url + address):
                        wrong[column, address] = found

    assert not wrong, "\n".join(f"{who} {where}: {what}" for (who, where), what in wrong.items())
    assert len(opened) >= AT_LEAST


@pytest.fixture
def looked_at(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], bool]:
    """Whether some test of this run, in whichever process, looked at a page of this kind before."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "looked-at"
    folder.mkdir(exist_ok=True)

    def before(kind: str) -> bool:
        try:
            (folder / hashlib.sha256(kind.encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return True
        return False

    return before


def _kinds(visitor: Visitor, address: str) -> list[str]:
    """What a page is built of; nothing for who is sent elsewhere or given something that is no page."""
    with closing(visitor.get(address)) as answer:
        if answer.mimetype != "text/html" or "Location" in answer.headers:
            return []
        return parts(answer.text)


def _look(context: BrowserContext, address: str) -> list[str]:
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    found = [*violations(page), *too_wide(page)]
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme="dark")
    found += [*violations(page, only=LAID_OUT), *too_wide(page)]
    page.close()
    # A page that is refused or gone is looked at too; that Chromium calls its status an error is no fault of it.
    return found + [line for line in said if "the server responded with a status of 4" not in line]
