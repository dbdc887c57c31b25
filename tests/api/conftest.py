"""A shop with one till that may do everything."""

import pytest

from tests.api.support import Till, a_till
from tests.support import Shop


@pytest.fixture
async def till(shop: Shop) -> Till:
    return await a_till(shop)
