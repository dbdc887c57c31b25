"""What a user can tap now: the rich menu, the quick reply buttons, the actions of a message."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.emulator.acts.menus import shown
from bot.emulator.model import Bubble, Chat, User, World

Action = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """An action on the screen, and where it is."""

    action: Action
    #: richmenu, quickreply or message.
    target: str
    message_id: str | None = None
    rich_menu_id: str | None = None
    #: Its place among the areas of the menu, from 0.
    area: int | None = None

    def called(self, label: str) -> bool:
        """Tell whether a person would call it so: by its label, or the text it sends."""
        keys = ("label", "displayText", "text", "uri", "linkUri")
        return label in {self.action.get(key) for key in keys}


def everything(world: World, user: User) -> dict[str, list[dict[str, Any]]]:
    """Return all that can be tapped now, by target, as the control API shows it."""
    by_target = {
        "richmenu": menu_buttons(world, user),
        "quickreply": quick_reply_buttons(world, user.chat),
        "message": message_buttons(world, user.chat, None),
    }
    return {
        target: [
            {"index": index, "label": button.action.get("label"), "action": button.action}
            for index, button in enumerate(buttons)
        ]
        for target, buttons in by_target.items()
    }


def menu_buttons(world: World, user: User) -> list[Button]:
    """Return the areas of the menu shown."""
    menu = shown(world, user)
    if menu is None:
        return []
    menu_id, areas = menu[0].rich_menu_id, menu[0].body["areas"]
    return [
        Button(area["action"], "richmenu", rich_menu_id=menu_id, area=number)
        for number, area in enumerate(areas)
    ]


def quick_reply_buttons(world: World, chat: Chat) -> list[Button]:
    """Return the buttons above the keyboard: of the last message, until something follows."""
    last = chat.bubbles[-1] if chat.bubbles else None
    if last is None or last.direction == "in" or last.message_id == chat.quick_reply_used:
        return []
    items = (world.messages[last.message_id].message.get("quickReply") or {}).get("items", [])
    return [Button(item["action"], "quickreply", last.message_id) for item in items]


def message_buttons(world: World, chat: Chat, message_id: str | None) -> list[Button]:
    """Return the actions of a message in document order.

    Args:
        world: where the messages are kept.
        chat: the talk.
        message_id: the message; None for the last one with actions.
    """
    for bubble in reversed(chat.bubbles):
        if message_id not in {None, bubble.message_id} or bubble.direction == "in":
            continue
        buttons = _buttons_of(world, bubble)
        if buttons or message_id is not None:
            return buttons
    return []


def _buttons_of(world: World, bubble: Bubble) -> list[Button]:
    message = world.messages[bubble.message_id].message
    inner = {key: value for key, value in message.items() if key != "quickReply"}
    return [Button(action, "message", bubble.message_id) for action in _actions(inner)]


def _actions(node: Any) -> Iterator[Action]:
    """Walk a message top to bottom; an action comes before what lies below it."""
    if isinstance(node, list):
        for item in node:
            yield from _actions(item)
    elif isinstance(node, Mapping):
        for key in sorted(node, key=_rank):
            value = node[key]
            if key in {"action", "defaultAction"} and isinstance(value, dict):
                yield value
            elif key == "actions" and isinstance(value, list):
                yield from value
            else:
                yield from _actions(value)


#: The blocks of a bubble from top to bottom, whatever their order in the JSON.
_TOP_TO_BOTTOM = ("header", "hero", "body", "footer")


def _rank(key: str) -> int:
    if key == "action":
        return -2
    return _TOP_TO_BOTTOM.index(key) if key in _TOP_TO_BOTTOM else -1
