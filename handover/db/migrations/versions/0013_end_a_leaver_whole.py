"""Tell when a school closed, let applications lapse, follow a child to another primary school and to another year."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

_TOLD = (
    'offered', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement', 'supplement_failed',
    'reopened', 'released', 'relocated', 'mentor', 'mentor_unread', 'feedback', 'code_run_out', 'term', 'announced',
    'answered', 'outside', 'withdrawn',
)  # fmt: skip
_NEW = (
    'school_closed', 'primary_closed', 'lapsed', 'application_lapsed', 'application_stands', 'arrived', 'not_arrived',
)  # fmt: skip
_ANNOUNCED = ('asked', 'by_code', 'known', 'unknown', 'taken_back')
_PASSAGES = ('asked', 'open', 'known', 'unknown', 'confirmed')
_WAYS = ('telephone', 'mail', 'letter', 'other')
_ONE_OF_THREE = (
    'CASE WHEN handover_id IS NULL THEN 0 ELSE 1 END + CASE WHEN announcement_id IS NULL THEN 0 ELSE 1 END'
    ' + CASE WHEN passage_id IS NULL THEN 0 ELSE 1 END = 1'
)
_ONE_OF_TWO = '(handover_id IS NULL) <> (announcement_id IS NULL)'


def upgrade() -> None:
    with op.batch_alter_table('announcement') as announcements:
        announcements.drop_constraint(op.f('ck_announcement_announced'), type_='check')
        announcements.create_check_constraint(
            op.f('ck_announcement_announced'), sa.column('state').in_((*_ANNOUNCED, 'lapsed'))
        )
    with op.batch_alter_table('leaver') as leavers:
        leavers.add_column(sa.Column('before_id', sa.String(length=32), nullable=True))
        leavers.create_foreign_key(op.f('fk_leaver_before_id'), 'leaver', ['before_id'], ['id'])
        leavers.create_unique_constraint(op.f('uq_leaver_before_id'), ['before_id'])
    op.create_table(
        'passage',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('leaver_id', sa.String(length=32), nullable=False),
        sa.Column('brin6', sa.String(length=6), nullable=True),
        sa.Column('unit_id', sa.String(length=32), nullable=True),
        sa.Column('state', sa.String(length=32), nullable=False),
        sa.Column('begun_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('answered_by', sa.String(length=32), nullable=True),
        sa.Column('answered_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('way', sa.String(length=32), nullable=True),
        sa.Column('confirmed_on', sa.Date(), nullable=True),
        sa.Column('confirmed_by', sa.String(length=150), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint(sa.column('state').in_(_PASSAGES), name=op.f('ck_passage_passage')),
        sa.CheckConstraint(sa.column('way').in_(_WAYS), name=op.f('ck_passage_passageway')),
        sa.CheckConstraint(
            "state NOT IN ('asked', 'known', 'unknown') OR unit_id IS NOT NULL", name=op.f('ck_passage_asked_is_somebody')
        ),
        sa.CheckConstraint("(state = 'confirmed') = (way IS NOT NULL)", name=op.f('ck_passage_confirmed_has_a_way')),
        sa.ForeignKeyConstraint(['brin6'], ['location.brin6'], name=op.f('fk_passage_brin6')),
        sa.ForeignKeyConstraint(['leaver_id'], ['leaver.id'], name=op.f('fk_passage_leaver_id')),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_passage_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passage')),
        sa.UniqueConstraint('leaver_id', name=op.f('uq_passage_leaver_id')),
    )
    op.create_index('ix_passage_unit', 'passage', ['unit_id', 'state'])
    with op.batch_alter_table('notice') as notices:
        notices.add_column(sa.Column('passage_id', sa.String(length=32), nullable=True))
        notices.create_foreign_key(op.f('fk_notice_passage_id'), 'passage', ['passage_id'], ['id'])
        notices.drop_constraint(op.f('ck_notice_about_one_thing'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_about_one_thing'), _ONE_OF_THREE)
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_((*_TOLD, *_NEW)))


def downgrade() -> None:
    op.execute(sa.delete(sa.table('notice', sa.column('kind'))).where(sa.column('kind').in_(_NEW)))
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(_TOLD))
        notices.drop_constraint(op.f('ck_notice_about_one_thing'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_about_one_thing'), _ONE_OF_TWO)
        notices.drop_constraint(op.f('fk_notice_passage_id'), type_='foreignkey')
        notices.drop_column('passage_id')
    op.drop_index('ix_passage_unit', table_name='passage')
    op.drop_table('passage')
    with op.batch_alter_table('leaver') as leavers:
        leavers.drop_constraint(op.f('uq_leaver_before_id'), type_='unique')
        leavers.drop_constraint(op.f('fk_leaver_before_id'), type_='foreignkey')
        leavers.drop_column('before_id')
    announcement = sa.table('announcement', sa.column('state'))
    op.execute(sa.update(announcement).where(announcement.c.state == 'lapsed').values(state='taken_back'))
    with op.batch_alter_table('announcement') as announcements:
        announcements.drop_constraint(op.f('ck_announcement_announced'), type_='check')
        announcements.create_check_constraint(op.f('ck_announcement_announced'), sa.column('state').in_(_ANNOUNCED))
