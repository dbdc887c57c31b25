"""LINE may tell late of a block or a return: the latest of them counts, and the bill follows."""

import pytest

from bot.friends.model import Friendship
from tests.conftest import OpenShop
from tests.flows.support import PUSH, Json, deliver, echo, event, says, until, with_friends
from tests.flows.test_free_answers import too_late
from tests.support import Shop

PAYS = with_friends(echo(pays=True))
COUNTED = "SELECT count(*) FROM ledger WHERE voided_at IS NULL"


def at(seconds: int, happened: Json) -> Json:
    """Let an event have happened so many seconds from now."""
    return {**happened, "timestamp": happened["timestamp"] + seconds * 1000}


async def state(shop: Shop) -> Friendship:
    [(found,)] = await shop.sql("SELECT state FROM friends")
    return Friendship(found)


@pytest.mark.parametrize(
    ("last", "wanted"), [("follow", Friendship.FRIEND), ("unfollow", Friendship.BLOCKED)]
)
async def test_the_latest_counts_whatever_is_told_after_it(
    shop: Shop, last: str, wanted: Friendship
) -> None:
    mei = await shop.friend("Mei")
    await shop.advance(100)
    latest = at(-10, event(shop, last, mei))
    block, back = at(-30, event(shop, "unfollow", mei)), at(-20, event(shop, "follow", mei))
    for happened in (latest, block, back):
        await deliver(shop, happened)
        await shop.settle()
    assert await state(shop) is wanted


async def test_a_return_is_not_forgotten_for_an_older_one(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await shop.advance(100)
    happened = [
        at(-10, event(shop, "follow", mei)),
        at(-40, event(shop, "follow", mei)),
        at(-20, event(shop, "unfollow", mei)),
    ]
    for each in happened:
        await deliver(shop, each)
        await shop.settle()
    assert await state(shop) is Friendship.FRIEND


async def test_a_push_after_the_return_is_billed_though_the_block_was_told_later(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        block, back = at(-20, event(shop, "unfollow", mei)), at(-10, event(shop, "follow", mei))
        await too_late(shop, mei, "1")
        assert await shop.sql(COUNTED) == [(1,)]
        await deliver(shop, block)
        await shop.settle()
        await deliver(shop, back)
        await shop.settle()
        assert await shop.sql(COUNTED) == [(1,)]


async def test_a_push_that_line_takes_after_the_return_is_billed_though_begun_before(
    open_shop: OpenShop,
) -> None:
    """The block and the return are told while the push is tried again and again."""
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        block, back = at(-20, event(shop, "unfollow", mei)), at(62, event(shop, "follow", mei))
        await shop.fault(PUSH, "delay", seconds=1.5, times=1)
        late = says(shop, mei, "1")
        await shop.advance(61)
        await deliver(shop, late)

        async def is_under_way() -> bool:
            return await shop.sql(COUNTED) == [(1,)]

        await until(is_under_way)
        await deliver(shop, block)
        await until_open_events_are_handled(shop)
        await shop.advance(2)
        await deliver(shop, back)
        await shop.settle()
        assert await shop.sql(COUNTED) == [(1,)]


async def until_open_events_are_handled(shop: Shop) -> None:
    async def none_open() -> bool:
        return await shop.sql("SELECT count(*) FROM inbox") == [(0,)]

    await until(none_open)
