"""Groups on the phone page: made, talked in, joined and left, mentioned and edited."""

import pytest
from playwright.async_api import expect

from tests.phone.conftest import OpenPage
from tests.phone.support import Phone, Shop, quick, text

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def two_in_a_group(shop: Shop, open_page: OpenPage) -> tuple[Phone, Phone]:
    """Return the phones of Mei and Ken, both looking at their group."""
    mei_id, ken_id = await shop.line.friend("メイ"), await shop.line.friend("健太")
    group_id = await shop.line.group("お茶の会", mei_id, ken_id)
    await shop.hear("join")
    page = await open_page(f"/?talks={mei_id}:{group_id},{ken_id}:{group_id}")
    mei, ken = Phone(page, "メイ", mei_id), Phone(page, "健太", ken_id)
    for phone in (mei, ken):
        await expect(phone.screen.get_by_text("お茶の会", exact=True)).to_be_visible()
    return mei, ken


async def test_a_group_is_made_on_a_phone_and_the_account_greets_it(
    shop: Shop, mei: Phone
) -> None:
    await shop.line.friend("健太")
    shop.answers["join"] = [text("お招きありがとうございます")]
    await mei.button("トーク一覧").click()
    await mei.button("グループを作る").click()
    dialog = mei.page.get_by_role("dialog")
    await dialog.get_by_label("グループ名").fill("お茶の会")
    await dialog.get_by_label("健太", exact=True).check()
    await dialog.get_by_role("button", name="作成する").click()
    await expect(mei.talk.get_by_text("メイ、健太がグループに参加しました")).to_be_visible()
    await expect(mei.talk.get_by_text("お招きありがとうございます")).to_be_visible()
    await expect(mei.screen.get_by_text("2人")).to_be_visible()


async def test_members_see_each_other_and_the_account_in_one_talk(
    shop: Shop, open_page: OpenPage
) -> None:
    mei, ken = await two_in_a_group(shop, open_page)
    shop.answers["日曜は？"] = [
        text(
            "10時にどうぞ",
            quickReply=quick({"type": "message", "label": "はい", "text": "お願い"}),
        )
    ]
    await mei.say("日曜は？")
    asked = ken.talk.get_by_role("article").filter(has_text="日曜は？")
    await expect(asked).to_contain_text("メイ")
    await expect(ken.talk.get_by_text("10時にどうぞ")).to_be_visible()
    await ken.quick_replies.get_by_role("button", name="はい").click()
    await expect(mei.talk.get_by_text("お願い")).to_be_visible()
    await expect(mei.quick_replies).to_be_hidden()
    said = [event for event in shop.heard if event["type"] == "message"]
    assert [event["source"]["userId"] for event in said] == [mei.user_id, ken.user_id]


async def test_members_come_and_go_and_the_talk_says_so(shop: Shop, open_page: OpenPage) -> None:
    mei, ken = await two_in_a_group(shop, open_page)
    await shop.line.friend("葵")
    await mei.button("メンバー").click()
    dialog = mei.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="葵：招待").click()
    await dialog.get_by_role("button", name="健太：退会させる").click()
    await mei.page.keyboard.press("Escape")
    await expect(mei.talk.get_by_text("葵がグループに参加しました")).to_be_visible()
    await expect(mei.talk.get_by_text("健太がグループを退会しました")).to_be_visible()
    # Whoever is out sees the talk with the account again.
    await expect(ken.screen.get_by_text("お茶の会", exact=True)).to_have_count(0)
    (joined,) = await shop.hear("joined", of="memberJoined")
    (left,) = await shop.hear("left", of="memberLeft")
    assert left["members"][0]["userId"] == ken.user_id
    assert len(joined["members"]) == 1


async def test_the_account_leaves_and_is_invited_again(shop: Shop, open_page: OpenPage) -> None:
    mei, _ = await two_in_a_group(shop, open_page)
    await mei.button("メンバー").click()
    dialog = mei.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="退会させる").first.click()
    await expect(mei.screen.get_by_text("公式アカウントなし")).to_be_visible()
    await dialog.get_by_role("button", name="招待").click()
    await expect(mei.screen.get_by_text("公式アカウントなし")).to_have_count(0)
    await shop.hear("join", 2)
    assert [event["type"] for event in shop.heard] == ["join", "leave", "join"]


async def test_a_mention_names_where_it_stands(shop: Shop, open_page: OpenPage) -> None:
    mei, ken = await two_in_a_group(shop, open_page)
    await mei.input.press_sequentially("ねえ @健")
    await mei.screen.get_by_role("option", name="@健太").click()
    await mei.input.press_sequentially("さん")
    await mei.input.press("Enter")
    await expect(ken.talk.locator("strong", has_text="@健太")).to_be_visible()
    (message,) = await shop.hear("message")
    whom = {"index": 3, "length": 3, "type": "user", "userId": ken.user_id, "isSelf": False}
    assert message["mention"] == {"mentionees": [whom]}
    assert message["text"] == "ねえ @健太 さん"


async def test_an_edited_text_changes_on_every_phone(shop: Shop, open_page: OpenPage) -> None:
    mei, ken = await two_in_a_group(shop, open_page)
    await mei.say("10時に")
    await mei.talk.get_by_text("10時に").hover()
    await mei.talk.get_by_role("button", name="編集").click()
    dialog = mei.page.get_by_role("dialog")
    await dialog.get_by_label("メッセージを入力").fill("11時に")
    await dialog.get_by_role("button", name="決定").click()
    for phone in (mei, ken):
        await expect(phone.talk.get_by_text("11時に")).to_be_visible()
        await expect(phone.talk.get_by_text("編集済み")).to_be_visible()
    assert (await shop.hear("message", of="messageEdited"))[0]["text"] == "11時に"


async def test_what_waits_in_another_talk_is_marked(shop: Shop, open_page: OpenPage) -> None:
    mei, _ = await two_in_a_group(shop, open_page)
    await shop.line.push(mei.user_id, text("メイさんだけに"))
    await mei.button("トーク一覧（新着あり）").click()
    await mei.screen.get_by_role("button", name="Demo Account（新着あり）").click()
    await expect(mei.talk.get_by_text("メイさんだけに")).to_be_visible()
    await expect(mei.button("トーク一覧")).to_be_visible()
    await mei.page.reload()
    await expect(mei.talk.get_by_text("メイさんだけに")).to_be_visible()
