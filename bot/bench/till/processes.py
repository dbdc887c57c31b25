"""The bot as a shop runs it, in processes of its own that are killed without warning.

SQLite: ``serve``; PostgreSQL: ``serve`` and a ``web`` beside it; LINE is a sink of the bench
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bot.bench.path.webhooks import SECRET, TOKEN
from bot.bench.processes import Child
from bot.embedded.valkey import free_port

_ROOT: Final = Path(__file__).parents[3]
_START_SECONDS: Final = 60.0
SECRET_KEY: Final = "bench"  # noqa: S105 - of nobody, for minutes, on loopback


@dataclass(slots=True)
class Running:
    """A bot that listens."""

    children: Sequence[Child]
    urls: Sequence[str]
    http: aiohttp.ClientSession

    async def kill(self) -> None:
        """End every process at once, and start them again."""
        for child in self.children:
            await asyncio.to_thread(child.kill)
        for child in self.children:
            child.start()
        await self.until_ready()

    async def until_ready(self) -> None:
        """Return when all of them listen."""
        async with asyncio.timeout(_START_SECONDS):
            for url in self.urls:
                while not await self._listens(url):  # noqa: ASYNC110 - another process is asked
                    await asyncio.sleep(0.05)

    async def _listens(self, url: str) -> bool:
        try:
            async with self.http.get(f"{url}/healthz") as answer:
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False


@asynccontextmanager
async def running(
    database_url: str, redis_url: str, folder: Path, *, line_port: int
) -> AsyncIterator[Running]:
    """Start them; all have ended afterwards."""
    is_small = database_url.startswith("sqlite")
    commands = ["serve"] if is_small else ["serve", "web"]
    children, urls = [], []
    for number, command in enumerate(commands):
        port = free_port()
        env = {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE": f"http://127.0.0.1:{line_port}",
            "SECRET_KEY": SECRET_KEY,
            "PUBLIC_URL": "https://shop.example",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "ENISHI_DATA": str(folder),
            "PORT": str(port),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])
            ),
        }
        log = folder / f"{command}-{number}.log"
        children.append(Child(command, ["-m", "bot", command], env, log))
        urls.append(f"http://127.0.0.1:{port}")
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        bot = Running(children, urls, http)
        try:
            for child in children:
                child.start()
            await bot.until_ready()
            yield bot
        finally:
            for child in children:
                await asyncio.to_thread(child.stop)
