"""What is done about one call: send it once more, or let it be.

A form names the call and what was seen of it; a second click finds it changed, and does nothing.
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys, resources
from bot.console.access import Routes
from bot.console.counted import COUNTED, PATH
from bot.console.language import N_
from bot.console.onward import local_path, see_other
from bot.console.pages.talk.wording import refusal
from bot.console.pages.trouble import wording
from bot.console.visitor import actor_of, clock_of, member_of, tell
from bot.conversations.model import ConversationError
from bot.outbox import mending, troubles
from bot.outbox.model import Kind
from bot.outbox.troubles import Seen, Trouble
from bot.signals import TALKS
from bot.staff.audit import audit_in
from bot.staff.model import StaffMember
from bot.staff.rights import Right

routes: Final = Routes()
_CALL: Final = r"/trouble/calls/{call_id:[0-9]{1,18}}"
_CHANGED: Final = N_("表示したあとに状況が変わりました。一覧をご確認ください。")
_ERASED: Final = N_("内容の保存期間が過ぎているため、送り直せません。")


@routes.post(_CALL + "/resend", access=Right.CALLS_REPAIR)
async def resend(request: web.Request) -> web.Response:
    """Send one once more, as it was seen."""
    given, now, member = await request.post(), clock_of(request)(), member_of(request)
    paying, is_sent = request.config_dict[keys.ANSWERING].paying, False
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            one = await _found(request, unit.connection)
            if one is not None:
                if one.costs:
                    await paying.require(unit, member, now)
                is_sent = await mending.resend(unit.connection, _seen(one, given), now=now)
            if one is not None and is_sent:
                details = {"billed": int(one.costs), "was": one.state.value}
                subject, actor = f"call:{one.call_id}", actor_of(request)
                audit_in(unit, actor, "outbox.resend", subject, now=now, details=details)
                if one.costs and one.is_staff_answer:
                    await paying.note(unit, one.call_id, staff=member, now=now)
    except ConversationError as error:
        await tell(request, refusal(error.code), "warn")
        return _back(given)
    if one is not None and is_sent:
        _changed(request, one)
        words = N_("送り直します（有料 1通）。") if one.costs else N_("送り直します（無料）。")
        await tell(request, words)
    else:
        await tell(request, _why_not(one), "warn")
    return _back(given)


@routes.post(_CALL + "/let-be", access=Right.CALLS_REPAIR)
async def let_be(request: web.Request) -> web.Response:
    """Send one no more, and show it no more."""
    given, now = await request.post(), clock_of(request)()
    why, is_closed = str(given.get("why", "")), False
    if why not in wording.CLOSINGS:
        await tell(request, N_("対応済みにする理由を選んでください。"), "warn")
        return _back(given)
    async with request.config_dict[resources.USE_CASE]() as unit:
        one = await _found(request, unit.connection)
        if one is not None:
            is_closed = await mending.let_be(unit.connection, _seen(one, given), now=now)
        if one is not None and is_closed:
            details = {"reason": why, "was": one.state.value}
            subject, actor = f"call:{one.call_id}", actor_of(request)
            audit_in(unit, actor, "outbox.let_be", subject, now=now, details=details)
    if one is not None and is_closed:
        _changed(request, one)
        await tell(request, N_("対応済みにしました。"))
    else:
        await tell(request, _CHANGED, "warn")
    return _back(given)


async def _found(request: web.Request, connection: AsyncConnection) -> Trouble | None:
    """Return the call of an address; None: nobody need look at it, or not this member."""
    one = await troubles.find(connection, int(request.match_info["call_id"]))
    return one if one is not None and _sees(member_of(request), one) else None


def _sees(member: StaffMember, one: Trouble) -> bool:
    scope = member.scope
    return scope.shops is None or (one.kind is Kind.MESSAGE and scope.sees(one.shop_key))


def _seen(one: Trouble, given: Mapping[str, object]) -> Seen:
    """Return the call as it was on the screen."""
    attempts, _, at = str(given.get("seen", "")).partition(".")
    if not all(n.isascii() and n.isdecimal() and len(n) < 19 for n in (attempts, at)):  # noqa: PLR2004 - 64 bits
        raise web.HTTPBadRequest
    return Seen(one.call_id, int(attempts), int(at))


def _why_not(one: Trouble | None) -> str:
    if one is not None and one.is_blocked:
        return refusal("blocked")
    return _ERASED if one is not None and one.body is None else _CHANGED


def _changed(request: web.Request, one: Trouble) -> None:
    """Let screens look again."""
    request.config_dict[COUNTED].forget()
    if one.friend_id is not None:
        request.config_dict[resources.SIGNALS].tell(TALKS, [f"{one.friend_id}:0"])


def _back(given: Mapping[str, object]) -> web.Response:
    return see_other(local_path(str(given.get("here", "")), PATH))
