"""要確認: what did not arrive is seen by whoever may, and mended with a click, once."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.emulator.phone import Phone
from bot.staff.rights import Role
from tests.console.support import Browser, Screen, hire, open_browser
from tests.flows.support import PUSH, REPLY, billed, echo, texts, until
from tests.flows.test_free_answers import states, too_late
from tests.support import Shop, open_shop

HERE = "/console/trouble"


@pytest.fixture
async def shop(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A whole bot that repeats what friends say, paid where it must."""
    async with open_shop(
        database_url, redis_url, tmp_path, publishes=False, root=echo(pays=True)
    ) as shop:
        yield shop


@pytest.fixture
async def sato(shop: Shop) -> AsyncIterator[Browser]:
    async with open_browser(shop) as browser:
        await hire(shop, "sato", Role.ADMIN, name="佐藤")
        await browser.sign_in("sato")
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
    await shop.fault(PUSH, "status", status=400, times=1)
    await too_late(shop, mei, "1")
    screen = await sato.open(f"{HERE}?state=failed&kind=message")
    assert "LINEがこの内容を受け付けませんでした" in screen.text
    assert (await shop.requests(PUSH))[0]["requestId"] in screen.text
    assert "該当するものはありません" in (await sato.open(f"{HERE}?state=parked")).text
    sent = form(screen, "let-be")
    assert "理由を選んでください" in (await press(sato, sent)).text
    assert "対応済みにしました" in (await press(sato, sent, why="told")).text
    assert await states(shop) == ["failed"]  # the talk says what became of it
    assert "すべて順調です" in (await sato.open(HERE)).text
    await sato.open("/console/audit?text=call:")
    assert "reason=told" in sato.screen.text
