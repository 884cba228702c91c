"""All resources of the API that are about children and their schools, for the composition root."""

from __future__ import annotations

from handover.desk.api_afterwards import api_afterwards
from handover.desk.api_announcements import api_announcements
from handover.desk.api_applications import api_applications
from handover.desk.api_asking import api_asking
from handover.desk.api_coded import api_coded
from handover.desk.api_documents import api_documents
from handover.desk.api_dossiers import api_dossiers
from handover.desk.api_handovers import api_handovers
from handover.desk.api_leavers import api_leavers
from handover.desk.api_locations import api_locations
from handover.desk.api_log import api_log
from handover.desk.api_mentors import api_mentors
from handover.desk.api_outcomes import api_outcomes
from handover.desk.api_outside import api_outside
from handover.desk.api_passages import api_passages
from handover.desk.api_reading import api_reading
from handover.desk.api_region import api_region
from handover.desk.api_remarks import api_remarks
from handover.desk.api_undo import api_undo
from handover.web.api import ApiBlueprint

RESOURCES: tuple[ApiBlueprint, ...] = (
    api_locations,
    api_leavers,
    api_applications,
    api_announcements,
    api_passages,
    api_asking,
    api_dossiers,
    api_documents,
    api_handovers,
    api_outcomes,
    api_reading,
    api_remarks,
    api_afterwards,
    api_coded,
    api_outside,
    api_mentors,
    api_undo,
    api_region,
    api_log,
)
"""In the order of a handover's life, in which the document and its page show them."""
