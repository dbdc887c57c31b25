"""Numbers in bitmaps: one for every binary digit, so that a range is a few dozen operations.

Source: O'Neil and Quass, "Improved query performance with variant indexes", 1997, section 4.
"""

from pyroaring import BitMap


class Slices:
    """Whole numbers from 0 on, of a fixed number of binary digits."""

    def __init__(self, digits: int) -> None:
        self._slices = [BitMap() for _ in range(digits)]
        self._largest = (1 << digits) - 1
        self._fresh: dict[int, list[int]] = {}

    def put(self, place: int, number: int) -> None:
        """Take the number of a place that has none."""
        self._fresh.setdefault(number, []).append(place)

    def drop(self, places: BitMap) -> None:
        """Forget the numbers of places."""
        for bitmap in self._slices:
            bitmap -= places  # noqa: PLW2901 - in place

    def flush(self) -> None:
        """Bring what was put into the bitmaps."""
        for digit, bitmap in enumerate(self._slices):
            mask = 1 << digit
            bitmap.update(
                [place for n, places in self._fresh.items() if n & mask for place in places]
            )
        self._fresh = {}

    def between(self, known: BitMap, low: int | None, high: int | None) -> BitMap:
        """Return the places of ``known`` whose numbers lie between two, themselves included."""
        found = known
        if low is not None and low > 0:
            found = found - self._below(known, low)
        if high is not None:
            found = found & self._below(known, high + 1)
        return found

    def _below(self, known: BitMap, number: int) -> BitMap:
        if number > self._largest:
            return known
        if number <= 0:
            return BitMap()
        below, equal = BitMap(), known
        for digit in range(len(self._slices) - 1, -1, -1):
            if not equal:
                break
            bitmap = self._slices[digit]
            if number >> digit & 1:
                below = below | (equal - bitmap)
                equal = equal & bitmap
            else:
                equal = equal - bitmap
        return below
