"""How long the list and the search take among years of talks."""

import math
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.bench.segments.table import Table
from bot.bench.talk.crowd import RARE_PHRASE, SHOPS, Crowd
from bot.conversations.finding import find_friends
from bot.conversations.lists import Filter, View, list_talks
from bot.conversations.search import search_messages
from bot.conversations.tally import tally
from bot.staff.model import Scope

TARGET_MS: Final = 150.0
_ALL: Final = Scope(None)
_ME: Final = 17

Question = Callable[[AsyncConnection], Awaitable[Sequence[Any]]]


def questions(crowd: Crowd) -> dict[str, tuple[Question, range]]:
    """Return what staff ask, by name, and how many rows may come."""
    shop = Scope(frozenset({"shop-3"}))
    full, few, some = range(50, 51), range(1, 51), range(51)

    def listed(chosen: Filter, scope: Scope = _ALL, **more: Any) -> Question:
        return lambda c: list_talks(c, chosen, scope=scope, me=_ME, **more)

    def said(words: str, scope: Scope = _ALL, **more: Any) -> Question:
        return lambda c: search_messages(c, words, scope=scope, **more)

    async def second_page(connection: AsyncConnection) -> Sequence[Any]:
        first = await list_talks(connection, Filter(View.ALL), scope=_ALL, me=_ME)
        return await list_talks(
            connection, Filter(View.ALL), scope=_ALL, me=_ME, after=first[-1].key
        )

    async def counted(connection: AsyncConnection) -> Sequence[Any]:
        return list((await tally(connection)).counts(scope=_ALL, me=_ME))

    return {
        "list: waiting": (listed(Filter(View.OPEN)), few),
        "list: all, of one shop": (listed(Filter(View.ALL), shop), few),
        "list: all, second page": (second_page, some),
        "list: mine": (listed(Filter(View.MINE)), some),
        "list: unread": (listed(Filter(View.ALL, only_unread=True)), few),
        "list: a common tag": (listed(Filter(View.ALL, tag="regular")), few),
        "list: a rare tag": (listed(Filter(View.ALL, tag="vip")), few),
        "list: a tag nobody has": (listed(Filter(View.ALL, tag="nobody")), range(1)),
        "list: waiting, rare tag": (listed(Filter(View.OPEN, tag="vip")), some),
        "counts of all views": (counted, range(5, 6)),
        "search: common words": (said("教えて"), full),
        "search: two characters": (said("財布"), full),
        "search: common pair": (said("です"), full),
        "search: two things": (said("コートの入荷日"), full),
        "search: rare phrase": (said(RARE_PHRASE), few),
        "search: order number": (said(crowd.an_order), range(1, 2)),
        "search: what nobody said": (said("宇宙飛行士"), range(1)),
        "search: number nobody said": (said("99999999"), range(1)),
        "search: one shop, common": (said("財布", shop), full),
        "search: one shop, rare": (said(RARE_PHRASE, shop), some),
        "search: an older page": (said("財布", before=_half(crowd)), some),
        "search: name": (lambda c: find_friends(c, "友だち47", scope=_ALL), few),
        "search: phone's end": (lambda c: find_friends(c, "4711", scope=_ALL), some),
        f"search: name, one of {SHOPS} shops": (
            lambda c: find_friends(c, "友だち43", scope=shop),
            some,
        ),
    }


def _half(crowd: Crowd) -> int:
    return crowd.first_id + crowd.messages // 2 * crowd.step


async def ask(engine: AsyncEngine, crowd: Crowd, table: Table, *, runs: int, plans: bool) -> None:
    """Ask everything several times; the slowest but one in twenty counts."""
    for name, (question, expected) in questions(crowd).items():
        times = []
        async with engine.connect() as connection:
            await question(connection)  # the first one prepares statements
            for _ in range(runs):
                started = perf_counter()
                rows = await question(connection)
                times.append((perf_counter() - started) * 1e3)
            if plans:
                await explain(connection, name, question)
        table.add(name, sorted(times)[math.ceil(len(times) * 0.95) - 1], "ms", TARGET_MS)
        if len(rows) not in expected:
            table.wrong.append(f"{name}: {len(rows)} rows")


async def explain(connection: AsyncConnection, name: str, question: Question) -> None:
    """Print how PostgreSQL goes about a question."""
    asked: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(connection.sync_connection, "before_cursor_execute", keep)
    await question(connection)
    event.remove(connection.sync_connection, "before_cursor_execute", keep)
    for statement, values in asked:
        explained = f"EXPLAIN (ANALYZE, BUFFERS) {statement}"
        rows = await connection.exec_driver_sql(explained, values)
        print(f"--- {name}", *(f"    {row[0]}" for row in rows), sep="\n", flush=True)
