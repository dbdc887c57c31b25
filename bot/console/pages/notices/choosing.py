"""GET /console/notices: what somebody wants to hear of, by which way, and when not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import resources
from bot.console.access import Open, Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.notices import wording
from bot.console.rendering import render
from bot.console.visitor import clock_of, member_of, tell
from bot.conversations.allowance import allowance
from bot.notices import choices, devices, encryption, history, linking
from bot.notices.model import CHOSEN, GATHERING, UNSEEN, Choices, Kind, Way
from bot.staff.model import StaffMember
from bot.staff.rights import Right

routes: Final = Routes()
_LAST: Final = 10


@routes.get("/notices", access=Open.SIGNED_IN)
async def page(request: web.Request) -> web.Response:
    """Show it."""
    return await show(request)


@routes.post("/notices", access=Open.SIGNED_IN)
async def save(request: web.Request) -> web.Response:
    """Go by what was chosen."""
    given, member = await request.post(), member_of(request)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        before = await choices.of(connection, member.staff_id)
        after = _read(given, before, member)
        await choices.keep(connection, member.staff_id, after, now=clock_of(request)())
    await tell(request, N_("通知の設定を保存しました。"))
    return see_other("/console/notices")


async def show(request: web.Request, *, status: int = 200, **more: Any) -> web.Response:
    """Return the page, with what has just been done."""
    member, settings = member_of(request), request.config_dict[resources.SETTINGS]
    said: dict[str, Any] = {"asked": None, "problem": None, "link": None}
    async with request.config_dict[resources.ENGINE].connect() as connection:
        chosen = await choices.of(connection, member.staff_id)
        said |= await _places(connection, member)
        left = await allowance(connection, now=clock_of(request)())
    can_push = encryption.IS_AT_HAND
    return render(
        request,
        "notices/show.html",
        status=status,
        chosen=chosen,
        kinds=_kinds(member),
        ways=tuple(Way),
        gathering=GATHERING,
        unseen=UNSEEN,
        times={"from": _time(chosen.quiet_from), "to": _time(chosen.quiet_to)},
        words=wording,
        left=left,
        can_mail=settings.smtp_url is not None,
        push_key=encryption.public_key(settings.secret_key) if can_push else "",
        can_see_all=member.may(Right.STAFF_MANAGE),
        **said | more,
    )


async def _places(connection: AsyncConnection, member: StaffMember) -> Mapping[str, Any]:
    return {
        "devices": await devices.of(connection, member.staff_id),
        "line": await linking.of(connection, member.staff_id),
        "told": await history.newest(connection, staff_id=member.staff_id, limit=_LAST),
    }


def _kinds(member: StaffMember) -> list[Kind]:
    """Return what somebody can hear of at all."""
    right = {
        Kind.WAITING: Right.TALK_ANSWER,
        Kind.TROUBLE: Right.SETTINGS_EDIT,
    }
    return [kind for kind in CHOSEN if member.may(right.get(kind, Right.TALK_READ))]


def _read(given: MultiMapping[Any], before: Choices, member: StaffMember) -> Choices:
    """Read the form; what it does not show stays as it was."""
    ways = dict(before.ways)
    for kind in _kinds(member):
        ways[kind] = frozenset(way for way in Way if f"{kind.value}.{way.value}" in given)
    start, end = _minutes(given, "quiet_from"), _minutes(given, "quiet_to")
    is_quiet = "quiet" in given and start is not None and end is not None
    return replace(
        before,
        ways=ways,
        quiet_from=start if is_quiet and start is not None else 0,
        quiet_to=end if is_quiet and end is not None else 0,
        gather_minutes=_one_of(given, "gather", GATHERING, before.gather_minutes),
        unseen_minutes=_one_of(given, "unseen", UNSEEN, before.unseen_minutes),
        shows_text="shows_text" in given,
    )


def _one_of(given: MultiMapping[Any], name: str, known: tuple[int, ...], by_default: int) -> int:
    return next((one for one in known if str(one) == given.get(name)), by_default)


def _minutes(given: MultiMapping[Any], name: str) -> int | None:
    hours, _, minutes = str(given.get(name, "")).partition(":")
    if not (hours.isascii() and hours.isdecimal() and minutes[:2].isdecimal()):
        return None
    total = int(hours) * 60 + int(minutes[:2])
    return total if total < 24 * 60 else None


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
