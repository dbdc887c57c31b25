"""Insight: deliveries, followers, who they are, and what became of messages to many."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.quota import is_date
from bot.emulator.errors import LineError
from bot.emulator.model import User, UserState
from bot.emulator.rules import campaigns
from bot.emulator.rules.calendar import TOKYO, day_of

operations = Operations(rate=limits.RATE_HOURLY_60)

_VIAS: Final = {
    "apiBroadcast": "broadcast",
    "apiPush": "push",
    "apiMulticast": "multicast",
    "apiNarrowcast": "narrowcast",
    "apiReply": "reply",
}


def _date(call: Call) -> str:
    date = call.query.get("date")
    if date is None:
        raise LineError(400, "date is required")
    if not is_date(date):
        raise LineError(400, "Bad Request")
    return date


def _status(call: Call, date: str) -> str:
    if date < limits.DELIVERY_STATS_SINCE:
        return "out_of_service"
    return "unready" if date >= day_of(call.now) else "ready"


@operations.get("/v2/bot/insight/message/delivery")
def get_deliveries(call: Call) -> Answer:
    """Return how many messages each kind of call sent on a day."""
    date = _date(call)
    status = _status(call, date)
    if status != "ready":
        return Answer({"status": status})
    sent = call.platform.world.ledger.sent.get(date, {})
    counts = {key: sent[via] for key, via in _VIAS.items() if via in sent}
    return Answer({"status": status, **counts})


@operations.get("/v2/bot/insight/followers")
def get_followers(call: Call) -> Answer:
    """Return followers ever, those that can be reached, and those that block."""
    date = _date(call)
    status = _status(call, date)
    if status != "ready":
        return Answer(
            {"status": status, "followers": None, "targetedReaches": None, "blocks": None}
        )
    day = datetime.strptime(date, "%Y%m%d").replace(tzinfo=TOKYO)
    end = (day + timedelta(days=1)).timestamp()
    users = call.platform.world.users.values()
    followers = [user for user in users if user.followed_at is not None and user.followed_at < end]
    blocks = sum(_blocked_before(user, end) for user in followers)
    reach = len(followers) - blocks
    return Answer(
        {
            "status": status,
            "followers": len(followers),
            "targetedReaches": reach,
            "blocks": blocks,
        }
    )


def _blocked_before(user: User, end: float) -> bool:
    return user.state is UserState.BLOCKED and (user.blocked_at or 0) < end


@operations.get("/v2/bot/insight/demographic")
def get_demographic(call: Call) -> Answer:
    """Return who the friends are, in percent; only with enough of them."""
    friends = [u for u in call.platform.world.users.values() if u.state is UserState.FRIEND]
    if len(friends) < limits.INSIGHT_SHOWN_FROM:
        return Answer({"available": False})
    traits = [user.traits for user in friends]
    days = [(call.now - (user.followed_at or call.now)) / 86400 for user in friends]
    return Answer(
        {
            "available": True,
            "genders": _tiles("gender", (t.get("gender", "unknown") for t in traits)),
            "ages": _tiles("age", (_age_band(t.get("age")) for t in traits)),
            "areas": _tiles("area", (t.get("area", "unknown") for t in traits)),
            "appTypes": _tiles("appType", (t.get("appType", "others") for t in traits)),
            "subscriptionPeriods": _tiles("subscriptionPeriod", map(_period, days)),
        }
    )


def _tiles(key: str, values: Iterable[str]) -> list[dict[str, Any]]:
    counted = Counter(values)
    total = counted.total()
    return [
        {key: value, "percentage": round(100 * count / total, 1)}
        for value, count in counted.most_common()
    ]


_BANDS: Final = (15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70)
_PERIODS: Final = (7, 30, 90, 180, 365)


def _age_band(age: str | None) -> str:
    if age is None or not age.isdigit():
        return "unknown"
    lower = max((band for band in (0, *_BANDS) if band <= int(age)), default=0)
    upper = next((band for band in _BANDS if band > lower), None)
    return f"from{lower}" if upper is None else f"from{lower}to{upper - 1}"


def _period(days: float) -> str:
    for most in _PERIODS:
        if days <= most:
            return f"within{most}days"
    return f"over{_PERIODS[-1]}days"


@operations.get("/v2/bot/insight/message/event")
def get_message_event(call: Call) -> Answer:
    """Return what became of a narrowcast or broadcast."""
    request_id = call.query.get("requestId")
    if not request_id:
        raise LineError(400, "requestId is required")
    campaign = call.platform.world.campaigns.sent.get(request_id)
    if campaign is None or campaign.via not in {"narrowcast", "broadcast"}:
        return Answer({"overview": None, "messages": [], "clicks": []})
    head = {
        "requestId": request_id,
        "timestamp": int(campaign.at),
        "delivered": len(campaign.delivered),
    }
    return Answer(
        {
            "overview": {**head, **campaigns.overview([campaign])},
            "messages": campaigns.message_rows([campaign], unique=False),
            "clicks": campaigns.click_rows([campaign]),
        }
    )


@operations.get("/v2/bot/insight/message/event/aggregation")
def get_unit_event(call: Call) -> Answer:
    """Return what became of the pushes and multicasts of one aggregation unit."""
    unit = call.query.get("customAggregationUnit", "")
    start, end = call.query.get("from", ""), call.query.get("to", "")
    if not unit or not is_date(start) or not is_date(end) or not _in_reach(start, end):
        raise _OddError
    found = [
        campaign
        for campaign in call.platform.world.campaigns.sent.values()
        if campaign.unit == unit and start <= day_of(campaign.at) <= end
    ]
    return Answer(
        {
            "overview": campaigns.overview(found),
            "messages": campaigns.message_rows(found, unique=True),
            "clicks": campaigns.click_rows(found),
        }
    )


def _in_reach(start: str, end: str) -> bool:
    first, last = (datetime.strptime(day, "%Y%m%d").replace(tzinfo=TOKYO) for day in (start, end))
    return timedelta(0) <= last - first <= timedelta(days=limits.INSIGHT_UNIT_DAYS)


class _OddError(LineError):
    """The body that this one endpoint answers instead of a message."""

    def __init__(self) -> None:
        super().__init__(400, "")

    def wire(self) -> dict[str, Any]:
        """Return the JSON body."""
        return dict.fromkeys(("message", "key", "stacktrace", "code"))
