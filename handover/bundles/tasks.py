"""What the worker does for handovers, and the sweep, which finds all work that a message was lost for."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import structlog

from handover.access.absence import forget_past_absences
from handover.bundles.asking import end_unanswered, mail_asked
from handover.bundles.coded import end_run_out, mail_links
from handover.bundles.destroying import destroy, due
from handover.bundles.destructions import note, note_the_rest
from handover.bundles.forgetting import forget_old_announcements
from handover.bundles.kept_filters import forget_filters_of_who_left
from handover.bundles.loose_blobs import delete_loose_blobs
from handover.bundles.many import forget_many
from handover.bundles.mentors import find_mentors
from handover.bundles.notices import find_readers, forget_old_notices, mail_person, people_to_mail
from handover.bundles.placing import free_of_who_left
from handover.bundles.reminding import remind
from handover.bundles.settling import settle, unsettled
from handover.bundles.undo_steps import forget_presses
from handover.errors import HandoverError
from handover.leavers.applications import find_receivers
from handover.queue import TaskName, task
from handover.services import Services

log = structlog.get_logger(__name__)

WAITED = timedelta(minutes=1)
"""A handover this old that is not settled had its message lost, or waits behind many others."""
AT_ONCE = 200
"""Handed over in one sweep at most: a long queue must not grow by what already stands in it."""


@task(TaskName.SETTLE_BUNDLE)
def settle_bundle(services: Services, handover_id: str) -> None:
    """Compare the stored bytes of a handover with its letter, and offer it."""
    settle(services, handover_id)


@task(TaskName.SWEEP)
def sweep(services: Services) -> None:
    """Hand over again whatever waits too long, each minute. Nothing here decides; each task looks for itself.

    Applications at a school that has come to take part since find their way to it, mentors who have to their
    children, what nobody could be told to who can be by now;
    and what somebody took care of who left to whoever takes it up. Filters of who left go.
    """
    with services.uow() as uow:
        waiting = unsettled(uow, before=uow.clock.now() - WAITED, limit=AT_ONCE)
        find_readers(uow)
        people = people_to_mail(uow, limit=AT_ONCE)
        find_receivers(uow)
        find_mentors(uow)
        end_run_out(uow)
        end_unanswered(uow)
        free_of_who_left(uow)
        forget_filters_of_who_left(uow)
        uow.commit()
    for handover_id in waiting:
        services.queue.enqueue(TaskName.SETTLE_BUNDLE, handover_id)
    for person_id in people:
        services.queue.enqueue(TaskName.SEND_MAIL, person_id)
    services.queue.enqueue(TaskName.EXPIRE_SESSIONS)
    mail_links(services)
    mail_asked(services)


@task(TaskName.SEND_MAIL)
def send_mail(services: Services, person_id: str) -> None:
    """Mail one person what waits for them."""
    mail_person(services, person_id)


@task(TaskName.DESTROY_DUE)
def destroy_what_is_due(services: Services) -> None:
    """Destroy the handovers whose term is over, one by one: killed in between, the next night goes on.

    Before it, whoever is to be told of a term, or of something unread, is told.
    """
    remind(services)
    with services.uow() as uow:
        waiting = due(uow)
    for handover_id in waiting:
        try:
            destroy(services, handover_id, is_over=True)
            note(services, [handover_id])
        except HandoverError as error:  # the next night looks again; the others are not held up by it
            log.warning("not_destroyed", handover=handover_id, error=error.code)
        except OSError as error:  # destroyed it is; a disk that takes no line must not keep the others
            log.error("destruction_not_noted", handover=handover_id, error=type(error).__name__)  # noqa: TRY400  # no traceback
    with suppress(OSError):  # said above; the next start notes what is left
        note_the_rest(services)
    forget_old_announcements(services)
    forget_past_absences(services)
    forget_presses(services)
    forget_old_notices(services)
    forget_many(services)


@task(TaskName.DELETE_BLOBS)
def delete_blobs(services: Services) -> None:
    """Delete what writers that were killed left in the store."""
    delete_loose_blobs(services)
