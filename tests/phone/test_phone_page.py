"""The phone page, used as its people use it: in a browser, against the real emulator."""

import re

import pytest
from playwright.async_api import expect

from tests.phone.conftest import OpenPage
from tests.phone.support import PUBLIC, Phone, Shop, flex, picture, postback, quick, text

pytestmark = pytest.mark.asyncio(loop_scope="session")


def box(*contents: dict[str, object], **more: object) -> dict[str, object]:
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


# --- people -------------------------------------------------------------------------------


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


# --- the talk -----------------------------------------------------------------------------


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


# --- buttons ------------------------------------------------------------------------------


async def test_quick_replies_go_away_with_a_tap(shop: Shop, mei: Phone) -> None:
    shop.answers["?"] = [
        text("どちら？", quickReply=quick({"type": "message", "label": "はい", "text": "はい!"}))
    ]
    await mei.say("?")
    await mei.quick_replies.get_by_role("button", name="はい").click()
    await expect(mei.talk.get_by_text("はい!")).to_be_visible()
    await expect(mei.quick_replies).to_be_hidden()


async def test_quick_replies_stay_after_copying(shop: Shop, mei: Phone) -> None:
    copy = {"type": "clipboard", "label": "コピー", "clipboardText": "ABC"}
    shop.answers["?"] = [text("コードです", quickReply=quick(copy))]
    await mei.say("?")
    await mei.quick_replies.get_by_role("button", name="コピー").click()
    await expect(mei.page.get_by_role("status").filter(has_text="コピー")).to_be_visible()
    await expect(mei.quick_replies).to_be_visible()


async def test_a_picked_date_is_what_the_bot_hears(shop: Shop, mei: Phone) -> None:
    picker = {"type": "datetimepicker", "label": "誕生日", "data": "bd", "mode": "date"}
    shop.answers["?"] = [text("いつ？", quickReply=quick({**picker, "initial": "1990-01-01"}))]
    await mei.say("?")
    await mei.quick_replies.get_by_role("button", name="誕生日").click()
    dialog = mei.page.get_by_role("dialog")
    await expect(dialog.get_by_label("誕生日")).to_have_value("1990-01-01")
    await dialog.get_by_label("誕生日").fill("1988-04-02")
    await dialog.get_by_role("button", name="決定").click()
    await expect(mei.quick_replies).to_be_hidden()
    assert await shop.hear("postback") == [{"data": "bd", "params": {"date": "1988-04-02"}}]


async def test_every_button_of_a_bubble_sends_its_own_data(shop: Shop, mei: Phone) -> None:
    # The footer comes first in the JSON, and stands last on the screen.
    bubble = {
        "type": "bubble",
        "footer": box({"type": "button", "action": postback("使う", "use")}),
        "body": box({"type": "text", "text": "詳しく", "action": postback("詳", "more")}),
        "hero": {
            "type": "image",
            "url": f"{PUBLIC}/a.png",
            "action": postback("絵", "picture"),
        },
    }
    shop.answers["?"] = [flex(bubble)]
    await mei.say("?")
    for count, name in enumerate(("使う", "詳", "絵"), start=1):
        await mei.talk.get_by_role("button", name=name, exact=True).click()
        await shop.hear("postback", count)
    assert [one["data"] for one in await shop.hear("postback")] == ["use", "more", "picture"]


async def test_a_link_opens_the_local_page_that_stands_for_its_origin(
    shop: Shop, mei: Phone
) -> None:
    shop.answers["?"] = [text(f"こちら {PUBLIC}/products。電話は tel:0312345678")]
    await mei.say("?")
    await mei.talk.get_by_role("link", name="products").click()
    dialog = mei.page.get_by_role("dialog")
    await expect(
        dialog.frame_locator("iframe").get_by_role("heading", name="The page products")
    ).to_be_visible()
    await expect(dialog).to_contain_text(PUBLIC)
    await mei.page.keyboard.press("Escape")
    await mei.talk.get_by_role("link", name="tel:").click()
    await expect(dialog).to_contain_text("0312345678 に発信")


# --- rich menus ---------------------------------------------------------------------------


async def test_a_menu_area_answers_to_the_keyboard(shop: Shop, mei: Phone) -> None:
    menu = await shop.line.menu("会員用", postback("クーポン", "coupon"), postback("店", "shop"))
    await shop.line.link(mei.user_id, menu)
    await mei.button("クーポン").press("Enter")
    assert [one["data"] for one in await shop.hear("postback")] == ["coupon"]


async def test_a_menu_changes_under_the_thumb(shop: Shop, mei: Phone) -> None:
    await shop.line.link(mei.user_id, await shop.line.menu("未登録用", postback("登録", "join")))
    await expect(mei.button("登録")).to_be_visible()
    await shop.line.link(mei.user_id, await shop.line.menu("会員用", postback("会員証", "card")))
    await expect(mei.button("会員証")).to_be_visible()
    await expect(mei.button("登録")).to_have_count(0)
    await expect(
        mei.screen.get_by_text("リッチメニューが切り替わりました：会員用")
    ).to_be_visible()


async def test_the_chat_bar_folds_the_menu(shop: Shop, mei: Phone) -> None:
    menu = await shop.line.menu("メニュー名", postback("会員証", "card"))
    await shop.line.link(mei.user_id, menu)
    bar = mei.button("メニュー名")
    await expect(bar).to_have_attribute("aria-expanded", "true")
    await bar.click()
    await expect(bar).to_have_attribute("aria-expanded", "false")


# --- Flex ---------------------------------------------------------------------------------


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


# --- trouble ------------------------------------------------------------------------------


async def test_a_lost_connection_is_told_and_caught_up(shop: Shop, mei: Phone) -> None:
    await mei.page.route("**/_emulator/stream", lambda route: route.abort())
    shop.line.emulator.platform.stream.close()
    banner = mei.page.get_by_role("alert").filter(has_text="接続が切れました")
    await expect(banner).to_be_visible()
    await shop.line.push(mei.user_id, text("その間に"))
    await mei.page.unroute("**/_emulator/stream")
    await expect(mei.talk.get_by_text("その間に")).to_be_visible()
    await expect(banner).to_be_hidden()


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
