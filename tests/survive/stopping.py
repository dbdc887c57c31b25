"""A process that is stopped at one point of handling an event, and the one after it."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import ALL, create_app
from bot.bench.proxy import HOST
from bot.bench.survive import echo
from bot.bench.survive.fuse import run_with_fuse
from bot.embedded.valkey import free_port
from bot.emulator import LineEmulator
from bot.emulator.model import UserState
from bot.emulator.phone import Phone
from bot.outbox.policy import PARKED_FOR
from bot.settings import Settings
from bot.store.engine import open_engine
from tests.support import SECRET, TOKEN

#: A fork of a process that has everything imported and no thread: a start costs little.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.bench.survive.fuse"])

_UNDER_WAY = text(
    "SELECT (SELECT count(*) FROM inbox) + "
    "(SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending') "
    "OR state = 'parked' AND due_at <= :now)"
)
_ANSWERS = text(
    "SELECT state, via, owner, lease_until FROM outbox WHERE why = :why AND kind = 'message'"
)
_LEASES = text("SELECT count(*) FROM outbox WHERE owner IS NOT NULL OR lease_until IS NOT NULL")
_COUNTED = text("SELECT count(*) FROM ledger WHERE voided_at IS NULL")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What the phone, the bill and the tables say in the end."""

    event_id: str
    bubbles: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    open_events: int = 0
    leases: int = 0
    billed: int = 0
    counted: int = 0

    @property
    def problem(self) -> str:
        """What is wrong; empty: nothing."""
        if self.open_events or self.leases or len(self.answers) != 1:
            return f"left behind: {self}"
        if self.billed > self.counted:
            return f"billed and not counted: {self}"
        once = self.bubbles == [echo.tag_of(self.event_id)]
        if self.answers == ["sent"] and once:
            return ""
        if self.answers == ["uncertain"] and len(self.bubbles) <= 1:
            return ""
        return f"lost or doubled: {self}"


@dataclass(slots=True)
class Case:
    """One event, one process that dies over it, one that recovers."""

    line: LineEmulator
    phone: Phone
    http: aiohttp.ClientSession
    settings: Settings

    async def dies(self, words: str, *, at: int | None, points: Path | None) -> tuple[str, int]:
        """Let the friend write to a process that ends at a point; return event and exit code."""
        arguments = {"at": at, "count_into": points}
        process = _context.Process(target=run_with_fuse, args=(self.settings,), kwargs=arguments)
        process.start()
        await self._until_it_listens()
        event_id: str = (await self.phone.says(words))["webhookEventId"]
        await asyncio.to_thread(process.join, 40)
        assert process.exitcode is not None, "it neither died nor ended"
        return event_id, process.exitcode

    async def recovers(self, event_id: str) -> Outcome:
        """Run a fresh process on the same stores until nothing is left to do."""
        app = create_app(self.settings, roles=ALL, clock=self.line.clock.now, root=echo.root)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.settings.port).start()
            assert await self.line.settle(20), "the webhook was never taken"
            self.line.clock.advance(31)  # what the dead process held runs out
            await self._until_done()
            self.line.clock.advance(PARKED_FOR.total_seconds() + 1)
            await self._until_done()
            return await self._outcome(event_id)
        finally:
            await runner.cleanup()

    async def _until_done(self) -> None:
        engine = open_engine(str(self.settings.database_url))
        try:
            async with asyncio.timeout(20):
                while await _number(engine, _UNDER_WAY, now=self.line.clock.seconds() * 1000):
                    await asyncio.sleep(0.05)
        finally:
            await engine.dispose()

    async def _outcome(self, event_id: str) -> Outcome:
        engine = open_engine(str(self.settings.database_url))
        outcome = Outcome(event_id=event_id)
        try:
            async with engine.connect() as connection:
                rows = await connection.execute(_ANSWERS, {"why": f"event:{event_id}"})
                outcome.answers = [row[0] for row in rows]
            outcome.leases = await _number(engine, _LEASES)
            outcome.counted = await _number(engine, _COUNTED)
        finally:
            await engine.dispose()
        outcome.bubbles = [str(message.get("text")) for message in await self.phone.sees()]
        outcome.billed = sum(self.line.world.ledger.used.values())
        return outcome

    async def _until_it_listens(self) -> None:
        url = f"http://{HOST}:{self.settings.port}/healthz"
        async with asyncio.timeout(30):
            while True:
                try:
                    async with self.http.get(url):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.02)


async def _number(engine: AsyncEngine, query: object, **values: float) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(query, values) or 0)  # type: ignore[call-overload]


@asynccontextmanager
async def open_case(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[Case]:
    """Set up an emulated LINE with one friend, and settings for the processes."""
    line = LineEmulator(channel_secret=SECRET, channel_access_token=TOKEN)
    line.world.behaviour.redelivery_backoff_seconds = 0.1
    line.world.behaviour.redelivery_attempts = 9
    server = TestServer(line.app)
    await server.start_server()
    line_url = str(server.make_url("")).rstrip("/")
    settings = Settings(
        channel_secret=SECRET,
        channel_access_token=TOKEN,
        secret_key="test-secret-key",
        line_api_base=line_url,
        database_url=database_url,
        redis_url=redis_url,
        data=folder,
        port=free_port(),
    )
    line.webhook_url = f"http://{HOST}:{settings.port}/line/webhook"
    try:
        async with aiohttp.ClientSession() as http:
            phone = await Phone.new(line_url, http, name="Mei")
            line.world.users[phone.user_id].state = UserState.FRIEND
            yield Case(line, phone, http, settings)
    finally:
        await server.close()
