"""The parents of a leaver as their pages show them, and recording what the school did with each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from handover.db.base import new_id
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.forms_fields import Group, Kind, Typed, read_fields, shown
from handover.desk.forms_parents import NEW_COPY, NO_ANSWER, NO_COPY, parent_groups
from handover.dossiers.content import Content, Parent, Section
from handover.dossiers.drafts import Draft, open_draft, save
from handover.errors import Conflict, NotFound
from handover.policy import Actor
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.parent import InspectionWay

VERSION = "versie"
"""The hidden field with the content version that somebody saw when they recorded a copy."""
READ = "gelezen"
_LONGEST_HOW = 200
_VERSION = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class ParentsPage:
    """The list. `stale`: ids of those whose copy is of an earlier version."""

    head: Head
    parents: tuple[Parent, ...] = field(repr=False)
    stale: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class ParentPage:
    """The form of one parent. `parent` is None for a new one."""

    head: Head
    parent: Parent | None = field(repr=False)
    groups: tuple[Group, ...] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    read: str
    errors: Mapping[str, str] = field(default_factory=dict, repr=False)
    theirs: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_stale: bool = False
    is_saved: bool = False

    @property
    def href(self) -> str:
        """Where the form goes."""
        return f"{self.head.href}/ouders/{self.parent.id if self.parent else 'nieuw'}"


def open_parents(services: Services, actor: Actor, reference: str) -> ParentsPage:
    """The parents of a leaver.

    Raises:
        NamesOnly, NotFound, NoKey: not for this actor.
    """
    head, draft = _open(services, actor, reference)
    parents = draft.content.parents
    stale = frozenset(parent.id for parent in parents if is_stale(parent, head))
    return ParentsPage(head=head, parents=parents, stale=stale)


def open_parent(services: Services, actor: Actor, reference: str, parent_id: str | None) -> ParentPage:
    """The form of one of them, or of one to add; errors are those of `open_parents`."""
    head, draft = _open(services, actor, reference)
    parent = parent_of(draft.content, parent_id) if parent_id else None
    stale = parent is not None and is_stale(parent, head)
    groups = parent_groups(is_stale=stale)
    texts = _kept(groups, parent)
    return ParentPage(head=head, parent=parent, groups=groups, texts=texts, read=_mark(texts), is_stale=stale)


def save_parent(
    services: Services, actor: Actor, reference: str, parent_id: str | None, posted: Mapping[str, str]
) -> ParentPage:
    """Keep what was typed of one parent, unless a colleague changed the same one meanwhile; the page says which.

    Raises:
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    page = open_parent(services, actor, reference, parent_id)
    fields = tuple(one for group in page.groups for one in group.fields)
    typed = read_fields(fields, posted, today=local_day(services.clock.now()))
    if not typed.texts["name"]:
        typed.errors["name"] = _("Vul de naam in.")
    if typed.errors:
        return replace(page, texts=typed.texts, read=posted.get(READ, ""), errors=typed.errors)
    seen = _seen(posted)
    made = parent_id or new_id()

    def change(content: Content) -> Content:
        before = parent_of(content, parent_id) if parent_id else None
        kept = _kept(page.groups, before)
        if _mark(kept) != posted.get(READ, "") and typed.texts != kept:
            raise _Changed(kept)
        return _with(content, _parent(made, before, typed, seen))

    try:
        _change(services, actor, reference, change)
    except _Changed as changed:
        theirs = {one.name: changed.kept[one.name] or _("(leeg)") for one in fields}
        theirs = {name: text for name, text in theirs.items() if changed.kept[name] != typed.texts[name]}
        return replace(page, texts=typed.texts, read=_mark(changed.kept), theirs=theirs)
    return replace(page, texts=typed.texts, is_saved=True)


def remove_parent(services: Services, actor: Actor, reference: str, parent_id: str) -> None:
    """Take one off the list; errors are those of `save_parent`."""

    def change(content: Content) -> Content:
        gone = parent_of(content, parent_id)
        return replace(content, parents=tuple(one for one in content.parents if one.id != gone.id))

    _change(services, actor, reference, change)


def record_no_answer(
    services: Services, actor: Actor, reference: str, parent_id: str, posted: Mapping[str, str]
) -> Typed:
    """Record that a parent was asked twice and did not answer in time: that may not hold a child up.

    Errors are those of `save_parent`; what is wrong with the answers is in what it gives.
    """
    typed = read_fields(NO_ANSWER, posted, today=local_day(services.clock.now()))
    for one in NO_ANSWER:
        if not typed.texts[one.name]:
            typed.errors[one.name] = _("Vul dit in.")
    if not typed.errors and not (typed.values["first_on"] < typed.values["second_on"] < typed.values["until"]):
        typed.errors["second_on"] = _("Deze dagen kloppen niet na elkaar. Eerst vraagt u twee keer, dan wacht u.")
    if typed.errors:
        return typed
    # Kept in the words of the school, because the secondary school reads them.
    first, second, until = (_in_numbers(typed.values[name]) for name in ("first_on", "second_on", "until"))
    how = f"Twee keer gevraagd, op {first} en {second} ({typed.values['how']}). Geen antwoord tot en met {until}."

    def change(content: Content) -> Content:
        parent = parent_of(content, parent_id)
        return _with(content, replace(parent, inspected_on=typed.values["second_on"], inspected_how=how))

    _change(services, actor, reference, change)
    return typed


def waive_copy(services: Services, actor: Actor, reference: str, parent_id: str, posted: Mapping[str, str]) -> Typed:
    """Record why a parent needs no newer copy. Errors as in `record_no_answer`."""
    typed = read_fields(NO_COPY, posted, today=local_day(services.clock.now()))
    if not typed.texts["reason"]:
        typed.errors["reason"] = _("Schrijf op waarom niet.")
    if not typed.values.get("same_advice"):
        typed.errors["same_advice"] = _("Is het advies veranderd? Geef de ouder dan altijd een nieuwe kopie.")
    if typed.errors:
        return typed
    seen = _seen(posted)

    def change(content: Content) -> Content:
        parent = parent_of(content, parent_id)
        how = f"{parent.copy_how}; nieuwe kopie niet nodig: {typed.values['reason']}".removeprefix("; ")
        return _with(content, replace(parent, copy_of=seen, copy_how=how[-_LONGEST_HOW:]))

    _change(services, actor, reference, change)
    return typed


def record_copies(
    services: Services,
    actor: Actor,
    reference: str,
    *,
    on: date,
    how: str,
    seen: int,
    inspected: InspectionWay | None = None,
) -> None:
    """Record that each parent who must see it, and has no good copy, was given one of the version that was shown.

    `inspected`: on that day they saw the dossier too, in this way; who had seen it before keeps what stands there.

    Raises:
        Conflict: the dossier changed since; nobody was given what it says now.
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """

    def change(content: Content) -> Content:
        return replace(content, parents=tuple(given(one) if one.must_see else one for one in content.parents))

    def given(one: Parent) -> Parent:
        if one.copy_on is None or one.copy_of < seen:
            one = replace(one, copy_on=on, copy_how=how, copy_of=seen)
        if inspected and one.inspected_on is None:
            one = replace(one, inspected_on=on, inspected_way=inspected)
        return one

    head, _draft = _open(services, actor, reference)
    if head.content_version != seen:
        raise Conflict
    _change(services, actor, reference, change)


def parent_of(content: Content, parent_id: str) -> Parent:
    """The parent of this id.

    Raises:
        NotFound: there is none, any more.
    """
    for parent in content.parents:
        if parent.id == parent_id:
            return parent
    raise NotFound


def is_stale(parent: Parent, head: Head) -> bool:
    """Whether the dossier changed after this parent's copy was made."""
    return parent.copy_on is not None and parent.copy_of < head.content_version


class _Changed(Exception):  # no error: it stops the change and says what is there now
    def __init__(self, kept: Mapping[str, str]) -> None:
        super().__init__()
        self.kept = kept


def _open(services: Services, actor: Actor, reference: str) -> tuple[Head, Draft]:
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        return head_of(uow, actor, leaver), open_draft(uow, actor, reference)


def _change(services: Services, actor: Actor, reference: str, change: Callable[[Content], Content]) -> None:
    """Save what `change` makes of the content; once more on what a colleague just saved."""
    for _attempt in range(3):
        head, draft = _open(services, actor, reference)
        try:
            save(
                services,
                actor,
                reference,
                change(draft.content),
                read=draft,
                has_opp=head.has_opp,
                section=Section.PARENTS.value,
            )
        except Conflict:
            continue
        return
    raise Conflict


def _with(content: Content, parent: Parent) -> Content:
    others = [one.id for one in content.parents]
    if parent.id not in others:
        return replace(content, parents=(*content.parents, parent))
    return replace(content, parents=tuple(parent if one.id == parent.id else one for one in content.parents))


def _parent(parent_id: str, before: Parent | None, typed: Typed, seen: int) -> Parent:
    values: dict[str, Any] = dict(typed.values)
    is_new_copy = values.pop(NEW_COPY, False) or before is None or values["copy_on"] != before.copy_on
    copy_of = seen if is_new_copy else before.copy_of if before else 0
    return Parent(id=parent_id, copy_of=copy_of if values["copy_on"] else 0, **values)


def _kept(groups: tuple[Group, ...], parent: Parent | None) -> dict[str, str]:
    kept = {}
    for one in (one for group in groups for one in group.fields):
        value = getattr(parent, one.name, "") if parent else ""
        kept[one.name] = "" if one.kind is Kind.TICK else shown(value)
    return kept


def _seen(posted: Mapping[str, str]) -> int:
    version = posted.get(VERSION, "")
    return int(version) if _VERSION.fullmatch(version) else 0


def _mark(texts: Mapping[str, str]) -> str:
    kept = {name: text for name, text in texts.items() if name != NEW_COPY}
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def _in_numbers(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"
