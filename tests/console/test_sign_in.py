"""Coming in and going out."""

from bot.staff.rights import Role
from tests.console.support import Browser, hire
from tests.support import Shop


async def test_who_knows_the_password_comes_in(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato", Role.MANAGER, name="佐藤")
    screen = await browser.open("/console/")
    assert screen.path == "/console/sign-in?next=/console/"
    screen = await browser.send(
        "/console/sign-in", login="ｓａｔｏ", password="縁は異なもの味なもの"
    )
    assert screen.status == 200
    assert screen.path == "/console/"
    assert "佐藤さん、お疲れさまです" in screen.text


async def test_a_wrong_password_and_an_unknown_login_look_alike(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "sato")
    wrong = await browser.sign_in("sato", "not the password")
    unknown = await browser.sign_in("nobody", "not the password")
    assert wrong.status == unknown.status == 422
    assert "ログインIDまたはパスワードが違います。" in wrong.text
    assert wrong.text.replace("sato", "") == unknown.text.replace("nobody", "")


async def test_who_signs_out_is_out(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    await browser.sign_in("sato")
    kept = browser.cookie()
    screen = await browser.send("/console/sign-out")
    assert screen.path == "/console/sign-in"
    assert browser.cookie() is None
    screen = await browser.open("/console/", Cookie=f"__Host-enishi={kept}")
    assert "サインイン" in screen.text
