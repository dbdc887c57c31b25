"""How many talks each view has, counted once for everybody who looks at the list.

conversations that are with staff -> Tally -> counts by scope, reader and shop, without SQL
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.lists import View
from bot.conversations.model import State
from bot.staff.model import Scope
from bot.store.batch import Query

_COUNT: Final = Query(
    "SELECT state, staff_id, shop_key, count(*) FROM conversations WHERE state <> 'done' "
    "GROUP BY state, staff_id, shop_key"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """The talks that are with staff, by state, staff member and shop."""

    rows: Sequence[tuple[str, int | None, str | None, int]]

    def counts(self, *, scope: Scope, me: int, shop_key: str | None = None) -> dict[View, int]:
        """Return the counts one reader sees; all talks and those that are done are not counted."""
        views = (View.MINE, View.UNASSIGNED, View.OPEN, View.IN_PROGRESS, View.SNOOZED)
        found = dict.fromkeys(views, 0)
        for state, staff_id, shop, count in self.rows:
            if not scope.sees(shop) or (shop_key is not None and shop != shop_key):
                continue
            found[View(state)] += count
            if staff_id == me:
                found[View.MINE] += count
            if staff_id is None and state != State.SNOOZED:
                found[View.UNASSIGNED] += count
        return found


async def tally(connection: AsyncConnection) -> Tally:
    """Count."""
    return Tally([(row[0], row[1], row[2], row[3]) for row in await _COUNT.rows(connection)])
