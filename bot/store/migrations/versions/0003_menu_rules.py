"""Menu rules, periods and what is hidden"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
