"""LIFF apps as registered through the server API."""

from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.errors import body_errors

_VIEWS: Final = ("compact", "tall", "full")
_SCOPES: Final = ("openid", "email", "profile", "chat_message.write")
_PROMPTS: Final = ("normal", "aggressive", "none")
_KEYS: Final = ("description", "features", "permanentLinkPattern", "scope", "botPrompt")


def check_app(body: Node, *, complete: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Check an app; return its view and the rest.

    Args:
        body: the request body.
        complete: a new app, which must have a whole view; an update may have parts.

    Raises:
        LineError: 400 with every violation.
    """
    findings = Findings()
    view = fields.child(body, "view", ROOT, findings, required=complete) or {}
    at = ROOT.key("view")
    fields.one_of(view, "type", at, findings, _VIEWS, required=complete and "view" in body)
    if complete or "url" in view:
        fields.https(view, "url", at, findings, most=limits.URL_MAX)
        if "#" in str(view.get("url", "")):
            findings.add(at.key("url"), "The URL must not contain a fragment")
    fields.one_of(body, "botPrompt", ROOT, findings, _PROMPTS)
    for index, scope in enumerate(body.get("scope") or ()):
        if scope not in _SCOPES:
            listed = ", ".join(_SCOPES)
            message = f"Must be one of the following values: [{listed}]"
            findings.add(ROOT.key("scope").item(index), message)
    if findings:
        raise body_errors(findings.details)
    return dict(view), {key: body[key] for key in _KEYS if key in body}
