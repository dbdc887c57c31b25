"""What colleagues say often, and how well friends are answered."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import keys
from bot.conversations.answering import Way
from bot.conversations.canned import (
    CannedReply,
    UnfitReplyError,
    count_use,
    remove,
    render,
    replies_for,
    save,
)
from bot.conversations.figures import COLUMNS, Waits, as_row, figures, together
from bot.conversations.overview import longest_waiting, spoken, waiting
from bot.resources import ENGINE
from bot.staff.model import Scope
from tests.conversations.support import asks, colleague, friend_id, now_of, say, use_case
from tests.support import Shop

SHIBUYA = Scope(frozenset({"shibuya"}))


def test_a_reply_is_made_out_to_a_friend_and_says_what_nobody_knows() -> None:
    reply = CannedReply(
        reply_id=1, staff_id=None, shop_key=None, title="ご案内",
        messages=("{お名前}さま、{店名}です", "{ポイント}pt、{お名前}さま"),
    )  # fmt: skip
    made = render(reply, {"お名前": "田中", "店名": "渋谷店", "ポイント": ""})
    assert made.messages == ("田中さま、渋谷店です", "{ポイント}pt、田中さま")
    assert made.undefined == ("ポイント",)


async def test_replies_are_shared_of_a_shop_or_ones_own(shop: Shop) -> None:
    async with shop.app[ENGINE].begin() as connection:

        async def keep(
            title: str, staff_id: int | None, shop_key: str | None = None,
            messages: Sequence[str] = ("はい",),
        ) -> int:  # fmt: skip
            return await save(
                connection, reply_id=None, staff_id=staff_id, shop_key=shop_key,
                title=title, messages=messages, now=now_of(shop),
            )  # fmt: skip

        await keep("みんな", None)
        ebisu, own = await keep("恵比寿", None, "ebisu"), await keep("わたし", 7)
        await count_use(connection, own, staff_id=7, scope=SHIBUYA)
        seen = await replies_for(connection, staff_id=7, scope=SHIBUYA)
        assert [reply.title for reply in seen] == ["わたし", "みんな"]
        assert not await remove(connection, own, staff_id=8)
        assert await remove(connection, ebisu, staff_id=None)
        for title, messages in (("", ["はい"]), ("空", [" "]), ("多", ["は"] * 6)):
            with pytest.raises(UnfitReplyError):
                await keep(title, 7, messages=messages)


async def test_figures_tell_waits_ends_and_what_was_paid(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await shop.advance(30)
    await say(shop, mei, sato, "はい")
    await shop.settle()
    await say(shop, mei, sato, "もう一つ", Way.PAID)
    await shop.settle()
    await shop.advance(60)
    whose = await friend_id(shop, mei)
    async with use_case(shop) as unit:
        await shop.app[keys.DESK].close(unit, whose, by=sato.staff_id, now=now_of(shop))
    async with shop.app[ENGINE].connect() as connection:
        day = date(2026, 4, 2)
        rows = await figures(connection, first=day, last=day, scope=Scope(None))
        assert await figures(connection, first=day, last=day, scope=SHIBUYA) == []
        now = await waiting(connection, scope=Scope(None))
        said = await spoken(connection, first=day, last=day, scope=Scope(None))
        before = await spoken(
            connection, first=date(2026, 4, 1), last=date(2026, 4, 1), scope=Scope(None)
        )
    nobody, somebody = rows
    assert (nobody.staff_id, nobody.asked) == (None, 1)
    assert dict(zip(COLUMNS, as_row(somebody, shop="", staff="佐藤"), strict=True)) == {
        "day": day, "shop": "", "staff": "佐藤", "asked": 0, "first_answers": 1,
        "first_answer_median_seconds": 30, "first_answer_p90_seconds": 30, "closed": 1,
        "resolution_median_seconds": 90, "resolution_p90_seconds": 90,
        "free_answers": 1, "paid_answers": 1,
    }  # fmt: skip
    assert together(rows, lambda _: "all")["all"].asked == 1
    assert now == {}
    assert (said.friends, said.staff, said.unanswered) == (1, 2, 0)
    assert said.bot >= 1
    assert (before.friends, before.bot) == (0, 0)


@given(st.lists(st.integers(0, 500), max_size=40), st.sampled_from([0.5, 0.9, 1.0]))
def test_a_share_of_waits_is_within_what_is_said_and_no_less_would_do(
    seconds: list[int], share: float
) -> None:
    waits = Waits(Counter(seconds))
    said = waits.within(share)
    if not seconds:
        assert said is None
        return
    assert said is not None
    assert sum(one <= said for one in seconds) >= share * len(seconds)
    assert sum(one < said for one in seconds) < share * len(seconds)


async def test_who_waits_is_counted_by_shop_and_a_request_nobody_answered(shop: Shop) -> None:
    sato = await colleague(shop)
    await asks(shop, "Mei")
    ken = await asks(shop, "Ken")
    whose = await friend_id(shop, ken)
    async with use_case(shop) as unit:
        desk = shop.app[keys.DESK]
        await desk.move(
            unit, whose, shop_key="shibuya", by=sato.staff_id, now=now_of(shop), reason=""
        )
    await shop.advance(60)
    day = date(2026, 4, 2)
    async with shop.app[ENGINE].connect() as connection:
        everywhere = await waiting(connection, scope=Scope(None))
        own = await waiting(connection, scope=SHIBUYA)
        longest = await longest_waiting(connection, scope=Scope(None), limit=5)
        said = await spoken(connection, first=day, last=day, scope=Scope(None))
    assert {key: (one.count, one.unassigned) for key, one in everywhere.items()} == {
        None: (1, 1), "shibuya": (1, 1),
    }  # fmt: skip
    assert list(own) == ["shibuya"]
    assert [talk.name for talk in longest] == ["Mei", "Ken"]
    assert said.unanswered == 2
