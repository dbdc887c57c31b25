"""JSON on PostgreSQL: ``jsonb``, in forms that a GIN index with ``jsonb_path_ops`` can serve."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bot.segments.atoms import HasAll, HasAny, Test
from bot.segments.sql.dialect import Clause, Column, Json, quoted

#: For a transaction that looks at a few thousand of millions: for their sake the planner would
#: rather read everybody.
SOME_OF_MANY: Final = (
    "SELECT set_config('enable_seqscan', 'off', true), "
    "set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)
#: Up to so many values are asked for one by one, which an index can answer.
_FEW: Final = 8


class PostgresJson(Json):
    """``attributes`` and ``tags`` as ``jsonb``."""

    def read(self, column: Column, key: str) -> ColumnElement[str]:
        """Return a value as text."""
        return column.op("->>", return_type=sa.Text())(quoted(key))

    def is_type(self, column: Column, key: str, kind: str) -> Clause:
        """Whether a value is a text, a number, true or false."""
        if kind in {"true", "false"}:
            return self._holds(column, {key: kind == "true"})
        found = sa.func.jsonb_typeof(_inner(column, key))
        if kind == "text":
            # The last type by name. The planner takes = for one row in two hundred, and would
            # then walk through millions of them one by one; >= is one in three to it.
            return found >= sa.literal_column("'string'")
        return found == sa.literal_column(f"'{kind}'")

    def one_of(self, column: Column, key: str, values: frozenset[str]) -> Clause:
        """Whether a value is one of these texts."""
        if len(values) <= _FEW:
            return sa.or_(sa.false(), *(self._holds(column, {key: v}) for v in sorted(values)))
        text = self.read(column, key).in_(sorted(values))
        return sa.and_(self.is_type(column, key, "text"), text)

    def position(self, text: ColumnElement[str], part: str) -> ColumnElement[int]:
        """Return where a text has another, from 1; 0: nowhere."""
        return sa.func.strpos(text, part)

    def ordered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return a text that is compared by code point."""
        return sa.collate(text, "C")

    def double(self, column: Column, key: str) -> ColumnElement[float]:
        """Return a number."""
        return sa.cast(_inner(column, key), sa.Double())

    def has(self, column: Column, key: str | None, test: Test) -> Clause:
        """Return the clause of a test on a list under a key, or on a column that is a list."""
        match test:
            case HasAll(values=values):
                return self._holds(column, _under(key, sorted(values)))
            case HasAny(values=values) if len(values) <= _FEW:
                each = (self._holds(column, _under(key, [value])) for value in sorted(values))
                return sa.or_(sa.false(), *each)
        items = _json(column) if key is None else _inner(column, key)
        is_list = sa.func.jsonb_typeof(items) == sa.literal_column("'array'")
        if isinstance(test, HasAny):
            texts = sa.literal(sorted(test.values), ARRAY(sa.Text()))
            return sa.and_(is_list, items.op("?|", is_comparison=True)(texts))
        return sa.and_(is_list, items != sa.literal_column("'[]'::jsonb", JSONB()))

    def _holds(self, column: Column, part: Any) -> Clause:
        clause: Clause = _json(column).contains(part)
        return clause


def _json(column: Column) -> Any:
    return sa.type_coerce(column, JSONB())


def _inner(column: Column, key: str) -> ColumnElement[Any]:
    return column.op("->", return_type=JSONB())(quoted(key))


def _under(key: str | None, value: Any) -> Any:
    return value if key is None else {key: value}
