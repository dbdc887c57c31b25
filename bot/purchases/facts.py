"""What a person bought, as facts that segments ask for: amount, count, last day, what.

    purchase, return -> (with the unit's flush) write -> people.attributes["purchase.…"]

They stand with the person, so that every evaluator of segments reads them like what was answered
in a survey, and a change of them is noticed like any other. Their keys have a point in them, which
no attribute's has.
"""

from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TOKYO
from bot.purchases import repository
from bot.store.batch import Query, is_postgres

#: Kept of what a person has bought: the last so many different things.
MOST_SKUS: Final = 300

_POSTGRES: Final = Query(
    "UPDATE people SET attributes = jsonb_strip_nulls(attributes || :facts::jsonb), "
    "version = version + 1 WHERE id = :person_id"
)
_SQLITE: Final = Query(
    "UPDATE people SET attributes = json_patch(attributes, :facts), version = version + 1 "
    "WHERE id = :person_id"
)
_BOUGHT: Final = Query(
    "SELECT sku FROM person_skus WHERE person_id = :person_id ORDER BY last_at DESC, sku "
    "LIMIT :most"
)


async def write(connection: AsyncConnection, *, person_id: int) -> None:
    """Write what a person has bought by now; who has bought nothing any more has no such facts."""
    total = await repository.summary(connection, person_id)
    skus = [row[0] for row in await _BOUGHT.rows(connection, person_id=person_id, most=MOST_SKUS)]
    facts: dict[str, Any] = dict.fromkeys(("amount", "count", "last", "sku"))
    if total.count and total.last_at is not None:
        facts = {
            "amount": total.amount_yen,
            "count": total.count,
            "last": total.last_at.astimezone(TOKYO).date().isoformat(),
            "sku": sorted(skus) or None,
        }
    named = orjson.dumps({f"purchase.{name}": value for name, value in facts.items()}).decode()
    query = _POSTGRES if is_postgres(connection) else _SQLITE
    await query.count(connection, facts=named, person_id=person_id)
