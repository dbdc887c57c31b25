"""Definitions of the account, and people who turned out to be one"""

import datetime
import json

from alembic import op
import sqlalchemy as sa
import yaml

from bot.store.types import Instant, Json

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

OLD = {'attribute': 'attribute_definitions', 'tag': 'tag_definitions'}


def upgrade() -> None:
    op.create_table(
        'definitions',
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('changed_at', Instant(), nullable=False),
        sa.PrimaryKeyConstraint('kind', 'key', name=op.f('pk_definitions')),
    )
    op.create_table(
        'definition_files',
        sa.Column('path', sa.Text(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('path', name=op.f('pk_definition_files')),
    )
    op.create_table(
        'definition_state',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('revision', sa.BigInteger(), nullable=False),
        sa.Column('is_whole', sa.Boolean(), nullable=False),
        sa.Column('changed_at', Instant(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_definition_state')),
    )
    op.create_table(
        'definition_changes',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('revision', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('before', sa.Text(), nullable=True),
        sa.Column('after', sa.Text(), nullable=True),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('changed_at', Instant(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_definition_changes')),
    )
    op.create_index('ix_definition_changes_key', 'definition_changes', ['kind', 'key'])
    op.create_table(
        'people_merges',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('kept_id', sa.BigInteger(), nullable=False),
        sa.Column('dropped_id', sa.BigInteger(), nullable=False),
        sa.Column('record', Json(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('merged_at', Instant(), nullable=False),
        sa.Column('undone_at', Instant(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_people_merges')),
    )
    op.create_index('ix_people_merges_kept_id', 'people_merges', ['kept_id'])
    op.create_index('ix_people_merges_dropped_id', 'people_merges', ['dropped_id'])
    for kind, table in OLD.items():
        bring(kind, table)
        op.drop_table(table)


def bring(kind: str, table: str) -> None:
    rows = op.get_bind().execute(sa.text(f'SELECT key, CAST(body AS TEXT), created_at FROM {table} ORDER BY created_at, key'))
    for position, (key, body, created_at) in enumerate(rows.fetchall()):
        values = json.loads(body)
        for name in {'earliest', 'latest'} & values.keys():
            values[name] = datetime.date.fromisoformat(values[name])
        op.get_bind().execute(
            sa.text('INSERT INTO definitions VALUES (:kind, :key, :position, :body, :source, :at)'),
            {'kind': kind, 'key': key, 'position': position, 'source': 'import', 'at': created_at,
             'body': yaml.safe_dump(values, allow_unicode=True, sort_keys=False)},
        )
        op.get_bind().execute(sa.text(
            'INSERT INTO definition_state VALUES (1, 1, false, :at) ON CONFLICT DO NOTHING'), {'at': created_at})


def downgrade() -> None:
    for table in OLD.values():
        op.create_table(
            table,
            sa.Column('key', sa.Text(), nullable=False),
            sa.Column('body', Json(), nullable=False),
            sa.Column('created_at', Instant(), nullable=False),
            sa.PrimaryKeyConstraint('key', name=op.f(f'pk_{table}')),
        )
    op.drop_index('ix_people_merges_dropped_id', 'people_merges')
    op.drop_index('ix_people_merges_kept_id', 'people_merges')
    op.drop_table('people_merges')
    op.drop_index('ix_definition_changes_key', 'definition_changes')
    op.drop_table('definition_changes')
    op.drop_table('definition_state')
    op.drop_table('definition_files')
    op.drop_table('definitions')
