"""What both databases do alike with JSON columns; each says the rest in its own words."""

from abc import ABC, abstractmethod
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from bot.segments.atoms import (
    Contains,
    Is,
    Known,
    OneOf,
    Range,
    Shape,
    Slice,
    StartsWith,
    Test,
)

Column = ColumnElement[Any]
Clause = ColumnElement[bool]


def within(column: Column, between: Range) -> Clause:
    """Return the clause of a range."""
    clauses: list[Clause] = []
    if between.low is not None:
        clauses.append(column > between.low if between.over else column >= between.low)
    if between.high is not None:
        clauses.append(column < between.high if between.under else column <= between.high)
    return sa.and_(sa.true(), *clauses)


def quoted(key: str) -> ColumnElement[str]:
    """Return a key as it stands in the SQL text, where indexes on expressions look for it."""
    text = key.replace("'", "''")
    return sa.literal_column(f"'{text}'", sa.Text())


class Json(ABC):
    """Tests of what a JSON object holds under a key; another type than asked for is missing."""

    def test(self, column: Column, key: str, shape: Shape, test: Test) -> Clause:
        """Return the clause of a test on one value of an object."""
        match shape:
            case Shape.TEXT:
                return self.text(column, key, test)
            case Shape.NUMBER:
                return self._number(column, key, test)
            case Shape.FLAG:
                return self._flag(column, key, test)
            case Shape.SET:
                return self.has(column, key, test)

    def text(self, column: Column, key: str, test: Test) -> Clause:
        """Return the clause of a test on a text."""
        text, is_text = self.read(column, key), self.is_type(column, key, "text")
        match test:
            case Known():
                return is_text
            case OneOf(values=values):
                return self.one_of(column, key, values)
            case Contains(text=part):
                clause = self.position(text, part) > 0
            case StartsWith(text=start):
                clause = sa.func.substr(text, 1, len(start)) == start
            case Slice(start=start, length=length, values=values):
                clause = sa.func.substr(text, start + 1, length).in_(sorted(values))
            case Range():
                clause = within(self.ordered(text), test)
            case _:
                raise TypeError(f"no text is asked for {test}")
        return sa.and_(is_text, clause)

    def _number(self, column: Column, key: str, test: Test) -> Clause:
        is_number = self.is_type(column, key, "number")
        if not isinstance(test, Range):
            return is_number
        return within(sa.case((is_number, self.double(column, key))), test)

    def _flag(self, column: Column, key: str, test: Test) -> Clause:
        if isinstance(test, Is):
            return self.is_type(column, key, "true" if test.value else "false")
        return sa.or_(self.is_type(column, key, "true"), self.is_type(column, key, "false"))

    @abstractmethod
    def read(self, column: Column, key: str) -> ColumnElement[str]:
        """Return a value as text."""

    @abstractmethod
    def is_type(self, column: Column, key: str, kind: str) -> Clause:
        """Whether a value is a text, a number, true or false."""

    @abstractmethod
    def one_of(self, column: Column, key: str, values: frozenset[str]) -> Clause:
        """Whether a value is one of these texts."""

    @abstractmethod
    def position(self, text: ColumnElement[str], part: str) -> ColumnElement[int]:
        """Return where a text has another, from 1; 0: nowhere."""

    @abstractmethod
    def ordered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """Return a text that is compared by code point."""

    @abstractmethod
    def double(self, column: Column, key: str) -> ColumnElement[float]:
        """Return a number."""

    @abstractmethod
    def has(self, column: Column, key: str | None, test: Test) -> Clause:
        """Return the clause of a test on a list under a key, or on a column that is a list."""
