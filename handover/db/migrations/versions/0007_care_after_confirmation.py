"""Care for what comes after confirmation: mentors, what is opened for them, terms and what is kept longer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_REMARKS = ('note', 'question', 'reply')
_TOLD = (
    'offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement', 'supplement_failed',
    'reopened', 'released', 'relocated', 'announced', 'answered',
)  # fmt: skip
_MORE = ('mentor', 'mentor_unread', 'feedback', 'term')
_KEPT = ('complaint', 'request', 'investigation')


def upgrade() -> None:
    op.create_table(
        'mentoring',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('handover_id', sa.String(length=32), nullable=False),
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('name', sa.String(length=150), nullable=False),
        sa.Column('person_id', sa.String(length=32), nullable=True),
        sa.Column('class_name', sa.String(length=20), nullable=False),
        sa.Column('jws', sa.Text(), nullable=False),
        sa.Column('signer_id', sa.String(length=32), nullable=False),
        sa.Column('named_by', sa.String(length=32), nullable=False),
        sa.Column('named_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('given_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('reminded_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('ended_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_mentoring_handover_id')),
        sa.ForeignKeyConstraint(['named_by'], ['person.id'], name=op.f('fk_mentoring_named_by')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mentoring_person_id')),
        sa.ForeignKeyConstraint(['signer_id'], ['circle_key.id'], name=op.f('fk_mentoring_signer_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_mentoring_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mentoring')),
    )
    op.create_index(op.f('ix_mentoring_handover_id'), 'mentoring', ['handover_id'], unique=False)
    op.create_index(op.f('ix_mentoring_person_id'), 'mentoring', ['person_id'], unique=False)
    op.create_index('ix_mentoring_unit', 'mentoring', ['unit_id', 'ended_at'], unique=False)
    op.create_index(
        'uq_mentoring',
        'mentoring',
        ['handover_id', 'email'],
        unique=True,
        sqlite_where=sa.text('ended_at IS NULL'),
        postgresql_where=sa.text('ended_at IS NULL'),
    )
    op.create_table(
        'opened_item',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('handover_id', sa.String(length=32), nullable=False),
        sa.Column('source', sa.String(length=50), nullable=False),
        sa.Column('blob_key', sa.String(length=64), nullable=True),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('opened_by', sa.String(length=32), nullable=False),
        sa.Column('opened_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('closed_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_opened_item_handover_id')),
        sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_opened_item_opened_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_opened_item')),
        sa.UniqueConstraint('blob_key', name=op.f('uq_opened_item_blob_key')),
    )
    op.create_index(op.f('ix_opened_item_handover_id'), 'opened_item', ['handover_id'], unique=False)
    op.create_index(
        'uq_opened_item',
        'opened_item',
        ['handover_id', 'source'],
        unique=True,
        sqlite_where=sa.text('closed_at IS NULL'),
        postgresql_where=sa.text('closed_at IS NULL'),
    )
    with op.batch_alter_table('handover') as handovers:
        handovers.add_column(sa.Column('opened_room_id', sa.String(length=32), nullable=True))
        handovers.add_column(sa.Column('kept_until', sa.Date(), nullable=True))
        handovers.add_column(sa.Column('kept_because', sa.String(length=32), nullable=True))
        handovers.add_column(sa.Column('warned_at', handover.db.types.UtcDateTime(timezone=True), nullable=True))
        handovers.create_check_constraint(op.f('ck_handover_keepreason'), sa.column('kept_because').in_(_KEPT))
        handovers.create_check_constraint(
            op.f('ck_handover_kept_has_reason'), '(kept_until IS NULL) = (kept_because IS NULL)'
        )
    with op.batch_alter_table('remark') as remarks:
        remarks.drop_constraint(op.f('ck_remark_remarkkind'), type_='check')
        remarks.create_check_constraint(op.f('ck_remark_remarkkind'), sa.column('kind').in_((*_REMARKS, 'feedback')))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD + _MORE))


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind').in_(_MORE)))
    op.execute(sa.delete(sa.table('remark', sa.column('kind'))).where(sa.column('kind') == 'feedback'))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
    with op.batch_alter_table('remark') as remarks:
        remarks.drop_constraint(op.f('ck_remark_remarkkind'), type_='check')
        remarks.create_check_constraint(op.f('ck_remark_remarkkind'), sa.column('kind').in_(_REMARKS))
    with op.batch_alter_table('handover') as handovers:
        handovers.drop_constraint(op.f('ck_handover_kept_has_reason'), type_='check')
        handovers.drop_constraint(op.f('ck_handover_keepreason'), type_='check')
        handovers.drop_column('warned_at')
        handovers.drop_column('kept_because')
        handovers.drop_column('kept_until')
        handovers.drop_column('opened_room_id')
    op.drop_table('opened_item')
    op.drop_table('mentoring')
