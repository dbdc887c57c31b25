"""Users: made, read, following, writing, tapping."""

from typing import Any

from aiohttp import web

from bot.emulator.acts import incoming, menus, people, screen, tap
from bot.emulator.acts.contents import draw_sticker
from bot.emulator.acts.timeline import wire_timeline
from bot.emulator.control.views import Json, Order, Views
from bot.emulator.errors import LineError
from bot.emulator.model import Group, User, UserState

views = Views()

_STATES = frozenset(UserState)


@views.get("/users")
async def list_users(order: Order) -> Json:
    """Return all users."""
    return {"users": [people.wire_user(u) for u in order.platform.world.users.values()]}


@views.post("/users")
async def create_user(order: Order) -> Json:
    """Make a LINE user."""
    state = order.body.get("state", UserState.STRANGER)
    if state not in _STATES:
        raise LineError(400, f"state must be one of {', '.join(UserState)}")
    return people.wire_user(people.create(order.platform, order.body))


@views.get("/users/{userId}")
async def get_user(order: Order) -> Json:
    """Return one user."""
    return people.wire_user(_user(order))


@views.post("/users/{userId}")
async def change_user(order: Order) -> Json:
    """Change a user's name, state, consent and the like, without an event."""
    user, body = _user(order), order.body
    if "state" in body:
        if body["state"] not in _STATES:
            raise LineError(400, f"state must be one of {', '.join(UserState)}")
        user.state = UserState(body["state"])
    for wire, name in _CHANGEABLE.items():
        if wire in body:
            setattr(user, name, body[wire])
    people.announce(order.platform, user)
    return people.wire_user(user)


_CHANGEABLE = {
    "displayName": "display_name",
    "language": "language",
    "pictureUrl": "picture_url",
    "statusMessage": "status_message",
    "consent": "consent",
    "email": "email",
    "traits": "traits",
}


@views.post("/users/{userId}/follow")
async def follow(order: Order) -> Json:
    """Add the account as a friend, or unblock it."""
    return _caused(people.follow(order.platform, _user(order)))


@views.post("/users/{userId}/unfollow")
async def unfollow(order: Order) -> Json:
    """Block the account."""
    return _caused(people.unfollow(order.platform, _user(order)))


@views.post("/users/{userId}/messages")
async def send_message(order: Order) -> Json:
    """Send a message to the account, or to a group with ``groupId``."""
    group = _group(order)
    event, stored = incoming.say(order.platform, _user(order), order.body, group)
    return {**_caused(event), "messageId": stored.message_id}


@views.post("/users/{userId}/unsend")
async def unsend(order: Order) -> Json:
    """Take a message back."""
    message_id = str(order.body.get("messageId"))
    return _caused(incoming.unsend(order.platform, _user(order), message_id))


@views.post("/users/{userId}/tap")
async def tap_screen(order: Order) -> Json:
    """Tap what the user sees now."""
    return tap.tap(order.platform, _user(order), order.body)


@views.post("/users/{userId}/postback")
async def send_postback(order: Order) -> Json:
    """Send a raw postback, such as from an old bubble."""
    user, data = _user(order), order.body.get("data")
    if not isinstance(data, str):
        raise LineError(400, "data is missing")
    incoming.require_voice(user, None)
    return _caused(tap.postback(order.platform, user, data, order.body.get("params")))


@views.get("/users/{userId}/timeline")
async def get_timeline(order: Order) -> Json:
    """Return what the user sees, oldest first."""
    platform = order.platform
    return wire_timeline(platform.world, _user(order).chat, platform.clock.seconds())


@views.get("/users/{userId}/richmenu")
async def get_menu(order: Order) -> Json:
    """Return the menu shown now."""
    shown = menus.shown(order.platform.world, _user(order))
    if shown is None:
        raise LineError(404, "no rich menu is shown")
    return menus.wire_shown(*shown)


@views.get("/users/{userId}/buttons")
async def list_buttons(order: Order) -> Json:
    """Return all that the user can tap now, by target."""
    return dict(screen.everything(order.platform.world, _user(order)))


@views.get("/richmenu/{richMenuId}/image")
async def get_menu_image(order: Order) -> web.Response:
    """Return the picture of a menu."""
    menu = order.platform.world.menus.menus.get(order.param("richMenuId"))
    data = order.platform.media.get(menu.media_key) if menu and menu.media_key else None
    if menu is None or data is None:
        raise LineError(404, "there is no such picture")
    return web.Response(body=data, content_type=menu.content_type or "image/png")


@views.get("/stickers/{stickerId}")
async def get_sticker(order: Order) -> web.Response:
    """Return a picture in place of a sticker's."""
    name = order.param("stickerId")
    if not name.isdecimal():
        raise LineError(404, "there is no such sticker")
    return web.Response(body=draw_sticker(name), content_type="image/png")


@views.get("/content/{messageId}")
async def get_content(order: Order) -> web.Response:
    """Return a file that a user sent, for showing it on the phone."""
    stored = order.platform.world.messages.get(order.param("messageId"))
    content = stored.content if stored and not stored.unsent else None
    data = order.platform.media.get(content.media_key) if content else None
    if content is None or data is None:
        raise LineError(404, "there is no such file")
    return web.Response(body=data, content_type=content.content_type, headers=_INERT)


#: A page that somebody sent as a file runs nothing here.
_INERT = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}


@views.post("/content/{messageId}")
async def change_content(order: Order) -> Json:
    """Make a file's download wait (``pendingPolls``), expire, or fail to convert."""
    stored = order.platform.world.messages.get(order.param("messageId"))
    content = stored.content if stored else None
    if content is None:
        raise LineError(404, "there is no such file")
    content.pending_polls = int(order.body.get("pendingPolls", content.pending_polls))
    content.expired = bool(order.body.get("expired", content.expired))
    failed = order.body.get("transcodingFailed", content.transcoding_failed)
    content.transcoding_failed = bool(failed)
    order.platform.on_change()
    return {}


def _user(order: Order) -> User:
    return people.require_user(order.platform, order.param("userId"))


def _group(order: Order) -> Group | None:
    group_id = order.body.get("groupId") or order.body.get("roomId")
    if group_id is None:
        return None
    group = order.platform.world.groups.get(group_id)
    if group is None:
        raise LineError(404, f"there is no group {group_id}")
    return group


def _caused(event: dict[str, Any]) -> Json:
    return {"webhookEventId": event["webhookEventId"]}
