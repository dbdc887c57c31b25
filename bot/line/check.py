"""What LINE would refuse, found before anything is sent or stored.

    messages of a handler -> check -> outbox

A message that LINE refuses costs a reply token and a friend's patience, so every call is checked.
Types that LINE has and this module does not know pass as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from bot.line import limits
from bot.line.messages import Message
from bot.line.rules.actions import QUICK_REPLY, check_action
from bot.line.rules.flex import Prepared, check_contents, check_flex
from bot.line.rules.imagemap import check_imagemap
from bot.line.rules.plain import (
    check_audio,
    check_coupon,
    check_image,
    check_location,
    check_sticker,
    check_text,
    check_text_v2,
    check_video,
)
from bot.line.rules.report import Json, Problem, Report
from bot.line.rules.templates import check_template

__all__ = ["MessageError", "Prepared", "Problem", "check", "checked", "prepared", "problems"]

_RULES: Final[dict[str, Callable[[Report, Json, str], None]]] = {
    "text": check_text,
    "textV2": check_text_v2,
    "sticker": check_sticker,
    "image": check_image,
    "video": check_video,
    "audio": check_audio,
    "location": check_location,
    "coupon": check_coupon,
    "imagemap": check_imagemap,
    "template": check_template,
    "flex": check_flex,
}
_PLACES: Final = tuple(f"messages[{index}]" for index in range(limits.MESSAGES_PER_CALL))


class MessageError(ValueError):
    """LINE would refuse these messages."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


def check(messages: Sequence[Message]) -> None:
    """Let messages pass that LINE would take in one call.

    Raises:
        MessageError: lists every problem.
    """
    found = problems(messages)
    if found:
        raise MessageError(found)


def problems(messages: Sequence[Message]) -> list[Problem]:
    """List what LINE would refuse in the messages of one call."""
    report = Report()
    count = len(messages)
    if not 1 <= count <= limits.MESSAGES_PER_CALL:
        words = f"has {count} messages; LINE takes 1 to {limits.MESSAGES_PER_CALL} in one call"
        report.add("messages", words)
    for place, message in zip(_PLACES, messages, strict=False):
        _message(report, message, place)
    return report.problems


def prepared(contents: Mapping[str, Any]) -> Prepared:
    """Check the contents of a Flex message once; ``check`` does not look at them again.

    Raises:
        MessageError: lists every problem.
    """
    constant = Prepared(contents)
    report = Report()
    check_contents(report, constant, "contents")
    if report.problems:
        raise MessageError(report.problems)
    return constant


def checked(contents: orjson.Fragment) -> orjson.Fragment:
    """Check what a template was filled with; those filled alike need no second look.

    Raises:
        MessageError: lists every problem.
    """
    prepared(orjson.loads(orjson.dumps(contents)))
    return contents


def _message(report: Report, message: Message, at: str) -> None:
    if not isinstance(message, dict):
        report.add(at, "must be an object")
        return
    kind = message.get("type")
    if not isinstance(kind, str):
        report.add(f"{at}.type", "is required")
        return
    rule = _RULES.get(kind)
    if rule is not None:
        rule(report, message, at)
    if "quickReply" in message:
        _quick_reply(report, message, at)
    if "sender" in message:
        _sender(report, message, at)


def _quick_reply(report: Report, message: Message, at: str) -> None:
    reply = report.one(message, "quickReply", at)
    if reply is None:
        return
    at = f"{at}.quickReply"
    for place, item in report.many(reply, "items", at, 1, limits.QUICK_REPLY_ITEMS):
        report.choice(item, "type", place, ("action",), required=True)
        report.url(item, "imageUrl", place, required=False)
        action = report.one(item, "action", place)
        if action is not None:
            check_action(report, action, f"{place}.action", QUICK_REPLY)


def _sender(report: Report, message: Message, at: str) -> None:
    sender = report.one(message, "sender", at)
    if sender is not None:
        at = f"{at}.sender"
        report.text(sender, "name", at, limits.SENDER_NAME_UNITS, required=False, empty=True)
        report.url(sender, "iconUrl", at, required=False)
