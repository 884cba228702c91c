"""Saving one form of a dossier: on what was read, or else showing what a colleague saved beside what was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.forms_fields import YES, Kind, Typed, in_words, read_fields, shown
from handover.desk.forms_questions import HAS_OPP, SectionForm
from handover.dossiers.content import IN_THE_PDF, PARTS_IN_PDF, Content, Section
from handover.dossiers.drafts import Draft, documents_of, open_draft, save
from handover.errors import Conflict
from handover.policy import Actor
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.document_kind import DocumentKind

READ = "gelezen"
"""The hidden field that says which state of the form somebody looked at."""
POINT = "in_pdf"
"""The button that lets the empty parts of a report say that they stand in the pdf; what was typed is kept with it."""
_ADDRESS = ("street", "postcode", "place")


@dataclass(frozen=True, kw_only=True)
class SectionPage:
    """A form as it is shown: filled with what is kept, or with what was typed."""

    head: Head
    form: SectionForm
    draft: Draft = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    read: str
    errors: Mapping[str, str] = field(default_factory=dict, repr=False)
    theirs: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a colleague saved, where it differs from what was typed."""
    is_saved: bool = False
    is_prefilled: bool = False
    """Something stands in it that nobody kept yet."""
    has_pdf: bool = False
    """It is about the report, and the school's own OKR document lies in the dossier."""


def open_section(services: Services, actor: Actor, reference: str, form: SectionForm) -> SectionPage:
    """The form with what is kept; errors are those of `open_page`."""
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        head, draft = head_of(uow, actor, leaver), open_draft(uow, actor, reference)
        documents = documents_of(uow, leaver.id) if form.section is Section.REPORT else []
        has_pdf = any(one.kind is DocumentKind.OKR for one in documents)
    texts = _kept(form, draft.content, has_opp=head.has_opp)
    return SectionPage(head=head, form=form, draft=draft, texts=texts, read=_state(draft, texts), has_pdf=has_pdf)


def save_section(
    services: Services, actor: Actor, reference: str, form: SectionForm, posted: Mapping[str, str]
) -> SectionPage:
    """Save what was typed, if it can be read and nobody saved this form since; the page says which of the two.

    A colleague who saved another form meanwhile is no reason to stop.

    Raises:
        AlreadySent: it may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    page = open_section(services, actor, reference, form)
    if posted.get(POINT) and page.has_pdf:
        empty = {name: IN_THE_PDF for name in PARTS_IN_PDF if not posted.get(name, "").strip()}
        posted = {**posted, **empty}
    typed = read_fields(form.fields, posted, today=local_day(services.clock.now()))
    errors = typed.errors | _together(form, typed)
    if errors:
        return replace(page, texts=typed.texts, read=posted.get(READ, ""), errors=errors)
    for _attempt in range(3):
        if _is_stale(posted.get(READ, ""), page) and typed.texts != page.texts:
            return replace(page, texts=typed.texts, theirs=_theirs(form, page.texts, typed.texts))
        try:
            _write(services, actor, page, typed)
        except Conflict:
            # Somebody saved between reading and writing: look again whether it was this form.
            page = open_section(services, actor, reference, form)
            continue
        return replace(page, texts=typed.texts, is_saved=True)
    raise Conflict


def _write(services: Services, actor: Actor, page: SectionPage, typed: Typed) -> None:
    values = dict(typed.values)
    has_opp = bool(values.pop(HAS_OPP, page.head.has_opp))
    if values.get("secret_address"):
        values |= dict.fromkeys(_ADDRESS, "")
    save(
        services,
        actor,
        page.head.reference,
        page.draft.content.with_section(page.form.part, values),
        read=page.draft,
        has_opp=has_opp,
        section=page.form.section.value,
    )


def _together(form: SectionForm, typed: Typed) -> dict[str, str]:
    """What is wrong with answers that are each good by themselves."""
    if form.section is Section.SUPPORT and typed.texts[HAS_OPP] != YES:
        texts = [text for name, text in typed.texts.items() if name != HAS_OPP]
        if any(texts):
            return {
                HAS_OPP: _("U koos nee, maar hieronder staat nog tekst over een OPP. Wis die eerst, of kies ja."),
            }
    return {}


def _kept(form: SectionForm, content: Content, *, has_opp: bool) -> dict[str, str]:
    part = getattr(content, form.part)
    values: dict[str, Any] = {
        one.name: has_opp if one.name == HAS_OPP else getattr(part, one.name) for one in form.fields
    }
    kept = {name: shown(value) for name, value in values.items()}
    for one in form.fields:
        if one.kind is Kind.TICK and kept[one.name] != YES:
            kept[one.name] = ""  # a box that was not ticked sends nothing
    return kept


def _state(draft: Draft, texts: Mapping[str, str]) -> str:
    """The versions that were read, and a mark of what this form said then."""
    mark = sha256(json.dumps(dict(texts), sort_keys=True).encode()).hexdigest()[:16]
    return f"{draft.report_version}-{draft.support_version}-{mark}"


def _is_stale(read: str, page: SectionPage) -> bool:
    """Whether this form says something else now than when somebody read it. Other forms do not matter."""
    return read.rpartition("-")[2] != page.read.rpartition("-")[2]


def _theirs(form: SectionForm, kept: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    return {
        one.name: in_words(one, kept[one.name]) or _("(leeg)")
        for one in form.fields
        if kept[one.name] != typed[one.name]
    }
