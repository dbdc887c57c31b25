"""One row of a file, read: whose it is and what it says, or everything that is wrong with it."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from bot.people.bilingual import Bilingual
from bot.people.columns import Plan
from bot.people.csv_file import Row
from bot.people.kinds import UnfitError
from bot.people.seen import FirstRows
from bot.people.tags import Tags, UnknownTagError
from bot.people.written import BETWEEN, UnreadableError

#: An apostrophe keeps a spreadsheet from reading a text as a formula; exports put it there.
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
#: What is guarded, and what looks as if it were: both get one apostrophe more.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-\d+(\.\d+)?", re.ASCII)

_EMPTY: Final = Bilingual(ja="空です。入力してください", en="is empty; fill it in")


def _same_as(row: int) -> Bilingual:
    ja = f"{row}行目と同じです。どちらかを削除してください"
    return Bilingual(ja=ja, en=f"is the same as in row {row}; delete one")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a cell; says the kind of value that belongs there, never the value."""

    column: str
    kind: str
    reason: Bilingual


@dataclass(slots=True)
class Reading:
    """What a row says."""

    row: Row
    #: As it is looked up; empty: it could not be read.
    key: str = ""
    #: JSON values; None: no longer known.
    values: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self, plan: Plan, tags: Tags, *, width: int, rows: int, clears_empty: bool
    ) -> None:
        """Choose how to read.

        Args:
            plan: what the columns mean.
            tags: those that can be given.
            width: how many cells a row has.
            rows: how many there are.
            clears_empty: whether an empty cell makes the attribute unknown; else it says nothing.
        """
        self._plan = plan
        self._tags = tags
        self._width = width
        self._clears_empty = clears_empty
        self._first_rows = FirstRows(rows)

    def read(self, row: Row) -> Reading:
        """Read one row."""
        reading = Reading(row)
        if len(row.cells) != self._width:
            ja = f"{len(row.cells)}列あり、見出しは{self._width}列です。引用符を確認してください"
            en = (
                f"has {len(row.cells)} cells under {self._width} headings; check commas and quotes"
            )
            reading.problems.append(Problem("", "row", Bilingual(ja=ja, en=en)))
            return reading
        self._read_key(reading)
        for column in self._plan.columns:
            text = row.cells[column.index]
            if not text or text.isspace():
                if self._clears_empty:
                    reading.values[column.attribute.key] = None
                continue
            try:
                reading.values[column.attribute.key] = column.attribute.parse(unguarded(text))
            except UnfitError as error:
                if column.index != self._plan.key_index:
                    problem = Problem(column.heading, column.attribute.kind, error.reason)
                    reading.problems.append(problem)
        self._read_tags(reading)
        return reading

    def _read_key(self, reading: Reading) -> None:
        key = self._plan.key
        text = unguarded(reading.row.cells[self._plan.key_index])
        try:
            reading.key = key.read(text) if text.strip() else ""
        except UnreadableError as error:
            reason = Bilingual(ja=error.ja, en=error.en)
        except UnfitError as error:
            reason = error.reason
        else:
            first = self._first_rows.of(reading.key, reading.row.number)
            if reading.key and first == reading.row.number:
                return
            reason = _same_as(first) if reading.key else _EMPTY
        reading.problems.append(Problem(key.name, key.kind, reason))

    def _read_tags(self, reading: Reading) -> None:
        if self._plan.tags_index is None:
            return
        parts = re.split(BETWEEN, reading.row.cells[self._plan.tags_index])
        try:
            reading.tags = [self._tags.named(part.strip()).key for part in parts if part.strip()]
        except UnknownTagError:
            reason = Bilingual(
                ja="登録されていないタグです。先に登録してください",
                en="is no tag; define it first, or check its spelling",
            )
            reading.problems.append(Problem("tags", "tag", reason))


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that guards spreadsheets."""
    return text[1:] if _GUARDED.match(text) else text


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet reads as a formula."""
    is_formula = _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text
