"""A shop with members, and tills."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pages.support import open_shops
from tests.support import Shop, open_shop


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The whole bot: members join in the talk."""
    async with open_shop(sqlite_url, redis_url, tmp_path) as shop:
        await open_shops(shop)
        yield shop
