"""Asking for a person: the bot steps back, says when somebody answers, and comes back."""

from collections.abc import AsyncIterator

import pytest

from bot.postbacks import AskStaff, AskTurn, LeaveStaff, ShowHelp
from tests.conftest import OpenShop
from tests.flows.support import WORDS, texts
from tests.support import Shop

TALK = WORDS.talk
A_DAY = 24 * 60 * 60
OPEN = TALK.connecting.replace("{hours}", "8:00〜18:00")


@pytest.fixture
async def shop(open_shop: OpenShop) -> AsyncIterator[Shop]:
    """Thursday noon: the shop is open."""
    async with open_shop(publishes=False) as shop:
        await shop.advance(A_DAY)
        yield shop


async def colleague(shop: Shop, name: str = "佐藤") -> int:
    """Somebody who works here."""
    from bot.resources import ENGINE
    from bot.store import arrival
    from bot.store.tables.staff import staff

    staff_id = arrival.number()
    async with shop.app[ENGINE].begin() as connection:
        await connection.execute(
            staff.insert().values(
                id=staff_id, login=name, name=name, role="staff", generation=0,
                is_active=True, created_at=shop.line.clock.now(), version=1,
            )
        )  # fmt: skip
    return staff_id


async def test_who_asks_for_a_person_is_told_when_and_the_bot_steps_back(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback(AskStaff().encode())
    await shop.settle()
    await mei.says("サイズはありますか")
    await mei.sends({"type": "sticker"})
    await shop.settle()
    assert (await texts(mei))[1:] == [OPEN]
    assert await shop.sql("SELECT state FROM conversations") == [("open",)]


async def test_buttons_of_the_bot_work_on_while_staff_have_the_talk(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback(AskStaff().encode())
    await mei.postback(ShowHelp().encode())
    await shop.settle()
    assert (await texts(mei))[1:] == [OPEN, WORDS.help.alt_text]
    ((heard,),) = await shop.sql(
        "SELECT body FROM talk_messages WHERE kind = 'tap' AND body LIKE '%help.show%'"
    )
    assert "help.show" in heard


async def test_a_keyword_asks_for_a_person_and_a_story_does_not(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.says("昨日スタッフに相談したら" + "とても親切で、" * 10)
    await shop.settle()
    await mei.says("店員さんいますか")
    await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text, OPEN]


async def test_what_the_bot_does_not_understand_twice_goes_to_staff(shop: Shop) -> None:
    await colleague(shop)
    mei = await shop.friend("Mei")
    for words in ("まだ", "あの、まだでしょうか"):
        await mei.says(words)
        await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text, OPEN]
    ((by, reason),) = await shop.sql("SELECT by_whom, reason FROM conversation_changes")
    assert (by, reason) == ("bot", "misses")


async def test_a_tap_in_between_shows_that_the_friend_finds_the_way(shop: Shop) -> None:
    await colleague(shop)
    mei = await shop.friend("Mei")
    await mei.says("まだ")
    await mei.postback(ShowHelp().encode())
    await mei.says("まだ")
    await shop.settle()
    assert (await texts(mei))[-1] == WORDS.replies.unknown_text


async def test_without_staff_the_bot_hands_over_to_nobody(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    for _ in range(4):
        await mei.says("まだ")
        await shop.settle()
    assert (await texts(mei))[1:] == [WORDS.replies.unknown_text] * 4


async def test_out_of_hours_a_friend_hears_once_in_a_while_when_somebody_is_back(
    shop: Shop,
) -> None:
    await shop.advance(8 * 60 * 60)  # Thursday, 20:00
    mei = await shop.friend("Mei")
    await mei.postback(AskStaff().encode())
    await mei.says("急ぎではありません")
    await shop.settle()
    away = TALK.away.replace("{when}", "明日 8:00")
    assert (await texts(mei))[1:] == [away]
    await shop.advance(TALK.away_every_hours * 60 * 60)
    await mei.says("もう一つあります")
    await shop.settle()
    assert (await texts(mei))[1:] == [away, TALK.away.replace("{when}", "本日 8:00")]


async def test_who_waits_can_ask_how_long_and_who_has_waited_longer_is_before_them(
    shop: Shop,
) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    for phone in (mei, ken):
        await phone.postback(AskStaff().encode())
        await shop.settle()
        await shop.advance(60)
    for phone in (mei, ken):
        await phone.postback(AskTurn().encode())
    await shop.settle()
    assert (await texts(mei))[-1] == TALK.next_in_line
    assert (await texts(ken))[-1] == TALK.position.replace("{position}", "2")


async def test_who_changes_their_mind_has_the_bot_back(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await mei.postback(AskStaff().encode())
    await mei.postback(LeaveStaff().encode())
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[2:] == [TALK.left, WORDS.replies.unknown_text]
    await mei.postback(LeaveStaff().encode())
    await mei.postback(AskTurn().encode())
    await shop.settle()
    assert (await texts(mei))[-2:] == [TALK.ended] * 2
