"""The frame around every page: languages, files, words for trouble."""

import hashlib
import re

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from yarl import URL

from bot.console.assets import FOLDER
from bot.console.language import preferred
from bot.console.visitor import SESSIONS
from bot.redis_client import open_redis
from bot.staff import repository
from bot.staff.rights import Role
from tests.console.support import Browser, hire
from tests.console.test_rights import console_of
from tests.support import Shop

VENDORED = {
    "htmx-2.0.11.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac",
    "htmx-ext-sse-2.2.4.min.js": "98a46496de0c3605fbffdce9167ba427",
    "idiomorph-ext-0.8.0.min.js": "5811b9a7eda14878b7dab4378bf60432",
}


def test_vendored_scripts_are_those_that_were_taken() -> None:
    files = {path.name: path.read_bytes() for path in (FOLDER / "vendor").iterdir()}
    assert {
        name: hashlib.sha256(body).hexdigest()[:32] for name, body in files.items()
    } == VENDORED


async def test_each_reads_their_own_language(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    screen = await browser.open("/console/sign-in", **{"Accept-Language": "en-US,en;q=0.9"})
    assert "Sign in" in screen.text
    assert '<html lang="en"' in screen.html
    await browser.sign_in("sato")
    await browser.open("/console/account")
    screen = await browser.send("/console/account/look", language="en", theme="dark")
    assert "Account settings" in screen.text
    assert "The look is saved." in screen.text
    assert 'data-theme="dark"' in screen.html
    screen = await browser.open("/console/", **{"Accept-Language": "ja"})
    assert "Hello, sato" in screen.text


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "ja"),
        ("fr", "ja"),
        ("fr, en-GB;q=0.5", "en"),
        ("en;q=0.4, ja;q=0.9", "ja"),
        ("en;q=0", "ja"),
        (";;q=x,,", "ja"),
    ],
)
def test_the_language_is_the_first_of_ours_a_browser_asks_for(asked: str, language: str) -> None:
    assert preferred(asked) == language


async def test_files_are_kept_for_a_year_and_packed(browser: Browser) -> None:
    html = (await browser.open("/console/sign-in")).html
    address = html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    async with browser.http.get(browser.url + address) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content_type == "text/css"
    for wrong in ("../app.py", "%2e%2e/app.py", "css", "nothing.css"):
        async with browser.http.get(f"{browser.url}/console/static/x/{wrong}") as answer:
            assert answer.status == 404
    async with browser.http.get(browser.url + "/console/manifest.webmanifest") as answer:
        manifest = await answer.json(content_type="application/manifest+json")
    for icon in manifest["icons"]:
        async with browser.http.get(browser.url + icon["src"]) as answer:
            assert answer.content_type == "image/png"


async def test_a_failure_shows_no_detail(
    shop: Shop, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")

    async def fail(connection: AsyncEngine) -> None:
        raise RuntimeError(f"secret detail of {connection}")

    monkeypatch.setattr(repository, "list_all", fail)
    screen = await browser.open("/console/staff")
    assert screen.status == 500
    assert "エラーが発生しました" in screen.text
    assert "secret" not in screen.html


async def test_without_redis_nobody_comes_in_and_it_says_so(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    await browser.sign_in("sato")
    away = open_redis("redis://127.0.0.1:1")
    object.__setattr__(console_of(shop)[SESSIONS], "_redis", away)
    screen = await browser.open("/console/")
    assert screen.status == 503
    assert screen.headers["Retry-After"] == "60"
    assert "ただいま接続できません" in screen.text
    await away.aclose()


async def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")
    await browser.open("/console/staff/new")
    screen = await browser.send("/console/staff/new", name="佐藤 花", login="owner", role="staff")
    assert screen.status == 422
    (control,) = re.findall(r'<input id="login"[^>]*>', screen.html)
    for said in ('value="owner"', 'aria-invalid="true"', "autofocus"):
        assert said in control
    assert 'aria-describedby="login-problem login-hint"' in control
    assert 'value="佐藤 花"' in screen.html
    assert screen.html.count("aria-invalid") == 1


async def test_a_form_that_came_too_late_leads_back_to_its_page(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "owner", Role.OWNER)
    page = "/console/shops/new?from=list"
    referer = {"Referer": browser.url + page}
    screen = await browser.post("/console/shops/new", {"name": "本店"}, **referer)
    assert URL(screen.path).query["next"] == page
    await browser.sign_in("owner")
    screen = await browser.post("/console/shops/new", {"csrf": "of another session"}, **referer)
    assert screen.status == 403
    assert "ページを開き直してください" in screen.text
    assert f'href="{page}"' in screen.html
    elsewhere = {"Referer": "https://other.example/wp-admin"}
    screen = await browser.post("/console/shops/new", {"csrf": "forged"}, **elsewhere)
    assert "wp-admin" not in screen.html
