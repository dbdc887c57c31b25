"""What staff and the clock do with a talk, but for answering."""

from datetime import timedelta
from typing import Any

import pytest

from bot import keys
from bot.app import SCHEDULER
from bot.conversations import reading
from bot.conversations.dealing import Dealing, set_absent
from bot.conversations.desk import UnfitNoteError
from bot.conversations.model import CannotError, SomeoneAnsweredError, State
from bot.emulator.phone import Phone
from bot.resources import ENGINE, USE_CASE
from bot.staff.rights import Role
from tests.conversations.support import (
    A_DAY,
    asks,
    colleague,
    friend_id,
    now_of,
    page,
    say,
    talk_of,
    use_case,
)
from tests.flows.support import WORDS, billed, texts
from tests.support import Shop

AN_HOUR = 60 * 60


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database: what is asked of it here is asked of both elsewhere."""
    return sqlite_url


async def does(shop: Shop, what: str, phone: Phone, **more: Any) -> Any:
    """Let the desk do something to a friend's talk."""
    whose = await friend_id(shop, phone)
    async with use_case(shop) as unit:
        return await getattr(shop.app[keys.DESK], what)(unit, whose, now=now_of(shop), **more)


async def due(shop: Shop) -> None:
    await shop.app[SCHEDULER].run_once()
    await shop.settle()


async def changes(shop: Shop, phone: Phone) -> list[tuple[str, str, str]]:
    whose = await friend_id(shop, phone)
    async with shop.app[ENGINE].connect() as connection:
        found = await reading.changes_of(connection, whose)
    return [(change.change, change.by_whom, change.reason) for change in found]


async def test_what_is_put_off_comes_back_in_time(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    until = now_of(shop) + timedelta(hours=2)
    await does(shop, "snooze", mei, until=until, by=sato.staff_id, reason="入荷まち")
    await shop.advance(AN_HOUR)
    await due(shop)
    assert (await talk_of(shop, mei)).state is State.SNOOZED
    await shop.advance(AN_HOUR)
    await due(shop)
    talk = await talk_of(shop, mei)
    assert (talk.state, talk.waiting_since) == (State.OPEN, until)
    assert await changes(shop, mei) == [
        ("asked", "friend", "button"),
        ("snoozed", str(sato.staff_id), "入荷まち"),
        ("woke", "clock", ""),
    ]


async def test_what_is_put_off_comes_back_when_the_friend_writes(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await does(shop, "snooze", mei, until=None, by=sato.staff_id)
    await mei.says("まだでしょうか")
    await shop.settle()
    assert (await talk_of(shop, mei)).state is State.OPEN
    assert len(await texts(mei)) == 2  # the bot keeps out of it


async def test_a_quiet_talk_ends_and_the_friend_hears_so_once_and_free(shop: Shop) -> None:
    sato = await colleague(shop)
    mei, ken = await asks(shop, "Mei"), await asks(shop, "Ken")
    await say(shop, mei, sato, "はい")
    await shop.settle()
    await shop.advance(WORDS.talk.ends_after_hours * AN_HOUR + 1)
    await due(shop)
    await due(shop)
    assert (await talk_of(shop, mei)).state is State.DONE
    assert (await talk_of(shop, ken)).state is State.OPEN  # who waits is not sent away
    await mei.says("こんにちは")
    await shop.settle()
    assert (await texts(mei))[-2:] == [WORDS.talk.ended, WORDS.replies.unknown_text]
    assert await billed(shop) == 0


async def test_who_is_there_gets_talks_in_turn(shop: Shop) -> None:
    sato = await colleague(shop, role=Role.ADMIN)
    suzuki = await colleague(shop, "鈴木", Role.ADMIN)
    yamamoto = await colleague(shop, "山本")  # of no shop: none of these talks is in view
    present = [yamamoto.staff_id, sato.staff_id, suzuki.staff_id]
    dealing = Dealing(shop.app[keys.DESK])
    phones = [await asks(shop, name) for name in ("Mei", "Ken", "Rin")]
    await dealing.deal(shop.app[USE_CASE], present, now=now_of(shop))
    first = [(await talk_of(shop, phone)).staff_id for phone in phones]
    assert first == [sato.staff_id, suzuki.staff_id, sato.staff_id]
    last = await asks(shop, "Aoi")
    dealt = await dealing.deal(shop.app[USE_CASE], present, now=now_of(shop))
    assert [talk.friend_id for talk in dealt] == [await friend_id(shop, last)]
    assert dealt[0].staff_id == suzuki.staff_id
    rin = await asks(shop, "Rin")
    async with use_case(shop) as unit:
        await set_absent(unit.connection, sato.staff_id, absent=True, now=now_of(shop))
    await dealing.deal(shop.app[USE_CASE], present, now=now_of(shop))
    assert (await talk_of(shop, rin)).staff_id == suzuki.staff_id  # though it was Sato's turn


async def test_a_talk_is_handed_on_with_its_reason(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    await does(shop, "take", mei, by=sato.staff_id)
    moved = await does(
        shop, "move", mei, shop_key="shibuya", by=sato.staff_id, reason="渋谷店の在庫です"
    )
    assert (moved.state, moved.staff_id, moved.shop_key) == (State.OPEN, None, "shibuya")
    assert (await changes(shop, mei))[-1] == ("moved", str(sato.staff_id), "渋谷店の在庫です")


async def test_a_button_pressed_on_an_old_screen_does_nothing(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    shown = (await talk_of(shop, mei)).version
    await does(shop, "take", mei, by=sato.staff_id, expected=shown)
    with pytest.raises(SomeoneAnsweredError):
        await does(shop, "assign", mei, to=None, by=sato.staff_id, expected=shown)


async def test_staff_can_begin_a_talk_and_cannot_close_what_the_bot_has(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await shop.friend("Mei")
    with pytest.raises(CannotError):
        await does(shop, "close", mei, by=sato.staff_id)
    await does(shop, "take", mei, by=sato.staff_id)
    await mei.says("こんにちは")
    await shop.settle()
    assert len(await texts(mei)) == 1
    await does(shop, "close", mei, by=sato.staff_id)
    await shop.settle()
    assert WORDS.talk.ended not in await texts(mei)  # nobody had said anything


async def test_a_note_is_seen_by_staff_alone_and_names_colleagues(shop: Shop) -> None:
    sato, suzuki = await colleague(shop), await colleague(shop, "鈴木")
    mei = await asks(shop)
    mentions = [suzuki.staff_id, suzuki.staff_id]
    await does(shop, "note", mei, words=" 前回Mサイズ ", mentions=mentions, by=sato.staff_id)
    await shop.settle()
    note = (await page(shop, mei))[-1]
    assert (note.kind, note.text, note.staff_id) == ("note", "前回Mサイズ", sato.staff_id)
    assert await shop.sql("SELECT staff_id FROM talk_mentions") == [(suzuki.staff_id,)]
    assert "前回Mサイズ" not in await texts(mei)
    with pytest.raises(UnfitNoteError):
        await does(shop, "note", mei, words=" ", by=sato.staff_id)


async def test_what_was_said_is_kept_as_long_as_the_account_says(shop: Shop) -> None:
    mei = await asks(shop)
    await shop.advance((WORDS.talk.keeps_days - 1) * A_DAY)
    await mei.says("一年後")
    await shop.settle()
    await due(shop)
    assert len(await page(shop, mei)) > 2
    await shop.advance(2 * A_DAY)
    await due(shop)
    assert [message.text for message in await page(shop, mei)] == ["一年後"]
