"""Say which boc'er a school belongs to, and let the region set its own dates and days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0009'
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
    op.create_table(
        'region_setting',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('long_wait', sa.Integer(), nullable=False),
        sa.Column('late_key_work', sa.Integer(), nullable=False),
        sa.Column('remind_before', sa.Integer(), nullable=False),
        sa.Column('warn_before', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_region_setting_only_one')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_region_setting')),
    )
    with op.batch_alter_table('school_year') as years:
        years.alter_column('send_before', existing_type=sa.Date(), nullable=True)


def downgrade() -> None:
    op.execute('DELETE FROM school_year WHERE send_before IS NULL')
    with op.batch_alter_table('school_year') as years:
        years.alter_column('send_before', existing_type=sa.Date(), nullable=False)
    op.drop_table('region_setting')
    op.drop_index(op.f('ix_boc_school_person_id'), table_name='boc_school')
    op.drop_table('boc_school')
