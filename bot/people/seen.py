"""Which row of a file had a key first, in twelve bytes a row instead of a hundred."""

from array import array

from bot.people.csv_file import CsvError


class FirstRows:
    """A table of hashes; two keys of one 64-bit hash would count as one."""

    def __init__(self, rows: int) -> None:
        """Make room for so many rows."""
        size = 1 << (max(rows, 1) * 3 // 2).bit_length()
        self._mask = size - 1
        self._left = rows
        self._hashes = array("q", bytes(8 * size))
        self._rows = array("I", bytes(4 * size))

    def of(self, key: str, row: int) -> int:
        """Return the first row of a key, which is this one if there was none before.

        Raises:
            CsvError: there are more rows than there were to be.
        """
        wanted = hash(key)
        slot = wanted & self._mask
        while found := self._rows[slot]:
            if self._hashes[slot] == wanted:
                return found
            slot = (slot + 1) & self._mask
        if self._left == 0:
            raise CsvError("the file has grown since it was opened; import it again")
        self._left -= 1
        self._hashes[slot], self._rows[slot] = wanted, row
        return row
