"""``enishi bench talk``: staff in front of their screens, and years of talks to look through."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.bench.segments.table import Table

STAGES = ("live", "asked", "pages")


def talk(
    *,
    quick: Annotated[bool, typer.Option(help="A few of everything; speeds never gate.")] = False,
    strict: Annotated[bool, typer.Option(help="Fail when a speed is missed, too.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(STAGES)}. Repeatable.")
    ] = None,
    plans: Annotated[bool, typer.Option(help="Print how PostgreSQL answers.")] = False,
    staff: Annotated[int, typer.Option(help="Screens that are open.")] = 200,
    rate: Annotated[float, typer.Option(help="Messages of friends a second.")] = 50.0,
    seconds: Annotated[float, typer.Option(help="How long friends write.")] = 30.0,
    friends: Annotated[int, typer.Option(help="Talks in the list.")] = 100_000,
    messages: Annotated[int, typer.Option(help="In all of them; 5 GB of disk.")] = 5_000_000,
    runs: Annotated[int, typer.Option(help="Of each question; p95 of them counts.")] = 40,
) -> None:
    """Measure message to screen, the list and the search; exit 1 when something is missing."""
    from bot.bench.segments.table import Table

    table = Table()
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
        if quick:
            staff, rate, seconds = 10, 20.0, 2.0
            friends, messages, runs = 5_000, 100_000, 1
        chosen = only or STAGES
        if "live" in chosen:
            asyncio.run(_live(Path(folder), table, staff=staff, rate=rate, seconds=seconds))
        if {"asked", "pages"} & set(chosen):
            sizes = (friends, messages, runs)
            asyncio.run(_crowded(Path(folder), table, sizes, chosen, plans=plans))
    print(table.text())
    wrong = (
        "; ".join(table.wrong)
        or "every message reached every screen, every search its hits, every page its reader"
    )
    print(f"talk: {wrong}; {table.met} of {table.met + table.missed} speeds met.")
    if table.wrong or (strict and not quick and table.missed):
        raise typer.Exit(1)


async def _live(folder: Path, table: "Table", *, staff: int, rate: float, seconds: float) -> None:
    from bot.bench.talk.live import live

    await live(folder, table, staff=staff, rate=rate, seconds=seconds)


async def _crowded(
    folder: Path,
    table: "Table",
    sizes: tuple[int, int, int],
    chosen: Sequence[str],
    *,
    plans: bool,
) -> None:
    """Make the talks once, for whoever asks among them."""
    from time import perf_counter

    from bot.bench.path import machine
    from bot.bench.talk import asking, crowd
    from bot.bench.talk.furniture import furnish
    from bot.bench.talk.pages import pages
    from bot.embedded.postgres import PostgresServer
    from bot.store import schema
    from bot.store.engine import open_engine

    friends, messages, runs = sizes
    cores = machine.cores()
    async with PostgresServer(folder / "postgres", shared_buffers="1GB") as server:
        await asyncio.to_thread(server.create_database, "talks")
        engine = open_engine(server.url("talks"))
        try:
            await schema.upgrade(engine)
            made, started = crowd.Crowd(friends, messages), perf_counter()
            await crowd.fill(engine, made)
            if "pages" in chosen:
                await furnish(engine, made)
            name = f"{friends:,} talks of {messages:,} messages: made"
            table.add(name, perf_counter() - started, "s")
            if "asked" in chosen:
                await asking.ask(engine, made, table, runs=runs, plans=plans)
            if "pages" in chosen:
                await pages(folder, server.url("talks"), table, runs=runs, core=cores.ours)
        finally:
            await engine.dispose()
