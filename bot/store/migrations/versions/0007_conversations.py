"""Conversations, their messages and files"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
