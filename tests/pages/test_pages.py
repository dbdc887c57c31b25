"""The card and a coupon, opened from the talk."""

import asyncio
import base64
import gzip
import hashlib
import re

import pytest

from bot import keys
from bot.membership.codes import Codes, Kind, StaleCodeError
from bot.membership.links import Page
from bot.resources import CLOCK, USE_CASE
from bot.store.types import to_ms
from tests.pages.support import (
    MANAGER,
    PIN,
    address,
    code,
    give_points,
    join,
    open_shops,
    person_of,
    plain,
    read,
    take_coupon,
    type_pin,
)
from tests.support import NOON, Shop


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_the_card_shows_number_rank_points_and_a_code_that_changes(shop: Shop) -> None:
    mei = await join(shop)
    await give_points(shop, mei, 1_240)
    await mei.postback("action=card.show")
    await shop.settle()
    url = await address(shop, mei, "card")
    status, html = await read(shop, url)
    ((number,),) = await shop.sql("SELECT number FROM members")
    said = plain(html)
    assert (status, "レギュラー" in said, "1,240" in said) == (200, True, True)
    assert "2027/4/30(金)に1,240ポイント失効" in said
    assert "あと30,000円でシルバー" in said
    assert f"{number[0]} {number[1:7]} {number[7:]}" in said
    assert len(html) < 24_000
    first, second = (await code(shop, url))["codes"]
    codes, clock = shop.app[keys.CODES], shop.app[CLOCK]
    assert codes.read(first["typed"], now=clock()).handle == number
    assert f"{first['digits'][:3]} {first['digits'][3:]}" in said
    await shop.advance(30)
    assert (await code(shop, url))["codes"][0]["digits"] == second["digits"]
    await shop.advance(60)
    payload = codes.make(Kind.MEMBER, number, now=NOON).payload
    with pytest.raises(StaleCodeError):
        codes.read(payload, now=clock())


async def test_a_page_is_one_small_answer_with_nothing_of_others(shop: Shop) -> None:
    await open_shops(shop)
    mei = await join(shop)
    await take_coupon(shop, mei)
    for page in ("card", "coupon"):
        async with shop.http.get(await address(shop, mei, page)) as answer:
            html, headers = await answer.text(), answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "http" not in policy
        assert not re.search(r"\sstyle=|\son\w+=|https?://", html)
        for inline in re.findall(
            r"<(?:style|script)[^>]*>(.*?)</(?:style|script)>", html, re.DOTALL
        ):
            digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
            assert not inline or f"'sha256-{digest}'" in policy
        files = re.findall(r'(?:src|href)="(/[^"]+)"', html)
        assert len(files) == (page == "coupon")  # the pad for the PIN can come later
        for name in files:
            async with shop.http.get(shop.bot_url + name) as asset:
                assert (asset.status, "immutable" in asset.headers["Cache-Control"]) == (200, True)
        assert len(gzip.compress(html.encode())) < 9_000


async def test_an_address_that_is_old_changed_or_of_another_page_says_where_to_go(
    shop: Shop,
) -> None:
    mei = await join(shop)
    url = await address(shop, mei, "card")
    start, _, token = url.rpartition("/")
    other = f"{start.removesuffix('card')}coupon/{token}"
    for wrong in (url[:-2] + "AA", f"{start}/x", other, f"{start}/9{token}"):
        status, html = await read(shop, wrong)
        assert (status, "メニューから開いてください" in html) == (410, True), wrong
    await shop.advance(25 * 3600)
    status, html = await read(shop, url)
    assert (status, "メニューから開いてください" in html) == (410, True)
    assert (await read(shop, f"{url}/code"))[0] == 410


async def test_staff_use_a_coupon_by_pin_on_the_friends_phone(shop: Shop) -> None:
    await open_shops(shop)
    mei = await join(shop)
    await take_coupon(shop, mei)
    url = await address(shop, mei, "coupon")
    html = (await read(shop, url))[1]
    assert "300円以上で100円引き" in html
    assert "店員がPINを入力" in html
    assert "駅前店" not in html  # it has no PIN
    assert "あと4回" in (await type_pin(shop, url, "0000"))["said"]
    taps = await asyncio.gather(*(type_pin(shop, url, PIN) for _ in range(3)))
    assert {(came["state"], came["used"]) for came in taps} == {("used", "4/1 12:00 本店")}
    again = await type_pin(shop, url, PIN, key="another visit")
    assert (again["state"], again["used"]) == ("used", "4/1 12:00 本店")
    assert await shop.sql("SELECT how, shop, device FROM redemptions") == [
        ("pin", "honten", "phone")
    ]
    html = (await read(shop, url))[1]
    assert "使用済み 4/1 12:00 本店" in plain(html)
    assert f'data-now="{to_ms(shop.app[CLOCK]())}"' in html  # never the phone's own time
    assert (await read(shop, f"{url}/code"))[1].startswith('{"state": "used"')
    await shop.settle()  # the receipt lies ready for the next reply
    await mei.says("ありがとう")
    await shop.settle()
    assert "クーポンを使用しました" in str(await mei.sees())


async def test_a_pin_is_guessed_five_times_and_then_rests(shop: Shop) -> None:
    await open_shops(shop)
    mei = await join(shop)
    await take_coupon(shop, mei)
    url = await address(shop, mei, "coupon")
    tried = await asyncio.gather(*(type_pin(shop, url, f"{n:04}") for n in range(20)))
    assert sum(came["state"] == "wrong" for came in tried) == 4
    right = await type_pin(shop, url, PIN)
    assert right["state"] == "locked"
    assert "4/1 12:15まで" in right["said"]
    assert (await type_pin(shop, url, PIN, at="ekimae"))["state"] == "wrong"
    assert await shop.sql("SELECT count(*) FROM redemptions") == [(0,)]
    await shop.advance(15 * 60)
    assert (await type_pin(shop, url, PIN))["state"] == "used"


async def test_another_site_cannot_send_a_pin(shop: Shop) -> None:
    await open_shops(shop)
    mei = await join(shop)
    await take_coupon(shop, mei)
    url = await address(shop, mei, "coupon")
    fields, elsewhere = {"shop": "honten", "pin": PIN, "key": "k"}, "cross-site"
    async with shop.http.post(
        f"{url}/pin", data=fields, headers={"Sec-Fetch-Site": elsewhere}
    ) as answer:
        assert answer.status == 403
    async with shop.http.post(f"{url}/pin", data=fields | {"key": ""}) as answer:
        assert answer.status == 400


def test_a_clock_twenty_seconds_off_still_reads_a_code() -> None:
    codes = Codes("secret")
    for second in range(60):
        at = NOON.replace(second=second)
        payload = codes.make(Kind.COUPON, "1234567897", now=at).payload
        for skew in (-20, 20):
            now = at.fromtimestamp(at.timestamp() + skew, at.tzinfo)
            assert codes.read(payload, now=now).handle == "1234567897"


async def test_the_stamp_card_shows_each_stamp_what_is_next_and_the_past(shop: Shop) -> None:
    await open_shops(shop)
    mei = await join(shop)
    await mei.postback("action=stamp.show")
    await shop.settle()
    url, person_id = await address(shop, mei, "stamps"), await person_of(shop, mei)
    assert "スタンプはまだありません" in (await read(shop, url))[1]
    stamps, visits = shop.app[keys.STAMPS], list[int]()
    for _ in range(11):
        async with shop.app[USE_CASE]() as unit:
            key, now = f"visit-{len(visits)}", shop.app[CLOCK]()
            stamped = await stamps.stamp(unit, person_id, key=key, actor=MANAGER, now=now)
            visits.append(stamped.visit_id)
        if len(visits) == 4:
            said = plain((await read(shop, url))[1])
            assert "4/10" in said
            assert "あと1個で「50ポイント」" in said
        if len(visits) == 10:
            said = plain((await read(shop, url))[1])
            assert "スタンプが全部たまりました" in said
            assert "4/10 12:00 本店 スタンプ満了のお礼" in said
        await shop.advance(24 * 3600)
        url = shop.bot_url + shop.app[keys.PAGE_LINKS].path(
            Page.STAMPS, person_id, 0, now=shop.app[CLOCK]()
        )
    html = (await read(shop, url))[1]
    assert html.count('class="is-stamped"') == 1
    said = plain(html)
    assert "1/10" in said
    assert "いっぱいになったカード 1枚" in said
    assert "4/5 12:00 本店 50ポイント" in said
