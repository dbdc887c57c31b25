"""JSON on SQLite: text, read with ``json_extract`` and ``json_each``."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from bot.segments.atoms import HasAll, HasAny, Test
from bot.segments.sql.dialect import Clause, Column, Json, quoted
from bot.store.tables.friends import people

_TYPES: Final = {"text": ("text",), "number": ("integer", "real")}


class SqliteJson(Json):
    """``attributes`` and ``tags`` as texts."""

    def read(self, column: Column, key: str) -> ColumnElement[str]:
        """Return a value as text."""
        return sa.func.json_extract(column, _path(key), type_=sa.Text())

    def is_type(self, column: Column, key: str, kind: str) -> Clause:
        """Whether a value is a text, a number, true or false."""
        return sa.func.json_type(column, _path(key)).in_(
            [sa.literal_column(f"'{name}'") for name in _TYPES.get(kind, (kind,))]
        )

    def one_of(self, column: Column, key: str, values: frozenset[str]) -> Clause:
        """Whether a value is one of these texts."""
        text = self.read(column, key).in_(sorted(values))
        return sa.and_(self.is_type(column, key, "text"), text)

    def position(self, text: ColumnElement[str], part: str) -> ColumnElement[int]:
        """Return where a text has another, from 1; 0: nowhere."""
        return sa.func.instr(text, part)

    def ordered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return a text that is compared by code point."""
        return text

    def double(self, column: Column, key: str) -> ColumnElement[float]:
        """Return a number."""
        return sa.cast(self.read(column, key), sa.REAL())

    def has(self, column: Column, key: str | None, test: Test) -> Clause:
        """Return the clause of a test on a list under a key, or on a column that is a list."""
        path = quoted("$") if key is None else _path(key)
        is_list = sa.func.json_type(column, path) == sa.literal_column("'array'")
        item = sa.func.json_each(column, path).table_valued("value", "type")
        texts = sa.and_(item.c.type == "text", item.c.value.in_(_wanted(test)))
        if isinstance(test, HasAny):
            found = sa.select(sa.literal(1)).select_from(item).where(texts).correlate(people)
            return sa.and_(is_list, found.exists())
        if isinstance(test, HasAll):
            number = sa.select(sa.func.count(item.c.value.distinct())).select_from(item)
            each = number.where(texts).correlate(people).scalar_subquery()
            return sa.and_(is_list, each == len(test.values))
        return sa.and_(is_list, sa.func.json_array_length(column, path) > 0)


def _path(key: str) -> ColumnElement[str]:
    return quoted(f'$."{key}"')


def _wanted(test: Test) -> list[str]:
    return sorted(test.values) if isinstance(test, (HasAny, HasAll)) else []
