"""Quotes, coupons, pages opened on the phone, and what a reload must not undo."""

import re

import pytest
from playwright.async_api import expect

from bot.emulator.server import PAGE
from tests.phone.conftest import OpenPage
from tests.phone.support import PUBLIC, Json, Phone, Shop, picture, postback, quick, text

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_person_quotes_the_account_and_the_bot_hears_which(shop: Shop, mei: Phone) -> None:
    await shop.line.push(mei.user_id, text("団子は三色です"))
    await mei.talk.get_by_text("団子は三色です").hover()
    await mei.talk.get_by_role("button", name="リプライ").click()
    await expect(mei.screen.get_by_role("group", name="リプライ")).to_contain_text("団子は三色")
    await mei.say("それください")
    strip = mei.talk.get_by_role("button", name="リプライ元： 団子は三色です")
    await expect(strip).to_be_visible()
    await expect(mei.screen.get_by_role("group", name="リプライ")).to_be_hidden()
    (message,) = await shop.hear("message")
    assert message["quotedMessageId"] == (await shop.line.shown(mei.user_id))[0]["id"]


async def test_the_account_quotes_a_person(shop: Shop, mei: Phone) -> None:
    await mei.say("予約できますか")
    token = (await shop.hear("message"))[0]["quoteToken"]
    await shop.line.push(mei.user_id, text("はい", quoteToken=token))
    quoting = mei.talk.get_by_role("article").filter(has_text="はい")
    await expect(quoting.get_by_role("button", name="リプライ元： 予約できますか")).to_be_visible()
    await expect(quoting).to_contain_text("メイ")


async def test_a_quote_leads_to_a_message_of_the_undrawn_past(shop: Shop, mei: Phone) -> None:
    await mei.say("ずっと前の話")
    token = (await shop.hear("message"))[0]["quoteToken"]
    for number in range(42):
        await shop.line.push(mei.user_id, *(text(f"{number}-{part}") for part in range(5)))
    await shop.line.push(mei.user_id, text("お返事です", quoteToken=token))
    await mei.page.reload()
    await mei.talk.get_by_role("button", name="リプライ元： ずっと前の話").click()
    past = mei.talk.locator(".text-bubble", has_text=re.compile("^ずっと前の話$"))
    await expect(past).to_be_in_viewport()


async def test_used_quick_replies_stay_away_after_a_reload(shop: Shop, mei: Phone) -> None:
    shop.answers["?"] = [text("どちら？", quickReply=quick(postback("はい", "yes")))]
    await mei.say("?")
    await mei.quick_replies.get_by_role("button", name="はい").click()
    await shop.hear("postback")
    await mei.page.reload()
    await expect(mei.talk.get_by_text("どちら？")).to_be_visible()
    await expect(mei.quick_replies).to_be_hidden()


async def coupon(shop: Shop, **more: Json | str) -> Json:
    now = int(shop.line.emulator.clock.seconds())
    body = {
        "title": "新茶フェア",
        "acquisitionCondition": {"type": "normal"},
        "maxUseCountPerTicket": 1,
        "startTimestamp": now,
        "endTimestamp": now + 86_400,
        "timezone": "ASIA_TOKYO",
        "visibility": "PUBLIC",
        "reward": {"type": "discount", "priceInfo": {"type": "percentage", "percentage": 20}},
        **more,
    }
    made = await shop.line.api("/v2/bot/coupon", body, status=200)
    return {"type": "coupon", "couponId": made["couponId"]}


async def test_a_coupon_is_shown_at_the_till_and_used_once(shop: Shop, mei: Phone) -> None:
    await shop.line.push(mei.user_id, await coupon(shop, couponCode="TEA-20"))
    await mei.talk.get_by_role("button", name="新茶フェア").click()
    dialog = mei.page.get_by_role("dialog", name="クーポン", exact=True)
    await expect(dialog).to_contain_text("20% 割引")
    await expect(dialog).to_contain_text("TEA-20")
    await dialog.get_by_role("button", name="使用済みにする").click()
    await mei.page.get_by_role("button", name="はい", exact=True).click()
    await expect(dialog.get_by_text("使用済み（")).to_be_visible()
    await expect(dialog.get_by_text("TEA-20")).to_have_count(0)


async def test_a_coupon_that_ended_cannot_be_used(shop: Shop, mei: Phone) -> None:
    message = await coupon(shop)
    await shop.line.push(mei.user_id, message)
    shop.line.emulator.clock.advance(2 * 86_400)
    await mei.talk.get_by_role("button", name="新茶フェア").click()
    await expect(mei.page.get_by_role("dialog")).to_contain_text("このクーポンは終了しました")


async def test_coming_back_from_a_login_links_the_person_whose_phone_it_is(
    shop: Shop, mei: Phone
) -> None:
    issued = await shop.line.api(f"/v2/bot/user/{mei.user_id}/linkToken", {}, status=200)
    query = f"linkToken={issued['linkToken']}&nonce=0123456789abcdef"
    await shop.line.push(
        mei.user_id, text(f"https://access.line.me/dialog/bot/accountLink?{query}")
    )
    await mei.talk.get_by_role("link").click()
    page = mei.screen.get_by_role("dialog").frame_locator("iframe")
    await expect(page.get_by_role("heading", name="連携しました")).to_be_visible()
    link = (await shop.hear("link", of="accountLink"))[0]
    assert link == {"result": "ok", "nonce": "0123456789abcdef"}


async def test_a_login_page_knows_whose_phone_it_is(shop: Shop, open_page: OpenPage) -> None:
    await shop.line.friend("健太")
    mei_id = await shop.line.friend("メイ")
    query = f"response_type=code&client_id=1000000002&redirect_uri={PUBLIC}/callback"
    url = f"https://access.line.me/oauth2/v2.1/authorize?{query}&state=s&scope=profile"
    await shop.line.push(mei_id, text(url))
    mei = Phone(await open_page(), "メイ", mei_id)
    await mei.talk.get_by_role("link").click()
    page = mei.screen.get_by_role("dialog").frame_locator("iframe")
    await expect(page.get_by_role("combobox")).to_have_value(mei_id)
    await page.get_by_role("button", name="許可する").click()
    await expect(page.get_by_role("heading", name="The page callback")).to_be_visible()


async def test_a_liff_app_opens_over_the_talk_and_closes(shop: Shop, mei: Phone) -> None:
    liff_id = await shop.line.liff_app(f"{PUBLIC}/card")
    menu = await shop.line.menu(
        "会員用", {"type": "uri", "label": "会員証", "uri": f"https://liff.line.me/{liff_id}"}
    )
    await shop.line.link(mei.user_id, menu)
    await mei.button("会員証").click()
    app = mei.screen.get_by_role("dialog")
    heading = app.frame_locator("iframe").get_by_role("heading", name="The page card")
    await expect(heading).to_be_visible()
    assert "access_token=" in await heading.evaluate("() => location.hash")
    await heading.evaluate("() => parent.postMessage({ type: 'liff.closeWindow' }, '*')")
    await expect(app).to_be_hidden()
    await expect(mei.input).to_be_visible()


async def test_a_link_to_the_account_prepares_a_text(shop: Shop, mei: Phone) -> None:
    await shop.line.push(mei.user_id, text("https://line.me/R/oaMessage/%40000demo/?Hello%20you"))
    await mei.talk.get_by_role("link").click()
    await expect(mei.input).to_have_value("Hello you")


async def test_a_low_window_shows_the_whole_menu_unsqueezed(shop: Shop, mei: Phone) -> None:
    menu = await shop.line.menu("会員用", postback("会員証", "card"), size=(1200, 810))
    await shop.line.link(mei.user_id, menu)
    await mei.page.set_viewport_size({"width": 1280, "height": 560})
    layer = mei.screen.locator(".menu-layer")
    await expect(layer).to_be_visible()
    ratio = await layer.evaluate("layer => layer.clientWidth / layer.clientHeight")
    assert ratio == pytest.approx(1200 / 810, rel=0.02)


async def test_the_policy_of_the_page_is_a_header_too(mei: Phone) -> None:
    answer = await mei.page.request.get(mei.page.url)
    policy = answer.headers["content-security-policy"]
    assert f'content="{policy}"' in (PAGE / "index.html").read_text()
    assert "script-src" not in policy
    assert "default-src 'self'" in policy


async def test_a_file_goes_both_ways(shop: Shop, mei: Phone) -> None:
    await mei.button("写真・動画・位置情報などを送る").click()
    async with mei.page.expect_file_chooser() as choosing:
        await mei.button("ファイル").click()
    await (await choosing.value).set_files(
        {"name": "地図.png", "mimeType": "image/png", "buffer": picture()}
    )
    await expect(mei.talk.get_by_text("地図.png")).to_be_visible()
    (message,) = await shop.hear("message")
    assert (message["type"], message["fileName"]) == ("file", "地図.png")


async def test_the_panel_shows_the_signature_of_a_webhook(shop: Shop, mei: Phone) -> None:
    await mei.say("もしもし")
    await shop.hear("message")
    await mei.page.get_by_role("button", name="開発者パネル").click()
    panel = mei.page.get_by_role("complementary", name="開発者パネル")
    await panel.get_by_text("message/text").click()
    await expect(panel.get_by_text("x-line-signature")).to_be_visible()
    await panel.get_by_role("button", name="再送する").click()
    await shop.hear("message", 2)
