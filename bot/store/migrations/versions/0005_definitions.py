"""Definitions of the account"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
