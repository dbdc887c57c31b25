"""The inbox as its pages answer; tests/console/test_talk_live.py looks at it in a browser."""

import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData
from PIL import Image
from yarl import URL

from bot import keys
from bot.clock import TOKYO
from bot.emulator.phone import Phone
from bot.line.pictures import is_of_line
from bot.points.actor import Actor
from bot.purchases.model import Item
from bot.resources import CLOCK, ENGINE, USE_CASE
from bot.staff import shops
from bot.staff.model import COMMAND_LINE
from bot.staff.rights import Role
from bot.staff.shops import StaffShop
from bot.store.types import from_ms
from tests.console.support import Browser, Screen, hire, open_browser
from tests.flows.support import member
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
    later = {"csrf": csrf, "until": "moment", "moment": "2026-04-01T11:59"}
    screen = await sato.post(f"/console/talk/snooze/{mei_id}", later, **PART)
    assert (screen.status, "これからの日時" in json.loads(screen.html)["problem"]) == (409, True)
    for until, at in (("moment", "2026-04-03T10:30"), ("tomorrow", "2026-04-02T09:00")):
        fields = {"csrf": csrf, "until": until, "moment": at}
        screen = await sato.post(f"/console/talk/snooze/{mei_id}", fields, **PART)
        assert "保留" in json.loads(screen.html)["head"]
        ((back_at,),) = await shop.sql("SELECT snoozed_until FROM conversations")
        assert from_ms(back_at).astimezone(TOKYO).isoformat().startswith(at)
    await sato.post(
        f"/console/talk/close/{mei_id}", {"csrf": csrf, "version": str(tail["version"])}, **PART
    )
    assert "ボットが対応中" in json.loads(sato.screen.html)["head"]


async def test_a_talk_of_another_shop_is_not_there(shop: Shop, sato: Browser) -> None:
    async with shop.app[ENGINE].begin() as connection:
        for key, name in (("main", "本店"), ("station", "駅前店")):
            place = StaffShop(key=key, name=name)
            await shops.add_shop(connection, place, by=COMMAND_LINE, now=shop.app[CLOCK]())
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    await shop.settle()
    mei_id = await friend_id(shop, mei.user_id)
    await sato.open(f"/console/talk/{mei_id}")
    moved = {"csrf": sato.screen.csrf, "shop": "main", "reason": "本店のお客様 100%"}
    await sato.post(f"/console/talk/assign/{mei_id}", moved, **PART)
    assert (
        "さんが本店に引き継ぎました（本店のお客様 100%）" in json.loads(sato.screen.html)["lines"]
    )
    await hire(shop, "suzuki", Role.STAFF, shops=("station",))
    async with open_browser(shop) as suzuki:
        await suzuki.sign_in("suzuki")
        csrf = suzuki.screen.csrf
        assert "田中" not in (await suzuki.open("/console/talk?view=all")).text
        assert "田中" not in (await suzuki.open("/console/talk?q=田中")).text
        for path in ("", "tail/", "panel/", "canned/"):
            assert (await suzuki.open(f"/console/talk/{path}{mei_id}")).status == 404, path
        assert (await suzuki.open(f"/console/talk/older/{mei_id}?before=9")).status == 404
        for deed in ("answer", "note", "take", "assign", "snooze", "close", "seen", "tag"):
            fields = {
                "csrf": csrf,
                "text": "x",
                "way": "paid",
                "request_id": "q",
                "tag": "regular",
            }
            answer = await suzuki.post(f"/console/talk/{deed}/{mei_id}", fields, **PART)
            assert answer.status == 404, deed
        gone = await suzuki.post(
            f"/console/talk/here/{mei_id}", {"csrf": csrf, "what": "typing"}, **PART
        )
        assert gone.status == 404
    assert await shop.sql("SELECT count(*) FROM staff_answers") == [(0,)]


async def test_what_is_known_of_a_customer_is_edited_beside_the_talk(
    shop: Shop, sato: Browser
) -> None:
    mei = await shop.friend("田中 めい")
    mei_id = await friend_id(shop, mei.user_id)
    screen = await sato.open(f"/console/talk/{mei_id}")
    assert "タグはありません" in screen.text
    csrf, tag = screen.csrf, next(iter(shop.app[keys.PEOPLE].vocabulary.tags.values()))
    edit = f"/console/talk/{{}}/{mei_id}"
    screen = await sato.post(edit.format("tag"), {"csrf": csrf, "tag": tag.key}, **PART)
    assert f"タグ{tag.label.ja}を外す" in screen.html
    wrong = {"csrf": csrf, "key": "phone", "value": "電話は<なし>"}
    screen = await sato.post(edit.format("attribute"), wrong, **PART)
    assert (screen.status, 'aria-invalid="true"' in screen.html) == (422, True)
    assert "電話は&lt;なし&gt;" in screen.html
    right = {"csrf": csrf, "key": "phone", "value": "090-1234-5678"}
    screen = await sato.post(edit.format("attribute"), right, **PART)
    assert screen.status == 200
    ((source,),) = await shop.sql("SELECT source FROM attribute_changes WHERE name = 'phone'")
    assert source.startswith("staff:")
    assert "田中" in (await sato.open("/console/talk?q=5678")).text
    screen = await sato.open(f"/console/talk?view=all&tag={tag.key}")
    assert tag.label.ja in screen.text or tag.key in screen.text


async def test_what_a_customer_bought_and_answered_stands_beside_the_talk(
    shop: Shop, sato: Browser
) -> None:
    mei = await member(shop, "田中 めい")
    mei_id = await friend_id(shop, mei.user_id)
    ((person_id,),) = await shop.sql("SELECT person_id FROM friends WHERE id = :id", id=mei_id)
    now = shop.app[CLOCK]()
    bread, cake = Item("bread", "食パン", 2, 400), Item("cake", "ケーキ", 1, 600)
    async with shop.app[USE_CASE]() as unit:
        for number, yen, items in (("T-1", 1_400, (bread, cake)), ("T-2", 50_000, ())):
            await shop.app[keys.PURCHASES].record(
                unit,
                person_id,
                external_id=number,
                amount_yen=yen,
                items=items,
                bought_at=now,
                actor=Actor(shop="honten"),
                now=now,
            )
    screen = await sato.open(f"/console/talk/panel/{mei_id}")
    assert "これまでのお買上げ 2回・51,400円" in screen.text
    assert "食パン ×2、ケーキ" in screen.text
    assert "1,400円" in screen.text
    rank = shop.app[keys.RANKS].rules.rank(51_400)
    assert f"ランク {rank.name}" in screen.text
    assert "リッチメニュー 会員用" in screen.text
    survey = shop.app[keys.SURVEYS].definitions["welcome"]
    assert survey.questions[0].label in screen.text
    assert survey.questions[0].key not in screen.text  # but in the words the friend read


async def test_pictures_are_checked_by_content_and_served_to_those_who_may(
    shop: Shop, sato: Browser
) -> None:
    mei = await shop.friend("田中 めい")
    mei_id = await friend_id(shop, mei.user_id)
    csrf = (await sato.open(f"/console/talk/{mei_id}")).csrf

    async def upload(data: bytes) -> Screen:
        form = FormData()
        form.add_field("file", data, filename="cat.png", content_type="image/png")
        return await sato.post(
            f"/console/talk/upload/{mei_id}", form, **PART, **{"X-CSRF-Token": csrf}
        )

    for disguised in (b"<script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"GIF89a"):
        screen = await upload(disguised)
        assert (screen.status, "送れません" in json.loads(screen.html)["problem"]) == (422, True)
    token = json.loads((await upload(_png())).html)["token"]
    said = {"csrf": csrf, "way": "next", "request_id": "p1", "seen_id": "0", "upload": token}
    said |= {"waits": "pay-day"}
    first = await sato.post(f"/console/talk/answer/{mei_id}", said, **PART)
    await shop.settle()
    shown = json.loads((await sato.open(f"/console/talk/tail/{mei_id}", **PART)).html)["lines"]
    assert "2026/04/02 12:00に有料で送信" in shown
    again = await sato.post(f"/console/talk/answer/{mei_id}", said, **PART)
    assert (first.status, again.status) == (200, 200)
    await shop.settle()
    await mei.says("はい")
    await shop.settle()
    pictures = [m for m in await mei.sees() if m["type"] == "image"]
    assert len(pictures) == 1
    path = URL(pictures[0]["originalContentUrl"]).path
    async with shop.http.get(shop.bot_url + path) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
    async with shop.http.get(shop.bot_url + path[:-3] + "AAA") as answer:
        assert answer.status == 404
    ((message_id,),) = await shop.sql("SELECT message_id FROM talk_files")
    async with sato.http.get(f"{sato.url}/console/talk/files/{message_id}") as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    async with shop.http.get(f"{sato.url}/console/talk/files/{message_id}") as answer:
        assert answer.url.path == "/console/sign-in"


async def test_stickers_quotes_and_faces(shop: Shop, sato: Browser) -> None:
    address = f"{shop.line_url}/_emulator/stickers/7"  # any picture of the emulated LINE
    user = {"displayName": "田中 めい", "pictureUrl": address}
    async with shop.http.post(f"{shop.line_url}/_emulator/users", json=user) as made:
        mei = Phone(shop.line_url, shop.http, (await made.json())["userId"])
    await mei.follow()
    await mei.says("どれがいいですか")
    await shop.settle()
    mei_id = await friend_id(shop, mei.user_id)
    screen = await sato.open(f"/console/talk/{mei_id}?view=all")
    face = re.search(r"/console/talk/faces/[^\"]+", screen.html)
    assert face is not None
    async with sato.http.get(sato.url + face[0]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    quote = re.search(r'data-quote="(\d+)"', screen.html)
    assert quote is not None
    said = {"csrf": screen.csrf, "way": "next", "seen_id": str(2**62), "sticker": "446:1988"}
    for wrong in ({"sticker": "446:999"}, {"sticker": "1:1"}, {"quote": "1"}):
        await sato.post(
            f"/console/talk/answer/{mei_id}", said | wrong | {"request_id": "s0"}, **PART
        )
        assert sato.screen.status == 409, wrong
    await sato.post(
        f"/console/talk/answer/{mei_id}", said | {"quote": quote[1], "request_id": "s1"}, **PART
    )
    assert "どれがいいですか</a>" in json.loads(sato.screen.html)["lines"]
    await shop.settle()
    await mei.says("ねえ")
    await shop.settle()
    (seen,) = [each for each in await mei.timeline() if each["message"]["type"] == "sticker"]
    assert (seen["message"]["stickerId"], "quotedMessageId" in seen) == ("1988", True)
    sets = json.loads((await sato.open("/console/talk/stickers")).html)["sets"]
    async with sato.http.get(
        f"{sato.url}/console/talk/stickers/{sets[0]['stickers'][0]}"
    ) as found:
        assert (found.status, found.content_type) == (200, "image/png")
    for url in ("https://evil.example/a.png", "http://169.254.169.254/", "file:///etc/passwd"):
        assert not is_of_line(url, base=shop.line_url)
    assert is_of_line("https://profile.line-scdn.net/0h1", base="https://api.line.me")
    assert not is_of_line("https://line-scdn.net.evil.example/0h1", base="https://api.line.me")


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()
