"""Say which boc'er of the samenwerkingsverband a school belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0010'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'boc_school',
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.Column('person_id', sa.String(length=32), nullable=False),
        sa.Column('since', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_boc_school_person_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_boc_school_unit_id')),
        sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_boc_school')),
    )
    op.create_index(op.f('ix_boc_school_person_id'), 'boc_school', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_boc_school_person_id'), table_name='boc_school')
    op.drop_table('boc_school')
