"""How the rate moves with what the database remembers: next to nothing, or millions of rows.

Rows as they are after a week: events and calls whose words have been erased.
"""

from typing import Final

from sqlalchemy import text

from bot.bench.path.load import Load
from bot.bench.path.repeated import Effort, cpu_line, in_turns, rate_line
from bot.bench.path.report import Report
from bot.bench.path.runs import CONNECTIONS, Trial
from bot.bench.path.stage import POSTGRES, Stage
from bot.bench.path.texts import FRIENDS, closed, texts
from bot.store.engine import open_engine

_PIECE: Final = 500_000
#: Older than content is kept, younger than rows are.
_SERIES: Final = (
    "(SELECT g, 'U' || lpad(to_hex(g % 100000), 32, '0') AS lane, "
    "(extract(epoch FROM now()) * 1000)::bigint - 86400000 * (8 + g % 20) AS past "
    "FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) g) history"
)
_EVENTS: Final = (
    "INSERT INTO events (id, webhook_event_id, lane, kind, message_id, occurred_at, received_at) "  # noqa: S608 - our own words
    "SELECT g, '01PAST' || g, lane, 'message', 'p' || g, past, past FROM " + _SERIES
)
_CALLS: Final = (
    "INSERT INTO outbox (id, lane, kind, bubbles, pays, retry_key, why, state, via, attempts, "  # noqa: S608 - as above
    "doubtful, due_at, expires_at, created_at, settled_at, status) "
    "SELECT g, lane, 'message', 1, false, 'past', 'event:01PAST' || g, 'sent', 'reply', 1, "
    "false, past, past, past, past, 200 FROM " + _SERIES
)


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """Text events on an empty database and on a full one, by turns."""
    urls = [await stage.database(POSTGRES) for _ in range(2)]
    await _remember(urls[1], effort.history)
    envs = [stage.settings(url, rate_scale=0.0) for url in urls]
    async with (
        stage.subject("bot", "serve", env=envs[0]) as empty,
        stage.subject("bot", "serve", env=envs[1]) as full,
        Load([empty.port], CONNECTIONS) as to_empty,
        Load([full.port], CONNECTIONS) as to_full,
    ):
        trials = Trial(stage, to_empty, [empty]), Trial(stage, to_full, [full])
        for trial in trials:
            await trial.closed(texts(stage, FRIENDS))
        loads = [closed(trial, texts) for trial in trials]
        measured = await in_turns(loads, stage, effort, report)
        for number, runs in zip((0, effort.history), measured, strict=True):
            what = f"text events with {number:,} events and calls of history"
            report.lines += [rate_line(what, runs), cpu_line(runs)]


async def _remember(url: str, number: int) -> None:
    """Fill the tables; a database without durability would not be faster afterwards."""
    engine = open_engine(url)
    try:
        for first in range(1, number + 1, _PIECE):
            piece = {"first": first, "last": min(number, first + _PIECE - 1)}
            async with engine.begin() as connection:
                await connection.execute(text("SET LOCAL synchronous_commit = off"))
                await connection.execute(text(_EVENTS), piece)
                await connection.execute(text(_CALLS), piece)
        free = engine.execution_options(isolation_level="AUTOCOMMIT")
        async with free.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
            # Gigabytes still to be written would hold every commit back that is measured.
            await connection.execute(text("CHECKPOINT"))
    finally:
        await engine.dispose()
