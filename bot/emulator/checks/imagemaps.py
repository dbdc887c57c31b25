"""Imagemap messages: a picture with tappable areas, perhaps a video in it."""

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.actions import check_link
from bot.emulator.checks.counting import graphemes
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import At, Findings


def check_imagemap(message: Node, at: At, findings: Findings) -> None:
    """Check an imagemap message."""
    fields.https(message, "baseUrl", at, findings)
    fields.text(message, "altText", at, findings, most=limits.ALT_TEXT_MAX)
    size = fields.child(message, "baseSize", at, findings, required=True)
    if size is not None:
        _check_size(size, at.key("baseSize"), findings)
    actions = fields.objects(
        message, "actions", at, findings, least=0, most=limits.IMAGEMAP_ACTIONS_MAX
    )
    for index, action in enumerate(actions):
        _check_action(action, at.key("actions").item(index), findings)
    video = fields.child(message, "video", at, findings, required=False)
    if video is not None:
        _check_video(video, at.key("video"), findings)


def _check_size(size: Node, at: At, findings: Findings) -> None:
    width = fields.integer(size, "width", at, findings)
    if width is not None and width != limits.IMAGEMAP_WIDTH:
        findings.add(at.key("width"), f"Must be {limits.IMAGEMAP_WIDTH}")
    fields.integer(size, "height", at, findings, least=1)


def _check_action(action: Node, at: At, findings: Findings) -> None:
    kinds = ("uri", "message", "clipboard")
    kind = fields.one_of(action, "type", at, findings, kinds, required=True)
    if kind == "uri":
        check_link(action, "linkUri", at, findings)
    elif kind == "message":
        fields.text(action, "text", at, findings, most=limits.IMAGEMAP_TEXT_MAX)
    elif kind == "clipboard":
        fields.text(action, "clipboardText", at, findings, most=limits.CLIPBOARD_MAX)
    fields.text(
        action,
        "label",
        at,
        findings,
        most=limits.IMAGEMAP_LABEL_MAX,
        required=False,
        count=graphemes,
    )
    area = fields.child(action, "area", at, findings, required=True)
    if area is not None:
        _check_area(area, at.key("area"), findings)


def _check_area(area: Node, at: At, findings: Findings) -> None:
    for key in ("x", "y", "width", "height"):
        fields.integer(area, key, at, findings, least=0)


def _check_video(video: Node, at: At, findings: Findings) -> None:
    fields.https(video, "originalContentUrl", at, findings)
    fields.https(video, "previewImageUrl", at, findings)
    area = fields.child(video, "area", at, findings, required=True)
    if area is not None:
        _check_area(area, at.key("area"), findings)
    link = fields.child(video, "externalLink", at, findings, required=False)
    if link is not None:
        check_link(link, "linkUri", at.key("externalLink"), findings)
        most = limits.IMAGEMAP_LINK_LABEL_MAX
        fields.text(link, "label", at.key("externalLink"), findings, most=most)
