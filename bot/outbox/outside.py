"""Use cases outside of the worker: the console, the till, the clock.

async with app[keys.USE_CASE]() as unit: service(unit, …)
    -> before the flush: what is said is recorded -> flush -> commit -> wake the dispatcher
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.signals import OUTBOX, Signals
from bot.store.unit import Unit

#: Looks at a unit that is about to be written, such as to record what it says, and returns what
#: screens shall be told once it is: news by topic.
BeforeFlush: TypeAlias = Callable[[Unit], Awaitable[Mapping[str, Sequence[str]]]]
#: Opens the unit of one use case; a process has one such opener, ``keys.USE_CASE``.
UseCase: TypeAlias = Callable[[], AbstractAsyncContextManager[Unit]]


@asynccontextmanager
async def use_case(
    engine: AsyncEngine, signals: Signals, *, before_flush: BeforeFlush | None = None
) -> AsyncIterator[Unit]:
    """Open a unit of work that is written when the block ends well, and forgotten when it raises.

    Calls that services queue are stored with it; a dispatcher takes them on.

    Raises:
        StaleRowError: somebody else changed what was read; nothing is written, try again.
    """
    async with engine.begin() as connection:
        unit = Unit(connection)
        yield unit
        news = {} if before_flush is None else await before_flush(unit)
        await unit.flush()
    signals.notify(OUTBOX)
    for topic, notes in news.items():
        signals.tell(topic, notes)
