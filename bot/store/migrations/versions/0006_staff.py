"""Staff, shops, sessions and the audit log"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'shops',
        sa.Column('key', sa.Text(), primary_key=True),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('address', sa.Text(), nullable=False),
        sa.Column('phone', sa.Text(), nullable=False),
        sa.Column('hours', Json(), nullable=False),
        sa.Column('exceptions', Json(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('is_active', sa.Boolean(), nullable=False),
        sa.Column('created_at', Instant(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
    )
    op.create_table(
        'staff',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('login', sa.Text(), nullable=False, unique=True),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('role', sa.Text(), nullable=False),
        sa.Column('language', sa.Text(), nullable=False, server_default=''),
        sa.Column('theme', sa.Text(), nullable=False, server_default=''),
        sa.Column('password_hash', sa.Text()),
        sa.Column('generation', sa.Integer(), nullable=False),
        sa.Column('pin_hash', sa.Text()),
        sa.Column('totp_seed', sa.Text()),
        sa.Column('totp_step', sa.BigInteger()),
        sa.Column('recovery_hashes', Json(), nullable=False, server_default='[]'),
        sa.Column('is_active', sa.Boolean(), nullable=False),
        sa.Column('created_at', Instant(), nullable=False),
        sa.Column('signed_in_at', Instant()),
        sa.Column('version', sa.Integer(), nullable=False),
    )
    op.create_table(
        'staff_shops',
        sa.Column('staff_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('shop_key', sa.Text(), primary_key=True),
    )
    op.create_index('ix_staff_shops_shop_key', 'staff_shops', ['shop_key'])
    op.create_table(
        'staff_roles',
        sa.Column('role', sa.Text(), primary_key=True),
        sa.Column('needs_second_step', sa.Boolean(), nullable=False),
    )
    op.create_table(
        'staff_passkeys',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('staff_id', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('credential_id', sa.Text(), nullable=False, unique=True),
        sa.Column('public_key', sa.Text(), nullable=False),
        sa.Column('sign_count', sa.BigInteger(), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.Column('used_at', Instant()),
    )
    op.create_index('ix_staff_passkeys_staff_id', 'staff_passkeys', ['staff_id'])
    op.create_table(
        'staff_invitations',
        sa.Column('token_hash', sa.Text(), primary_key=True),
        sa.Column('staff_id', sa.BigInteger(), nullable=False),
        sa.Column('made_by', sa.BigInteger()),
        sa.Column('made_at', Instant(), nullable=False),
        sa.Column('expires_at', Instant(), nullable=False),
        sa.Column('used_at', Instant()),
    )
    op.create_index('ix_staff_invitations_staff_id', 'staff_invitations', ['staff_id'])
    op.create_table(
        'audit_log',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('staff_id', sa.BigInteger()),
        sa.Column('staff_name', sa.Text(), nullable=False),
        sa.Column('action', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('shop_key', sa.Text()),
        sa.Column('details', Json(), nullable=False),
        sa.Column('address', sa.Text(), nullable=False),
    )
    op.create_index('ix_audit_log_staff_id', 'audit_log', ['staff_id', 'id'])
    for column in ('action', 'subject', 'address'):
        op.create_index(f'ix_audit_log_{column}', 'audit_log', [column, 'id'], postgresql_ops={column: 'text_pattern_ops'})
    op.create_index('ix_audit_log_at', 'audit_log', ['at'])
    untold, waiting, handed = sa.text('NOT told'), sa.text("state = 'waiting'"), sa.text("state = 'handed'")
    op.create_table(
        'staff_events',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False, unique=True),
        sa.Column('friend_id', sa.BigInteger()),
        sa.Column('shop_key', sa.Text()),
        sa.Column('staff_id', sa.BigInteger()),
        sa.Column('by_staff_id', sa.BigInteger()),
        sa.Column('ref', sa.BigInteger(), nullable=False),
        sa.Column('body', Json(), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('told', sa.Boolean(), nullable=False),
    )
    op.create_index('ix_staff_events_untold', 'staff_events', ['id'], postgresql_where=untold, sqlite_where=untold)
    op.create_index('ix_staff_events_kind', 'staff_events', ['kind', 'id'])
    op.create_table(
        'staff_notices',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('event_id', sa.BigInteger(), nullable=False),
        sa.Column('staff_id', sa.BigInteger(), nullable=False),
        sa.Column('way', sa.Text(), nullable=False),
        sa.Column('target', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('due_at', Instant(), nullable=False),
        sa.Column('outbox_id', sa.BigInteger()),
        sa.Column('error', sa.Text()),
        sa.Column('created_at', Instant(), nullable=False),
        sa.Column('settled_at', Instant()),
        sa.UniqueConstraint('event_id', 'staff_id', 'way', 'target', name='uq_staff_notices_event_id_staff_id_way_target'),
    )
    op.create_index('ix_staff_notices_due_at', 'staff_notices', ['due_at'], postgresql_where=waiting, sqlite_where=waiting)
    op.create_index('ix_staff_notices_outbox_id', 'staff_notices', ['outbox_id'], postgresql_where=handed, sqlite_where=handed)
    op.create_index('ix_staff_notices_staff_id', 'staff_notices', ['staff_id', 'way', 'id'])
    op.create_index('ix_staff_notices_settled_at', 'staff_notices', ['settled_at'])
    op.create_table(
        'staff_notice_choices',
        sa.Column('staff_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('ways', Json(), nullable=False),
        sa.Column('mail', sa.Text()),
        sa.Column('quiet_from', sa.Integer(), nullable=False),
        sa.Column('quiet_to', sa.Integer(), nullable=False),
        sa.Column('gather_minutes', sa.Integer(), nullable=False),
        sa.Column('unseen_minutes', sa.Integer(), nullable=False),
        sa.Column('shows_text', sa.Boolean(), nullable=False),
        sa.Column('changed_at', Instant(), nullable=False),
    )
    op.create_table(
        'staff_devices',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('staff_id', sa.BigInteger(), nullable=False),
        sa.Column('endpoint', sa.Text(), nullable=False, unique=True),
        sa.Column('public_key', sa.Text(), nullable=False),
        sa.Column('auth', sa.Text(), nullable=False),
        sa.Column('agent', sa.Text(), nullable=False),
        sa.Column('added_at', Instant(), nullable=False),
    )
    op.create_index('ix_staff_devices_staff_id', 'staff_devices', ['staff_id'])
    op.create_table(
        'staff_lines',
        sa.Column('staff_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('user_id', sa.Text(), nullable=False, unique=True),
        sa.Column('linked_at', Instant(), nullable=False),
    )
    op.create_table(
        'staff_line_codes',
        sa.Column('staff_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('code_hash', sa.Text(), nullable=False, unique=True),
        sa.Column('expires_at', Instant(), nullable=False),
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            "CREATE FUNCTION audit_log_grows_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log grows only'; END $$"
        )
        op.execute(
            'CREATE TRIGGER audit_log_grows_only BEFORE UPDATE OR DELETE ON audit_log '
            'FOR EACH ROW EXECUTE FUNCTION audit_log_grows_only()'
        )
    else:
        for verb in ('UPDATE', 'DELETE'):
            op.execute(
                f'CREATE TRIGGER audit_log_no_{verb.lower()} BEFORE {verb} ON audit_log '
                "BEGIN SELECT RAISE(ABORT, 'the audit log grows only'); END"
            )


def downgrade() -> None:
    for name in ('staff_line_codes', 'staff_lines', 'staff_devices', 'staff_notice_choices', 'staff_notices', 'staff_events'):
        op.drop_table(name)
    op.drop_table('audit_log')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION audit_log_grows_only()')
    op.drop_table('staff_invitations')
    op.drop_table('staff_passkeys')
    op.drop_table('staff_roles')
    op.drop_table('staff_shops')
    op.drop_table('staff')
    op.drop_table('shops')
