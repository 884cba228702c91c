"""A secret address or number: what must stand nowhere, and whether it stands in something that goes along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.dossiers.documents import KeptDocument, list_documents
from handover.dossiers.drafts import open_draft
from handover.dossiers.hidden import Hidden, Looked, hidden_of, hide, look_through, mark, where_it_stands
from handover.dossiers.labels import SECTIONS
from handover.errors import Conflict, Invalid
from handover.policy import Actor
from handover.services import current_services
from handover.terms.hidden import needle
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

hiding = Blueprint("hiding", __name__, template_folder="templates")


@dataclass(frozen=True, kw_only=True)
class HiddenPage:
    """What is hidden, and what is known of each document."""

    head: Head
    hidden: Hidden
    documents: tuple[tuple[KeptDocument, Looked | None], ...]
    stands_in: tuple[tuple[str, str], ...]
    """Where it stands in what was filled in: an address and its name."""

    @property
    def is_unseen(self) -> bool:
        """Whether a document was not looked through."""
        return any(looked is None for _document, looked in self.documents)


@hiding.get("/leerling/<reference>/geheim")
def show(reference: str) -> Response:
    """What must stand nowhere."""
    return _page(current_actor(), reference)


@hiding.post("/leerling/<reference>/geheim")
def keep(reference: str) -> Response:
    """Change it; every document is looked through anew."""
    actor, typed = current_actor(), request.form.get("regels", "")
    try:
        hide(current_services(), actor, reference, typed)
    except Invalid as error:
        return _page(actor, reference, typed=typed, wrong=said(error))
    except Conflict:
        wrong = {"regels": _("Een collega veranderde dit net. Hieronder staat wat u typte. Bewaar het opnieuw.")}
        return _page(actor, reference, typed=typed, wrong=wrong, status=409)
    tell(Notice(text=_("Bewaard. De documenten zijn nagekeken.")))
    return _to(reference)


@hiding.post("/leerling/<reference>/geheim/nakijken")
def look_again(reference: str) -> Response:
    """Look through what was not looked through yet."""
    look_through(current_services(), current_actor(), reference)
    return _to(reference)


@hiding.post("/leerling/<reference>/geheim/<document_id>/bekeken")
def looked(reference: str, document_id: str) -> Response:
    """Somebody looked at a scan themselves, and it does not stand there."""
    needles = [needle(line) for line in request.form.get("gezocht", "").splitlines()]
    if not mark(current_services(), current_actor(), reference, document_id, Looked.BY_EYE, needles=needles):
        text = _("Intussen veranderde wat geheim moet blijven. Kijk het document nog eens na.")
        tell(Notice(text=text, tone=Tone.WARNING))
    return _to(reference)


def _page(
    actor: Actor,
    reference: str,
    *,
    typed: str | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:
    with current_services().uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        hidden = hidden_of(uow, actor, leaver)
        content = open_draft(uow, actor, reference).content
        documents = list_documents(uow, actor, leaver)
        page = HiddenPage(
            head=head_of(uow, actor, leaver),
            hidden=hidden,
            documents=tuple((one, hidden.looked.get(one.id)) for one in documents) if hidden.items else (),
            stands_in=tuple(
                (f"/leerling/{reference}/{section.value}", _(SECTIONS[section]))
                for section in where_it_stands(content, hidden.needles)
            ),
        )
    return render(
        "desk/geheim.html",
        status=status if wrong else 200,
        kop=page.head,
        pagina=page,
        getypt="\n".join(page.hidden.items) if typed is None else typed,
        fouten=wrong or {},
    )


def _to(reference: str) -> Response:
    return cast("Response", redirect(f"/leerling/{reference}/geheim", code=303))
