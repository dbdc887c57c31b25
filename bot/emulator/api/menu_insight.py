"""Statistics of rich menus: seen and tapped, in sum and by day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.quota import is_date
from bot.emulator.errors import LineError
from bot.emulator.model import MenuDay, RichMenu
from bot.emulator.rules import menu_links
from bot.emulator.rules.calendar import TOKYO

operations = Operations(rate=limits.RATE_HOURLY_60)

Days = dict[str, MenuDay]


@operations.get("/v2/bot/insight/richmenu/{richMenuId}/summary")
def get_summary(call: Call) -> Answer:
    """Return the sums over a period."""
    menu, days = _asked(call, limits.INSIGHT_MENU_SUMMARY_DAYS)
    if not _enough(days):
        return Answer({"richMenuId": menu.rich_menu_id})
    seen = [user_id for day in days.values() for user_id in day.seen]
    clicks = [
        {"bounds": area["bounds"], "metrics": _metrics(_tapped(days, number))}
        for number, area in enumerate(menu.body["areas"])
    ]
    body = {"impression": {"metrics": _metrics(seen)}, "clicks": clicks}
    return Answer({**_head(menu, days), **body})


@operations.get("/v2/bot/insight/richmenu/{richMenuId}/daily")
def get_daily(call: Call) -> Answer:
    """Return the same day by day."""
    menu, days = _asked(call, limits.INSIGHT_MENU_DAILY_DAYS)
    if not _enough(days):
        return Answer({"richMenuId": menu.rich_menu_id})
    seen = [{"date": date, **_metrics(day.seen)} for date, day in days.items()]
    clicks = [
        {
            "bounds": area["bounds"],
            "metrics": [
                {"date": date, **_metrics(day.taps.get(str(number), []))}
                for date, day in days.items()
            ],
        }
        for number, area in enumerate(menu.body["areas"])
    ]
    body = {"impression": {"metrics": seen}, "clicks": clicks}
    return Answer({**_head(menu, days), **body})


def _head(menu: RichMenu, days: Days) -> dict[str, Any]:
    dates = list(days)
    return {
        "richMenuId": menu.rich_menu_id,
        "metricsFrom": dates[0],
        "metricsTo": dates[-1],
    }


def _enough(days: Mapping[str, MenuDay]) -> bool:
    """Tell whether enough people tapped; below that nothing is shown."""
    users = {uid for day in days.values() for tapped in day.taps.values() for uid in tapped}
    return len(users) >= limits.INSIGHT_SHOWN_FROM


def _tapped(days: Days, number: int) -> list[str]:
    return [user_id for day in days.values() for user_id in day.taps.get(str(number), [])]


def _metrics(users: list[str]) -> dict[str, int]:
    return {"count": len(users), "uniqueUsers": len(set(users))}


def _asked(call: Call, most: int) -> tuple[RichMenu, Days]:
    """Return the menu and its days in the period, checked."""
    menu = menu_links.require_menu(call.platform.world, call.params["richMenuId"])
    start, end = call.query.get("from", ""), call.query.get("to", "")
    if not is_date(start) or not is_date(end):
        raise LineError(400, "Bad Request")
    first, last = (datetime.strptime(day, "%Y%m%d").replace(tzinfo=TOKYO) for day in (start, end))
    if last < first:
        message = "Parameter to must be the same date as, or after parameter from."
        raise LineError(400, message)
    if last - first > timedelta(days=most):
        raise LineError(400, f"Date range exceeds. Max range is {most} days.")
    today = datetime.fromtimestamp(call.now, TOKYO)
    oldest = today - timedelta(days=365 * limits.INSIGHT_MENU_YEARS)
    if f"{first:%Y%m%d}" < f"{oldest:%Y%m%d}":
        day = f"{oldest:%Y-%m-%d}"
        message = f"Parameter from must be the same date as, or after {day}."
        raise LineError(400, message)
    known = call.platform.world.menus.days.get(menu.rich_menu_id, {})
    return menu, {date: known[date] for date in sorted(known) if start <= date <= end}
