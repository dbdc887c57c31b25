"""Rich menus in the console: looking, new pictures, bringing them to LINE, hiding, going back."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image, ImageDraw

from bot.app import KEEPER
from bot.console.pages.menus.publishing import RUNS
from bot.emulator.phone import Phone
from bot.resources import CLOCK, ENGINE
from bot.staff.rights import Role
from richmenus import runs
from tests.console.support import Browser, Screen, hire, open_browser
from tests.console.test_rights import console_of
from tests.content.test_living import bring
from tests.support import TOKEN, Shop, open_shop


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(sqlite_url, redis_url, tmp_path) as shop:
        yield shop


@pytest.fixture
async def admin(shop: Shop) -> AsyncIterator[Browser]:
    await hire(shop, "admin", Role.ADMIN)
    async with open_browser(shop) as browser:
        await browser.sign_in("admin")
        yield browser


def picture(
    width: int = 2_500, height: int = 1_686, *, kind: str = "PNG", colour: str = "#7A1F4B"
) -> bytes:
    """A poster with a word in each of the five places of the member's menu."""
    image = Image.new("RGB", (width, height), colour)
    draw = ImageDraw.Draw(image)
    for x, y in ((0.3, 0.2), (0.1, 0.7), (0.35, 0.7), (0.6, 0.7), (0.85, 0.7)):
        draw.text((x * width, y * height), "TAP", "#FFFFFF", font_size=height // 12)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


async def upload(
    browser: Browser,
    data: bytes,
    *,
    key: str = "member",
    mends: Sequence[str] = (),
    **headers: str,
) -> Screen:
    """Drop a picture on a menu's page."""
    await browser.open(f"/console/menus/of/{key}")
    form = aiohttp.FormData()
    form.add_field("picture", io.BytesIO(data), filename="poster.png", content_type="image/png")
    for mend in mends:
        form.add_field("mend", mend)
    headers.setdefault("X-CSRF-Token", browser.screen.csrf)
    return await browser.post(f"/console/menus/of/{key}/picture", form, **headers)


async def publish(shop: Shop, browser: Browser, wish: str) -> Screen:
    """Press a button of the plan, and look until the run has ended."""
    await shop.advance(1)  # LINE lists menus ten times a second
    await browser.open("/console/menus/plan")
    await browser.send("/console/menus/publish", wish=wish)
    return await ended(browser)


async def menu_of(mei: Phone) -> dict[str, Any]:
    """Return the menu on a phone that shows one."""
    menu = await mei.menu()
    assert menu is not None
    return menu


async def ended(browser: Browser) -> Screen:
    """Look until nothing is under way any more."""
    async with asyncio.timeout(15):
        while True:
            screen = await browser.open("/console/menus/publish")
            if 'hx-trigger="every 1s"' not in screen.html:
                return screen
            await asyncio.sleep(0.05)


async def test_a_new_picture_is_registered_shown_and_taken_back(
    shop: Shop, admin: Browser
) -> None:
    mei = await shop.friend("Mei")
    before = (await menu_of(mei))["richMenuId"]
    screen = await admin.open("/console/menus")
    assert "未登録用" in screen.text
    assert "表示中 全員のデフォルト" in screen.text
    assert "個別" in screen.text
    who = (await admin.open("/console/menus/who")).text
    assert "それ以外の全員 未登録用 全員のデフォルト — いつも 1人" in who
    assert "変更点はありません" in (await admin.open("/console/menus/plan")).text

    assert (await upload(admin, picture(), key="guest")).status == 204
    screen = await admin.open("/console/menus/of/guest")
    assert "画像を下書きに保存しました" in screen.text
    assert "変更あり（下書き）" in screen.text
    assert "いま友だちに見えているもの" in screen.text
    plan = (await admin.open("/console/menus/plan")).text
    assert "1人 → 未登録用" in plan
    assert "登録しただけでは、友だちには何も表示されません" in plan

    assert "まだ友だちには表示されていません" in (await publish(shop, admin, "register")).text
    await shop.settle()
    assert (await menu_of(mei))["richMenuId"] == before
    assert "変更あり（登録済み）" in (await admin.open("/console/menus")).text

    assert "友だちに表示しました" in (await publish(shop, admin, "show")).text
    await shop.settle()
    after = await menu_of(mei)
    assert after["richMenuId"] != before
    await shop.advance(1)
    assert "変更点はありません" in (await admin.open("/console/menus/plan")).text

    await admin.open("/console/menus/of/guest")
    await admin.send("/console/menus/of/guest/back")
    assert "友だちに表示しました" in (await ended(admin)).text
    await shop.settle()
    assert (await menu_of(mei))["name"] != after["name"]
    assert "前の版へ戻しました" in (await admin.open("/console/menus/of/guest")).text
    actions = [row[0] for row in await shop.sql("SELECT action FROM audit_log ORDER BY id")]
    assert [action for action in actions if action.startswith("menu.")] == [
        "menu.picture", "menu.register", "menu.show", "menu.back",
    ]  # fmt: skip


TEA = """\
key: tea
title: お茶の会
bar_text: お茶
size: small
layout: 1
areas:
  - {label: お茶の会に申し込む, action: {survey: welcome}}
"""


async def test_a_menu_that_was_applied_is_there_at_once_and_drawn_once(
    shop: Shop, admin: Browser, tmp_path: Path
) -> None:
    (tmp_path / "account" / "richmenus").mkdir(parents=True)
    (tmp_path / "account" / "richmenus" / "tea.yaml").write_text(TEA, "utf-8")
    assert (await admin.open("/console/menus/of/tea")).status == 404
    await bring(shop, tmp_path / "account")
    screen = await admin.open("/console/menus")
    assert "お茶の会 下書き" in screen.text
    assert "未登録用" in screen.text
    assert await shop.sql("SELECT name FROM rich_menu_pictures") == []  # nobody looked yet
    source = re.findall(r'src="(/console/menus/of/tea/pictures/[0-9a-f]+)"', screen.html)[0]
    pictures = []
    for _ in range(2):
        async with admin.http.get(admin.url + source) as answer:
            assert answer.content_type == "image/png"
            pictures.append(await answer.read())
    assert Image.open(io.BytesIO(pictures[0])).size == (800, 540)
    kept = await shop.sql("SELECT origin, picture FROM rich_menu_pictures")
    assert kept == [("drawn", pictures[0])]
    assert pictures[0] == pictures[1]
    async with admin.http.get(f"{admin.url}{source[:-1]}") as answer:
        assert answer.status == 404
    assert "友だちに表示しました" in (await publish(shop, admin, "show")).text
    assert "お茶の会 LINEに登録済み" in (await admin.open("/console/menus")).text


@pytest.mark.parametrize(
    ("data", "said", "mend"),
    [
        (b"GIF89a" + bytes(60), "このファイルはGIFです。LINEで使えるのはJPEGとPNGだけ", None),
        (b"<svg onload=alert(1)>", "LINEで使えるのはJPEGとPNGだけ", None),
        (picture()[:4_000], "壊れているか、途中で切れています", None),
        (picture(1_200, 810), "このメニューは2500×1686なので", "大きさに合わせて使う"),
        (picture(1_040, 1_040), "縦に長すぎます", None),
    ],
    ids=["gif", "svg", "cut", "small", "square"],
)
async def test_a_picture_that_line_would_refuse_is_told_with_its_mend(
    admin: Browser, data: bytes, said: str, mend: str | None
) -> None:
    screen = await upload(admin, data)
    assert screen.status == 422
    assert said in screen.text
    assert ("data-mends" in screen.html) is (mend is not None)
    assert (mend or "") in screen.text
    assert "変更あり" not in (await admin.open("/console/menus/of/member")).text


async def test_a_heavy_or_small_picture_is_mended_when_asked(admin: Browser) -> None:
    noise = Image.effect_noise((600, 405), 90).resize((1_200, 810), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    noise.convert("RGB").save(out, "PNG", compress_level=0)
    screen = await upload(admin, out.getvalue())
    assert "1.6 MB" in screen.text or "LINEの上限は1 MB" in screen.text
    mends = re.findall(r'data-mends="([a-z,]+)"', screen.html)[0].split(",")
    assert mends == ["resize", "lighter"]
    assert (await upload(admin, out.getvalue(), mends=mends)).status == 204
    screen = await admin.open("/console/menus/of/member")
    source = re.findall(r'href="(/console/menus/of/member/pictures/[0-9a-f]+)"', screen.html)[-1]
    async with admin.http.get(admin.url + source) as answer:
        data = await answer.read()
    assert answer.content_type == "image/jpeg"
    assert Image.open(io.BytesIO(data)).size == (2_500, 1_686)
    assert len(data) <= 1_000_000
    await admin.send("/console/menus/of/member/picture/remove")
    assert "元の画像に戻しました" in admin.screen.text
    assert "変更あり" not in admin.screen.text


async def test_uploads_are_bounded_and_come_from_our_page(admin: Browser) -> None:
    assert (await upload(admin, bytes(13 * 1024 * 1024))).status == 413
    assert (await upload(admin, picture(), **{"X-CSRF-Token": "guess"})).status == 403
    assert (await admin.open("/console/menus/of/nothing")).status == 404
    assert (await admin.open("/console/menus/of/member/pictures/../../x")).status == 404


async def test_viewers_look_and_change_nothing(shop: Shop) -> None:
    await hire(shop, "sato", Role.STAFF)
    async with open_browser(shop) as browser:
        await browser.sign_in("sato")
        screen = await browser.open("/console/menus/of/member")
        assert screen.status == 200
        assert "画像を差し替える" not in screen.text
        assert (await browser.open("/console/menus/plan")).status == 403
        assert (await upload(browser, picture())).status == 403


async def test_a_menu_is_hidden_until_a_time_or_shown_again_now(
    shop: Shop, admin: Browser
) -> None:
    mei = await shop.friend("Mei")
    await admin.open("/console/menus/of/guest")
    await admin.send("/console/menus/of/guest/hide", until="2026-04-01T11:00")
    assert "日時が過ぎています" in admin.screen.text
    await admin.send("/console/menus/of/guest/hide", until="2026-04-01T18:00")
    assert "「未登録用」を取り下げました" in admin.screen.text
    await gone(mei, is_gone=True)
    screen = await admin.open("/console/menus")
    assert "「未登録用」を取り下げています。2026/04/01 18:00に自動で戻ります。" in screen.text
    assert "取り下げ 全員のデフォルト" in screen.text
    number = re.findall(r"/console/menus/shown/([0-9]+)", screen.html)[0]
    await admin.send(f"/console/menus/shown/{number}")
    assert "再び表示します" in admin.screen.text
    await gone(mei, is_gone=False)


async def gone(mei: Phone, *, is_gone: bool) -> None:
    async with asyncio.timeout(10):
        while (await mei.menu() is None) is not is_gone:
            await asyncio.sleep(0.05)


async def test_what_stopped_half_way_says_so_and_goes_on(shop: Shop, admin: Browser) -> None:
    await upload(admin, picture(), key="guest")
    await shop.fault("/v2/bot/richmenu", "status", status=400, method="POST")
    screen = await publish(shop, admin, "show")
    assert "失敗" in screen.text
    assert "LINEが受け付けなかったため、途中で止まりました" in screen.text
    assert "「未登録用」の新しい版をLINEに登録 できませんでした" in screen.text
    assert "前回の登録作業は途中で止まっています" in (await admin.open("/console/menus")).text
    await shop.no_faults()
    await admin.open("/console/menus/publish")
    await admin.send("/console/menus/publish", wish="show")
    assert "友だちに表示しました" in (await ended(admin)).text


async def test_a_run_whose_process_died_can_be_gone_on_with(shop: Shop, admin: Browser) -> None:
    async with shop.app[ENGINE].begin() as connection:
        await runs.begin(connection, runs.Wish.SHOW, source="staff:1", now=shop.app[CLOCK]())
    assert "表示の切替中" in (await admin.open("/console/menus/publish")).text
    await admin.open("/console/menus/plan")
    assert "変更点はありません" in admin.screen.text
    await shop.advance(60)
    screen = await admin.open("/console/menus/publish")
    assert "作業していたサーバーが止まりました" in screen.text
    await admin.send("/console/menus/publish", wish="show")
    assert "友だちに表示しました" in (await ended(admin)).text


async def test_what_was_changed_on_line_by_hand_is_told(shop: Shop, admin: Browser) -> None:
    assert "変更されています" not in (await admin.open("/console/menus/drift")).text
    mei = await shop.friend("Mei")
    menu = await menu_of(mei)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{shop.line_url}/v2/bot/richmenu/{menu['richMenuId']}"
    async with shop.http.delete(url, headers=headers) as answer:
        assert answer.status == 200
    console_of(shop)[RUNS].drifted = None
    assert (
        "「未登録用」がLINEから消されています" in (await admin.open("/console/menus/drift")).text
    )
    assert (
        "LINEから消えていた「未登録用」を登録し直す"
        in (await admin.open("/console/menus/plan")).text
    )


async def test_what_the_check_of_the_night_found_is_seen(shop: Shop, admin: Browser) -> None:
    async def looked() -> str:
        return (await admin.open("/console/menus/nightly")).text

    assert "確認" not in await looked()
    mei = await shop.friend("Mei")
    checker = shop.app[KEEPER].checker
    assert checker is not None
    await checker.check()
    assert "1人のメニューに問題はありませんでした。" in await looked()
    menus = shop.line.world.menus
    menu_id = menus.aliases["enishi-member"]
    shop.line.world.users[mei.user_id].rich_menu_id = menu_id
    await checker.check()
    said = await looked()
    assert "1人のうち1人に違うメニューが表示されていたため、直しました。" in said
    assert "Mei : 「会員用」 → 個別のメニューなし" in said
    menus.default_id = None
    await checker.check()
    assert "全員のデフォルトがLINEの上で変わっていました。" in await looked()
    del menus.menus[menu_id]
    await checker.check()
    gone = "LINEから消されているリッチメニューが1個あります"
    assert gone in (await admin.open("/console/trouble")).text
    async with shop.app[ENGINE].begin() as connection:  # as publishing it again does
        await connection.exec_driver_sql("UPDATE menus SET published_at = published_at + 60000")
    assert gone not in (await admin.open("/console/trouble")).text
    assert "/console/menus/nightly" in (await admin.open("/console/menus")).html


async def test_admins_who_read_english_are_told_in_english(admin: Browser) -> None:
    await admin.open("/console/account")
    await admin.send("/console/account/look", language="en", theme="light")
    screen = await upload(admin, picture(1_200, 810))
    assert "This menu has 2500×1686; make it the same size." in screen.text
    assert "Fit it to the menu's size and use it" in screen.text
    assert "Everybody's default" in (await admin.open("/console/menus")).text
    assert "Drop a picture here" in (await admin.open("/console/menus/of/member")).text
    assert "There are no changes" in (await admin.open("/console/menus/plan")).text
