"""/console/talk/report and /console/talk/wall: who waits, and how friends are answered."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
#: Of more days the page does not wait for the figures: they are put in place as soon as they are.
_AT_ONCE_DAYS: Final = 31
#: The CSV is written so many days at a time.
_CSV_DAYS: Final = 7
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
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

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
        went = None
        if asked.days <= _AT_ONCE_DAYS:
            went = await _went(connection, asked, scope)
        waits = await overview.waiting(connection, scope=scope)
        called = await names(connection)
        waiting = await overview.longest_waiting(connection, scope=scope, limit=_WAITING_SHOWN)
    return render(
        request,
        "supervision/report.html",
        asked=asked,
        shops=_shops(called, member.scope),
        names=called,
        went=None if went is None else _shown(went, asked, called),
        all_waiting=_everywhere(waits),
        waiting=waiting,
        slow=SLOW_SECONDS,
        duration=drawing.duration,
        since=drawing.since,
    )


@routes.get("/talk/report/figures", access=Right.TALK_SUPERVISE)
async def went(request: web.Request) -> web.Response:
    """Show how things went on many days: it reads every answer, so the page does not wait."""
    asked = asked_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        rows = await _went(connection, asked, asked.within(member_of(request).scope))
        called = await names(connection)
    return render(
        request,
        "supervision/figures.html",
        asked=asked,
        names=called,
        went=_shown(rows, asked, called),
        duration=drawing.duration,
    )


@dataclass(frozen=True, slots=True)
class Went:
    """How things went, as the page shows it."""

    total: Figures
    by_shop: Sequence[tuple[Any, Figures]]
    by_staff: Sequence[tuple[Any, Figures]]
    answers: drawing.Chart
    waits: drawing.Chart


async def _went(connection: AsyncConnection, asked: Asked, scope: Scope) -> list[Figures]:
    together_days = drawing.days_a_bar(asked.first, asked.last)
    return await figures(
        connection,
        first=asked.first,
        last=asked.last,
        scope=scope,
        days_together=together_days,
    )


def _shown(rows: list[Figures], asked: Asked, called: Names) -> Went:
    by_shop = together(rows, lambda row: row.shop_key)
    by_bar = together(rows, lambda row: row.day)
    drawn = [replace(each, day=day) for day, each in by_bar.items()]
    return Went(
        total=together(by_shop.values(), lambda _: None).get(None, Figures()),
        by_shop=_sorted(by_shop, called.shops),
        by_staff=_sorted(_of_staff(rows), called.staff),
        answers=drawing.answers(drawn, asked.first, asked.last),
        waits=drawing.waits(drawn, asked.first, asked.last),
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
async def export(request: web.Request) -> web.StreamResponse:
    """Hand out the figures by day, shop and staff member, for a spreadsheet; a week at a time."""
    asked, engine = asked_of(request), request.config_dict[resources.ENGINE]
    async with engine.begin() as connection:
        called = await names(connection)
        await _note_export(request, connection, asked)
    name = f"talks-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.csv"
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
    )
    await response.prepare(request)
    head = COLUMNS_EN if language_of(request) == "en" else COLUMNS_JA
    # Spreadsheets take a file without BOM for Latin.
    await response.write("\ufeff".encode() + _lines([head]))
    for first in range(0, asked.days, _CSV_DAYS):
        day = asked.first + timedelta(days=first)
        async with engine.connect() as connection:
            rows = await figures(
                connection,
                first=day,
                last=min(asked.last, day + timedelta(days=_CSV_DAYS - 1)),
                scope=asked.within(member_of(request).scope),
            )
        await response.write(_lines(_named(row, called) for row in rows))
    await response.write_eof()
    return response


def _named(row: Figures, called: Names) -> list[Any]:
    shop = called.shops.get(row.shop_key or "", row.shop_key or "")
    staff = called.staff.get(row.staff_id or 0, "")
    return [_harmless(cell) for cell in as_row(row, shop=shop, staff=staff)]


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    body = io.StringIO(newline="")
    csv.writer(body).writerows(rows)
    return body.getvalue().encode()


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


async def _note_export(request: web.Request, connection: AsyncConnection, asked: Asked) -> None:
    details = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
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
