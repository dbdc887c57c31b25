"""Staff, shops, sessions and the audit log"""

from alembic import op
import sqlalchemy as sa

from bot.store.types import Instant, Json

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
