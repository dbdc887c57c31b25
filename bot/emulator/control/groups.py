"""Groups and rooms, and the rarer things that users do."""

from typing import Any

from bot.emulator.acts import groups, people
from bot.emulator.acts.timeline import wire_timeline
from bot.emulator.control.views import Json, Order, Views
from bot.emulator.errors import LineError
from bot.emulator.model import Group
from bot.emulator.webhooks.events import Event, emit, group_source, user_source

views = Views()


def _group(order: Order) -> Group:
    return groups.require_group(order.platform, order.param("groupId"))


def _caused(event: Event) -> Json:
    return {"webhookEventId": event["webhookEventId"]}


@views.get("/groups")
async def list_groups(order: Order) -> Json:
    """Return all groups and rooms."""
    return {"groups": [groups.wire_group(g) for g in order.platform.world.groups.values()]}


@views.post("/groups")
async def create_group(order: Order) -> Json:
    """Make a group or room (``kind``) of ``memberIds``; without the account if not ``hasBot``."""
    return groups.wire_group(groups.create(order.platform, order.body))


@views.post("/groups/{groupId}/join")
async def join(order: Order) -> Json:
    """Let ``userIds`` in."""
    return _caused(groups.join(order.platform, _group(order), order.body.get("userIds", [])))


@views.post("/groups/{groupId}/leave")
async def leave(order: Order) -> Json:
    """Let ``userIds`` leave."""
    return _caused(groups.leave(order.platform, _group(order), order.body.get("userIds", [])))


@views.post("/groups/{groupId}/invite-bot")
async def invite_bot(order: Order) -> Json:
    """Let the account in."""
    return _caused(groups.invite_bot(order.platform, _group(order)))


@views.post("/groups/{groupId}/remove-bot")
async def remove_bot(order: Order) -> Json:
    """Remove the account."""
    return _caused(groups.bot_leaves(order.platform, _group(order)))


@views.get("/groups/{groupId}/timeline")
async def get_timeline(order: Order) -> Json:
    """Return what the members see, oldest first."""
    platform = order.platform
    return wire_timeline(platform.world, _group(order).chat, platform.clock.seconds())


@views.post("/users/{userId}/edit")
async def edit_message(order: Order) -> Json:
    """Change a text (``messageId``, ``text``) that the user sent to a group."""
    user = people.require_user(order.platform, order.param("userId"))
    message_id, text = str(order.body.get("messageId")), order.body.get("text")
    if not isinstance(text, str) or not text:
        raise LineError(400, "text is missing")
    return _caused(groups.edit(order.platform, user, message_id, text))


@views.post("/users/{userId}/beacon")
async def meet_beacon(order: Order) -> Json:
    """Come near a beacon: ``hwid``, ``type`` (enter, stay, banner), ``dm``."""
    beacon = {"hwid": "d41d8cd98f", "type": "enter", **order.body}
    return _by_user(order, "beacon", {"beacon": beacon})


@views.post("/users/{userId}/videoPlayComplete")
async def finish_video(order: Order) -> Json:
    """Watch a video with a ``trackingId`` to its end."""
    tracking_id = str(order.body.get("trackingId", ""))
    fields = {"videoPlayComplete": {"trackingId": tracking_id}}
    return _by_user(order, "videoPlayComplete", fields)


def _by_user(order: Order, kind: str, fields: dict[str, Any]) -> Json:
    user = people.require_user(order.platform, order.param("userId"))
    return _caused(emit(order.platform, kind, user_source(user.user_id), fields))


@views.post("/events")
async def send_event(order: Order) -> Json:
    """Send any event: ``type``, ``fields``, ``userId`` or ``groupId``, ``replyToken`` (bool).

    For what users do not cause (module, delivery, botSuspended) and types of the future.
    """
    body, platform = order.body, order.platform
    kind = body.get("type")
    if not isinstance(kind, str):
        raise LineError(400, "type is missing")
    source = None
    if "groupId" in body:
        group = groups.require_group(platform, body["groupId"])
        source = group_source(group, body.get("userId"))
    elif "userId" in body:
        source = user_source(str(body["userId"]))
    answerable = body.get("replyToken")
    fields = dict(body.get("fields") or {})
    return _caused(emit(platform, kind, source, fields, answerable=answerable))
