"""What pages show beside the talks: staff, their deeds, answers, members, coupons, deliveries.

number of the row -> SQL expressions -> every table that a page of the console reads
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.bulk import bulk_load
from bot.bench.talk.addresses import LONG_TALK
from bot.bench.talk.crowd import SHOPS, Crowd
from bot.clock import utc_now
from bot.store.types import to_ms

STAFF: Final = 200
#: Who looks: the one sees everything, the other the talks of one shop.
OWNER: Final = 1
MANAGER: Final = 14
DAYS: Final = 90
#: Messages of the one long talk.
_LONG: Final = 500
#: Of a hundred friends, how many carry a member's card.
_MEMBERS: Final = 50

#: Numbers of rows, for each hundred thousand talks.
_SIZES: Final[Mapping[str, float]] = {
    "audit": 10.0,
    "changes": 0.5,
    "answers": 1.0,
    "notices": 2.0,
    "deliveries": 1.0,
    "coupons": 2.0,
    "calls": 3.0,
    "letters": 0.1,
}

#: Parts of the queries below.
_PARTS: Final[Mapping[str, str]] = {
    "ago": "({now} - (i * 104729 % {span}))",
    "by": "(i * 31 % {staff} + 1)",
    "shop": "('shop-' || (i * 31 % {staff} + 1) % {shops})",
    "friend": "(i * 7 % {friends} + 1)",
    # Of the calls to LINE a third wants a look.
    "ended": (
        "(CASE WHEN i % 3 > 0 THEN 'sent' ELSE "
        "(ARRAY['failed', 'uncertain', 'expired', 'parked'])[i / 3 % 4 + 1] END)"
    ),
}
#: Every talk is asked for, then answered, then closed: three changes of one friend in a row.
_TABLES: Final[Mapping[str, str]] = {
    "audit_log (id, at, staff_id, staff_name, action, subject, shop_key, details, address)": (
        "SELECT i, {now} - ({audit} - i) * 2592, {by}, '担当 ' || {by}, "
        "(ARRAY['talk.open', 'talk.open', 'talk.open', 'talk.answer', 'people.open', "
        "'till.member', 'staff.sign_in', 'talk.report'])[i % 8 + 1], 'friend:' || {friend}, "
        "{shop}, '{{}}', '192.0.2.' || i % 250 FROM generate_series(1::bigint, {audit}) i"
    ),
    (
        "conversation_changes (id, friend_id, change, state, staff_id, shop_key, by_whom, reason, "
        "at, waited_seconds)"
    ): (
        "SELECT i * 4 + k, {friend}, (ARRAY['asked', 'answered', 'closed'])[k], "
        "(ARRAY['open', 'in_progress', 'done'])[k], "
        "CASE WHEN k > 1 THEN {by} END, {shop}, "
        "CASE WHEN k = 1 THEN 'friend' ELSE {by}::text END, '', "
        "{now} - ({changes} - i) * {days_ms} / {changes} + k, "
        "CASE WHEN k > 1 THEN i * 7919 % 3600 + k END "
        "FROM generate_series(1::bigint, {changes}) i, generate_series(1, 3) k"
    ),
    "staff_answers (outbox_id, request_id, friend_id, staff_id, shop_key, way, at)": (
        "SELECT i, 'r' || i, {friend}, {by}, {shop}, "
        "CASE WHEN i % 10 = 0 THEN 'paid' ELSE 'free' END, "
        "{now} - ({answers} - i) * {days_ms} / {answers} "
        "FROM generate_series(1::bigint, {answers}) i"
    ),
    "ledger (outbox_id, user_id, count, reason, month, counted_at)": (
        "SELECT i * 10, 'U' || {friend}, 1, 'staff', '2026-11', {now} "
        "FROM generate_series(1::bigint, {answers} / 10) i"
    ),
    (
        "outbox (id, lane, kind, body, bubbles, pays, retry_key, why, state, via, attempts, "
        "doubtful, due_at, expires_at, created_at, settled_at, status, error)"
    ): (
        """SELECT i, 'U' || {friend}, 'message', '[{{"type":"text","text":"はい"}}]', """
        "1, i % 10 = 0, 'k' || i, 'staff:1', {ended}, 'reply', 1, i % 12 = 3, {now}, {now}, "
        "{now} - 60000, {now}, (ARRAY[200, 400, 403, 404, NULL, 429])["
        "CASE WHEN {ended} = 'sent' THEN 1 ELSE i / 12 % 5 + 2 END], "
        "CASE WHEN {ended} <> 'sent' THEN 'Not found' END "
        "FROM generate_series(1::bigint, {calls}) i"
    ),
    "events (id, webhook_event_id, lane, kind, occurred_at, received_at, payload)": (
        "SELECT i, 'e' || i, 'U' || {friend}, 'message', {now}, {now}, '{{}}' "
        "FROM generate_series(1::bigint, {letters}) i"
    ),
    "dead_letters (event_id, lane, attempts, error, died_at)": (
        "SELECT i, 'U' || {friend}, 6, 'KeyError: bench', {now} "
        "FROM generate_series(1::bigint, {letters}) i"
    ),
    "staff_events (id, kind, key, friend_id, shop_key, ref, body, at, told)": (
        "SELECT i, CASE WHEN i = 1 THEN 'test' ELSE 'waiting' END, 'change:' || i, {friend}, "
        "{shop}, 0, '{{}}', {ago}, true FROM generate_series(1::bigint, {notices} / 10) i"
    ),
    (
        "staff_notices (id, event_id, staff_id, way, target, state, attempts, due_at, error, "
        "created_at, settled_at)"
    ): (
        "SELECT i, i / 10 + 1, CASE i WHEN 1 THEN {owner} WHEN 2 THEN {manager} "
        "ELSE {by} END, (ARRAY['browser', 'mail'])[i % 2 + 1], i, "
        "CASE WHEN i % 500 = 0 THEN 'failed' ELSE 'sent' END, 1, {now}, "
        "CASE WHEN i % 500 = 0 THEN '410' END, {ago}, {ago} "
        "FROM generate_series(1::bigint, {notices} - 10) i"
    ),
    (
        "coupons (id, number, campaign, person_id, ordinal, state, uses, used, valid_from, "
        "valid_until, why, issued_at)"
    ): (
        "SELECT i, lpad(i::text, 10, '0'), (ARRAY['birthday_cake', 'first_hundred_loaves', "
        "'lucky_swallow', 'welcome_drink'])[i % 4 + 1], -{friend}, i, "
        "CASE WHEN i % 3 = 0 THEN 'used' ELSE 'held' END, 1, CASE WHEN i % 3 = 0 THEN 1 ELSE 0 "
        "END, {now} - {span}, 4102412400000, 'bench', {ago} "
        "FROM generate_series(1::bigint, {coupons}) i"
    ),
    "coupon_draws (id, campaign, person_id, ordinal, seed, commitment, odds, why, drawn_at)": (
        "SELECT i, 'lucky_swallow', -{friend}, i, '', '', '{{}}', 'bench', {ago} "
        "FROM generate_series(1::bigint, {coupons} / 4) i"
    ),
    (
        "redemptions (id, key, coupon_id, use_no, person_id, campaign, how, shop, staff_id, "
        "device, at)"
    ): (
        "SELECT i, 'r' || i, i * 3, 1, 1, (ARRAY['birthday_cake', 'first_hundred_loaves', "
        "'lucky_swallow', 'welcome_drink'])[i * 3 % 4 + 1], 'code', {shop}, {by}, 'till', "
        "{ago} FROM generate_series(1::bigint, {coupons} / 3) i"
    ),
    (
        "point_changes (id, key, kind, person_id, points, balance_after, reason, source, device, "
        "at)"
    ): (
        "SELECT i * 4 + k, 'k' || (i * 4 + k), 'earn', -i, 100, 100 * k, 'お買上げ', '', '', "
        "{now} FROM generate_series(1::bigint, {friends}) i, generate_series(0, 3) k"
    ),
    "point_balances (person_id, balance, owed, next_expiring, version, updated_at)": (
        "SELECT -i, 300, 0, 0, 4, {now} FROM generate_series(1::bigint, {friends}) i"
    ),
    "purchase_summaries (person_id, amount_yen, count, first_at, last_at, version)": (
        "SELECT -i, 30000, 4, {now}, {now}, 1 FROM generate_series(1::bigint, {friends}) i"
    ),
    "members (person_id, number, joined_at)": (
        "SELECT -i, '20' || lpad(i::text, 10, '0') || i % 10, {now} "
        "FROM generate_series(1::bigint, {friends}) i WHERE i % 100 < {members}"
    ),
    (
        "survey_progress (friend_id, survey, survey_version, state, answers, updated_at, version, "
        "done_at)"
    ): (
        "SELECT i, 'welcome', 1, 'done', jsonb_build_object('name', '佐藤'), {now}, 1, {now} "
        "FROM generate_series(1::bigint, {friends}) i WHERE i % 2 = 0"
    ),
    (
        "webhook_deliveries (id, endpoint_id, event_id, kind, body, state, attempts, due_at, "
        "created_at, settled_at, status)"
    ): (
        "SELECT i, i % 10 + 1, i, 'points.changed', '{{}}', CASE WHEN i % 50 = 0 THEN 'dead' "
        "ELSE 'delivered' END, 1, {now}, {now}, {now}, 200 "
        "FROM generate_series(1::bigint, {deliveries}) i"
    ),
    "webhook_endpoints (id, url, kinds, generation, is_active, created_at)": (
        "SELECT i, 'https://till-' || i || '.example/hook', '[\"points.changed\"]', 1, true, "
        "{now} FROM generate_series(1, 10) i"
    ),
    "api_keys (id, name, prefix, hash, scopes, shops, created_at)": (
        "SELECT i, 'レジ ' || i, 'prefix-' || i, 'hash-' || i, '[\"members.read\"]', '[]', {now} "
        "FROM generate_series(1, 20) i"
    ),
    (
        "people_merges (id, kept_id, dropped_id, record, source, merged_at)"
    ): "SELECT i, -i, i, '{{}}', 'staff:17', {now} FROM generate_series(1, 1000) i",
    "card_conflicts (id, system, number, person_id, holder_id, how, found_at)": (
        "SELECT i, 'card', 'old-' || i, -i, -i - 1, 'typed', {now} FROM generate_series(1, 100) i"
    ),
    "canned_replies (id, staff_id, shop_key, title, messages, is_active, used, changed_at)": (
        "SELECT i, CASE WHEN i % 3 = 0 THEN i % 200 + 1 END, CASE WHEN i % 3 = 1 THEN "
        "{shop} END, '定型文 ' || i, '[\"{{お名前}}様、いつもありがとうございます。\"]', true, i, "
        "{now} FROM generate_series(1, 300) i"
    ),
    "staff (id, login, name, role, generation, is_active, created_at, version)": (
        "SELECT i, 'staff-' || i, '担当 ' || i, CASE WHEN i = 1 THEN 'owner' WHEN i < 6 THEN "
        "'admin' WHEN i < 16 THEN 'manager' ELSE 'staff' END, 1, true, {now}, 1 "
        "FROM generate_series(1, {staff}) i"
    ),
    "staff_shops (staff_id, shop_key)": (
        "SELECT i, 'shop-' || i % {shops} FROM generate_series(1, {staff}) i WHERE i > 5"
    ),
    (
        "shops (key, name, address, phone, hours, exceptions, position, is_active, created_at, "
        "version)"
    ): (
        "SELECT 'shop-' || i, '店舗 ' || i, '', '', '{{}}', '[]', i, true, {now}, 1 "
        "FROM generate_series(0, {shops} - 1) i"
    ),
}


def number_of(friend: int) -> str:
    """Return the number of the card that a friend has, if they have one."""
    return f"20{friend:010}{friend % 10}"


async def furnish(engine: AsyncEngine, crowd: Crowd) -> None:
    """Fill the tables beside those of the crowd; PostgreSQL only."""
    span = int(timedelta(days=DAYS).total_seconds() * 1e3)
    sizes = {name: max(int(crowd.friends * size), 20) for name, size in _SIZES.items()}
    values: dict[str, int | str] = {
        "now": to_ms(utc_now()),
        "span": span,
        "days_ms": span,
        "friends": crowd.friends,
        "members": _MEMBERS,
        "staff": STAFF,
        "owner": OWNER,
        "manager": MANAGER,
        "shops": SHOPS,
        **sizes,
    }
    values |= {name: part.format(**values) for name, part in _PARTS.items()}
    await bulk_load(engine, {into: query.format(**values) for into, query in _TABLES.items()})
    more = _LONG - crowd.messages // crowd.friends
    async with engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO talk_messages (id, friend_id, author, kind, text, at) "  # noqa: S608 - our own numbers
            f"SELECT {crowd.now_id} - i * 4096 - 1, {LONG_TALK}, CASE WHEN i % 2 = 0 "
            f"THEN 'friend' ELSE '1' END, 'text', 'つづきの話 ' || i, {values['now']} - i * 1000 "
            f"FROM generate_series(1, {max(more, 0)}) i"
        )
