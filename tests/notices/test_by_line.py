"""Staff hear on their own LINE: tied by a code, billed unless a reply is open."""

import re

from bot.emulator.phone import Phone
from bot.staff.rights import Role
from tests.console.support import Browser, hire, open_browser
from tests.notices.support import looks
from tests.support import Shop


async def linked(shop: Shop, sato: Browser) -> Phone:
    """Let 佐藤 send the code that her console shows from her own phone."""
    phone = await shop.friend("佐藤 花子")
    await sato.open("/console/notices")
    screen = await sato.send("/console/notices/line")
    said = re.search(r"スタッフ連携 [A-Z0-9]{4}-[A-Z0-9]{4}", screen.html)
    assert said is not None
    assert (await sato.open("/console/notices/line/linked")).status == 204
    await phone.says(said[0].lower().replace(" ", "　"))
    await shop.settle()
    assert (await phone.sees())[-1]["text"].startswith("佐藤さん、このLINEに")
    changes = await sato.open("/console/notices/line/linked")
    assert changes.headers["HX-Redirect"] == "/console/notices?linked#line"
    await phone.says(said[0])
    await shop.settle()
    assert "このコードは使えません" in (await phone.sees())[-1]["text"]
    return phone


async def test_a_code_ties_a_line_which_pays_or_rides(shop: Shop) -> None:
    await hire(shop, "sato", Role.ADMIN, name="佐藤")
    async with open_browser(shop) as sato:
        await sato.sign_in("sato")
        phone = await linked(shop, sato)
        assert "佐藤 花子" in (await sato.open("/console/notices")).text
        await phone.says("スタッフに相談")
        await shop.settle()
        await _told(shop)
        await sato.send("/console/notices", gather="0", **{"waiting.line": "yes"})
        mei = await shop.friend("田中 めい")
        await mei.says("スタッフに相談")
        await shop.settle()
        await _told(shop)
        assert "要対応のトーク 1件" in (await phone.sees())[-1]["text"]
        assert await shop.sql("SELECT reason, count FROM ledger") == [("notice:staff", 1)]
        assert "送信済み" in (await sato.open("/console/notices")).text
        await phone.says("はい")  # staff have her talk, so the reply token is not used
        await shop.settle()
        await mei.taps("相談をやめる")
        await mei.says("スタッフに相談")
        await shop.settle()
        await _told(shop)
        assert "要対応のトーク" in (await phone.sees())[-1]["text"]
        assert await shop.sql("SELECT count(*) FROM ledger") == [(1,)]
        await phone.unfollow()
        await mei.taps("相談をやめる")
        await mei.says("スタッフに相談")
        await shop.settle()
        await _told(shop)
        assert "ブロックされています" in (await sato.open("/console/notices")).text


async def _told(shop: Shop) -> None:
    """Let what is due be told, arrive, and be known to have arrived."""
    await looks(shop)
    await shop.settle()
    await looks(shop)
