"""What somebody with bad intentions tries, and what comes of it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.console.attempts import PER_ACCOUNT, PER_ADDRESS
from bot.console.language import LANGUAGES, N_
from bot.console.onward import local_path
from bot.console.pages.sign_in import ATTEMPTS
from bot.console.rendering import environment
from bot.console.visitor import SESSIONS
from bot.resources import CLOCK, SETTINGS
from bot.settings import Settings
from bot.staff import passwords
from bot.staff.rights import Role
from tests.console.support import PASSWORD, Browser, hire, open_browser
from tests.console.test_rights import console_of
from tests.support import Shop

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_a_script_in_a_name_is_text(shop: Shop, browser: Browser) -> None:
    await hire(shop, "owner", Role.OWNER, name=SCRIPT)
    screen = await browser.sign_in("owner")
    assert "<script>alert" not in screen.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in screen.html
    screen = await browser.open("/console/staff")
    assert "<img src=x" not in screen.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_marked_for_translation_is_text(language: str) -> None:
    """What LINE answers, say: words of ours are markup with gaps, and nobody else's are."""
    template = environment(language).from_string("{{ _(words, name=name) }}")
    assert template.render(words=f"{SCRIPT} 100% of", name="") == f"{escape(SCRIPT)} 100% of"
    ours = template.render(words=N_("%(name)sさん、お疲れさまです"), name=SCRIPT)
    assert str(escape(SCRIPT)) in ours


async def test_pages_allow_no_inline_script_and_no_frame(shop: Shop, browser: Browser) -> None:
    await hire(shop, "owner", Role.OWNER)
    for path in ("/console/sign-in", "/console/nothing-here", "/console/account"):
        await browser.sign_in("owner")
        headers = (await browser.open(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "max-age" in headers["Strict-Transport-Security"]
    kept = (await browser.open("/console/manifest.webmanifest")).headers
    assert (kept["Cache-Control"][:7], kept["Vary"]) == ("private", "Cookie")


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, {}),
        ("", {}),
        ("made up", {}),
        ("right", {"Origin": "https://evil.example"}),
        ("right", {"Origin": "null"}),
        ("right", {"Sec-Fetch-Site": "cross-site"}),
        ("right", {"Sec-Fetch-Site": "same-site"}),
    ],
)
async def test_a_forged_form_changes_nothing(
    shop: Shop, browser: Browser, token: str | None, headers: dict[str, str]
) -> None:
    await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")
    right = (await browser.open("/console/staff/new")).csrf
    fields = {"login": "mole", "name": "mole", "role": "owner", "active": "yes"}
    if token is not None:
        fields["csrf"] = right if token == "right" else token
    assert (await browser.post("/console/staff/new", fields, **headers)).status == 403
    assert "mole" not in (await browser.open("/console/staff")).text


async def test_the_token_of_one_session_is_void_in_another(shop: Shop, browser: Browser) -> None:
    await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")
    stolen = browser.screen.csrf
    async with open_browser(shop) as other:
        await other.sign_in("owner")
        assert (await other.post("/console/sign-out", {"csrf": stolen})).status == 403


async def test_signing_in_takes_a_new_id(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    await browser.open("/console/sign-in")
    browser.http.cookie_jar.update_cookies({"__Host-enishi": "planted"})
    await browser.sign_in("sato")
    first = browser.cookie()
    assert first not in {None, "planted"}
    async with open_browser(shop) as thief:
        screen = await thief.open("/console/", Cookie="__Host-enishi=planted")
        assert "ログインID" in screen.text
    await browser.open("/console/")
    await browser.send("/console/sign-out")
    await browser.sign_in("sato")
    assert browser.cookie() != first


async def test_cookies_are_out_of_reach_of_scripts_and_of_http(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "sato")
    await browser.open("/console/sign-in")
    fields = {"csrf": browser.screen.csrf, "login": "sato", "password": PASSWORD}
    async with browser.http.post(
        browser.url + "/console/sign-in",
        data=fields,
        headers={"Origin": browser.url},
        allow_redirects=False,
    ) as answer:
        set_cookie = next(
            line for line in answer.headers.getall("Set-Cookie") if "__Host-enishi=" in line
        )
    for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in set_cookie
    assert "Domain" not in set_cookie


async def test_ten_thousand_guesses_are_a_handful(
    shop: Shop, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hire(shop, "owner", Role.OWNER)
    hashed = 0

    async def count(password: str, password_hash: str | None) -> bool:
        nonlocal hashed
        del password, password_hash
        hashed += 1
        return False

    monkeypatch.setattr(passwords, "matches", count)
    attempts, now = console_of(shop)[ATTEMPTS], shop.app[CLOCK]()
    for _ in range(PER_ACCOUNT + 3):  # through the door, as a person would
        last = await browser.sign_in("owner", "guess")
    assert last.status == 429
    assert "待ってから" in last.text
    for _ in range(100):  # and a hundred at once, a hundred times
        at_once = (
            attempts.take("account", "owner", free=PER_ACCOUNT, now=now) for _ in range(100)
        )
        assert min(await asyncio.gather(*at_once)) > 0
    assert hashed == PER_ACCOUNT
    monkeypatch.undo()
    assert (await browser.sign_in("owner")).status == 429  # the right one waits, too
    await shop.advance(60)
    assert (await browser.sign_in("owner")).path == "/console/"


@pytest.mark.parametrize("line", ["198.51.100.7", "2001:db8:1:2::{:x}"])
async def test_guesses_at_many_accounts_from_one_address_slow_down(
    shop: Shop, browser: Browser, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """A line of IPv6 has more addresses than anybody can count: it counts as one."""

    async def wrong(password: str, password_hash: str | None) -> bool:
        del password, password_hash
        return False

    monkeypatch.setattr(passwords, "matches", wrong)
    trust(shop, "127.0.0.0/8")
    csrf = (await browser.open("/console/sign-in")).csrf

    async def guess(login: str, address: str) -> int:
        fields = {"csrf": csrf, "login": login, "password": "guess"}
        where = {"X-Forwarded-For": address}
        return (await browser.post("/console/sign-in", fields, **where)).status

    answers = [await guess(f"user{n}", line.format(n)) for n in range(PER_ADDRESS + 2)]
    assert answers == [422] * PER_ADDRESS + [429] * 2
    assert await guess("somebody", "2001:db8:1:3::1") == 422


def trust(shop: Shop, proxies: str) -> None:
    """Believe what proxies of these networks say."""
    settings = shop.app[SETTINGS]
    env = {"TRUSTED_PROXIES": proxies, "ENISHI_DATA": str(settings.data)}
    networks = Settings.from_env(env, demo=True).trusted_proxies
    object.__setattr__(settings, "trusted_proxies", networks)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/console//evil.example",
        "/console/../../evil",
        "javascript:alert(1)",
        "/console/\r\nSet-Cookie: a=b",
        "/line/webhook",
    ],
)
async def test_nobody_is_led_away_after_coming_in(
    shop: Shop, browser: Browser, wanted: str
) -> None:
    await hire(shop, "sato")
    await browser.open("/console/sign-in")
    fields = {"csrf": browser.screen.csrf, "login": "sato", "password": PASSWORD, "next": wanted}
    async with browser.http.post(
        browser.url + "/console/sign-in",
        data=fields,
        headers={"Origin": browser.url},
        allow_redirects=False,
    ) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == "/console/"
        assert "a" not in answer.cookies


@given(st.text(max_size=60))
def test_every_way_on_stays_on_the_console(wanted: str) -> None:
    for path in (local_path(wanted), local_path("/console/" + wanted)):
        assert path == "/console" or path.startswith("/console/")
        assert not set(path) & set("\r\n\\ ")
        assert "//" not in path


async def test_a_manager_makes_nobody_an_owner(shop: Shop, browser: Browser) -> None:
    owner = await hire(shop, "owner", Role.OWNER)
    await hire(shop, "admin", Role.ADMIN)
    me = await hire(shop, "manager", Role.MANAGER)
    await browser.sign_in("manager")
    csrf = browser.screen.csrf
    rise = {"csrf": csrf, "name": "manager", "role": "owner", "active": "yes"}
    assert (await browser.post(f"/console/staff/{me.staff_id}", rise)).status == 403
    assert (await browser.post(f"/console/staff/{owner.staff_id}/link", rise)).status == 403
    async with open_browser(shop) as admin:
        await admin.sign_in("admin")
        rise["csrf"] = admin.screen.csrf
        screen = await admin.post(f"/console/staff/{me.staff_id}", rise)
        assert screen.status == 422
        assert "オーナーを追加・変更できるのはオーナーだけです。" in screen.text
        assert (await admin.post(f"/console/staff/{owner.staff_id}/link", rise)).status == 403
        sack = {"csrf": rise["csrf"], "name": "x", "role": "viewer"}
        assert (await admin.post(f"/console/staff/{owner.staff_id}", sack)).status == 422
    assert await shop.sql("SELECT role FROM staff ORDER BY login") == [
        ("admin",),
        ("manager",),
        ("owner",),
    ]


async def test_a_form_that_weighs_too_much_is_refused(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    await browser.sign_in("sato")
    heavy = {"csrf": browser.screen.csrf, "language": "x" * 200_000}
    assert (await browser.post("/console/account/look", heavy)).status == 413


async def test_a_session_of_somebody_else_is_not_ended(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    await hire(shop, "mole")
    await browser.sign_in("sato")
    sessions = console_of(shop)[SESSIONS]
    found = await sessions.find(browser.cookie() or "", now=shop.app[CLOCK]())
    assert found is not None
    async with open_browser(shop) as mole:
        await mole.sign_in("mole")
        await mole.send(f"/console/account/sessions/{found.key}/end")
    assert (await browser.open("/console/")).path == "/console/"


@pytest.mark.parametrize(
    ("trusted", "said", "seen"),
    [
        ("", "198.51.100.7", "127.0.0.1"),
        ("127.0.0.0/8", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.0/8", "198.51.100.7, 203.0.113.5", "203.0.113.5"),  # the first is hearsay
        ("127.0.0.0/8", "<script>", "127.0.0.1"),
    ],
)
async def test_nobody_chooses_the_address_they_come_from(
    browser: Browser, shop: Shop, trusted: str, said: str, seen: str
) -> None:
    trust(shop, trusted)
    await hire(shop, "sato")
    await browser.open("/console/sign-in")
    fields = {"csrf": browser.screen.csrf, "login": "sato", "password": PASSWORD}
    await browser.post("/console/sign-in", fields, **{"X-Forwarded-For": said})
    assert await shop.sql("SELECT address FROM audit_log WHERE action = 'session.start'") == [
        (seen,)
    ]
