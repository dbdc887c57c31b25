"""A handler with a bug: its friend waits, everybody else is served, and a person can mend it."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable

import pytest

from bot.line.messages import Message, flex, text
from bot.routing import Answer, Context, Messages, Router
from bot.store import arrival
from bot.store.tables.friends import attribute_changes
from tests.conftest import OpenShop
from tests.flows.support import WORDS, deliver, enishi, environment, says, texts
from tests.support import Shop

#: Seconds after each attempt until the next one; after the last the event is given up.
RESTS = (1, 5, 30, 120, 600)
Bug = Callable[[Context], Awaitable[object]]


def fragile(bug: Bug, *, broken: list[bool] | None = None) -> Router:
    """A bot that echoes, but meets its bug whenever somebody says バグ."""
    router = Router("fragile")

    @router.message("text")
    async def say(ctx: Context) -> Messages:
        said = ctx.event["message"]["text"]
        if said.startswith("バグ") and (broken is None or broken[0]):
            await bug(ctx)
        return [text(said)]

    return Router("root", router)


def remember(ctx: Context, mood: object) -> None:
    """Write something about the person, as a handler would."""
    row = {"id": arrival.number(), "person_id": ctx.friend.person_id, "name": "mood"}
    row |= {"value": mood, "source": "test", "changed_at": ctx.now}
    ctx.unit.add(attribute_changes, row)


async def raises(_: Context) -> None:
    await asyncio.sleep(0)
    raise RuntimeError("a secret that a friend wrote")


async def raises_in_frozen_code(_: Context) -> None:
    os.environ["NOBODY_SET_THIS"]


async def learns_what_sql_refuses(ctx: Context) -> None:
    ctx.unit.defer(lambda c: c.exec_driver_sql("INSERT INTO members (person_id) VALUES (NULL)"))


async def learns_what_json_cannot_say(ctx: Context) -> None:
    remember(ctx, object())


BUGS = [raises, raises_in_frozen_code, learns_what_sql_refuses, learns_what_json_cannot_say]


async def attempt(shop: Shop, *, after: float = 0) -> None:
    await shop.advance(after)
    await shop.work()
    await shop.settle()


async def attempts(shop: Shop) -> int:
    ((count,),) = await shop.sql("SELECT COALESCE(max(attempts), 0) FROM inbox")
    return int(count)


@pytest.mark.parametrize("bug", BUGS)
async def test_a_bug_stops_only_the_friend_who_met_it(open_shop: OpenShop, bug: Bug) -> None:
    async with open_shop(root=fragile(bug)) as shop:
        mei, ken, aoi = [await shop.phone(name) for name in ("Mei", "Ken", "Aoi")]
        events = [says(shop, mei, "バグ"), says(shop, ken, "こんにちは", message_id="2")]
        events.append(says(shop, aoi, "やあ", message_id="3"))
        assert await deliver(shop, *events) == 200
        await shop.settle()
        assert await texts(ken) == ["こんにちは"]
        assert await texts(aoi) == ["やあ"]
        assert await texts(mei) == []
        assert await attempts(shop) == 1
        assert await shop.sql("SELECT count(*) FROM attribute_changes") == [(0,)]


async def test_what_the_friend_says_next_waits_its_turn(open_shop: OpenShop) -> None:
    broken = [True]
    async with open_shop(root=fragile(raises, broken=broken)) as shop:
        mei = await shop.phone("Mei")
        await mei.says("バグ")
        await shop.settle()
        await mei.says("あとで")
        await shop.settle()
        assert await texts(mei) == []
        broken[0] = False
        await attempt(shop, after=1)
        assert await texts(mei) == ["バグ", "あとで"]


async def test_an_event_is_tried_again_by_the_clock_and_then_given_up(
    open_shop: OpenShop,
) -> None:
    async with open_shop(root=fragile(raises)) as shop:
        mei = await shop.phone("Mei")
        await mei.says("バグ")
        await shop.settle()
        for number, seconds in enumerate(RESTS, start=1):
            await attempt(shop, after=seconds - 0.5)
            assert await attempts(shop) == number
            await attempt(shop, after=0.5)
        assert await shop.sql("SELECT attempts FROM dead_letters") == [(len(RESTS) + 1,)]
        await mei.says("もう大丈夫？")
        await shop.settle()
        assert await texts(mei) == ["もう大丈夫？"]


async def test_a_person_finds_reads_and_replays_what_was_given_up(open_shop: OpenShop) -> None:
    broken = [True]
    async with open_shop(root=fragile(raises, broken=broken)) as shop:
        env = environment(shop)
        mei = await shop.phone("Mei")
        await mei.says("バグ です")
        await shop.settle()
        for seconds in RESTS:
            await attempt(shop, after=seconds)
        code, listed = await enishi(env, "inbox", "list")
        assert code == 0
        assert "RuntimeError" in listed
        assert "a secret" not in listed  # an error's words may be a friend's
        found = re.search(r"^ +(\d+) .*message.*after 6 attempts", listed, re.MULTILINE)
        assert found
        code, shown = await enishi(env, "inbox", "show", found[1])
        assert (code, "バグ です" in shown) == (0, True)
        broken[0] = False
        assert await enishi(env, "inbox", "replay", found[1]) == (0, "1 back in the queue.\n")
        await attempt(shop)
        await mei.says("どうも")  # the token is long gone: the answer rides on this one
        await shop.settle()
        assert await texts(mei) == ["バグ です", "どうも"]
        assert (await enishi(env, "inbox", "replay", found[1]))[0] == 1


HUGE = flex("大きい", {"type": "bubble", "body": {"type": "box", "layout": "vertical",
            "contents": [{"type": "text", "text": "あ" * 2_000} for _ in range(20)]}})  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([text(str(number)) for number in range(6)], "has 6 messages"),
        ([text("あ" * 5_001)], "5001"),
        ([text("\U0001f363" * 2_501)], "5002"),
        ([HUGE], "bytes"),
        ([{"type": "text"}], "text"),
    ],
    ids=["six", "long", "sushi", "huge", "empty"],
)
async def test_an_answer_that_line_would_refuse_is_never_half_done(
    open_shop: OpenShop, answer: list[Message], error: str
) -> None:
    router = Router("root")

    @router.message("text")
    async def say(ctx: Context) -> Messages:
        remember(ctx, "good")
        return Answer(answer, pays=True)

    async with open_shop(root=router) as shop:
        mei = await shop.phone("Mei")
        await mei.says("こんにちは")
        await shop.settle()
        assert await texts(mei) == [WORDS.replies.failed]  # said while it is free
        ((found,),) = await shop.sql("SELECT error FROM dead_letters")
        assert error in found
        assert await shop.sql("SELECT count(*) FROM attribute_changes") == [(0,)]
        assert await shop.sql("SELECT count(*) FROM inbox") == [(0,)]


async def test_a_friend_is_told_when_the_last_attempt_fails_and_it_is_free(
    open_shop: OpenShop,
) -> None:
    """A redelivery gave the token a new life just before the event is given up."""
    async with open_shop(root=fragile(raises)) as shop:
        mei = await shop.phone("Mei")
        said = says(shop, mei, "バグ")
        assert await deliver(shop, said) == 200
        await shop.settle()
        for seconds in RESTS[:-1]:
            await attempt(shop, after=seconds)
        await shop.advance(RESTS[-1])
        shop.line.world.reply_tokens[said["replyToken"]].delivered_at = shop.line.clock.seconds()
        assert await deliver(shop, said | {"deliveryContext": {"isRedelivery": True}}) == 200
        await attempt(shop)
        assert await texts(mei) == [WORDS.replies.failed]


async def test_a_friend_who_changed_twice_keeps_what_went_well(open_shop: OpenShop) -> None:
    async with open_shop(root=fragile(raises)) as shop:
        mei = await shop.phone("Mei")
        events = [says(shop, mei, "ひとつ"), says(shop, mei, "バグ", message_id="2")]
        events.append(says(shop, mei, "みっつ", message_id="3"))
        assert await deliver(shop, *events) == 200
        await shop.settle()
        assert await texts(mei) == ["ひとつ"]
        assert await shop.sql("SELECT count(*) FROM inbox") == [(2,)]
