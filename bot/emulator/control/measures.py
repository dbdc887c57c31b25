"""Statistics made up for tests, membership plans, and audiences of kinds the API cannot make."""

from bot.emulator.acts import measures, memberships, people
from bot.emulator.api import coupons
from bot.emulator.control.views import Json, Order, Views
from bot.emulator.errors import LineError
from bot.emulator.model import Audience, Campaign
from bot.emulator.rules.calendar import day_of

views = Views()


def _campaign(order: Order) -> Campaign:
    request_id = str(order.body.get("requestId"))
    campaign = order.platform.world.campaigns.sent.get(request_id)
    if campaign is None:
        raise LineError(404, f"nothing is measured for the request {request_id}")
    return campaign


@views.post("/insight/seen")
async def see_message(order: Order) -> Json:
    """Let ``userIds`` (all recipients, when left out) see the messages of ``requestId``."""
    campaign = _campaign(order)
    campaign.seen += order.body.get("userIds", campaign.delivered)
    return {"seen": len(campaign.seen)}


@views.post("/insight/clicked")
async def click_message(order: Order) -> Json:
    """Let ``userIds`` open ``url`` in message ``seq`` (1) of ``requestId``."""
    campaign, body = _campaign(order), order.body
    users = body.get("userIds", campaign.delivered)
    url = str(body.get("url"))
    campaign.clicks += [[int(body.get("seq", 1)), url, user_id] for user_id in users]
    return {"clicks": len(campaign.clicks)}


@views.post("/insight/menu")
async def use_menu(order: Order) -> Json:
    """Let ``userIds`` see ``richMenuId`` on ``day`` (today), and tap ``area`` when given."""
    body = order.body
    menu_id, users = str(body.get("richMenuId")), list(body.get("userIds", []))
    day = str(body.get("day") or day_of(order.platform.clock.seconds()))
    statistics = measures.menu_day(order.platform, menu_id, day)
    statistics.seen += users
    if "area" in body:
        statistics.taps.setdefault(str(body["area"]), []).extend(users)
    return {}


@views.get("/coupons/{couponId}")
async def get_coupon(order: Order) -> Json:
    """Return a coupon, for showing it on the phone."""
    coupon = order.platform.world.coupons.get(order.param("couponId"))
    if coupon is None:
        raise LineError(404, "there is no such coupon")
    return coupons.wire(coupon, order.platform.clock.seconds())


@views.post("/memberships")
async def add_plan(order: Order) -> Json:
    """Publish a membership plan: title, description, benefits, price, currency."""
    plan = memberships.add_plan(order.platform, order.body)
    return {"membershipId": plan.membership_id}


@views.post("/users/{userId}/membership")
async def change_membership(order: Order) -> Json:
    """Let a user join, renew or leave (``type``) the plan ``membershipId``."""
    user = people.require_user(order.platform, order.param("userId"))
    kind, plan_id = str(order.body.get("type")), str(order.body.get("membershipId"))
    event = memberships.change(order.platform, user, kind, plan_id)
    return {"webhookEventId": event["webhookEventId"] if event else None}


@views.post("/audiences")
async def add_audience(order: Order) -> Json:
    """Make an audience of any ``kind`` with ``userIds``; ``shared`` by another account."""
    body, campaigns = order.body, order.platform.world.campaigns
    now = order.platform.clock.seconds()
    audience = Audience(
        campaigns.next_audience_id,
        str(body.get("kind", "CHAT_TAG")),
        str(body.get("description", "audience")),
        now,
        now,
        [str(user_id) for user_id in body.get("userIds", [])],
        shared=bool(body.get("shared", False)),
    )
    campaigns.next_audience_id += 1
    campaigns.audiences[str(audience.audience_id)] = audience
    order.platform.on_change()
    return {"audienceGroupId": audience.audience_id}
