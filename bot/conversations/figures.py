"""How well friends are answered: waits, ends, and what it cost, by day, shop and staff member.

conversation_changes + staff_answers + ledger -> counts in SQL -> Figures -> together(by …)
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.staff.model import Scope
from bot.store.batch import Query

#: Days are those of Tokyo, nine hours ahead of what is stored.
_DAY: Final = "({}at + 32400000) / 86400000"
_EPOCH: Final = date(1970, 1, 1)
_MOST: Final = 0.9

_CHANGES: Final = Query(
    f"SELECT {_DAY.format('')}, shop_key, by_whom, change, waited_seconds, count(*) "  # noqa: S608 - our own words
    "FROM conversation_changes WHERE at >= :since AND at < :until "
    "AND change IN ('asked', 'answered', 'closed', 'ended') GROUP BY 1, 2, 3, 4, 5"
)
_ANSWERS: Final = Query(
    f"SELECT {_DAY.format('a.')}, a.shop_key, a.staff_id, count(*), "  # noqa: S608 - our own words
    "sum(CASE WHEN l.count > 0 THEN 1 ELSE 0 END) FROM staff_answers a "
    "LEFT JOIN ledger l ON l.outbox_id = a.outbox_id AND l.voided_at IS NULL "
    "WHERE a.at >= :since AND a.at < :until GROUP BY 1, 2, 3"
)

Key = TypeVar("Key")


@dataclass(slots=True)
class Waits:
    """How long something took, each time: seconds, and how often it was so many."""

    seconds: Counter[int] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Return how often."""
        return self.seconds.total()

    @property
    def median(self) -> int | None:
        """What half of them stayed within."""
        return self.within(0.5)

    @property
    def p90(self) -> int | None:
        """What nine of ten stayed within."""
        return self.within(_MOST)

    def within(self, share: float) -> int | None:
        """Return the seconds that a share of them stayed within; None: there were none."""
        left = share * len(self)
        for seconds in sorted(self.seconds):
            left -= self.seconds[seconds]
            if left <= 0:
                return seconds
        return None


@dataclass(slots=True, kw_only=True)
class Figures:
    """What happened; of one day, shop and staff member, or of several together."""

    day: date | None = None
    shop_key: str | None = None
    #: None: nobody in particular.
    staff_id: int | None = None
    #: Talks that were handed over; counted for nobody in particular.
    asked: int = 0
    #: From the opening of talks to their first answer.
    first_answers: Waits = field(default_factory=Waits)
    #: From the opening of talks to their end.
    endings: Waits = field(default_factory=Waits)
    free_answers: int = 0
    paid_answers: int = 0

    def add(self, other: "Figures") -> None:
        """Count what happened elsewhere, too."""
        self.asked += other.asked
        self.first_answers.seconds.update(other.first_answers.seconds)
        self.endings.seconds.update(other.endings.seconds)
        self.free_answers += other.free_answers
        self.paid_answers += other.paid_answers


#: The head of a CSV, in the order of ``as_row``.
COLUMNS: Final = (
    *("day", "shop", "staff", "asked", "first_answers"),
    *("first_answer_median_seconds", "first_answer_p90_seconds"),
    *("closed", "resolution_median_seconds", "resolution_p90_seconds"),
    *("free_answers", "paid_answers"),
)


def as_row(figures: Figures, *, shop: str, staff: str) -> list[Any]:
    """Return a line of a CSV, with the names that shop and staff member go by."""
    return [
        *(figures.day, shop, staff, figures.asked, len(figures.first_answers)),
        *(figures.first_answers.median, figures.first_answers.p90),
        *(len(figures.endings), figures.endings.median, figures.endings.p90),
        *(figures.free_answers, figures.paid_answers),
    ]


def together(rows: Iterable[Figures], by: Callable[[Figures], Key]) -> dict[Key, Figures]:
    """Add up what has the same key, in the order in which keys first come."""
    found: dict[Key, Figures] = {}
    for row in rows:
        found.setdefault(by(row), Figures()).add(row)
    return found


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Return when some days in Japan, both included, begin and end."""
    since = datetime.combine(first, datetime.min.time(), TOKYO)
    until = datetime.combine(last, datetime.min.time(), TOKYO) + timedelta(days=1)
    return since, until


async def figures(
    connection: AsyncConnection, *, first: date, last: date, scope: Scope
) -> list[Figures]:
    """Return what happened on some days in Japan, both included.

    An answer counts as paid where LINE bills it; what waits for the friend counts as free.
    """
    since, until = bounds(first, last)
    found: dict[tuple[date, str | None, int | None], Figures] = {}

    def of(days: int, shop_key: str | None, staff_id: int | None) -> Figures:
        day = _EPOCH + timedelta(days=days)
        fresh = Figures(day=day, shop_key=shop_key, staff_id=staff_id)
        return found.setdefault((day, shop_key, staff_id), fresh)

    for days, shop_key, by, change, waited, count in await _CHANGES.rows(
        connection, since=since, until=until
    ):
        if not scope.sees(shop_key):
            continue
        row = of(days, shop_key, int(by) if by.isdecimal() else None)
        if change == "asked":
            row.asked += count
        elif waited is not None:
            waits = row.first_answers if change == "answered" else row.endings
            waits.seconds[waited] += count
    for days, shop_key, staff_id, count, paid in await _ANSWERS.rows(
        connection, since=since, until=until
    ):
        if scope.sees(shop_key):
            row = of(days, shop_key, staff_id)
            row.paid_answers += paid
            row.free_answers += count - paid
    return sorted(found.values(), key=lambda row: (row.day, row.shop_key or "", row.staff_id or 0))
