"""Find what waits, what was announced and who is on the way by since when, without going through the region."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None

_OFFERED = sa.text("status = 'offered'")


def _waiting(columns: list[str]) -> None:
    op.drop_index("ix_handover_waiting", table_name="handover")
    op.create_index("ix_handover_waiting", "handover", columns, sqlite_where=_OFFERED, postgresql_where=_OFFERED)


def upgrade() -> None:
    _waiting(["offered_at", "sender_unit_id", "receiver_unit_id", "leaver_id", "status"])
    op.create_index("ix_handover_application_id", "handover", ["application_id"])
    op.create_index("ix_announcement_state", "announcement", ["state", "announced_at"])
    op.create_index("ix_passage_state", "passage", ["state", "begun_at"])
    op.create_index("ix_unit_standing", "unit", ["status", "side", "id", "place"])
    op.drop_index("ix_location_municipality_code", table_name="location")
    op.create_index("ix_location_there", "location", ["municipality_code", "closed_on", "kind", "brin6"])


def downgrade() -> None:
    op.drop_index("ix_location_there", table_name="location")
    op.create_index("ix_location_municipality_code", "location", ["municipality_code"])
    op.drop_index("ix_unit_standing", table_name="unit")
    op.drop_index("ix_passage_state", table_name="passage")
    op.drop_index("ix_handover_application_id", table_name="handover")
    op.drop_index("ix_announcement_state", table_name="announcement")
    _waiting(["sender_unit_id", "school_year", "offered_at", "status"])
