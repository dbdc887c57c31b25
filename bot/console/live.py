"""News for the screens of staff: what changed in talks, read once a process, told to everybody.

    commit -> Redis -> Live: changed talks (one query a moment) -> a queue for each screen -> SSE

A screen that was away names the cursor it had; what changed since is read from the database. So a
lost word, a process that ended or a cable that was pulled costs a moment and nothing else.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversations import lists, shops
from bot.conversations.lists import ListedTalk
from bot.conversations.tally import Tally, tally
from bot.rounds import Round
from bot.signals import PRESENCE, TALKS, Signals
from bot.staff import repository
from bot.staff.model import Scope

_log = structlog.get_logger(__name__)

#: What comes within this is read and told together.
_GATHER_SECONDS: Final = 0.03
#: Each open screen lets news gather a little longer: each costs a write for each of them.
_GATHER_PER_SCREEN: Final = 0.0005
_GATHER_MOST: Final = 0.15
_COUNT_SECONDS: Final = 0.5
#: A count is good for so many times as long as it took.
_WORTH: Final = 8
#: A screen that is so far behind looks at everything anew.
_LONGEST_QUEUE: Final = 500
#: So many changes at once are no longer worth telling one by one.
MOST_ROWS: Final = 300


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called on screens."""

    staff: dict[int, str]
    shops: dict[str, str]


@dataclass(slots=True)
class News:
    """What changed in one moment, shared by all screens."""

    rows: Sequence[ListedTalk] = ()
    names: Names = field(default_factory=lambda: Names({}, {}))
    cursor: int = 0
    tally: Tally | None = None
    #: (friend id, staff id, what they do, shop key)
    presence: Sequence[tuple[int, int, str, str | None]] = ()
    #: The screen has to look at everything anew.
    is_too_much: bool = False
    #: Events as they are sent, by language and friend: screens share them.
    drawn: dict[tuple[str, int], bytes] = field(default_factory=dict)


class Live:
    """Tells screens what changed."""

    def __init__(self, engine: AsyncEngine, signals: Signals) -> None:
        self._engine = engine
        self._signals = signals
        self._screens: set[asyncio.Queue[News | None]] = set()
        self._changed: set[int] = set()
        self._presence: list[tuple[int, int, str, str | None]] = []
        self._wakes = asyncio.Event()
        self._round = Round()
        self._is_over = False
        self._tally: Tally | None = None
        self._good_until = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen while inside."""
        with (
            self._signals.listening(TALKS, self._heard),
            self._signals.listening(PRESENCE, self._met),
        ):
            task = asyncio.create_task(self._run(), name="live")
            yield
            await self._round.end(task)

    async def tally(self, connection: AsyncConnection, *, fresh: bool = False) -> Tally:
        """Return how many talks each view has.

        What takes long is not counted anew for each page: screens hear of changes all the same.
        """
        loop = asyncio.get_running_loop()
        if fresh or self._tally is None or loop.time() >= self._good_until:
            began = loop.time()
            self._tally = await tally(connection)
            self._good_until = loop.time() + _WORTH * (loop.time() - began)
        return self._tally

    def end(self) -> None:
        """Let go of all screens: they come back, to whoever serves then."""
        self._is_over = True
        for screen in self._screens:
            screen.put_nowait(None)

    @contextlib.contextmanager
    def watched(self) -> Iterator[asyncio.Queue[News | None]]:
        """Open a queue of news for one screen; ``None`` in it: the end."""
        screen: asyncio.Queue[News | None] = asyncio.Queue()
        if self._is_over:
            screen.put_nowait(None)
        self._screens.add(screen)
        try:
            yield screen
        finally:
            self._screens.discard(screen)

    def _heard(self, news: Sequence[str]) -> None:
        for one in news:
            friend_id = one.partition(":")[0]
            if friend_id.isdecimal():
                self._changed.add(int(friend_id))
        self._wakes.set()

    def _met(self, news: Sequence[str]) -> None:
        for one in news:
            friend_id, staff_id, what, shop_key = one.split(":", 3)
            self._presence.append((int(friend_id), int(staff_id), what, shop_key or None))
        self._wakes.set()

    async def _run(self) -> None:
        counted_at, counts_due = 0.0, False
        loop = asyncio.get_running_loop()
        while True:
            wait = _COUNT_SECONDS if counts_due else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wakes.wait()
            longer = _GATHER_PER_SCREEN * len(self._screens)
            await asyncio.sleep(min(_GATHER_SECONDS + longer, _GATHER_MOST))
            self._wakes.clear()
            changed, self._changed = self._changed, set()
            presence, self._presence = self._presence, []
            if not self._screens:
                continue
            counts_due = counts_due or bool(changed)
            counts_now = counts_due and loop.time() - counted_at >= _COUNT_SECONDS
            try:
                async with self._round:
                    news = await self._read(changed, counts=counts_now, named=bool(presence))
            except (SQLAlchemyError, OSError):
                _log.exception("live.failed", mend="screens look again by themselves")
                news = News(is_too_much=True)
            if counts_now:
                counted_at, counts_due = loop.time(), False
            news.presence = presence
            self._hand_out(news)

    async def _read(self, changed: set[int], *, counts: bool, named: bool) -> News:
        if len(changed) > MOST_ROWS:
            return News(is_too_much=True)
        if not (changed or counts or named):
            return News()
        async with self._engine.connect() as connection:
            news = await read_news(connection, sorted(changed))
            if counts:
                news.tally = await self.tally(connection, fresh=True)
        return news

    def _hand_out(self, news: News) -> None:
        for screen in tuple(self._screens):
            if screen.qsize() >= _LONGEST_QUEUE:
                while not screen.empty():
                    screen.get_nowait()
                screen.put_nowait(News(is_too_much=True))
            else:
                screen.put_nowait(news)


async def read_news(connection: AsyncConnection, friend_ids: Sequence[int]) -> News:
    """Return how certain talks stand now, for readers of any shop; each sees their own of them."""
    cursor = await lists.cursor_now(connection)  # before the rows: what comes between comes again
    rows = await lists.talks_of(connection, friend_ids, scope=Scope(None))
    return News(rows=rows, names=await names(connection), cursor=cursor)


async def names(connection: AsyncConnection) -> Names:
    """Return what staff members and shops are called."""
    staff = {member.staff_id: member.name for member in await repository.list_all(connection)}
    places = {shop.key: shop.name for shop in await shops.active_shops(connection)}
    return Names(staff, places)


LIVE: Final = web.AppKey("LIVE", Live)
