"""In the demo a command lives in the time of the demo."""

import pytest
from aiohttp.test_utils import TestServer

from bot.cli.opened import now_here
from bot.emulator import LineEmulator
from tests.support import NOON


async def test_a_command_asks_the_emulator_for_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    line = LineEmulator(channel_secret="secret", channel_access_token="token")
    line.clock.freeze(NOON)
    async with TestServer(line.app) as server:
        monkeypatch.setenv("EMULATOR_PORT", str(server.port))
        assert await now_here() == NOON
    assert await now_here() > NOON  # nobody answers there any more: the machine's own
