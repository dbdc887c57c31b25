"""How long a browser waits for each page of the console, among years of talks.

100,000 talks + furniture -> ``enishi web`` -> signed in as owner and as manager -> every page
"""

import math
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple
from urllib.parse import quote

import aiohttp

from bot.bench.path.sink import Sink
from bot.bench.path.subject import Subject
from bot.bench.path.webhooks import SECRET, TOKEN
from bot.bench.segments.table import Table
from bot.bench.talk.addresses import UNHURRIED, addresses, open_addresses
from bot.bench.talk.furniture import DAYS, MANAGER, OWNER, number_of
from bot.clock import TOKYO, utc_now
from bot.console.app import PATH
from bot.console.sessions import Sessions
from bot.embedded.valkey import ValkeyServer
from bot.redis_client import open_redis

TARGET_MS: Final = 100.0
_READERS: Final = {"": OWNER, " (店長)": MANAGER, " (signed out)": None}
_FINE: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})
_NOT_THEIRS: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_CSV: Final = ".csv"


class Asked(NamedTuple):
    """One address, as one reader finds it."""

    name: str
    #: p95 of what the browser waited for: the whole page, or the first byte of a file.
    waited_ms: float


async def pages(folder: Path, database_url: str, table: Table, *, runs: int, core: int) -> None:
    """Ask every page, and list those that take longest first."""
    found: list[Asked] = []
    async with _serving(folder, database_url, core) as (subject, redis_url):
        for reader, staff_id in _READERS.items():
            async with _signed_in(subject, redis_url, staff_id) as browser:
                for address in open_addresses() if staff_id is None else _addresses():
                    asked = await _ask(browser, address, reader, table, runs=runs)
                    if asked is not None:
                        found.append(asked)
        table.add("memory of the process, after all pages", subject.memory_mb, "MB")
    for asked in sorted(found, key=lambda one: -one.waited_ms):
        path = asked.name.partition(" ")[0].removeprefix(PATH).partition("?")[0]
        target = None if path in UNHURRIED else TARGET_MS
        table.add(asked.name, asked.waited_ms, "ms", target)


def _addresses() -> Iterable[str]:
    last = utc_now().astimezone(TOKYO).date()
    days = f"from={last - timedelta(days=DAYS - 1)}&to={last}"
    return addresses(days=days, first=number_of(4_712), second=number_of(4_713))


async def _ask(
    browser: aiohttp.ClientSession, address: str, reader: str, table: Table, *, runs: int
) -> Asked | None:
    """Ask one page often; None: it is not for this reader."""
    name = f"{address}{reader}"
    times = []
    for number in range(runs + 1):
        began = perf_counter()
        async with browser.get(quote(address, safe="/?=&"), allow_redirects=False) as answer:
            first = perf_counter()
            body = await answer.read()
        until = first if _CSV in address else perf_counter()
        if reader and answer.status in _NOT_THEIRS:
            return None
        if number:  # the first one prepares statements and templates
            times.append((until - began) * 1e3)
    if answer.status not in _FINE or (answer.status == HTTPStatus.OK and not body):
        table.wrong.append(f"{name}: {answer.status} {answer.headers.get('Location', '')}")
    return Asked(name, sorted(times)[math.ceil(len(times) * 0.95) - 1])


@asynccontextmanager
async def _signed_in(
    subject: Subject, redis_url: str, staff_id: int | None
) -> AsyncIterator[aiohttp.ClientSession]:
    station = quote("shop-4|レジ", safe="")
    headers = {"Cookie": f"__Host-enishi-till={station}"}
    if staff_id is not None:
        cookie = await _session(redis_url, staff_id)
        headers["Cookie"] += f"; __Host-enishi={cookie}"
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{subject.port}", headers=headers, cookie_jar=aiohttp.DummyCookieJar()
    ) as browser:
        yield browser


async def _session(redis_url: str, staff_id: int) -> str:
    redis = open_redis(redis_url)
    try:
        cookie, _ = await Sessions(redis).start(
            staff_id=staff_id,
            generation=1,
            address="127.0.0.1",
            agent="bench",
            now=utc_now(),
            is_strong=True,
        )
    finally:
        await redis.aclose()
    return cookie


@asynccontextmanager
async def _serving(
    folder: Path, database_url: str, core: int
) -> AsyncIterator[tuple[Subject, str]]:
    """Run a web process on the filled database."""
    async with (
        ValkeyServer(folder / "valkey", port=0, options=("--appendonly", "no")) as valkey,
        Sink() as sink,
    ):
        env = {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE": f"http://127.0.0.1:{sink.port}",
            "SECRET_KEY": "bench-secret-key",
            "PUBLIC_URL": "https://shop.example",
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey.url,
            "ENISHI_DATA": str(folder),
        }
        async with Subject(folder / "web", "bot", "web", env=env, core=core) as subject:
            yield subject, valkey.url
