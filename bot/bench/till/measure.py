"""Tills over HTTP: members scanned one after another and at once, coupons used.

PostgreSQL, the whole web process on loopback, staff signed in by the form -> p50, p99, per second
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final, get_args

import aiohttp
from aiohttp import web
from yarl import URL

from bot import keys
from bot.app import Role as Process
from bot.app import create_app
from bot.bench.path.sink import Sink
from bot.bench.till import crowd
from bot.bench.till.table import Table
from bot.clock import utc_now
from bot.membership.codes import Kind
from bot.membership.drawing import card_png
from bot.membership.number import MemberNumber
from bot.membership.settings import Barcode
from bot.resources import ENGINE
from bot.settings import Settings
from bot.staff import passwords, repository, service
from bot.staff.model import COMMAND_LINE
from bot.staff.rights import Role
from bot.staff.shops import StaffShop, add_shop
from bot.store.batch import Query
from bot.store.types import to_ms

SCAN_P99_MS: Final = 50.0
CARD_MS: Final = 3.0
_CARDS: Final = 200
AT_ONCE: Final = 8
_PASSWORD: Final = "a long enough pass phrase"  # noqa: S105 - of nobody, for minutes, on loopback
_SEED: Final = 20_261_122
_CSRF: Final = re.compile(r'name="csrf" value="([^"]+)"')
_USED: Final = Query("SELECT count(*), count(DISTINCT coupon_id) FROM redemptions")


@dataclass(slots=True)
class _Till:
    """One browser at a counter."""

    http: aiohttp.ClientSession
    url: str
    csrf: str = ""

    async def open(self, device: str) -> None:
        await self._form("/console/sign-in")
        await self._send("/console/sign-in", login="bench", password=_PASSWORD)
        await self._form("/console/till/station")
        await self._send("/console/till/station", shop="honten", device=device)

    async def post(self, path: str, **fields: str) -> dict[str, Any]:
        headers = {"Origin": self.url, "X-CSRF-Token": self.csrf}
        address = f"{self.url}/console/till/{path}"
        async with self.http.post(address, data=fields, headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def _form(self, path: str) -> None:
        async with self.http.get(self.url + path) as answer:
            found = _CSRF.search(await answer.text())
        if found is not None:
            self.csrf = found[1]

    async def _send(self, path: str, **fields: str) -> None:
        fields["csrf"] = self.csrf
        headers = {"Origin": self.url}
        async with self.http.post(self.url + path, data=fields, headers=headers) as answer:
            answer.raise_for_status()


async def tills(
    url: str, redis_url: str, folder: Path, table: Table, *, members: int, scans: int
) -> None:
    """Measure, and see that each answer is the right one."""
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(Sink())
        settings = Settings(
            channel_secret="bench",  # noqa: S106 - of nobody
            channel_access_token="bench",  # noqa: S106 - of nobody
            secret_key="bench",  # noqa: S106 - of nobody
            line_api_base=f"http://127.0.0.1:{sink.port}",
            database_url=url,
            redis_url=redis_url,
            data=folder,
        )
        app = create_app(settings, roles=Process.WEB)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        await _hire(app)
        opened = [
            await _open(stack, f"http://{host}:{port}", f"till-{number}")
            for number in range(AT_ONCE)
        ]
        drawn = random.Random(_SEED)
        await _scans(app, opened, table, [drawn.randint(1, members) for _ in range(scans)])
        await _uses(app, opened, table, drawn.sample(range(1, members + 1), scans))
    _cards(table, drawn)


async def _scans(
    app: web.Application, opened: Sequence[_Till], table: Table, wanted: Sequence[int]
) -> None:
    codes = app[keys.CODES]

    async def live(one: _Till, member: int) -> None:
        number = crowd.number_of(member)
        payload = codes.make(Kind.MEMBER, number, now=utc_now()).payload
        await _seen(one, member, payload, table)

    async def plain(one: _Till, member: int) -> None:
        await _seen(one, member, crowd.number_of(member), table)

    for member in wanted[:50]:
        await live(opened[0], member)  # caches and plans of the first minute
    for name, scan in (("changing code", live), ("barcode", plain)):
        taken = await _run(opened[:1], wanted, scan)
        _note(table, f"{name} → member shown, one till", taken, SCAN_P99_MS)
    began = perf_counter()
    taken = await _run(opened, wanted, live)
    _note(table, f"changing code → member shown, {len(opened)} tills at once", taken, None)
    table.add("members shown", len(wanted) / (perf_counter() - began), "/s")


async def _uses(
    app: web.Application, opened: Sequence[_Till], table: Table, wanted: Sequence[int]
) -> None:
    async def use(one: _Till, member: int) -> None:
        until = to_ms(utc_now()) + 12_000
        came = await one.post(
            "redeem",
            key=f"bench-{member:08}",
            person=str(member),
            until=str(until),
            coupon=str(member * 10),
        )
        if not came["done"]:
            table.wrong.append(f"a coupon of member {member} was not used: {came['said']}")

    began = perf_counter()
    taken = await _run(opened, wanted, use)
    table.add("coupons used", len(wanted) / (perf_counter() - began), "/s")
    _note(table, f"coupon → used, {len(opened)} tills at once", taken, None)
    async with app[ENGINE].connect() as connection:
        rows, different = (await _USED.rows(connection))[0]
    if not rows == different == len(wanted):
        table.wrong.append(f"{len(wanted)} coupons were used, {rows} uses of {different} stand")


async def _seen(one: _Till, member: int, text: str, table: Table) -> None:
    came = await one.post("scan", text=text)
    if MemberNumber(crowd.number_of(member)).shown not in came.get("html", ""):
        table.wrong.append(f"member {member} was not shown: {came['said']}")


async def _run(
    opened: Sequence[_Till],
    wanted: Sequence[int],
    doing: Callable[[_Till, int], Awaitable[None]],
) -> list[float]:
    """Share the work among tills, and return what each piece took, in ms."""
    waiting, taken = iter(wanted), []

    async def work(one: _Till) -> None:
        for member in waiting:
            began = perf_counter()
            await doing(one, member)
            taken.append((perf_counter() - began) * 1000)

    await asyncio.gather(*map(work, opened))
    return taken


def _cards(table: Table, drawn: random.Random) -> None:
    """Draw cards that nobody has drawn before, with each kind of barcode."""
    for kind in get_args(Barcode):
        taken = []
        for member in drawn.sample(range(1, 10**9), _CARDS):
            number = MemberNumber(crowd.number_of(member))
            began = perf_counter()
            card_png(number, shop="麦とつばめ", title="会員証", colour="#27406B", kind=kind)
            taken.append((perf_counter() - began) * 1000)
        table.add(f"card with {kind} drawn, median", median(taken), "ms", CARD_MS)


def _note(table: Table, what: str, taken: Sequence[float], target: float | None) -> None:
    cuts = quantiles(taken, n=100)
    table.add(f"{what}, p50", cuts[49], "ms")
    table.add(f"{what}, p99", cuts[98], "ms", target)


async def _hire(app: web.Application) -> None:
    now, password_hash = utc_now(), await passwords.hashed(_PASSWORD)
    async with app[ENGINE].begin() as connection:
        await add_shop(connection, StaffShop(key="honten", name="本店"), by=COMMAND_LINE, now=now)
        member = await service.add(
            connection, by=COMMAND_LINE, login="bench", name="Bench", role=Role.OWNER, now=now
        )
        await repository.change(connection, member.staff_id, password_hash=password_hash)


async def _open(stack: AsyncExitStack, url: str, device: str) -> _Till:
    jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(url))
    http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
    one = _Till(http, url)
    await one.open(device)
    return one
