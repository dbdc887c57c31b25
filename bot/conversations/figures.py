"""How well friends are answered: waits, ends, and what it cost, by day, shop and staff member.

conversation_changes + staff_answers + ledger -> rows, ready for a table or a CSV
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.staff.model import Scope
from bot.store.batch import Query
from bot.store.types import from_ms

_CHANGES: Final = Query(
    "SELECT change, shop_key, by_whom, at, waited_seconds, staff_id FROM conversation_changes "
    "WHERE at >= :since AND at < :until AND change IN ('asked', 'answered', 'closed', 'ended')"
)
_ANSWERS: Final = Query(
    "SELECT a.shop_key, a.staff_id, a.at, l.count FROM staff_answers a "
    "LEFT JOIN ledger l ON l.outbox_id = a.outbox_id AND l.voided_at IS NULL "
    "WHERE a.at >= :since AND a.at < :until"
)


@dataclass(slots=True, kw_only=True)
class Figures:
    """One day of one shop and one staff member."""

    day: date
    shop_key: str | None
    #: None: nobody in particular.
    staff_id: int | None
    #: Talks that were handed over; counted for nobody in particular.
    asked: int = 0
    #: Talks whose first answer this was, and the seconds their friends had waited for it.
    first_answers: int = 0
    first_answer_seconds: int = 0
    closed: int = 0
    closed_seconds: int = 0
    free_answers: int = 0
    paid_answers: int = 0

    @property
    def mean_first_answer_seconds(self) -> int | None:
        """The usual wait for a first answer."""
        return self.first_answer_seconds // self.first_answers if self.first_answers else None

    @property
    def mean_resolution_seconds(self) -> int | None:
        """The usual time from the opening to the end."""
        return self.closed_seconds // self.closed if self.closed else None


#: The head of a CSV, in the order of ``as_row``.
COLUMNS: Final = tuple(field.name for field in fields(Figures))


def as_row(figures: Figures) -> Sequence[Any]:
    """Return a line of a CSV."""
    return [getattr(figures, name) for name in COLUMNS]


async def figures(
    connection: AsyncConnection, *, first: date, last: date, scope: Scope
) -> list[Figures]:
    """Return what happened on some days in Japan, both included.

    An answer counts as paid where LINE bills it; what waits for the friend counts as free.
    """
    since = datetime.combine(first, datetime.min.time(), TOKYO)
    until = datetime.combine(last, datetime.min.time(), TOKYO) + timedelta(days=1)
    found: dict[tuple[date, str | None, int | None], Figures] = {}

    def of(at: int, shop_key: str | None, staff_id: int | None) -> Figures:
        day = from_ms(at).astimezone(TOKYO).date()
        key = (day, shop_key, staff_id)
        fresh = Figures(day=day, shop_key=shop_key, staff_id=staff_id)
        return found.setdefault(key, fresh)

    for change, shop_key, by, at, waited, _ in await _CHANGES.rows(
        connection, since=since, until=until
    ):
        if not scope.sees(shop_key) and scope.shops is not None:
            continue
        row = of(at, shop_key, int(by) if by.isdecimal() else None)
        if change == "asked":
            row.asked += 1
        elif waited is not None and change == "answered":
            row.first_answers += 1
            row.first_answer_seconds += waited
        elif waited is not None:
            row.closed += 1
            row.closed_seconds += waited
    for shop_key, staff_id, at, count in await _ANSWERS.rows(connection, since=since, until=until):
        if not scope.sees(shop_key) and scope.shops is not None:
            continue
        row = of(at, shop_key, staff_id)
        row.paid_answers += 1 if count else 0
        row.free_answers += 0 if count else 1
    return sorted(found.values(), key=lambda row: (row.day, row.shop_key or "", row.staff_id or 0))
