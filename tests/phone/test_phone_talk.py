"""The talk on a phone: what is said, what it cost, and how it is drawn."""

import pytest
from playwright.async_api import expect

from tests.phone.conftest import OpenPage
from tests.phone.support import PUBLIC, Phone, Shop, box, flex, picture, text

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_reply_is_marked_free_and_a_push_billed(shop: Shop, mei: Phone) -> None:
    shop.answers["こんにちは"] = [text("いらっしゃいませ"), text("ご用件は？")]
    await mei.say("こんにちは")
    reply = mei.talk.get_by_role("article").filter(has_text="ご用件は？")
    await expect(reply).to_contain_text("いらっしゃいませ")
    await expect(reply.get_by_text("無料")).to_have_count(1)
    await shop.line.push(mei.user_id, text("お知らせです"))
    push = mei.talk.get_by_role("article").filter(has_text="お知らせです")
    await expect(push).to_contain_text("有料 1通")


async def test_markup_in_a_message_stays_text(shop: Shop, mei: Phone) -> None:
    hostile = "<img src=x onerror=\"document.title='taken'\"> [1] javascript:alert(1)"
    shop.answers["?"] = [
        text(hostile, sender={"name": "<b>x</b>"}),
        flex({"type": "bubble", "body": box({"type": "text", "text": hostile, "wrap": True})}),
    ]
    await mei.say("?")
    await expect(mei.talk.get_by_text("onerror")).to_have_count(2)
    await expect(mei.talk.locator("img[src='x'], b, a[href^='javascript']")).to_have_count(0)
    await expect(mei.page).not_to_have_title("taken")


async def test_enter_sends_but_not_while_an_input_method_composes(shop: Shop, mei: Phone) -> None:
    await mei.input.fill("にほん")
    await mei.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(mei.input).to_have_value("にほん")
    await mei.input.press("Shift+Enter")
    await expect(mei.input).to_have_value("にほん\n")
    await mei.input.press("Enter")
    await expect(mei.input).to_have_value("")
    await expect(mei.talk.get_by_text("にほん")).to_be_visible()
    assert len(await shop.hear("message")) == 1


async def test_a_message_is_marked_read_when_the_account_reads_it(shop: Shop, mei: Phone) -> None:
    await mei.say("読んでね")
    await expect(mei.talk.get_by_text("読んでね")).to_be_visible()
    await expect(mei.talk.get_by_text("既読")).to_have_count(0)
    token = (await shop.hear("message"))[0]["markAsReadToken"]
    await shop.line.api("/v2/bot/chat/markAsRead", {"markAsReadToken": token}, status=200)
    await expect(mei.talk.get_by_text("既読")).to_be_visible()


async def test_a_message_can_be_taken_back(mei: Phone) -> None:
    await mei.say("まちがい")
    await mei.talk.get_by_text("まちがい").hover()
    await mei.talk.get_by_role("button", name="送信取消").click()
    await expect(mei.talk.get_by_text("送信を取り消しました")).to_be_visible()
    await expect(mei.talk.get_by_text("まちがい")).to_have_count(0)
    await mei.page.reload()
    await expect(mei.talk.get_by_text("送信を取り消しました")).to_be_visible()


async def test_dots_show_while_an_answer_is_prepared(shop: Shop, mei: Phone) -> None:
    await shop.line.api("/v2/bot/chat/loading/start", {"chatId": mei.user_id}, status=202)
    await expect(mei.talk.get_by_label("入力中")).to_be_visible()
    await shop.line.push(mei.user_id, text("お待たせしました"))
    await expect(mei.talk.get_by_label("入力中")).to_have_count(0)


async def test_a_sticker_a_picture_and_a_place_reach_the_bot(shop: Shop, mei: Phone) -> None:
    await mei.button("スタンプ").click()
    await mei.button("スタンプ ありがとう").click()
    await expect(mei.talk.get_by_label("スタンプ ありがとう")).to_be_visible()
    await mei.button("写真・動画・位置情報などを送る").click()
    async with mei.page.expect_file_chooser() as choosing:
        await mei.button("写真").click()
    await (await choosing.value).set_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture()}
    )
    await expect(mei.talk.get_by_role("img", name="画像")).to_be_visible()
    await mei.button("写真・動画・位置情報などを送る").click()
    await mei.button("位置情報").click()
    await mei.page.get_by_role("dialog").get_by_role("button", name="送信").click()
    await expect(mei.talk.get_by_text("東京駅")).to_be_visible()
    kinds = [message["type"] for message in await shop.hear("message", 3)]
    assert kinds == ["sticker", "image", "location"]


async def test_a_message_to_a_phone_out_of_sight_marks_its_owner(
    shop: Shop, open_page: OpenPage
) -> None:
    await shop.line.friend("メイ")
    ken_id = await shop.line.friend("健太")
    page = await open_page(width=390, height=844)
    await expect(Phone(page, "メイ").input).to_be_visible()
    await shop.line.push(ken_id, text("健太さんへ"))
    await page.get_by_role("button", name="健太のスマホを表示（新着あり）").click()
    await expect(Phone(page, "健太").talk.get_by_text("健太さんへ")).to_be_visible()


async def test_a_long_talk_shows_its_end_and_the_past_on_demand(shop: Shop, mei: Phone) -> None:
    for number in range(50):
        await shop.line.push(mei.user_id, *(text(f"第{number}話の{part}") for part in range(5)))
    await mei.page.reload()
    await expect(mei.talk.get_by_text("第49話の4")).to_be_in_viewport()
    await expect(mei.talk.get_by_text("第0話の0")).to_have_count(0)
    await mei.button("以前のメッセージ（50件）").click()
    await expect(mei.talk.get_by_text("第0話の0")).to_have_count(1)
    await expect(mei.screen.get_by_role("button", name="以前のメッセージ")).to_be_hidden()


async def test_media_stickers_and_places_of_the_account_are_drawn(shop: Shop, mei: Phone) -> None:
    url = f"{PUBLIC}/media"
    await shop.line.push(
        mei.user_id,
        {"type": "image", "originalContentUrl": url, "previewImageUrl": url},
        {"type": "video", "originalContentUrl": url, "previewImageUrl": url},
        {"type": "audio", "originalContentUrl": url, "duration": 65_000},
        {"type": "sticker", "packageId": "11537", "stickerId": "52002734"},
        {
            "type": "location",
            "title": "横浜店",
            "address": "x",
            "latitude": 35.4,
            "longitude": 139,
        },
    )
    # The shop's pages are no pictures: the phone says so instead of showing nothing.
    await expect(mei.talk.get_by_text("画像を読み込めません")).to_be_visible()
    await expect(mei.talk.get_by_label("動画")).to_be_visible()
    await expect(mei.talk.get_by_text("1:05")).to_be_visible()
    await expect(mei.talk.get_by_label("スタンプ 11537/52002734")).to_be_visible()
    await expect(mei.talk.get_by_text("横浜店")).to_be_visible()


async def test_a_bubble_has_the_sizes_its_design_asks_for(shop: Shop, mei: Phone) -> None:
    bubble = {
        "type": "bubble",
        "size": "kilo",
        "body": {
            "type": "box",
            "layout": "horizontal",
            "spacing": "md",
            "paddingAll": "10px",
            "contents": [
                box({"type": "text", "text": "一"}, flex=1, backgroundColor="#FF0000"),
                box({"type": "text", "text": "二", "size": "xl"}, flex=2),
            ],
        },
    }
    shop.answers["?"] = [flex(bubble)]
    await mei.say("?")
    body = mei.talk.get_by_role("group", name="flex")
    await expect(body.get_by_text("二")).to_have_css("font-size", "22px")
    sizes = await body.evaluate(
        """group => [group.firstElementChild, ...group.querySelectorAll(".flex-box .flex-box")]
            .map((element) => Math.round(element.getBoundingClientRect().width))"""
    )
    # 260 wide, less two paddings of 10 and a gap of 8, shared one to two.
    assert sizes == [260, 77, 155]
