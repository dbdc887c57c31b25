"""Keys of the API and what it tells others"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
