"""Menu rules, periods and what is hidden"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_OPEN = sa.text('ended_at IS NULL')


def upgrade() -> None:
    # No batch: it would make the table anew on SQLite, and lose its triggers.
    op.add_column('friends', sa.Column('menu_tab', sa.Text(), nullable=True))
    op.create_table(
        'menu_hides',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('menu', sa.Text(), nullable=True),
        sa.Column('rule', sa.Text(), nullable=True),
        sa.Column('until', Instant(), nullable=True),
        sa.Column('why', sa.Text(), nullable=False),
        sa.Column('hidden_at', Instant(), nullable=False),
        sa.Column('ended_at', Instant(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_hides')),
    )
    op.create_index(
        'ix_menu_hides_open', 'menu_hides', ['ended_at'], unique=False,
        postgresql_where=_OPEN, sqlite_where=_OPEN,
    )
    op.create_table(
        'menu_progress',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('shown', sa.Text(), nullable=False),
        sa.Column('walking', sa.Text(), nullable=True),
        sa.Column('walked', sa.BigInteger(), nullable=False),
        sa.Column('changes', sa.BigInteger(), nullable=True),
        sa.Column('change_id', sa.BigInteger(), nullable=False),
        sa.Column('looked_at', Instant(), nullable=False),
        sa.Column('default_menu', sa.Text(), nullable=True),
        sa.Column('checked_at', Instant(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_progress')),
    )
    op.create_table(
        'menu_repoints',
        sa.Column('menu', sa.Text(), nullable=False),
        sa.Column('walked', sa.BigInteger(), nullable=False),
        sa.Column('why', sa.Text(), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.PrimaryKeyConstraint('menu', name=op.f('pk_menu_repoints')),
    )
    op.create_table(
        'menu_batches',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('moves', Json(), nullable=False),
        sa.Column('ids', Json(), nullable=False),
        sa.Column('phase', sa.Text(), nullable=False),
        sa.Column('why', sa.Text(), nullable=False),
        sa.Column('asked_at', Instant(), nullable=False),
        sa.Column('taken_at', Instant(), nullable=True),
        sa.Column('request_id', sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_batches')),
    )
    op.create_table(
        'menu_checks',
        sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('checked_at', Instant(), nullable=False),
        sa.Column('looked', sa.Integer(), nullable=False),
        sa.Column('wrong', sa.Integer(), nullable=False),
        sa.Column('default_is_right', sa.Boolean(), nullable=False),
        sa.Column('report', Json(), nullable=False),
        sa.Column('missing', Json(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_menu_checks')),
    )


def downgrade() -> None:
    op.drop_table('menu_checks')
    op.drop_table('menu_batches')
    op.drop_table('menu_repoints')
    op.drop_table('menu_progress')
    op.drop_index('ix_menu_hides_open', table_name='menu_hides')
    op.drop_table('menu_hides')
    op.drop_column('friends', 'menu_tab')
