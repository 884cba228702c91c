"""Keep what was counted of each school, with marks for what is to be counted again: at first all of them; say who is of a board; tell what was entered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_STATES = ('preparing', 'nowhere', 'back', 'offered', 'accepted', 'confirmed', 'elsewhere')
_TOLD = (
    'offered', 'outside', 'accepted', 'declined', 'confirmed', 'question', 'reply', 'failed', 'supplement',
    'supplement_failed', 'withdrawn', 'reopened', 'released', 'relocated', 'mentor', 'mentor_unread', 'feedback',
    'code_run_out', 'term', 'announced', 'answered', 'school_closed', 'primary_closed', 'lapsed', 'application_lapsed',
    'application_stands', 'arrived', 'not_arrived',
)  # fmt: skip
_NEW = ('entered', 'not_entered')
_OFFERED = sa.text("status = 'offered'")


def _tell(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table('notice') as notices:
        notices.drop_constraint(op.f('ck_notice_noticekind'), type_='check')
        notices.create_check_constraint(op.f('ck_notice_noticekind'), sa.column('kind').in_(kinds))


def upgrade() -> None:
    _tell((*_TOLD, *_NEW))
    op.create_table(
        'school_count',
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.Column('school_year', sa.String(length=9), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _STATES),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_school_count_unit_id')),
        sa.PrimaryKeyConstraint('unit_id', 'school_year', name=op.f('pk_school_count')),
    )
    op.create_table(
        'stale_count',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_stale_count_unit_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_stale_count')),
    )
    op.create_index(
        'ix_handover_waiting',
        'handover',
        ['sender_unit_id', 'school_year', 'offered_at', 'status'],
        sqlite_where=_OFFERED,
        postgresql_where=_OFFERED,
    )
    for table in ('membership', 'invitation'):
        with op.batch_alter_table(table) as rows:
            rows.add_column(sa.Column('is_board', sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table) as rows:
            rows.alter_column('is_board', server_default=None)
    op.execute('INSERT INTO stale_count (id, unit_id) SELECT unit_id, unit_id FROM leaver GROUP BY unit_id')


def downgrade() -> None:
    told = sa.table('notice', sa.column('kind'))
    op.execute(sa.delete(told).where(told.c.kind.in_(_NEW)))
    _tell(_TOLD)
    for table in ('membership', 'invitation'):
        with op.batch_alter_table(table) as rows:
            rows.drop_column('is_board')
    op.drop_index('ix_handover_waiting', table_name='handover')
    op.drop_table('stale_count')
    op.drop_table('school_count')
