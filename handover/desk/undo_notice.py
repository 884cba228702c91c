"""A notice of what was just done, with the way back where there is one."""

from __future__ import annotations

from flask_babel import gettext as _

from handover.bundles.undo_steps import steps_of
from handover.policy import Actor
from handover.services import current_services
from handover.web.messages import Notice


def with_undo(text: str, actor: Actor, press: str) -> Notice:
    """What was done by this press, which can be taken back if it changed something that can."""
    with current_services().uow() as uow:
        changed = steps_of(uow, actor, press)
    if not changed:
        return Notice(text=text)
    until = _("Dat kan tot morgen, zolang niemand er iets aan verandert.")
    return Notice(text=text, undo_href=f"/ongedaan/{press}", undo_until=until)
