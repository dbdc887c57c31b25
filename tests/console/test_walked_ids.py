"""Ids are no secret: whoever walks through them meets nothing of another shop."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import keys
from bot.console.access import DECLARED, Route
from bot.conversations import canned
from bot.conversations.answering import Way
from bot.resources import CLOCK, ENGINE, USE_CASE
from bot.staff import service
from bot.staff.model import COMMAND_LINE, LastOwnerError, StaffMember
from bot.staff.rights import Role
from tests.console.support import hire, open_browser
from tests.console.test_rights import console_of
from tests.console.test_supervision import open_shops
from tests.conversations.support import asks, friend_id, say
from tests.flows.support import PUSH
from tests.support import Shop, open_shop

#: What a walk could change.
TABLES = (
    *("conversations", "talk_messages", "staff_answers", "canned_replies", "outbox", "people"),
    *("staff", "talk_mentions", "conversation_changes", "tag_changes", "attribute_changes"),
)
#: Of every form something.
FORM = {
    "why": "told",
    "text": "x",
    "way": "paid",
    "title": "x",
    "message": "x",
    "shop": "station",
    "name": "x",
    "role": "owner",
    "active": "yes",
    "to": "1",
    "tag": "vip",
    "reason": "x",
    "request": "r" * 32,
    "seen": "1.1",
    "until": "hour",
    "value": "x",
    "scope": "shop",
}
SECRETS = ("田中", "ないしょの話", "合言葉")


@pytest.fixture
async def shop(postgres_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(postgres_url, redis_url, tmp_path, publishes=False) as shop:
        yield shop


def with_gap(shop: Shop) -> list[Route]:
    return [route for route in console_of(shop)[DECLARED] if "{" in route.path]


def filled(route: Route, ids: dict[str, object]) -> str:
    """Return the path of a route with ids that are somebody's in its gaps."""
    gap = re.compile(r"\{(\w+)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
    return "/console" + gap.sub(lambda found: str(ids.get(found[1], "1")), route.path)


async def contents(shop: Shop) -> dict[str, object]:
    return {table: await shop.sql(f"SELECT * FROM {table}") for table in TABLES}  # noqa: S608


async def test_no_id_of_another_shop_leads_anywhere(shop: Shop) -> None:
    await open_shops(shop, "main", "station")
    sato = await hire(shop, "sato", Role.MANAGER, name="佐藤", shops=("main",))
    mei, now = await asks(shop, "田中 めい", "ないしょの話"), shop.app[CLOCK]()
    mei_id = await friend_id(shop, mei)
    async with shop.app[USE_CASE]() as unit:
        await shop.app[keys.DESK].move(unit, mei_id, shop_key="main", reason="", by=1, now=now)
    await shop.fault(PUSH, "status", status=400)
    said = await say(shop, mei, sato, "ないしょの話です", Way.PAID)
    await shop.settle()
    async with shop.app[ENGINE].begin() as connection:
        reply_id = await canned.save(
            connection, reply_id=None, staff_id=None, shop_key="main", title="合言葉",
            messages=["ないしょの話"], now=now,
        )  # fmt: skip
    ids = {
        "friend_id": mei_id, "message_id": said.message_id, "call_id": said.message_id,
        "reply_id": reply_id, "staff_id": sato.staff_id, "key": "main",
    }  # fmt: skip
    async with open_browser(shop) as walker:
        await hire(shop, "suzuki", Role.MANAGER, shops=("station",))
        await walker.sign_in("suzuki")
        csrf, before = walker.screen.csrf, await contents(shop)
        for route in with_gap(shop):
            path = filled(route, ids)
            if route.method == "GET":
                screen = await walker.open(path)
            else:
                screen = await walker.post(path, {"csrf": csrf, **FORM})
            assert not [each for each in SECRETS if each in screen.html], f"{route.method} {path}"
        assert await contents(shop) == before


async def test_no_number_and_no_sign_breaks_a_page(shop: Shop) -> None:
    async with open_browser(shop) as walker:
        await hire(shop, "owner", Role.OWNER)
        await walker.sign_in("owner")
        csrf = walker.screen.csrf
        for route in with_gap(shop):
            names = re.findall(r"\{(\w+)", route.path)
            path = filled(route, dict.fromkeys(names, "9" * 19))
            if route.method == "GET":
                screen = await walker.open(path)
            else:
                screen = await walker.post(path, {"csrf": csrf})
            assert screen.status < 500, f"{route.method} {path}"
        for path in ("talk?q=%00", "friends?q=%00", "audit?text=%00", "shops/%00"):
            assert (await walker.open(f"/console/{path}")).status == 400, path
        forged = {"csrf": csrf, "title": "\0", "message": "\0"}
        assert (await walker.post("/console/talk/replies/new", forged)).status == 400


async def test_two_owners_who_unmake_each_other_at_once_leave_one(shop: Shop) -> None:
    owners = [await hire(shop, login, Role.OWNER) for login in ("sato", "ito")]

    async def unmake(member: StaffMember) -> None:
        async with shop.app[ENGINE].begin() as connection:
            await service.edit(
                connection,
                member,
                by=COMMAND_LINE,
                name=member.name,
                role=Role.STAFF,
                shops=(),
                is_active=True,
                now=shop.app[CLOCK](),
            )

    ended = await asyncio.gather(*map(unmake, owners), return_exceptions=True)
    assert [type(each) for each in ended if each] == [LastOwnerError]
    assert await shop.sql("SELECT count(*) FROM staff WHERE role = 'owner'") == [(1,)]
