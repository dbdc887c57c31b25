"""Keys of the API and what it tells others"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('api_calls',
    sa.Column('key_id', sa.BigInteger(), nullable=False),
    sa.Column('idempotency_key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('key_id', 'idempotency_key', name=op.f('pk_api_calls'))
    )
    op.create_index('ix_api_calls_at', 'api_calls', ['at'], unique=False)
    op.create_table('api_keys',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('scopes', Json(), nullable=False),
    sa.Column('shops', Json(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.Column('revoked_at', Instant(), nullable=True),
    sa.Column('last_used_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('hash', name=op.f('uq_api_keys_hash')),
    sa.UniqueConstraint('prefix', name=op.f('uq_api_keys_prefix'))
    )
    op.create_table('webhook_deliveries',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('endpoint_id', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('settled_at', Instant(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries')),
    sa.UniqueConstraint('endpoint_id', 'event_id', name=op.f('uq_webhook_deliveries_endpoint_id_event_id'))
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index('ix_webhook_deliveries_due', 'webhook_deliveries', ['endpoint_id', 'due_at'], unique=False, postgresql_where=waiting, sqlite_where=waiting)
    dead = sa.text("state = 'dead'")
    op.create_index('ix_webhook_deliveries_dead', 'webhook_deliveries', ['endpoint_id', 'id'], unique=False, postgresql_where=dead, sqlite_where=dead)
    op.create_index('ix_webhook_deliveries_endpoint_id', 'webhook_deliveries', ['endpoint_id', 'id'], unique=False)
    op.create_index('ix_webhook_deliveries_settled_at', 'webhook_deliveries', ['settled_at'], unique=False)
    op.create_table('webhook_endpoints',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key_id', sa.BigInteger(), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('kinds', Json(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('stopped_at', Instant(), nullable=True),
    sa.Column('stopped_why', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoints'))
    )
    op.add_column('domain_events', sa.Column('told', sa.Boolean(), nullable=False, server_default=sa.false()))
    serial = sa.text('serial IS NOT NULL')
    op.create_index('ix_coupons_serial', 'coupons', ['serial'], unique=False, postgresql_where=serial, sqlite_where=serial)
    untold = sa.text('NOT told')
    op.create_index('ix_domain_events_untold', 'domain_events', ['id'], unique=False, postgresql_where=untold, sqlite_where=untold)


def downgrade() -> None:
    op.drop_index('ix_coupons_serial', table_name='coupons')
    op.drop_index('ix_domain_events_untold', table_name='domain_events')
    with op.batch_alter_table('domain_events') as batch_op:
        batch_op.drop_column('told')
    op.drop_table('webhook_endpoints')
    op.drop_index('ix_webhook_deliveries_settled_at', table_name='webhook_deliveries')
    op.drop_index('ix_webhook_deliveries_endpoint_id', table_name='webhook_deliveries')
    op.drop_index('ix_webhook_deliveries_dead', table_name='webhook_deliveries')
    op.drop_index('ix_webhook_deliveries_due', table_name='webhook_deliveries')
    op.drop_table('webhook_deliveries')
    op.drop_table('api_keys')
    op.drop_index('ix_api_calls_at', table_name='api_calls')
    op.drop_table('api_calls')
