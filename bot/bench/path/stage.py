"""Everything around the program under measure, all on the other core.

PostgreSQL (synchronous_commit on, fsync on) + Valkey + LINE's stand-in + a fresh database a row
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.bench.path import machine
from bot.bench.path.sink import Sink
from bot.bench.path.subject import Subject
from bot.bench.path.webhooks import SECRET, TOKEN, Mint
from bot.clock import utc_now
from bot.embedded.postgres import PostgresServer
from bot.embedded.valkey import ValkeyServer
from bot.menus import repository as menus
from bot.store import schema
from bot.store.engine import open_engine

POSTGRES = "postgresql"
SQLITE = "sqlite"
_TEMPLATE = "bench_template"


@dataclass(slots=True)
class Stage:
    """Where programs are measured."""

    folder: Path
    cores: machine.Cores
    postgres: PostgresServer
    redis_url: str
    sink: Sink
    mint: Mint = field(default_factory=Mint)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def database(self, kind: str) -> str:
        """Make an empty, migrated database whose menus look published."""
        number = next(self._numbers)
        if kind == POSTGRES:
            name = f"bench_{number}"
            await asyncio.to_thread(self.postgres.create_database, name, template=_TEMPLATE)
            return self.postgres.url(name)
        url = f"sqlite+aiosqlite:///{self.folder}/bench-{number}.db"
        await _migrate(url)
        return url

    def settings(self, database_url: str, *, rate_scale: float) -> dict[str, str]:
        """Return the environment of a bot on this stage."""
        return {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE": f"http://127.0.0.1:{self.sink.port}",
            "LINE_RATE_SCALE": f"{rate_scale:g}",
            "SECRET_KEY": "bench-secret-key",
            "PUBLIC_URL": "https://shop.example",
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "ENISHI_DATA": str(self.folder),
        }

    def subject(self, *command: str, env: Mapping[str, str], **more: str) -> Subject:
        """Name a program to measure on the bot's core."""
        folder = self.folder / f"subject-{next(self._numbers)}"
        return Subject(folder, *command, env=env, core=self.cores.ours, **more)

    @asynccontextmanager
    async def serve(
        self, kind: str = POSTGRES, *, rate_scale: float = 0.0
    ) -> AsyncIterator[Subject]:
        """Run the whole bot on a fresh database."""
        env = self.settings(await self.database(kind), rate_scale=rate_scale)
        async with self.subject("bot", "serve", env=env) as subject:
            yield subject


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """Start the stores and LINE's stand-in; this process moves to their core."""
    chosen = machine.cores()
    async with AsyncExitStack() as stack:
        stack.enter_context(machine.staying_on(chosen.others))
        postgres = PostgresServer(fast=False, shared_buffers="256MB")
        await stack.enter_async_context(postgres)
        valkey = ValkeyServer(folder / "valkey", options=("--appendonly", "no"))
        await stack.enter_async_context(valkey)
        await asyncio.to_thread(postgres.create_database, _TEMPLATE)
        await _migrate(postgres.url(_TEMPLATE))
        sink = await stack.enter_async_context(Sink())
        yield Stage(folder, chosen, postgres, valkey.url, sink)


async def _migrate(url: str) -> None:
    engine = open_engine(url)
    try:
        await schema.upgrade(engine)
        async with engine.begin() as connection:
            ids = {key: f"richmenu-bench-{key}" for key in ("guest", "member")}
            await menus.save(connection, ids, now=utc_now())
    finally:
        await engine.dispose()
