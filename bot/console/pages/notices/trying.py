"""Whether notices arrive: one is sent through everything that real ones go through.

POST test -> a staff event -> the sender's process -> the page asks what came of it, in words
"""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Open, Routes
from bot.console.language import N_
from bot.console.pages.notices import wording
from bot.console.pages.sign_in import ATTEMPTS
from bot.console.rendering import render
from bot.console.visitor import clock_of, member_of
from bot.notices import history
from bot.notices.model import Kind, State, Way
from bot.store import arrival, batch, staff_events
from bot.store.tables.notices import staff_events as events

routes: Final = Routes()
#: A test on LINE costs a message.
_FREE_TESTS: Final = 12
#: Then whoever sends is not there.
_PATIENCE_SECONDS: Final = 30


@routes.post("/notices/test", access=Open.SIGNED_IN)
async def test(request: web.Request) -> web.Response:
    """Send one, by one way, to one device if it is a browser's."""
    given, now = await request.post(), clock_of(request)()
    way, target = str(given.get("way", "")), str(given.get("target", "0"))
    if way not in set(Way) or not (target.isascii() and target.isdecimal()):
        raise web.HTTPBadRequest
    attempts, login = request.app[ATTEMPTS], member_of(request).login
    if await attempts.take("test notice", login, free=_FREE_TESTS, now=now):
        words = N_("続けて送りすぎです。しばらく待ってからお試しください。")
        return render(request, "notices/too_many.html", words=words)
    row = staff_events.row(
        Kind.TEST.value,
        f"test:{arrival.number()}",
        staff_id=member_of(request).staff_id,
        body={"way": way, "target": int(target[:19])},
        at=now,
    )
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await batch.insert(connection, events, [row])
    return await _tell(request, int(row["id"]), Way(way))


@routes.get(r"/notices/test/{event_id:\d{1,19}}", access=Open.SIGNED_IN)
async def outcome(request: web.Request) -> web.Response:
    """Say what came of it so far."""
    way = request.query.get("way", "")
    if way not in set(Way):
        raise web.HTTPNotFound
    return await _tell(request, int(request.match_info["event_id"]), Way(way))


async def _tell(request: web.Request, event_id: int, way: Way) -> web.Response:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        told = await history.of_event(connection, event_id, staff_id=member_of(request).staff_id)
    notice = told[0] if told else None
    is_over = notice is not None and notice.state not in {State.WAITING, State.HANDED}
    is_late = not is_over and arrival.seconds_since(event_id) > _PATIENCE_SECONDS
    error = wording.error_words(notice.error) if notice is not None else ("", "")
    return render(
        request,
        "notices/outcome.html",
        event_id=event_id,
        way=way,
        notice=notice,
        is_late=is_late,
        error=error,
    )
