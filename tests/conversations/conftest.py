"""A shop on a Thursday at noon, when it is open."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import OpenShop
from tests.conversations.support import A_DAY
from tests.support import Shop


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    async with open_shop(publishes=False) as shop:
        await shop.advance(A_DAY)
        yield shop
