"""Many tills at once want what is there once, and the processes are killed in the middle.

one coupon, one point, one bill, the last first-come coupon -> every till and phone asks until it
is answered -> one success each; the others are told who was faster, and when
"""

import asyncio
import resource
from pathlib import Path
from time import perf_counter
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.path.sink import Sink
from bot.bench.path.webhooks import SECRET, TOKEN, Mint, user_id
from bot.bench.till.asking import Answer, Asking
from bot.bench.till.judging import Judge
from bot.bench.till.prepared import Prepared, prepare, shop_of
from bot.bench.till.processes import SECRET_KEY, running
from bot.bench.till.table import Table
from bot.settings import Settings
from bot.store.engine import open_engine

#: Of all answers of a round, so many have come when everything is killed.
MOMENTS: Final = (0.001, 0.02, 0.3)
QUICK_MOMENTS: Final = (0.02,)
#: The same call with the same key, so often.
MOST_SAME: Final = 200
_ROUND_SECONDS: Final = 300.0

_UNDER_WAY: Final = text(
    "SELECT (SELECT count(*) FROM inbox) + "
    "(SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))"
)
#: Answers that were too late to be free; they ride on the friend's next event.
_KEPT: Final = text(
    "SELECT count(*) FROM outbox WHERE kind = 'message' AND state <> 'sent' "
    "AND lane > :first AND lane <= :last"
)
_COUNTS: Final = {
    "uses of the coupon": text(
        "SELECT count(*) FROM redemptions r JOIN coupons c ON c.id = r.coupon_id "
        "WHERE c.number = :coupon"
    ),
    "first-come coupons": text("SELECT count(*) FROM coupons WHERE campaign = :campaign"),
    "bills": text("SELECT count(*) FROM purchases WHERE external_id = :bill"),
}


async def rush(
    database_url: str, redis_url: str, folder: Path, table: Table, *, tills: int, quick: bool
) -> None:
    """Run the rounds, and note what was wrong."""
    name = "SQLite" if database_url.startswith("sqlite") else "PostgreSQL"
    moments = QUICK_MOMENTS if quick else MOMENTS
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    async with Sink() as sink:
        settings = Settings(
            channel_secret=SECRET,
            channel_access_token=TOKEN,
            secret_key=SECRET_KEY,
            line_api_base=f"http://127.0.0.1:{sink.port}",
            database_url=database_url,
            redis_url=redis_url,
            data=folder,
        )
        prepared = await prepare(settings, tills=tills, rounds=len(moments))
        engine = open_engine(database_url, pool_size=2)
        try:
            async with running(database_url, redis_url, folder, line_port=sink.port) as bot:
                mint = Mint()
                for number, moment in enumerate(moments):
                    judge = Judge(table, name, prepared.rounds[number], tills)
                    await _round(Asking(bot, mint), engine, prepared, number, moment, judge)
                    async with engine.connect() as connection:
                        kept = await connection.scalar(
                            _KEPT,
                            {
                                "first": user_id(number * tills),
                                "last": user_id((number + 1) * tills),
                            },
                        )
                    judge.replies([reply.token for reply in sink.replies], kept or 0)
                    sink.forget()
        finally:
            await engine.dispose()


async def _round(  # noqa: PLR0917 - one call, right above
    asking: Asking,
    engine: AsyncEngine,
    prepared: Prepared,
    number: int,
    moment: float,
    judge: Judge,
) -> None:
    tills, things = judge.tills, judge.things
    began = perf_counter()
    bill = {
        "member": things.member,
        "external_id": things.bill,
        "amount_yen": 1_000,
        "earns_points": False,  # the member has one point, and no more
    }
    async with asyncio.timeout(_ROUND_SECONDS), asyncio.TaskGroup() as group:

        def all_of(path: str, body: dict[str, object]) -> list[asyncio.Task[Answer]]:
            return [
                group.create_task(
                    asking.call(
                        till,
                        path,
                        {**body, "shop": shop_of(till)},
                        key=prepared.key_of(till),
                        once=f"{path}-{number}-{till:06}",
                    )
                )
                for till in range(tills)
            ]

        uses = all_of("/coupons/redeem", {"number": things.coupon})
        spend = {"points": 1, "reason": "お会計"}
        spends = all_of(f"/members/{things.member}/points/spend", spend)
        once = f"the-same-call-of-round-{number}"
        bills = [
            group.create_task(
                asking.call(till, "/purchases", bill, key=prepared.keys[0], once=once)
            )
            for till in range(min(tills, MOST_SAME))
        ]
        for till in range(tills):
            group.create_task(asking.tap(1 + number * tills + till, things.campaign))
        await _until_some(asking, moment * (3 * tills + len(bills)))
        await asking.bot.kill()
    judge.took(perf_counter() - began, asking, moment)
    judge.uses([each.result() for each in uses])
    judge.spends([each.result() for each in spends])
    judge.bills([each.result() for each in bills])
    async with asyncio.timeout(_ROUND_SECONDS):
        await _until_quiet(engine)
    async with engine.connect() as connection:
        for what, query in _COUNTS.items():
            values = {each: getattr(things, each) for each in query.compile().params}
            judge.counted(what, await connection.scalar(query, values) or 0)


async def _until_some(asking: Asking, count: float) -> None:
    while asking.answered < count:  # noqa: ASYNC110 - a millisecond is soon enough
        await asyncio.sleep(0.001)


async def _until_quiet(engine: AsyncEngine) -> None:
    while True:
        async with engine.connect() as connection:
            if not await connection.scalar(_UNDER_WAY):
                return
        await asyncio.sleep(0.1)
