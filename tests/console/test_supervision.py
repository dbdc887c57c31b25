"""The report of talks, its CSV, and the screen on the shop's wall."""

import csv
import io
from datetime import date

from bot.console import drawing
from bot.conversations.figures import Figures, Waits
from bot.resources import CLOCK, ENGINE
from bot.staff.rights import Role
from bot.store import arrival, batch
from bot.store.tables.conversations import conversation_changes, conversations
from bot.store.tables.friends import friends, profiles
from bot.store.tables.staff import shops
from tests.console.support import Browser, hire
from tests.support import Shop

HOSTILE = "=cmd|' /C calc'!A0"


async def open_shops(shop: Shop, *keys: str) -> None:
    now = shop.app[CLOCK]()
    async with shop.app[ENGINE].begin() as connection:
        for place, key in enumerate(keys):
            row = {"key": key, "name": f"{key}店", "address": "", "phone": "", "hours": {},
                   "exceptions": [], "position": place, "is_active": True, "created_at": now,
                   "version": 1}  # fmt: skip
            await batch.insert(connection, shops, [row])


async def waits(
    shop: Shop, name: str, shop_key: str | None, *, staff_id: int | None = None
) -> int:
    """A friend who waits, as if a worker had heard them."""
    now, number = shop.app[CLOCK](), arrival.number()
    at = int(now.timestamp() * 1000)
    talk = {
        "friend_id": number, "state": "open", "staff_id": staff_id, "shop_key": shop_key,
        "opened_at": now, "waiting_since": now, "last_at": now, "last_id": number,
        "heard_id": number, "seen_id": 0, "misses": 0, "queue_key": at, "touched": number,
        "version": 1,
    }  # fmt: skip
    change = {
        "id": number, "friend_id": number, "change": "asked", "state": "open", "staff_id": None,
        "shop_key": shop_key, "by_whom": "friend", "reason": "", "at": now,
        "waited_seconds": None,
    }  # fmt: skip
    async with shop.app[ENGINE].begin() as connection:
        friend = {"id": number, "user_id": f"U{number}", "person_id": -number, "state": "friend",
                  "version": 1}  # fmt: skip
        profile = {"user_id": f"U{number}", "display_name": name, "fetched_at": now}
        await batch.insert(connection, friends, [friend])
        await batch.insert(connection, profiles, [profile])
        await batch.insert(connection, conversations, [talk])
        await batch.insert(connection, conversation_changes, [change])
    return number


async def answered(shop: Shop, friend_id: int, by: int, shop_key: str, seconds: int) -> None:
    row = {
        "id": arrival.number(), "friend_id": friend_id, "change": "answered",
        "state": "in_progress", "staff_id": by, "shop_key": shop_key, "by_whom": str(by),
        "reason": "", "at": shop.app[CLOCK](), "waited_seconds": seconds,
    }  # fmt: skip
    async with shop.app[ENGINE].begin() as connection:
        await batch.insert(connection, conversation_changes, [row])


async def test_a_manager_reads_who_waits_and_how_their_shop_answers(
    shop: Shop, browser: Browser
) -> None:
    await open_shops(shop, "shibuya", "ebisu")
    sato = await hire(shop, "sato", Role.MANAGER, name="佐藤", shops=("shibuya",))
    await browser.sign_in("sato")
    empty = await browser.open("/console/talk/report")
    assert "お待ちのお客様はいません" in empty.text
    assert "この期間の記録はありません" in empty.text
    mei = await waits(shop, "<b>Mei</b>", "shibuya")
    await waits(shop, "Rin", "ebisu")
    await shop.advance(16 * 60)
    for seconds in (30, 90, 600):
        await answered(shop, mei, sato.staff_id, "shibuya", seconds)
    page = await browser.open("/console/talk/report")
    assert "&lt;b&gt;Mei" in page.html
    assert "Rin" not in page.text
    assert "ebisu店" not in page.text
    assert "16分" in page.text
    assert "佐藤 — 3 1分30秒 10分" in page.text
    assert "<title>4/1 相談 1 初回応答 3</title>" in page.html
    assert "style=" not in page.html
    assert page.html.count('aria-current="page"') == 1
    spoken = await browser.open("/console/talk/report/spoken")
    assert "まだだれも答えていない相談 ありません" in spoken.text
    quarter = "from=2026-01-02&to=2026-04-01"
    at_once = await browser.open(f"/console/talk/report?{quarter}")
    assert "数えています" in at_once.text
    assert "佐藤 — 3" not in at_once.text
    later = await browser.open(f"/console/talk/report/figures?{quarter}")
    assert "佐藤 — 3 1分30秒 10分" in later.text
    assert "<title>3/27 相談 1 初回応答 3</title>" in later.html
    odd = await browser.open("/console/talk/report?from=2026-05-01&to=2026-04-01&shop=ebisu")
    assert "開始日は終了日より前に" in odd.text
    assert "Rin" not in odd.text


async def test_the_csv_opens_in_a_spreadsheet_and_is_in_the_audit_log(
    shop: Shop, browser: Browser
) -> None:
    await open_shops(shop, "shibuya")
    sato = await hire(shop, "sato", Role.OWNER, name=HOSTILE)
    friend = await waits(shop, "Mei", "shibuya")
    await answered(shop, friend, sato.staff_id, "shibuya", 61)
    await browser.sign_in("sato")
    path = "/console/talk/report.csv?from=2026-01-02&to=2026-04-01"
    async with browser.http.get(browser.url + path) as answer:
        body = await answer.read()
        assert "attachment" in answer.headers["Content-Disposition"]
    assert body.startswith(b"\xef\xbb\xbf")
    head, asked, said = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert head[:5] == ["日付", "店舗", "担当者", "相談", "初回応答"]
    assert asked[:5] == ["2026-04-01", "shibuya店", "", "1", "0"]
    assert said[:7] == ["2026-04-01", "shibuya店", f"'{HOSTILE}", "0", "1", "61", "61"]
    log = await browser.open("/console/audit?action=talk.report")
    assert "from=2026-01-02" in log.text


async def test_the_wall_shows_numbers_and_no_names(shop: Shop, browser: Browser) -> None:
    await open_shops(shop, "shibuya")
    await hire(shop, "sato", Role.VIEWER, shops=("shibuya",))
    await browser.sign_in("sato")
    assert "お待ちのお客様はいません" in (await browser.open("/console/talk/wall")).text
    await waits(shop, "鈴木 芽衣", "shibuya")
    await shop.advance(90)
    part = await browser.open("/console/talk/wall/now")
    assert "鈴…さん" in part.text
    assert "鈴木" not in part.text
    assert "1分30秒" in part.text
    assert "未割当" in part.text


def test_a_chart_of_a_year_is_drawn_by_weeks() -> None:
    row = Figures(day=date(2026, 3, 9), asked=7)
    row.first_answers = Waits()
    row.first_answers.seconds[61] = 2
    year = drawing.answers([row], date(2025, 4, 1), date(2026, 3, 31))
    assert year.is_weekly
    assert len(year.bars) == 53
    assert sum(bar.values[0] or 0 for bar in year.bars) == 7
    assert sum(bar.is_labelled for bar in year.bars) <= 8
    (week,) = drawing.waits([row], date(2026, 3, 9), date(2026, 3, 9)).bars
    assert week.values == (2,)
    assert drawing.answers([], date(2026, 3, 1), date(2026, 3, 7)).is_empty
