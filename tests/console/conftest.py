"""A shop whose console is open, and browsers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.app import Role as Process
from tests.console.support import Browser, open_browser
from tests.support import Shop, open_shop

OpenBrowser: TypeAlias = Callable[[], AbstractAsyncContextManager[Browser]]


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A web process alone: pages need neither worker nor menus on LINE."""
    async with open_shop(
        sqlite_url, redis_url, tmp_path, roles=Process.WEB, publishes=False
    ) as shop:
        yield shop


@pytest.fixture
async def browser(shop: Shop) -> AsyncIterator[Browser]:
    async with open_browser(shop) as browser:
        yield browser


@pytest.fixture
async def browsers(shop: Shop) -> AsyncIterator[Callable[[], object]]:
    """Open as many as a story needs."""
    async with AsyncExitStack() as stack:
        yield lambda: stack.enter_async_context(open_browser(shop))
