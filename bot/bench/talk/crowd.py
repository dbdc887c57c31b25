"""Years of talks, made inside the database; only what is rare passes through Python.

number of the message -> SQL expressions -> friends, conversations, talk_messages, talk_search
"""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import utc_now
from bot.conversations.grams import period, placed
from bot.people import attribute_indexes, names
from bot.store import arrival
from bot.store.batch import document
from bot.store.pairs import grams
from bot.store.tables.conversations import talk_search
from bot.store.tables.friends import person_names, profile_names
from bot.store.types import to_ms

SHOPS: Final = 10
#: One message in so many holds an order's number, and one in so many a phrase nobody else says.
_NUMBERED: Final = 1_000
_PHRASED: Final = 100_000
RARE_PHRASE: Final = "虹色の傘立て"
_POOL: Final = 20_000
_SPAN: Final = timedelta(days=320)
_CHUNK: Final = 250_000
_LOGGED: Final = ("people", "friends", "profiles", "conversations", "talk_messages", "talk_search")
_INDEXED: Final = (talk_search, profile_names, person_names)

_OPENINGS: Final = (
    *(
        "こんにちは。",
        "お世話になっております。",
        "すみません、",
        "先日はありがとうございました。",
    ),
    *(
        "",
        "",
        "はじめまして。",
        "昨日お店で見た",
        "友人から聞いたのですが、",
        "急ぎではないのですが、",
    ),
)
_THINGS: Final = (
    *("白いワンピース", "冬物のコート", "革の財布", "木のおもちゃ", "季節のケーキ", "食パン一斤"),
    *("麻のシーツ", "羊毛の毛布", "陶器の皿", "子供用の長靴", "通学かばん", "ギフト券", "会員証"),
    *("ポイント", "クーポン", "駐車場", "予約の時間", "配送の日時", "領収書", "返品の方法"),
)
_DETAILS: Final = (
    *(
        "のMサイズ",
        "の在庫",
        "の色違い",
        "のお取り寄せ",
        "の入荷日",
        "の値段",
        "の洗い方",
        "の大きさ",
    ),
    *("の送料", "の保証", "の修理", "の包装", "のアレルギー表示", "の賞味期限", "", ""),
)
_ENDINGS: Final = (
    *("はありますか", "を教えてください", "について相談したいです", "はいつ分かりますか"),
    *(
        "をお願いします",
        "が届きません",
        "を変更できますか",
        "はまだ使えますか。よろしくお願いします",
    ),
)

_FAMILIES: Final = (
    *(("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ")),
    *(("伊藤", "イトウ"), ("渡辺", "ワタナベ"), ("山本", "ヤマモト"), ("中村", "ナカムラ")),
    *(("小林", "コバヤシ"), ("加藤", "カトウ"), ("吉田", "ヨシダ"), ("山田", "ヤマダ")),
    *(
        ("林", "ハヤシ"),
        ("森", "モリ"),
        ("髙木", "タカギ"),
        ("東海林", "ショウジ"),
        ("𠮷野", "ヨシノ"),
    ),
)
_GIVEN: Final = (
    *(
        ("さくら", "サクラ"),
        ("花子", "ハナコ"),
        ("太郎", "タロウ"),
        ("陽菜", "ヒナ"),
        ("蓮", "レン"),
    ),
    *(
        ("結衣", "ユイ"),
        ("大和", "ヤマト"),
        ("美咲", "ミサキ"),
        ("翔太", "ショウタ"),
        ("葵", "アオイ"),
    ),
    *(("凛", "リン"), ("悠真", "ユウマ"), ("カレン", "カレン")),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many talk, and how much they have said."""

    friends: int
    messages: int
    #: When the crowd was made, as an id; the messages lie evenly before it.
    now_id: int = field(default_factory=arrival.number)

    @property
    def step(self) -> int:
        """Return how far the ids of two messages are apart."""
        return (int(_SPAN.total_seconds() * 1e6) // self.messages) << 12

    @property
    def first_id(self) -> int:
        """Return the id before that of the first message."""
        return self.now_id - self.step * self.messages

    def order(self, number: int) -> str:
        """Return the order's number that one message holds."""
        return f"{(number * 7_919) % 90_000_000 + 10_000_000}"

    @property
    def an_order(self) -> str:
        """Return an order's number from the middle of the time."""
        half = self.messages // 2
        return self.order(half - half % _NUMBERED + _NUMBERED)


async def fill(engine: AsyncEngine, crowd: Crowd) -> None:
    """Make it all; PostgreSQL only."""
    now_ms = to_ms(utc_now())
    first, step = crowd.first_id, crowd.step
    async with engine.begin() as connection:
        for table in _LOGGED:
            await connection.exec_driver_sql(f"ALTER TABLE {table} SET UNLOGGED")
            await connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for indexed in _INDEXED:
            await connection.exec_driver_sql(f"DROP INDEX ix_{indexed.name}_grams")
        await _pool(connection)
    apart = _SPAN.total_seconds() * 1e3 / crowd.messages
    at = f"({now_ms} - ({crowd.messages} - i) * {apart})"
    for low in range(1, crowd.messages + 1, _CHUNK):
        high = min(low + _CHUNK - 1, crowd.messages)
        async with engine.begin() as connection:
            await _said(connection, crowd, low, high, first=first, step=step, at=at)
            await _rare(connection, crowd, low, high, first=first, step=step, now_ms=now_ms)
    async with engine.begin() as connection:
        await _people(connection, crowd, first=first, step=step, now_ms=now_ms)
        await _names(connection)
        await connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
        for indexed in _INDEXED:
            index = next(i for i in indexed.indexes if str(i.name).endswith("_grams"))
            await connection.run_sync(index.create)
        await connection.exec_driver_sql(
            f"INSERT INTO talk_marks (name, \"position\") VALUES ('search', {crowd.now_id})"  # noqa: S608
        )
        await connection.exec_driver_sql("DROP TABLE bench_texts")
    async with attribute_indexes.indexing(engine) as free:
        await free.exec_driver_sql("VACUUM ANALYZE")


async def _pool(connection: AsyncConnection) -> None:
    dice = random.Random(20)
    parts = (_OPENINGS, _THINGS, _DETAILS, _ENDINGS)
    texts = ["".join(dice.choice(part) for part in parts) for _ in range(_POOL)]
    await connection.exec_driver_sql(
        "CREATE UNLOGGED TABLE bench_texts (n int PRIMARY KEY, text text, grams int[])"
    )
    await _copy(
        connection, "bench_texts", [(n, text, grams(text)) for n, text in enumerate(texts)]
    )


async def _said(
    connection: AsyncConnection,
    crowd: Crowd,
    low: int,
    high: int,
    *,
    first: int,
    step: int,
    at: str,
) -> None:
    """Let a piece of the messages be said, but for the rare ones."""
    author = "CASE WHEN i % 10 < 5 THEN 'friend' WHEN i % 10 < 8 THEN 'bot' ELSE '1' END"
    rows = (
        f"FROM generate_series({low}::bigint, {high}) i "
        f"JOIN bench_texts t ON t.n = i * 7919 % {_POOL} WHERE i % {_NUMBERED} <> 0"
    )
    identity = f"{first} + i * {step}"
    days = f"(((({identity}) >> 12) / {4 * 86_400 * 1_000_000})::int << 16)"
    await connection.exec_driver_sql(
        "INSERT INTO talk_messages (id, friend_id, author, kind, text, at) "
        f"SELECT {identity}, i % {crowd.friends} + 1, {author}, 'text', t.text, {at} {rows}"
    )
    await connection.exec_driver_sql(
        f"INSERT INTO talk_search (id, grams) SELECT {identity}, "  # noqa: S608 - our own numbers
        f"ARRAY(SELECT {days} | g FROM unnest(t.grams) g) {rows} AND ({author}) <> 'bot'"
    )


async def _rare(
    connection: AsyncConnection,
    crowd: Crowd,
    low: int,
    high: int,
    *,
    first: int,
    step: int,
    now_ms: int,
) -> None:
    messages, search = [], []
    for i in range(low + -low % _NUMBERED, high + 1, _NUMBERED):
        words = f"注文番号は{crowd.order(i)}です"
        if i % _PHRASED == 0:
            words = f"{RARE_PHRASE}はどこにありますか"
        number = first + i * step
        at = now_ms - (crowd.messages - i) * int(_SPAN.total_seconds() * 1e3) // crowd.messages
        messages.append(
            (number, i % crowd.friends + 1, "friend", "text", words, None, at, None, None)
        )
        search.append((number, placed(grams(words), period(number))))
    await _copy(connection, "talk_messages", messages)
    await _copy(connection, "talk_search", search)


async def _people(
    connection: AsyncConnection, crowd: Crowd, *, first: int, step: int, now_ms: int
) -> None:
    numbers = f"FROM generate_series(1::bigint, {crowd.friends}) i"
    last = f"({first} + ({crowd.messages} - {crowd.friends} + i - 1) * {step})"
    tags = (
        """CASE WHEN i % 5000 = 0 THEN '["vip"]' WHEN i % 50 = 0 THEN '["care"]' """
        """WHEN i % 10 < 3 THEN '["regular"]' ELSE '[]' END::jsonb"""
    )
    state = (
        "CASE WHEN i % 100 < 2 THEN 'open' WHEN i % 100 < 5 THEN 'in_progress' "
        "WHEN i % 100 < 6 THEN 'snoozed' ELSE 'done' END"
    )
    waits = f"CASE WHEN i % 100 < 2 THEN {now_ms} - i % 86400 * 1000 END"
    rows = {
        "people (id, attributes, tags, created_at, version)": (
            f"-i, {_known()}, {tags}, {now_ms}, 1"
        ),
        "friends (id, user_id, person_id, state, followed_at, version)": (
            f"i, 'U' || i, -i, 'friend', {now_ms}, 1"
        ),
        "profiles (user_id, display_name, fetched_at)": f"'U' || i, '友だち' || i, {now_ms}",
        (
            "conversations (friend_id, state, staff_id, shop_key, opened_at, waiting_since, "
            "last_at, last_id, heard_id, seen_id, misses, queue_key, touched, version)"
        ): (
            f"i, {state}, CASE WHEN i % 100 BETWEEN 1 AND 4 THEN i % 200 + 1 END, "
            f"'shop-' || i / 100 % {SHOPS}, {now_ms}, {waits}, {now_ms}, {last}, {last}, "
            f"CASE WHEN i % 3 = 0 THEN 0 ELSE {last} END, 0, "
            f"COALESCE({waits}, 1000000000000000 + {now_ms} - i), {last}, 1"
        ),
    }
    for table, values in rows.items():
        await connection.exec_driver_sql(f"INSERT INTO {table} SELECT {values} {numbers}")


async def _names(connection: AsyncConnection) -> None:
    """Write down by what names they are found, as the bot does with each name it hears."""
    for table, query, called in (
        ("profile_names", "SELECT user_id, display_name FROM profiles", lambda name: [name]),
        (
            "person_names",
            "SELECT id, attributes FROM people",
            lambda told: names.called(document(told)),
        ),
    ):
        rows = (tuple(row) for row in await connection.exec_driver_sql(query))
        found = [names.row(key, called(value)) for key, value in rows]
        await _copy(connection, table, [row for row in found if row[1]])


def _known() -> str:
    """Return what half of the people have told: a name, its reading, and how to reach them."""
    family, given = (f"i % {len(_FAMILIES)} + 1", f"i / {len(_FAMILIES)} % {len(_GIVEN)} + 1")
    names = (
        f"(ARRAY{[one for one, _ in _FAMILIES]})[{family}] || ' ' || "
        f"(ARRAY{[one for one, _ in _GIVEN]})[{given}]"
    )
    readings = (
        f"(ARRAY{[one for _, one in _FAMILIES]})[{family}] || ' ' || "
        f"(ARRAY{[one for _, one in _GIVEN]})[{given}]"
    )
    return (
        f"CASE WHEN i % 2 = 0 THEN jsonb_build_object('name', {names}, 'name_kana', {readings}, "
        "'phone', '+8190' || lpad((i / 4 * 104729 % 100000000)::text, 8, '0'), "
        "'email', 'friend-' || i / 6 || '@example.com', 'birth_date', '1990-04-01') "
        "ELSE '{}'::jsonb END"
    )


async def _copy(connection: AsyncConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open has one
    await driver.copy_records_to_table(table, records=rows)
