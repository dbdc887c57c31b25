"""Quota, consumption, delivery counts and aggregation units."""

from datetime import datetime

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.paging import page
from bot.emulator.errors import invalid_parameter, query_error
from bot.emulator.rules import quota, units
from bot.emulator.rules.calendar import day_of

operations = Operations()


@operations.get("/v2/bot/message/quota")
def get_quota(call: Call) -> Answer:
    """Return the month's ceiling."""
    limit = call.platform.world.ledger.limit
    return Answer({"type": "none"} if limit is None else {"type": "limited", "value": limit})


@operations.get("/v2/bot/message/quota/consumption")
def get_consumption(call: Call) -> Answer:
    """Return what was spent this month."""
    world = call.platform.world
    lag = world.behaviour.consumption_lag_seconds
    return Answer({"totalUsage": quota.reported_usage(world.ledger, call.now, lag)})


def get_delivery_count(call: Call, kind: str) -> Answer:
    """Return how many recipients one kind of call reached on a day; ready the day after."""
    date = call.query.get("date", "")
    if not is_date(date):
        raise invalid_parameter("date")
    if date < limits.DELIVERY_STATS_SINCE:
        return Answer({"status": "out_of_service"})
    if date >= day_of(call.now):
        return Answer({"status": "unready"})
    counts = call.platform.world.ledger.sent.get(date, {})
    return Answer({"status": "ready", "success": counts.get(kind, 0)})


def is_date(value: str) -> bool:
    """Tell whether a value is a day written ``yyyyMMdd``."""
    try:
        datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007 - a calendar day
    except ValueError:
        return False
    return value.isdigit()


def _register(kind: str) -> None:
    @operations.get(f"/v2/bot/message/delivery/{kind}")
    def view(call: Call) -> Answer:
        return get_delivery_count(call, kind)


for _kind in ("reply", "push", "multicast", "broadcast"):
    _register(_kind)


@operations.get("/v2/bot/message/aggregation/info")
def get_unit_count(call: Call) -> Answer:
    """Return how many unit names were used this month."""
    used = units.names(call.platform.world.ledger, call.now)
    return Answer({"numOfCustomAggregationUnits": len(used)})


@operations.get("/v2/bot/message/aggregation/list")
def list_units(call: Call) -> Answer:
    """Return the unit names of this month, page by page."""
    limit = call.query.get("limit", str(limits.AGGREGATION_PAGE_MAX))
    if not limit.isdigit() or not 1 <= int(limit) <= limits.AGGREGATION_PAGE_MAX:
        most = limits.AGGREGATION_PAGE_MAX
        raise query_error("limit", f"Must be less than or equal to {most}")
    names = units.names(call.platform.world.ledger, call.now)
    return Answer(page(call, names, "customAggregationUnits", size=int(limit)))
