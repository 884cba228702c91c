"""Carry a handover through its whole life: supplements, reopening, releasing, and who takes care of it where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_TOLD = ('offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed')
_MORE = ('supplement', 'supplement_failed', 'reopened', 'released', 'relocated', 'announced', 'answered')
_RELEASED = ('other_school', 'not_coming', 'wrong_school')
_FLAGS = ('has_care', 'has_opp', 'conversation_asked')
_STANDS = sa.text('taken_back_at IS NULL')


def upgrade() -> None:
    with op.batch_alter_table('handover') as handovers:
        handovers.add_column(sa.Column('department_id', sa.String(length=32), nullable=True))
        handovers.add_column(sa.Column('handler_id', sa.String(length=32), nullable=True))
        handovers.add_column(sa.Column('sent_content_version', sa.Integer(), nullable=False, server_default='0'))
        handovers.add_column(
            sa.Column('supplement_opened_at', handover.db.types.UtcDateTime(timezone=True), nullable=True)
        )
        handovers.add_column(sa.Column('released_because', sa.String(length=32), nullable=True))
        handovers.create_check_constraint(
            op.f('ck_handover_releasereason'), sa.column('released_because').in_(_RELEASED)
        )
        handovers.create_index(op.f('ix_handover_handler_id'), ['handler_id'], unique=False)
        handovers.create_foreign_key(op.f('fk_handover_department_id'), 'department', ['department_id'], ['id'])
        handovers.create_foreign_key(op.f('fk_handover_handler_id'), 'person', ['handler_id'], ['id'])
    op.execute(
        'UPDATE handover SET sent_content_version = '
        '(SELECT content_version FROM leaver WHERE leaver.id = handover.leaver_id)'
    )
    with op.batch_alter_table('bundle') as bundles:
        bundles.add_column(sa.Column('content_version', sa.Integer(), nullable=False, server_default='0'))
        for flag in _FLAGS:
            bundles.add_column(sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()))
    for flag in _FLAGS:
        op.execute(
            f'UPDATE bundle SET {flag} = (SELECT {flag} FROM handover WHERE handover.id = bundle.handover_id)'
        )
    op.execute(
        'UPDATE bundle SET content_version = '
        '(SELECT sent_content_version FROM handover WHERE handover.id = bundle.handover_id)'
    )
    with op.batch_alter_table('remark') as remarks:
        remarks.add_column(sa.Column('bundle_number', sa.Integer(), nullable=False, server_default='1'))
    with op.batch_alter_table('statement') as statements:
        statements.add_column(sa.Column('taken_back_at', handover.db.types.UtcDateTime(timezone=True), nullable=True))
        statements.drop_constraint(op.f('uq_statement'), type_='unique')
    op.create_index(
        'uq_statement',
        'statement',
        ['handover_id', 'kind', 'letter_digest'],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD + _MORE))
        notices.alter_column('handover_id', existing_type=sa.String(length=32), nullable=True)
        notices.add_column(sa.Column('announcement_id', sa.String(length=32), nullable=True))
        notices.create_foreign_key(op.f('fk_notice_announcement_id'), 'announcement', ['announcement_id'], ['id'])
        notices.create_check_constraint(
            op.f('ck_notice_about_one_thing'), '(handover_id IS NULL) <> (announcement_id IS NULL)'
        )


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind').in_(_MORE)))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_about_one_thing'), type_='check')
        notices.drop_constraint(op.f('fk_notice_announcement_id'), type_='foreignkey')
        notices.drop_column('announcement_id')
        notices.alter_column('handover_id', existing_type=sa.String(length=32), nullable=False)
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
    with op.batch_alter_table('remark') as remarks:
        remarks.drop_column('bundle_number')
    with op.batch_alter_table('bundle') as bundles:
        for flag in _FLAGS:
            bundles.drop_column(flag)
        bundles.drop_column('content_version')
    op.drop_index('uq_statement', table_name='statement', sqlite_where=_STANDS, postgresql_where=_STANDS)
    op.execute('DELETE FROM statement WHERE taken_back_at IS NOT NULL')
    with op.batch_alter_table('statement') as statements:
        statements.drop_column('taken_back_at')
        statements.create_unique_constraint(op.f('uq_statement'), ['handover_id', 'kind', 'letter_digest'])
    with op.batch_alter_table('handover') as handovers:
        handovers.drop_constraint(op.f('fk_handover_handler_id'), type_='foreignkey')
        handovers.drop_constraint(op.f('fk_handover_department_id'), type_='foreignkey')
        handovers.drop_index(op.f('ix_handover_handler_id'))
        handovers.drop_constraint(op.f('ck_handover_releasereason'), type_='check')
        handovers.drop_column('released_because')
        handovers.drop_column('supplement_opened_at')
        handovers.drop_column('sent_content_version')
        handovers.drop_column('handler_id')
        handovers.drop_column('department_id')
