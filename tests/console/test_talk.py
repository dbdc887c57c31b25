"""The inbox as its pages answer; tests/console/test_talk_live.py looks at it in a browser."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.staff.rights import Role
from tests.console.support import Browser, hire, open_browser
from tests.support import Shop, open_shop

PART = {"HX-Request": "true"}


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A whole bot: friends write, and answers leave."""
    async with open_shop(sqlite_url, redis_url, tmp_path, publishes=False) as shop:
        yield shop


@pytest.fixture
async def sato(shop: Shop) -> AsyncIterator[Browser]:
    async with open_browser(shop) as browser:
        await hire(shop, "sato", Role.ADMIN, name="佐藤")
        await browser.sign_in("sato")
        yield browser


async def friend_id(shop: Shop, phone_user: str) -> int:
    rows = await shop.sql("SELECT id FROM friends WHERE user_id = :u", u=phone_user)
    return int(rows[0][0])


async def test_a_talk_is_asked_for_answered_and_closed(shop: Shop, sato: Browser) -> None:
    mei = await shop.friend("田中 めい")
    assert "いまお待ちのお客様はいません" in (await sato.open("/console/talk")).text
    await mei.says("スタッフに相談")
    await mei.says("サイズはありますか")
    await shop.settle()
    screen = await sato.open("/console/talk")
    assert "田中 めい" in screen.text
    assert "サイズはありますか" in screen.text
    mei_id = await friend_id(shop, mei.user_id)
    screen = await sato.open(f"/console/talk/{mei_id}")
    assert "担当者が決まっていません" in screen.text
    csrf = sato.screen.csrf
    screen = await sato.post(
        f"/console/talk/answer/{mei_id}",
        {"csrf": csrf, "text": "ございます", "way": "free", "request_id": "a1", "seen_id": "0"},
        **PART,
    )
    tail = json.loads(screen.html)
    assert (screen.status, tail["code"]) == (200, "")
    assert "佐藤さんが対応中" in tail["head"]
    await shop.settle()
    tail = json.loads((await sato.open(f"/console/talk/tail/{mei_id}", **PART)).html)
    assert "送信済み" in tail["lines"]
    assert "無料" in tail["lines"]
    await sato.post(
        f"/console/talk/close/{mei_id}", {"csrf": csrf, "version": str(tail["version"])}, **PART
    )
    assert "ボットが対応中" in json.loads(sato.screen.html)["head"]
