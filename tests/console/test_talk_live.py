"""The inbox in Chromium: two staff members and friends' phones, side by side."""

import io
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from time import monotonic

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, expect
from sqlalchemy import text
from yarl import URL

from bot.app import ALL
from bot.app import Role as Process
from bot.conversations import canned
from bot.resources import CLOCK, ENGINE
from bot.staff import shops
from bot.staff.model import COMMAND_LINE
from bot.staff.rights import Role
from bot.staff.shops import StaffShop
from tests.console.looking_away import looks_away
from tests.console.support import PASSWORD, hire
from tests.phone.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.support import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

Window = Callable[..., Awaitable[Page]]
HOSTILE = "<img src=x onerror=\"document.title='caught'\"> ${7*7} {{7*7}} '\";--"


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """One process serves the screens, another does the work: news go through Redis."""
    async with open_shop(
        sqlite_url, redis_url, tmp_path, roles=Process.WEB, publishes=False
    ) as shop:
        await hire(shop, "sato", Role.ADMIN, name="佐藤")
        await hire(shop, "suzuki", Role.ADMIN, name="鈴木")
        async with shop.process(ALL & ~Process.WEB):
            yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def window(chromium: Browser, shop: Shop) -> AsyncIterator[Window]:  # noqa: F811
    """Open the inbox as somebody; in no window may a script fail or be refused."""
    contexts, troubles = [], []

    async def open_inbox(login: str, *, width: int = 1280, view: str = "open") -> Page:
        context = await chromium.new_context(
            locale="ja-JP", viewport={"width": width, "height": 844}
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
        )
        await page.goto(f"{shop.bot_url}/console/talk?view={view}")
        await page.get_by_label("ログインID").fill(login)
        await page.get_by_label("パスワード").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("#inbox[data-ready]")).to_be_visible()
        return page

    yield open_inbox
    for context in contexts:
        await context.close()
    assert troubles == []


def row(page: Page, name: str) -> Locator:
    return page.locator(".talk-row", has_text=name)


async def open_talk(page: Page, name: str) -> None:
    await page.locator(".talk-row", has_text=name).click()
    await expect(page.locator(".talk-pane h2")).to_have_text(name)


def bubble(page: Page, text: str) -> Locator:
    return page.locator(".said", has=page.get_by_text(text, exact=True))


async def write(page: Page, text: str) -> None:
    await page.get_by_label("本文").first.fill(text)


async def test_a_talk_from_the_question_to_the_end(shop: Shop, window: Window) -> None:
    sato, suzuki = await window("sato"), await window("suzuki")
    await expect(sato.get_by_text("いまお待ちのお客様はいません")).to_be_visible()
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    asked = monotonic()
    await mei.says("サイズはありますか")
    for page in (sato, suzuki):
        await expect(row(page, "サイズはありますか")).to_contain_text("田中 めい")
    assert monotonic() - asked < 5, "seen without a reload, and soon"
    await expect(sato.locator("[data-count=open]")).to_have_text("1")
    await open_talk(sato, "田中 めい")
    await open_talk(suzuki, "田中 めい")
    await expect(sato.locator("#others")).to_have_text("鈴木さんが見ています")
    await write(suzuki, "し")
    await expect(sato.locator("#others")).to_have_text("鈴木さんが入力中…")
    await expect(sato.locator("#way-now")).to_contain_text("無料で返信（あと")
    await write(sato, "ございます")
    await sato.locator("#way-now").click()
    said = bubble(sato, "ございます")
    await expect(said).to_contain_text("送信済み")
    await expect(said).to_contain_text("無料")
    await expect(sato.locator("#talk-head")).to_contain_text("佐藤さんが対応中")
    await expect(bubble(suzuki, "ございます")).to_contain_text("佐藤")
    await shop.settle()
    assert "ございます" in [m.get("text") for m in await mei.sees()]
    await sato.get_by_role("button", name="対応済みにする").click()
    await expect(suzuki.locator("#talk-head")).to_contain_text("ボットが対応中")
    await expect(sato.locator("[data-count=in_progress]")).to_have_text("")
    await mei.says("会員証")
    await shop.settle()
    await expect(row(suzuki, "田中 めい")).not_to_contain_text("待ち")


async def test_two_answer_at_once_and_the_second_is_asked(shop: Shop, window: Window) -> None:
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    await shop.settle()
    sato, suzuki = await window("sato"), await window("suzuki")
    await open_talk(sato, "田中 めい")
    await open_talk(suzuki, "田中 めい")
    await suzuki.route("**/talk/tail/**", lambda route: route.abort())  # the news is not there yet
    await write(sato, "佐藤です")
    await write(suzuki, "鈴木です")
    await sato.locator("#way-now").click()
    await expect(bubble(sato, "佐藤です")).to_contain_text("送信済み")
    await suzuki.locator("#way-next").click()
    await expect(suzuki.get_by_role("alert")).to_contain_text("ほかのスタッフが先に返信しました")
    await suzuki.unroute("**/talk/tail/**")
    await expect(bubble(suzuki, "佐藤です")).to_be_visible()
    await shop.settle()
    assert [m.get("text") for m in await mei.sees()].count("鈴木です") == 0
    await suzuki.get_by_role("button", name="このまま送る").click()
    await expect(bubble(suzuki, "鈴木です")).to_contain_text("次の発言時に無料で送信")
    await mei.says("はい")
    await shop.settle()
    assert [m.get("text") for m in await mei.sees()].count("鈴木です") == 1
    await expect(bubble(suzuki, "鈴木です")).to_contain_text("送信済み")


async def test_a_token_that_dies_is_told_with_its_price(shop: Shop, window: Window) -> None:
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    await mei.says("在庫はありますか")
    await shop.settle()
    sato = await window("sato")
    # The button will not know that the token died, and no question about it is under way.
    await sato.route("**/talk/tail/**", lambda route: route.abort())
    await open_talk(sato, "田中 めい")
    await expect(sato.locator("#way-now")).to_contain_text("無料で返信")
    await shop.advance(120)
    await write(sato, "お待たせしました")
    await sato.locator("#way-now").click()
    alert = sato.get_by_role("alert")
    await expect(alert).to_contain_text("無料で返信できる時間が過ぎました")
    pay = alert.get_by_role("button", name="有料 1通")
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        await route.fetch()
        lost += 1
        await route.abort()

    await sato.route("**/talk/answer/**", lose)  # it arrives, its answer does not
    await pay.click()
    await expect(alert).to_contain_text("同じ内容が2回届くことはありません")
    await sato.unroute("**/talk/answer/**")
    await sato.unroute("**/talk/tail/**")
    await sato.locator("#way-now").click()
    await expect(bubble(sato, "お待たせしました").last).to_contain_text("有料")
    await shop.settle()
    assert lost == 1
    assert [m.get("text") for m in await mei.sees()].count("お待たせしました") == 1


async def test_what_was_missed_while_away_is_caught_up(shop: Shop, window: Window) -> None:
    mei = await shop.friend("田中 めい")
    await mei.says("スタッフに相談")
    await shop.settle()
    sato = await window("sato")
    await open_talk(sato, "田中 めい")
    await sato.context.set_offline(True)
    await expect(sato.get_by_text("接続が切れました")).to_be_visible()
    hana = await shop.friend("山田 はな")
    await hana.says("スタッフに相談")
    await mei.says("まだですか")
    await shop.settle()
    await shop.advance(60)
    await sato.context.set_offline(False)
    await expect(row(sato, "山田 はな")).to_be_visible()
    await expect(bubble(sato, "まだですか")).to_be_visible()
    await expect(sato.get_by_text("接続が切れました")).to_be_hidden()


async def test_ten_thousand_talks_are_walked_by_key(shop: Shop, window: Window) -> None:
    await crowd(shop, 10_000)
    sato = await window("sato")
    await expect(sato.locator("[data-count=open]")).to_have_text("10000")
    assert await sato.locator(".talk-row").count() == 50
    for number in range(1, 56):  # past the end of the first page: the next has come by then
        await sato.keyboard.press("j")
        await expect(sato.locator(".talk-row a[aria-current]")).to_contain_text(f"客{number:05} ")
    await expect(sato.locator(".talk-pane h2")).to_have_text("客00055 さま")
    await sato.keyboard.press("k")
    await expect(sato.locator(".talk-pane h2")).to_have_text("客00054 さま")
    ids = "[...document.querySelectorAll('.talk-row')].map((row) => row.dataset.id)"
    shown = await sato.evaluate(ids)
    assert shown == [str(number) for number in range(1, len(shown) + 1)]
    assert len(shown) >= 100
    mei = await shop.friend("田中 めい")  # news among so many
    await mei.says("スタッフに相談")
    await expect(sato.locator("[data-count=open]")).to_have_text("10001")


async def crowd(shop: Shop, count: int) -> None:
    """So many friends wait for an answer, each a second longer than the next."""
    since = int(shop.line.clock.seconds() * 1_000) - count * 1_000
    waits = f"{since} + i * 1000"
    rows = {
        "people (id, attributes, created_at, version)": "i, '{}', 0, 1",
        "friends (id, user_id, person_id, state, version)": "i, 'U' || i, i, 'friend', 1",
        "profiles (user_id, display_name, fetched_at)": (
            "'U' || i, '客' || substr('0000' || i, -5) || ' さま', 0"
        ),
        "conversations (friend_id, state, opened_at, waiting_since, last_at, last_id, heard_id, "
        "seen_id, misses, queue_key, touched, version)": (
            f"i, 'open', {waits}, {waits}, {waits}, i, i, 0, 0, {waits}, i, 1"
        ),
    }
    async with shop.app[ENGINE].begin() as connection:
        for into, values in rows.items():
            numbers = (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT :count)"
            )
            made = text(f"INSERT INTO {into} {numbers} SELECT {values} FROM n")  # noqa: S608
            await connection.execute(made, {"count": count})


async def test_hostile_names_and_texts_are_read_and_nothing_else(
    shop: Shop, window: Window
) -> None:
    mallory = await shop.friend("<b onclick=alert(1)>マロリー")
    await mallory.says("スタッフに相談")
    await mallory.says(HOSTILE)
    await shop.settle()
    sato = await window("sato", width=390)
    await sato.locator(".talk-row", has_text="マロリー").click()
    await expect(bubble(sato, HOSTILE)).to_be_visible()
    assert await sato.evaluate("document.documentElement.scrollWidth") <= 390
    await sato.get_by_role("tab", name="メモ").click()
    await write(sato, HOSTILE)
    await sato.get_by_role("button", name="メモを残す").click()
    await expect(sato.locator(".said-note")).to_contain_text(HOSTILE)
    assert await sato.title() != "caught"
    await sato.get_by_role("link", name="一覧に戻る").click()
    await expect(sato.locator("#rows")).to_be_visible()
    await sato.go_back()
    await expect(bubble(sato, HOSTILE).first).to_be_visible()


#: A red film of a second, as this browser records one.
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
  const paint = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/mp4" });
  const parts = [], over = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  for (let at = 0; at < 20; at++) {
    paint.fillStyle = at % 2 ? "#e00000" : "#e00808";
    paint.fillRect(0, 0, 160, 90);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await over;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


async def test_a_film_is_shown_by_one_of_its_frames_and_a_file_by_its_name(
    shop: Shop, window: Window
) -> None:
    mei = await shop.friend("田中 めい")
    for words in ("スタッフに相談", "動画はありますか"):
        await mei.says(words)
        await shop.settle()
    sato = await window("sato")
    await open_talk(sato, "田中 めい")
    film = b64decode(await sato.evaluate(FILM))
    await sato.locator("#file").set_input_files(
        FilePayload(name="新作.mp4", mimeType="video/mp4", buffer=film)
    )
    await expect(sato.locator(".attachment")).to_contain_text("新作.mp4")
    await expect(sato.locator(".attachment img")).to_be_visible()
    await sato.locator("#way-now").click()
    poster = sato.locator(".said-out video")
    await expect(poster).to_have_attribute("width", "160")
    await expect(sato.locator(".attachment")).to_have_count(0)
    await shop.settle()
    (sent,) = [each for each in await mei.sees() if each["type"] == "video"]
    async with shop.http.get(shop.bot_url + URL(sent["previewImageUrl"]).path) as answer:
        frame = Image.open(io.BytesIO(await answer.read())).convert("RGB")
    red, green, blue = frame.resize((1, 1)).tobytes()
    assert (red > 180, green < 60, blue < 60) == (True, True, True)
    table = FilePayload(name="価格表.csv", mimeType="text/csv", buffer="名,円".encode())
    page = FilePayload(name="page.html", mimeType="text/html", buffer=b"<script>")
    await sato.locator("#file").set_input_files(page)
    await expect(sato.get_by_role("alert")).to_contain_text("この種類のファイルは送れません")
    await sato.locator("#file").set_input_files(table)
    await expect(sato.locator(".attachment")).to_contain_text("リンクとして届きます（14日間）")
    await sato.locator("#way-next").click()
    await expect(sato.locator(".said-out .is-file")).to_contain_text("価格表.csv")


async def test_keys_and_canned_replies(shop: Shop, window: Window) -> None:
    async with shop.app[ENGINE].begin() as connection:
        for key, name in (("main", "本店"), ("station", "駅前店")):
            place = StaffShop(key=key, name=name)
            await shops.add_shop(connection, place, by=COMMAND_LINE, now=shop.app[CLOCK]())
        await canned.save(
            connection,
            reply_id=None,
            staff_id=None,
            shop_key=None,
            title="あいさつ",
            messages=["{お名前}さま、{担当者}です。{来店日}にお待ちします", "お気をつけて"],
            now=shop.app[CLOCK](),
        )
    for name in ("一人目", "二人目"):
        phone = await shop.friend(name)
        await phone.says("スタッフに相談")
        await shop.settle()
        await shop.advance(5)
    sato = await window("sato")
    await sato.keyboard.press("j")
    await expect(sato.locator(".talk-pane h2")).to_have_text("一人目")
    await sato.keyboard.press("j")
    await expect(sato.locator(".talk-pane h2")).to_have_text("二人目")
    await sato.keyboard.press("k")
    await expect(sato.locator(".talk-pane h2")).to_have_text("一人目")
    await sato.keyboard.press("a")
    await expect(sato.locator("#talk-head")).to_contain_text("佐藤さんが対応中")
    await sato.keyboard.press("/")
    await sato.keyboard.type("あいさ")
    await expect(sato.get_by_role("option", name="あいさつ")).to_be_visible()
    await sato.keyboard.press("Enter")
    text = sato.get_by_label("本文").first
    await expect(text).to_have_value("一人目さま、佐藤です。{来店日}にお待ちします")
    await expect(sato.get_by_label("本文")).to_have_count(2)  # each a bubble of its own
    await expect(sato.get_by_label("本文").last).to_have_value("お気をつけて")
    await text.press("Control+Enter")
    await expect(sato.get_by_role("alert")).to_contain_text("{来店日} が分かりません")
    assert await shop.sql("SELECT count(*) FROM staff_answers") == [(0,)]
    await text.press("Escape")
    await sato.keyboard.press("n")
    await text.fill("")
    await sato.keyboard.type("お願いします @鈴")
    await expect(sato.locator("#mentions")).to_have_text("鈴木")
    await sato.keyboard.press("Enter")
    await expect(text).to_have_value("お願いします @鈴木 ")
    await sato.get_by_role("button", name="メモを残す").click()
    await expect(sato.locator(".said-note .mention")).to_have_text("@鈴木")
    assert await shop.sql("SELECT count(*) FROM talk_mentions") == [(1,)]
    await looks_away(sato)
    await phone.says("まだでしょうか")
    await expect(sato).to_have_title(re.compile(r"^\(1\) "))
    assert await sato.evaluate("told") == ["♪", "二人目", "まだでしょうか"]
    await sato.evaluate("dispatchEvent(new Event('focus'))")
    await expect(sato).not_to_have_title(re.compile(r"^\("))
    await sato.get_by_label("本文").first.press("Escape")
    await sato.keyboard.press("?")
    await expect(sato.get_by_role("dialog", name="キーボード操作")).to_be_visible()
    await sato.keyboard.press("Escape")
    await sato.keyboard.press("e")
    await expect(sato.locator("#talk-head")).to_contain_text("ボットが対応中")
