"""The rows that could not be imported, with what is wrong: a file to mend and to import again.

    customers.csv -> customers.errors.csv: the same columns, then ``enishi_row``, ``_column`` …

An import leaves the added columns out, so the mended file can be imported as it is.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bot.people.bilingual import Language
from bot.people.columns import OURS
from bot.people.csv_file import CsvError, CsvFile
from bot.people.import_batch import Rejected

_ADDED: Final = [f"{OURS}{name}" for name in ("row", "column", "kind", "error")]


class ErrorFile:
    """Collects the rows of one import."""

    def __init__(self, file: CsvFile, language: Language) -> None:
        self.path = file.path.with_name(f"{file.path.stem}.errors.csv")
        self._headings = [name for name in file.headings if not name.startswith(OURS)]
        self._kept = [i for i, name in enumerate(file.headings) if not name.startswith(OURS)]
        self._language = language

    def begin(self, next_row: int) -> None:
        """Forget the rows from one on: they are to be read again."""
        rows: list[list[str]] = []
        if next_row > 2 and self.path.exists():  # noqa: PLR2004 - the first row under the heading
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                rows = [row for row in list(csv.reader(file))[1:] if _number(row) < next_row]
        with self._writable():
            self.path.unlink(missing_ok=True)
        self._append(rows)

    def add(self, rejected: Sequence[Rejected]) -> None:
        """Write rows down."""
        self._append([self._line(row) for row in rejected])

    def _line(self, rejected: Rejected) -> list[str]:
        row, problems = rejected.reading.row, rejected.problems
        kept = [row.cells[index] if index < len(row.cells) else "" for index in self._kept]
        return [
            *kept,
            str(row.number),
            " / ".join(problem.column for problem in problems),
            " / ".join(problem.kind for problem in problems),
            " / ".join(problem.reason.say(self._language) for problem in problems),
        ]

    def _append(self, rows: Sequence[Sequence[str]]) -> None:
        if not rows:
            return
        with self._writable():
            is_new = not self.path.exists()
            if is_new:
                self.path.touch(mode=0o600)  # it holds what people told
            encoding = "utf-8-sig" if is_new else "utf-8"
            with self.path.open("a", encoding=encoding, newline="") as file:
                writer = csv.writer(file)
                if is_new:
                    writer.writerow([*self._headings, *_ADDED])
                writer.writerows(rows)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            mend = "import from a folder that can be written to"
            raise CsvError(f"{self.path} cannot be written ({error.strerror}); {mend}") from error


def _number(row: Sequence[str]) -> int:
    number = row[-len(_ADDED)]
    return int(number) if number.isdigit() else 0
