"""Members by the million, made inside the database: nothing of them passes through Python.

number of the member -> SQL expressions -> people, cards, ranks, ten ledger entries, two coupons
"""

from time import perf_counter
from typing import Final

from bot.bench.bulk import bulk_load
from bot.bench.till.table import Table
from bot.membership.number import check_digit
from bot.store import schema
from bot.store.engine import open_engine

#: Ledger entries of a member: five changes of two lines each.
CHANGES: Final = 5
COUPONS: Final = 2
#: 2026-01-01T00:00 in Tokyo, and a day, as milliseconds.
_THEN: Final = 1_767_193_200_000
_DAY: Final = 86_400_000
_FAR: Final = 4_102_412_400_000

_TEN: Final = "lpad(i::text, 10, '0')"
_SUM: Final = " + ".join(
    f"substr({_TEN}, {place}, 1)::int * {3 if place % 2 == 0 else 1}" for place in range(1, 11)
)
_NUMBER: Final = f"'20' || {_TEN} || ((10 - (2 + {_SUM}) % 10) % 10)"
_COUPON: Final = "lpad(((i * 2 + c) % 10000000000)::text, 10, '0')"

_TABLES: Final = {
    # The largest in front: they are filled two at a time.
    "point_entries (change_id, line, account, person_id, lot_id, amount)": (
        "SELECT i * 10 + c, l, CASE WHEN l = 0 THEN 'member' ELSE 'issued:shop' END, i, "
        "CASE WHEN l = 0 THEN i * 10 + c END, CASE WHEN l = 0 THEN 100 ELSE -100 END "
        "FROM {all}, generate_series(0, {changes} - 1) AS c, generate_series(0, 1) AS l"
    ),
    "point_changes (id, key, kind, person_id, points, balance_after, reason, source, device, "
    "at)": (
        "SELECT i * 10 + c, 'k' || (i * 10 + c), CASE WHEN c = 4 THEN 'spend' ELSE 'earn' END, i, "
        "CASE WHEN c = 4 THEN -100 ELSE 100 END, 100 * c, 'お買上げ', '', '', {then} + c * {day} "
        "FROM {all}, generate_series(0, {changes} - 1) AS c"
    ),
    "point_lots (id, person_id, change_id, points, remaining, earned_at, expires_at)": (
        "SELECT i * 10 + c, i, i * 10 + c, 100, CASE WHEN c = 0 THEN 0 ELSE 100 END, "
        "{then}, {far} FROM {all}, generate_series(0, 3) AS c"
    ),
    "coupons (id, number, campaign, person_id, ordinal, state, uses, used, valid_from, "
    "valid_until, why, issued_at)": (
        "SELECT i * 10 + c, {coupon}, "
        "CASE WHEN c = 0 THEN 'first_hundred_loaves' ELSE 'birthday_cake' END, i, 1, 'held', "
        "1, 0, {then}, {far}, 'bench', {then} FROM {all}, generate_series(0, 1) AS c"
    ),
    "people (id, attributes, tags, created_at, version)": (
        "SELECT i, jsonb_build_object('name', '会員 ' || i), '[]'::jsonb, {then}, 1 FROM {all}"
    ),
    "friends (id, user_id, person_id, state, followed_at, version)": (
        "SELECT i, 'U' || i, i, 'friend', {then}, 1 FROM {all}"
    ),
    "profiles (user_id, display_name, fetched_at)": (
        "SELECT 'U' || i, 'LINE ' || i, {then} FROM {all}"
    ),
    "members (person_id, number, joined_at)": "SELECT i, {number}, {then} FROM {all}",
    "member_ranks (person_id, rank, basis, since, checked_at, version)": (
        "SELECT i, 'silver', 30000, {then}, {far}, 1 FROM {all}"
    ),
    "point_balances (person_id, balance, owed, next_expires_at, next_expiring, version, "
    "updated_at)": "SELECT i, 300, 0, {far}, 100, 5, {then} FROM {all}",
    "purchase_summaries (person_id, amount_yen, count, first_at, last_at, version)": (
        "SELECT i, 30000, 4, {then}, {then}, 1 FROM {all}"
    ),
    "stamp_cards (person_id, card, round, stamps, last_at, version)": (
        "SELECT i, 'bread_card', 1, 3, {then}, 1 FROM {all}"
    ),
}


def number_of(member: int) -> str:
    """Return the number that the database gave a member."""
    twelve = f"20{member:010}"
    return twelve + check_digit(twelve)


async def fill(url: str, *, members: int, table: Table) -> None:
    """Make the members, and say how many rows of what there are."""
    engine, began = open_engine(url), perf_counter()
    rows = {
        into: query.format(
            all=f"generate_series(1::bigint, {members}) AS i",
            then=_THEN,
            far=_FAR,
            day=_DAY,
            changes=CHANGES,
            number=_NUMBER,
            coupon=_COUPON,
        )
        for into, query in _TABLES.items()
    }
    try:
        await schema.upgrade(engine)
        await bulk_load(engine, rows)
    finally:
        await engine.dispose()
    table.add("members", members, "")
    table.add("ledger entries", members * CHANGES * 2, "")
    table.add("coupons", members * COUPONS, "")
    table.add("made in", perf_counter() - began, "s")
