"""Know which child that went to another primary school stands on the lists of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_TOLD = (
    'offered', 'outside', 'entered', 'not_entered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed',
    'supplement', 'supplement_failed', 'withdrawn', 'reopened', 'released', 'relocated', 'mentor', 'mentor_unread',
    'feedback', 'code_run_out', 'term', 'announced', 'answered', 'school_closed', 'primary_closed', 'lapsed',
    'application_lapsed', 'application_stands', 'arrived', 'not_arrived',
)  # fmt: skip
_PASSAGES = ('asked', 'open', 'known', 'unknown', 'confirmed')


def upgrade() -> None:
    with op.batch_alter_table('passage') as passages:
        passages.add_column(sa.Column('there_id', sa.String(length=32), nullable=True))
        passages.create_foreign_key(op.f('fk_passage_there_id'), 'leaver', ['there_id'], ['id'])
        passages.create_index(op.f('ix_passage_there_id'), ['there_id'])
        passages.drop_constraint(op.f('ck_passage_passage'), type_='check')
        passages.create_check_constraint(op.f('ck_passage_passage'), sa.column('state').in_((*_PASSAGES, 'back')))
        passages.create_check_constraint(
            op.f('ck_passage_back_is_on_two_lists'), "state <> 'back' OR there_id IS NOT NULL"
        )
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, 'back')))


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind') == 'back'))
    passage = sa.table('passage', sa.column('id'), sa.column('state'))
    back = sa.select(passage.c.id).where(passage.c.state == 'back')
    notice = sa.table('notice', sa.column('passage_id'))
    op.execute(sa.delete(notice).where(notice.c.passage_id.in_(back)))
    op.execute(sa.delete(passage).where(passage.c.state == 'back'))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
    with op.batch_alter_table('passage') as passages:
        passages.drop_constraint(op.f('ck_passage_back_is_on_two_lists'), type_='check')
        passages.drop_constraint(op.f('ck_passage_passage'), type_='check')
        passages.create_check_constraint(op.f('ck_passage_passage'), sa.column('state').in_(_PASSAGES))
        passages.drop_index(op.f('ix_passage_there_id'))
        passages.drop_constraint(op.f('fk_passage_there_id'), type_='foreignkey')
        passages.drop_column('there_id')
