"""The web process is killed while a staff member's answer is on its way through it."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.app import Role as Process
from bot.bench.proxy import HOST
from bot.bench.survive.fuse import KILLED, run_with_fuse
from bot.clock import utc_now
from bot.embedded.valkey import free_port
from bot.emulator.phone import Phone
from bot.postbacks import AskStaff
from bot.resources import SETTINGS
from bot.staff.rights import Role
from tests.console.support import Browser, hire, open_browser
from tests.support import Shop, open_shop

WORDS = "ございます"
#: A fork of a process that has everything imported and no thread: a start costs little.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.bench.survive.fuse"])


@pytest.fixture
async def shop(sqlite_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """The process that stays: it sends, and serves whoever comes again."""
    async with open_shop(sqlite_url, redis_url, tmp_path, publishes=False) as shop:
        await follow_time(shop)
        await hire(shop, "sato", Role.ADMIN)
        yield shop


async def follow_time(shop: Shop) -> None:
    await shop.advance((utc_now() - shop.line.clock.now()).total_seconds())


async def asks(shop: Shop, name: str) -> tuple[Phone, int]:
    """A friend whose question can be answered free."""
    mei = await shop.friend(name)
    await mei.postback(AskStaff().encode())
    await mei.says("サイズはありますか")
    await shop.settle()
    ((friend_id,),) = await shop.sql("SELECT id FROM friends WHERE user_id = :u", u=mei.user_id)
    return mei, int(friend_id)


async def press(sato: Browser, url: str, friend_id: int) -> int:
    """Send the answer as its screen would; 0: nothing came back."""
    fields = {"csrf": sato.screen.csrf, "text": WORDS, "way": "free", "seen_id": str(2**62)}
    cookie = {"Cookie": f"__Host-enishi={sato.cookie()}", "Origin": url, "HX-Request": "true"}
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.post(
                f"{url}/console/talk/answer/{friend_id}",
                data=fields | {"request_id": f"r{friend_id}"},
                headers=cookie,
            ) as answer,
        ):
            return answer.status
    except aiohttp.ClientError:
        return 0


async def run(shop: Shop, sato: Browser, at: int | None, points: Path | None) -> list[str]:
    """Answer through a process that ends at a point, and again where it is gone; what is seen."""
    mei, friend_id = await asks(shop, f"Mei {at}")
    port = free_port()
    settings = replace(shop.app[SETTINGS], port=port)
    how = {"at": at, "count_into": points, "roles": Process.WEB}
    process = _context.Process(target=run_with_fuse, args=(settings,), kwargs=how)
    process.start()
    try:
        await listens(f"http://{HOST}:{port}")
        status = await press(sato, f"http://{HOST}:{port}", friend_id)
        await asyncio.to_thread(process.join, 40)
    finally:
        process.kill()
    assert process.exitcode == (0 if at is None else KILLED)
    assert (status == 200) is (at is None)
    await follow_time(shop)  # that process went by the machine's
    await shop.settle()
    if at is not None:  # the screen says it again, under the same id
        assert await press(sato, shop.bot_url, friend_id) == 200
        await shop.settle()
    return [str(message.get("text")) for message in await mei.sees()]


async def listens(url: str) -> None:
    async with asyncio.timeout(40), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)


async def test_an_answer_is_said_once_wherever_its_process_ends(
    shop: Shop, tmp_path: Path
) -> None:
    async with open_browser(shop) as sato:
        await sato.sign_in("sato")
        await sato.open("/console/account")
        counted = tmp_path / "points"
        assert (await run(shop, sato, None, counted)).count(WORDS) == 1
        points = counted.read_text().split("\n")
        commit = points.index("after COMMIT", points.index("before COMMIT")) + 1
        chosen = sorted({2, len(points) // 3, commit - 1, commit, len(points)})
        seen = [await run(shop, sato, at, None) for at in chosen]
    assert [bubbles.count(WORDS) for bubbles in seen] == [1] * len(chosen)
    answers = await shop.sql("SELECT count(*) FROM staff_answers")
    assert answers == [(len(chosen) + 1,)]
    assert await shop.sql("SELECT count(*) FROM ledger") == [(0,)]
