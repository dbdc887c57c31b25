"""Messages that carry a file, a place, a sticker or a coupon."""

import re
from typing import Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings
from bot.emulator.errors import invalid_property

_TRACKING_ID: Final = re.compile(r"[A-Za-z0-9\-.=,+*()%$&;:@{}!?<>\[\]]{1,100}\Z")
_COUPON_TAG: Final = re.compile(rf"[A-Za-z0-9_]{{1,{limits.COUPON_TAG_MAX}}}\Z")
_DIGITS: Final = re.compile(r"[0-9]+\Z")


def check_image(message: Node, at: At, findings: Findings) -> None:
    """Check an image message."""
    fields.https(message, "originalContentUrl", at, findings)
    fields.https(message, "previewImageUrl", at, findings)


def check_video(message: Node, at: At, findings: Findings) -> None:
    """Check a video message."""
    check_image(message, at, findings)
    tracking_id = fields.string(message, "trackingId", at)
    if tracking_id is not None and not _TRACKING_ID.match(tracking_id):
        findings.add(at.key("trackingId"), "invalid trackingId")


def check_audio(message: Node, at: At, findings: Findings) -> None:
    """Check an audio message."""
    fields.https(message, "originalContentUrl", at, findings)
    duration = fields.integer(message, "duration", at, findings)
    if duration is not None and duration <= 0:
        findings.add(at.key("duration"), "Must be a positive value")


def check_location(message: Node, at: At, findings: Findings) -> None:
    """Check a location message."""
    fields.text(message, "title", at, findings, most=limits.LOCATION_TEXT_MAX)
    fields.text(message, "address", at, findings, most=limits.LOCATION_TEXT_MAX)
    _degrees(message, "latitude", limits.LATITUDE_MAX, at, findings)
    _degrees(message, "longitude", limits.LONGITUDE_MAX, at, findings)


def _degrees(message: Node, key: str, most: int, at: At, findings: Findings) -> None:
    value = message.get(key)
    if value is None:
        findings.add(at.key(key), "must be specified")
    elif not isinstance(value, int | float) or isinstance(value, bool):
        raise invalid_property(at.key(key).path)
    elif not -most <= value <= most:
        findings.add(at.key(key), f"Must be between -{most} and {most}")


def check_sticker(message: Node, at: At, findings: Findings) -> None:
    """Check a sticker message."""
    for key in ("packageId", "stickerId"):
        value = fields.text(message, key, at, findings, most=limits.LOCATION_TEXT_MAX)
        if value is not None and not _DIGITS.match(value):
            findings.add(at.key(key), f"invalid {key}")


def check_coupon(message: Node, at: At, findings: Findings) -> None:
    """Check a coupon message."""
    fields.text(message, "couponId", at, findings, most=limits.LOCATION_TEXT_MAX)
    tag = fields.string(message, "deliveryTag", at)
    if tag is not None and not _COUPON_TAG.match(tag):
        findings.add(at.key("deliveryTag"), "invalid deliveryTag")
