"""Ask for a dossier outside: requests, what a guest puts ready, and how a handover came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import handover.db.types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

_ORIGINS = ('sealed', 'asked')
_KINDS = (
    'okr', 'toetsresultaten', 'cijferlijst', 'adviesformulier', 'zienswijze', 'other', 'opp', 'handelingsplan',
    'onderwijsbehoeften', 'diagnose', 'medicijngebruik', 'verzuim', 'tlv', 'arrangement', 'other_care',
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        'asked_dossier',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('announcement_id', sa.String(length=32), nullable=False),
        sa.Column('unit_id', sa.String(length=32), nullable=False),
        sa.Column('sender_unit_id', sa.String(length=32), nullable=False),
        sa.Column('sender_brin', sa.String(length=6), nullable=False),
        sa.Column('handover_id', sa.String(length=32), nullable=False),
        sa.Column('reference', sa.String(length=8), nullable=False),
        sa.Column('dossier_room_id', sa.String(length=32), nullable=False),
        sa.Column('care_room_id', sa.String(length=32), nullable=False),
        sa.Column('statement', sa.Text(), nullable=False),
        sa.Column('signer_id', sa.String(length=32), nullable=False),
        sa.Column('sealed_identity', sa.LargeBinary(), nullable=True),
        sa.Column('sealed_secret', sa.LargeBinary(), nullable=True),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('asked_by', sa.String(length=32), nullable=False),
        sa.Column('asked_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('expires_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column('mailed_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('sent_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('ended_at', handover.db.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column('guest_name', sa.String(length=150), nullable=False),
        sa.Column('guest_function', sa.String(length=150), nullable=False),
        sa.CheckConstraint(
            '(sealed_identity IS NULL) = (sealed_secret IS NULL)', name=op.f('ck_asked_dossier_both_or_none')
        ),
        sa.CheckConstraint(
            'sealed_identity IS NULL OR (sent_at IS NULL AND ended_at IS NULL)',
            name=op.f('ck_asked_dossier_over_has_no_key'),
        ),
        sa.ForeignKeyConstraint(
            ['announcement_id'], ['announcement.id'], name=op.f('fk_asked_dossier_announcement_id')
        ),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_asked_dossier_unit_id')),
        sa.ForeignKeyConstraint(['sender_unit_id'], ['unit.id'], name=op.f('fk_asked_dossier_sender_unit_id')),
        sa.ForeignKeyConstraint(['sender_brin'], ['location.brin6'], name=op.f('fk_asked_dossier_sender_brin')),
        sa.ForeignKeyConstraint(['dossier_room_id'], ['room.id'], name=op.f('fk_asked_dossier_dossier_room_id')),
        sa.ForeignKeyConstraint(['care_room_id'], ['room.id'], name=op.f('fk_asked_dossier_care_room_id')),
        sa.ForeignKeyConstraint(['signer_id'], ['circle_key.id'], name=op.f('fk_asked_dossier_signer_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_asked_dossier')),
        sa.UniqueConstraint('handover_id', name=op.f('uq_asked_dossier_handover_id')),
    )
    op.create_index(op.f('ix_asked_dossier_announcement_id'), 'asked_dossier', ['announcement_id'], unique=False)
    op.create_index(op.f('ix_asked_dossier_sender_brin'), 'asked_dossier', ['sender_brin'], unique=False)
    op.create_table(
        'asked_file',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('asked_id', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=32), nullable=False),
        sa.Column('blob_key', sa.String(length=64), nullable=False),
        sa.Column('sealed_size', sa.Integer(), nullable=False),
        sa.Column('sealed_sha256', sa.String(length=64), nullable=False),
        sa.Column('sealed_facts', sa.LargeBinary(), nullable=False),
        sa.Column('pages', sa.Integer(), nullable=False),
        sa.Column('findings', sa.String(length=200), nullable=False),
        sa.Column('created_at', handover.db.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(sa.column('kind').in_(_KINDS), name=op.f('ck_asked_file_documentkind')),
        sa.ForeignKeyConstraint(['asked_id'], ['asked_dossier.id'], name=op.f('fk_asked_file_asked_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_asked_file')),
        sa.UniqueConstraint('blob_key', name=op.f('uq_asked_file_blob_key')),
    )
    op.create_index(op.f('ix_asked_file_asked_id'), 'asked_file', ['asked_id'], unique=False)
    with op.batch_alter_table('handover') as handovers:
        handovers.add_column(sa.Column('origin', sa.String(length=32), nullable=False, server_default='sealed'))
        handovers.create_check_constraint(op.f('ck_handover_origin'), sa.column('origin').in_(_ORIGINS))
    with op.batch_alter_table('handover') as handovers:
        handovers.alter_column('origin', existing_type=sa.String(length=32), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('handover') as handovers:
        handovers.drop_constraint(op.f('ck_handover_origin'), type_='check')
        handovers.drop_column('origin')
    op.drop_table('asked_file')
    op.drop_table('asked_dossier')
