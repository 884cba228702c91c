"""Remember one press on many dossiers, so that it can be done in parts; and filters of the inbox that somebody keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TOGETHER = ("receive", "admit", "wait", "enrol", "confirm", "take", "talk")
_BECAME = ("done", "already", "not_complete", "gone", "nobody_reads", "later", "refused")


def upgrade() -> None:
    op.create_table(
        "many_press",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("pressed_at", handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(sa.column("what").in_(_TOGETHER), name=op.f("ck_many_press_together")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_many_press_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_many_press")),
    )
    op.create_index(op.f("ix_many_press_person_id"), "many_press", ["person_id"])
    op.create_index(op.f("ix_many_press_pressed_at"), "many_press", ["pressed_at"])
    op.create_table(
        "one_of_many",
        sa.Column("press_id", sa.String(length=32), nullable=False),
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("became", sa.String(length=32), nullable=True),
        sa.CheckConstraint(sa.column("became").in_(_BECAME), name=op.f("ck_one_of_many_became")),
        sa.ForeignKeyConstraint(
            ["press_id"], ["many_press.id"], name=op.f("fk_one_of_many_press_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("press_id", "handover_id", name=op.f("pk_one_of_many")),
    )
    left = sa.text("became IS NULL")
    op.create_index(
        "ix_one_of_many_left", "one_of_many", ["press_id", "place"], sqlite_where=left, postgresql_where=left
    )
    op.create_table(
        "kept_filter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("tab", sa.String(length=16), nullable=False),
        sa.Column("school_id", sa.String(length=32), nullable=False),
        sa.Column("handler", sa.String(length=8), nullable=False),
        sa.Column("department_id", sa.String(length=32), nullable=False),
        sa.Column("marks", sa.String(length=80), nullable=False),
        sa.Column("starts", sa.Boolean(), nullable=False),
        sa.Column("made_at", handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_filter_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_kept_filter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_filter")),
        sa.UniqueConstraint(
            *("person_id", "unit_id", "tab", "school_id", "handler", "department_id", "marks"), name="uq_kept_filter"
        ),
    )
    starts = sa.text("starts")
    op.create_index(
        "uq_kept_filter_starts",
        "kept_filter",
        ["person_id", "unit_id"],
        unique=True,
        sqlite_where=starts,
        postgresql_where=starts,
    )


def downgrade() -> None:
    op.drop_table("kept_filter")
    op.drop_table("one_of_many")
    op.drop_table("many_press")
