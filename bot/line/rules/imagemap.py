"""A picture with places to tap.

Source: reference, "Imagemap message".
"""

from typing import Final

from bot.line import limits
from bot.line.rules.actions import check_uri
from bot.line.rules.report import Json, Report

_AREA: Final = (("x", 0), ("y", 0), ("width", 1), ("height", 1))


def check_imagemap(report: Report, message: Json, at: str) -> None:
    """Look at an imagemap; LINE appends ``/240`` to ``/1040`` to its address."""
    report.url(message, "baseUrl", at)
    report.text(message, "altText", at, limits.ALT_TEXT_UNITS)
    size = report.one(message, "baseSize", at)
    if size is not None:
        width = limits.IMAGEMAP_WIDTH
        report.number(size, "width", f"{at}.baseSize", width, width)
        report.number(size, "height", f"{at}.baseSize", 1)
    for place, action in report.many(message, "actions", at, 0, limits.IMAGEMAP_ACTIONS):
        _action(report, action, place)
    video = report.one(message, "video", at, required=False)
    if video is not None:
        _video(report, video, f"{at}.video")


def _action(report: Report, action: Json, at: str) -> None:
    match action.get("type"):
        case "uri":
            check_uri(report, action, "linkUri", at)
        case "message":
            report.text(action, "text", at, limits.IMAGEMAP_TEXT_UNITS)
        case "clipboard":
            report.text(action, "clipboardText", at, limits.CLIPBOARD_UNITS)
        case None:
            report.add(f"{at}.type", "is required")
        case _:
            pass
    report.text(action, "label", at, limits.IMAGEMAP_LABEL_UNITS, required=False, empty=True)
    _area(report, action, at)


def _video(report: Report, video: Json, at: str) -> None:
    report.url(video, "originalContentUrl", at)
    report.url(video, "previewImageUrl", at)
    _area(report, video, at)
    link = report.one(video, "externalLink", at, required=False)
    if link is not None:
        check_uri(report, link, "linkUri", f"{at}.externalLink")
        report.text(link, "label", f"{at}.externalLink", limits.IMAGEMAP_LINK_LABEL_UNITS)


def _area(report: Report, owner: Json, at: str) -> None:
    area = report.one(owner, "area", at)
    if area is not None:
        for key, low in _AREA:
            report.number(area, key, f"{at}.area", low)
