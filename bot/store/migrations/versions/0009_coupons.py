"""Coupons and their redemption"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('code_misses',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('misses', sa.Integer(), nullable=False),
    sa.Column('first_at', Instant(), nullable=False),
    sa.Column('locked_until', Instant(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_code_misses'))
    )
    op.create_table('coupon_campaigns',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('body', Json(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('updated_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_coupon_campaigns'))
    )
    op.create_table('coupon_counters',
    sa.Column('campaign', sa.Text(), nullable=False),
    sa.Column('prize', sa.Text(), nullable=False),
    sa.Column('issued', sa.Integer(), nullable=False),
    sa.CheckConstraint('issued >= 0', name='ck_coupon_counters_issued'),
    sa.PrimaryKeyConstraint('campaign', 'prize', name=op.f('pk_coupon_counters'))
    )
    op.create_table('coupon_draws',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('seed', sa.LargeBinary(), nullable=False),
    sa.Column('commitment', sa.Text(), nullable=False),
    sa.Column('odds', Json(), nullable=False),
    sa.Column('prize', sa.Text(), nullable=True),
    sa.Column('coupon_id', sa.BigInteger(), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('drawn_at', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupon_draws')),
    sa.UniqueConstraint('person_id', 'campaign', 'ordinal', name=op.f('uq_coupon_draws_person_id_campaign_ordinal'))
    )
    op.create_index('ix_coupon_draws_campaign', 'coupon_draws', ['campaign', 'drawn_at'], unique=False)
    op.create_table('coupon_serials',
    sa.Column('campaign', sa.Text(), nullable=False),
    sa.Column('serial', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('coupon_id', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('campaign', 'serial', name=op.f('pk_coupon_serials'))
    )
    op.create_index('ix_coupon_serials_free', 'coupon_serials', ['campaign', 'position'], unique=False, postgresql_where=sa.text('coupon_id IS NULL'), sqlite_where=sa.text('coupon_id IS NULL'))
    op.create_table('coupons',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False),
    sa.Column('prize', sa.Text(), nullable=True),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Text(), nullable=True),
    sa.Column('valid_from', Instant(), nullable=False),
    sa.Column('valid_until', Instant(), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('issued_at', Instant(), nullable=False),
    sa.Column('blocked_at', Instant(), nullable=True),
    sa.CheckConstraint('used >= 0 AND used <= uses', name='ck_coupons_used'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coupons')),
    sa.UniqueConstraint('number', name=op.f('uq_coupons_number')),
    sa.UniqueConstraint('person_id', 'campaign', 'ordinal', name=op.f('uq_coupons_person_id_campaign_ordinal'))
    )
    op.create_index('ix_coupons_campaign', 'coupons', ['campaign', 'issued_at'], unique=False)
    op.create_table('redemptions',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('coupon_id', sa.BigInteger(), nullable=False),
    sa.Column('use_no', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('shop', sa.Text(), nullable=True),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('undone_at', Instant(), nullable=True),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.Column('undo_reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemptions')),
    sa.UniqueConstraint('key', name=op.f('uq_redemptions_key'))
    )
    op.create_index('ix_redemptions_at', 'redemptions', ['at'], unique=False)
    op.create_index('ix_redemptions_person_id', 'redemptions', ['person_id', 'at'], unique=False)
    op.create_index('uq_redemptions_use', 'redemptions', ['coupon_id', 'use_no'], unique=True, postgresql_where=sa.text('undone_at IS NULL'), sqlite_where=sa.text('undone_at IS NULL'))
    op.create_table('shop_pins',
    sa.Column('shop', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.Column('changed_by', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('shop', name=op.f('pk_shop_pins'))
    )


def downgrade() -> None:
    op.drop_table('shop_pins')
    op.drop_table('redemptions')
    op.drop_table('coupons')
    op.drop_table('coupon_serials')
    op.drop_table('coupon_draws')
    op.drop_table('coupon_counters')
    op.drop_table('coupon_campaigns')
    op.drop_table('code_misses')
