"""Coupons: created, listed, read, closed; never changed."""

from typing import Any, Final

from bot.emulator import ids, limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.paging import page
from bot.emulator.checks.coupons import check_coupon
from bot.emulator.errors import Detail, LineError, query_error
from bot.emulator.model import Coupon

operations = Operations(rate=limits.RATE_200)

_STATUSES: Final = frozenset({"DRAFT", "RUNNING", "CLOSED"})


@operations.post("/v2/bot/coupon")
def create(call: Call) -> Answer:
    """Create a coupon."""
    body = check_coupon(call.json(), call.now)
    coupons = call.platform.world.coupons
    valid = sum(_status(coupon, call.now) != "CLOSED" for coupon in coupons.values())
    if valid >= limits.COUPONS_MAX:
        raise LineError(400, "You have too many coupons created.")
    coupon = Coupon(ids.ulid(int(call.now * 1000)), body, call.now)
    coupons[coupon.coupon_id] = coupon
    call.platform.on_change()
    return Answer({"couponId": coupon.coupon_id})


@operations.get("/v2/bot/coupon")
def list_all(call: Call) -> Answer:
    """Return coupons, page by page, perhaps of some statuses only."""
    limit = call.query.get("limit", str(limits.COUPON_PAGE_DEFAULT))
    if not limit.isdigit() or not 1 <= int(limit) <= limits.COUPON_PAGE_MAX:
        message = f"Must be less than or equal to {limits.COUPON_PAGE_MAX}"
        raise query_error("limit", message)
    wanted = {s for text in call.query.getall("status", []) for s in text.split(",")}
    if not wanted <= _STATUSES:
        listed = ", ".join(sorted(_STATUSES))
        raise query_error("status", f"Must be one of the following values: [{listed}]")
    items = [
        {"couponId": coupon.coupon_id, "title": coupon.body["title"]}
        for coupon in call.platform.world.coupons.values()
        if not wanted or _status(coupon, call.now) in wanted
    ]
    return Answer(page(call, items, "items", size=int(limit)))


@operations.get("/v2/bot/coupon/{couponId}")
def get(call: Call) -> Answer:
    """Return one coupon."""
    return Answer(wire(_coupon(call), call.now))


def wire(coupon: Coupon, now: float) -> dict[str, Any]:
    """Return all that is known of a coupon."""
    return {
        **_with_currency(coupon.body),
        "couponId": coupon.coupon_id,
        "createdTimestamp": int(coupon.created_at),
        "maxTicketPerUser": 1,
        "status": _status(coupon, now),
    }


@operations.put("/v2/bot/coupon/{couponId}/close", json=False)
def close(call: Call) -> Answer:
    """Close a coupon for good."""
    coupon = _coupon(call)
    if _status(coupon, call.now) == "CLOSED":
        details = [Detail("The coupon has already been closed.", "")]
        raise LineError(410, "The coupon has already been closed.", details)
    coupon.closed = True
    call.platform.on_change()
    return Answer()


def _coupon(call: Call) -> Coupon:
    coupon = call.platform.world.coupons.get(call.params["couponId"])
    if coupon is None:
        raise LineError(404, "coupon not found", [Detail("coupon not found", "")])
    return coupon


def _status(coupon: Coupon, now: float) -> str:
    return "CLOSED" if coupon.closed or now >= coupon.body["endTimestamp"] else "RUNNING"


def _with_currency(body: dict[str, Any]) -> dict[str, Any]:
    price = (body.get("reward") or {}).get("priceInfo")
    if price is None or price["type"] == "percentage":
        return body
    reward = {**body["reward"], "priceInfo": {**price, "currency": "JPY"}}
    return {**body, "reward": reward}
