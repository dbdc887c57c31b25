"""How soon what a friend writes stands on the screens of staff, and what a screen weighs.

webhooks at random moments -> bot serve -> server-sent events -> screens that note what they see
"""

import asyncio
import math
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

from bot.bench.path.load import Load
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import Stage, open_stage
from bot.bench.path.subject import Subject
from bot.bench.segments.table import Table
from bot.clock import utc_now
from bot.console.sessions import Sessions
from bot.postbacks import AskStaff
from bot.redis_client import open_redis
from bot.staff.model import COMMAND_LINE, StaffMember
from bot.staff.rights import Role
from bot.staff.service import add
from bot.store.engine import open_engine

TARGET_MS: Final = 500.0
_TARGET_KB: Final = 512.0
#: So many seconds pass before a friend writes again: each message is seen by itself.
_RESTS: Final = 10
_MARK: Final = re.compile(rb'"text":"mark (\d+)')
_PATIENCE_SECONDS: Final = 60.0


class Screen(asyncio.Protocol):
    """One browser's stream: it notes when it first saw which message."""

    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._rest = b""
        self.seen: dict[int, float] = {}
        self.is_here = asyncio.Event()
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        self.transport = transport
        transport.write(self._wire)  # type: ignore[attr-defined] # of a transport that writes

    def data_received(self, data: bytes) -> None:
        """Look for messages, also those that a packet's end cut in two."""
        now, text = perf_counter(), self._rest + data
        for found in _MARK.finditer(text):
            self.seen.setdefault(int(found[1]), now)
        if b"event: here" in text:
            self.is_here.set()
        self._rest = text[-64:]

    def connection_lost(self, _: Exception | None) -> None:
        """Note that the stream ended."""
        self.is_lost = True
        self.is_here.set()


async def live(folder: Path, table: Table, *, staff: int, rate: float, seconds: float) -> None:
    """Let friends write to a bot that staff look at."""
    async with open_stage(folder) as stage, stage.serve() as subject:
        members = await _hire(subject, staff)
        async with Load([subject.port], CONNECTIONS) as load:
            trial = Trial(stage, load, [subject])
            asks, friends = AskStaff().encode(), int(rate * _RESTS)
            asked = [stage.mint.delivery(stage.mint.tap(f, asks)) for f in range(friends)]
            await trial.closed(asked)
            before = subject.memory_mb
            async with _screens(stage, subject, members) as screens:
                weight = (subject.memory_mb - before) * 1e3 / staff
                cpu = subject.cpu_seconds
                sent = await _write(stage, trial, rate=rate, seconds=seconds)
                await _until_seen(screens, set(sent))
                _tell(table, screens, sent, f"{staff} screens, {rate:g} messages/s", weight)
                busy = (subject.cpu_seconds - cpu) / seconds * 100
                table.add("the bot's share of one core meanwhile", busy, "%")
                used = subject.memory_mb - before
                table.add("memory of the process, after", used, "MB more")


async def _write(stage: Stage, trial: Trial, *, rate: float, seconds: float) -> dict[int, float]:
    """Send messages evenly; return when each was due."""
    sent: dict[int, float] = {}
    begin = perf_counter()
    for number in range(int(rate * seconds)):
        due = begin + number / rate
        if (early := due - perf_counter()) > 0:
            await asyncio.sleep(early)
        event = stage.mint.text(number % int(rate * _RESTS), f"mark {number} のサイズはありますか")
        sent[number] = due
        trial.load.send(stage.mint.delivery(event), due)
    return sent


async def _until_seen(screens: Sequence[Screen], wanted: set[int]) -> None:
    until = perf_counter() + _PATIENCE_SECONDS
    while perf_counter() < until and any(wanted - s.seen.keys() for s in screens):  # noqa: ASYNC110 - 200 streams
        await asyncio.sleep(0.05)


def _tell(
    table: Table, screens: Sequence[Screen], sent: dict[int, float], name: str, weight: float
) -> None:
    took = sorted(
        (screen.seen[number] - due) * 1e3
        for screen in screens
        for number, due in sent.items()
        if number in screen.seen
    )
    missing = len(screens) * len(sent) - len(took)
    if missing or not took:
        table.wrong.append(f"{missing} messages did not reach a screen")
    if lost := sum(screen.is_lost for screen in screens):
        table.wrong.append(f"{lost} screens were cut off")
    if took:
        table.add(f"{name}: message to screen, p50", _at(took, 0.5), "ms")
        table.add(f"{name}: message to screen, p99", _at(took, 0.99), "ms", TARGET_MS)
        table.add(f"{name}: message to screen, slowest", took[-1], "ms")
    table.add("memory of a screen that is connected", weight, "kB", _TARGET_KB)


def _at(took: Sequence[float], share: float) -> float:
    return took[math.ceil(len(took) * share) - 1]


@asynccontextmanager
async def _screens(
    stage: Stage, subject: Subject, members: Sequence[StaffMember]
) -> AsyncIterator[list[Screen]]:
    redis = open_redis(stage.redis_url)
    sessions, loop = Sessions(redis), asyncio.get_running_loop()
    screens = []
    try:
        for member in members:
            cookie, _ = await sessions.start(
                staff_id=member.staff_id,
                generation=member.generation,
                address="127.0.0.1",
                agent="bench",
                now=utc_now(),
                is_strong=True,
            )
            wire = (
                "GET /console/talk/live HTTP/1.1\r\nHost: bot\r\nAccept: text/event-stream\r\n"
                f"Cookie: __Host-enishi={cookie}\r\n\r\n"
            )
            _, screen = await loop.create_connection(
                lambda wire=wire: Screen(wire.encode()),  # type: ignore[misc] # bound at once
                "127.0.0.1",
                subject.port,
            )
            screens.append(screen)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            for screen in screens:
                await screen.is_here.wait()
        yield screens
    finally:
        for screen in screens:
            screen.transport.close()
        await redis.aclose()


async def _hire(subject: Subject, count: int) -> list[StaffMember]:
    """Let people work here who see every shop's talks: the most that can be sent."""
    engine = open_engine(subject.setting("DATABASE_URL"))
    try:
        async with engine.begin() as connection:
            return [
                await add(
                    connection,
                    by=COMMAND_LINE,
                    login=f"staff-{number}",
                    name=f"担当 {number}",
                    role=Role.OWNER,
                    now=utc_now(),
                )
                for number in range(count)
            ]
    finally:
        await engine.dispose()
