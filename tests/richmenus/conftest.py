from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.emulator import LineEmulator
from bot.line.client import LineClient
from richmenus.calls import LineMenus
from tests.emulator.support import SECRET, TOKEN, Serve
from tests.richmenus.support import Desk


@pytest.fixture
async def desk(aiohttp_server: Serve) -> AsyncIterator[Desk]:
    """An emulated LINE, and the project's calls to it."""
    emulator = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN, rate_scale=0)
    server = await aiohttp_server(emulator.app)
    base = str(server.make_url("")).rstrip("/")
    async with ClientSession() as http:
        line = LineMenus(LineClient(http, base=base, token=TOKEN))
        yield Desk(emulator=emulator, line=line, base=base, http=http)
