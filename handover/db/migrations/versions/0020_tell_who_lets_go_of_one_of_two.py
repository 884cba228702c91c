"""Tell a primary school by mail that one of two schools is to be let go of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

_TOLD = (
    'offered', 'outside', 'entered', 'not_entered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed',
    'supplement', 'supplement_failed', 'withdrawn', 'reopened', 'released', 'relocated', 'mentor', 'mentor_unread',
    'feedback', 'code_run_out', 'term', 'announced', 'answered', 'school_closed', 'primary_closed', 'lapsed',
    'application_lapsed', 'application_stands', 'arrived', 'not_arrived', 'back',
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, 'let_go')))


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind') == 'let_go'))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
