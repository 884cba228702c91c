"""Record that a dossier went outside the service, and when its mentor looked at the child."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

_ORIGINS = ('sealed', 'asked')
_TOLD = (
    'offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement', 'supplement_failed',
    'reopened', 'released', 'relocated', 'mentor', 'mentor_unread', 'feedback', 'code_run_out', 'term', 'announced',
    'answered',
)  # fmt: skip
_WAYS = ('oso', 'paper', 'conversation', 'other')


def upgrade() -> None:
    with op.batch_alter_table('handover') as handovers:
        handovers.drop_constraint(op.f('ck_handover_origin'), type_='check')
        handovers.create_check_constraint(
            op.f('ck_handover_origin'), sa.column('origin').in_((*_ORIGINS, 'outside', 'entered'))
        )
    with op.batch_alter_table('mentoring') as mentorings:
        mentorings.add_column(sa.Column('seen_at', handover.db.types.UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, 'outside')))
    op.create_table(
        'handover_outside',
        sa.Column('handover_id', sa.String(length=32), nullable=False),
        sa.Column('way', sa.String(length=32), nullable=False),
        sa.Column('went_on', sa.Date(), nullable=False),
        sa.Column('confirmed_by', sa.String(length=150), nullable=False),
        sa.CheckConstraint(sa.column('way').in_(_WAYS), name=op.f('ck_handover_outside_outsideway')),
        sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_handover_outside_handover_id')),
        sa.PrimaryKeyConstraint('handover_id', name=op.f('pk_handover_outside')),
    )


def downgrade() -> None:
    op.drop_table('handover_outside')
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind') == 'outside'))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
    with op.batch_alter_table('mentoring') as mentorings:
        mentorings.drop_column('seen_at')
    # Nothing of these lies here: without the word for it, they are as if sealed here and closed again.
    handover = sa.table('handover', sa.column('origin'), sa.column('status'))
    elsewhere = handover.c.origin.in_(('outside', 'entered'))
    op.execute(sa.update(handover).where(elsewhere).values(origin='sealed', status='closed'))
    with op.batch_alter_table('handover') as handovers:
        handovers.drop_constraint(op.f('ck_handover_origin'), type_='check')
        handovers.create_check_constraint(op.f('ck_handover_origin'), sa.column('origin').in_(_ORIGINS))
