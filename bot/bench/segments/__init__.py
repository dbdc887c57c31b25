"""``enishi bench segments``: counting and listing among millions of friends."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.bench.segments.table import Table

STAGES = ("sqlite", "postgres", "ten")


def segments(
    *,
    quick: Annotated[bool, typer.Option(help="20,000 friends; speeds never gate.")] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help=f"Of {', '.join(STAGES)}; ten: ten million, 10 GB of disk. Repeatable."),
    ] = None,
    runs: Annotated[int, typer.Option(help="Of each count; the median counts.")] = 9,
    friends: Annotated[int, typer.Option(help="On each database; up to a million.")] = 1_000_000,
) -> None:
    """Count and list five typical segments, live and in SQL; exit 1 when one is wrong."""
    from bot.bench.segments.table import Table

    table = Table()
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
        number = 20_000 if quick else friends
        stages = STAGES[:2] if quick and not only else only or STAGES
        asyncio.run(_measure(Path(folder), table, friends=number, only=stages, runs=runs))
    print(table.text())
    print(table.summary())
    if table.wrong or (strict and not quick and table.missed):
        raise typer.Exit(1)


async def _measure(
    folder: Path, table: "Table", *, friends: int, only: Sequence[str], runs: int
) -> None:
    from bot.bench.segments import crowd, measure
    from bot.embedded.postgres import PostgresServer

    measure.one_friend(table)
    if "sqlite" in only:
        await measure.crowd_on(crowd.sqlite(folder), friends, table, runs=runs)
    server = PostgresServer(folder / "postgres", shared_buffers="512MB")
    await asyncio.to_thread(server.start)
    try:
        if "postgres" in only:
            await measure.crowd_on(crowd.postgres(server, "million"), friends, table, runs=runs)
            server.drop_database("million")
        if "ten" in only:
            stage = crowd.postgres(server, "ten_million")
            await measure.crowd_on(stage, 10_000_000, table, runs=runs)
    finally:
        await asyncio.to_thread(server.stop)
