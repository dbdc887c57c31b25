"""After the storm: everything works again, and what is left is brought to its end.

webhooks settle -> queues drain (time helps) -> blockers come back -> held answers leave -> probe
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.survive.crowd import Crowd, Friend
from bot.bench.survive.echo import tag_of
from bot.bench.survive.stage import Stage

#: Past a lease.
_LEASE_OVER: Final = 31.0
#: Past the rest of a parked call, and of a friend whose event fails and fails.
_REST_OVER: Final = 16 * 60.0
#: Without any change for this long, only time can help.
_STUCK_SECONDS: Final = 2.0
#: What an answer may take when nothing is wrong, on a machine that others use too.
PROMPT_SECONDS: Final = 10.0
_ROUNDS: Final = 16
#: For what waited for its friend to leave.
_HELD_SECONDS: Final = 30.0
_PROBES: Final = 5
_OPEN = text(
    "SELECT (SELECT count(*) FROM inbox), "
    "(SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')), "
    "(SELECT count(*) FROM outbox WHERE state = 'parked')"
)
_HELD = text("SELECT DISTINCT lane FROM outbox WHERE state = 'held'")


@dataclass(slots=True)
class Calm:
    """How it went."""

    settled: bool = False
    #: Events open, calls under way, calls parked: what is left when patience ends.
    left: tuple[int, int, int] = (0, 0, 0)
    #: Seconds from a text to its answer; None: none came.
    probes: list[float | None] = field(default_factory=list)


async def calm_down(stage: Stage, crowd: Crowd, *, patience: float) -> Calm:
    """Bring everything to its end.

    Args:
        stage: without faults.
        crowd: friends that send nothing any more.
        patience: seconds for the queues to drain.
    """
    calm = Calm()
    deadline = time.monotonic() + patience
    engine = stage.engine()
    try:
        calm.settled = await stage.line.settle(patience)
        calm.left = await _drain(stage, engine, deadline)
        if calm.left == (0, 0, 0):
            await _let_held_leave(stage, crowd, engine, deadline)
        for friend in crowd.friends[:_PROBES]:
            calm.probes.append(await _probe(crowd, friend))
            if calm.probes[-1] is None:
                break
        calm.left = await _drain(stage, engine, max(deadline, time.monotonic() + 5))
    finally:
        await engine.dispose()
    return calm


async def _drain(stage: Stage, engine: AsyncEngine, deadline: float) -> tuple[int, int, int]:
    before, since = (-1, -1, -1), time.monotonic()
    while True:
        async with engine.connect() as connection:
            row = (await connection.execute(_OPEN)).one()
        left = (int(row[0]), int(row[1]), int(row[2]))
        if left == (0, 0, 0) or time.monotonic() > deadline:
            return left
        if left != before:
            before, since = left, time.monotonic()
        elif time.monotonic() - since > _STUCK_SECONDS:
            await stage.advance(_LEASE_OVER if left[1] else _REST_OVER)
            since = time.monotonic()
        await asyncio.sleep(0.1)


async def _let_held_leave(
    stage: Stage, crowd: Crowd, engine: AsyncEngine, deadline: float
) -> None:
    """Let friends come back and write: free answers that waited ride on theirs."""
    for friend in crowd.friends:
        if friend.is_blocking:
            await crowd.follow(friend)
    deadline = max(deadline, time.monotonic() + _HELD_SECONDS)
    for number in range(_ROUNDS):
        await stage.line.settle(10)
        await _drain(stage, engine, deadline)
        async with engine.connect() as connection:
            held = {row[0] for row in await connection.execute(_HELD)}
        if not held or time.monotonic() > deadline:
            return
        for friend in crowd.friends:
            if friend.phone.user_id in held:
                # An answer of its own leaves no room for five bubbles; a silent event does.
                await (crowd.write(friend, pays=False) if number % 2 else crowd.look(friend))


async def _probe(crowd: Crowd, friend: Friend) -> float | None:
    """Measure how long an answer takes now."""
    if friend.is_blocking:
        await crowd.follow(friend)
    started = time.monotonic()
    tag = tag_of(await crowd.write(friend, pays=False))
    while time.monotonic() - started < PROMPT_SECONDS:
        if any(message.get("text") == tag for message in (await friend.phone.sees())[-5:]):
            return time.monotonic() - started
        await asyncio.sleep(0.02)
    return None
