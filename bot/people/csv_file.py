"""A CSV file as shops have them: UTF-8, UTF-16 with BOM, or Shift_JIS; commas, ; or tabs.

    path -> CsvFile.open (read once to its end: encoding, hash, rows) -> rows()

A file is told what it is before a row of it is used, so nothing is imported half garbled.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bot.people.model import PeopleError

#: Python's codec and what people call it; the first that reads every byte is taken. CP932 is
#: what Windows and its spreadsheets mean by Shift_JIS; "Unicode text" of theirs is UTF-16.
ENCODINGS: Final = {
    "utf-8-sig": "UTF-8 with BOM",
    "utf-8": "UTF-8",
    "cp932": "Shift_JIS (CP932)",
    "utf-16": "UTF-16",
}
_UTF16_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS: Final = ",\t;"
_CHUNK: Final = 1 << 20
#: Shift_JIS read as UTF-8 is mostly broken; a damaged UTF-8 file is mostly whole.
_WHOLE_TO_BROKEN: Final = 10


class CsvError(PeopleError):
    """The file as a whole cannot be read; says where and the mend."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; the heading is row 1, as spreadsheets count."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file that was read to its end once."""

    path: Path
    #: A key of ``ENCODINGS``.
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    #: Without the heading and blank rows.
    row_count: int
    sha256: str

    @classmethod
    def open(cls, path: Path) -> Self:
        """Find out what a file is.

        Raises:
            CsvError: it is not there, not text, not CSV, or two columns have one heading.
        """
        encoding, sha256 = _encoding(path)
        delimiter = _delimiter(path, encoding)
        records = _records(path, encoding, delimiter)
        headings = tuple(heading.strip() for heading in next(records, Row(1, [])).cells)
        _check_headings(path, headings)
        return cls(
            path=path,
            encoding=encoding,
            delimiter=delimiter,
            headings=headings,
            row_count=sum(1 for _ in records),
            sha256=sha256,
        )

    def rows(self) -> Iterator[Row]:
        """Read the rows under the heading; blank ones are left out."""
        records = _records(self.path, self.encoding, self.delimiter)
        next(records)
        return records


def _encoding(path: Path) -> tuple[str, str]:
    reading = _Reading()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                reading.feed(chunk)
    except OSError as error:
        raise CsvError(f"{path} cannot be read ({error.strerror}); check its name") from error
    reading.feed(b"", final=True)
    encoding = reading.encoding
    if encoding is None:
        what = "is UTF-8 with broken characters" if reading.is_broken else "is no text in UTF-8"
        raise CsvError(
            f"{path} {what} and no Shift_JIS; save it again as CSV UTF-8 in the spreadsheet"
        )
    return encoding, reading.sha256.hexdigest()


class _Reading:
    """Reads a file in all encodings at once."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self._has_bom = False
        self._size = 0
        self._foreign = self._replaced = 0
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        #: Decoders that have read every byte so far, or not; a BOM alone tells UTF-16.
        self._strict = {"cp932": codecs.getincrementaldecoder("cp932")("strict")}
        self._has_nul = False

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        if not self._size:
            self._has_bom = chunk.startswith(codecs.BOM_UTF8)
            if chunk.startswith(_UTF16_BOMS):
                self._strict = {"utf-16": codecs.getincrementaldecoder("utf-16")("strict")}
        self._size += len(chunk)
        self.sha256.update(chunk)
        self._has_nul = self._has_nul or b"\x00" in chunk  # UTF-16, or no text at all
        text = self._utf8.decode(chunk, final)
        self._foreign += len(text) - len(text.encode("ascii", "ignore"))
        self._replaced += text.count("\ufffd")
        for name, decoder in [*self._strict.items()]:
            try:
                decoder.decode(chunk, final)
            except UnicodeDecodeError:
                del self._strict[name]

    @property
    def is_broken(self) -> bool:
        """Whether nearly all of it is UTF-8: as CP932 it would be read, and mean nothing."""
        return self._replaced > 0 and (
            self._has_bom or self._replaced * _WHOLE_TO_BROKEN < self._foreign
        )

    @property
    def encoding(self) -> str | None:
        if "utf-16" in self._strict:
            return "utf-16"
        if self._has_nul or self.is_broken:
            return None
        if not self._replaced:
            return "utf-8-sig" if self._has_bom else "utf-8"
        return "cp932" if "cp932" in self._strict else None


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
    return max(_DELIMITERS, key=first.count)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                if any(cell and not cell.isspace() for cell in cells) or number == 1:
                    yield Row(number, cells)
        except csv.Error as error:
            raise CsvError(
                f"{path}, row {number + 1}: {error}; check the quotes around here"
            ) from error


def _check_headings(path: Path, headings: tuple[str, ...]) -> None:
    if not any(headings):
        raise CsvError(f"{path} has no headings; name each column in its first row")
    if "" in headings:
        number = headings.index("") + 1
        raise CsvError(f"{path}: column {number} has no heading; name it, or delete the column")
    if twice := sorted({heading for heading in headings if headings.count(heading) > 1}):
        raise CsvError(f"{path}: two columns are headed {', '.join(twice)}; rename or delete one")
