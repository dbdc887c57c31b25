"""Events that could not be handled: the list, handling one once more, or giving it up."""

import asyncio
from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.counted import COUNTED
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.trouble import wording
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, tell
from bot.inbox import dead
from bot.outbox import troubles
from bot.signals import INBOX
from bot.staff.audit import audit
from bot.staff.rights import Right

routes: Final = Routes()
HERE: Final = "/console/trouble/events"
_ONE: Final = r"/trouble/events/{event_id:[0-9]{1,18}}"
_PAGE: Final = 50
_PIECE: Final = 500
#: A form is not kept waiting for longer; what is left is gone on with.
_SECONDS: Final = 2.0


@routes.get("/trouble/events", access=Right.QUEUES_REPAIR)
async def show(request: web.Request) -> web.Response:
    """Show the events that were given up, the newest first."""
    asked = request.query.get("before", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 19  # noqa: PLR2004 - 64 bits
    before = int(asked) if is_number else 1 << 62
    async with request.config_dict[resources.ENGINE].connect() as connection:
        letters = await dead.newest(connection, before=before, limit=_PAGE + 1)
        count = await dead.count(connection)
        groups = await troubles.groups(connection)
    return render(
        request,
        "needs/letters.html",
        letters=letters[:_PAGE],
        has_more=len(letters) > _PAGE,
        count=count,
        total=sum(group.count for group in groups),
        words=wording,
    )


@routes.post(_ONE + "/replay", access=Right.QUEUES_REPAIR)
async def replay(request: web.Request) -> web.Response:
    """Handle one once more."""
    event_id, now = int(request.match_info["event_id"]), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        is_back = bool(event_id) and await dead.replay(connection, event_id) == 1
        if is_back:
            await audit(
                connection, actor_of(request), "inbox.replay", f"event:{event_id}", now=now
            )
    await _told(request, N_("もう一度処理します。"), is_done=is_back)
    return see_other(HERE)


@routes.post(_ONE + "/let-be", access=Right.QUEUES_REPAIR)
async def let_be(request: web.Request) -> web.Response:
    """Give one up for good."""
    event_id, now = int(request.match_info["event_id"]), clock_of(request)()
    why = str((await request.post()).get("why", ""))
    if why not in wording.CLOSINGS:
        await tell(request, N_("対応済みにする理由を選んでください。"), "warn")
        return see_other(HERE)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        is_closed = await dead.let_be(connection, event_id)
        if is_closed:
            subject, actor = f"event:{event_id}", actor_of(request)
            details = {"reason": why}
            await audit(connection, actor, "inbox.let_be", subject, now=now, details=details)
    await _told(request, N_("対応済みにしました。"), is_done=is_closed)
    return see_other(HERE)


@routes.post("/trouble/events/replay", access=Right.QUEUES_REPAIR)
async def replay_all(request: web.Request) -> web.Response:
    """Handle all of them once more, a piece at a time; what takes too long is gone on with."""
    loop, now = asyncio.get_running_loop(), clock_of(request)()
    until, done, after = loop.time() + _SECONDS, 0, 0
    while loop.time() < until:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            count, after = await dead.replay_some(connection, after=after, limit=_PIECE)
        if not count:
            break
        done += count
        request.config_dict[resources.SIGNALS].notify(INBOX)
    if done:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            details = {"count": done}
            await audit(
                connection, actor_of(request), "inbox.replay_all", now=now, details=details
            )
    request.config_dict[COUNTED].forget()
    if done:
        await tell(request, N_("%(count)s件をもう一度処理します。"), count=done)
    else:
        await tell(request, N_("もう一度処理できるものはありません。"), "warn")
    return see_other(HERE)


async def _told(request: web.Request, words: str, *, is_done: bool) -> None:
    request.config_dict[COUNTED].forget()
    if is_done:
        request.config_dict[resources.SIGNALS].notify(INBOX)
        await tell(request, words)
    else:
        await tell(request, N_("すでに処理されているか、内容の保存期間が過ぎています。"), "warn")
