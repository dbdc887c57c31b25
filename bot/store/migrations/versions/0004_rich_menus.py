"""Rich menus: what was published, step by step"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
