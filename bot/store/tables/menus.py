"""Rich menus as they were last published on LINE."""

from sqlalchemy import Column, Table, Text

from bot.store.tables.base import metadata
from bot.store.types import Instant

menus = Table(
    "menus",
    metadata,
    Column("key", Text, primary_key=True),
    Column("rich_menu_id", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)
