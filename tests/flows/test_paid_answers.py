"""Answers worth a push: billed once, counted before they leave, and only when nothing is free."""

from datetime import timedelta

import pytest

from tests.conftest import OpenShop
from tests.flows.support import (
    PUSH,
    REPLY,
    billed,
    deliver,
    echo,
    event,
    says,
    tell_line,
    texts,
    with_friends,
)
from tests.flows.test_free_answers import states, too_late
from tests.support import Shop

PAYS = echo(pays=True)
QUARTER = timedelta(minutes=15).total_seconds()


async def keys(shop: Shop) -> set[str]:
    return {call["retryKey"] for call in await shop.requests(PUSH)}


async def test_an_answer_goes_free_while_it_can(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.phone("Mei")
        await mei.says("こんにちは")
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["こんにちは"], 0)


async def test_an_answer_that_came_too_late_is_pushed_and_counted(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await too_late(shop, mei, "1")
        assert [(i["via"], i["billed"]) for i in await mei.timeline()] == [("push", 1)]
        assert await billed(shop) == 1
        assert None not in await keys(shop)
        assert await shop.sql("SELECT reason FROM ledger") == await shop.sql(
            "SELECT why FROM outbox WHERE kind = 'message'"
        )


@pytest.mark.parametrize(
    ("kind", "tries"),
    [("status", 2), ("reset", 1), ("accept-then-500", 2), ("accept-then-timeout", 1)],
)
async def test_a_push_that_stumbles_is_repeated_with_its_own_key(
    open_shop: OpenShop, kind: str, tries: int
) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await shop.fault(PUSH, kind, times=tries)
        await too_late(shop, mei, "1")
        assert (await texts(mei), await billed(shop)) == (["1"], 1)
        assert len(await keys(shop)) == 1
        assert await states(shop) == ["sent"]
        if kind == "accept-then-500":
            assert [call["status"] for call in await shop.requests(PUSH)][-1] == 409


async def test_going_too_fast_slows_the_bot_down_and_loses_nothing(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
        await shop.fault(PUSH, "status", status=429, times=3)
        events = [says(shop, mei, "1"), says(shop, ken, "2", message_id="k")]
        await shop.advance(61)
        assert await deliver(shop, *events) == 200
        await shop.settle()
        assert (await texts(mei), await texts(ken)) == (["1"], ["2"])
        assert await billed(shop) == 2


async def test_at_the_months_limit_a_push_waits_off_the_bill(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await tell_line(shop, "quota", value=0)
        await too_late(shop, mei, "1")
        assert (await texts(mei), await states(shop)) == ([], ["parked"])
        assert await billed(shop) == 0
        await tell_line(shop, "quota", value=5)
        await shop.advance(QUARTER)
        await shop.work()
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["1"], 1)


async def test_a_wrong_token_parks_a_push_until_it_is_mended(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await shop.fault(PUSH, "status", status=401, times=1)
        await too_late(shop, mei, "1")
        assert (await states(shop), await billed(shop)) == (["parked"], 0)
        await shop.advance(QUARTER)
        await shop.work()
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["1"], 1)


async def test_a_push_that_line_refuses_costs_nothing_and_is_shown(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await shop.fault(PUSH, "status", status=403, times=1)
        await too_late(shop, mei, "1")
        assert (await states(shop), await billed(shop)) == (["failed"], 0)
        (refused,) = await shop.requests(PUSH)
        kept = await shop.sql("SELECT status, request_id FROM outbox WHERE state = 'failed'")
        assert kept == [(403, refused["requestId"])]


async def test_what_waits_for_the_month_goes_free_when_the_friend_writes(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await tell_line(shop, "quota", value=0)
        await too_late(shop, mei, "1")
        await tell_line(shop, "quota", value=5)
        await mei.says("2")
        await shop.settle()
        await shop.advance(QUARTER)
        await shop.work()
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["1", "2"], 0)


async def test_two_answers_that_came_too_late_together_are_one_push(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        events = [says(shop, mei, words, message_id=words) for words in ("1", "2")]
        await shop.advance(21 * 60)  # no redelivery revives a token of this age
        assert await deliver(shop, *events) == 200
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["1", "2"], 1)
        assert await shop.requests(REPLY) == []


async def test_two_pushes_that_waited_for_the_month_leave_as_one(open_shop: OpenShop) -> None:
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await tell_line(shop, "quota", value=0)
        await too_late(shop, mei, "1")
        await too_late(shop, mei, "2")
        await tell_line(shop, "quota", value=5)
        await shop.advance(QUARTER)
        await shop.work()
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["1", "2"], 1)


async def test_a_friend_who_blocked_is_not_pushed(open_shop: OpenShop) -> None:
    async with open_shop(root=with_friends(PAYS)) as shop:
        mei = await shop.friend("Mei")
        said = says(shop, mei, "1")
        await mei.unfollow()
        await shop.settle()
        await shop.advance(61)
        assert await deliver(shop, said) == 200
        await shop.settle()
        assert (await shop.requests(PUSH), await billed(shop)) == ([], 0)
        ((why,),) = await shop.sql("SELECT error FROM outbox WHERE state = 'failed'")
        assert "blocked" in why


async def test_a_block_that_is_told_too_late_is_taken_off_the_bill(open_shop: OpenShop) -> None:
    async with open_shop(root=with_friends(PAYS)) as shop:
        mei = await shop.friend("Mei")
        await shop.advance(1)
        said, parted = says(shop, mei, "1"), event(shop, "unfollow", mei)
        await tell_line(shop, f"users/{mei.user_id}", state="blocked")
        await shop.advance(61)
        assert await deliver(shop, said) == 200
        await shop.settle()
        assert [call["status"] for call in await shop.requests(PUSH)] == [200]
        assert len(await texts(mei)) == 1  # the greeting alone
        assert await deliver(shop, parted) == 200
        await shop.settle()
        assert await billed(shop) == 0


async def test_an_earlier_push_stays_on_the_bill_when_the_friend_blocks(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=with_friends(PAYS)) as shop:
        mei = await shop.friend("Mei")
        await too_late(shop, mei, "1")
        await shop.advance(1)
        await mei.unfollow()
        await shop.settle()
        assert await billed(shop) == 1


async def test_a_push_belongs_to_the_month_in_which_line_bills_it(open_shop: OpenShop) -> None:
    """The month changes at midnight in Tokyo, nine hours before it does in UTC."""
    async with open_shop(root=PAYS) as shop:
        mei = await shop.friend("Mei")
        await shop.advance(timedelta(days=29, hours=11, minutes=57).total_seconds())
        for words, used in (("1", 1), ("2", 2), ("3", 1)):
            await too_late(shop, mei, words)  # a minute later each time
            assert await billed(shop) == used
        assert await months(shop) == ["2026-04", "2026-05"]


async def months(shop: Shop) -> list[str]:
    return [row[0] for row in await shop.sql("SELECT DISTINCT month FROM ledger ORDER BY month")]
