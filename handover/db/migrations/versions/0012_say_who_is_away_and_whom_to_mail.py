"""Say who is away and who stands in, how often somebody wants mail, which school they chose, and what nobody could be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

_PACES = ('sorted', 'at_once', 'daily')
_TOLD = (
    'offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement', 'supplement_failed',
    'reopened', 'released', 'relocated', 'mentor', 'mentor_unread', 'feedback', 'code_run_out', 'term', 'announced',
    'answered', 'outside',
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        'absence',
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.Column('person_id', sa.String(length=32), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('until_on', sa.Date(), nullable=False),
        sa.Column('stand_in_id', sa.String(length=32), nullable=True),
        sa.CheckConstraint('until_on >= from_on', name=op.f('ck_absence_ends_after_it_begins')),
        sa.CheckConstraint(
            'stand_in_id IS NULL OR stand_in_id <> person_id', name=op.f('ck_absence_somebody_else_stands_in')
        ),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_absence_person_id')),
        sa.ForeignKeyConstraint(['stand_in_id'], ['person.id'], name=op.f('fk_absence_stand_in_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_absence_unit_id')),
        sa.PrimaryKeyConstraint('unit_id', 'person_id', name=op.f('pk_absence')),
    )
    op.create_index(op.f('ix_absence_person_id'), 'absence', ['person_id'])
    with op.batch_alter_table('person') as people:
        people.add_column(sa.Column('mail_pace', sa.String(length=32), nullable=False, server_default='sorted'))
        people.create_check_constraint(op.f('ck_person_mailpace'), sa.column('mail_pace').in_(_PACES))
    with op.batch_alter_table('person') as people:
        people.alter_column('mail_pace', server_default=None)
    with op.batch_alter_table('sign_in_session') as sessions:
        sessions.add_column(sa.Column('unit_id', sa.String(length=32), nullable=True))
        sessions.create_foreign_key(op.f('fk_sign_in_session_unit_id'), 'unit', ['unit_id'], ['id'])
    with op.batch_alter_table('notice') as notices:
        notices.alter_column('person_id', existing_type=sa.String(length=32), nullable=True)
        notices.add_column(sa.Column('unit_id', sa.String(length=32), nullable=True))
        notices.add_column(sa.Column('covers', sa.Boolean(), nullable=False, server_default=sa.false()))
        notices.create_foreign_key(op.f('fk_notice_unit_id'), 'unit', ['unit_id'], ['id'])
        notices.create_check_constraint(
            op.f('ck_notice_to_somebody_or_nobody_yet'), '(person_id IS NULL) <> (unit_id IS NULL)'
        )
        notices.create_index('ix_notice_person', ['person_id', 'sent_at'])
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, 'withdrawn')))
    with op.batch_alter_table('notice') as notices:
        notices.alter_column('covers', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('sign_in_session') as sessions:
        sessions.drop_constraint(op.f('fk_sign_in_session_unit_id'), type_='foreignkey')
        sessions.drop_column('unit_id')
    told = sa.table('notice', sa.column('kind'), sa.column('person_id'))
    op.execute(sa.delete(told).where(sa.or_(told.c.kind == 'withdrawn', told.c.person_id.is_(None))))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
        notices.drop_index('ix_notice_person')
        notices.drop_constraint(op.f('ck_notice_to_somebody_or_nobody_yet'), type_='check')
        notices.drop_constraint(op.f('fk_notice_unit_id'), type_='foreignkey')
        notices.drop_column('covers')
        notices.drop_column('unit_id')
        notices.alter_column('person_id', existing_type=sa.String(length=32), nullable=False)
    with op.batch_alter_table('person') as people:
        people.drop_constraint(op.f('ck_person_mailpace'), type_='check')
        people.drop_column('mail_pace')
    op.drop_index(op.f('ix_absence_person_id'), table_name='absence')
    op.drop_table('absence')
