"""A long answer ends with the right to it."""

from aiohttp.test_utils import make_mocked_request

from bot.console.visitor import MEMBER, SESSION, SESSIONS, still_here
from bot.resources import CLOCK, ENGINE
from bot.staff import repository
from tests.console.support import Browser, hire
from tests.console.test_rights import console_of
from tests.support import Shop


async def test_a_stream_learns_that_its_reader_has_gone(shop: Shop, browser: Browser) -> None:
    member = await hire(shop, "sato")
    await browser.sign_in("sato")
    sessions = console_of(shop)[SESSIONS]
    session = await sessions.find(browser.cookie() or "", now=shop.app[CLOCK]())
    assert session is not None
    request = make_mocked_request("GET", "/console/stream", app=console_of(shop))
    assert request._match_info is not None
    request._match_info._apps = [shop.app, console_of(shop)]
    request[SESSION], request[MEMBER] = session, member
    assert await still_here(request)
    async with shop.app[ENGINE].begin() as connection:
        await repository.change(connection, member.staff_id, role="viewer")
    assert not await still_here(request)
    async with shop.app[ENGINE].begin() as connection:
        await repository.change(connection, member.staff_id, role="staff")
    assert await still_here(request)
    await browser.open("/console/")
    await browser.send("/console/sign-out")
    assert not await still_here(request)
