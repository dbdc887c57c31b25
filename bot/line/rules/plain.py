"""Messages without a layout: texts, stickers, media, places, coupons.

Source: reference, "Message objects".
"""

import re
from typing import Any, Final

from bot.line import limits
from bot.line.counting import unit_at
from bot.line.rules.report import Json, Report

_TRACKING_ID: Final = re.compile(r"[A-Za-z0-9\-.=,+*()%$&;:@{}!?<>\[\]]{1,100}")
_DELIVERY_TAG: Final = re.compile(r"[A-Za-z0-9_]{1,30}")
_DIGITS: Final = re.compile(r"[0-9]+")
_KEY: Final = re.compile(r"[0-9a-zA-Z_]{1,20}")
#: A doubled brace, a placeholder, or a brace that is neither.
_BRACES: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_ANY_LENGTH: Final = 1_000_000


def check_text(report: Report, message: Json, at: str) -> None:
    """Look at a text message."""
    text = report.text(message, "text", at, limits.TEXT_UNITS)
    if "emojis" in message:
        for place, emoji in report.many(message, "emojis", at, 0, limits.TEXT_EMOJIS):
            _identifiers(report, emoji, place, "productId", "emojiId")
            index = emoji.get("index")
            if not isinstance(index, int) or unit_at(text, index) != "$":
                report.add(f"{place}.index", "must be the place of a $ in the text")


def check_text_v2(report: Report, message: Json, at: str) -> None:
    """Look at a text message with placeholders."""
    text = report.text(message, "text", at, limits.TEXT_UNITS)
    substitution = report.one(message, "substitution", at, required=False) or {}
    for found in _BRACES.finditer(text):
        if found[0] in ("{", "}"):
            report.add(f"{at}.text", "has a single brace; double it where a brace is meant")
        elif found[1] is not None and found[1] not in substitution:
            report.add(f"{at}.text", f"names {found[0]}, which substitution lacks")
    _substitution(report, substitution, f"{at}.substitution")


def _substitution(report: Report, substitution: Json, at: str) -> None:
    if len(substitution) > limits.SUBSTITUTIONS:
        words = f"has {len(substitution)} keys; LINE takes at most {limits.SUBSTITUTIONS}"
        report.add(at, words)
    for key, value in substitution.items():
        if not _KEY.fullmatch(key):
            report.add(f"{at}.{key}", "must be a key of 1 to 20 letters, digits and _")
        if not isinstance(value, dict):
            report.add(f"{at}.{key}", "must be an object")
        elif value.get("type") == "mention":
            _mentionee(report, value, f"{at}.{key}")
        elif value.get("type") == "emoji":
            _identifiers(report, value, f"{at}.{key}", "productId", "emojiId")
        else:
            _kind(report, value, f"{at}.{key}")
    _at_most(report, substitution, at, "mention", limits.SUBSTITUTED_MENTIONS)
    _at_most(report, substitution, at, "emoji", limits.SUBSTITUTED_EMOJIS)


def _mentionee(report: Report, value: Json, at: str) -> None:
    who = report.one(value, "mentionee", at)
    if who is None:
        return
    _kind(report, who, f"{at}.mentionee")
    if who.get("type") == "user":
        _identifiers(report, who, f"{at}.mentionee", "userId")


def _at_most(report: Report, substitution: Json, at: str, kind: str, limit: int) -> None:
    found = sum(_type(value) == kind for value in substitution.values())
    if found > limit:
        report.add(at, f"has {found} values of type {kind}; LINE takes at most {limit}")


def _type(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None


def check_sticker(report: Report, message: Json, at: str) -> None:
    """Look at a sticker; whether LINE lets bots send it, only LINE knows."""
    for key in ("packageId", "stickerId"):
        number = report.text(message, key, at, _ANY_LENGTH)
        if number and not _DIGITS.fullmatch(number):
            report.add(f"{at}.{key}", "must be digits")


def check_image(report: Report, message: Json, at: str) -> None:
    """Look at a picture."""
    report.url(message, "originalContentUrl", at)
    report.url(message, "previewImageUrl", at)


def check_video(report: Report, message: Json, at: str) -> None:
    """Look at a video."""
    check_image(report, message, at)
    words = f"1 to {limits.TRACKING_ID_CHARACTERS} letters, digits and -.=,+*()%$&;:@{{}}!?<>[]"
    report.pattern(message, "trackingId", at, _TRACKING_ID, words)


def check_audio(report: Report, message: Json, at: str) -> None:
    """Look at a sound."""
    report.url(message, "originalContentUrl", at)
    report.number(message, "duration", at, 1)


def check_location(report: Report, message: Json, at: str) -> None:
    """Look at a place."""
    report.text(message, "title", at, limits.LOCATION_UNITS)
    report.text(message, "address", at, limits.LOCATION_UNITS)
    report.number(message, "latitude", at, -90, 90)
    report.number(message, "longitude", at, -180, 180)


def check_coupon(report: Report, message: Json, at: str) -> None:
    """Look at one of LINE's own coupons."""
    _identifiers(report, message, at, "couponId")
    words = f"1 to {limits.DELIVERY_TAG_CHARACTERS} letters, digits and _"
    report.pattern(message, "deliveryTag", at, _DELIVERY_TAG, words)


def _identifiers(report: Report, owner: Json, at: str, *keys: str) -> None:
    for key in keys:
        report.text(owner, key, at, _ANY_LENGTH)


def _kind(report: Report, owner: Json, at: str) -> None:
    if not isinstance(owner.get("type"), str):
        report.add(f"{at}.type", "is required")
