"""Signing in with a code of an app, or with one kept on paper."""

import re

import pyotp

from bot.resources import CLOCK
from tests.console.support import PASSWORD, Browser, hire
from tests.support import Shop


async def switch_on(shop: Shop, browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    await browser.sign_in("sato")
    screen = await browser.open("/console/account/second-step")
    assert "<svg" in screen.html
    shown = re.search(r'class="code">([A-Z2-7]{32})<', screen.html)
    seed = re.search(r'name="seed" value="([A-Z2-7]+)"', screen.html)
    assert shown is not None
    assert seed is not None
    totp = pyotp.TOTP(shown[1])
    fields = {"seed": seed[1], "current": PASSWORD}
    wrong = await browser.send("/console/account/second-step", code="000000", **fields)
    assert "コードが違います" in wrong.text
    code = totp.at(shop.app[CLOCK]())
    screen = await browser.send("/console/account/second-step", code=code, **fields)
    assert "2段階認証を有効にしました" in screen.text
    codes = re.findall(r"^.*?([2-9a-z]{5}-[2-9a-z]{5})$", screen.html, re.MULTILINE)
    assert len(codes) == 10
    await browser.open("/console/")
    await browser.send("/console/sign-out")
    return totp, codes


async def test_a_code_of_the_app_is_asked_for_and_works_once(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    totp, _ = await switch_on(shop, browser)
    screen = await browser.sign_in("sato")
    assert screen.path.startswith("/console/sign-in/code")
    assert "sign-in" in (await browser.open("/console/")).path  # half way is not in
    await browser.sign_in("sato")
    used = totp.at(shop.app[CLOCK]())
    screen = await browser.send("/console/sign-in/code", code=used)
    assert "コードが違うか、使用済みです" in screen.text  # it switched the step on
    await shop.advance(60)
    fresh = totp.at(shop.app[CLOCK]())
    assert (await browser.send("/console/sign-in/code", code=fresh)).path == "/console/"


async def test_a_code_on_paper_works_once(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    _, codes = await switch_on(shop, browser)
    await browser.sign_in("sato")
    assert (await browser.send("/console/sign-in/code", code=codes[0].upper())).path == "/console/"
    await browser.send("/console/sign-out")
    await browser.sign_in("sato")
    screen = await browser.send("/console/sign-in/code", code=codes[0])
    assert "コードが違うか、使用済みです" in screen.text
    assert (await browser.send("/console/sign-in/code", code=codes[1])).path == "/console/"


async def test_codes_cannot_be_tried_out(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    totp, _ = await switch_on(shop, browser)
    await shop.advance(60)
    await browser.sign_in("sato")
    for _ in range(6):
        screen = await browser.send("/console/sign-in/code", code="123456")
    assert screen.status == 429
    right = totp.at(shop.app[CLOCK]())
    assert (await browser.send("/console/sign-in/code", code=right)).status == 429


async def test_it_is_switched_off_with_the_password(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    _, codes = await switch_on(shop, browser)
    await browser.sign_in("sato")
    await browser.send("/console/sign-in/code", code=codes[0])
    await browser.open("/console/account")
    screen = await browser.send("/console/account/second-step/off", current_off="no")
    assert "今のパスワードが違います" in screen.text
    screen = await browser.send("/console/account/second-step/off", current_off=PASSWORD)
    assert "2段階認証を解除しました" in screen.text
    await browser.send("/console/sign-out")
    assert (await browser.sign_in("sato")).path == "/console/"
