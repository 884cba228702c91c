"""Let a dossier lie at two schools where the region allows it: a leaver has two places, and one confirmation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_LIVE = sa.text("status IN ('draft', 'sealing', 'offered', 'accepted', 'confirmed')")
_CONFIRMED = sa.text("status = 'confirmed'")
_SECOND = sa.text("place = 1")


def _live(columns: list[str]) -> None:
    op.create_index("uq_handover_live", "handover", columns, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)


def upgrade() -> None:
    op.drop_index("uq_handover_live", table_name="handover")
    with op.batch_alter_table("handover") as handovers:
        handovers.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("handover") as handovers:
        handovers.alter_column("place", server_default=None)
        handovers.create_check_constraint(op.f("ck_handover_two_places"), "place IN (0, 1)")
    _live(["leaver_id", "place"])
    op.create_index(
        "uq_handover_confirmed",
        "handover",
        ["leaver_id"],
        unique=True,
        sqlite_where=_CONFIRMED,
        postgresql_where=_CONFIRMED,
    )
    op.create_index(
        "ix_handover_second", "handover", ["leaver_id"], sqlite_where=_SECOND, postgresql_where=_SECOND
    )
    with op.batch_alter_table("region_setting") as settings:
        settings.add_column(sa.Column("two_schools", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("region_setting") as settings:
        settings.alter_column("two_schools", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("region_setting") as settings:
        settings.drop_column("two_schools")
    op.drop_index("ix_handover_second", table_name="handover")
    op.drop_index("uq_handover_confirmed", table_name="handover")
    op.drop_index("uq_handover_live", table_name="handover")
    # Only one may live: of two it is the confirmed one, else that in the first place.
    handover = sa.table("handover", *(sa.column(name) for name in ("id", "leaver_id", "place", "status")))
    other = handover.alias()
    live = ("draft", "sealing", "offered", "accepted", "confirmed")
    beside = sa.exists().where(
        other.c.leaver_id == handover.c.leaver_id,
        other.c.id != handover.c.id,
        other.c.status.in_(live),
        sa.or_(other.c.status == "confirmed", sa.and_(other.c.place == 0, handover.c.status != "confirmed")),
    )
    op.execute(sa.update(handover).where(handover.c.status.in_(live), beside).values(status="closed"))
    with op.batch_alter_table("handover") as handovers:
        handovers.drop_constraint(op.f("ck_handover_two_places"), type_="check")
        handovers.drop_column("place")
    _live(["leaver_id"])
