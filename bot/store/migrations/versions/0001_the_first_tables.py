"""The first tables"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


#: What segments can ask of a friend, by table: the column that says who, and the others.
NOTED = {
    'friends': ('friend_id', 'id', ('person_id', 'state', 'followed_at', 'menu')),
    'people': ('person_id', 'id', ('attributes', 'tags')),
    'survey_progress': ('friend_id', 'friend_id', ('state', 'question', 'answers')),
    'members': ('person_id', 'person_id', ()),
}


def note_changes() -> None:
    for table, (noted, key, columns) in NOTED.items():
        events = ['INSERT', 'DELETE'] + (['UPDATE'] if columns else [])
        for event in events:
            row = 'OLD' if event == 'DELETE' else 'NEW'
            name = f'note_{table}_{event.lower()}'
            if op.get_bind().dialect.name == 'postgresql':
                changed = f"WHEN (({', '.join('OLD.' + c for c in columns)}) IS DISTINCT FROM ({', '.join('NEW.' + c for c in columns)}))"
                op.execute(f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    INSERT INTO friend_changes (transaction_id, {noted}, changed_at)
                    VALUES (pg_current_xact_id()::text::bigint, {row}.{key}, extract(epoch FROM clock_timestamp()) * 1000);
                    RETURN NULL; END $$""")
                op.execute(f"""CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW
                    {changed if event == 'UPDATE' else ''} EXECUTE FUNCTION {name}()""")
            else:
                changed = f"WHEN {' OR '.join(f'OLD.{c} IS NOT NEW.{c}' for c in columns)}"
                op.execute(f"""CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW
                    {changed if event == 'UPDATE' else ''} BEGIN
                    INSERT INTO friend_changes ({noted}, changed_at)
                    VALUES ({row}.{key}, CAST(strftime('%s', 'now') AS INTEGER) * 1000); END""")


def forget_changes() -> None:
    for table, (_, _, columns) in NOTED.items():
        for event in ['INSERT', 'DELETE'] + (['UPDATE'] if columns else []):
            name = f'note_{table}_{event.lower()}'
            if op.get_bind().dialect.name == 'postgresql':
                op.execute(f'DROP TRIGGER {name} ON {table}')
                op.execute(f'DROP FUNCTION {name}()')
            else:
                op.execute(f'DROP TRIGGER {name}')


def upgrade() -> None:

    op.create_table('attribute_changes',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', Json(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attribute_changes'))
    )
    with op.batch_alter_table('attribute_changes', schema=None) as batch_op:
        batch_op.create_index('ix_attribute_changes_person_id', ['person_id'], unique=False)

    op.create_table('attribute_definitions',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('body', Json(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_attribute_definitions'))
    )
    op.create_table('dead_letters',
    sa.Column('event_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('lane', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('died_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_dead_letters'))
    )
    op.create_table('events',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('webhook_event_id', sa.Text(), nullable=False),
    sa.Column('lane', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=True),
    sa.Column('occurred_at', Instant(), nullable=False),
    sa.Column('received_at', Instant(), nullable=False),
    sa.Column('reply_until', Instant(), nullable=True),
    sa.Column('payload', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events')),
    sa.UniqueConstraint('webhook_event_id', name=op.f('uq_events_webhook_event_id'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_message_id', ['message_id'], unique=False, postgresql_where=sa.text('message_id IS NOT NULL'))
        batch_op.create_index('ix_events_received_at', ['received_at'], unique=False)
        batch_op.create_index('ix_events_turns', ['lane', 'occurred_at'], unique=False, postgresql_where=sa.text("kind IN ('follow', 'unfollow')"), sqlite_where=sa.text("kind IN ('follow', 'unfollow')"))
        batch_op.create_index('ix_events_content', ['received_at'], unique=False, postgresql_where=sa.text('payload IS NOT NULL'), sqlite_where=sa.text('payload IS NOT NULL'))

    op.create_table('friends',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('provider', sa.Text(), server_default='', nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('followed_at', Instant(), nullable=True),
    sa.Column('blocked_at', Instant(), nullable=True),
    sa.Column('last_event_at', Instant(), nullable=True),
    sa.Column('menu', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_friends')),
    sa.UniqueConstraint('user_id', 'provider', name=op.f('uq_friends_user_id_provider'))
    )
    with op.batch_alter_table('friends', schema=None) as batch_op:
        batch_op.create_index('ix_friends_person_id', ['person_id'], unique=False)

    op.create_table('inbox',
    sa.Column('event_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('lane', sa.Text(), nullable=False),
    sa.Column('occurred_at', Instant(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_inbox'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_lane', ['lane'], unique=False)

    op.create_table('lanes',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('retry_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_lanes'))
    )
    op.create_table('ledger',
    sa.Column('outbox_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('month', sa.Text(), nullable=False),
    sa.Column('counted_at', Instant(), nullable=False),
    sa.Column('voided_at', Instant(), nullable=True),
    sa.Column('void_reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('outbox_id', name=op.f('pk_ledger'))
    )
    with op.batch_alter_table('ledger', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_month', ['month'], unique=False)
        batch_op.create_index('ix_ledger_user_id', ['user_id'], unique=False)

    op.create_table('members',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('joined_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_members')),
    sa.UniqueConstraint('number', name=op.f('uq_members_number'))
    )
    op.create_table('menus',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('rich_menu_id', sa.Text(), nullable=False),
    sa.Column('published_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_menus'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('lane', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('bubbles', sa.Integer(), nullable=False),
    sa.Column('reply_token', sa.Text(), nullable=True),
    sa.Column('reply_until', Instant(), nullable=True),
    sa.Column('pays', sa.Boolean(), nullable=False),
    sa.Column('retry_key', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('via', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('doubtful', sa.Boolean(), nullable=False),
    sa.Column('pushed_at', Instant(), nullable=True),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=True),
    sa.Column('lease_until', Instant(), nullable=True),
    sa.Column('packed_into', sa.BigInteger(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('settled_at', Instant(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('sent_as', sa.Text(), nullable=True),
    sa.Column('closed_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due', ['due_at'], unique=False, postgresql_where=sa.text("state IN ('waiting', 'sending', 'parked')"), sqlite_where=sa.text("state IN ('waiting', 'sending', 'parked')"))
        batch_op.create_index('ix_outbox_held', ['lane', 'id'], unique=False, postgresql_where=sa.text("state = 'held'"), sqlite_where=sa.text("state = 'held'"))
        batch_op.create_index('ix_outbox_open', ['lane', 'id'], unique=False, postgresql_where=sa.text("state IN ('waiting', 'sending', 'parked')"), sqlite_where=sa.text("state IN ('waiting', 'sending', 'parked')"))
        batch_op.create_index('ix_outbox_settled_at', ['settled_at'], unique=False)
        batch_op.create_index('ix_outbox_content', ['settled_at'], unique=False, postgresql_where=sa.text('settled_at IS NOT NULL AND body IS NOT NULL'), sqlite_where=sa.text('settled_at IS NOT NULL AND body IS NOT NULL'))
        batch_op.create_index('ix_outbox_trouble', ['state', 'status', 'kind', 'id', 'lane'], unique=False, postgresql_where=sa.text("state IN ('uncertain', 'failed', 'parked', 'expired') AND closed_at IS NULL"), sqlite_where=sa.text("state IN ('uncertain', 'failed', 'parked', 'expired') AND closed_at IS NULL"))
        batch_op.create_index('ix_outbox_trouble_lane', ['lane'], unique=False, postgresql_where=sa.text("state IN ('uncertain', 'failed', 'parked', 'expired') AND closed_at IS NULL"), sqlite_where=sa.text("state IN ('uncertain', 'failed', 'parked', 'expired') AND closed_at IS NULL"))

    op.create_table('people',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('attributes', Json(), nullable=False),
    sa.Column('tags', Json(), server_default='[]', nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people'))
    )
    op.create_table('people_imports',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('file_hash', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('next_row', sa.Integer(), nullable=False),
    sa.Column('counts', Json(), nullable=False),
    sa.Column('started_at', Instant(), nullable=False),
    sa.Column('finished_at', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_imports'))
    )
    with op.batch_alter_table('people_imports', schema=None) as batch_op:
        batch_op.create_index('ix_people_imports_file_hash', ['file_hash'], unique=False)

    op.create_table('profiles',
    sa.Column('user_id', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=True),
    sa.Column('picture_url', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('fetched_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_profiles'))
    )
    op.create_table('rejected',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('received_at', Instant(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rejected'))
    )
    op.create_table('survey_progress',
    sa.Column('friend_id', sa.BigInteger(), nullable=False),
    sa.Column('survey', sa.Text(), nullable=False),
    sa.Column('survey_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('question', sa.Text(), nullable=True),
    sa.Column('answers', Json(), nullable=False),
    sa.Column('updated_at', Instant(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('friend_id', 'survey', name=op.f('pk_survey_progress'))
    )
    op.create_table('tag_changes',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('added', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag_changes'))
    )
    with op.batch_alter_table('tag_changes', schema=None) as batch_op:
        batch_op.create_index('ix_tag_changes_person_id', ['person_id'], unique=False)

    op.create_table('tag_definitions',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('body', Json(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_tag_definitions'))
    )

    op.create_table('friend_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('transaction_id', sa.BigInteger(), nullable=True),
    sa.Column('friend_id', sa.BigInteger(), nullable=True),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_friend_changes')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('friend_changes', schema=None) as batch_op:
        batch_op.create_index('ix_friend_changes_changed_at', ['changed_at'], unique=False)
        batch_op.create_index('ix_friend_changes_transaction_id', ['transaction_id'], unique=False)

    note_changes()


def downgrade() -> None:

    forget_changes()
    with op.batch_alter_table('friend_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_friend_changes_transaction_id')
        batch_op.drop_index('ix_friend_changes_changed_at')

    op.drop_table('friend_changes')

    op.drop_table('tag_definitions')
    with op.batch_alter_table('tag_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_tag_changes_person_id')

    op.drop_table('tag_changes')
    op.drop_table('survey_progress')
    op.drop_table('rejected')
    op.drop_table('profiles')
    with op.batch_alter_table('people_imports', schema=None) as batch_op:
        batch_op.drop_index('ix_people_imports_file_hash')

    op.drop_table('people_imports')
    op.drop_table('people')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_trouble_lane')
        batch_op.drop_index('ix_outbox_trouble')
        batch_op.drop_index('ix_outbox_content')
        batch_op.drop_index('ix_outbox_settled_at')
        batch_op.drop_index('ix_outbox_open', postgresql_where=sa.text("state IN ('waiting', 'sending', 'parked')"), sqlite_where=sa.text("state IN ('waiting', 'sending', 'parked')"))
        batch_op.drop_index('ix_outbox_held', postgresql_where=sa.text("state = 'held'"), sqlite_where=sa.text("state = 'held'"))
        batch_op.drop_index('ix_outbox_due', postgresql_where=sa.text("state IN ('waiting', 'sending', 'parked')"), sqlite_where=sa.text("state IN ('waiting', 'sending', 'parked')"))

    op.drop_table('outbox')
    op.drop_table('menus')
    op.drop_table('members')
    with op.batch_alter_table('ledger', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_user_id')
        batch_op.drop_index('ix_ledger_month')

    op.drop_table('ledger')
    op.drop_table('lanes')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_lane')

    op.drop_table('inbox')
    with op.batch_alter_table('friends', schema=None) as batch_op:
        batch_op.drop_index('ix_friends_person_id')

    op.drop_table('friends')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_content')
        batch_op.drop_index('ix_events_received_at')
        batch_op.drop_index('ix_events_message_id', postgresql_where=sa.text('message_id IS NOT NULL'))

    op.drop_table('events')
    op.drop_table('dead_letters')
    op.drop_table('attribute_definitions')
    with op.batch_alter_table('attribute_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_attribute_changes_person_id')

    op.drop_table('attribute_changes')

