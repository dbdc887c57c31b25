"""Text messages, and their second version with substitutions."""

import re
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings
from bot.emulator.errors import invalid_property

_KEY: Final = re.compile(r"[0-9a-zA-Z_]{1,20}\Z")
_BRACES: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def check_text(message: Node, at: At, findings: Findings) -> None:
    """Check a text message and its LINE emoji."""
    text = fields.text(message, "text", at, findings, most=limits.TEXT_MAX)
    emojis = fields.objects(
        message, "emojis", at, findings, least=0, most=limits.EMOJIS_MAX, required=False
    )
    for number, emoji in enumerate(emojis):
        _check_emoji(emoji, text or "", at.key("emojis").item(number), findings)


def _check_emoji(emoji: Node, text: str, at: At, findings: Findings) -> None:
    index = fields.integer(emoji, "index", at, findings, least=0)
    for key in ("productId", "emojiId"):
        fields.text(emoji, key, at, findings, most=limits.TEXT_MAX)
    units = text.encode("utf-16-le", "surrogatepass")
    if index is not None and units[2 * index : 2 * index + 2] != b"$\x00":
        findings.add(at.key("index"), "The index must point at a $ in the text")


def check_text_v2(message: Node, at: At, findings: Findings) -> None:
    """Check a text with ``{key}`` placeholders and what replaces them."""
    text = fields.text(message, "text", at, findings, most=limits.TEXT_MAX)
    substitution = fields.child(message, "substitution", at, findings, required=False) or {}
    place = at.key("substitution")
    if len(substitution) > limits.SUBSTITUTIONS_MAX:
        findings.add(place, f"Size must be between 0 and {limits.SUBSTITUTIONS_MAX}")
    for key, value in substitution.items():
        _check_substitution(key, value, place.key(key), findings)
    if text is not None:
        _check_braces(text, substitution, at.key("text"), findings)


def _check_substitution(key: str, value: Any, at: At, findings: Findings) -> None:
    if not isinstance(value, dict):
        raise invalid_property(at.path)
    if not _KEY.match(key):
        findings.add(at, "The key must match [0-9a-zA-Z_]{1,20}")
    kind = fields.one_of(value, "type", at, findings, ("mention", "emoji"), required=True)
    if kind == "emoji":
        for name in ("productId", "emojiId"):
            fields.text(value, name, at, findings, most=limits.TEXT_MAX)
    if kind == "mention":
        _check_mentionee(value, at, findings)


def _check_mentionee(value: Node, at: At, findings: Findings) -> None:
    mentionee = fields.child(value, "mentionee", at, findings, required=True)
    if mentionee is None:
        return
    place = at.key("mentionee")
    kind = fields.one_of(mentionee, "type", place, findings, ("user", "all"), required=True)
    if kind == "user":
        fields.text(mentionee, "userId", place, findings, most=limits.TEXT_MAX)


def _check_braces(text: str, substitution: Node, at: At, findings: Findings) -> None:
    """Check that braces are doubled or name a substitution, and count what they name."""
    counts = {"mention": 0, "emoji": 0}
    for match in _BRACES.finditer(text):
        if match[0] in {"{{", "}}"}:
            continue
        value = substitution.get(match[1]) if match[1] is not None else None
        if value is None:
            findings.add(at, f"{match[0]} has no substitution")
        elif isinstance(value, dict) and value.get("type") in counts:
            counts[value["type"]] += 1
    if counts["mention"] > limits.MENTIONS_MAX:
        findings.add(at, f"Mentions must be less than or equal to {limits.MENTIONS_MAX}")
    if counts["emoji"] > limits.EMOJIS_MAX:
        findings.add(at, f"Emojis must be less than or equal to {limits.EMOJIS_MAX}")
