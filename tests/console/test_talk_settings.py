"""Admins change how talks go, and friends read it."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData
from PIL import Image

from bot import keys
from bot.console.pages.talk.settings_form import shown
from bot.postbacks import AskStaff
from bot.staff.rights import Role
from tests.console.support import Browser, Screen, hire, open_browser
from tests.flows.support import texts, until
from tests.support import Shop, open_shop

HERE = "/console/settings/talk"
PART = {"HX-Request": "true"}


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A whole bot: friends ask, and staff answer."""
    async with open_shop(sqlite_url, redis_url, tmp_path, publishes=False) as shop:
        yield shop


@pytest.fixture
async def boss(shop: Shop) -> AsyncIterator[Browser]:
    await hire(shop, "boss", Role.ADMIN, name="佐藤")
    async with open_browser(shop) as browser:
        await browser.sign_in("boss")
        await browser.open(HERE)
        yield browser


async def save(shop: Shop, boss: Browser, **changed: str) -> Screen:
    """Send the form as it is shown, with something else in it."""
    await boss.open(HERE)
    fields = {name: text for name, text in shown(shop.app[keys.TALK_RULES].now).items() if text}
    return await boss.send(HERE, **fields | changed)


async def test_what_admins_write_is_what_friends_read(shop: Shop, boss: Browser) -> None:
    every_day = {f"hours_{day}": "休み" for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    screen = await save(shop, boss, away="おやすみ中です。{when}にお返事します。", **every_day)
    assert "トークの設定を保存しました" in screen.text
    assert "account.yaml から変更あり" in screen.text
    mei = await shop.friend("田中 めい")
    await mei.postback(AskStaff().encode())
    await shop.settle()
    assert (await texts(mei))[-1] == "おやすみ中です。4月5日（日）8:00にお返事します。"
    stored = json.loads((await shop.sql("SELECT changes FROM talk_settings"))[0][0])
    assert set(stored) == {"away", "hours"}  # the rest still follows the file
    ((details,),) = await shop.sql("SELECT details FROM audit_log WHERE action = 'talk.settings'")
    assert "away" in str(details)
    await boss.send(f"{HERE}/reset")
    assert "ただいま営業時間外です" in boss.screen.html


async def test_mistakes_are_named_where_they_stand_and_nothing_is_kept(
    shop: Shop, boss: Browser
) -> None:
    wrong = {
        "away": "いつかお返事します",
        "ended": "終わりました。{name}さま",
        "ends_after_hours": "ずっと",
        "paid_staff": "-1",
        "hours_mon": "10時から",
        "button": "",
    }
    screen = await save(shop, boss, **wrong)
    assert screen.status == 422
    assert "{when} を入れてください" in screen.text
    assert "ここでは { } は使えません" in screen.text
    assert "0〜720 の数字を入力してください" in screen.text
    assert "10:00-19:00 のように" in screen.text
    assert "いつかお返事します" in screen.text  # what was written is there to be mended
    assert await shop.sql("SELECT 1 FROM talk_settings") == []
    preview = await boss.send(f"{HERE}/preview", ended="またどうぞ<b>")
    assert "またどうぞ&lt;b&gt;" in preview.html


async def test_staff_speak_under_their_name_with_the_shops_icon(shop: Shop, boss: Browser) -> None:
    await save(shop, boss, speaks_as="staff", paid_staff="", keywords="店長\n店長")
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(picture, "JPEG")
    for data, status in ((b"<svg onload=alert(1)>", 422), (picture.getvalue(), 204)):
        form = FormData()
        form.add_field("picture", data, filename="icon.jpg", content_type="image/jpeg")
        csrf = {"X-CSRF-Token": (await boss.open(HERE)).csrf}
        assert (await boss.post(f"{HERE}/icon", form, **PART, **csrf)).status == status
    mei = await shop.friend("田中 めい")
    await mei.says("店長いますか")
    await mei.says("もしもし")
    await shop.settle()
    ((mei_id,),) = await shop.sql("SELECT id FROM friends")
    await boss.open(f"/console/talk/{mei_id}")
    assert "お客様には佐藤の名前で届きます" in boss.screen.text
    said = {"text": "はい", "way": "free", "request_id": "a", "seen_id": str(2**62)}
    await boss.send(f"/console/talk/answer/{mei_id}", **said)
    await shop.settle()
    sender = (await mei.sees())[-1]["sender"]
    assert sender["name"] == "佐藤"
    async with shop.http.get(
        shop.bot_url + "/media/" + sender["iconUrl"].partition("/media/")[2]
    ) as answer:
        icon = Image.open(io.BytesIO(await answer.read()))
    assert (icon.format, icon.size) == ("PNG", (256, 256))
    await save(shop, boss, speaks_as="account")
    await mei.says("あの")
    await shop.settle()
    await boss.open(f"/console/talk/{mei_id}")
    await boss.send(f"/console/talk/answer/{mei_id}", **said | {"request_id": "b", "as_me": "yes"})
    await shop.settle()
    assert "sender" not in (await mei.sees())[-1]


async def test_talks_are_dealt_to_those_whose_inbox_is_open(shop: Shop, boss: Browser) -> None:
    await save(shop, boss, deals="yes")
    assert "受付中" in (await boss.open("/console/talk")).text
    mei = await shop.friend("田中 めい")
    await mei.postback(AskStaff().encode())
    await shop.settle()
    assert await shop.sql("SELECT staff_id FROM conversations") == [(None,)]  # nobody looks

    async def is_given() -> bool:
        return await shop.sql("SELECT staff_id FROM conversations") != [(None,)]

    async with boss.http.get(f"{boss.url}/console/talk/live"):
        await until(is_given)
    ((mei_id,),) = await shop.sql("SELECT id FROM friends")
    assert "順番に割り当て" in (await boss.open(f"/console/talk/{mei_id}")).text
    await boss.send("/console/talk/absence", away="yes")
    assert "離席中" in boss.screen.text
