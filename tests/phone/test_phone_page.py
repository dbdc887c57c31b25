"""The phone page as a whole: people, the panel beside their phones, and trouble."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.phone.conftest import OpenPage
from tests.phone.support import Phone, Shop, text

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_first_visit_leads_from_nobody_to_a_greeted_friend(
    shop: Shop, open_page: OpenPage
) -> None:
    shop.answers["follow"] = [text("はじめまして")]
    page = await open_page()
    await expect(page.get_by_text("LINEとは無関係")).to_be_visible()
    await page.get_by_role("main").get_by_role("button", name="人を追加").click()
    await page.get_by_label("名前").fill("メイ")
    await page.keyboard.press("Enter")
    mei = Phone(page, "メイ")
    await mei.button("友だち追加").click()
    await expect(mei.talk.get_by_text("はじめまして")).to_be_visible()
    await expect(mei.input).to_be_visible()


async def test_two_people_stand_side_by_side_and_see_their_own_talk(
    shop: Shop, open_page: OpenPage
) -> None:
    mei_id = await shop.line.friend("メイ")
    await shop.line.friend("健太")
    page = await open_page()
    mei, ken = Phone(page, "メイ"), Phone(page, "健太")
    await expect(ken.screen).to_be_visible()
    await shop.line.push(mei_id, text("メイさんだけに"))
    await expect(mei.talk.get_by_text("メイさんだけに")).to_be_visible()
    await expect(ken.talk.get_by_text("メイさんだけに")).to_have_count(0)


async def test_a_narrow_window_shows_one_phone_and_switches(
    shop: Shop, open_page: OpenPage
) -> None:
    await shop.line.friend("メイ")
    await shop.line.friend("健太")
    page = await open_page(width=390, height=844)
    await expect(Phone(page, "メイ").screen).to_be_visible()
    await expect(Phone(page, "健太").screen).to_be_hidden()
    await page.get_by_role("button", name="健太のスマホを表示").click()
    await expect(Phone(page, "健太").screen).to_be_visible()
    await expect(Phone(page, "メイ").screen).to_be_hidden()


async def test_the_open_phones_are_kept_in_the_address(shop: Shop, open_page: OpenPage) -> None:
    await shop.line.friend("メイ")
    await shop.line.friend("健太")
    page = await open_page()
    await page.get_by_role("button", name="メイのスマホを隠す").click()
    await expect(Phone(page, "メイ").screen).to_have_count(0)
    await page.reload()
    await expect(Phone(page, "健太").screen).to_be_visible()
    await expect(Phone(page, "メイ").screen).to_have_count(0)


async def test_whoever_blocks_the_account_cannot_write_until_they_unblock(
    shop: Shop, mei: Phone
) -> None:
    await mei.button("ブロック").click()
    await expect(mei.input).to_be_hidden()
    await mei.button("ブロック解除").click()
    await expect(mei.input).to_be_visible()
    await shop.hear("follow")
    assert [event["type"] for event in shop.heard] == ["unfollow", "follow"]


async def test_a_lost_connection_is_told_and_caught_up(shop: Shop, mei: Phone) -> None:
    await mei.page.route("**/_emulator/stream", lambda route: route.abort())
    shop.line.emulator.platform.stream.close()
    banner = mei.page.get_by_role("alert").filter(has_text="接続が切れました")
    await expect(banner).to_be_visible()
    await shop.line.push(mei.user_id, text("その間に"))
    await mei.page.unroute("**/_emulator/stream")
    await expect(mei.talk.get_by_text("その間に")).to_be_visible()
    await expect(banner).to_be_hidden()


async def test_what_arrives_while_the_talk_is_read_is_kept(shop: Shop, mei: Phone) -> None:
    pushed = asyncio.Event()

    async def read_slowly(route: Route) -> None:
        answer = await route.fetch()
        await shop.line.push(mei.user_id, text("読んでいるあいだに"))
        await pushed.wait()
        await route.fulfill(response=answer)

    await mei.page.route("**/timeline", read_slowly)
    await mei.page.reload()
    await expect(mei.talk.get_by_text("読んでいるあいだに")).to_be_visible()
    async with mei.page.expect_response("**/timeline"):
        pushed.set()
    await expect(mei.talk.get_by_text("読んでいるあいだに")).to_have_count(1)


async def test_a_bot_that_fails_is_told_on_the_phone(shop: Shop, mei: Phone) -> None:
    shop.status = 500
    await mei.say("もしもし")
    await expect(mei.screen.get_by_role("alert")).to_contain_text("HTTP 500")


async def test_a_refused_message_is_told_and_kept(mei: Phone) -> None:
    await mei.page.route("**/messages", lambda route: route.abort())
    await mei.say("大事な話")
    await expect(mei.page.get_by_role("status").filter(has_text="接続できません")).to_be_visible()
    await expect(mei.input).to_have_value("大事な話")


async def test_the_panel_says_in_plain_words_why_a_call_was_refused(
    shop: Shop, mei: Phone
) -> None:
    shop.answers["?"] = [text("")]
    await mei.say("?")
    await mei.page.get_by_role("button", name="開発者パネル").click()
    panel = mei.page.get_by_role("complementary", name="開発者パネル")
    await expect(panel.get_by_text("message/text")).to_be_visible()
    await panel.get_by_role("tab", name="API").click()
    await panel.get_by_text("/message/reply").click()
    await expect(panel).to_contain_text("1番目のメッセージ text：空にはできません")


async def test_a_fault_made_in_the_panel_befalls_the_next_call(shop: Shop, mei: Phone) -> None:
    shop.answers["?"] = [text("届かない返事")]
    await mei.page.get_by_role("button", name="開発者パネル").click()
    panel = mei.page.get_by_role("complementary", name="開発者パネル")
    await panel.get_by_role("tab", name="障害").click()
    await panel.get_by_role("button", name="障害を起こす").click()
    await expect(panel.get_by_text("/v2/bot/message/reply · 0/1")).to_be_visible()
    await mei.say("?")
    await panel.get_by_role("tab", name="API").click()
    await expect(panel.get_by_text("500", exact=True)).to_be_visible()
    await expect(mei.talk.get_by_text("届かない返事")).to_have_count(0)


async def test_a_day_that_passes_renames_today(mei: Phone) -> None:
    await mei.say("きょうの話")
    await expect(mei.talk.get_by_text("今日", exact=True)).to_be_visible()
    await mei.page.get_by_role("button", name="開発者パネル").click()
    await mei.page.get_by_role("tab", name="設定").click()
    await mei.page.get_by_role("button", name="+1日").click()
    await expect(mei.talk.get_by_text("昨日", exact=True)).to_be_visible()


async def test_every_button_has_a_name(shop: Shop, open_page: OpenPage) -> None:
    await shop.line.friend("メイ")
    page = await open_page("/?panel=1")
    await expect(Phone(page, "メイ").input).to_be_visible()
    for button in await page.get_by_role("button").all():
        await expect(button).to_have_accessible_name(re.compile("."))


async def test_the_page_speaks_english_on_request(open_page: OpenPage) -> None:
    page = await open_page("/?lang=en")
    await expect(page.get_by_role("heading", name="Whose phone shall we try?")).to_be_visible()
    await expect(page.get_by_text("not affiliated with LINE")).to_be_visible()
