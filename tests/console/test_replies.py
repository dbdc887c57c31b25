"""定型文: written by those who use them, shared by those who may."""

from bot.staff.rights import Role
from tests.console.support import Browser, hire, open_browser
from tests.console.test_supervision import open_shops
from tests.support import Shop

NEW = "/console/talk/replies/new"


async def test_ones_own_reply_is_written_previewed_changed_and_deleted(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "sato", name="佐藤")
    await browser.sign_in("sato")
    assert "定型文がまだありません" in (await browser.open("/console/talk/replies")).text
    page = await browser.open(NEW)
    assert 'value="*"' not in page.html  # shared ones are for managers
    made = {"message": "{お名前}様、{担当者}です。{在庫}です<b>", "title": "ご案内"}
    seen = await browser.send("/console/talk/replies/preview", **made)
    assert "山田 花子様、佐藤です。{在庫}です<b>" in seen.text
    assert "分からない変数は、送る前に書き換えが必要です: {在庫}" in seen.text
    await browser.open(NEW)
    unfit = await browser.send(NEW, title="", message="はい")
    assert unfit.status == 422
    assert "タイトルを60文字までで入力してください" in unfit.text
    assert ">はい</textarea>" in unfit.html
    unfit = await browser.send(NEW, title="ご案内", message="い" * 2_501)
    assert "本文を入力してください。1つ2,500文字、5個までです。" in unfit.text
    listed = await browser.send(NEW, **made)
    assert "「ご案内」を保存しました" in listed.text
    assert "自分用" in listed.text
    ((reply_id,),) = await shop.sql("SELECT id FROM canned_replies")
    await browser.open(f"/console/talk/replies/{reply_id}")
    changed = await browser.send(
        f"/console/talk/replies/{reply_id}", title="ご挨拶", message="はい"
    )
    assert "ご挨拶" in changed.text
    assert "見つかりません" in (await browser.open("/console/talk/replies?q=在庫")).text
    await browser.open(f"/console/talk/replies/{reply_id}")
    gone = await browser.send(f"/console/talk/replies/{reply_id}/remove")
    assert "定型文がまだありません" in gone.text


async def test_a_manager_shares_with_their_shop_and_no_other(shop: Shop, browser: Browser) -> None:
    await open_shops(shop, "shibuya", "ebisu")
    await hire(shop, "manager", Role.MANAGER, shops=("shibuya",))
    await hire(shop, "staff", shops=("shibuya",))
    await browser.sign_in("manager")
    await browser.open(NEW)
    for whose in ("ebisu", "*"):
        refused = await browser.send(NEW, title="他店", message="はい", whose=whose)
        assert refused.status == 403
        await browser.open(NEW)
    await browser.send(NEW, title="渋谷の営業時間", message="10時からです", whose="shibuya")
    ((reply_id,),) = await shop.sql("SELECT id FROM canned_replies")
    async with open_browser(shop) as other:
        await other.sign_in("staff")
        listed = await other.open("/console/talk/replies")
        assert "渋谷の営業時間" in listed.text
        assert (await other.open(f"/console/talk/replies/{reply_id}")).status == 404
        await other.open(NEW)
        assert (
            await other.send(f"/console/talk/replies/{reply_id}", title="x", message="x")
        ).status == 404
