"""Friends by the million, made inside the database: nothing of them passes through Python.

number of the friend -> SQL expressions -> people, friends, members, survey_progress
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.bench.segments.asked import FILLERS
from bot.embedded.postgres import PostgresServer
from bot.store.engine import open_engine

#: 2026-04-01T00:00 in Tokyo, as milliseconds.
_NOW: Final = 1_774_969_200_000
_DAY: Final = 86_400_000
_TABLES: Final = ("people", "friends", "members", "survey_progress")
_PROGRESS: Final = (
    *("friend_id", "survey", "state", "answers"),
    *("survey_version", "updated_at", "version"),
)
#: Above this, rows hold only what is asked for.
WIDE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A database to fill and ask."""

    name: str
    engine: AsyncEngine
    sql: "Sql"
    #: The process of the database's server; None: it has none.
    server: int | None = None


@dataclass(frozen=True, slots=True)
class Sql:
    """How one of the databases says what both can."""

    numbers: str
    object: str
    json: str
    day: str

    def one_of(self, number: str, values: Sequence[str]) -> str:
        """Choose a value by a number; twice as often the first."""
        cases = " ".join(f"WHEN {index} THEN {value}" for index, value in enumerate(values, 1))
        return f"CASE {number} % {len(values) + 1} {cases} ELSE {values[0]} END"


POSTGRES: Final = Sql(
    numbers="SELECT i FROM generate_series({low}::bigint, {high}) AS i",
    object="jsonb_build_object({})",
    json="'{}'::jsonb",
    day="to_char(DATE '{first}' + ({days})::integer, 'YYYY-MM-DD')",
)
SQLITE: Final = Sql(
    numbers=(
        "WITH RECURSIVE n(i) AS (SELECT {low} UNION ALL SELECT i + 1 FROM n WHERE i < {high}) "
        "SELECT i FROM n"
    ),
    object="json_object({})",
    json="json('{}')",
    day="date('{first}', ({days}) || ' days')",
)


def sqlite(folder: Path) -> Stage:
    """Name a SQLite file."""
    return Stage("SQLite", open_engine(f"sqlite+aiosqlite:///{folder}/bench.db"), SQLITE)


def postgres(server: PostgresServer, database: str) -> Stage:
    """Make an empty database."""
    server.create_database(database)
    return Stage("PostgreSQL", open_engine(server.url(database)), POSTGRES, server.pid)


def rows(sql: Sql, *, low: int, high: int, wide: bool) -> dict[str, str]:
    """Return what makes the friends with these numbers: a query a table and its columns."""
    numbers = f"FROM ({sql.numbers.format(low=low, high=high)}) AS numbers"
    return {
        "people (id, attributes, tags, created_at, version)": (
            f"SELECT -i, {_attributes(sql, wide=wide)}, {_tags(sql)}, {_NOW}, 1 {numbers}"
        ),
        "friends (id, user_id, person_id, state, followed_at, version)": (
            f"SELECT i, 'U' || i, -i, {_state(sql)}, {_NOW} - {_drawn(11, 1200)} * {_DAY}, 1 "
            f"{numbers}"
        ),
        "members (person_id, number, joined_at)": (
            f"SELECT -i, CAST(i AS text), {_NOW} {numbers} WHERE {_drawn(12, 10)} < 4"
        ),
        f"survey_progress ({', '.join(_PROGRESS)})": (
            f"SELECT i, 'welcome', {_survey(sql)}, {sql.json.format('{}')}, 1, {_NOW}, 1 "
            f"{numbers} WHERE {_drawn(13, 10)} < 6"
        ),
    }


async def fill(connection: AsyncConnection, sql: Sql, *, low: int, high: int, wide: bool) -> None:
    """Make the friends with these numbers."""
    for into, query in rows(sql, low=low, high=high, wide=wide).items():
        await connection.exec_driver_sql(f"INSERT INTO {into} {query}")


async def silence(connection: AsyncConnection) -> list[str]:
    """Take the triggers of SQLite away while the crowd arrives; return how they come back."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    found: Sequence[Any] = (await connection.exec_driver_sql(query)).all()
    for row in found:
        await connection.exec_driver_sql(f"DROP TRIGGER {row[0]}")
    return [str(row[1]) for row in found]


async def unlogged(connection: AsyncConnection) -> None:
    """Let a crash of the server cost what only a bench wants."""
    for table in _TABLES:
        await connection.exec_driver_sql(f"ALTER TABLE {table} SET UNLOGGED")


def _drawn(salt: int, below: int) -> str:
    """Return a number below another that looks drawn, differently for each salt."""
    return f"((i * {7_368_787 + 2 * salt * 104_729} + {salt}) % 1000003 % {below})"


def _attributes(sql: Sql, *, wide: bool) -> str:
    values = {
        "sex": sql.one_of(_drawn(1, 997), ("'female'", "'male'", "'other'")),
        "birth_date": sql.day.format(first="1940-01-01", days=_drawn(2, 27_000)),
        "prefecture": sql.one_of(_drawn(3, 997), [f"'{code:02}'" for code in range(1, 48)]),
        "visit_time": sql.one_of(_drawn(4, 997), ("'noon'", "'morning'", "'various'")),
        "favourites": sql.one_of(
            _drawn(5, 997),
            [sql.json.format(f) for f in ('["cake"]', '["coffee","loaf"]', '["savoury"]', "[]")],
        ),
        "newsletter": sql.json.format("true"),
        "purchases": f"{_drawn(6, 6)}",
        "spent": f"{_drawn(7, 50_000)}",
        "last_purchase": sql.day.format(first="2024-04-01", days=_drawn(8, 730)),
    }
    if wide:
        fillers = {f"filler_{n:02}": f"'値 ' || {_drawn(20 + n, 5_000)}" for n in range(FILLERS)}
        values |= fillers
    return sql.object.format(", ".join(f"'{key}', {value}" for key, value in values.items()))


def _tags(sql: Sql) -> str:
    lists = ("[]", '["regular"]', '["care"]', '["care","regular"]')
    return sql.one_of(_drawn(9, 997), [sql.json.format(tags) for tags in lists])


def _state(sql: Sql) -> str:
    return sql.one_of(_drawn(10, 997), ("'friend'", "'friend'", "'friend'", "'blocked'"))


def _survey(sql: Sql) -> str:
    return sql.one_of(_drawn(14, 997), ("'done'", "'asking'", "'paused'"))
