"""What a bot would ask of LINE: requests made beforehand, so that sending one costs a write."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import orjson

from bot.bench.path.webhooks import TOKEN, Delivery, Event

Json: TypeAlias = dict[str, Any]

#: Of JSON; what a card with a list of facts and buttons comes to.
BUBBLE_BYTES: Final = 2_500
_WORDS: Final = "ご予約ありがとうございます。ご来店をお待ちしております。"


def push(friend: int, user_id: str, messages: Sequence[Json]) -> Delivery:
    """Return a push; a friend's pushes arrive in the order they were made."""
    return _post("/v2/bot/message/push", friend, {"to": user_id, "messages": messages})


def newcomer(friend: int) -> Delivery:
    """Return the order for one more friend."""
    order = {"displayName": f"Friend {friend}", "state": "friend"}
    return _post("/_emulator/users", friend, order)


def text(number: int) -> Json:
    """Return a text that no other push of a run has."""
    return {"type": "text", "text": f"{_WORDS}{number}"}


def bubble(number: int) -> Json:
    """Return a Flex bubble of 2.5 KB that no other push of a run has."""
    tap = {"type": "postback", "label": "Choose", "data": f"choose={number}"}
    rows: list[Json] = []
    body = {"type": "box", "layout": "vertical", "spacing": "md", "contents": rows}
    foot = [{"type": "button", "style": "primary", "action": tap}]
    footer = {"type": "box", "layout": "vertical", "contents": foot}
    contents = {"type": "bubble", "size": "mega", "body": body, "footer": footer}
    while len(orjson.dumps(contents)) < BUBBLE_BYTES:
        name = {"type": "text", "text": "日時", "size": "sm", "color": "#888888", "flex": 2}
        value = {"type": "text", "text": f"11月{len(rows)}日", "wrap": True, "flex": 5}
        rows.append({"type": "box", "layout": "horizontal", "contents": [name, value]})
    return {"type": "flex", "altText": f"{_WORDS}{number}", "contents": contents}


def _post(path: str, friend: int, order: Mapping[str, Any]) -> Delivery:
    body = orjson.dumps(order)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: line\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Delivery(head.encode() + body, (Event(friend, "", order),))
