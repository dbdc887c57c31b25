"""What colleagues say often, and how well friends are answered."""

from collections.abc import Sequence
from datetime import date

import pytest

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
from bot.conversations.figures import COLUMNS, as_row, figures
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
        await count_use(connection, own)
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
        nobody, somebody = await figures(connection, first=day, last=day, scope=Scope(None))
        assert await figures(connection, first=day, last=day, scope=SHIBUYA) == []
    assert (nobody.staff_id, nobody.asked) == (None, 1)
    assert dict(zip(COLUMNS, as_row(somebody), strict=True)) == {
        "day": day, "shop_key": None, "staff_id": sato.staff_id, "asked": 0,
        "first_answers": 1, "first_answer_seconds": 30, "closed": 1, "closed_seconds": 90,
        "free_answers": 1, "paid_answers": 1,
    }  # fmt: skip
    assert (somebody.mean_first_answer_seconds, somebody.mean_resolution_seconds) == (30, 90)
