"""要確認: what did not arrive is seen by whoever may, and mended with a click, once."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import keys
from bot.console.pages.trouble import many
from bot.emulator.phone import Phone
from bot.outbox.model import State
from bot.resources import CLOCK, ENGINE, USE_CASE
from bot.staff.rights import Role
from bot.store import arrival, batch
from bot.store.tables.outbox import outbox
from tests.conftest import OpenShop
from tests.console.support import Browser, Screen, hire, open_browser
from tests.console.test_supervision import open_shops
from tests.flows.support import (
    PUSH,
    REPLY,
    billed,
    deliver,
    echo,
    metric,
    says,
    texts,
    until,
    with_friends,
)
from tests.flows.test_failing_handlers import RESTS, attempt, fragile, raises
from tests.flows.test_free_answers import states, too_late
from tests.support import Shop
from tests.support import open_shop as open_a_shop

HERE = "/console/trouble"
A_DAY = 24 * 60 * 60


@pytest.fixture
async def shop(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A whole bot that repeats what friends say, paid where it must."""
    async with open_a_shop(
        database_url, redis_url, tmp_path, publishes=False, root=with_friends(echo(pays=True))
    ) as shop:
        yield shop


@asynccontextmanager
async def admin(shop: Shop) -> AsyncIterator[Browser]:
    async with open_browser(shop) as browser:
        await hire(shop, "sato", Role.ADMIN, name="佐藤")
        await browser.sign_in("sato")
        yield browser


@pytest.fixture
async def sato(shop: Shop) -> AsyncIterator[Browser]:
    async with admin(shop) as browser:
        yield browser


def form(screen: Screen, action: str) -> dict[str, str]:
    """What the first form of a kind sends, with its address."""
    found = re.search(
        rf'<form method="post" action="([^"]*/{action})".*?</form>', screen.html, re.DOTALL
    )
    assert found is not None, f"nothing to {action}"
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[0]))
    return {"": found[1], **{name: value.replace("&amp;", "&") for name, value in fields.items()}}


async def press(browser: Browser, sent: dict[str, str], **more: str) -> Screen:
    fields = {name: value for name, value in sent.items() if name} | more
    return await browser.post(sent[""], fields)


async def nobody_knows(shop: Shop, phone: Phone, words: str) -> None:
    """LINE is silent until the reply token is dead."""
    await shop.fault(REPLY, "status", status=500)
    before = len(await shop.requests(REPLY))
    await phone.says(words)

    async def tried() -> bool:
        return len(await shop.requests(REPLY)) > before

    await until(tried)
    await shop.advance(61)
    await shop.settle()
    await shop.no_faults()


async def test_all_is_well_until_an_answer_is_lost_and_sent_again_once(
    shop: Shop, sato: Browser
) -> None:
    assert "すべて順調です" in (await sato.open(HERE)).text
    mei = await shop.friend("田中 めい")
    await nobody_knows(shop, mei, "<b>予約</b>です")
    screen = await sato.open(HERE)
    assert "すべて順調です" not in screen.text
    for words in ("届いたか不明", "田中 めい", "<b>予約</b>です", "2回届くことがあります"):
        assert words in screen.text
    assert "<b>予約" not in screen.html
    assert 'menu-count">1<' in (await sato.open("/console/")).html
    sent = form(await sato.open(HERE), "resend")
    assert "送り直します（有料 1通）" in (await press(sato, sent)).text
    assert "状況が変わりました" in (await press(sato, sent)).text  # the same click once more
    await shop.work()
    await shop.settle()
    assert (await texts(mei)).count("<b>予約</b>です") == 1
    assert await billed(shop) == 1
    assert "すべて順調です" in (await sato.open(HERE)).text
    assert "送信を送り直し" in (await sato.open("/console/audit")).text


async def test_what_line_refuses_is_explained_and_let_be_with_a_reason(
    shop: Shop, sato: Browser
) -> None:
    mei = await shop.friend("Mei")
    await shop.fault(PUSH, "status", status=400, times=2)
    await too_late(shop, mei, "1")
    again = form(await sato.open(HERE), "resend")
    await press(sato, again)
    await shop.work()
    await shop.settle()
    assert "状況が変わりました" in (await press(sato, again)).text  # a click of before
    assert len(await shop.requests(PUSH)) == 2
    screen = await sato.open(f"{HERE}?state=failed&kind=message")
    assert "LINEがこの内容を受け付けませんでした" in screen.text
    assert (await shop.requests(PUSH))[1]["requestId"] in screen.text
    assert "該当するものはありません" in (await sato.open(f"{HERE}?state=parked")).text
    sent = form(screen, "let-be")
    assert "理由を選んでください" in (await press(sato, sent)).text
    assert "対応済みにしました" in (await press(sato, sent, why="told")).text
    assert (await states(shop))[-1] == "failed"  # the talk says what became of it
    assert "すべて順調です" in (await sato.open(HERE)).text
    await sato.open("/console/audit?text=call:")
    assert "reason=told" in sato.screen.text


async def test_a_push_that_arrived_and_was_sent_again_is_billed_twice(
    shop: Shop, sato: Browser
) -> None:
    """Nobody could know: the ledger counts what LINE counts."""
    mei = await shop.friend("Mei")
    await shop.fault(PUSH, "accept-then-500", times=1)
    await shop.fault(PUSH, "status", status=500)
    late = says(shop, mei, "1")
    await shop.advance(61)
    assert await deliver(shop, late) == 200

    async def tried() -> bool:
        return len(await shop.requests(PUSH)) > 0

    await until(tried)
    await shop.advance(A_DAY)  # LINE forgets the key
    await shop.settle()
    await shop.no_faults()
    assert (await states(shop))[-1] == "uncertain"
    await sato.sign_in("sato")
    await press(sato, form(await sato.open(HERE), "resend"))
    await shop.work()
    await shop.settle()
    assert ((await texts(mei)).count("1"), await billed(shop)) == (2, 2)


async def test_what_is_parked_is_hurried_by_its_own_key(shop: Shop, sato: Browser) -> None:
    """An attempt before the token was refused had arrived."""
    mei = await shop.friend("Mei")
    await shop.fault(PUSH, "accept-then-500", times=1)
    await shop.fault(PUSH, "status", status=401, times=1)
    await too_late(shop, mei, "1")
    assert (await states(shop))[-1] == "parked"
    await press(sato, form(await sato.open(HERE), "resend"))
    await shop.work()
    await shop.settle()
    assert (await states(shop))[-1] == "sent"
    assert ((await texts(mei)).count("1"), await billed(shop)) == (1, 1)


async def test_a_wrong_token_is_named_and_all_leave_once_it_is_mended(
    shop: Shop, sato: Browser
) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    for path in (PUSH, "/v2/bot/info"):
        await shop.fault(path, "status", status=401)
    for phone in (mei, ken):
        await too_late(shop, phone, "1")
    assert (await states(shop))[-2:] == ["parked", "parked"]
    assert "一時停止している送信が2件" in (await sato.open(HERE)).text
    assert "アクセストークンを受け付けません" in (await sato.open(f"{HERE}/line")).text
    await shop.no_faults()
    assert "接続は正常です" in (await sato.open(f"{HERE}/line")).text
    await ken.unfollow()
    await shop.settle()
    screen = await sato.open(f"{HERE}/all?act=resend&reason=channel")
    assert "有料 最大2通" in screen.text
    fields = {"act": "resend", "reason": "channel", "total": "2"}
    screen = await sato.send(f"{HERE}/all", **fields)
    assert "1件を送り直します" in screen.text
    assert "1件は変えませんでした" in screen.text
    await shop.work()
    await shop.settle()
    got = ["1" in await texts(phone) for phone in (mei, ken)]
    assert (got, await billed(shop)) == ([True, False], 1)
    assert "count=1" in (await sato.open("/console/audit?text=reason:channel")).text


async def test_a_free_answer_that_line_refused_leaves_a_trace(open_shop: OpenShop) -> None:
    async with open_shop(root=echo()) as shop:
        mei = await shop.friend("Mei")
        before = await metric(shop, "enishi_replies_missed_total")
        await shop.fault(REPLY, "status", status=401)
        await mei.says("1")

        async def tried() -> bool:
            return len(await shop.requests(REPLY)) > 0

        await until(tried)
        await shop.advance(61)
        await shop.settle()
        assert await metric(shop, "enishi_replies_missed_total") == before + 1
        await shop.no_faults()
        await mei.says("2")
        await shop.settle()
        assert await texts(mei) == ["1", "2"]


async def test_what_could_not_be_handled_is_handled_once_more(open_shop: OpenShop) -> None:
    broken = [True]
    async with open_shop(root=fragile(raises, broken=broken)) as shop, admin(shop) as sato:
        mei, ken = await shop.phone("Mei"), await shop.phone("Ken")
        for phone in (mei, ken):
            await phone.says("バグ")
            await shop.settle()
        for rest in RESTS:
            await attempt(shop, after=rest)
        assert "受信エラー 2" in (await sato.open("/console/")).text
        screen = await sato.open(f"{HERE}/events")
        assert "RuntimeError at" in screen.text
        assert "a secret that a friend wrote" not in screen.text
        broken[0] = False
        kens = form(screen, "let-be")  # the newest is first
        assert "対応済みにしました" in (await press(sato, kens, why="needless")).text
        meis = form(sato.screen, r"\d+/replay")
        assert "もう一度処理します" in (await press(sato, meis)).text
        assert "すでに処理されている" in (await press(sato, meis)).text
        await shop.settle()
        for phone in (mei, ken):
            await phone.says("はい")
        await shop.settle()
        assert (await texts(mei), await texts(ken)) == (["バグ", "はい"], ["はい"])
        assert "すべて順調です" in (await sato.open(HERE)).text


@pytest.mark.parametrize("few", [1, 0], ids=["small shops", "large shops"])
async def test_managers_see_and_mend_what_the_talks_of_their_shops_say(
    shop: Shop, browser: Browser, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("bot.outbox.troubles._FEW_FRIENDS", few)
    await open_shops(shop, "shibuya", "ebisu")
    mei = await shop.friend("Mei")
    await shop.fault(PUSH, "status", status=400, times=1)
    await too_late(shop, mei, "秘密の話")
    await give(shop, mei, "shibuya")
    async with admin(shop) as sato:
        sent = form(await sato.open(HERE), "let-be")
        for login, shop_key, sees in (("ito", "ebisu", False), ("ono", "shibuya", True)):
            await hire(shop, login, Role.MANAGER, shops=(shop_key,))
            await browser.sign_in(login)
            screen = await browser.open(HERE)
            assert ("秘密の話" in screen.text, "すべて順調です" in screen.text) == (sees, not sees)
            assert "まとめて" not in screen.text
            screen = await press(browser, sent | {"csrf": browser.screen.csrf}, why="told")
            assert ("対応済みにしました" in screen.text) is sees
            await browser.send("/console/sign-out")


async def test_many_are_dealt_with_a_piece_at_a_time(shop: Shop, sato: Browser) -> None:
    count = many.PIECE + 3
    await fail(shop, count)
    screen = await sato.open(f"{HERE}/all?act=let-be&reason=unfit")
    assert f"{count}件" in screen.text
    fields = {"act": "let-be", "reason": "unfit", "why": "needless", "total": str(count)}
    screen = await sato.send(f"{HERE}/all", **fields)
    assert f"{many.PIECE} / {count}" in screen.text
    going_on = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', screen.html))
    screen = await sato.post(f"{HERE}/all", going_on)
    assert f"{count}件を対応済みにしました" in screen.text
    assert "すべて順調です" in (await sato.open(HERE)).text


async def give(shop: Shop, phone: Phone, shop_key: str) -> None:
    """Let a shop look after somebody's talk."""
    desk, now = shop.app[keys.DESK], shop.app[CLOCK]()
    ((friend_id,),) = await shop.sql("SELECT id FROM friends WHERE user_id = :u", u=phone.user_id)
    async with shop.app[USE_CASE]() as unit:
        await desk.take(unit, friend_id, by=1, now=now)
        await desk.move(unit, friend_id, shop_key=shop_key, reason="", by=1, now=now)


async def fail(shop: Shop, count: int) -> None:
    """Leave calls behind that LINE refused."""
    now = shop.app[CLOCK]()
    row = {
        "lane": "U1", "kind": "message", "body": b"[]", "bubbles": 1, "pays": True,
        "retry_key": "k",
        "why": "event:1", "state": State.FAILED.value, "attempts": 1, "doubtful": False,
        "due_at": now, "expires_at": now, "created_at": now, "settled_at": now, "status": 400,
    }  # fmt: skip
    rows = [{"id": arrival.number(), **row} for _ in range(count)]
    async with shop.app[ENGINE].begin() as connection:
        await batch.insert(connection, outbox, rows)
