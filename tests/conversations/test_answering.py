"""Staff answer: free where LINE allows it, paid only by choice, and never twice."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot import keys
from bot.conversations.answering import NoFreeWayError, Way
from bot.conversations.model import SomeoneAnsweredError, State
from bot.conversations.paying import (
    BlockedError,
    NothingLeftError,
    NotWaitingError,
    PaidLimitError,
)
from bot.conversations.reading import Delivery
from bot.line.plans import plan_of
from bot.staff.rights import Role
from tests.conversations.support import (
    A_DAY,
    asks,
    colleague,
    friend_id,
    now_of,
    offer,
    page,
    say,
    talk_of,
    use_case,
)
from tests.flows.support import PUSH, REPLY, WORDS, billed, tell_line, texts, until
from tests.support import Shop


async def test_from_the_question_to_the_end_nothing_is_paid(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    shown = await offer(shop, mei, sato)
    assert shown.free_seconds == 57
    await shop.advance(20)
    assert (await offer(shop, mei, sato)).free_seconds == 37
    await say(shop, mei, sato, "Mサイズがございます")
    await shop.settle()
    assert (await texts(mei))[-1] == "Mサイズがございます"
    talk = await talk_of(shop, mei)
    assert (talk.state, talk.staff_id) == (State.IN_PROGRESS, sato.staff_id)
    answer = (await page(shop, mei))[-1]
    assert answer.staff_id == sato.staff_id
    assert (answer.delivery, answer.is_billed) == (Delivery.SENT, False)
    await mei.says("ありがとうございます")
    await shop.settle()
    whose = await friend_id(shop, mei)
    async with use_case(shop) as unit:
        await shop.app[keys.DESK].close(unit, whose, by=sato.staff_id, now=now_of(shop))
    await shop.settle()
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[-2:] == [WORDS.talk.ended, WORDS.replies.unknown_text]
    assert await billed(shop) == 0


async def test_two_colleagues_answer_at_once_and_the_second_is_told(shop: Shop) -> None:
    sato, suzuki = await colleague(shop), await colleague(shop, "鈴木")
    mei = await asks(shop)
    seen = (await page(shop, mei))[-1].message_id
    outcomes = await asyncio.gather(
        say(shop, mei, sato, "はい、ございます", seen_id=seen),
        say(shop, mei, suzuki, "はい、あります", seen_id=seen),
        return_exceptions=True,
    )
    await shop.settle()
    assert [type(o) for o in outcomes].count(SomeoneAnsweredError) == 1
    assert len(await texts(mei)) == 3  # the greeting, the bot's word, one answer
    with pytest.raises(NoFreeWayError):  # confirmed; but the token is used
        await say(shop, mei, suzuki, "はい、あります")


async def test_a_click_that_is_repeated_says_it_once(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    one = await say(shop, mei, sato, "はい", request_id="a")
    two = await say(shop, mei, sato, "はい", request_id="a")
    assert (one.message_id, two.is_repeat) == (two.message_id, True)
    await shop.settle()
    assert (await texts(mei))[2:] == ["はい"]


async def test_the_same_click_at_the_same_moment_says_it_once(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    seen = (await page(shop, mei))[-1].message_id
    said = await asyncio.gather(
        *(say(shop, mei, sato, "はい", request_id="a", seen_id=seen) for _ in range(5))
    )
    await shop.settle()
    assert [one.is_repeat for one in said].count(False) == 1
    assert (await texts(mei))[2:] == ["はい"]


async def test_a_token_that_died_is_told_and_paying_is_a_choice(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await shop.advance(58)
    with pytest.raises(NoFreeWayError):
        await say(shop, mei, sato, "はい")
    assert (await offer(shop, mei, sato)).free_until is None
    await say(shop, mei, sato, "お待たせしました", Way.PAID)
    await shop.settle()
    assert (await texts(mei))[-1] == "お待たせしました"
    answer = (await page(shop, mei))[-1]
    assert (answer.delivery, answer.is_billed) == (Delivery.SENT, True)
    assert await billed(shop) == 1


async def test_an_answer_whose_token_dies_on_its_way_waits_and_is_never_paid(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await shop.fault(REPLY, "status", status=400, times=1)  # what LINE says to a dead token
    await say(shop, mei, sato, "はい、ございます")
    await shop.settle()
    answer = (await page(shop, mei))[-1]
    assert (answer.delivery, answer.is_billed) == (Delivery.HELD, None)
    await mei.says("もしもし")
    await shop.settle()
    assert (await texts(mei))[-1] == "はい、ございます"
    assert [m.delivery for m in await page(shop, mei) if m.staff_id] == [Delivery.SENT]
    assert await shop.requests(PUSH) == []


async def test_what_waits_for_the_friend_rides_along_with_their_next_event(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await say(shop, mei, sato, "入荷しました", Way.NEXT)
    await say(shop, mei, sato, "お取り置きできます", Way.NEXT)
    await shop.settle()
    waiting = (await page(shop, mei))[-1]
    assert waiting.delivery is Delivery.HELD
    assert waiting.held_until == now_of(shop) + timedelta(days=30)
    assert (await offer(shop, mei, sato)).held == 2
    await shop.advance(3 * 24 * 60 * 60)
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[-2:] == ["入荷しました", "お取り置きできます"]
    assert await billed(shop) == 0


async def test_what_waited_in_vain_is_paid_only_where_somebody_said_so(shop: Shop) -> None:
    sato = await colleague(shop)
    mei, ken = await asks(shop, "Mei"), await asks(shop, "Ken")
    when = now_of(shop) + timedelta(hours=2)
    await say(shop, mei, sato, "急ぎます", Way.NEXT, push_at=when)
    await say(shop, ken, sato, "急ぎません", Way.NEXT, until=when)
    await shop.settle()
    await shop.advance(2 * 60 * 60 + 1)
    await due(shop)
    assert (await texts(mei))[-1] == "急ぎます"
    assert "急ぎません" not in await texts(ken)
    assert (await page(shop, mei))[-1].is_billed
    assert (await page(shop, ken))[-1].delivery is Delivery.EXPIRED
    assert await billed(shop) == 1


async def test_what_waits_or_was_lost_leaves_paid_once_somebody_says_so(shop: Shop) -> None:
    sato, mei = await colleague(shop), await asks(shop)
    whose = await friend_id(shop, mei)
    when = now_of(shop) + timedelta(hours=2)
    first = await say(shop, mei, sato, "入荷しました", Way.NEXT)
    second = await say(shop, mei, sato, "明日までです", Way.NEXT, until=when)
    await shop.settle()

    async def pay(message_id: int) -> None:
        async with use_case(shop) as unit:
            paying = shop.app[keys.ANSWERING].paying
            await paying.pay(unit, whose, message_id, staff=sato, now=now_of(shop))
        await shop.work()
        await shop.settle()

    await pay(first.message_id)
    assert (await texts(mei))[-1] == "入荷しました"
    with pytest.raises(NotWaitingError):  # a click that is repeated
        await pay(first.message_id)
    await shop.advance(2 * 60 * 60 + 1)
    await due(shop)
    assert (await page(shop, mei))[-1].delivery is Delivery.EXPIRED
    await pay(second.message_id)
    assert (await texts(mei))[-2:] == ["入荷しました", "明日までです"]
    assert [m.is_billed for m in await page(shop, mei) if m.staff_id] == [True, True]
    assert await billed(shop) == 2
    limit = WORDS.talk.paid_a_day.staff
    assert limit is not None
    assert (await offer(shop, mei, sato)).paid_left_today == limit - 2
    whose = await friend_id(shop, await asks(shop, "Ken"))
    with pytest.raises(NotWaitingError):  # that answer is in another talk
        await pay(first.message_id)


async def test_an_answer_of_which_nobody_knows_whether_it_arrived_asks_before_it_is_said_again(
    shop: Shop,
) -> None:
    sato, mei = await colleague(shop), await asks(shop)
    await shop.fault(REPLY, "status", status=500)
    before = len(await shop.requests(REPLY))
    said = await say(shop, mei, sato, "ございます")

    async def tried() -> bool:
        return len(await shop.requests(REPLY)) > before

    await until(tried)
    await shop.advance(61)
    await shop.settle()
    answer = (await page(shop, mei))[-1]
    assert (answer.delivery, answer.is_billed) == (Delivery.UNCERTAIN, False)
    paying, whose = shop.app[keys.ANSWERING].paying, await friend_id(shop, mei)
    async with use_case(shop) as unit:
        await paying.pay(unit, whose, said.message_id, staff=sato, now=now_of(shop))
    await shop.work()
    await shop.settle()
    answer = (await page(shop, mei))[-1]
    assert (answer.delivery, answer.is_billed) == (Delivery.SENT, True)
    assert (await texts(mei))[-1] == "ございます"


async def due(shop: Shop) -> None:
    """Let the clock do what is due."""
    from bot.app import SCHEDULER

    await shop.app[SCHEDULER].run_once()
    await shop.work()
    await shop.settle()


async def test_a_role_pays_so_often_a_day_and_from_midnight_on_again(shop: Shop) -> None:
    sato, boss = await colleague(shop), await colleague(shop, "店長", Role.OWNER)
    mei = await asks(shop)
    await shop.advance(60)
    limit = WORDS.talk.paid_a_day.staff
    assert limit is not None
    for number in range(limit):
        await say(shop, mei, sato, f"{number}", Way.PAID)
    shown = await offer(shop, mei, sato)
    assert (shown.paid_left_today, shown.can_pay) == (0, False)
    with pytest.raises(PaidLimitError):
        await say(shop, mei, sato, "もう一通", Way.PAID)
    assert (await offer(shop, mei, boss)).paid_left_today is None
    await say(shop, mei, boss, "店長です", Way.PAID)
    await shop.advance(12 * 60 * 60)
    assert (await offer(shop, mei, sato)).paid_left_today == limit


async def test_who_has_blocked_the_account_is_not_written_to(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await mei.unfollow()
    await shop.settle()
    assert not (await offer(shop, mei, sato)).can_pay
    with pytest.raises(BlockedError):
        await say(shop, mei, sato, "はい")


async def test_the_friend_sees_that_they_were_read_once_staff_answer_and_not_before(
    shop: Shop,
) -> None:
    shop.line.world.account.chat_mode = "chat"
    sato = await colleague(shop)
    mei = await asks(shop)
    whose, up_to = await friend_id(shop, mei), (await page(shop, mei))[-1].message_id
    async with use_case(shop) as unit:
        assert await shop.app[keys.DESK].see(unit, whose, up_to=up_to, now=now_of(shop))
    await shop.settle()
    assert await shop.requests("/v2/bot/chat/markAsRead") == []
    await say(shop, mei, sato, "はい")
    await shop.settle()
    (marked,) = await shop.requests("/v2/bot/chat/markAsRead")
    assert marked["status"] == 200


async def test_a_message_taken_back_is_masked_for_staff_too(shop: Shop) -> None:
    mei = await asks(shop)
    sent = await mei.says("まちがえました")
    await shop.settle()
    await mei.unsends(sent["messageId"])
    await shop.settle()
    gone = (await page(shop, mei))[-1]
    assert (gone.is_unsent, gone.text, gone.parts) == (True, None, ())
    assert await shop.sql("SELECT 1 FROM talk_messages WHERE text LIKE '%まちがえ%'") == []


async def test_what_became_of_a_message_outlives_the_outbox(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await say(shop, mei, sato, "無料で")
    await shop.settle()
    await say(shop, mei, sato, "有料で", Way.PAID)
    await shop.settle()
    await shop.fault(PUSH, "status", status=403, times=1)
    await say(shop, mei, sato, "だめでした", Way.PAID)
    await shop.settle()
    before = [(m.text, m.delivery, m.is_billed) for m in await page(shop, mei) if m.staff_id]
    for days in (29, 2):
        await shop.advance(days * A_DAY + 60)
        await due(shop)
    assert await shop.sql("SELECT 1 FROM outbox WHERE why LIKE 'staff:%'") == []
    after = [(m.text, m.delivery, m.is_billed) for m in await page(shop, mei) if m.staff_id]
    assert before == after
    assert [delivery for _, delivery, _ in after] == [
        Delivery.SENT,
        Delivery.SENT,
        Delivery.FAILED,
    ]


async def test_the_price_on_the_button_is_what_line_says_is_left(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    for quota, left, price, can_pay in (
        (200, 200, 0, True),
        (0, 0, None, False),
    ):
        await tell_line(shop, "quota", value=quota)
        await shop.advance(11 * 60)
        await due(shop)
        shown = await offer(shop, mei, sato)
        assert (shown.allowance.left, shown.allowance.price_yen) == (left, price)
        assert shown.can_pay is can_pay
    with pytest.raises(NothingLeftError):
        await say(shop, mei, sato, "はい", Way.PAID)


def test_past_what_a_plan_includes_each_message_has_its_price() -> None:
    today = date(2026, 11, 22)
    standard = plan_of(130_000, today)
    prices = [standard.price_of(used) for used in (29_999, 30_000, 79_999, 80_000)]
    assert prices == [0, Decimal("3.0"), Decimal("3.0"), Decimal("2.8")]
    assert plan_of(5_000, today).price_of(5_000) is None
    assert plan_of(200, today).name == "コミュニケーション"
