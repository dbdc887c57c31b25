"""GET /console/talk/live: what changes, as it changes; and who else looks at a talk.

connected: what changed since the cursor -> then each News of Live, as far as the reader sees it
"""

import asyncio
from typing import Any, Final

import orjson
from aiohttp import web

from bot import resources
from bot.clock import utc_now
from bot.console.access import Routes
from bot.console.live import LIVE, MOST_ROWS, News, names, read_news
from bot.console.pages.talk import looking, wording
from bot.console.presence import GONE, TYPING, VIEWING, Presence
from bot.console.rendering import language_of, render_text
from bot.console.visitor import member_of, still_here
from bot.conversations import lists
from bot.conversations.lists import ListedTalk
from bot.staff.model import StaffMember
from bot.staff.rights import Right
from bot.store.types import to_ms
from bot.store.unit import Unit

routes: Final = Routes()
PRESENCES: Final = web.AppKey("PRESENCES", Presence)

_PING_SECONDS: Final = 15.0
#: Then the browser comes again and is asked anew who it is.
_LASTS_SECONDS: Final = 180.0
_HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}
_LONGEST_CURSOR: Final = 19


@routes.get("/talk/live", access=Right.TALK_READ)
async def live(request: web.Request) -> web.StreamResponse:
    """Tell a screen what changes, until it leaves."""
    member, shop = member_of(request), request.query.get("shop") or None
    response = web.StreamResponse(headers=_HEADERS)
    with request.config_dict[LIVE].watched() as news:
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        try:
            await _catch_up(request, response, member, shop)
            await _follow(request, response, member, shop, news)
        except ConnectionError:
            pass  # the screen is gone
    return response


@routes.post(r"/talk/here/{friend_id:\d{1,19}}", access=Right.TALK_READ)
async def here(request: web.Request) -> web.Response:
    """Note that somebody looks at a talk, or writes; tell who else does."""
    given = await request.post()
    what = str(given.get("what", ""))
    if what not in {VIEWING, TYPING, GONE}:
        raise web.HTTPBadRequest
    member, friend_id = member_of(request), looking.friend_id_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        talking = await looking.find(Unit(connection), friend_id, member)
        called = await names(connection)
    others = await request.config_dict[PRESENCES].say(
        friend_id,
        member.staff_id,
        what,
        shop_key=talking.shop_key,
        now_ms=to_ms(utc_now()),  # by the machine, as Redis forgets
    )
    return web.json_response(
        {
            "others": [
                {"id": str(staff_id), "name": called.staff.get(staff_id, ""), "what": each}
                for staff_id, each in others.items()
            ]
        }
    )


async def _catch_up(
    request: web.Request, response: web.StreamResponse, member: StaffMember, shop: str | None
) -> None:
    said = request.headers.get("Last-Event-ID") or request.query.get("cursor", "")
    knows = said.isdecimal() and len(said) <= _LONGEST_CURSOR
    async with request.config_dict[resources.ENGINE].connect() as connection:
        if not knows:
            news = News(cursor=await lists.cursor_now(connection))
        else:
            changed, cursor = await lists.changed_since(
                connection, int(said), scope=member.scope, limit=MOST_ROWS
            )
            if len(changed) > MOST_ROWS:
                news = News(is_too_much=True, cursor=await lists.cursor_now(connection))
            else:
                news = await read_news(connection, [friend_id for friend_id, _ in changed])
                news.cursor = cursor
        news.tally = await request.config_dict[LIVE].tally(connection)
    await response.write(_told(request, member, shop, news) + b"event: here\ndata: {}\n\n")


async def _follow(
    request: web.Request,
    response: web.StreamResponse,
    member: StaffMember,
    shop: str | None,
    queue: "asyncio.Queue[News | None]",
) -> None:
    ends_at, tells_at = resources.ticks() + _LASTS_SECONDS, 0.0
    while resources.ticks() < ends_at:
        if resources.ticks() >= tells_at:
            tells_at = resources.ticks() + _PING_SECONDS
            now_ms = to_ms(utc_now())  # by the machine, as below
            await request.config_dict[PRESENCES].arrive(member.staff_id, now_ms=now_ms)
        try:
            async with asyncio.timeout(_PING_SECONDS):
                news = await queue.get()
        except TimeoutError:
            if not await still_here(request):
                return
            await response.write(b": still here\n\n")
            continue
        if news is None:
            return
        told = _told(request, member, shop, news)
        if told:
            await response.write(told)


def _told(request: web.Request, member: StaffMember, shop: str | None, news: News) -> bytes:
    events: list[bytes] = []
    if news.is_too_much:
        events.append(b"event: reload\ndata: {}\n\n")
    language = language_of(request)
    for row in news.rows:
        if not member.scope.sees(row.shop_key):
            continue
        known = news.drawn.get((language, row.friend_id))
        if known is None:
            known = _event("row", _row(request, row, news))
            news.drawn[language, row.friend_id] = known
        events.append(known)
    if news.tally is not None:
        counts = news.tally.counts(scope=member.scope, me=member.staff_id, shop_key=shop)
        events.append(_event("counts", {view.value: count for view, count in counts.items()}))
    for friend_id, staff_id, what, shop_key in news.presence:
        if staff_id != member.staff_id and member.scope.sees(shop_key):
            name = news.names.staff.get(staff_id, "")
            presence = {"friend": str(friend_id), "id": str(staff_id), "what": what, "name": name}
            events.append(_event("presence", presence))
    if events and news.cursor:
        events[-1] = b"id: %d\n" % news.cursor + events[-1]
    return b"".join(events)


def _row(request: web.Request, row: ListedTalk, news: News) -> dict[str, Any]:
    html = render_text(
        request,
        "talk/row.html",
        row=row,
        names=news.names,
        words=wording,
        shown=None,
        open_id=None,
    )
    return {
        "id": str(row.friend_id),
        "version": row.version,
        "state": row.state.value,
        "staff": "" if row.staff_id is None else str(row.staff_id),
        "shop": row.shop_key or "",
        "isUnread": row.is_unread,
        "queue": row.key[0],
        "last": to_ms(row.last_at),
        "waits": row.waiting_since is not None,
        "name": row.name or "",
        "text": (row.last_text or "")[:80],
        "html": html,
    }


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
