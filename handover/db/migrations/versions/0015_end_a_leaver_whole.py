"""Tell both schools when one of them closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0012'
branch_labels = None
depends_on = None

_TOLD = (
    'offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement', 'supplement_failed',
    'reopened', 'released', 'relocated', 'mentor', 'mentor_unread', 'feedback', 'code_run_out', 'term', 'announced',
    'answered', 'outside', 'withdrawn',
)  # fmt: skip
_NEW = ('school_closed', 'primary_closed')


def upgrade() -> None:
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, *_NEW)))


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind').in_(_NEW)))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
