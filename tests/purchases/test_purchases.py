"""What people buy: recorded once, worth points and a rank, and taken back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.membership.ranks import RankRules, Ranks
from bot.points.actor import Actor
from bot.purchases import merging, repository
from bot.purchases.model import (
    ExternalIdReusedError,
    Item,
    NotReturnableError,
    Purchase,
    UnfitPurchaseError,
)
from bot.purchases.service import Purchases, Recorded
from bot.store import batch
from bot.store.engine import open_engine
from bot.store.tables.friends import people
from tests.points.support import KEN, MEI, POINTS, a_unit, assert_books_balance, sql
from tests.support import NOON

RANKS = Ranks(
    RankRules.model_validate(
        {
            "basis": "purchases",
            "months": 12,
            "ranks": [
                {"key": "regular", "name": "レギュラー", "from": 0},
                {"key": "gold", "name": "ゴールド", "from": 10_000, "times": 1.5},
            ],
        }
    )
)
PURCHASES = Purchases(POINTS, RANKS, reason="お買上げ")
TILL = Actor(staff_id=3, shop="ginza", device="till-1")
NOBODYS = {"attributes": {"name": "メイ"}, "tags": [], "created_at": NOON, "version": 1}
BREAD, CAKE = Item("bread", "食パン", 2, 400), Item("cake", "ケーキ", 1, 600)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(sqlite_url)
    yield engine
    await engine.dispose()


async def buy(
    engine: AsyncEngine,
    yen: int,
    *items: Item,
    number: str = "T-1",
    person: int = MEI,
    at: datetime = NOON,
) -> Recorded:
    async with a_unit(engine) as unit:
        return await PURCHASES.record(
            unit,
            person,
            external_id=number,
            amount_yen=yen,
            items=items,
            bought_at=at,
            actor=TILL,
            now=at,
        )


async def back(
    engine: AsyncEngine,
    bought: Recorded,
    yen: int | None = None,
    *,
    key: str = "r",
    **more: object,
) -> Purchase:
    async with a_unit(engine) as unit:
        return await PURCHASES.take_back(
            unit,
            bought.purchase.purchase_id,
            yen=yen,
            key=key,
            actor=TILL,
            reason="返品",
            now=NOON,
            **more,  # type: ignore[arg-type]
        )


async def known(engine: AsyncEngine) -> dict[str, Any]:
    """What is known of Mei."""
    async with engine.connect() as connection:
        found = await connection.scalar(select(people.c.attributes))
    return dict(found or {})


async def points(engine: AsyncEngine) -> int:
    async with a_unit(engine) as unit:
        return (await POINTS.balance(unit, MEI, now=NOON)).points


async def test_a_purchase_is_recorded_once_and_gives_points(engine: AsyncEngine) -> None:
    came = await asyncio.gather(*(buy(engine, 1_450, BREAD, CAKE) for _ in range(8)))
    assert {(each.points, each.purchase.purchase_id) for each in came} == {
        (14, came[0].purchase.purchase_id)
    }
    assert sum(each.is_new for each in came) == 1
    assert await points(engine) == 14
    assert await sql(engine, "SELECT sku, quantity FROM person_skus ORDER BY sku") == [
        ("bread", 2),
        ("cake", 1),
    ]
    async with engine.connect() as connection:
        total = await repository.summary(connection, MEI)
    assert (total.amount_yen, total.count, total.last_at) == (1_450, 1, NOON)
    with pytest.raises(ExternalIdReusedError):
        await buy(engine, 1_451)
    with pytest.raises(ExternalIdReusedError):
        await buy(engine, 1_450, person=KEN)
    await assert_books_balance(engine)


async def test_what_comes_back_takes_its_share_of_the_points(engine: AsyncEngine) -> None:
    bought = await buy(engine, 1_000, BREAD, CAKE)
    part = await back(engine, bought, 350, key="a", items=[CAKE])
    again = await back(engine, bought, 350, key="a", items=[CAKE])
    assert part.returned_yen == again.returned_yen == 350
    assert await points(engine) == 6
    with pytest.raises(NotReturnableError, match="650"):
        await back(engine, bought, 651, key="b")
    whole = await back(engine, bought, key="c")
    assert whole.cancelled_at == NOON
    assert await points(engine) == 0
    assert await sql(engine, "SELECT count(*) FROM person_skus") == [(0,)]
    assert await sql(engine, "SELECT amount_yen, count FROM purchase_summaries") == [(0, 0)]
    with pytest.raises(NotReturnableError):
        await back(engine, bought, key="d")
    await assert_books_balance(engine)


async def test_purchases_of_a_year_make_a_rank_that_multiplies_points(sqlite: AsyncEngine) -> None:
    first = await buy(sqlite, 10_000)
    assert first.points == 100
    later = NOON + timedelta(days=30)
    assert (await buy(sqlite, 990, number="T-2", at=later)).points == 14  # 9.9 x 1.5, down
    after = NOON + timedelta(days=366)
    assert await RANKS.refresh_due(sqlite, now=after) == 1
    assert await RANKS.refresh_due(sqlite, now=after) == 0
    assert (await buy(sqlite, 1_000, number="T-3", at=after)).points == 10
    assert await sql(sqlite, "SELECT before, after FROM rank_changes ORDER BY id") == [
        ("regular", "gold"),
        ("gold", "regular"),
    ]


async def test_segments_know_what_was_bought(engine: AsyncEngine) -> None:
    async with a_unit(engine) as unit:
        await batch.insert(unit.connection, people, [NOBODYS | {"id": MEI}])
    first = await buy(engine, 900, BREAD)
    second = await buy(engine, 600, CAKE, number="T-2", at=NOON + timedelta(days=1))
    assert await known(engine) == {
        "name": "メイ",
        "purchase.amount": 1_500,
        "purchase.count": 2,
        "purchase.last": "2026-04-02",
        "purchase.sku": ["bread", "cake"],
    }
    await back(engine, second)
    assert (await known(engine))["purchase.sku"] == ["bread"]
    await back(engine, first, key="s")
    assert await known(engine) == {"name": "メイ"}


async def test_a_return_takes_the_rank_too(sqlite: AsyncEngine) -> None:
    bought = await buy(sqlite, 10_000)
    await back(sqlite, bought, 1)
    async with a_unit(sqlite) as unit:
        standing = await RANKS.of(unit, MEI)
    assert (standing.rank.key, standing.missing) == ("regular", 1)
    assert standing.next_rank is not None


@pytest.mark.parametrize(
    ("yen", "item", "says"),
    [
        (-1, BREAD, "amount_yen"),
        (10_000_001, BREAD, "amount_yen"),
        (1, Item(""), "items.0.sku"),
        (1, Item("a", quantity=0), "items.0.quantity"),
        (1, Item("a", price_yen=-1), "items.0.price_yen"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_its_name(
    sqlite: AsyncEngine, yen: int, item: Item, says: str
) -> None:
    with pytest.raises(UnfitPurchaseError, match=says):
        await buy(sqlite, yen, item)
    assert await sql(sqlite, "SELECT count(*) FROM purchases") == [(0,)]


async def test_who_turns_out_to_be_one_is_ranked_by_everything_they_bought(
    sqlite: AsyncEngine,
) -> None:
    async with sqlite.begin() as connection:
        await batch.insert(connection, people, [NOBODYS | {"id": each} for each in (MEI, KEN)])
    await buy(sqlite, 6_000, BREAD)
    await buy(sqlite, 5_000, CAKE, number="T-2", person=KEN)
    async with a_unit(sqlite) as unit:
        merge_id = await merging.merge(unit, RANKS, MEI, KEN, source="cli", now=NOON)
    one = await known(sqlite)
    assert (one["purchase.amount"], one["purchase.sku"]) == (11_000, ["bread", "cake"])
    assert await ranks(sqlite) == {MEI: "gold"}
    async with a_unit(sqlite) as unit:
        assert await merging.undo(unit, RANKS, merge_id, source="cli", now=NOON) == KEN
    assert await ranks(sqlite) == {MEI: "regular", KEN: "regular"}
    async with sqlite.connect() as connection:
        found = await connection.execute(select(people.c.id, people.c.attributes))
        amounts = {row.id: row.attributes["purchase.amount"] for row in found}
    assert amounts == {MEI: 6_000, KEN: 5_000}


async def ranks(engine: AsyncEngine) -> dict[int, str]:
    found = await sql(engine, "SELECT person_id, rank FROM member_ranks")
    return {int(person): str(rank) for person, rank in found}
