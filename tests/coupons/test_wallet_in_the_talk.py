"""Card, points and stamps in the talk."""

import pytest

from bot import content, keys
from bot.membership.codes import Kind
from bot.membership.number import luhn
from bot.points.actor import Actor
from bot.postbacks import JoinMembers, ShowCard, ShowPoints, ShowStamps
from bot.resources import USE_CASE
from tests.flows.support import member, menu_of, texts, words_of
from tests.support import NOON, Shop

WALLET = content.wallet()
TILL = Actor(shop="ginza", device="till-1")
OLDER = "77" + "1234567"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def person_of(shop: Shop, user_id: str) -> int:
    query = "SELECT person_id FROM friends WHERE user_id = :user_id"
    return int((await shop.sql(query, user_id=user_id))[0][0])


async def test_the_card_says_rank_points_and_what_expires(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    person_id = await person_of(shop, mei.user_id)
    async with shop.app[USE_CASE]() as unit:
        await shop.app[keys.PURCHASES].record(
            unit,
            person_id,
            external_id="T-1",
            amount_yen=31_000,
            bought_at=NOON,
            actor=TILL,
            now=NOON,
        )
    await mei.postback(ShowCard().encode())
    await shop.settle()
    shown = words_of((await mei.sees())[-1])
    for words in (
        "シルバー",
        "310ポイント",
        "2027/4/30(金)に310ポイント失効",
        "あと69,000円でゴールド",
    ):
        assert words in shown
    await mei.taps(WALLET.card.show_points)
    await shop.settle()
    shown = words_of((await mei.sees())[-1])
    assert "+310" in shown
    assert WALLET.points.bought in shown


async def test_a_friend_joins_from_a_menu(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback(JoinMembers().encode())
    await mei.postback(JoinMembers().encode())
    await mei.postback(ShowPoints().encode())
    await shop.settle()
    assert WALLET.card.joined in await texts(mei)
    assert WALLET.points.nothing_yet in words_of((await mei.sees())[-1])
    assert await shop.sql("SELECT count(*) FROM members") == [(1,)]
    assert await shop.sql("SELECT kind FROM domain_events") == [("member.joined",)]
    assert await menu_of(mei) is not None


async def test_an_older_card_is_tied_to_one_member_alone(shop: Shop) -> None:
    number = OLDER + luhn(OLDER)
    mei, ken = await member(shop, "Mei"), await member(shop, "Ken")
    for phone in (mei, mei, ken):
        await phone.says(f"{number[:4]} {number[4:]}")
        await shop.settle()
        await phone.taps_quick_reply(WALLET.card.tie)
        await shop.settle()
    assert [WALLET.card.linked, WALLET.card.already] == [
        said for said in await texts(mei) if said in {WALLET.card.linked, WALLET.card.already}
    ]
    assert (await texts(ken))[-1] == WALLET.card.conflict
    holder, claims = await person_of(shop, mei.user_id), await person_of(shop, ken.user_id)
    assert await shop.sql("SELECT person_id, holder_id FROM card_conflicts") == [(claims, holder)]
    assert await shop.sql("SELECT person_id, number FROM member_cards") == [(holder, number)]


async def test_the_code_on_the_tablet_stamps_the_card_once(shop: Shop) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    code = shop.app[keys.CODES].make(Kind.VISIT, "ginza", now=NOON).payload
    await mei.says(code)
    await mei.says(code)
    await ken.says(code)
    await shop.settle()
    assert WALLET.stamps.stamped in await texts(mei)
    assert "15:00" in (await texts(mei))[-1]  # three hours after noon
    assert (await texts(ken))[-1] == WALLET.stamps.not_a_member
    await shop.advance(24 * 60 * 60)
    await mei.says(code)
    await mei.postback(ShowStamps().encode())
    await shop.settle()
    assert (await texts(mei))[-2] == WALLET.stamps.old_code
    assert "1/10" in words_of((await mei.sees())[-1])


async def test_a_receipt_waits_for_the_friends_next_word(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.says("食パン")
    await shop.settle()
    ((coupon_id,),) = await shop.sql("SELECT id FROM coupons")
    counter, person_id = shop.app[keys.COUNTER], await person_of(shop, mei.user_id)
    async with shop.app[USE_CASE]() as unit:
        coupon = await shop.app[keys.COUPONS].of(unit, person_id, coupon_id)
        code = counter.code(coupon, now=NOON)
        scanned = await counter.scan(unit, code.typed, actor=TILL, now=NOON)
        assert scanned.coupon == coupon
        used = await counter.use(unit, coupon_id, key="till-1:1", how="code", actor=TILL, now=NOON)
    await shop.settle()
    assert WALLET.coupons.receipt_alt not in await texts(mei)
    async with shop.app[USE_CASE]() as unit:
        await counter.undo(unit, used.redemption_id, reason="間違い", actor=TILL, now=NOON)
    await shop.settle()
    await mei.says("こんにちは")
    await shop.settle()
    said = await texts(mei)
    assert WALLET.coupons.receipt_alt in said
    assert WALLET.coupons.undone_alt in said
    assert {item["billed"] for item in await mei.timeline() if item["direction"] == "out"} == {0}


async def test_many_coupons_are_shown_a_page_at_a_time(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    person_id = await person_of(shop, mei.user_id)
    coupons = shop.app[keys.COUPONS]
    async with shop.app[USE_CASE]() as unit:
        for number in range(14):
            await coupons.issue(
                unit, person_id, "full_card", why=f"staff:{number}", now=NOON, is_earned=True
            )
    await mei.postback("action=coupon.list")
    await shop.settle()
    assert len((await mei.sees())[-1]["contents"]["contents"]) == 12
    await mei.taps(WALLET.coupons.more)
    await shop.settle()
    rest = (await mei.sees())[-1]["contents"]["contents"]
    assert len(rest) == 3 + len([c for c in coupons.campaigns if c.visibility == "public"])
