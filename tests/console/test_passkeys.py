"""Coming in with a passkey, and everything that is not one."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.staff import ceremony
from bot.staff.ceremony import Answer, Site
from bot.staff.model import PasskeyError
from bot.staff.rights import Role
from tests.console.authenticator import Authenticator
from tests.console.support import PASSWORD, Browser, Screen, hire
from tests.support import Shop

ORIGIN, HOST = "https://shop.example", "shop.example"
REFUSED = "パスキーを確認できませんでした"


@dataclass(slots=True)
class Phone:
    """A browser and the device it asks."""

    browser: Browser
    device: Authenticator

    async def options(self, path: str, **fields: str) -> dict[str, Any]:
        csrf = {"csrf": self.browser.screen.csrf, **fields}
        page = self.browser.screen
        answer = await self.browser.post(path, csrf)
        self.browser.screen = page  # a script asked, the page stays
        options: dict[str, Any] = json.loads(answer.html)
        return options

    async def register(self, name: str = "本店のタブレット") -> Screen:
        await self.browser.open("/console/account")
        path = "/console/account/passkeys"
        options = await self.options(f"{path}/options", current_passkey=PASSWORD)
        return await self.browser.send(path, name=name, credential=self.device.create(options))

    async def challenge(self) -> dict[str, Any]:
        await self.browser.open("/console/sign-in")
        return await self.options("/console/sign-in/passkey/options")

    async def come_in(self, credential: str) -> Screen:
        return await self.browser.send("/console/sign-in/passkey", credential=credential)

    async def sign_in(self) -> Screen:
        return await self.come_in(self.device.get(await self.challenge()))

    async def sign_out(self) -> None:
        await self.browser.open("/console/account")
        await self.browser.send("/console/sign-out")


@pytest.fixture
async def phone(shop: Shop, browser: Browser) -> Phone:
    """The phone of Sato, who registered it and signed out."""
    await hire(shop, "sato", Role.OWNER)
    await browser.sign_in("sato")
    phone = Phone(browser, Authenticator(ORIGIN, HOST))
    screen = await phone.register()
    assert "パスキーを登録しました" in screen.text
    assert "本店のタブレット" in screen.text
    await phone.sign_out()
    return phone


async def test_a_passkey_comes_in_without_a_password(phone: Phone) -> None:
    screen = await phone.sign_in()
    assert screen.path == "/console/"
    assert "最後の使用 2026/" in (await phone.browser.open("/console/account")).text
    screen = await phone.browser.open("/console/audit")
    assert "パスキーを登録" in screen.text
    assert "by=passkey" in screen.text


async def test_an_answer_counts_once_soon_and_in_the_browser_that_asked(
    shop: Shop, phone: Phone, browsers: Callable[[], Any]
) -> None:
    answer = phone.device.get(await phone.challenge())
    thief = Phone(await browsers(), phone.device)
    await thief.challenge()
    assert REFUSED in (await thief.come_in(answer)).text
    assert (await phone.come_in(answer)).path == "/console/"
    await phone.sign_out()
    await phone.browser.open("/console/sign-in")
    assert REFUSED in (await phone.come_in(answer)).text
    options = await phone.challenge()
    assert REFUSED in (await phone.come_in(answer)).text  # nor for another challenge
    options = await phone.challenge()
    await shop.advance(300)
    assert REFUSED in (await phone.come_in(phone.device.get(options))).text


async def test_other_pages_and_other_devices_get_nothing(phone: Phone) -> None:
    ours = phone.device
    stranger = replace(
        Authenticator(ORIGIN, HOST),
        credential_id=ours.credential_id,
        user_handle=ours.user_handle,
    )
    for wrong in (
        replace(ours, origin="https://shop.example.evil"),
        replace(ours, origin="http://shop.example"),
        replace(ours, host="evil.example"),
        replace(ours, verifies=False),
        replace(ours, user_handle=b"1"),
        stranger,
    ):
        phone.device = wrong
        assert REFUSED in (await phone.sign_in()).text
    phone.device = ours
    ours.count = 7
    assert (await phone.sign_in()).path == "/console/"
    screen = await phone.register()  # a key that is known is not kept twice
    assert REFUSED in screen.text
    await phone.sign_out()
    ours.count = 3
    assert REFUSED in (await phone.sign_in()).text  # a copy that counted for itself


async def test_a_removed_key_comes_in_no_more_nor_who_left(shop: Shop, phone: Phone) -> None:
    await phone.sign_in()
    kept = phone.device
    phone.device = Authenticator(ORIGIN, HOST)
    screen = await phone.register("引き出しの鍵")
    path = screen.html.partition('/remove"')[0].rpartition('"')[2] + "/remove"
    screen = await phone.browser.send(path, current_remove="no")
    assert "今のパスワードが違います" in screen.text
    screen = await phone.browser.send(path, current_remove=PASSWORD)
    assert "パスキーを削除しました" in screen.text
    assert "引き出しの鍵" in screen.text
    await phone.sign_out()
    phone.device, another = kept, phone.device
    assert REFUSED in (await phone.sign_in()).text
    phone.device = another
    assert (await phone.sign_in()).path == "/console/"
    await phone.sign_out()
    await hire(shop, "owner", Role.OWNER)
    ((staff_id,),) = await shop.sql("SELECT id FROM staff WHERE login = 'sato'")
    await phone.browser.sign_in("owner")
    await phone.browser.send(f"/console/staff/{staff_id}", name="佐藤", role="owner")
    await phone.sign_out()
    assert REFUSED in (await phone.sign_in()).text


async def test_the_password_is_asked_for_before_a_key_is_made(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "sato")
    await browser.sign_in("sato")
    await browser.open("/console/account")
    device = Authenticator(ORIGIN, HOST)
    phone = Phone(browser, device)
    path = "/console/account/passkeys"
    told = await phone.options(f"{path}/options", current_passkey="no")
    assert told == {"problem": "今のパスワードが違います。"}
    made = device.create({"user": {"id": "MQ"}, "challenge": "AAAA"})
    assert REFUSED in (await browser.send(path, name="", credential=made)).text
    assert await shop.sql("SELECT id FROM staff_passkeys") == []


async def test_without_the_library_the_console_runs_and_says_so(
    shop: Shop, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ceremony, "IS_THERE", False)
    await hire(shop, "sato")
    assert "パスキー" not in (await browser.open("/console/sign-in")).text
    csrf = browser.screen.csrf
    assert (await browser.post("/console/sign-in/passkey/options", {"csrf": csrf})).status == 404
    await browser.sign_in("sato")
    assert "このサーバーではパスキーを使えません" in (await browser.open("/console/account")).text


async def test_a_role_that_needs_more_is_led_to_it(
    shop: Shop, browser: Browser, browsers: Callable[[], Any]
) -> None:
    await hire(shop, "owner", Role.OWNER)
    await hire(shop, "sato")
    await browser.sign_in("owner")
    await browser.open("/console/staff")
    await browser.send("/console/staff/second-step", role="staff")
    assert "2段階認証が未設定" in (await browser.open("/console/staff")).text
    assert (await browser.open("/console/")).path == "/console/"  # owners are not asked

    phone = Phone(await browsers(), Authenticator(ORIGIN, HOST))
    screen = await phone.browser.sign_in("sato")
    assert screen.path == "/console/account/second-step"
    assert "この権限では2段階認証が必要です" in screen.text
    csrf = screen.csrf
    assert (await phone.browser.post("/console/account/pin", {"csrf": csrf})).path == screen.path
    part = await phone.browser.open("/console/", **{"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == screen.path
    await phone.register()
    assert (await phone.browser.open("/console/")).path == "/console/"
    await phone.sign_out()
    screen = await phone.browser.sign_in("sato")  # the password alone is not enough any more
    assert "パスキーでサインインしてください" in screen.text
    assert (await phone.sign_in()).path == "/console/"


def test_the_site_is_written_as_browsers_write_it() -> None:
    assert Site.at("https://Shop.Example:443", name="").origin == "https://shop.example"
    assert Site.at("http://localhost:8000", name="").origin == "http://localhost:8000"
    assert not Site.at("https://192.0.2.1", name="").has_passkeys  # browsers know no such keys
    assert Site.at("https://shop.example", name="").has_passkeys


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "signature"]),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.text() | _JSON.map(json.dumps))
def test_whatever_is_sent_is_an_answer_that_is_wrong(sent: str) -> None:
    site, key = Site(ORIGIN, HOST, ""), Answer(credential_id="", public_key="", sign_count=0)
    with pytest.raises(PasskeyError):
        ceremony.registered(site, b"", sent)
    with pytest.raises(PasskeyError):
        ceremony.proven(site, b"", sent, staff_id=1, key=key)
