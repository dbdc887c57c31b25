"""GET /console/notices/sent: what was told to whom, and what could not be, for admins."""

from datetime import timedelta
from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.notices import wording
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, tell
from bot.notices import history
from bot.notices.model import State
from bot.notices.unreachable import unreachable
from bot.staff.audit import audit
from bot.staff.rights import Right

routes: Final = Routes()
_PAGE: Final = 50
_LATELY: Final = timedelta(days=1)


@routes.get("/notices/sent", access=Right.STAFF_MANAGE)
async def show(request: web.Request) -> web.Response:
    """Show the newest notices, and who would hear of nothing."""
    asked, below = request.query.get("state", ""), request.query.get("below", "")
    state = State(asked) if asked in set(State) else None
    before = int(below) if below.isascii() and below.isdecimal() and len(below) < 19 else 1 << 62  # noqa: PLR2004 - digits of 64 bits
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].connect() as connection:
        told = await history.of_all(connection, state=state, before=before, limit=_PAGE + 1)
        failed = await history.count_failed(connection, since=now - _LATELY)
        nobody = await unreachable(connection)
    settings = request.config_dict[resources.SETTINGS]
    return render(
        request,
        "notices/sent.html",
        told=told[:_PAGE],
        has_more=len(told) > _PAGE,
        state=state,
        failed=failed,
        nobody=nobody,
        can_mail=settings.smtp_url is not None,
        words=wording,
    )


@routes.post(r"/notices/sent/{notice_id:\d{1,19}}/again", access=Right.STAFF_MANAGE)
async def again(request: web.Request) -> web.Response:
    """Try a notice anew that was given up."""
    notice_id, now = int(request.match_info["notice_id"]), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        if not await history.send_again(connection, notice_id, now=now):
            raise web.HTTPNotFound
        await audit(connection, actor_of(request), "notices.again", f"notice:{notice_id}", now=now)
    await tell(request, N_("もう一度送ります。"))
    return see_other("/console/notices/sent")
