"""``enishi bench till``: scanning members and using coupons in a large shop, and in a rush."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from bot.bench.till.table import Table
    from bot.embedded.postgres import PostgresServer

_QUICK_TILLS: Final = 100


def till(
    *,
    quick: Annotated[
        bool, typer.Option(help="500 members, a rush of 100 tills; speeds never gate.")
    ] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
    members: Annotated[
        int, typer.Option(help="With ten ledger entries each. 0: the rush alone.")
    ] = 1_000_000,
    scans: Annotated[int, typer.Option(help="Of each kind.")] = 2_000,
    tills: Annotated[
        int, typer.Option(help="That want the same thing at once. 0: no rush.")
    ] = 1_000,
) -> None:
    """Scan members and use coupons over HTTP; then many tills at once want what is there once.

    Members and speeds are on PostgreSQL, the rush is on both databases, with every process killed
    in the middle. Exit 1 when a member was the wrong one, or something happened twice, or never.
    """
    from bot.bench.till.table import Table

    table = Table()
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
        place = Path(folder)
        for part in ("speeds", "rush", "rush/postgres", "rush/sqlite"):
            (place / part).mkdir(mode=0o755)
        if members:
            number, times = (500, 40) if quick else (members, scans)
            asyncio.run(_measure(place, table, members=number, scans=times))
        if tills:
            number = min(tills, _QUICK_TILLS) if quick else tills
            asyncio.run(_rush(place, table, tills=number, quick=quick))
    print(table.text())
    print(table.summary())
    if table.wrong or (strict and not quick and table.missed):
        raise typer.Exit(1)


async def _measure(folder: Path, table: "Table", *, members: int, scans: int) -> None:
    from bot.bench.till import crowd, measure

    async with _stores(folder / "speeds", shared_buffers="512MB") as (postgres, redis_url):
        postgres.create_database("till")
        url = postgres.url("till")
        await crowd.fill(url, members=members, table=table)
        await measure.tills(url, redis_url, folder, table, members=members, scans=scans)


async def _rush(folder: Path, table: "Table", *, tills: int, quick: bool) -> None:
    from bot.bench.till.rush import rush

    place = folder / "rush"
    async with _stores(place, shared_buffers="128MB") as (postgres, redis_url):
        postgres.create_database("rush")
        for name, url in (
            ("postgres", postgres.url("rush")),
            ("sqlite", f"sqlite+aiosqlite:///{place / 'rush.db'}"),
        ):
            await rush(url, redis_url, place / name, table, tills=tills, quick=quick)


@asynccontextmanager
async def _stores(
    folder: Path, *, shared_buffers: str
) -> AsyncIterator[tuple["PostgresServer", str]]:
    from bot.embedded.postgres import PostgresServer
    from bot.embedded.valkey import ValkeyServer

    postgres = PostgresServer(folder / "pg", fast=False, shared_buffers=shared_buffers)
    valkey = ValkeyServer(folder / "valkey")
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(valkey.start)
    try:
        yield postgres, valkey.url
    finally:
        await asyncio.to_thread(valkey.stop)
        await asyncio.to_thread(postgres.stop)
