"""Hand over with a code, to a guest among the units; and let each school keep something longer by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_UNITS = ('invited', 'enrolled', 'closed')
_KEPT = ('complaint', 'request', 'investigation')
_TOLD = (
    'offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement', 'supplement_failed',
    'reopened', 'released', 'relocated', 'mentor', 'mentor_unread', 'feedback', 'term', 'announced', 'answered',
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        'handover_code',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('handover_id', sa.String(length=32), nullable=False),
        sa.Column('sealed_identity', sa.LargeBinary(), nullable=True),
        sa.Column('recipient', sa.Text(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('expires_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('mailed_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('fetched_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('guest_name', sa.String(length=150), nullable=False),
        sa.Column('guest_function', sa.String(length=150), nullable=False),
        sa.Column('confirmed_by', sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_handover_code_handover_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_code')),
        sa.UniqueConstraint('handover_id', name=op.f('uq_handover_code_handover_id')),
    )
    op.create_table(
        'hold',
        sa.Column('handover_id', sa.String(length=32), nullable=False),
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('because', sa.String(length=32), nullable=False),
        sa.CheckConstraint(sa.column('because').in_(_KEPT), name=op.f('ck_hold_keepreason')),
        sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_hold_handover_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_hold_unit_id')),
        sa.PrimaryKeyConstraint('handover_id', 'unit_id', name=op.f('pk_hold')),
    )
    op.execute(
        'INSERT INTO hold (handover_id, unit_id, until, because) '
        'SELECT id, sender_unit_id, kept_until, kept_because FROM handover WHERE kept_until IS NOT NULL'
    )
    with op.batch_alter_table('handover') as handovers:
        handovers.drop_constraint(op.f('ck_handover_kept_has_reason'), type_='check')
        handovers.drop_constraint(op.f('ck_handover_keepreason'), type_='check')
        handovers.drop_column('kept_because')
        handovers.drop_column('kept_until')
    with op.batch_alter_table('unit') as units:
        units.drop_constraint(op.f('ck_unit_unitstatus'), type_='check')
        units.create_check_constraint(op.f('ck_unit_unitstatus'), sa.column('status').in_((*_UNITS, 'guest')))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(
            op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, 'code_run_out'))
        )


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind') == 'code_run_out'))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
    op.execute(sa.update(sa.table('unit', sa.column('status'))).where(sa.column('status') == 'guest').values(status='closed'))
    with op.batch_alter_table('unit') as units:
        units.drop_constraint(op.f('ck_unit_unitstatus'), type_='check')
        units.create_check_constraint(op.f('ck_unit_unitstatus'), sa.column('status').in_(_UNITS))
    with op.batch_alter_table('handover') as handovers:
        handovers.add_column(sa.Column('kept_until', sa.Date(), nullable=True))
        handovers.add_column(sa.Column('kept_because', sa.String(length=32), nullable=True))
        handovers.create_check_constraint(op.f('ck_handover_keepreason'), sa.column('kept_because').in_(_KEPT))
        handovers.create_check_constraint(
            op.f('ck_handover_kept_has_reason'), '(kept_until IS NULL) = (kept_because IS NULL)'
        )
    op.drop_table('hold')
    op.drop_table('handover_code')
