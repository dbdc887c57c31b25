"""Taps and their effects.

button on the screen -> what its action does on the phone -> webhook event
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from bot.emulator.acts import incoming, liff, menus, screen
from bot.emulator.acts.screen import Button
from bot.emulator.checks.picker import read_moment
from bot.emulator.errors import LineError
from bot.emulator.model import User
from bot.emulator.platform import Platform
from bot.emulator.rules.calendar import TOKYO
from bot.emulator.webhooks.events import Event, emit, user_source

Params = Mapping[str, Any]
Outcome = dict[str, Any]

#: Quick reply buttons stay after these: nothing was said yet.
_STAYS: Final = frozenset({"uri", "clipboard", "camera", "cameraRoll", "location"})
_FORMS: Final = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}


def tap(platform: Platform, user: User, order: Mapping[str, Any]) -> Outcome:
    """Tap what the user sees now.

    Args:
        platform: where it happens.
        user: who taps.
        order: ``target``; ``label`` or ``index``; for messages perhaps ``messageId``;
            ``params`` for pickers, cameras and places.

    Returns:
        The action, its effect, and the ids of what it caused.

    Raises:
        LineError: 400 for another target; 409 when it is not on the screen.
    """
    incoming.require_voice(user, None)
    button = _find(_buttons(platform, user, order), order)
    kind = str(button.action["type"])
    act = _ACTS.get(kind)
    if act is None:
        raise LineError(409, f"a {kind} action cannot be tapped")
    params = order.get("params") or {}
    outcome = act(platform, user, button, params)
    if button.target == "quickreply" and (kind not in _STAYS or "webhookEventId" in outcome):
        user.chat.quick_reply_used = button.message_id
    return {"action": button.action, "effect": kind, **outcome}


def _buttons(platform: Platform, user: User, order: Mapping[str, Any]) -> list[Button]:
    world, target = platform.world, order.get("target")
    if target == "richmenu":
        return screen.menu_buttons(world, user)
    if target == "quickreply":
        return screen.quick_reply_buttons(world, user)
    if target == "message":
        return screen.message_buttons(world, user, order.get("messageId"))
    raise LineError(400, "target must be one of richmenu, quickreply, message")


def _find(buttons: list[Button], order: Mapping[str, Any]) -> Button:
    label, index = order.get("label"), order.get("index")
    if label is not None:
        exact = [button for button in buttons if button.action.get("label") == label]
        found = exact or [button for button in buttons if button.called(label)]
        if found:
            return found[0]
    elif index is None and len(buttons) == 1:
        return buttons[0]
    elif isinstance(index, int) and 0 <= index < len(buttons):
        return buttons[index]
    elif index is None:
        raise LineError(400, "say which one: label or index")
    on_screen = [button.action.get("label") or button.action["type"] for button in buttons]
    raise LineError(409, f"not on the screen: {label or index}", extra={"onScreen": on_screen})


def postback(platform: Platform, user: User, data: str, params: Params | None = None) -> Event:
    """Send a postback event."""
    content: dict[str, Any] = {"data": data}
    if params:
        content["params"] = dict(params)
    return emit(platform, "postback", user_source(user.user_id), {"postback": content})


def _caused(event: Event, message_id: str | None = None) -> Outcome:
    outcome = {"webhookEventId": event["webhookEventId"]}
    return {**outcome, "messageId": message_id} if message_id else outcome


def _tap_postback(platform: Platform, user: User, button: Button, _params: Params) -> Outcome:
    action = button.action
    message_id = None
    if text := action.get("text"):
        _, stored = incoming.say(platform, user, {"type": "text", "text": text})
        message_id = stored.message_id
    elif text := action.get("displayText"):
        message_id = incoming.show_only(platform, user, text).message_id
    outcome = _caused(postback(platform, user, action["data"]), message_id)
    for key in ("inputOption", "fillInText"):
        if key in action:
            outcome[key] = action[key]
    return outcome


def _tap_message(platform: Platform, user: User, button: Button, _params: Params) -> Outcome:
    event, stored = incoming.say(platform, user, {"type": "text", "text": button.action["text"]})
    return _caused(event, stored.message_id)


def _tap_uri(platform: Platform, user: User, button: Button, _params: Params) -> Outcome:
    uri = button.action.get("uri") or button.action["linkUri"]
    return {"uri": uri, "opens": liff.resolve(platform, uri, user)}


def _tap_picker(platform: Platform, user: User, button: Button, params: Params) -> Outcome:
    action, mode = button.action, button.action["mode"]
    value = params.get(mode) or action.get("initial") or _today(platform, mode)
    moment = read_moment(mode, value)
    if moment is None:
        raise LineError(400, f"params.{mode} is not a {mode}")
    if not _within(moment, action, mode):
        raise LineError(409, f"{value} cannot be picked")
    picked = value.replace("t", "T")
    return _caused(postback(platform, user, action["data"], {mode: picked}))


def _today(platform: Platform, mode: str) -> str:
    return platform.clock.now().astimezone(TOKYO).strftime(_FORMS[mode])


def _within(moment: datetime, action: Mapping[str, Any], mode: str) -> bool:
    least = read_moment(mode, action["min"]) if action.get("min") else None
    most = read_moment(mode, action["max"]) if action.get("max") else None
    return (least is None or moment >= least) and (most is None or moment <= most)


def _tap_switch(platform: Platform, user: User, button: Button, _params: Params) -> Outcome:
    """Switch tabs: the alias' menu becomes the user's own, and the bot hears of it."""
    known = platform.world.menus
    alias = button.action["richMenuAliasId"]
    if alias not in known.aliases:
        params = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    elif known.aliases[alias] not in known.menus:
        params = {"status": "RICHMENU_NOTFOUND"}
    else:
        menus.link(platform, user.user_id, known.aliases[alias])
        params = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
    event = postback(platform, user, button.action["data"], params)
    return {**_caused(event), "status": params["status"]}


def _tap_clipboard(_platform: Platform, _user: User, button: Button, _params: Params) -> Outcome:
    return {"clipboardText": button.action["clipboardText"]}


def _tap_input(platform: Platform, user: User, button: Button, params: Params) -> Outcome:
    """Open the camera, the album or the map; with params the user also sends what they chose."""
    if not params:
        return {}
    kind = "location" if button.action["type"] == "location" else "image"
    event, stored = incoming.say(platform, user, {"type": kind, **params})
    return _caused(event, stored.message_id)


_ACTS: Final[dict[str, Callable[[Platform, User, Button, Params], Outcome]]] = {
    "postback": _tap_postback,
    "message": _tap_message,
    "uri": _tap_uri,
    "datetimepicker": _tap_picker,
    "richmenuswitch": _tap_switch,
    "clipboard": _tap_clipboard,
    "camera": _tap_input,
    "cameraRoll": _tap_input,
    "location": _tap_input,
}
