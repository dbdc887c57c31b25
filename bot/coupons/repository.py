"""How coupons are read and written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.coupons.model import Coupon, Draw
from bot.store import batch
from bot.store.batch import Query
from bot.store.tables.coupons import coupon_draws, coupons
from bot.store.unit import Change, Shelf

_COUPON: Final = (
    "SELECT id, number, campaign, prize, person_id, ordinal, state, uses, used, serial, "
    "valid_from, valid_until, why, issued_at FROM coupons "
)
_BY_ID: Final = Query(_COUPON + "WHERE id = :id")
_BY_NUMBER: Final = Query(_COUPON + "WHERE number = :number")
_BY_SERIAL: Final = Query(
    _COUPON + "WHERE serial = :serial AND (:campaign::text = '' OR campaign = :campaign::text) "
    "LIMIT 2"
)
_OF_CAMPAIGN: Final = Query(
    _COUPON + "WHERE person_id = :person_id AND campaign = :campaign ORDER BY ordinal"
)
_OF_CAMPAIGNS: Final = Query(
    _COUPON + "WHERE person_id = ANY(:people::bigint[]) AND campaign = ANY(:campaigns::text[]) "
    "ORDER BY ordinal"
)
_HELD: Final = Query(
    _COUPON + "WHERE person_id = :person_id AND state = 'held' "
    "AND (valid_until IS NULL OR valid_until > :now) "
    "ORDER BY CASE WHEN valid_until IS NULL THEN 1 ELSE 0 END, valid_until, id"
)
_HAD: Final = Query(
    "SELECT DISTINCT campaign FROM coupons WHERE person_id = :person_id "
    "UNION SELECT DISTINCT campaign FROM coupon_draws WHERE person_id = :person_id"
)
_DRAW: Final = (
    "SELECT id, campaign, person_id, ordinal, seed, commitment, odds, prize, coupon_id, why, "
    "drawn_at FROM coupon_draws "
)
_DRAWS: Final = Query(
    _DRAW + "WHERE person_id = :person_id AND campaign = :campaign ORDER BY ordinal"
)
_DRAWS_AFTER: Final = Query(
    _DRAW + "WHERE campaign = :campaign AND id > :after ORDER BY id LIMIT :limit"
)
_COUNT: Final = Query(
    "INSERT INTO coupon_counters (campaign, prize, issued) VALUES (:campaign, :prize, 0) "
    "ON CONFLICT DO NOTHING"
)
_TAKE: Final = Query(
    "UPDATE coupon_counters SET issued = issued + 1 "
    "WHERE campaign = :campaign AND prize = :prize AND issued < :most"
)
_COUNTERS: Final = Query("SELECT prize, issued FROM coupon_counters WHERE campaign = :campaign")
_GONE: Final = Query(
    "SELECT campaign, issued FROM coupon_counters WHERE prize = '' "
    "AND campaign = ANY(:campaigns::text[])"
)
_SERIAL: Final = Query(
    "UPDATE coupon_serials SET coupon_id = :coupon_id WHERE campaign = :campaign AND serial = "
    "(SELECT serial FROM coupon_serials WHERE campaign = :campaign AND coupon_id IS NULL "
    "ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING serial"
)


async def by_id(connection: AsyncConnection, coupon_id: int) -> Coupon | None:
    """Return a coupon."""
    rows = await _BY_ID.rows(connection, id=coupon_id)
    return _coupon(rows[0]) if rows else None


async def by_number(connection: AsyncConnection, number: str) -> Coupon | None:
    """Return the coupon of a number."""
    rows = await _BY_NUMBER.rows(connection, number=number)
    return _coupon(rows[0]) if rows else None


async def by_serial(
    connection: AsyncConnection, serial: str, *, campaign: str = ""
) -> Sequence[Coupon]:
    """Return the coupons of a serial code, two at most: owners' codes may repeat elsewhere."""
    rows = await _BY_SERIAL.rows(connection, serial=serial, campaign=campaign)
    return [_coupon(row) for row in rows]


async def of_campaign(
    connection: AsyncConnection, person_id: int, campaign: str
) -> Sequence[Coupon]:
    """Return a person's coupons of a campaign, the first one in front."""
    rows = await _OF_CAMPAIGN.rows(connection, person_id=person_id, campaign=campaign)
    return [_coupon(row) for row in rows]


async def held(connection: AsyncConnection, person_id: int, *, now: datetime) -> Sequence[Coupon]:
    """Return what a person can use now or soon; what ends first stands in front."""
    return [_coupon(row) for row in await _HELD.rows(connection, person_id=person_id, now=now)]


async def had(connection: AsyncConnection, person_id: int) -> frozenset[str]:
    """Return the campaigns of which a person ever had a coupon, or a draw."""
    return frozenset(row[0] for row in await _HAD.rows(connection, person_id=person_id))


async def draws(connection: AsyncConnection, person_id: int, campaign: str) -> Sequence[Draw]:
    """Return a person's draws of a campaign, the first one in front."""
    rows = await _DRAWS.rows(connection, person_id=person_id, campaign=campaign)
    return [_draw(row) for row in rows]


async def draws_after(
    connection: AsyncConnection, campaign: str, *, after: int = 0, limit: int = 1_000
) -> Sequence[Draw]:
    """Return the draws of a campaign in their order, from behind one on."""
    rows = await _DRAWS_AFTER.rows(connection, campaign=campaign, after=after, limit=limit)
    return [_draw(row) for row in rows]


async def take_one(connection: AsyncConnection, campaign: str, prize: str, *, most: int) -> bool:
    """Count one more, unless there were as many already; of those who ask at once one gets it."""
    wanted = {"campaign": campaign, "prize": prize}
    if await _TAKE.count(connection, **wanted, most=most):
        return True
    await _COUNT.count(connection, **wanted)  # there may be no row yet, or one since
    return await _TAKE.count(connection, **wanted, most=most) == 1


async def counters(connection: AsyncConnection, campaign: str) -> dict[str, int]:
    """Return how many of each limited prize went out."""
    return {row[0]: row[1] for row in await _COUNTERS.rows(connection, campaign=campaign)}


async def issued(connection: AsyncConnection, campaigns: Sequence[str]) -> dict[str, int]:
    """Return how many coupons of limited campaigns went out; none: absent."""
    rows = await _GONE.rows(connection, campaigns=list(campaigns))
    return {row[0]: row[1] for row in rows}


async def take_serial(connection: AsyncConnection, campaign: str, *, coupon_id: int) -> str | None:
    """Take the next code of a pool; None: it is empty."""
    rows = await _SERIAL.rows(connection, campaign=campaign, coupon_id=coupon_id)
    return rows[0][0] if rows else None


async def insert(connection: AsyncConnection, coupon: Coupon) -> None:
    """Store a new coupon.

    Raises:
        IntegrityError: its number is taken, or the person has one of this ordinal.
    """
    await batch.insert(connection, coupons, [_row(coupon)])


Held: TypeAlias = tuple[Coupon, ...]
Whose: TypeAlias = tuple[int, str]


async def _load(connection: AsyncConnection, keys: Sequence[Whose]) -> Mapping[Whose, Held]:
    rows = await _OF_CAMPAIGNS.rows(
        connection,
        people=list({person_id for person_id, _ in keys}),
        campaigns=list({campaign for _, campaign in keys}),
    )
    found: dict[Whose, Held] = {}
    for coupon in map(_coupon, rows):
        whose = (coupon.person_id, coupon.campaign)
        found[whose] = (*found.get(whose, ()), coupon)
    return found


async def _save(connection: AsyncConnection, changes: Sequence[Change[Held]]) -> None:
    new = [
        _row(coupon) for change in changes for coupon in change.after[len(change.before or ()) :]
    ]
    await batch.insert(connection, coupons, new)


#: A person's coupons of a campaign, the first one in front; what is put has more behind.
COUPONS_OF: Final[Shelf[Whose, Held]] = Shelf("coupons", _load, _save)


async def insert_draw(connection: AsyncConnection, draw: Draw) -> None:
    """Store a draw.

    Raises:
        IntegrityError: the person has a draw of this ordinal.
    """
    row = {
        "id": draw.draw_id,
        "campaign": draw.campaign,
        "person_id": draw.person_id,
        "ordinal": draw.ordinal,
        "seed": draw.seed,
        "commitment": draw.commitment,
        "odds": [dict(share) for share in draw.odds],
        "prize": draw.prize,
        "coupon_id": draw.coupon_id,
        "why": draw.why,
        "drawn_at": draw.drawn_at,
    }
    await batch.insert(connection, coupon_draws, [row])


def _row(coupon: Coupon) -> dict[str, Any]:
    return {
        "id": coupon.coupon_id,
        "number": coupon.number,
        "campaign": coupon.campaign,
        "prize": coupon.prize,
        "person_id": coupon.person_id,
        "ordinal": coupon.ordinal,
        "state": "held",
        "uses": coupon.uses,
        "used": 0,
        "serial": coupon.serial,
        "valid_from": coupon.valid_from,
        "valid_until": coupon.valid_until,
        "why": coupon.why,
        "issued_at": coupon.issued_at,
    }


def _coupon(row: Any) -> Coupon:
    return Coupon(
        coupon_id=row[0],
        number=row[1],
        campaign=row[2],
        prize=row[3],
        person_id=row[4],
        ordinal=row[5],
        is_used=row[6] == "used",
        uses=row[7],
        used=row[8],
        serial=row[9],
        valid_from=batch.instant(row[10]),
        valid_until=None if row[11] is None else batch.instant(row[11]),
        why=row[12],
        issued_at=batch.instant(row[13]),
    )


def _draw(row: Any) -> Draw:
    odds = orjson.loads(row[6]) if isinstance(row[6], str) else row[6]
    return Draw(
        draw_id=row[0],
        campaign=row[1],
        person_id=row[2],
        ordinal=row[3],
        seed=bytes(row[4]),
        commitment=row[5],
        odds=tuple(odds),
        prize=row[7],
        coupon_id=row[8],
        why=row[9],
        drawn_at=batch.instant(row[10]),
    )
