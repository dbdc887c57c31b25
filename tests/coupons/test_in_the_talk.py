"""Coupons in the talk, from the list to the way to the till."""

import pytest

from bot import content, keys
from bot.resources import USE_CASE
from tests.coupons.support import campaign
from tests.flows.support import deliver, event, texts, words_of
from tests.support import NOON, Shop

WALLET = content.wallet()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_friend_takes_a_coupon_and_sees_it_again(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback("action=coupon.claim&campaign=first_hundred_loaves")
    await shop.settle()
    first = words_of((await mei.sees())[-1])
    assert WALLET.coupons.received in first
    assert "300円以上で100円引き" in first
    assert WALLET.coupons.how in first
    await mei.says("食パン")
    await shop.settle()
    assert WALLET.coupons.is_held in words_of((await mei.sees())[-1])
    assert await shop.sql("SELECT count(*) FROM coupons") == [(1,)]
    await mei.postback("action=coupon.list")
    await shop.settle()
    bubbles = (await mei.sees())[-1]["contents"]["contents"]
    assert WALLET.coupons.held in words_of(bubbles[0])
    assert [WALLET.coupons.offered in words_of(bubble) for bubble in bubbles[1:]] == [True, True]


async def test_a_coupon_that_is_given_cannot_be_asked_for(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback("action=coupon.claim&campaign=welcome_drink")
    await mei.postback("action=coupon.claim&campaign=no_such")
    await mei.postback("action=coupon.show&coupon_id=1")
    await shop.settle()
    assert (await texts(mei))[-3:] == [WALLET.coupons.unknown] * 3


async def test_a_greeting_brings_its_coupon_once_in_a_lifetime(shop: Shop) -> None:
    gift = campaign(key="gift", title="ようこそ", visibility="hidden", greets=True)
    async with shop.app[USE_CASE]() as unit:
        await shop.app[keys.COUPONS].campaigns.store(unit.connection, gift, now=NOON)
    mei = await shop.friend("Mei")
    assert len(await mei.sees()) == 2
    assert f"{WALLET.coupons.received} ようこそ" in await texts(mei)
    await mei.unfollow()
    await mei.follow()
    await shop.settle()
    assert len(await mei.sees()) == 3  # welcomed back, without another one
    assert await shop.sql("SELECT campaign, blocked_at FROM coupons") == [
        ("gift", int(NOON.timestamp() * 1000))
    ]
    assert {item["billed"] for item in await mei.timeline() if item["direction"] == "out"} == {0}


async def test_coupons_for_everybody_are_handed_out_and_listed_in_one_breath(shop: Shop) -> None:
    """Claims and questions of many friends come in one webhook, and each finds their own."""
    gift = campaign(key="gift", title="みなさまへ", limit={"per_person": 2})
    async with shop.app[USE_CASE]() as unit:
        await shop.app[keys.COUPONS].campaigns.store(unit.connection, gift, now=NOON)
    friends = [await shop.friend(name) for name in ("Mei", "Ren", "Yui")]
    claim, look = "action=coupon.claim&campaign=gift", "action=coupon.list"
    taps = [
        event(shop, "postback", friend, postback={"data": data})
        for friend in friends
        for data in (claim, claim, look)
    ]
    assert await deliver(shop, *taps, *taps) == 200  # LINE delivers it twice
    await shop.settle()
    for friend in friends:
        received, held, listed = (await friend.sees())[-3:]
        assert WALLET.coupons.received in words_of(received)
        assert WALLET.coupons.is_held in words_of(held)
        first = words_of(listed["contents"]["contents"][0])
        assert "みなさまへ" in first
        assert WALLET.coupons.held in first
    assert await shop.sql("SELECT ordinal, count(*) FROM coupons GROUP BY ordinal") == [(1, 3)]
    told = await shop.sql("SELECT count(*) FROM domain_events WHERE kind = 'coupon.issued'")
    assert told == [(3,)]
