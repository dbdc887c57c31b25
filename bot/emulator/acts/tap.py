"""Taps and their effects.

button on the screen -> what its action does on the phone -> webhook event
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.emulator.acts import groups, incoming, liff, measures, menus, screen
from bot.emulator.acts.screen import Button
from bot.emulator.checks.picker import read_moment
from bot.emulator.errors import LineError
from bot.emulator.model import Chat, Group, User
from bot.emulator.platform import Platform
from bot.emulator.rules.calendar import TOKYO
from bot.emulator.webhooks.events import Event, emit, group_source, user_source

Params = Mapping[str, Any]
Outcome = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finger:
    """Who taps, and in which talk."""

    platform: Platform
    user: User
    group: Group | None

    @property
    def chat(self) -> Chat:
        """The talk on the screen."""
        return self.group.chat if self.group else self.user.chat

    def says(self, order: Params) -> Outcome:
        """Send a message in the talk."""
        event, stored = incoming.say(self.platform, self.user, order, self.group)
        return {"webhookEventId": event["webhookEventId"], "messageId": stored.message_id}

    def posts_back(self, data: str, params: Params | None = None) -> Outcome:
        """Send a postback in the talk."""
        event = postback(self.platform, self.user, data, params, self.group)
        return {"webhookEventId": event["webhookEventId"]}


#: Quick reply buttons stay after these: nothing was said yet.
_STAYS: Final = frozenset({"uri", "clipboard", "camera", "cameraRoll", "location"})
_FORMS: Final = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}


def tap(platform: Platform, user: User, order: Mapping[str, Any]) -> Outcome:
    """Tap what the user sees now.

    Args:
        platform: where it happens.
        user: who taps.
        order: ``target``; ``label`` or ``index``; for messages perhaps ``messageId``;
            ``groupId`` for a talk in a group; ``params`` for pickers, cameras and places.

    Returns:
        The action, its effect, and the ids of what it caused.

    Raises:
        LineError: 400 for another target; 409 when it is not on the screen.
    """
    group_id = order.get("groupId")
    group = groups.require_group(platform, group_id) if group_id else None
    incoming.require_voice(user, group)
    finger = Finger(platform, user, group)
    button = _find(_buttons(finger, order), order)
    kind = str(button.action["type"])
    act = _ACTS.get(kind)
    if act is None:
        raise LineError(409, f"a {kind} action cannot be tapped")
    outcome = act(finger, button.action, order.get("params") or {})
    measures.tapped(platform, user, button)
    if button.target == "quickreply" and (kind not in _STAYS or "webhookEventId" in outcome):
        finger.chat.quick_reply_used = button.message_id
    return {"action": button.action, "effect": kind, **outcome}


def _buttons(finger: Finger, order: Mapping[str, Any]) -> list[Button]:
    world, target = finger.platform.world, order.get("target")
    if target == "richmenu":
        return [] if finger.group else screen.menu_buttons(world, finger.user)
    if target == "quickreply":
        return screen.quick_reply_buttons(world, finger.chat)
    if target == "message":
        return screen.message_buttons(world, finger.chat, order.get("messageId"))
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
    wanted = index if label is None else label
    raise LineError(409, f"not on the screen: {wanted}", extra={"onScreen": on_screen})


def postback(
    platform: Platform,
    user: User,
    data: str,
    params: Params | None = None,
    group: Group | None = None,
) -> Event:
    """Send a postback event."""
    content: dict[str, Any] = {"data": data}
    if params:
        content["params"] = dict(params)
    source = group_source(group, user.user_id) if group else user_source(user.user_id)
    return emit(platform, "postback", source, {"postback": content})


def _tap_postback(finger: Finger, action: Params, _params: Params) -> Outcome:
    shown: Outcome = {}
    if text := action.get("text"):
        shown = finger.says({"type": "text", "text": text})
    elif text := action.get("displayText"):
        stored = incoming.show_only(finger.platform, finger.user, text, finger.group)
        shown = {"messageId": stored.message_id}
    options = {key: action[key] for key in ("inputOption", "fillInText") if key in action}
    return {**shown, **finger.posts_back(action["data"]), **options}


def _tap_message(finger: Finger, action: Params, _params: Params) -> Outcome:
    return finger.says({"type": "text", "text": action["text"]})


def _tap_uri(finger: Finger, action: Params, _params: Params) -> Outcome:
    uri = action.get("uri") or action["linkUri"]
    return {"uri": uri, "opens": liff.resolve(finger.platform, uri, finger.user)}


def _tap_picker(finger: Finger, action: Params, params: Params) -> Outcome:
    mode = action["mode"]
    value = params.get(mode) or action.get("initial") or _today(finger.platform, mode)
    moment = read_moment(mode, value)
    if moment is None:
        raise LineError(400, f"params.{mode} is not a {mode}")
    if not _within(moment, action, mode):
        raise LineError(409, f"{value} cannot be picked")
    return finger.posts_back(action["data"], {mode: value.replace("t", "T")})


def _today(platform: Platform, mode: str) -> str:
    return platform.clock.now().astimezone(TOKYO).strftime(_FORMS[mode])


def _within(moment: datetime, action: Mapping[str, Any], mode: str) -> bool:
    least = read_moment(mode, action["min"]) if action.get("min") else None
    most = read_moment(mode, action["max"]) if action.get("max") else None
    return (least is None or moment >= least) and (most is None or moment <= most)


def _tap_switch(finger: Finger, action: Params, _params: Params) -> Outcome:
    """Switch tabs: the alias' menu becomes the user's own, and the bot hears of it."""
    known = finger.platform.world.menus
    alias = action["richMenuAliasId"]
    if alias not in known.aliases:
        params = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    elif known.aliases[alias] not in known.menus:
        params = {"status": "RICHMENU_NOTFOUND"}
    else:
        menus.link(finger.platform, finger.user.user_id, known.aliases[alias])
        params = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
    return {**finger.posts_back(action["data"], params), "status": params["status"]}


def _tap_clipboard(_finger: Finger, action: Params, _params: Params) -> Outcome:
    return {"clipboardText": action["clipboardText"]}


def _tap_input(finger: Finger, action: Params, params: Params) -> Outcome:
    """Open the camera, the album or the map; with params the user also sends what they chose."""
    if not params:
        return {}
    kind = "location" if action["type"] == "location" else "image"
    return finger.says({"type": kind, **params})


_ACTS: Final[dict[str, Callable[[Finger, Params, Params], Outcome]]] = {
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
