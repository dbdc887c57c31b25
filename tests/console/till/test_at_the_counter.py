"""A visit at the counter: scan, earn, spend, use a coupon, stamp, take back."""

import asyncio
from collections.abc import Awaitable, Callable

from bot import keys
from bot.emulator.phone import Phone
from bot.membership.codes import Codes, Kind
from bot.membership.links import Page
from bot.membership.number import luhn
from bot.resources import CLOCK, USE_CASE
from bot.staff.rights import Role
from tests.console.support import Browser
from tests.console.till.support import open_till
from tests.pages.support import (
    PIN,
    address,
    code,
    give_points,
    join,
    person_of,
    take_coupon,
    type_pin,
)
from tests.support import Shop

Browsers = Callable[[], Awaitable[Browser]]


async def test_staff_scan_a_coupon_and_use_it(shop: Shop, browser: Browser) -> None:
    mei = await join(shop)
    await take_coupon(shop, mei)
    till = await open_till(shop, browser, "sato")
    url = await address(shop, mei, "coupon")
    shown = (await code(shop, url))["codes"][0]
    await till.scan(shown["typed"])
    assert "Mei様" in till.shows
    assert "300円以上で100円引き" in till.shows
    assert "いまの画面を確認済み" in till.shows
    assert "is-chosen" in till.came["html"]
    ((coupon,),) = await shop.sql("SELECT id FROM coupons")
    came = await till.act("redeem", key="one-tap-of-sato", coupon=coupon)
    assert (came["done"], came["said"]) == (True, "使用済みにしました（4/1 12:00 本店）。")
    again = await till.act("redeem", key="one-tap-of-sato", coupon=coupon)
    assert again["said"] == came["said"]
    await till.act("redeem", coupon=coupon)
    assert till.said == ("使用済みのクーポンです。4/1 12:00 に 本店・sato・レジ1 で使われました。")
    await till.scan(shown["typed"])
    assert "4/1 12:00 に 本店・sato・レジ1" in till.said
    assert await shop.sql("SELECT how, shop, device FROM redemptions") == [
        ("code", "honten", "レジ1")
    ]
    assert await shop.sql("SELECT count(*) FROM audit_log WHERE action = 'till.redeem'") == [(1,)]
    assert (await code(shop, url))["used"] == "4/1 12:00 本店"


async def test_points_are_given_for_a_bill_and_spent(shop: Shop, browser: Browser) -> None:
    mei = await join(shop)
    ((number,),) = await shop.sql("SELECT number FROM members")
    till = await open_till(shop, browser, "sato")
    await till.scan(number)
    assert "バーコード・番号のみ" in till.shows
    await till.act("earn", yen="１,２８０円")
    assert till.said == "1,280円のお会計で 12ポイント付けました。"
    assert "12 ポイント" in till.shows
    await till.act("spend", points="20")
    assert till.said == "ポイントが足りません。残高は12ポイントです。"
    await till.act("spend", points="5")
    assert till.said == "5ポイント使いました。残高 7ポイント。"
    for nonsense in ("-5", "0", "abc", "", "1.5", "9" * 30):
        came = await till.act("spend", points=nonsense)
        assert (came["done"], "1以上の数字" in came["said"]) == (False, True), nonsense
    for nonsense in ("-100", "0", "一万"):
        came = await till.act("earn", yen=nonsense)
        assert (came["done"], "1円以上の数字" in came["said"]) == (False, True), nonsense
    came = await till.act("earn", yen="123456")
    assert (came["asks"], came["said"]) == (True, "123,456円でよろしいですか？")
    await till.act("earn", yen="99999999", confirmed="yes")
    assert "10,000,000円まで" in till.said
    await till.act("spend", points="5000000")
    assert "1回に扱えるのは1,000,000ポイント" in till.said
    await till.act("earn", yen="300", key="one-bill-of-sato")
    await till.act("spend", points="3", key="one-bill-of-sato")
    assert (await till.act("earn", yen="400", key="one-bill-of-sato"))["done"] is False
    person = await person_of(shop, mei)
    assert await shop.sql("SELECT balance FROM point_balances WHERE person_id = :p", p=person)


async def test_everything_is_taken_back_within_five_minutes_with_a_reason(
    shop: Shop, browser: Browser
) -> None:
    mei = await join(shop)
    await give_points(shop, mei, 100)
    await take_coupon(shop, mei)
    ((number,),) = await shop.sql("SELECT number FROM members")
    ((coupon,),) = await shop.sql("SELECT id FROM coupons")
    till = await open_till(shop, browser, "sato")
    await till.scan(number)
    await till.act("earn", yen="1000")
    await till.act("spend", points="50")
    await till.act("redeem", coupon=coupon)
    await till.act("stamp")
    assert "1 / 10" in till.shows
    await till.act("stamp")
    assert "次は 4/1 15:00 からです" in till.said
    await till.scan(number)
    done = [part.split('"')[0] for part in till.came["html"].split('data-what="')[1:]]
    kinds = {what.partition(":")[0] for what in done}
    assert kinds == {"purchase", "points", "redemption", "visit"}
    assert "理由" in (await till.act("undo", what=done[0], reason=" "))["said"]
    for what in done:
        asked = till.asked()
        fields = {**asked, "what": what, "reason": "打ち間違い"}
        first, second = await till.post("undo", **fields), await till.post("undo", **fields)
        assert first["said"] == "取り消しました。", what
        assert second["said"] == "取り消しました。", what
        assert (await till.outcome(**fields))["done"], what
    assert "取り消す" not in till.shows
    assert "0 / 10" in till.shows
    assert await shop.sql("SELECT balance FROM point_balances") == [(100,)]
    assert await shop.sql("SELECT state FROM coupons") == [("held",)]
    assert await shop.sql("SELECT count(*) FROM audit_log WHERE action = 'till.undo'") == [(4,)]
    await till.act("spend", points="10")
    what = till.came["html"].split('data-what="')[1].split('"')[0]
    await shop.advance(5 * 60)
    assert "5分を過ぎています" in (await till.act("undo", what=what, reason="x"))["said"]


async def test_a_code_that_is_no_good_is_refused_in_words(shop: Shop, browser: Browser) -> None:
    mei = await join(shop)
    await take_coupon(shop, mei)
    till = await open_till(shop, browser, "sato")
    ((number,),) = await shop.sql("SELECT number FROM coupons")
    codes, now = shop.app[keys.CODES], shop.app[CLOCK]()
    picture = codes.make(Kind.COUPON, number, now=now).payload
    forged = picture[:-1] + ("A" if picture[-1] != "A" else "B")
    foreign = Codes("another account").make(Kind.COUPON, number, now=now).payload
    visit = codes.make(Kind.VISIT, "honten", now=now).payload
    await till.scan(forged)
    assert "正しいコードではありません" in till.said
    await till.scan(foreign)
    assert "ほかのアカウント" in till.said
    await till.scan(visit)
    assert "来店用のQRコード" in till.said
    await till.scan("4901234567894")
    assert "登録のないカード" in till.said
    assert (await till.scan(" "))["done"] is False
    await shop.advance(20)
    assert "html" in await till.scan(picture.lower())
    await shop.advance(60)
    await till.scan(picture)
    assert "12:00:00に表示された古いコード" in till.said
    tried = [(await till.scan(f"{number}{guess:06}"))["said"] for guess in range(25)]
    assert "15分" not in tried[0]
    assert "まで読み取れません" in tried[-1]


async def test_two_tills_at_once_and_one_is_told_who_was_faster(
    shop: Shop, browsers: Browsers
) -> None:
    mei = await join(shop)
    await take_coupon(shop, mei)
    ((number,),) = await shop.sql("SELECT number FROM members")
    ((coupon,),) = await shop.sql("SELECT id FROM coupons")
    sato = await open_till(shop, await browsers(), "sato")
    ueno = await open_till(shop, await browsers(), "ueno", at="ekimae", device="レジ9")
    await asyncio.gather(sato.scan(number), ueno.scan(number))
    came = await asyncio.gather(
        sato.act("redeem", coupon=coupon), ueno.act("redeem", coupon=coupon)
    )
    assert sorted(one["done"] for one in came) == [False, True]
    loser = next(one for one in came if not one["done"])
    assert "使用済みのクーポンです。4/1 12:00 に" in loser["said"]
    assert ("本店・sato・レジ1" in loser["said"]) or ("駅前店・ueno・レジ9" in loser["said"])


async def test_a_late_act_is_not_done_and_what_was_done_is_known(
    shop: Shop, browser: Browser
) -> None:
    mei = await join(shop)
    await give_points(shop, mei, 100)
    ((number,),) = await shop.sql("SELECT number FROM members")
    till = await open_till(shop, browser, "sato")
    await till.scan(number)
    asked = till.asked()
    assert await till.outcome(**asked) == {
        "done": False,
        "said": "",
        "kind": "bad",
        "late": False,
    }
    await till.post("spend", **asked, points="30")
    known = await till.outcome(**asked)
    assert (known["done"], "70" in known["html"]) == (True, True)
    late = await till.act("spend", key="never-arrived", late=13_000, points="30")
    assert (late["done"], late["late"]) == (False, True)
    assert "実行しませんでした" in late["said"]
    gone = await till.outcome(**till.asked(key="never-arrived", late=13_000))
    assert (gone["done"], gone["late"]) == (False, True)
    assert await shop.sql("SELECT balance FROM point_balances") == [(70,)]


async def test_only_a_manager_adjusts_points_and_takes_back_a_colleagues_act(
    shop: Shop, browsers: Browsers
) -> None:
    mei = await join(shop)
    await give_points(shop, mei, 100)
    ((number,),) = await shop.sql("SELECT number FROM members")
    sato = await open_till(shop, await browsers(), "sato")
    kudo = await open_till(shop, await browsers(), "kudo")
    chief = await open_till(shop, await browsers(), "chief", Role.MANAGER)
    for till in (sato, kudo, chief):
        await till.scan(number)
    assert "店長以上" in (await sato.act("adjust", points="50", reason="不足分"))["said"]
    assert "理由" in (await chief.act("adjust", points="50", reason=""))["said"]
    assert (await chief.act("adjust", points="-30", reason="入力ミス"))["done"]
    await sato.act("spend", points="10")
    what = sato.came["html"].split('data-what="')[1].split('"')[0]
    assert "ほかのスタッフ" in (await kudo.act("undo", what=what, reason="x"))["said"]
    assert (await chief.act("undo", what=what, reason="お客様のご都合"))["done"]
    assert await shop.sql("SELECT balance FROM point_balances") == [(70,)]


async def test_a_till_stands_only_where_its_staff_belong(shop: Shop, browser: Browser) -> None:
    till = await open_till(shop, browser, "sato")
    assert "本店" in (await browser.open("/console/till")).text
    await till.open("ekimae")
    assert browser.screen.status == 422
    assert "店舗と端末の名前" in browser.screen.text
    async with browser.http.post(
        f"{browser.url}/console/till/scan",
        data={"text": "1", "csrf": till.csrf},
        headers={"Origin": browser.url},
    ) as answer:
        assert answer.status == 200


async def write_in_talk(shop: Shop, mei: Phone, place: str, words: str) -> None:
    """Sato leaves a note in the friend's talk, which is a shop's."""
    ((friend_id,),) = await shop.sql(
        "SELECT id FROM friends WHERE user_id = :user", user=mei.user_id
    )
    ((sato,),) = await shop.sql("SELECT id FROM staff WHERE login = 'sato'")
    desk, now = shop.app[keys.DESK], shop.app[CLOCK]()
    async with shop.app[USE_CASE]() as unit:
        await desk.note(unit, friend_id, words=words, by=sato, now=now)
        await desk.take(unit, friend_id, by=sato, shop_key=place, now=now)


async def test_notes_about_a_member_are_seen_and_added_at_every_till(
    shop: Shop, browsers: Browsers
) -> None:
    mei = await join(shop)
    ((number,),) = await shop.sql("SELECT number FROM members")
    sato = await open_till(shop, await browsers(), "sato")
    await sato.scan(number)
    assert (await sato.act("note", text=" "))["done"] is False
    assert "300文字以内" in (await sato.act("note", text="あ" * 301))["said"]
    asked = sato.asked() | {"text": "小麦アレルギー、<b>米粉</b>のみ"}
    first, second = await sato.post("note", **asked), await sato.post("note", **asked)
    assert first["said"] == second["said"] == "メモを追加しました。"
    assert (await sato.outcome(**asked))["done"]
    assert await shop.sql("SELECT count(*) FROM member_notes") == [(1,)]
    ken = await open_till(shop, await browsers(), "ken", at="ekimae")
    await ken.scan(number)
    assert "小麦アレルギー、<b>米粉</b>のみ 2026/04/01 · sato" in ken.shows
    ((note,),) = await shop.sql("SELECT id FROM member_notes")
    assert "ほかのスタッフのメモ" in (await ken.act("unnote", note=note))["said"]
    asked = sato.asked() | {"note": str(note)}
    await sato.post("unnote", **asked)
    assert (sato.said, "アレルギー" in sato.shows) == ("メモを削除しました。", False)
    assert (await sato.post("unnote", **asked))["done"]
    assert (await sato.outcome(**asked))["done"]
    said = await shop.sql("SELECT count(*) FROM audit_log WHERE details LIKE '%アレルギー%'")
    assert said == [(0,)]
    assert "アレルギー" not in str(await mei.sees())
    await write_in_talk(shop, mei, "honten", "来月お引っ越し")
    await sato.scan(number)
    assert "来月お引っ越し 2026/04/01 · sato · トーク" in sato.shows
    await ken.scan(number)
    assert "お引っ越し" not in ken.shows  # the talk is another shop's


async def test_a_card_from_before_is_tied_at_the_till_and_never_taken_from_another(
    shop: Shop, browser: Browser
) -> None:
    await join(shop)
    await join(shop, "Ken")
    mei, ken = [row[0] for row in await shop.sql("SELECT number FROM members ORDER BY joined_at")]
    older = "77" + "0000001"
    older += luhn(older)
    till = await open_till(shop, browser, "sato")
    await till.scan(mei)
    assert "登録できるカードの番号ではありません" in (await till.act("card", number="123"))["said"]
    asked = till.asked() | {"number": older}
    await till.post("card", **asked)
    assert till.said == "「前の会員カード」を登録しました。"
    assert older in till.shows
    assert (await till.outcome(**asked))["done"]
    assert (await till.act("card", number=older))["said"] == "このカードは登録済みです。"
    await till.scan(older)
    assert "Mei様" in till.shows
    await till.scan(ken)
    await till.act("card", number=older)
    assert "ほかのお客様に登録されているカード" in till.said
    await till.scan(older)
    assert "Mei様" in till.shows
    assert await shop.sql("SELECT how FROM card_conflicts WHERE settled_at IS NULL") == [
        ("scanned",)
    ]


async def test_a_coupon_that_stands_alone_is_used_beside_another_only_when_staff_say_so(
    shop: Shop, browser: Browser
) -> None:
    mei = await join(shop)
    await take_coupon(shop, mei)
    person_id, now = await person_of(shop, mei), shop.app[CLOCK]()
    async with shop.app[USE_CASE]() as unit:
        await shop.app[keys.COUPONS].issue(
            unit, person_id, "welcome_drink", why="staff:1", now=now, is_earned=True
        )
    first, second = [row[0] for row in await shop.sql("SELECT id FROM coupons ORDER BY id")]
    ((number,),) = await shop.sql("SELECT number FROM members")
    till = await open_till(shop, browser, "sato")
    await till.scan(number)
    assert (await till.act("redeem", key="the-first-one", coupon=first))["done"]
    came = await till.act("redeem", key="the-second-one", coupon=second)
    assert (came["done"], came["asks"]) == (False, True)
    assert "「先着100名さま食パン割引」を使いました。併用できません" in till.said
    assert (await till.act("redeem", key="the-first-one", coupon=first))["done"]  # sent again
    url = shop.bot_url + shop.app[keys.PAGE_LINKS].path(Page.COUPON, person_id, second, now=now)
    asked = await type_pin(shop, url, PIN)
    assert (asked["state"], "併用できないクーポン" in asked["said"]) == ("asks", True)
    sure = await till.act("redeem", key="the-second-one", coupon=second, confirmed="yes")
    assert sure["done"]
    assert await shop.sql("SELECT count(*) FROM redemptions") == [(2,)]


async def test_the_list_of_coupons_says_what_was_used_and_what_it_cost_in_friends(
    shop: Shop, browser: Browser
) -> None:
    people = [await join(shop, name) for name in ("Mei", "Ken", "Rin", "Aya")]
    for phone in people:
        await take_coupon(shop, phone)
    await people[1].unfollow()
    await shop.settle()
    ((coupon,),) = await shop.sql(
        "SELECT id FROM coupons WHERE person_id = :p", p=await person_of(shop, people[0])
    )
    till = await open_till(shop, browser, "sato")
    ((number,),) = await shop.sql(
        "SELECT number FROM members WHERE person_id = :p", p=await person_of(shop, people[0])
    )
    await till.scan(number)
    await till.act("redeem", coupon=coupon)
    page = await browser.open("/console/coupons")
    assert "先着100名さま食パン割引 300円以上で100円引き 配布中" in page.text
    assert "4 残り96 / 100 1 25% 1 25.0%" in page.text
    assert (await browser.open("/console/coupons?days=<script>")).status == 200
    await shop.advance(40 * 24 * 3600)
    await browser.sign_in("sato")
    assert "0 残り96 / 100 0 0" in (await browser.open("/console/coupons?days=30")).text
    assert "4 残り96 / 100" in (await browser.open("/console/coupons?days=all")).text
