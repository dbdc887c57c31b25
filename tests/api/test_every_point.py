"""The process is killed at every point of a write, one run a point; then the call comes again.

Whatever was there by then, the till gets one answer and it happened once. Each day takes other
points than the day before, and always those beside the commit; ``ENISHI_TEST_POINTS=all`` takes
all of them, of both calls on both databases.
"""

import asyncio
import multiprocessing
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text

from bot.app import Role, create_app
from bot.bench.proxy import HOST
from bot.bench.survive.fuse import KILLED, run_with_fuse
from bot.clock import utc_now
from bot.embedded.postgres import PostgresServer
from bot.embedded.valkey import ValkeyServer
from bot.settings import Settings
from bot.store.engine import open_engine
from tests.api.support import Till, a_till
from tests.api.test_coupons import a_coupon
from tests.support import open_shop
from tests.survive.conftest import postgres_template  # noqa: F401 - a fixture
from tests.survive.stopping import open_case

#: Runs at once: they wait more than they work.
TOGETHER: Final = 4
ONCE: Final = "the-same-key-0001"
TAKES_ALL: Final = os.environ.get("ENISHI_TEST_POINTS") == "all"
PAIRS: Final = [("redeem", "sqlite"), ("purchase", "postgres")] + (
    [("redeem", "postgres"), ("purchase", "sqlite")] if TAKES_ALL else []
)
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.bench.survive.fuse"])

Fresh = Callable[[], Awaitable[str]]
Seeding = Callable[[], Awaitable["Seed"]]


@dataclass(frozen=True, slots=True)
class Write:
    """One call, and what it leaves behind when it happened once."""

    path: str
    body: dict[str, Any]
    #: What is counted, and how many there are of it.
    once: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """A shop with a member who holds a coupon, ready to be copied."""

    fresh: Fresh
    key: str
    writes: dict[str, Write]


async def seeded(database_url: str, redis_url: str, folder: Path) -> tuple[str, dict[str, Write]]:
    """Put a member with a coupon into a database; return a key and the calls."""
    async with open_shop(database_url, redis_url, folder, roles=Role.WEB, publishes=False) as shop:
        till = await a_till(shop)
        number = await till.join()
        coupon = await a_coupon(shop, number, validity={"kind": "days", "days": 3000})
    redeem = Write(
        "/coupons/redeem",
        {"number": coupon.number},
        (
            ("SELECT count(*) FROM redemptions", 1),
            ("SELECT sum(used) FROM coupons", 1),
            ("SELECT count(*) FROM domain_events WHERE kind = 'coupon.redeemed'", 1),
            ("SELECT count(*) FROM api_calls WHERE idempotency_key = 'the-same-key-0001'", 1),
        ),
    )
    purchase = Write(
        "/purchases",
        {"member": number, "external_id": "T-1", "amount_yen": 1_000},
        (
            ("SELECT count(*) FROM purchases", 1),
            ("SELECT sum(amount_yen) FROM purchase_summaries", 1_000),
            ("SELECT sum(balance) FROM point_balances", 10),
            ("SELECT sum(amount) FROM point_entries WHERE account = 'member'", 10),
            ("SELECT count(*) FROM domain_events WHERE kind = 'points.changed'", 1),
            ("SELECT count(*) FROM api_calls WHERE idempotency_key = 'the-same-key-0001'", 1),
        ),
    )
    return till.key, {"redeem": redeem, "purchase": purchase}


@pytest.fixture
def sqlite_seed(sqlite_url: str, valkey: ValkeyServer, tmp_path: Path) -> Seeding:
    numbers, made = count(), Path(sqlite_url.partition(":///")[2])

    async def copy() -> str:
        path = tmp_path / f"copy-{next(numbers)}.db"
        await asyncio.to_thread(shutil.copy, made, path)
        return f"sqlite+aiosqlite:///{path}"

    async def seed() -> Seed:
        return Seed(copy, *await seeded(sqlite_url, valkey.url, tmp_path))

    return seed


@pytest.fixture
def postgres_seed(
    postgres: PostgresServer,
    postgres_template: str,  # noqa: F811 - a fixture
    valkey: ValkeyServer,
    tmp_path: Path,
) -> Seeding:
    numbers, turn = count(), asyncio.Lock()
    name = f"api_{abs(hash(tmp_path)):x}"

    async def clone() -> str:
        clone = f"{name}_{next(numbers)}"
        async with turn:  # a template serves one at a time
            await asyncio.to_thread(postgres.create_database, clone, template=name)
        return postgres.url(clone)

    async def seed() -> Seed:
        await asyncio.to_thread(postgres.create_database, name, template=postgres_template)
        return Seed(clone, *await seeded(postgres.url(name), valkey.url, tmp_path))

    return seed


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> Seeding:
    """Prepares a shop on a kind of database."""
    prepared: Seeding = request.getfixturevalue(f"{request.param}_seed")
    return prepared


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("call", "seed"), PAIRS, indirect=["seed"])
async def test_a_write_survives_the_end_of_its_process_at_every_point(
    call: str, seed: Seeding, redis_url: str, tmp_path: Path
) -> None:
    prepared = await seed()
    write = prepared.writes[call]
    points, problem = await _run(write, prepared, None, redis_url, tmp_path)
    assert problem == ""
    assert points.count("before COMMIT") >= 1
    turns = asyncio.Semaphore(TOGETHER)
    chosen = _chosen(points)
    print(f"killed at points {chosen} of {len(points)}")

    async def killed_at(number: int) -> str:
        async with turns:
            _, problem = await _run(write, prepared, number, redis_url, tmp_path)
        return problem and f"point {number}, {points[number - 1]}: {problem}"

    found = await asyncio.gather(*map(killed_at, chosen))
    assert [problem for problem in found if problem] == []


def _chosen(points: list[str]) -> list[int]:
    every = range(1, len(points) + 1)
    if TAKES_ALL:
        return list(every)
    commits = [number for number in every if points[number - 1].endswith("COMMIT")][-2:]
    day = utc_now().toordinal()
    others = [number for number in every if number not in commits]
    return sorted({*commits, others[day % len(others)], others[(day * 7 + 3) % len(others)]})


async def _run(
    write: Write, seed: Seed, at: int | None, redis_url: str, folder: Path
) -> tuple[list[str], str]:
    """Kill a process at a point of a write, and say what is wrong after the same call again."""
    database_url, counted = await seed.fresh(), folder / "points"
    async with open_case(database_url, redis_url, folder) as case:
        till = Till(case.http, f"http://{HOST}:{case.settings.port}", seed.key)
        async with _process(case.settings, at, counted if at is None else None) as process:
            await _until_it_listens(case.http, till.url)
            first = None
            try:
                first = await till.post(write.path, write.body, once=ONCE)
            except aiohttp.ClientError:
                assert at is not None
            await asyncio.to_thread(process.join, 40)
            assert process.exitcode in {0, KILLED}, f"the process ended with {process.exitcode}"
        async with _fresh(case.settings):
            again = await till.post(write.path, write.body, once=ONCE)
            more = await till.post(write.path, write.body, once=ONCE)
    if again.status != 201 or more.body != again.body:
        return [], f"answered {again.status} {again.body}, then {more.status} {more.body}"
    if more.headers.get("Idempotent-Replayed") != "true":
        return [], "the third call was not known"
    if first is not None and first.body != again.body:
        return [], f"another answer: {first.body}, then {again.body}"
    points = counted.read_text().splitlines() if at is None else []
    return points, await _left_behind(database_url, write)


async def _left_behind(database_url: str, write: Write) -> str:
    engine = open_engine(database_url)
    try:
        async with engine.connect() as connection:
            for question, right in write.once:
                found = await connection.scalar(text(question))
                if found != right:
                    return f"{question}: {found}, and not {right}"
    finally:
        await engine.dispose()
    return ""


@asynccontextmanager
async def _process(
    settings: Settings, at: int | None, count_into: Path | None
) -> AsyncIterator[multiprocessing.process.BaseProcess]:
    process = _context.Process(
        target=run_with_fuse,
        args=(settings,),
        kwargs={"at": at, "count_into": count_into, "roles": Role.WEB},
    )
    process.start()
    try:
        yield process
    finally:
        if process.is_alive():
            process.kill()


@asynccontextmanager
async def _fresh(settings: Settings) -> AsyncIterator[None]:
    runner = web.AppRunner(create_app(settings, roles=Role.WEB), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, settings.port).start()
        yield
    finally:
        await runner.cleanup()


async def _until_it_listens(http: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                async with http.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)
