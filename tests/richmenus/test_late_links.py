"""No link to an old version comes behind the new one's: its friends would have no menu.

Old versions are deleted; whoever was linked to one a moment before would fall back to the default.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.emulator.phone import Phone
from bot.line.client import LineClient
from bot.menus.publishing import Friends
from bot.outbox import repository as outbox
from bot.outbox.model import Call, Kind, State, request
from bot.outbox.policy import Verdict
from richmenus.calls import LineMenus
from tests.emulator.support import TOKEN
from tests.richmenus.support import Desk, version

FIRST = (version("guest"), version("member"))
NEXT = (FIRST[0], version("member", "#75645A"))
BULK = ("POST", "/v2/bot/richmenu/bulk/link")
BATCH = ("POST", "/v2/bot/richmenu/batch")


class Slow(LineMenus):
    """LINE, where something is late: it arrives at a pause, and surely before a menu goes."""

    def __init__(self, desk: Desk, arrives: Callable[[], Awaitable[None]]) -> None:
        super().__init__(LineClient(desk.http, base=desk.base, token=TOKEN), pause=self._rest)
        self._desk = desk
        self._arrives: Callable[[], Awaitable[None]] | None = arrives

    async def _rest(self, seconds: float) -> None:
        self._desk.emulator.clock.advance(seconds)
        self._desk.emulator.platform.catch_up()
        arrives, self._arrives = self._arrives, None
        if arrives is not None:
            await arrives()

    async def delete(self, rich_menu_id: str) -> None:
        await self._rest(0)
        await super().delete(rich_menu_id)


async def sending(desk: Desk, call: Call) -> None:
    """Another process has the call."""
    async with desk.engine.begin() as connection:
        await outbox.insert(connection, [call], owner="other", now=desk.emulator.clock.now())


async def sent(desk: Desk, call: Call) -> None:
    done = Verdict(replace(call, state=State.SENT), status=202)
    async with desk.engine.begin() as connection:
        now = desk.emulator.clock.now()
        await outbox.settle(connection, [done], owner="other", now=now)


async def name_of(phone: Phone) -> tuple[str, str]:
    menu = await phone.menu() or {}
    return menu["name"], menu["source"]


async def test_a_link_on_its_way_is_waited_for(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    mei = await desk.friend("Mei", "member", first.ids["member"])
    now = desk.emulator.clock.now()
    link = request(mei.user_id, Kind.MENU, {"menu": "member"}, why="event:1", now=now)
    await sending(desk, link)

    async def arrives() -> None:
        await desk.line.line.link(mei.user_id, first.ids["member"])
        await sent(desk, link)

    done = await desk.publisher(Slow(desk, arrives)).apply(NEXT)
    assert done.deleted == (first.ids["member"],)
    assert await name_of(mei) == (NEXT[1].name, "user")


async def test_a_bulk_link_that_line_does_late_is_waited_for(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    mei = await desk.friend("Mei", "member", first.ids["member"])
    now = desk.emulator.clock.now()
    body = {"menu": "member", "users": [mei.user_id]}
    link = request("menus:1", Kind.MENUS, body, why="menus:rules", now=now)
    await sending(desk, link)
    desk.emulator.world.behaviour.menu_bulk_seconds = 15
    await desk.line.link_many(first.ids["member"], [mei.user_id])
    await sent(desk, link)
    desk.emulator.world.behaviour.menu_bulk_seconds = 0
    await desk.publisher(Slow(desk, nothing)).apply(NEXT)
    desk.emulator.clock.advance(60)
    desk.emulator.platform.catch_up()
    assert await name_of(mei) == (NEXT[1].name, "user")


async def test_what_cannot_be_waited_for_goes_on_behind_and_nothing_is_deleted(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    mei = await desk.friend("Mei", "member", first.ids["member"])
    now = desk.emulator.clock.now()
    link = request(mei.user_id, Kind.MENU, {"menu": "member"}, why="event:1", now=now)
    await sending(desk, link)
    done = await desk.apply(NEXT)
    assert done.deleted == ()
    assert done.left == (f"member: {first.ids['member']} stays until no friend has it",)
    assert await desk.sql("SELECT menu FROM menu_repoints") == [("member",)]
    await sent(desk, link)
    again = await desk.apply(NEXT)
    assert again.deleted == (first.ids["member"],)
    assert await name_of(mei) == (NEXT[1].name, "user")


async def test_many_friends_of_a_version_are_moved_by_one_batch(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    people = ("Mei", "Ken", "Yui")
    phones = [await desk.friend(name, "member", first.ids["member"]) for name in people]
    desk.emulator.platform.requests.clear()
    desk.emulator.world.menus.failing_users = [phones[1].user_id]
    publisher = desk.publisher()
    assert isinstance(publisher.followers, Friends)
    publisher.followers.batch_from = 3
    done = await publisher.apply(NEXT)
    assert (done.moved, done.deleted) == (3, (first.ids["member"],))
    assert [await name_of(phone) for phone in phones] == [(NEXT[1].name, "user")] * 3
    asked = await desk.asked()
    assert (asked.count(BATCH), asked.count(BULK)) == (2, 0), "once, and once for who was left"
    assert await desk.sql("SELECT phase FROM menu_batches") == [("done",)]


async def test_bulk_links_do_it_when_line_takes_no_batch(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    mei = await desk.friend("Mei", "member", first.ids["member"])
    await desk.fault("/v2/bot/richmenu/batch", "status", status=400)
    publisher = desk.publisher()
    assert isinstance(publisher.followers, Friends)
    publisher.followers.batch_from = 1
    done = await publisher.apply(NEXT)
    assert (done.moved, done.deleted) == (1, (first.ids["member"],))
    assert await name_of(mei) == (NEXT[1].name, "user")


async def nothing() -> None:
    """Let nothing be late."""
