"""The OpenAPI document as people read it: by subject, each operation with what it takes, what it gives and who may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 3
"""Levels of fields in fields that are written out; below it stands the kind alone."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A parameter or field. `name` with its way there: `parents[].name`."""

    name: str
    kind: str
    required: bool = False
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer, by its status."""

    status: str
    description: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that can be asked."""

    method: str
    path: str
    summary: str
    description: str
    action: str
    roles: tuple[str, ...]
    parameters: tuple[Line, ...]
    takes: tuple[Line, ...]
    takes_kind: str
    gives: tuple[Line, ...]
    done: tuple[Said, ...]
    fails: tuple[Said, ...]


@dataclass
class Subject:
    """What belongs together."""

    title: str
    operations: list[Operation] = field(default_factory=list)


def subjects(document: Mapping[str, Any]) -> list[Subject]:
    """All operations, under what their tag is about, in the order of the document's tags."""
    titles = {tag["name"]: tag.get("description") or tag["name"] for tag in document.get("tags", ())}
    found = {name: Subject(title=title) for name, title in titles.items()}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                tag = next(iter(item[method].get("tags", ())), "")
                subject = found.setdefault(tag, Subject(title=tag or "API"))
                subject.operations.append(_operation(document, path, method, item))
    return [subject for subject in found.values() if subject.operations]


def _operation(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Operation:
    said = item[method]
    asked = [_resolved(document, one) for one in (*item.get("parameters", ()), *said.get("parameters", ()))]
    answers = {str(status): _resolved(document, one) for status, one in said.get("responses", {}).items()}
    kind, body = _content(_resolved(document, said.get("requestBody", {})))
    return Operation(
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        action=said.get("x-action", ""),
        roles=tuple(said.get("x-roles", ())),
        parameters=tuple(
            Line(
                name=one["name"],
                kind=one["in"],
                required=bool(one.get("required")),
                description=one.get("description", ""),
            )
            for one in asked
        ),
        takes=tuple(_lines(document, body)),
        takes_kind=kind,
        gives=tuple(line for status in answers if status[0] == "2" for line in _given(document, answers[status])),
        done=tuple(_said(status, one) for status, one in answers.items() if status[0] == "2"),
        fails=tuple(_said(status, answers[status]) for status in sorted(answers) if status[0] != "2"),
    )


def _given(document: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Line]:
    yield from _lines(document, _content(answer)[1])


def _said(status: str, answer: Mapping[str, Any]) -> Said:
    return Said(status=status, description=answer.get("description", ""), kind=_content(answer)[0])


def _content(holder: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    for kind, one in holder.get("content", {}).items():
        return kind, one.get("schema", {})
    return "", {}


def _lines(document: Mapping[str, Any], schema: Mapping[str, Any], way: str = "", depth: int = 0) -> Iterator[Line]:
    schema = _resolved(document, schema)
    needed = set(schema.get("required", ()))
    for name, one in schema.get("properties", {}).items():
        inner = _inner(document, one)
        many = _kinds(_resolved(document, one))[:1] == ["array"]
        there = f"{way}{name}{'[]' if many else ''}"
        yield Line(
            name=there,
            kind=_kind(document, one),
            required=name in needed,
            description=one.get("description", ""),
        )
        if depth < _DEEPEST:
            yield from _lines(document, inner, f"{there}.", depth + 1)


def _inner(document: Mapping[str, Any], one: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of what is inside: of a list its items, of a choice between something and null the something."""
    one = _resolved(document, one)
    for choice in one.get("anyOf", one.get("allOf", ())):
        if choice.get("type") != "null":
            return _inner(document, choice)
    return _inner(document, one["items"]) if "items" in one else one


def _kind(document: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    whole, inner = _resolved(document, one), _inner(document, one)
    if "enum" in inner:
        return " | ".join(str(value) for value in inner["enum"] if value is not None)
    named = str(inner.get("format") or next(iter(_kinds(inner)), "object"))
    return f"{named} | null" if "null" in _kinds(whole) or _may_be_null(whole) else named


def _may_be_null(one: Mapping[str, Any]) -> bool:
    return any(choice.get("type") == "null" for choice in one.get("anyOf", ()))


def _kinds(one: Mapping[str, Any]) -> list[str]:
    kind = one.get("type", "")
    return [kind] if isinstance(kind, str) and kind else list(kind)


def _resolved(document: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = item.get("$ref")
    if not reference:
        return item
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    resolved: Mapping[str, Any] = found
    return resolved
