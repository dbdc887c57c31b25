"""Membership plans and who subscribes to them."""

from datetime import datetime, timedelta
from typing import Any

from bot.emulator import ids, limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.api.paging import page
from bot.emulator.errors import invalid_parameter, not_found
from bot.emulator.model import Plan, User
from bot.emulator.rules.calendar import TOKYO

operations = Operations(rate=limits.RATE_200)

_MONTH = timedelta(days=30)


@operations.get("/v2/bot/membership/list")
def list_plans(call: Call) -> Answer:
    """Return the account's plans."""
    plans = call.platform.world.plans.values()
    if not plans:
        raise not_found("Membership plan not found")
    more = {"memberLimit": None, "isInAppPurchase": True}
    return Answer(
        {
            "memberships": [
                {
                    **_wire(plan),
                    **more,
                    "memberCount": len(plan.numbers),
                    "isPublished": plan.published,
                }
                for plan in plans
            ]
        }
    )


@operations.get("/v2/bot/membership/subscription/{userId}")
def get_subscriptions(call: Call) -> Answer:
    """Return what a user subscribes to."""
    user_id, world = call.params["userId"], call.platform.world
    if not ids.USER_ID.match(user_id):
        raise invalid_parameter("userId")
    user = world.users.get(user_id)
    if user is None or not user.memberships:
        raise not_found()
    subscriptions = [
        {
            "membership": _wire(world.plans[plan_id]),
            "user": _subscriber(world.plans[plan_id], user, call.now),
        }
        for plan_id in user.memberships
    ]
    return Answer({"subscriptions": subscriptions})


@operations.get("/v2/bot/membership/{membershipId}/users/ids")
def list_members(call: Call) -> Answer:
    """Return the ids of a plan's members, page by page."""
    plan = call.platform.world.plans.get(call.params["membershipId"])
    if plan is None:
        raise not_found("Membership ID is not found")
    limit = call.query.get("limit", str(limits.MEMBERSHIP_PAGE_DEFAULT))
    if not limit.isdigit() or not 1 <= int(limit) <= limits.MEMBERSHIP_PAGE_MAX:
        raise invalid_parameter("limit")
    return Answer(page(call, list(plan.numbers), "userIds", size=int(limit)))


def _wire(plan: Plan) -> dict[str, Any]:
    return {
        "membershipId": plan.membership_id,
        "title": plan.title,
        "description": plan.description,
        "benefits": plan.benefits,
        "price": plan.price,
        "currency": plan.currency,
    }


def _subscriber(plan: Plan, user: User, now: float) -> dict[str, Any]:
    joined = user.memberships[str(plan.membership_id)]
    since = datetime.fromtimestamp(joined, TOKYO)
    months = max(0, int((now - joined) // _MONTH.total_seconds()))
    return {
        "membershipNo": plan.numbers[user.user_id],
        "joinedTime": joined,
        "nextBillingDate": f"{since + (months + 1) * _MONTH:%Y-%m-%d}",
        "totalSubscriptionMonths": months + 1,
    }
