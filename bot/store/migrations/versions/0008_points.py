"""Points, ranks, stamps and purchases"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


#: Segments ask whether another system knows a person. Who loses a number and who gets it are both noted.
CARDS = {'insert': ('NEW',), 'update': ('OLD', 'NEW'), 'delete': ('OLD',)}


def note_cards() -> None:
    for event, rows in CARDS.items():
        name, changed = f'note_member_cards_{event}', 'WHEN (OLD.person_id <> NEW.person_id)' if event == 'update' else ''
        if op.get_bind().dialect.name == 'postgresql':
            noted = '; '.join(
                'INSERT INTO friend_changes (transaction_id, person_id, changed_at) VALUES '
                f'(pg_current_xact_id()::text::bigint, {row}.person_id, extract(epoch FROM clock_timestamp()) * 1000)'
                for row in rows
            )
            op.execute(f'CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {noted}; RETURN NULL; END $$')
            op.execute(
                f'CREATE TRIGGER {name} AFTER {event} ON member_cards FOR EACH ROW {changed} EXECUTE FUNCTION {name}()'
            )
        else:
            noted = '; '.join(
                'INSERT INTO friend_changes (person_id, changed_at) VALUES '
                f"({row}.person_id, CAST(strftime('%s', 'now') AS INTEGER) * 1000)"
                for row in rows
            )
            op.execute(f'CREATE TRIGGER {name} AFTER {event} ON member_cards FOR EACH ROW {changed} BEGIN {noted}; END')


def forget_cards() -> None:
    for event in CARDS:
        name = f'note_member_cards_{event}'
        if op.get_bind().dialect.name == 'postgresql':
            op.execute(f'DROP TRIGGER {name} ON member_cards')
            op.execute(f'DROP FUNCTION {name}()')
        else:
            op.execute(f'DROP TRIGGER {name}')


def upgrade() -> None:
    op.create_table('card_conflicts',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('system', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('holder_id', sa.BigInteger(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('found_at', Instant(), nullable=False),
    sa.Column('settled_at', Instant(), nullable=True),
    sa.Column('settled_by', sa.BigInteger(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_conflicts'))
    )
    op.create_index('ix_card_conflicts_person_id', 'card_conflicts', ['person_id'], unique=False)
    op.create_table('domain_events',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('body', Json(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_domain_events'))
    )
    op.create_index('ix_domain_events_at', 'domain_events', ['at'], unique=False)
    op.create_table('member_cards',
    sa.Column('system', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('linked_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('system', 'number', name=op.f('pk_member_cards'))
    )
    op.create_index('ix_member_cards_person_id', 'member_cards', ['person_id'], unique=False)
    note_cards()
    op.create_table('member_notes',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('shop', sa.Text(), nullable=True),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('removed_at', Instant(), nullable=True),
    sa.Column('removed_by', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_notes')),
    sa.UniqueConstraint('key', name=op.f('uq_member_notes_key'))
    )
    op.create_index('ix_member_notes_person_id', 'member_notes', ['person_id', 'at'], unique=False)
    op.create_table('member_ranks',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('rank', sa.Text(), nullable=False),
    sa.Column('basis', sa.BigInteger(), nullable=False),
    sa.Column('since', Instant(), nullable=False),
    sa.Column('checked_at', Instant(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_member_ranks'))
    )
    op.create_index('ix_member_ranks_checked_at', 'member_ranks', ['checked_at'], unique=False)
    op.create_table('person_skus',
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('last_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'sku', name=op.f('pk_person_skus'))
    )
    op.create_index('ix_person_skus_sku', 'person_skus', ['sku'], unique=False)
    op.create_table('point_balances',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('balance', sa.Integer(), nullable=False),
    sa.Column('owed', sa.Integer(), nullable=False),
    sa.Column('next_expires_at', Instant(), nullable=True),
    sa.Column('next_expiring', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', Instant(), nullable=False),
    sa.CheckConstraint('balance >= 0 AND owed >= 0', name='ck_point_balances_not_negative'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_point_balances'))
    )
    op.create_table('point_changes',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('balance_after', sa.Integer(), nullable=False),
    sa.Column('reverses', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('shop', sa.Text(), nullable=True),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_point_changes')),
    sa.UniqueConstraint('key', name=op.f('uq_point_changes_key'))
    )
    op.create_index('ix_point_changes_person_id', 'point_changes', ['person_id', 'id'], unique=False)
    op.create_index('ix_point_changes_reverses', 'point_changes', ['reverses'], unique=False)
    op.create_table('point_entries',
    sa.Column('change_id', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('account', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('lot_id', sa.BigInteger(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('change_id', 'line', name=op.f('pk_point_entries'))
    )
    op.create_index('ix_point_entries_person_id', 'point_entries', ['person_id'], unique=False)
    op.create_table('point_lots',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('change_id', sa.BigInteger(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('remaining', sa.Integer(), nullable=False),
    sa.Column('earned_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=True),
    sa.CheckConstraint('remaining >= 0 AND remaining <= points', name='ck_point_lots_remaining'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_point_lots'))
    )
    op.create_index('ix_point_lots_change_id', 'point_lots', ['change_id'], unique=False)
    op.create_index('ix_point_lots_expiring', 'point_lots', ['expires_at'], unique=False, postgresql_where=sa.text('remaining > 0'), sqlite_where=sa.text('remaining > 0'))
    op.create_index('ix_point_lots_open', 'point_lots', ['person_id'], unique=False, postgresql_where=sa.text('remaining > 0'), sqlite_where=sa.text('remaining > 0'))
    op.create_table('purchase_items',
    sa.Column('purchase_id', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('sku', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('price_yen', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('purchase_id', 'line', name=op.f('pk_purchase_items'))
    )
    op.create_table('purchase_returns',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('purchase_id', sa.BigInteger(), nullable=False),
    sa.Column('yen', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('shop', sa.Text(), nullable=True),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_returns')),
    sa.UniqueConstraint('key', name=op.f('uq_purchase_returns_key'))
    )
    op.create_index('ix_purchase_returns_purchase_id', 'purchase_returns', ['purchase_id'], unique=False)
    op.create_table('purchase_summaries',
    sa.Column('person_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('amount_yen', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first_at', Instant(), nullable=True),
    sa.Column('last_at', Instant(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_purchase_summaries'))
    )
    op.create_table('purchases',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('amount_yen', sa.Integer(), nullable=False),
    sa.Column('returned_yen', sa.Integer(), nullable=False),
    sa.Column('points_change_id', sa.BigInteger(), nullable=True),
    sa.Column('shop', sa.Text(), nullable=True),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('bought_at', Instant(), nullable=False),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.Column('cancelled_at', Instant(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchases')),
    sa.UniqueConstraint('external_id', name=op.f('uq_purchases_external_id'))
    )
    op.create_index('ix_purchases_person_id', 'purchases', ['person_id', 'bought_at'], unique=False)
    op.create_table('rank_changes',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('before', sa.Text(), nullable=True),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('basis', sa.BigInteger(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rank_changes'))
    )
    op.create_index('ix_rank_changes_person_id', 'rank_changes', ['person_id'], unique=False)
    op.create_table('stamp_cards',
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('card', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('stamps', sa.Integer(), nullable=False),
    sa.Column('last_at', Instant(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'card', name=op.f('pk_stamp_cards'))
    )
    op.create_table('stamp_visits',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('card', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('stamps_after', sa.Integer(), nullable=False),
    sa.Column('bonus', sa.Text(), nullable=True),
    sa.Column('shop', sa.Text(), nullable=True),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('undone_at', Instant(), nullable=True),
    sa.Column('undo_reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stamp_visits')),
    sa.UniqueConstraint('key', name=op.f('uq_stamp_visits_key'))
    )
    op.create_index('ix_stamp_visits_person_id', 'stamp_visits', ['person_id', 'card', 'at'], unique=False)


def downgrade() -> None:
    op.drop_table('stamp_visits')
    op.drop_table('stamp_cards')
    op.drop_table('rank_changes')
    op.drop_table('purchases')
    op.drop_table('purchase_summaries')
    op.drop_table('purchase_returns')
    op.drop_table('purchase_items')
    op.drop_table('point_lots')
    op.drop_table('point_entries')
    op.drop_table('point_changes')
    op.drop_table('point_balances')
    op.drop_table('person_skus')
    op.drop_table('member_ranks')
    op.drop_table('member_notes')
    forget_cards()
    op.drop_table('member_cards')
    op.drop_table('domain_events')
    op.drop_table('card_conflicts')
