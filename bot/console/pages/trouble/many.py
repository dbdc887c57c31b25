"""All calls of one reason at once: what it would cost, then a piece at a time, with its progress.

    ask -> walk (a piece; the page asks for the next) -> walk -> done

Nothing of it is kept here: the walk is by ids, so each call is met once, and a walk that was left
is begun anew. Each piece is one transaction with its line in the audit log.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import resources
from bot.console.access import Routes
from bot.console.counted import COUNTED
from bot.console.pages.trouble import wording
from bot.console.rendering import is_part, render
from bot.console.visitor import actor_of, clock_of
from bot.conversations.allowance import allowance
from bot.outbox import mending, troubles
from bot.outbox.troubles import Group, Reason
from bot.staff.audit import audit_in
from bot.staff.rights import Right

routes: Final = Routes()
PIECE: Final = 500
_ACTS: Final = {"resend": mending.resend_many, "let-be": mending.let_many_be}
_ACTIONS: Final = {"resend": "outbox.resend_all", "let-be": "outbox.let_all_be"}


@routes.get("/trouble/all", access=Right.QUEUES_REPAIR)
async def ask(request: web.Request) -> web.Response:
    """Say how many they are, what it would cost, and what it could do twice."""
    reason, act = _asked(request.query)
    now = clock_of(request)()
    async with request.config_dict[resources.ENGINE].connect() as connection:
        among = await _among(connection, reason)
        cost = await troubles.count_paid(connection, among)
        left = await allowance(connection, now=now)
    return render(
        request,
        "needs/all.html",
        reason=reason,
        act=act,
        count=sum(group.count for group in among),
        cost=cost,
        left=left,
        words=wording,
    )


@routes.post("/trouble/all", access=Right.QUEUES_REPAIR)
async def walk(request: web.Request) -> web.Response:
    """Take the next piece, and show how far it is."""
    given = await request.post()
    reason, act = _asked({name: str(value) for name, value in given.items()})
    why = str(given.get("why", ""))
    if act == "let-be" and why not in wording.CLOSINGS:
        raise web.HTTPUnprocessableEntity
    after, total, done, skipped = (
        _number(given, n) for n in ("after", "total", "done", "skipped")
    )
    ids, count = await _piece(request, reason, act, why, after=after, now=clock_of(request)())
    request.config_dict[COUNTED].forget()
    template = "needs/walk_part.html" if is_part(request) else "needs/walk.html"
    return render(
        request,
        template,
        reason=reason,
        act=act,
        why=why,
        after=ids[-1] if ids else after,
        done=done + count,
        skipped=skipped + len(ids) - count,
        total=max(total, done + skipped + len(ids)),
        is_over=len(ids) < PIECE,
        words=wording,
    )


async def _piece(
    request: web.Request, reason: Reason, act: str, why: str, *, after: int, now: datetime
) -> tuple[Sequence[int], int]:
    """Deal with the next calls; return their ids, and with how many it went well."""
    async with request.config_dict[resources.USE_CASE]() as unit:
        among = await _among(unit.connection, reason)
        ids = await troubles.next_ids(unit.connection, among, after=after, limit=PIECE)
        count = await _ACTS[act](unit.connection, ids, now=now) if ids else 0
        if count:
            details = {"count": count} | ({"reason": why} if why else {})
            subject, actor = f"reason:{reason.value}", actor_of(request)
            audit_in(unit, actor, _ACTIONS[act], subject, now=now, details=details)
    return ids, count


async def _among(connection: AsyncConnection, reason: Reason) -> list[Group]:
    return [group for group in await troubles.groups(connection) if group.reason is reason]


def _asked(values: Mapping[str, str]) -> tuple[Reason, str]:
    reason, act = values.get("reason", ""), values.get("act", "")
    if reason not in set(Reason) or act not in _ACTS:
        raise web.HTTPNotFound
    return Reason(reason), act


def _number(given: Mapping[str, object], name: str) -> int:
    text = str(given.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0  # noqa: PLR2004 - 64 bits
