"""The servers behind the bot: PostgreSQL or a SQLite file, and Redis; all may be taken away."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from bot.bench.proxy import HOST, Proxy
from bot.embedded.postgres import SUPERUSER, PostgresServer
from bot.embedded.valkey import ValkeyServer
from bot.store import schema
from bot.store.engine import open_engine

DATABASE = "survive"


@dataclass(slots=True)
class Stores:
    """What the children store in, by way of proxies."""

    redis: ValkeyServer
    postgres: PostgresServer | None
    sqlite: Path
    sql_proxy: Proxy = field(default_factory=lambda: Proxy("postgresql"))
    redis_proxy: Proxy = field(default_factory=lambda: Proxy("redis"))

    @property
    def direct_url(self) -> str:
        """Where the bench reads the database, past the proxy."""
        if self.postgres is None:
            return f"sqlite+aiosqlite:///{self.sqlite}"
        return self.postgres.url(DATABASE)

    @property
    def child_url(self) -> str:
        """Where the children find it."""
        if self.postgres is None:
            return f"sqlite:///{self.sqlite}"
        return f"postgresql://{SUPERUSER}@{HOST}:{self.sql_proxy.port}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        """Where the children find Redis."""
        return f"redis://{HOST}:{self.redis_proxy.port}"

    def restart_postgres(self, *, crash: bool) -> None:
        """Stop PostgreSQL, politely or as a crash does, and start it again."""
        if self.postgres is not None:
            self.postgres.stop_signal = signal.SIGQUIT if crash else signal.SIGINT
            self.postgres.stop()
            self.postgres.start()

    def restart_redis(self) -> None:
        """Stop Redis and start it again."""
        self.redis.stop()
        self.redis.start()

    def aim(self) -> None:
        """Point the proxies at where the servers listen now."""
        self.redis_proxy.targets = [int(self.redis.url.rsplit(":", 1)[1])]
        if self.postgres is not None:
            self.sql_proxy.targets = [self.postgres.port]


@asynccontextmanager
async def open_stores(folder: Path, *, postgres: bool) -> AsyncIterator[Stores]:
    """Start the servers, make the tables, and listen in front of them."""
    redis = ValkeyServer(folder / "redis", port=0)
    # PostgreSQL refuses root, and its own user must reach the folder.
    data = Path(tempfile.mkdtemp(prefix="enishi-survive-pg-")) if postgres else None
    if data is not None:
        data.chmod(0o755)
    stores = Stores(redis, PostgresServer(data / "data") if data else None, folder / "enishi.db")
    try:
        redis.start()
        if stores.postgres is not None:
            stores.postgres.start()
            stores.postgres.create_database(DATABASE)
        await _migrate(stores.direct_url)
        stores.aim()
        await stores.sql_proxy.start()
        await stores.redis_proxy.start()
        yield stores
    finally:
        await stores.sql_proxy.refuse()
        await stores.redis_proxy.refuse()
        redis.stop()
        if stores.postgres is not None:
            stores.postgres.stop_signal = signal.SIGINT
            stores.postgres.stop()
        if data is not None:
            shutil.rmtree(data, ignore_errors=True)


#: Alembic knows one migration at a time in a process; several benches may share a loop.
_turns: Final["WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]"] = WeakKeyDictionary()


async def _migrate(url: str) -> None:
    engine = open_engine(url)
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        await schema.upgrade(engine)
    await engine.dispose()
