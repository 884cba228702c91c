"""Mailing links to people without an account. A link opens nothing; the words beside it are told by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import structlog

from handover.bundles.asked_model import AskedDossier
from handover.bundles.code_model import HandoverCode
from handover.errors import HandoverError
from handover.mail import Message
from handover.services import Services

log = structlog.get_logger(__name__)

Linked = HandoverCode | AskedDossier
"""What a link stands for, and when it was mailed."""


def mail_each(services: Services, table: type[HandoverCode | AskedDossier], messages: Mapping[str, Message]) -> None:
    """Mail these, by the id of their row. Killed between mail and row, one is mailed once more; refused, it waits."""
    for row_id, message in messages.items():
        try:
            services.mailer.send(message)
        except HandoverError as error:  # the next sweep tries again
            log.warning("link_not_mailed", error=error.code)
            continue
        with services.uow() as uow:
            row = cast("Linked", uow.session.get_one(table, row_id))
            row.mailed_at = uow.clock.now()
            uow.commit()
