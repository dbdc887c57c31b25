"""Faults, webhooks, time, the record of calls, and a clean slate."""

from datetime import datetime
from typing import Any

from bot.emulator.control.account import change
from bot.emulator.control.views import Json, Order, Views, respond
from bot.emulator.errors import LineError
from bot.emulator.rules.faults import InvalidFaultError

views = Views()

#: How long ``settle`` waits when not told.
SETTLE_SECONDS = 10.0


@views.get("/requests")
async def list_requests(order: Order) -> Json:
    """Return API calls after the one numbered ``since``."""
    since = order.request.query.get("since", "0")
    if not since.isdigit():
        raise LineError(400, "since must be the id of a request")
    calls = order.platform.requests.since(int(since))
    last = calls[-1].number if calls else int(since)
    return {"requests": [call.wire() for call in calls], "next": last}


@views.get("/webhooks")
async def list_webhooks(order: Order) -> Json:
    """Return webhook deliveries after the one numbered ``since``, and how attempts failed."""
    since = order.request.query.get("since", "0")
    if not since.isdigit():
        raise LineError(400, "since must be the id of a delivery")
    book = [d for d in order.platform.courier.book if d.number > int(since)]
    reasons: dict[str, int] = {}
    for delivery in book:
        for attempt in delivery.attempts:
            key = attempt.reason or "ok"
            reasons[key] = reasons.get(key, 0) + 1
    deliveries = [delivery.wire() for delivery in book]
    return {"webhooks": deliveries, "deliveries": deliveries, "reasons": reasons}


@views.post("/webhooks/{id}/redeliver")
async def redeliver(order: Order) -> Json:
    """Send a delivery once more, as after a success that LINE did not see."""
    courier, number = order.platform.courier, order.param("id")
    for delivery in courier.book:
        events = {event["webhookEventId"] for event in delivery.events}
        if number == str(delivery.number) or number in events:
            courier.redeliver(delivery)
            return {}
    raise LineError(404, f"there is no delivery {number}")


@views.post("/webhook")
async def change_webhook(order: Order) -> Json:
    """Set how webhooks are delivered; ``url`` and ``active`` too."""
    world, body = order.platform.world, dict(order.body)
    if "url" in body:
        world.webhook_url = body.pop("url")
    if "active" in body:
        world.webhook_active = bool(body.pop("active"))
    renamed = {_SHORT.get(key, key): value for key, value in body.items()}
    change(world.behaviour, renamed)
    order.platform.on_change()
    return {"url": world.webhook_url, "active": world.webhook_active}


_SHORT = {"backoffSeconds": "redeliveryBackoffSeconds", "attempts": "redeliveryAttempts"}


@views.post("/settle")
async def settle(order: Order) -> Any:
    """Wait until no webhook is pending or in flight; 408 when that takes too long."""
    seconds = float(order.body.get("timeoutSeconds", SETTLE_SECONDS))
    if await order.platform.courier.settle(seconds):
        return {}
    return respond({"message": f"webhooks are still under way after {seconds} s"}, 408)


@views.post("/richmenu/failing")
async def fail_users(order: Order) -> Json:
    """Let the next menu batch fail for ``userIds``, to try resuming it."""
    failing = order.platform.world.menus.failing_users
    failing[:] = [str(user_id) for user_id in order.body.get("userIds", [])]
    return {}


@views.get("/faults")
async def list_faults(order: Order) -> Json:
    """Return the faults set up."""
    return {"faults": [fault.wire() for fault in order.platform.faults.rules]}


@views.post("/faults")
async def add_fault(order: Order) -> Json:
    """Set up a fault."""
    try:
        return order.platform.faults.add(order.body).wire()
    except (InvalidFaultError, TypeError, ValueError) as error:
        raise LineError(400, str(error)) from None


@views.delete("/faults")
async def clear_faults(order: Order) -> Json:
    """Take all faults away."""
    order.platform.faults.clear()
    return {}


@views.delete("/faults/{id}")
async def remove_fault(order: Order) -> Json:
    """Take one fault away."""
    number = order.param("id")
    if not number.isdigit() or not order.platform.faults.remove(int(number)):
        raise LineError(404, f"there is no fault {number}")
    return {}


@views.get("/clock")
async def get_clock(order: Order) -> Json:
    """Return the virtual time."""
    clock = order.platform.clock
    return {"now": clock.ms(), "frozen": clock.frozen}


@views.post("/clock")
async def change_clock(order: Order) -> Json:
    """Move time: ``advance`` seconds, ``freeze`` (an ISO instant, or true), ``unfreeze``."""
    clock, body = order.platform.clock, order.body
    if "freeze" in body:
        clock.freeze(None if body["freeze"] is True else _instant(body["freeze"]))
    if body.get("unfreeze"):
        clock.unfreeze()
    if "advance" in body:
        if not isinstance(body["advance"], int | float):
            raise LineError(400, "advance must be seconds")
        clock.advance(body["advance"])
    return await get_clock(order)


def _instant(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo is None:
        raise LineError(400, "freeze must be an ISO instant with a zone, or true")
    return at
