"""Message lists of sending calls: the common parts here, each type in its own module.

    messages -> count -> type, quick reply, sender -> type's check -> inner structure

Violations of the request body are collected over all messages. The inner structure of
templates and flex containers is checked afterwards and reported for the first message that
has any, as LINE does.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks import fields, media
from bot.emulator.checks.actions import QUICK_REPLY, check_action
from bot.emulator.checks.counting import graphemes
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import ROOT, At, Findings
from bot.emulator.checks.flex import check_container
from bot.emulator.checks.imagemaps import check_imagemap
from bot.emulator.checks.known import check_known
from bot.emulator.checks.templates import check_template
from bot.emulator.checks.texts import check_text, check_text_v2
from bot.emulator.errors import body_errors, message_errors


def check_messages(
    body: Node, findings: Findings, *, refuse_unknown: bool = False
) -> list[dict[str, Any]]:
    """Check the ``messages`` of a sending call and return them.

    Args:
        body: the whole request body.
        findings: what is wrong with the rest of it, so that all of it is reported at once.
        refuse_unknown: also refuse properties that LINE does not know.

    Raises:
        LineError: 400 with every violation.
    """
    messages = fields.objects(body, "messages", ROOT, findings, least=1, most=limits.MESSAGES_MAX)
    for index, message in enumerate(messages):
        place = At("messages").item(index)
        _check_message(message, place, findings)
        if refuse_unknown:
            check_known(message, place, findings)
    if findings:
        raise body_errors(findings.details)
    for index, message in enumerate(messages):
        _check_structure(index, message)
    return [dict(message) for message in messages]


def _check_message(message: Node, at: At, findings: Findings) -> None:
    kind = fields.one_of(message, "type", at, findings, tuple(_CHECKERS), required=True)
    if kind is not None:
        _CHECKERS[kind](message, at, findings)
    quick_reply = fields.child(message, "quickReply", at, findings, required=False)
    if quick_reply is not None:
        _check_quick_reply(quick_reply, at.key("quickReply"), findings)
    sender = fields.child(message, "sender", at, findings, required=False)
    if sender is not None:
        _check_sender(sender, at.key("sender"), findings)
    if "quoteToken" in message:
        fields.text(message, "quoteToken", at, findings, most=limits.TEXT_MAX)


def _check_quick_reply(quick_reply: Node, at: At, findings: Findings) -> None:
    items = fields.objects(
        quick_reply, "items", at, findings, least=1, most=limits.QUICK_REPLY_MAX
    )
    for index, item in enumerate(items):
        place = at.key("items").item(index)
        fields.one_of(item, "type", place, findings, ("action",), required=True)
        fields.https(item, "imageUrl", place, findings, required=False)
        action = fields.child(item, "action", place, findings, required=True)
        if action is not None:
            check_action(action, QUICK_REPLY, place.key("action"), findings)


def _check_sender(sender: Node, at: At, findings: Findings) -> None:
    most = limits.SENDER_NAME_MAX
    name = fields.text(sender, "name", at, findings, most=most, required=False, count=graphemes)
    if name is not None and _LINE.search(name):
        findings.add(at.key("name"), "This name cannot be used")
    fields.https(sender, "iconUrl", at, findings, required=False)


def _check_alt_text(message: Node, at: At, findings: Findings) -> None:
    fields.text(message, "altText", at, findings, most=limits.ALT_TEXT_MAX)


def _check_template_message(message: Node, at: At, findings: Findings) -> None:
    _check_alt_text(message, at, findings)
    fields.child(message, "template", at, findings, required=True)


def _check_flex_message(message: Node, at: At, findings: Findings) -> None:
    _check_alt_text(message, at, findings)
    fields.child(message, "contents", at, findings, required=True)


def _check_structure(index: int, message: Node) -> None:
    findings = Findings()
    if message["type"] == "flex":
        check_container(message["contents"], findings)
    elif message["type"] == "template":
        check_template(message["template"], At("template", slashes=True), findings)
    if findings:
        raise message_errors(index, findings.details)


#: Senders may not pass for LINE.
_LINE: Final = re.compile(r"\bline\b", re.IGNORECASE)

_CHECKERS: Final[dict[str, Callable[[Node, At, Findings], None]]] = {
    "text": check_text,
    "textV2": check_text_v2,
    "sticker": media.check_sticker,
    "image": media.check_image,
    "video": media.check_video,
    "audio": media.check_audio,
    "location": media.check_location,
    "imagemap": check_imagemap,
    "template": _check_template_message,
    "flex": _check_flex_message,
    "coupon": media.check_coupon,
}
