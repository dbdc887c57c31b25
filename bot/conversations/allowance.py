"""What is left of the month's messages, and what the next one costs.

    scheduler: LINE's quota and consumption -> learn -> allowance (with our own ledger) -> a button

LINE's count lags behind and knows what left by other ways; ours is at once and knows only ours.
The larger one counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO, month_of
from bot.line.plans import plan_of
from bot.outbox import ledger
from bot.store.batch import Query

_QUOTA: Final = "line quota"
_USED: Final = "line used "
#: As a quota: LINE names none.
_UNLIMITED: Final = -1

_READ: Final = Query('SELECT name, "position" FROM talk_marks WHERE name = ANY(:names::text[])')
_KEEP: Final = Query(
    'INSERT INTO talk_marks (name, "position") VALUES (:name, :position) '
    'ON CONFLICT (name) DO UPDATE SET "position" = excluded."position"'
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The month's messages as they stand."""

    used: int
    #: None: LINE has not told yet, or names no limit.
    quota: int | None = None
    #: Yen for the next message; 0 within what the plan includes; None: it cannot be sent.
    price_yen: Decimal | None = Decimal(0)

    @property
    def left(self) -> int | None:
        """How many can still be sent this month; None: nobody knows."""
        return None if self.quota is None else max(0, self.quota - self.used)

    @property
    def can_pay(self) -> bool:
        """Whether LINE would take one more paid message."""
        return self.left != 0


async def allowance(connection: AsyncConnection, *, now: datetime) -> Allowance:
    """Return what is left this month."""
    month = month_of(now)
    rows = await _READ.rows(connection, names=[_QUOTA, _USED + month])
    told = {row[0]: row[1] for row in rows}
    used = max(await ledger.total(connection, month), told.get(_USED + month, 0))
    quota = told.get(_QUOTA)
    if quota is None or quota == _UNLIMITED:
        return Allowance(used)
    plan = plan_of(quota, now.astimezone(TOKYO).date())
    price = plan.price_of(used) if used < quota else None
    return Allowance(used, quota, price)


async def learn(
    connection: AsyncConnection,
    *,
    quota: Mapping[str, Any],
    consumption: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep what LINE answers about the month's quota and consumption."""
    limit = quota.get("value") if quota.get("type") == "limited" else _UNLIMITED
    if isinstance(limit, int):
        await _KEEP.count(connection, name=_QUOTA, position=limit)
    used = consumption.get("totalUsage")
    if isinstance(used, int):
        await _KEEP.count(connection, name=_USED + month_of(now), position=used)
