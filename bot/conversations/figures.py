"""How well friends are answered: waits, ends, and what it cost, by day, shop and staff member.

conversation_changes + staff_answers + ledger -> counts in SQL -> Figures -> together(by …)
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.staff.model import Scope
from bot.store.batch import Query

#: Days are those of Tokyo, nine hours ahead of what is stored; some of them may count as one.
_DAYS: Final = "(({}at + 32400000) / 86400000 - :first::bigint) / :width::bigint"
_EPOCH: Final = date(1970, 1, 1)
_MOST: Final = 0.9


def _changes(gather: str, where: str) -> Query:
    """Return what happened, with the seconds of each wait gathered into one list a row."""
    return Query(
        f"SELECT {_DAYS.format('')}, shop_key, by_whom, change, count(*), "  # noqa: S608 - our own words
        f"{gather}(waited_seconds) FILTER (WHERE waited_seconds IS NOT NULL) "
        "FROM conversation_changes WHERE at >= :since AND at < :until "
        f"AND change IN ('asked', 'answered', 'closed', 'ended'){where} GROUP BY 1, 2, 3, 4"
    )


def _answers(where: str) -> Query:
    return Query(
        f"SELECT {_DAYS.format('a.')}, a.shop_key, a.staff_id, count(*), "  # noqa: S608 - our own words
        "sum(CASE WHEN l.count > 0 THEN 1 ELSE 0 END) FROM staff_answers a "
        "LEFT JOIN ledger l ON l.outbox_id = a.outbox_id AND l.voided_at IS NULL "
        f"WHERE a.at >= :since AND a.at < :until{where} GROUP BY 1, 2, 3"
    )


_IN: Final = " AND {}shop_key = ANY(:shops::text[])"
#: By whether only some shops are asked for.
_CHANGES: Final = {
    "postgresql": {False: _changes("array_agg", ""), True: _changes("array_agg", _IN.format(""))},
    "sqlite": {
        False: _changes("json_group_array", ""),
        True: _changes("json_group_array", _IN.format("")),
    },
}
_ANSWERS: Final = {False: _answers(""), True: _answers(_IN.format("a."))}

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
        for mine, theirs in (
            (self.first_answers, other.first_answers),
            (self.endings, other.endings),
        ):
            if theirs.seconds:
                mine.seconds.update(theirs.seconds)
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
        key = by(row)
        if key not in found:
            found[key] = Figures()
        found[key].add(row)
    return found


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Return when some days in Japan, both included, begin and end."""
    since = datetime.combine(first, datetime.min.time(), TOKYO)
    until = datetime.combine(last, datetime.min.time(), TOKYO) + timedelta(days=1)
    return since, until


async def figures(
    connection: AsyncConnection,
    *,
    first: date,
    last: date,
    scope: Scope,
    days_together: int = 1,
) -> list[Figures]:
    """Return what happened on some days in Japan, both included.

    An answer counts as paid where LINE bills it; what waits for the friend counts as free.

    Args:
        connection: reads only.
        first: the first day.
        last: the last day.
        scope: of whose shops.
        days_together: so many days are one, named by the first of them: fewer rows to add up.
    """
    since, until = bounds(first, last)
    asked: dict[str, Any] = {"since": since, "until": until, "width": days_together}
    asked["first"] = (first - _EPOCH).days
    if scope.shops is not None:
        asked["shops"] = sorted(scope.shops)
    found: dict[tuple[date, str | None, int | None], Figures] = {}

    def of(days: int, shop_key: str | None, staff_id: int | None) -> Figures:
        day = first + timedelta(days=days * days_together)
        row = found.get((day, shop_key, staff_id))
        if row is None:  # thousands are looked for, hundreds are made
            row = Figures(day=day, shop_key=shop_key, staff_id=staff_id)
            found[day, shop_key, staff_id] = row
        return row

    changes = _CHANGES[connection.dialect.name][scope.shops is not None]
    for days, shop_key, by, change, count, waited in await changes.rows(connection, **asked):
        row = of(days, shop_key, int(by) if by.isdecimal() else None)
        if change == "asked":
            row.asked += count
        elif waited:
            waits = row.first_answers if change == "answered" else row.endings
            waits.seconds.update(orjson.loads(waited) if isinstance(waited, str) else waited)
    answers = _ANSWERS[scope.shops is not None]
    for days, shop_key, staff_id, count, paid in await answers.rows(connection, **asked):
        row = of(days, shop_key, staff_id)
        row.paid_answers += paid
        row.free_answers += count - paid
    return sorted(found.values(), key=lambda row: (row.day, row.shop_key or "", row.staff_id or 0))
