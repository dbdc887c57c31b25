"""``enishi bench till``: scanning members and using coupons in a large shop."""

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.bench.till.table import Table


def till(
    *,
    quick: Annotated[bool, typer.Option(help="500 members; speeds never gate.")] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
    members: Annotated[int, typer.Option(help="With ten ledger entries each.")] = 1_000_000,
    scans: Annotated[int, typer.Option(help="Of each kind.")] = 2_000,
) -> None:
    """Scan members and use coupons over HTTP, on PostgreSQL; exit 1 when one is wrong."""
    from bot.bench.till.table import Table

    table = Table()
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
        number, times = (500, 40) if quick else (members, scans)
        asyncio.run(_measure(Path(folder), table, members=number, scans=times))
    print(table.text())
    print(table.summary())
    if table.wrong or (strict and not quick and table.missed):
        raise typer.Exit(1)


async def _measure(folder: Path, table: "Table", *, members: int, scans: int) -> None:
    from bot.bench.till import crowd, measure
    from bot.embedded.postgres import PostgresServer
    from bot.embedded.valkey import ValkeyServer

    postgres = PostgresServer(folder / "postgres", shared_buffers="512MB")
    valkey = ValkeyServer(folder / "valkey")
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(valkey.start)
    try:
        postgres.create_database("till")
        url = postgres.url("till")
        await crowd.fill(url, members=members, table=table)
        await measure.tills(url, valkey.url, folder, table, members=members, scans=scans)
    finally:
        await asyncio.to_thread(valkey.stop)
        await asyncio.to_thread(postgres.stop)
