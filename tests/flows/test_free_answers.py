"""Replies are free and work once: an answer arrives exactly once, or a person is told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import SCHEDULER
from bot.emulator.phone import Phone
from bot.line.messages import text
from bot.routing import Context, Messages, Router
from tests.conftest import OpenShop
from tests.flows.support import (
    PUSH,
    REPLY,
    billed,
    deliver,
    echo,
    enishi,
    environment,
    says,
    texts,
    until,
)
from tests.support import Shop

MESSAGES = "SELECT state FROM outbox WHERE kind = 'message' ORDER BY id"


async def too_late(shop: Shop, phone: Phone, *words: str) -> None:
    """Let LINE take so long to deliver that the reply tokens are dead on arrival."""
    events = [says(shop, phone, each, message_id=f"late{each}") for each in words]
    await shop.advance(61)
    assert await deliver(shop, *events) == 200
    await shop.settle()


async def states(shop: Shop) -> list[str]:
    return [state for (state,) in await shop.sql(MESSAGES)]


@pytest.mark.parametrize("kind", ["status", "reset", "accept-then-500"])
async def test_an_answer_arrives_once_though_line_stumbles(open_shop: OpenShop, kind: str) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        await shop.fault(REPLY, kind, times=1)
        await mei.says("こんにちは")
        await shop.settle()
        assert await texts(mei) == ["こんにちは"]
        assert await shop.sql(
            "SELECT state, via, attempts FROM outbox WHERE kind = 'message'"
        ) == [("sent", "reply", 2)]
        assert len(await shop.requests(REPLY)) == 2


async def test_an_answer_that_arrived_without_a_word_of_line_is_not_said_again(
    open_shop: OpenShop,
) -> None:
    """LINE took it and never answered; the second try hears that the token was used."""
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        await shop.fault(REPLY, "accept-then-timeout", times=1)
        await mei.says("こんにちは")
        await shop.settle()
        assert await texts(mei) == ["こんにちは"]
        assert await states(shop) == ["sent"]


async def test_what_came_too_late_rides_on_the_next_answer(open_shop: OpenShop) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        await too_late(shop, mei, "1")
        assert (await texts(mei), await states(shop)) == ([], ["held"])
        await mei.says("2")
        await shop.settle()
        assert await texts(mei) == ["1", "2"]
        assert [len(call["body"]["messages"]) for call in await shop.requests(REPLY)] == [1, 2]
        assert await states(shop) == ["packed", "sent"]
        assert await billed(shop) == 0


async def test_it_also_rides_on_an_event_that_needs_no_answer(open_shop: OpenShop) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        await too_late(shop, mei, "1")
        await mei.follow()
        await shop.settle()
        assert await texts(mei) == ["1"]


async def test_no_more_than_five_bubbles_ride_together_and_none_is_lost(
    open_shop: OpenShop,
) -> None:
    router = Router("root")

    @router.message("text")
    async def twice(ctx: Context) -> Messages:
        said = ctx.event["message"]["text"]
        return [text(said), text(said)]

    async with open_shop(root=router) as shop:
        mei = await shop.phone("Mei")
        await too_late(shop, mei, "1", "2", "3")
        for words in ("4", "5"):
            await mei.says(words)
            await shop.settle()
        assert await texts(mei) == list("11442255")
        await mei.says("6")
        await shop.settle()
        assert (await texts(mei))[-4:] == list("3366")


async def test_a_full_answer_that_waits_leaves_piece_by_piece(open_shop: OpenShop) -> None:
    router = Router("root")

    @router.message("text")
    async def at_length(ctx: Context) -> Messages:
        return [text(sign) for sign in ctx.event["message"]["text"]]

    async with open_shop(root=router) as shop:
        mei = await shop.phone("Mei")
        await too_late(shop, mei, "12345")
        for words in "ab":
            await mei.says(words)
            await shop.settle()
        assert await texts(mei) == list("1234a5b")


async def test_another_friend_takes_nothing_that_waits_for_mei(open_shop: OpenShop) -> None:
    async with open_shop(root=echo()) as shop:
        mei, ken = await shop.phone("Mei"), await shop.phone("Ken")
        await too_late(shop, mei, "1")
        await ken.says("2")
        await shop.settle()
        assert (await texts(mei), await texts(ken)) == ([], ["2"])


async def test_what_nobody_came_for_in_a_day_is_given_up(open_shop: OpenShop) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        await too_late(shop, mei, "1")
        await shop.advance(timedelta(days=1).total_seconds())
        await shop.app[SCHEDULER].run_once()
        assert await states(shop) == ["expired"]
        await mei.says("2")
        await shop.settle()
        assert await texts(mei) == ["2"]


async def test_an_answer_that_line_refuses_is_shown_to_a_person(open_shop: OpenShop) -> None:
    async with open_shop(root=echo(pays=True)) as shop:
        mei = await shop.phone("Mei")
        await shop.fault(REPLY, "status", status=403, times=1)
        await mei.says("こんにちは")
        await shop.settle()
        (refused,) = await shop.requests(REPLY)
        code, listed = await enishi(environment(shop), "outbox", "list")
        assert code == 0
        assert "failed" in listed
        assert refused["requestId"] in listed
        assert await shop.requests(PUSH) == []


async def test_an_outcome_nobody_knows_is_never_pushed_but_asked_about(
    open_shop: OpenShop,
) -> None:
    """要確認: a person looks, and may send it again."""
    async with open_shop(root=echo(pays=True)) as shop:
        mei = await shop.friend("Mei")
        await shop.fault(REPLY, "status", status=500)
        await mei.says("こんにちは")

        async def tried() -> bool:
            return bool(await shop.requests(REPLY))

        await until(tried)
        await shop.advance(61)
        await shop.settle()
        assert await states(shop) == ["uncertain"]
        await shop.advance(timedelta(hours=2).total_seconds())
        await shop.work()
        assert (await shop.requests(PUSH), await billed(shop)) == ([], 0)

        ((number,),) = await shop.sql("SELECT id FROM outbox WHERE state = 'uncertain'")
        assert (await enishi(environment(shop), "outbox", "resend", str(number)))[0] == 0
        today = datetime.now(UTC) - shop.line.clock.now()
        await shop.advance(today.total_seconds() + 1)  # the command lives in the real present
        await shop.work()
        await shop.settle()
        assert (await texts(mei), await billed(shop)) == (["こんにちは"], 1)


async def test_a_token_that_died_unused_is_no_proof_that_its_answer_arrived(
    shop: Shop,
) -> None:
    """The webhook reached us half a minute late: its token is dead before we think so."""
    mei = await shop.friend("Mei")
    late = says(shop, mei, "こんにちは")
    await shop.advance(30)
    await shop.fault(REPLY, "reset")
    before = len(await shop.requests(REPLY))
    assert await deliver(shop, late) == 200

    async def tried() -> bool:
        return len(await shop.requests(REPLY)) > before

    await until(tried)
    await shop.advance(35)
    await shop.no_faults()
    await shop.settle()
    assert (await states(shop))[-1] == "uncertain"
    assert len(await texts(mei)) == 1  # the greeting


async def test_answers_and_questions_keep_their_order_while_line_is_slow(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.phone("Mei")
        await shop.fault(REPLY, "delay", seconds=0.4, times=1)
        for number in range(4):
            await mei.says(str(number))
        await shop.settle()
        assert await texts(mei) == ["0", "1", "2", "3"]
