"""Users join, renew and leave membership plans."""

from typing import Any

from bot.emulator import limits
from bot.emulator.errors import LineError
from bot.emulator.model import Plan, User
from bot.emulator.platform import Platform
from bot.emulator.webhooks.events import Event, emit, user_source

_FIRST_ID = 1001


def add_plan(platform: Platform, order: dict[str, Any]) -> Plan:
    """Publish a plan."""
    plans = platform.world.plans
    benefits = [str(benefit) for benefit in order.get("benefits") or ["Benefit"]]
    if len(plans) >= limits.MEMBERSHIP_PLANS_MAX:
        raise LineError(400, f"there are {limits.MEMBERSHIP_PLANS_MAX} plans already")
    if len(benefits) > limits.MEMBERSHIP_BENEFITS_MAX:
        raise LineError(400, f"benefits: {limits.MEMBERSHIP_BENEFITS_MAX} at most")
    plan = Plan(
        membership_id=_FIRST_ID + len(plans),
        title=str(order.get("title") or "Membership"),
        description=str(order.get("description") or "A monthly membership"),
        benefits=benefits,
        price=float(order.get("price", 500)),
        currency=str(order.get("currency") or "JPY"),
    )
    plans[str(plan.membership_id)] = plan
    platform.on_change()
    return plan


def change(platform: Platform, user: User, kind: str, membership_id: str) -> Event | None:
    """Let a user join, renew or leave a plan; a user without consent is not reported."""
    plan = platform.world.plans.get(membership_id)
    if plan is None:
        raise LineError(404, f"there is no plan {membership_id}")
    if (membership_id in user.memberships) == (kind == "joined"):
        raise LineError(409, f"the user cannot be {kind}")
    if kind == "joined":
        user.memberships[membership_id] = int(platform.clock.seconds())
        plan.numbers[user.user_id] = max(plan.numbers.values(), default=0) + 1
    elif kind == "left":
        del user.memberships[membership_id]
        del plan.numbers[user.user_id]
    elif kind != "renewed":
        raise LineError(400, "type must be joined, renewed or left")
    platform.on_change()
    if not user.consent:
        return None
    membership = {"type": kind, "membershipId": plan.membership_id}
    return emit(platform, "membership", user_source(user.user_id), {"membership": membership})
