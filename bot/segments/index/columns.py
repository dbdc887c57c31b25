"""One source's values as bitmaps of places: what is not in a bitmap is missing.

put (buffered) -> flush -> test -> BitMap
"""

import re
import struct
from abc import ABC, abstractmethod
from collections import defaultdict
from functools import reduce
from typing import Any, Final

from pyroaring import BitMap

from bot.segments.atoms import (
    HasAll,
    HasAny,
    Is,
    Known,
    OneOf,
    Range,
    Slice,
    Test,
)
from bot.segments.index.slices import Slices
from bot.segments.memory import tester
from bot.store.types import to_ms

#: A source with more different values than this is left to SQL.
MOST_VALUES: Final = 20_000
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_MS: Final = 86_400_000
_TOKYO_MS: Final = 9 * 3_600_000
#: Days, and some: the calendar begins in the year 1.
_BEFORE_1970: Final = 1_000_000


class UnindexedError(Exception):
    """The index cannot say; SQL can."""


class Column(ABC):
    """The values of one source."""

    def __init__(self) -> None:
        self.known = BitMap()

    @abstractmethod
    def put(self, place: int, value: Any) -> None:
        """Take the value of a friend who has none here."""

    @abstractmethod
    def drop(self, places: BitMap) -> None:
        """Forget the values of friends."""

    def flush(self) -> None:  # noqa: B027 - most have nothing to bring
        """Bring what was put into the bitmaps."""

    @abstractmethod
    def test(self, test: Test) -> BitMap:
        """Return the friends whose value passes.

        Raises:
            UnindexedError: this test needs the values themselves.
        """


class Words(Column):
    """Texts of few kinds, lists of them, or flags: a bitmap a value."""

    def __init__(self, *, lists: bool = False) -> None:
        super().__init__()
        self._lists = lists
        self._values: dict[Any, BitMap] = {}
        self._fresh: defaultdict[Any, list[int]] = defaultdict(list)
        self._overflows = False

    def put(self, place: int, value: Any) -> None:
        """Take a friend's value."""
        self.known.add(place)
        for item in value if self._lists else (value,):
            if isinstance(item, (str, bool)):
                self._fresh[item].append(place)

    def drop(self, places: BitMap) -> None:
        """Forget the values of friends."""
        self.known -= places
        for bitmap in self._values.values():
            bitmap -= places  # noqa: PLW2901 - in place

    def flush(self) -> None:
        """Bring what was put into the bitmaps."""
        for value, places in self._fresh.items():
            if value in self._values:
                self._values[value].update(places)
            elif len(self._values) < MOST_VALUES:
                self._values[value] = BitMap(places)
            else:
                self._overflows = True
        self._fresh.clear()

    def of(self, value: Any) -> BitMap:
        """Return the friends with one value."""
        return self._values.get(value, BitMap())

    def test(self, test: Test) -> BitMap:
        """Return the friends whose value passes."""
        if self._overflows:
            raise UnindexedError("too many different values")
        if isinstance(test, Known):
            return self.known
        if isinstance(test, (OneOf, HasAny)):
            return union([self.of(value) for value in test.values])
        if isinstance(test, HasAll):
            return reduce(BitMap.__and__, map(self.of, test.values))
        if isinstance(test, Is):
            return self.of(test.value)
        holds = tester(test)
        return union([bitmap for value, bitmap in self._values.items() if holds(value)])


class Texts(Column):
    """Texts of any kind: only whether there is one."""

    def put(self, place: int, value: Any) -> None:
        """Take a friend's value."""
        del value
        self.known.add(place)

    def drop(self, places: BitMap) -> None:
        """Forget the values of friends."""
        self.known -= places

    def test(self, test: Test) -> BitMap:
        """Return the friends whose value passes."""
        if isinstance(test, Known):
            return self.known
        raise UnindexedError("texts are not indexed")


class Numbers(Column):
    """Numbers, in the order of doubles."""

    def __init__(self) -> None:
        super().__init__()
        self._slices = Slices(64)

    def put(self, place: int, value: Any) -> None:
        """Take a friend's value."""
        self.known.add(place)
        self._slices.put(place, self._code(value))

    def drop(self, places: BitMap) -> None:
        """Forget the values of friends."""
        self.known -= places
        self._slices.drop(places)

    def flush(self) -> None:
        """Bring what was put into the bitmaps."""
        self._slices.flush()

    def test(self, test: Test) -> BitMap:
        """Return the friends whose value passes."""
        match test:
            case Known():
                return self.known
            case Range(low=low, high=high, over=over, under=under):
                least = None if low is None else self._code(low) + over
                most = None if high is None else self._code(high) - under
                return self._slices.between(self.known, least, most)
            case OneOf(values=values) if not values:
                return BitMap()
        raise UnindexedError(f"numbers are not asked for {test}")

    def _code(self, value: Any) -> int:
        return ordered_bits(float(value))


class Instants(Numbers):
    """Instants by their day in Tokyo: the ranges that segments ask for begin at midnight there."""

    def __init__(self) -> None:
        super().__init__()
        self._slices = Slices(24)

    def test(self, test: Test) -> BitMap:
        """Return the friends whose value passes."""
        if isinstance(test, Range):
            if test.over or (test.high is not None and not test.under):
                raise UnindexedError("not from midnight to midnight")
            if any(_since_midnight(at) for at in (test.low, test.high) if at is not None):
                raise UnindexedError("not from midnight to midnight")
        return super().test(test)

    def _code(self, value: Any) -> int:
        return (to_ms(value) + _TOKYO_MS) // _DAY_MS + _BEFORE_1970


class Days(Column):
    """Days written YYYY-MM-DD: ranges by their digits, birthdays by month and day."""

    def __init__(self) -> None:
        super().__init__()
        self._slices = Slices(27)
        self._birthdays = Words()
        #: Values that are no days, from before the attribute was one.
        self._odd: dict[int, str] = {}

    def put(self, place: int, value: Any) -> None:
        """Take a friend's value."""
        self.known.add(place)
        if _is_day(value):
            self._slices.put(place, _digits(value))
            self._birthdays.put(place, value[5:])
        else:
            self._odd[place] = value

    def drop(self, places: BitMap) -> None:
        """Forget the values of friends."""
        self.known -= places
        self._slices.drop(places)
        self._birthdays.drop(places)
        for place in [place for place in self._odd if place in places]:
            del self._odd[place]

    def flush(self) -> None:
        """Bring what was put into the bitmaps."""
        self._slices.flush()
        self._birthdays.flush()

    def test(self, test: Test) -> BitMap:
        """Return the friends whose value passes."""
        if len(self._odd) > MOST_VALUES:
            raise UnindexedError("too much that is no day")
        match test:
            case Known():
                return self.known
            case Range():
                found = self._within(test)
            case Slice(start=5, length=length, values=values):
                found = self._birthdays.test(Slice(0, length, values))
            case _:
                raise UnindexedError(f"days are not asked for {test}")
        holds = tester(test)
        return found | BitMap(place for place, text in self._odd.items() if holds(text))

    def _within(self, between: Range) -> BitMap:
        least = None if between.low is None else _digits(between.low) + between.over
        most = None if between.high is None else _digits(between.high) - between.under
        return self._slices.between(self._birthdays.known, least, most)


def union(bitmaps: list[BitMap]) -> BitMap:
    """Return the places of any of them."""
    return BitMap.union(*bitmaps) if bitmaps else BitMap()


def ordered_bits(value: float) -> int:
    """Return 64 bits that sort as doubles do."""
    bits = int.from_bytes(struct.pack(">d", value + 0.0))  # -0.0 is 0.0
    return bits ^ (0xFFFF_FFFF_FFFF_FFFF if bits >> 63 else 1 << 63)


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None


def _digits(day: Any) -> int:
    return int(day[:4] + day[5:7] + day[8:])


def _since_midnight(at: Any) -> int:
    return (to_ms(at) + _TOKYO_MS) % _DAY_MS
