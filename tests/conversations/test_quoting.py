"""Quotes, both ways: what staff and friends point back to."""

import pytest

from bot.conversations import quoting
from bot.conversations.quoting import NoQuoteError
from bot.emulator.phone import Phone
from bot.inbox import housekeeping
from bot.line.messages import text
from bot.postbacks import AskStaff
from bot.resources import ENGINE
from tests.conversations.support import asks, colleague, friend_id, now_of, page, say
from tests.support import Shop


async def token(shop: Shop, mei: Phone, message_id: int) -> str:
    whose = await friend_id(shop, mei)
    async with shop.app[ENGINE].begin() as connection:
        return await quoting.token_of(connection, whose, message_id)


async def test_staff_quote_a_friend_and_the_friend_quotes_staff(shop: Shop) -> None:
    sato, mei = await colleague(shop), await asks(shop, words="白いのはありますか")
    (asked,) = [m for m in await page(shop, mei) if m.text == "白いのはありますか"]
    assert asked.is_quotable
    quote = {**text("こちらです"), "quoteToken": await token(shop, mei, asked.message_id)}
    await say(shop, mei, sato, [text("はい"), quote])
    await shop.settle()
    said = [item for item in await mei.timeline() if item["direction"] == "in"][-1]
    ours = (await mei.timeline())[-1]
    assert (ours["message"]["text"], ours["quotedMessageId"]) == ("こちらです", said["id"])
    answer = (await page(shop, mei))[-1]
    assert answer.is_quotable
    assert answer.parts[1]["quoted"]["text"] == "白いのはありますか"
    await mei.sends({"type": "text", "text": "ありがとう", "quotedMessageId": ours["id"]})
    await shop.settle()
    thanks = (await page(shop, mei))[-1]
    assert thanks.parts[0]["quoted"]["id"] == answer.message_id
    assert thanks.parts[0]["quoted"]["author"] == str(sato.staff_id)
    await mei.unsends(said["id"])
    await shop.settle()
    assert (await page(shop, mei))[-2].parts[1]["quoted"]["kind"] == "unsent"
    with pytest.raises(NoQuoteError):
        await token(shop, mei, asked.message_id)


async def test_a_friend_quotes_the_bot_and_staff_read_what(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.says("スタッフに相談")
    await shop.settle()
    greeting, told = [item for item in await mei.timeline() if item["direction"] == "out"]
    for quoted in (greeting, told):
        await mei.sends({"type": "text", "text": "これは？", "quotedMessageId": quoted["id"]})
    await mei.sends({"type": "text", "text": "前の", "quotedMessageId": "99"})
    await shop.settle()
    asked = [m.parts[0]["quoted"] for m in (await page(shop, mei))[-3:]]
    assert [quoted.get("author") for quoted in asked] == ["bot", "bot", None]
    assert asked[0]["text"] == greeting["message"]["altText"]
    assert asked[1]["text"] == told["message"]["text"][:80]


async def test_what_was_said_in_a_talk_is_quoted_long_after_and_to_the_bot_for_a_week(
    shop: Shop,
) -> None:
    mei = await shop.friend("Mei")
    await mei.says("ボットさん")
    await mei.postback(AskStaff().encode())
    await shop.settle()
    await mei.says("店員さん")
    await shop.settle()

    async def quotable() -> list[str | None]:
        return [m.text for m in await page(shop, mei) if m.author == "friend" and m.is_quotable]

    assert await quotable() == ["ボットさん", "店員さん"]
    await shop.advance(8 * 24 * 60 * 60)
    async with shop.app[ENGINE].begin() as connection:
        await housekeeping.erase(connection, content=now_of(shop), rows=now_of(shop))
    assert await quotable() == ["店員さん"]
    (last,) = [m for m in await page(shop, mei) if m.text == "店員さん"]
    assert await token(shop, mei, last.message_id)
