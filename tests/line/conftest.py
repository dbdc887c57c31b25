from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from hypothesis import settings

from bot.line.client import LineClient, open_session, open_wire
from tests.line.support import Recorder, Serve

# On a busy machine an example may take long; that is no failure of the rule it tries.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
async def line(aiohttp_server: Serve) -> Recorder:
    recorder = Recorder()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", recorder.handle)
    server = await aiohttp_server(app)
    recorder.base = str(server.make_url("")).rstrip("/")
    return recorder


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


@pytest.fixture(params=["wire", "aiohttp"])
async def client(
    request: pytest.FixtureRequest, http: aiohttp.ClientSession, line: Recorder
) -> AsyncIterator[LineClient]:
    """Both ways of sending mean the same."""
    if request.param == "aiohttp":
        yield LineClient(http, base=line.base, token="token-1")
        return
    async with open_wire(line.base, "token-1") as wire:
        yield LineClient(http, base=line.base, token="token-1", wire=wire)
