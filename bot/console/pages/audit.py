"""The audit log: who saw, sent, exported and changed what."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from aiohttp import web

from bot import resources
from bot.clock import TOKYO
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.rendering import render
from bot.console.words import ACTIONS
from bot.staff import audit, repository
from bot.staff.rights import Right

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("監査ログ"),
    path="/console/audit",
    icon="log",
    right=Right.AUDIT_READ,
    position=85,
    group=N_("管理"),
)
_PAGE: Final = 50


@routes.get("/audit", access=Right.AUDIT_READ)
async def show(request: web.Request) -> web.Response:
    """Show the newest lines that fit what is asked for."""
    asked = request.query
    who, below = asked.get("who", ""), asked.get("below", "")
    async with request.config_dict[resources.ENGINE].connect() as connection:
        members = await repository.list_all(connection)
        entries = await audit.search(
            connection,
            text=asked.get("text", "").strip()[:100],
            staff_id=_number(who),
            action=asked.get("action", "")[:60],
            since=_midnight(asked.get("from", "")),
            until=_midnight(asked.get("to", ""), days=1),
            below=_number(below),
            limit=_PAGE + 1,
        )
    shown = {name: asked.get(name, "") for name in ("text", "who", "action", "from", "to")}
    return render(
        request,
        "audit/list.html",
        entries=entries[:_PAGE],
        has_more=len(entries) > _PAGE,
        members=members,
        actions=ACTIONS,
        asked=shown,
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _midnight(text: str, *, days: int = 0) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), TOKYO) + timedelta(days=days)
