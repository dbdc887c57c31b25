"""How somebody comes to work here, changes their password, and goes."""

import re

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.cli.demo_staff import hire as hire_for_demo
from bot.resources import CLOCK, ENGINE
from bot.staff.rights import Role
from tests.console.support import PASSWORD, Browser, hire, open_browser
from tests.support import Shop

NEW = "猫も杓子も縁の下の力持ち"


def link_in(html: str) -> str:
    found = re.search(r'id="link" value="https://shop\.example(/console/welcome/[^"]+)"', html)
    assert found is not None
    return found[1]


async def invite(owner: Browser, login: str, role: str = "staff", **more: str) -> str:
    await owner.open("/console/staff/new")
    fields = {"login": login, "name": login, "role": role, "active": "yes", **more}
    return link_in((await owner.send("/console/staff/new", **fields)).html)


async def test_an_invitation_works_once(shop: Shop, browser: Browser) -> None:
    await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")
    link = await invite(browser, "sato")
    assert "招待中" in (await browser.open("/console/staff")).text
    async with open_browser(shop) as sato:
        assert "satoさん、ようこそ" in (await sato.open(link)).text
        assert "一致しません" in (await sato.send(link, password=NEW, again="違う")).text
        assert (
            "推測されやすい"
            in (await sato.send(link, password="password1234", again="password1234")).text
        )
        assert (await sato.send(link, password=NEW, again=NEW)).path == "/console/"
        assert "このリンクは使えません" in (await sato.open(link)).text
        await sato.open("/console/")
        await sato.send("/console/sign-out")
        assert (await sato.sign_in("sato", NEW)).path == "/console/"


async def test_an_invitation_ends_after_three_days(shop: Shop, browser: Browser) -> None:
    await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")
    link = await invite(browser, "sato")
    await shop.advance(3 * 86_400)
    screen = await browser.open(link)
    assert screen.status == 410
    assert "このリンクは使えません" in screen.text


async def test_who_was_reset_comes_in_by_the_link_and_nobody_else(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "owner", Role.OWNER)
    member = await hire(shop, "sato")
    await browser.sign_in("owner")
    async with open_browser(shop) as sato:
        await sato.sign_in("sato")
        await browser.open(f"/console/staff/{member.staff_id}")
        link = link_in((await browser.send(f"/console/staff/{member.staff_id}/link")).html)
        assert (await sato.open("/console/")).path == "/console/"  # until the link is used
        async with open_browser(shop) as phone:
            await phone.open(link)
            assert (await phone.send(link, password=NEW, again=NEW)).path == "/console/"
        assert "sign-in" in (await sato.open("/console/")).path
        assert (await sato.sign_in("sato")).status == 422


async def test_a_link_is_void_once_its_maker_could_not_make_it(
    shop: Shop, browser: Browser
) -> None:
    """An admin who keeps a link, for the day its holder is an owner, or the day of leaving."""
    await hire(shop, "owner", Role.OWNER)
    admin = await hire(shop, "sato", Role.ADMIN)
    await browser.sign_in("owner")
    async with open_browser(shop) as sato:
        await sato.sign_in("sato")
        risen, left = await invite(sato, "ito"), await invite(sato, "ono")
        assert (await sato.open(left)).status == 200
        ((ito_id,),) = await shop.sql("SELECT id FROM staff WHERE login = 'ito'")
        for staff_id, name, fields in (
            (ito_id, "ito", {"role": "owner", "active": "yes"}),
            (admin.staff_id, "sato", {"role": "staff", "active": "yes"}),
        ):
            page = f"/console/staff/{staff_id}"
            await browser.open(page)
            assert (await browser.send(page, name=name, **fields)).path == "/console/staff"
        for link in (risen, left):
            assert (await sato.open(link)).status == 410


async def test_who_leaves_is_out_at_once(shop: Shop, browser: Browser) -> None:
    await hire(shop, "owner", Role.OWNER)
    member = await hire(shop, "sato")
    await browser.sign_in("owner")
    async with open_browser(shop) as sato:
        await sato.sign_in("sato")
        page = f"/console/staff/{member.staff_id}"
        await browser.open(page)
        await browser.send(page, name="sato", role="staff")  # the tick is taken off
        assert "sign-in" in (await sato.open("/console/")).path
        assert (await sato.sign_in("sato")).status == 422


async def test_the_last_owner_stays(shop: Shop, browser: Browser) -> None:
    owner = await hire(shop, "owner", Role.OWNER)
    await browser.sign_in("owner")
    page = f"/console/staff/{owner.staff_id}"
    await browser.open(page)
    screen = await browser.send(page, name="owner", role="staff", active="yes")
    assert screen.status == 422
    assert "オーナーが1人もいなくなります" in screen.text


async def test_a_new_password_signs_other_devices_out(shop: Shop, browser: Browser) -> None:
    await hire(shop, "sato")
    await browser.sign_in("sato")
    async with open_browser(shop) as phone:
        await phone.sign_in("sato")
        await browser.open("/console/account")
        assert browser.screen.html.count("サインアウト</button>") == 2
        wrong = await browser.send("/console/account/password", current="no", password=NEW)
        assert "今のパスワードが違います。" in wrong.text
        screen = await browser.send("/console/account/password", current=PASSWORD, password=NEW)
        assert "ほかの端末はサインアウトされました" in screen.text
        assert "sign-in" in (await phone.open("/console/")).path


async def test_half_a_day_without_a_click_and_a_week_end_a_session(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "sato")
    await browser.sign_in("sato")
    for _ in range(15):
        await shop.advance(11 * 3600)
        assert (await browser.open("/console/")).path == "/console/"
    await shop.advance(4 * 3600)  # a week and an hour
    assert "sign-in" in (await browser.open("/console/")).path
    await browser.sign_in("sato")
    await shop.advance(12 * 3600)
    assert "sign-in" in (await browser.open("/console/")).path


async def test_a_manager_sees_the_staff_of_their_shops(shop: Shop, browser: Browser) -> None:
    await hire_for_demo(shop.app[ENGINE], now=shop.app[CLOCK]())
    await browser.sign_in("sato", "enishi-demo")
    screen = await browser.open("/console/staff")
    assert "佐藤 花" in screen.text
    assert "高橋 翔" not in screen.text


async def test_the_audit_log_tells_who_did_what_and_forgets_nothing(
    shop: Shop, browser: Browser
) -> None:
    await hire(shop, "owner", Role.OWNER, name="中村 縁")
    await browser.sign_in("owner", "wrong one")
    await browser.sign_in("owner")
    await invite(browser, "sato")
    screen = await browser.open("/console/audit")
    for words in ("スタッフを追加", "招待リンクを発行", "サインイン失敗", "中村 縁", "127.0.0.1"):
        assert words in screen.text
    assert "login=sato" in screen.text
    screen = await browser.open("/console/audit?action=session.fail")
    assert "login=sato" not in screen.text
    assert (
        "該当する記録はありません" in (await browser.open("/console/audit?from=2030-01-01")).text
    )
    lines = await shop.sql("SELECT count(*) FROM audit_log")
    for statement in ("DELETE FROM audit_log", "UPDATE audit_log SET action = 'x'"):
        refused = await _refused(shop, statement)
        assert "grows only" in refused
    assert await shop.sql("SELECT count(*) FROM audit_log") == lines


async def _refused(shop: Shop, statement: str) -> str:
    try:
        async with shop.app[ENGINE].begin() as connection:
            await connection.execute(text(statement))
    except DBAPIError as error:
        return str(error)
    return "nothing refused"
