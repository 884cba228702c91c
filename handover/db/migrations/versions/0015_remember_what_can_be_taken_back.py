"""Remember what a press changed, and what a move to another school changed, so that it can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OUTCOMES = ("asked", "admitted", "waiting", "refused", "withdrawn", "enrolled")
_TLVS = ("not_needed", "to_request", "requested", "granted", "refused")


def upgrade() -> None:
    op.create_table(
        "undo_step",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("press_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("about_id", sa.String(length=32), nullable=False),
        sa.Column("left_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("tlv", sa.String(length=32), nullable=True),
        sa.Column("tlv_until", sa.Date(), nullable=True),
        sa.Column("receiver_brin", sa.String(length=6), nullable=True),
        sa.Column("department_id", sa.String(length=32), nullable=True),
        sa.Column("handler_id", sa.String(length=32), nullable=True),
        sa.Column("pressed_at", handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_at", handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(sa.column("outcome").in_(_OUTCOMES), name=op.f("ck_undo_step_outcome")),
        sa.CheckConstraint(sa.column("tlv").in_(_TLVS), name=op.f("ck_undo_step_tlv")),
        sa.CheckConstraint(
            sa.column("what").in_(("outcome", "placed", "confirmed")), name=op.f("ck_undo_step_pressed")
        ),
        sa.ForeignKeyConstraint(["receiver_brin"], ["location.brin6"], name=op.f("fk_undo_step_receiver_brin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_step")),
    )
    op.create_index(op.f("ix_undo_step_press_id"), "undo_step", ["press_id"])
    op.create_index(op.f("ix_undo_step_pressed_at"), "undo_step", ["pressed_at"])
    op.create_table(
        "moved",
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        sa.Column("from_application_id", sa.String(length=32), nullable=False),
        sa.Column("from_outcome", sa.String(length=32), nullable=False),
        sa.Column("from_outcome_on", sa.Date(), nullable=True),
        sa.Column("from_left_version", sa.Integer(), nullable=False),
        sa.Column("to_outcome", sa.String(length=32), nullable=False),
        sa.Column("to_outcome_on", sa.Date(), nullable=True),
        sa.Column("to_left_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(sa.column("from_outcome").in_(_OUTCOMES), name=op.f("ck_moved_outcome")),
        sa.CheckConstraint(sa.column("to_outcome").in_(_OUTCOMES), name=op.f("ck_moved_outcome_there")),
        sa.ForeignKeyConstraint(["from_application_id"], ["application.id"], name=op.f("fk_moved_from_application_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_moved_handover_id")),
        sa.PrimaryKeyConstraint("handover_id", name=op.f("pk_moved")),
    )


def downgrade() -> None:
    op.drop_table("moved")
    op.drop_index(op.f("ix_undo_step_pressed_at"), table_name="undo_step")
    op.drop_index(op.f("ix_undo_step_press_id"), table_name="undo_step")
    op.drop_table("undo_step")
