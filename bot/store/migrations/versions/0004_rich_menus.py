"""Rich menus: what was published, step by step"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'rich_menu_versions',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('fingerprint', sa.Text(), nullable=False),
        sa.Column('body', Json(), nullable=False),
        sa.Column('picture', sa.LargeBinary(), nullable=False),
        sa.Column('content_type', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('rich_menu_id', sa.Text()),
        sa.Column('line_digest', sa.Text()),
        sa.Column('created_at', Instant(), nullable=False),
        sa.Column('published_at', Instant()),
        sa.Column('repointed_at', Instant()),
        sa.UniqueConstraint('key', 'fingerprint', name='uq_rich_menu_versions_key_fingerprint'),
    )
    op.create_table(
        'rich_menu_pins',
        sa.Column('key', sa.Text(), primary_key=True),
        sa.Column('fingerprint', sa.Text(), nullable=False),
        sa.Column('instead_of', sa.Text(), nullable=False),
        sa.Column('pinned_at', Instant(), nullable=False),
    )
    op.create_table(
        'rich_menu_steps',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('apply_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('rich_menu_id', sa.Text()),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('message', sa.Text(), nullable=False, server_default=''),
        sa.Column('begun_at', Instant(), nullable=False),
        sa.Column('ended_at', Instant()),
    )
    op.create_index('ix_rich_menu_steps_kind_begun_at', 'rich_menu_steps', ['kind', 'begun_at'])
    op.create_index('ix_rich_menu_steps_apply_id', 'rich_menu_steps', ['apply_id'])
    op.create_table(
        'rich_menu_pictures',
        sa.Column('origin', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('digest', sa.Text(), nullable=False),
        sa.Column('picture', sa.LargeBinary(), nullable=False),
        sa.Column('content_type', sa.Text(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('changed_at', Instant(), nullable=False),
        sa.PrimaryKeyConstraint('origin', 'name'),
    )
    op.create_table(
        'rich_menu_runs',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('planned', Json(), nullable=False),
        sa.Column('problem', sa.Text(), nullable=False, server_default=''),
        sa.Column('report', Json(), nullable=False),
        sa.Column('begun_at', Instant(), nullable=False),
        sa.Column('ended_at', Instant()),
    )
    op.create_table(
        'rich_menu_leases',
        sa.Column('name', sa.Text(), primary_key=True),
        sa.Column('holder', sa.BigInteger(), nullable=False),
        sa.Column('since', Instant(), nullable=False),
        sa.Column('until', Instant(), nullable=False),
    )


def downgrade() -> None:
    for table in (
        'rich_menu_leases', 'rich_menu_runs', 'rich_menu_pictures', 'rich_menu_steps',
        'rich_menu_pins', 'rich_menu_versions',
    ):
        op.drop_table(table)
