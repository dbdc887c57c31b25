"""A shop with staff, who answer as the console would let them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
from typing import Any

from bot import keys
from bot.conversations import reading
from bot.conversations.answering import ReplyOffer, Said, Way
from bot.conversations.model import Conversation
from bot.conversations.reading import TalkMessage
from bot.conversations.repository import CONVERSATIONS
from bot.emulator.phone import Phone
from bot.line.messages import Message, text
from bot.postbacks import AskStaff
from bot.resources import ENGINE, USE_CASE
from bot.staff.model import COMMAND_LINE, StaffMember
from bot.staff.rights import Role
from bot.staff.service import add
from bot.store.unit import Unit
from tests.support import Shop

A_DAY = 24 * 60 * 60
_requests = count(1)


async def colleague(shop: Shop, name: str = "佐藤", role: Role = Role.STAFF) -> StaffMember:
    """Somebody who works here."""
    async with shop.app[ENGINE].begin() as connection:
        return await add(
            connection, by=COMMAND_LINE, login=name, name=name, role=role, now=now_of(shop)
        )


def now_of(shop: Shop) -> datetime:
    return shop.line.clock.now()


@asynccontextmanager
async def use_case(shop: Shop) -> AsyncIterator[Unit]:
    async with shop.app[USE_CASE]() as unit:
        yield unit


async def asks(shop: Shop, name: str = "Mei", words: str = "サイズはありますか") -> Phone:
    """A friend who has asked for a person, and then asked something."""
    phone = await shop.friend(name)
    await phone.postback(AskStaff().encode())
    await phone.says(words)
    await shop.settle()
    return phone


async def friend_id(shop: Shop, phone: Phone) -> int:
    ((found,),) = await shop.sql("SELECT id FROM friends WHERE user_id = :u", u=phone.user_id)
    return int(found)


async def talk_of(shop: Shop, phone: Phone) -> Conversation:
    whose = await friend_id(shop, phone)
    async with use_case(shop) as unit:
        found = await unit.get(CONVERSATIONS, whose)
    assert found is not None
    return found


async def page(shop: Shop, phone: Phone) -> list[TalkMessage]:
    """The talk as staff see it."""
    async with shop.app[ENGINE].connect() as connection:
        return await reading.messages_of(connection, await friend_id(shop, phone))


async def offer(shop: Shop, phone: Phone, staff: StaffMember) -> ReplyOffer:
    whose = await friend_id(shop, phone)
    async with use_case(shop) as unit:
        return await shop.app[keys.ANSWERING].offer(unit, whose, staff=staff, now=now_of(shop))


async def say(
    shop: Shop,
    phone: Phone,
    staff: StaffMember,
    words: str | Sequence[Message],
    way: Way = Way.FREE,
    **more: Any,
) -> Said:
    """Answer as a colleague who has seen everything so far, unless ``seen_id`` says otherwise."""
    whose = await friend_id(shop, phone)
    more.setdefault("request_id", f"request-{next(_requests)}")
    if "seen_id" not in more:
        more["seen_id"] = (await page(shop, phone))[-1].message_id
    content = [text(words)] if isinstance(words, str) else words
    async with use_case(shop) as unit:
        return await shop.app[keys.ANSWERING].say(
            unit, whose, content, staff=staff, way=way, now=now_of(shop), **more
        )
