"""A process that cannot start leaves nothing running behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import ALL, create_app
from bot.cli.processes import running
from bot.settings import Settings


async def test_what_was_opened_is_closed_when_start_up_fails(
    sqlite_url: str, redis_url: str, tmp_path: Path
) -> None:
    before = asyncio.all_tasks()
    settings = Settings(
        channel_secret="s",
        channel_access_token="t",
        secret_key="k",
        line_api_base="http://127.0.0.1:9",
        database_url=sqlite_url,
        redis_url=redis_url,
        data=tmp_path,
    )
    app = create_app(settings, roles=ALL)

    async def broken(_: web.Application) -> AsyncIterator[None]:
        await asyncio.sleep(0.01)  # what was started is under way
        raise RuntimeError("the last thing cannot be opened")
        yield

    app.cleanup_ctx.append(broken)
    with pytest.raises(RuntimeError, match="the last thing"):
        async with running(settings, ALL, port=None, app=app):
            pytest.fail("it has started")
    assert asyncio.all_tasks() == before
