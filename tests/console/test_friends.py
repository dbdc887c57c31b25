"""Friends in the console: the list, what is known of one and from where, their menu and why."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import keys
from bot.people.derived import today_in_tokyo
from bot.people.service import People
from bot.postbacks import AnswerSurvey, StartSurvey
from bot.resources import CLOCK, ENGINE, USE_CASE
from bot.staff.rights import Role
from tests.console.support import Browser, hire, open_browser
from tests.support import Shop, open_shop


@pytest.fixture
async def shop(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database_url, redis_url, tmp_path) as shop:
        yield shop


@pytest.fixture
async def admin(shop: Shop) -> AsyncIterator[Browser]:
    await hire(shop, "admin", Role.ADMIN)
    async with open_browser(shop) as browser:
        await browser.sign_in("admin")
        yield browser


async def person_of(shop: Shop, name: str) -> int:
    query = (
        "SELECT f.person_id FROM friends f JOIN profiles p ON p.user_id = f.user_id "
        "WHERE p.display_name = :name"
    )
    return int((await shop.sql(query, name=name))[0][0])


async def test_friends_are_listed_found_and_explained(shop: Shop, admin: Browser) -> None:
    assert "友だちがまだいません" in (await admin.open("/console/friends")).text
    for name in ("Mei <b>", "Ken", "Yui"):
        await shop.friend(name)
    people: People = shop.app[keys.PEOPLE]
    (tag, definition), *_ = people.vocabulary.tags.items()
    mei, now = await person_of(shop, "Mei <b>"), shop.app[CLOCK]()
    async with shop.app[USE_CASE]() as unit:
        await people.tag(unit, mei, tag, reason="talk", source="staff:7", now=now)
    listed = await admin.open("/console/friends")
    assert re.findall("Yui|Ken|Mei <b>", listed.text) == ["Yui", "Ken", "Mei <b>"]
    assert "Mei &lt;b&gt;" in listed.html
    found = await admin.open("/console/friends?q=Ken")
    assert "Ken" in found.text
    assert "Yui" not in found.text
    found = await admin.open(f"/console/friends?tag={tag}")
    assert "Mei" in found.text
    assert "Ken" not in found.text
    assert "該当する友だちはいません" in (await admin.open("/console/friends?q=だれも")).text
    (path,) = re.findall(r'<a href="(/console/friends/[0-9]+)">Mei', listed.html)
    screen = await admin.open(path)
    assert f"{definition.label.ja} スタッフが入力 · 2026/04/01 12:00" in screen.text
    assert "どのルールにも当てはまらないため、全員のデフォルト「未登録用」です。" in screen.text
    assert "会員用 アンケート「30秒アンケート」が「回答済み」" in screen.text
    assert screen.html.count("<image ") == 1
    seen = await shop.sql("SELECT subject FROM audit_log WHERE action = 'people.open'")
    assert seen == [(f"person:{mei}",)]


async def test_segments_narrow_the_list_as_they_count(shop: Shop, admin: Browser) -> None:
    for name in ("Mei", "Ken"):
        await shop.friend(name)
    segments = shop.app[keys.SEGMENTS]
    today = today_in_tokyo(shop.app[CLOCK]())
    for key in segments.keys:
        screen = await admin.open(f"/console/friends?segment={key}")
        async with shop.app[ENGINE].connect() as connection:
            count = await segments.count(connection, segments[key].rule, today=today)
        assert len(re.findall(r'href="/console/friends/[0-9]+"', screen.html)) == count.friends


async def test_staff_of_a_shop_see_its_friends_only(shop: Shop, admin: Browser) -> None:
    await shop.friend("Mei")
    listed = await admin.open("/console/friends")
    (path,) = re.findall(r'href="(/console/friends/[0-9]+)"', listed.html)
    await hire(shop, "sato", Role.STAFF, shops=())
    async with open_browser(shop) as browser:
        await browser.sign_in("sato")
        assert "友だちがまだいません" in (await browser.open("/console/friends")).text
        assert (await browser.open(path)).status == 404


async def test_answers_are_read_as_the_friend_gave_them(shop: Shop, admin: Browser) -> None:
    mei = await shop.friend("Mei")
    await mei.postback(StartSurvey("welcome").encode())
    for question, value in (("found_us", "web"), ("visit_time", "noon")):
        await mei.postback(AnswerSurvey("welcome", 1, question, value).encode())
    await mei.postback(AnswerSurvey("welcome", 1, "birthday", "").encode(), {"date": "1996-02-29"})
    await shop.settle()
    listed = await admin.open("/console/friends")
    (path,) = re.findall(r'href="(/console/friends/[0-9]+)"', listed.html)
    screen = (await admin.open(path)).text
    assert "お知りになったきっかけ 地図やSNSで見て" in screen
    assert "お誕生日 1996年2月29日" in screen
    assert "生年月日 1996年2月29日 アンケートの回答（30秒アンケート） · 2026/04/01 12:00" in screen
    person, now = await person_of(shop, "Mei"), shop.app[CLOCK]()
    async with shop.app[USE_CASE]() as unit:
        known = {"birth_date": "1996-03-01", "visit_time": None}
        source = "import:名簿.csv:7"
        await shop.app[keys.PEOPLE].learn(unit, person, known, source=source, now=now)
    screen = (await admin.open(path)).text
    assert (
        "1996年3月1日 取り込み（名簿.csv） · 2026/04/01 12:00 "
        "以前の値 1996年2月29日 アンケートの回答（30秒アンケート）"
    ) in screen
