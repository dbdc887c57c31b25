import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from bot.emulator import LineEmulator, VirtualClock
from tests.emulator.support import SECRET, TOKEN, Bot, Line, Serve

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 12:00 in Tokyo


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(frozen_at=NOON)


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def bot(aiohttp_server: Serve) -> Bot:
    bot = Bot()
    server = await aiohttp_server(bot.app)
    bot.url = str(server.make_url("/webhook"))
    return bot


@pytest.fixture
async def line(
    aiohttp_server: Serve, bot: Bot, http: ClientSession, clock: VirtualClock
) -> AsyncIterator[Line]:
    emulator = LineEmulator(
        channel_secret=SECRET,
        channel_access_token=TOKEN,
        webhook_url=bot.url,
        clock=clock,
        origins={"https://shop.example": "http://127.0.0.1:8000"},
    )
    emulator.world.behaviour.redelivery_backoff_seconds = 0.01
    server = await aiohttp_server(emulator.app)
    yield Line(emulator, str(server.make_url("")).rstrip("/"), http)
    if bot.slow is not None:
        bot.slow.set()
        await asyncio.sleep(0)
