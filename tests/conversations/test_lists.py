"""The list of talks and what can be found in it, as staff of a shop see it."""

from sqlalchemy import select

from bot import keys
from bot.conversations.finding import find_friends
from bot.conversations.indexing import SearchIndex
from bot.conversations.lists import (
    Filter,
    View,
    changed_since,
    counts,
    cursor_now,
    list_talks,
)
from bot.conversations.search import search_messages
from bot.emulator.phone import Phone
from bot.resources import ENGINE, SIGNALS
from bot.signals import TALKS
from bot.staff.model import Scope
from bot.store.tables.friends import friends
from tests.conversations.support import asks, colleague, friend_id, now_of, say, use_case
from tests.support import Shop

ALL = Scope(None)
SHIBUYA = Scope(frozenset({"shibuya"}))


async def names(shop: Shop, view: View, scope: Scope = ALL, me: int = 0) -> list[str | None]:
    async with shop.app[ENGINE].connect() as connection:
        found = await list_talks(connection, Filter(view), scope=scope, me=me)
    return [talk.name for talk in found]


async def move(shop: Shop, phone: Phone, shop_key: str) -> None:
    whose = await friend_id(shop, phone)
    async with use_case(shop) as unit:
        await shop.app[keys.DESK].move(
            unit, whose, shop_key=shop_key, by=1, reason="", now=now_of(shop)
        )


async def test_a_list_shows_who_waits_longest_first_and_a_shop_its_own(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop, "Mei")
    await shop.advance(5)
    ken = await asks(shop, "Ken")
    await shop.advance(5)
    await asks(shop, "Rin")
    await say(shop, mei, sato, "はい")
    await shop.settle()
    await move(shop, ken, "shibuya")
    assert await names(shop, View.OPEN) == ["Ken", "Rin"]
    assert await names(shop, View.IN_PROGRESS) == ["Mei"]
    assert await names(shop, View.MINE, me=sato.staff_id) == ["Mei"]
    assert await names(shop, View.UNASSIGNED) == ["Ken", "Rin"]
    assert await names(shop, View.ALL) == ["Mei", "Rin", "Ken"]
    assert await names(shop, View.ALL, SHIBUYA) == ["Ken"]
    async with shop.app[ENGINE].connect() as connection:
        seen = await counts(connection, scope=ALL, me=sato.staff_id)
        own = await counts(connection, scope=SHIBUYA, me=sato.staff_id)
        (first,) = await list_talks(connection, Filter(View.OPEN), scope=ALL, me=0, limit=1)
        (second,) = await list_talks(
            connection, Filter(View.OPEN), scope=ALL, me=0, after=first.key, limit=1
        )
        tagged = await list_talks(connection, Filter(View.ALL, tag="vip"), scope=ALL, me=0)
    assert (seen[View.MINE], seen[View.UNASSIGNED], seen[View.ALL], own[View.ALL]) == (1, 2, 3, 1)
    assert [first.name, second.name] == ["Ken", "Rin"]
    assert (first.last_text, first.is_unread) == ("サイズはありますか", True)
    assert tagged == []


async def test_two_characters_find_what_was_said_in_the_tail_and_in_the_index(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop, "Mei", "赤いワンピースのＭサイズは?")
    ken = await asks(shop, "Ken", "100%綿ですか")
    await say(shop, ken, sato, "はい、綿です")
    await shop.settle()
    await move(shop, ken, "shibuya")
    for indexed in (False, True):
        if indexed:
            await SearchIndex(shop.app[ENGINE]).follow(now_of(shop))
        async with shop.app[ENGINE].connect() as connection:

            async def found(words: str, scope: Scope = ALL) -> list[str]:
                hits = await search_messages(connection, words, scope=scope)
                return [hit.text for hit in hits]

            assert await found("サイ") == ["赤いワンピースのＭサイズは?"]
            assert await found("Ｍサイズ") == ["赤いワンピースのＭサイズは?"]
            assert await found("綿で") == ["はい、綿です", "100%綿ですか"]
            assert await found("0%") == ["100%綿ですか"]
            assert await found("サイ", SHIBUYA) == []
            assert await found("担当者") == []  # the bot's own words
            assert await found("綿") == []
    whose = await friend_id(shop, mei)
    async with shop.app[ENGINE].connect() as connection:
        assert await search_messages(connection, "綿で", scope=ALL, friend_id=whose) == []


async def test_a_friend_is_found_by_name_number_and_the_end_of_the_phone(shop: Shop) -> None:
    mei = await asks(shop, "花子 Suzuki")
    await shop.friend("太郎")
    whose = await friend_id(shop, mei)
    known = {"phone": "+819012345678", "name_kana": "スズキ ハナコ"}
    async with use_case(shop) as unit:
        query = select(friends.c.person_id).where(friends.c.id == whose)
        person_id = int(await unit.connection.scalar(query) or 0)
        await shop.app[keys.PEOPLE].learn(
            unit, person_id, known, source="staff:1", now=now_of(shop)
        )
    async with shop.app[ENGINE].connect() as connection:
        for words in ("花子", "花 子s", "5678", "090-1234-5678", "ｽｽﾞｷ", "すずき"):
            (one,) = await find_friends(connection, words, scope=ALL)
            assert one.name == "花子 Suzuki"
        assert await find_friends(connection, "花子", scope=SHIBUYA) == []
        (other,) = await find_friends(connection, "太郎", scope=ALL)
        assert other.state is None


async def test_screens_hear_of_changes_and_can_catch_up(shop: Shop) -> None:
    sato = await colleague(shop)
    mei = await asks(shop)
    whose = await friend_id(shop, mei)
    async with shop.app[ENGINE].connect() as connection:
        cursor = await cursor_now(connection)
    heard: list[str] = []
    with shop.app[SIGNALS].listening(TALKS, heard.extend):
        await say(shop, mei, sato, "はい")
        await mei.says("ありがとう")
        await shop.settle()
    assert [note.split(":")[0] for note in heard] == [str(whose)] * 2
    async with shop.app[ENGINE].connect() as connection:
        changed, reached = await changed_since(connection, cursor, scope=ALL)
        assert changed == [(whose, int(heard[-1].split(":")[1]))]
        assert reached > cursor
        assert await changed_since(connection, cursor, scope=SHIBUYA) == ([], cursor)
