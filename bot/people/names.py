"""What people are called, folded and in pairs, so that any part of a name finds them at once.

    a name is told or changes -> Names.keep, in the same transaction -> profile_names, person_names
    words of staff -> folded_name -> Names.holding -> who

A name is found whatever its width and case, in hiragana or katakana, with or without spaces. On
PostgreSQL an index of pairs finds it; SQLite, which serves small shops, reads the folded names.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batch import Query, is_postgres
from bot.store.pairs import folded, like, number, numbers, telling

#: The attributes by which people are called.
CALLED: Final = ("name", "name_kana")
#: From katakana to the hiragana of the same sound.
_KANA: Final = {sign: sign - 0x60 for sign in range(0x30A1, 0x30F7)}


def folded_name(name: str) -> str:
    """Return a name as it is looked for."""
    return "".join(folded(name).split()).translate(_KANA)


def called(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what somebody is called, of all that is known of them."""
    names = (attributes.get(key) for key in CALLED)
    return tuple(name for name in names if isinstance(name, str))


class Names:
    """The names in one table."""

    def __init__(self, table: str, key: str, kind: str) -> None:
        """Name the table, the column that says whose names they are, and its type."""
        self.table = table
        self.key = key
        into = f"INSERT INTO {table} ({key}, folded, grams) "
        # To write what stands there would make every index of the row grow.
        over = (
            f"ON CONFLICT ({key}) DO UPDATE SET folded = excluded.folded, grams = excluded.grams "
            f"WHERE {table}.folded <> excluded.folded"
        )
        self._keep_postgres = Query(
            f"{into} SELECT u.k, u.f, string_to_array(u.g, ',')::int[] "  # noqa: S608 - our own words
            f"FROM unnest(:keys::{kind}[], :folded::text[], :grams::text[]) u(k, f, g) {over}"
        )
        self._keep_sqlite = Query(f"{into} VALUES (:key, :folded, '') {over}")
        self._forget = Query(f"DELETE FROM {table} WHERE {key} = ANY(:keys::{kind}[])")  # noqa: S608 - our own words

    async def keep(
        self, connection: AsyncConnection, names: Mapping[Any, Iterable[str | None]]
    ) -> None:
        """Write what some are called from now on; whoever has no name is forgotten."""
        known = {key: _folded(named) for key, named in sorted(names.items())}  # or two deadlock
        await self.forget(connection, [key for key, each in known.items() if not each])
        rows = {key: each for key, each in known.items() if each}
        if not rows:
            return
        if not is_postgres(connection):
            values = [{"key": key, "folded": "\n".join(each)} for key, each in rows.items()]
            await self._keep_sqlite.each(connection, values)
            return
        await self._keep_postgres.count(
            connection,
            keys=list(rows),
            folded=["\n".join(each) for each in rows.values()],
            grams=[",".join(map(str, _numbers(each))) for each in rows.values()],
        )

    async def forget(self, connection: AsyncConnection, keys: Collection[Any]) -> None:
        """Find some no more."""
        if keys:
            await self._forget.count(connection, keys=list(keys))

    def holding(
        self, connection: AsyncConnection, wanted: str, *, limit: int
    ) -> tuple[str, dict[str, Any]]:
        """Return what selects the keys of names with a folded text in them, and its values."""
        select = f"SELECT {self.key} FROM {self.table} WHERE "  # noqa: S608 - our own words
        if not is_postgres(connection):
            return f"{select} instr(folded, :wanted) > 0 LIMIT {limit}", {"wanted": wanted}
        asked = telling(wanted) or [number(wanted)]
        holds = f"grams @> CAST(:grams AS int[]) AND folded LIKE :pattern ESCAPE '!' LIMIT {limit}"
        return f"{select} {holds}", {"grams": asked, "pattern": like(wanted)}


def _folded(names: Iterable[str | None]) -> list[str]:
    found = dict.fromkeys(folded_name(name) for name in names if name)
    return [name for name in found if name]


def row(key: Any, names: Iterable[str | None]) -> tuple[Any, str, list[int]]:
    """Return a row of names as PostgreSQL keeps it, for whoever fills a table with many."""
    plain = _folded(names)
    return key, "\n".join(plain), _numbers(plain)


def _numbers(names: Iterable[str]) -> list[int]:
    """Return the numbers of names; also of single characters, for 林 is a whole name."""
    found: set[int] = set()
    for name in names:
        found.update(numbers(name))
        found.update(map(number, name))
    return sorted(found)


#: As LINE tells them, by user id.
PROFILE_NAMES: Final = Names("profile_names", "user_id", "text")
#: As people told them, by person id.
PERSON_NAMES: Final = Names("person_names", "person_id", "bigint")
