"""An emulated LINE, a database, and the project's way from one to the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from bot.emulator import LineEmulator
from bot.line.client import LineClient
from bot.store.engine import open_engine
from tests.emulator.support import SECRET, TOKEN, Serve
from tests.richmenus.support import Desk, Patient
from tests.support import NOON


@asynccontextmanager
async def _open(serve: Serve, database_url: str) -> AsyncIterator[Desk]:
    emulator = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN, rate_scale=0)
    emulator.clock.freeze(NOON)
    server = await serve(emulator.app)
    base = str(server.make_url("")).rstrip("/")
    engine = open_engine(database_url)
    async with ClientSession() as http:
        line = Patient(LineClient(http, base=base, token=TOKEN))
        yield Desk(emulator=emulator, line=line, base=base, http=http, engine=engine)
    await engine.dispose()


@pytest.fixture
async def desk(aiohttp_server: Serve, sqlite_url: str) -> AsyncIterator[Desk]:
    async with _open(aiohttp_server, sqlite_url) as opened:
        yield opened


@pytest.fixture
async def postgres_desk(aiohttp_server: Serve, postgres_url: str) -> AsyncIterator[Desk]:
    async with _open(aiohttp_server, postgres_url) as opened:
        yield opened
