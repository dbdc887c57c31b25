"""Everything a person can tap: quick replies, bubbles, links, the rich menu."""

import pytest
from playwright.async_api import expect

from tests.phone.support import PUBLIC, Json, Phone, Shop, box, flex, postback, quick, text

pytestmark = pytest.mark.asyncio(loop_scope="session")


COLUMNS = [
    {"text": name, "actions": [{"type": "message", "label": f"{name}へ", "text": name}]}
    for name in ("東京", "横浜")
]
AREA = {"x": 0, "y": 0, "width": 1040, "height": 520}
KINDS: dict[str, tuple[Json, str]] = {
    "confirm": (
        {
            "type": "template",
            "altText": "t",
            "template": {
                "type": "confirm",
                "text": "よろしいですか",
                "actions": [
                    {"type": "message", "label": "はい", "text": "はい"},
                    {"type": "message", "label": "いいえ", "text": "いいえ"},
                ],
            },
        },
        "いいえ",
    ),
    "carousel": (
        {
            "type": "template",
            "altText": "t",
            "template": {"type": "carousel", "columns": COLUMNS},
        },
        "横浜へ",
    ),
    "imagemap": (
        {
            "type": "imagemap",
            "altText": "地図",
            "baseUrl": f"{PUBLIC}/map",
            "baseSize": {"width": 1040, "height": 1040},
            "actions": [
                {"type": "message", "text": "上", "area": AREA},
                {"type": "message", "text": "下", "area": {**AREA, "y": 520}},
            ],
        },
        "下",
    ),
}


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


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tap_on_a_template_or_an_imagemap_says_its_text(
    shop: Shop, mei: Phone, kind: str
) -> None:
    message, button = KINDS[kind]
    await shop.line.push(mei.user_id, message)
    await mei.talk.get_by_role("button", name=button, exact=True).click()
    assert (await shop.hear("message"))[0]["text"] == button.removesuffix("へ")


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
