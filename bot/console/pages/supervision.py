"""/console/talk/report and /console/talk/wall: who waits, and how friends are answered."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import resources
from bot.clock import TOKYO
from bot.console import drawing
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.live import Names, names
from bot.console.navigation import Entry
from bot.console.rendering import language_of, render
from bot.console.visitor import actor_of, clock_of, member_of
from bot.conversations import overview
from bot.conversations.figures import COLUMNS, Figures, as_row, figures, together
from bot.conversations.overview import Waiting
from bot.staff.audit import audit
from bot.staff.model import Scope
from bot.staff.rights import Right

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("トークのレポート"),
    path="/console/talk/report",
    icon="chart",
    right=Right.TALK_SUPERVISE,
    position=6,
)
#: A report of more days would be another tool's; a year fits a sheet.
LONGEST_DAYS: Final = 366
_USUAL_DAYS: Final = 7
_WAITING_SHOWN: Final = 10
_ON_THE_WALL: Final = 8
#: From so long on a wait is shown in the colour of a warning, and of trouble.
SLOW_SECONDS: Final = (5 * 60, 15 * 60)


@dataclass(frozen=True, slots=True)
class Asked:
    """Days and shop of a report, as the address says them."""

    first: date
    last: date
    shop: str
    #: What the address asked for and did not get.
    problem: str = ""

    @property
    def query(self) -> str:
        """The address' part after the question mark."""
        given = {"from": self.first.isoformat(), "to": self.last.isoformat(), "shop": self.shop}
        return urlencode({name: value for name, value in given.items() if value})

    def within(self, scope: Scope) -> Scope:
        """Return what is to be counted of what somebody sees."""
        if not self.shop:
            return scope
        return Scope(frozenset({self.shop} if scope.sees(self.shop) else ()))


def asked_of(request: web.Request) -> Asked:
    """Read an address; without days, the last week."""
    today = clock_of(request)().astimezone(TOKYO).date()
    usual = today - timedelta(days=_USUAL_DAYS - 1)
    shop = request.query.get("shop", "")[:60]
    try:
        first = date.fromisoformat(request.query.get("from") or usual.isoformat())
        last = date.fromisoformat(request.query.get("to") or today.isoformat())
    except ValueError:
        return Asked(usual, today, shop, N_("日付は 2026-04-01 のように入力してください。"))
    if first > last:
        return Asked(usual, today, shop, N_("開始日は終了日より前にしてください。"))
    if (last - first).days >= LONGEST_DAYS:
        first = last - timedelta(days=LONGEST_DAYS - 1)
        return Asked(first, last, shop, N_("一度に見られるのは1年分までです。"))
    return Asked(first, last, shop)


@routes.get("/talk/report", access=Right.TALK_SUPERVISE)
async def report(request: web.Request) -> web.Response:
    """Show how things stand, and how they went."""
    asked, member = asked_of(request), member_of(request)
    scope = asked.within(member.scope)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        rows = await figures(connection, first=asked.first, last=asked.last, scope=scope)
        waits = await overview.waiting(connection, scope=scope)
        called = await names(connection)
        waiting = await overview.longest_waiting(connection, scope=scope, limit=_WAITING_SHOWN)
    return render(
        request,
        "supervision/report.html",
        asked=asked,
        shops=_shops(called, member.scope),
        names=called,
        total=together(rows, lambda _: None).get(None, Figures()),
        by_shop=_sorted(together(rows, lambda row: row.shop_key), called.shops),
        by_staff=_sorted(_of_staff(rows), called.staff),
        waits=waits,
        all_waiting=_everywhere(waits),
        waiting=waiting,
        slow=SLOW_SECONDS,
        answers_chart=drawing.answers(rows, asked.first, asked.last),
        waits_chart=drawing.waits(rows, asked.first, asked.last),
        duration=drawing.duration,
        since=drawing.since,
    )


@routes.get("/talk/report/spoken", access=Right.TALK_SUPERVISE)
async def spoken(request: web.Request) -> web.Response:
    """Tell who answered: it reads every message of the days, so the page does not wait for it."""
    asked = asked_of(request)
    scope = asked.within(member_of(request).scope)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        said = await overview.spoken(connection, first=asked.first, last=asked.last, scope=scope)
    return render(request, "supervision/spoken.html", said=said)


@routes.get("/talk/report.csv", access=Right.TALK_SUPERVISE)
async def export(request: web.Request) -> web.Response:
    """Hand out the figures by day, shop and staff member, for a spreadsheet."""
    asked, member = asked_of(request), member_of(request)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        rows = await figures(
            connection, first=asked.first, last=asked.last, scope=asked.within(member.scope)
        )
        called = await names(connection)
        await _note_export(request, connection, asked, len(rows))
    head = COLUMNS_EN if language_of(request) == "en" else COLUMNS_JA
    body = io.StringIO(newline="")
    writer = csv.writer(body)
    writer.writerow(head)
    for row in rows:
        shop = called.shops.get(row.shop_key or "", row.shop_key or "")
        staff = called.staff.get(row.staff_id or 0, "")
        writer.writerow([_harmless(cell) for cell in as_row(row, shop=shop, staff=staff)])
    name = f"talks-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.csv"
    return web.Response(
        body=body.getvalue().encode("utf-8-sig"),  # spreadsheets take a file without BOM for Latin
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


@routes.get("/talk/wall", access=Right.TALK_READ)
async def wall(request: web.Request) -> web.Response:
    """Show who waits, large enough for the far side of a room."""
    return await _wall(request, "supervision/wall.html")


@routes.get("/talk/wall/now", access=Right.TALK_READ)
async def wall_now(request: web.Request) -> web.Response:
    """Show the part of the wall that moves."""
    return await _wall(request, "supervision/wall_now.html")


async def _wall(request: web.Request, template: str) -> web.Response:
    member, asked = member_of(request), asked_of(request)
    today = clock_of(request)().astimezone(TOKYO).date()
    scope = asked.within(member.scope)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        waits = await overview.waiting(connection, scope=scope)
        rows = await figures(connection, first=today, last=today, scope=scope)
        called = await names(connection)
        waiting = await overview.longest_waiting(connection, scope=scope, limit=_ON_THE_WALL)
    return render(
        request,
        template,
        asked=asked,
        shops=_shops(called, member.scope),
        names=called,
        all_waiting=_everywhere(waits),
        waiting=waiting,
        today=together(rows, lambda _: None).get(None, Figures()),
        slow=SLOW_SECONDS,
        duration=drawing.duration,
        since=drawing.since,
    )


async def _note_export(
    request: web.Request, connection: AsyncConnection, asked: Asked, rows: int
) -> None:
    details = {"from": asked.first.isoformat(), "to": asked.last.isoformat(), "rows": rows}
    now = clock_of(request)()
    await audit(connection, actor_of(request), "talk.report", now=now, details=details)


def _shops(called: Names, scope: Scope) -> Mapping[str, str]:
    return {key: name for key, name in called.shops.items() if scope.sees(key)}


def _everywhere(waits: Mapping[str | None, Waiting]) -> Waiting:
    total = Waiting()
    for shop in waits.values():
        total.count += shop.count
        total.unassigned += shop.unassigned
        if shop.since is not None:
            total.since = shop.since if total.since is None else min(total.since, shop.since)
    return total


def _of_staff(rows: list[Figures]) -> dict[int | None, Figures]:
    return together((row for row in rows if row.staff_id is not None), lambda row: row.staff_id)


def _sorted(found: Mapping[Any, Figures], called: Mapping[Any, str]) -> list[tuple[Any, Figures]]:
    return sorted(found.items(), key=lambda one: (one[0] is None, called.get(one[0], "")))


def _harmless(cell: Any) -> Any:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"} else cell


COLUMNS_EN: Final = COLUMNS
COLUMNS_JA: Final = (
    *("日付", "店舗", "担当者", "相談", "初回応答"),
    *("初回応答の中央値（秒）", "初回応答の90%（秒）"),
    *("対応終了", "対応時間の中央値（秒）", "対応時間の90%（秒）"),
    *("無料の返信", "有料の返信"),
)
