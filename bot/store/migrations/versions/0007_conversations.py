"""Conversations, their messages and files"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with_staff = sa.text("state <> 'done'")
    snoozed = sa.text("state = 'snoozed'")
    wanted = sa.text("state = 'waiting'")
    planned = sa.text('push_at IS NOT NULL')
    paid = sa.text('paid_by IS NOT NULL')
    op.create_table(
        'talk_messages',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('friend_id', sa.BigInteger(), nullable=False),
        sa.Column('author', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('text', sa.Text()),
        sa.Column('body', sa.Text()),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('state', sa.Text()),
        sa.Column('error', sa.Text()),
    )
    op.create_index('ix_talk_messages_friend_id', 'talk_messages', ['friend_id', 'id'])
    op.create_index(
        'ix_talk_messages_notes', 'talk_messages', ['friend_id', 'id'],
        postgresql_where=sa.text("kind = 'note'"), sqlite_where=sa.text("kind = 'note'"),
    )
    op.create_table(
        'conversations',
        sa.Column('friend_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('staff_id', sa.BigInteger()),
        sa.Column('shop_key', sa.Text()),
        sa.Column('opened_at', Instant()),
        sa.Column('waiting_since', Instant()),
        sa.Column('answered_at', Instant()),
        sa.Column('closed_at', Instant()),
        sa.Column('snoozed_until', Instant()),
        sa.Column('last_at', Instant(), nullable=False),
        sa.Column('last_id', sa.BigInteger(), nullable=False),
        sa.Column('heard_id', sa.BigInteger(), nullable=False),
        sa.Column('seen_id', sa.BigInteger(), nullable=False),
        sa.Column('spare_event_id', sa.BigInteger()),
        sa.Column('away_at', Instant()),
        sa.Column('misses', sa.Integer(), nullable=False),
        sa.Column('queue_key', sa.BigInteger(), nullable=False),
        sa.Column('touched', sa.BigInteger(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
    )
    op.create_index('ix_conversations_state', 'conversations', ['state', 'queue_key', 'friend_id'])
    op.create_index('ix_conversations_staff_id', 'conversations', ['staff_id', 'queue_key'], postgresql_where=with_staff, sqlite_where=with_staff)
    op.create_index('ix_conversations_counted', 'conversations', ['state', 'staff_id', 'shop_key'], postgresql_where=with_staff, sqlite_where=with_staff)
    op.create_index('ix_conversations_shop_key', 'conversations', ['shop_key', 'state', 'queue_key'])
    op.create_index('ix_conversations_last_id', 'conversations', ['last_id'])
    op.create_index('ix_conversations_touched', 'conversations', ['touched'])
    op.create_index('ix_conversations_snoozed_until', 'conversations', ['snoozed_until'], postgresql_where=snoozed, sqlite_where=snoozed)
    op.create_table(
        'conversation_changes',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('friend_id', sa.BigInteger(), nullable=False),
        sa.Column('change', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('staff_id', sa.BigInteger()),
        sa.Column('shop_key', sa.Text()),
        sa.Column('by_whom', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('waited_seconds', sa.Integer()),
    )
    op.create_index('ix_conversation_changes_friend_id', 'conversation_changes', ['friend_id', 'id'])
    op.create_index('ix_conversation_changes_at', 'conversation_changes', ['at'])
    op.create_table(
        'staff_answers',
        sa.Column('outbox_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('request_id', sa.Text(), nullable=False),
        sa.Column('friend_id', sa.BigInteger(), nullable=False),
        sa.Column('staff_id', sa.BigInteger(), nullable=False),
        sa.Column('shop_key', sa.Text()),
        sa.Column('way', sa.Text(), nullable=False),
        sa.Column('push_at', Instant()),
        sa.Column('at', Instant(), nullable=False),
        sa.Column('paid_by', sa.BigInteger()),
        sa.Column('paid_at', Instant()),
        sa.UniqueConstraint('request_id', name='uq_staff_answers_request_id'),
    )
    op.create_index('ix_staff_answers_staff_id', 'staff_answers', ['staff_id', 'at'])
    op.create_index('ix_staff_answers_at', 'staff_answers', ['at'])
    op.create_index('ix_staff_answers_push_at', 'staff_answers', ['push_at'], postgresql_where=planned, sqlite_where=planned)
    op.create_index('ix_staff_answers_paid_by', 'staff_answers', ['paid_by', 'paid_at'], postgresql_where=paid, sqlite_where=paid)
    op.create_table(
        'talk_files',
        sa.Column('message_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('friend_id', sa.BigInteger(), nullable=False),
        sa.Column('line_id', sa.Text()),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('name', sa.Text()),
        sa.Column('key', sa.Text()),
        sa.Column('thumbnail_key', sa.Text()),
        sa.Column('content_type', sa.Text()),
        sa.Column('size', sa.BigInteger()),
        sa.Column('width', sa.Integer()),
        sa.Column('height', sa.Integer()),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('due_at', Instant(), nullable=False),
        sa.Column('error', sa.Text()),
    )
    op.create_index('ix_talk_files_due_at', 'talk_files', ['due_at'], postgresql_where=wanted, sqlite_where=wanted)
    op.create_index('ix_talk_files_key', 'talk_files', ['key'])
    op.create_table(
        'talk_quotes',
        sa.Column('line_id', sa.Text(), primary_key=True),
        sa.Column('message_id', sa.BigInteger(), nullable=False),
        sa.Column('token', sa.Text(), nullable=False),
    )
    op.create_index('ix_talk_quotes_message_id', 'talk_quotes', ['message_id'])
    op.create_index('ix_talk_quotes_token', 'talk_quotes', ['token'])
    op.create_table(
        'talk_uploads',
        sa.Column('token', sa.Text(), primary_key=True),
        sa.Column('friend_id', sa.BigInteger(), nullable=False),
        sa.Column('staff_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('thumbnail_key', sa.Text()),
        sa.Column('content_type', sa.Text(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('width', sa.Integer()),
        sa.Column('height', sa.Integer()),
        sa.Column('duration_ms', sa.BigInteger()),
        sa.Column('at', Instant(), nullable=False),
    )
    op.create_index('ix_talk_uploads_at', 'talk_uploads', ['at'])
    op.create_index('ix_talk_uploads_key', 'talk_uploads', ['key'])
    op.create_table(
        'talk_mentions',
        sa.Column('message_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('staff_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('friend_id', sa.BigInteger(), nullable=False),
        sa.Column('seen_at', Instant()),
    )
    op.create_index('ix_talk_mentions_staff_id', 'talk_mentions', ['staff_id', 'message_id'])
    op.create_table(
        'canned_replies',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('staff_id', sa.BigInteger()),
        sa.Column('shop_key', sa.Text()),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('messages', Json(), nullable=False),
        sa.Column('is_active', sa.Boolean(), nullable=False),
        sa.Column('used', sa.Integer(), nullable=False),
        sa.Column('changed_at', Instant(), nullable=False),
    )
    op.create_index('ix_canned_replies_staff_id', 'canned_replies', ['staff_id'])
    op.create_table(
        'talk_search',
        sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('grams', sa.ARRAY(sa.Integer()).with_variant(sa.Text(), 'sqlite'), nullable=False),
    )
    op.create_index('ix_talk_search_grams', 'talk_search', ['grams'], postgresql_using='gin', postgresql_with={'fastupdate': 'off'})
    op.create_index('ix_people_tags', 'people', ['tags'], postgresql_using='gin', postgresql_ops={'tags': 'jsonb_path_ops'})
    for whose, key in (('profile', sa.Column('user_id', sa.Text(), primary_key=True)),
                       ('person', sa.Column('person_id', sa.BigInteger(), primary_key=True, autoincrement=False))):
        op.create_table(
            f'{whose}_names',
            key,
            sa.Column('folded', sa.Text(), nullable=False),
            sa.Column('grams', sa.ARRAY(sa.Integer()).with_variant(sa.Text(), 'sqlite'), nullable=False),
        )
        op.create_index(f'ix_{whose}_names_grams', f'{whose}_names', ['grams'], postgresql_using='gin', postgresql_with={'fastupdate': 'off'})
    op.create_table(
        'talk_settings',
        sa.Column('id', sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('changes', sa.Text(), nullable=False),
        sa.Column('icon', sa.Text()),
        sa.Column('changed_at', Instant(), nullable=False),
    )
    op.create_table(
        'talk_absences',
        sa.Column('staff_id', sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column('since', Instant(), nullable=False),
    )
    op.create_table(
        'talk_marks',
        sa.Column('name', sa.Text(), primary_key=True),
        sa.Column('position', sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_index('ix_people_tags', 'people')
    op.drop_table('person_names')
    op.drop_table('profile_names')
    op.drop_table('talk_marks')
    op.drop_table('talk_absences')
    op.drop_table('talk_settings')
    op.drop_table('talk_search')
    op.drop_table('canned_replies')
    op.drop_table('talk_mentions')
    op.drop_table('talk_uploads')
    op.drop_table('talk_quotes')
    op.drop_table('talk_files')
    op.drop_table('staff_answers')
    op.drop_table('conversation_changes')
    op.drop_table('conversations')
    op.drop_table('talk_messages')
