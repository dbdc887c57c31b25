"""LIFF: apps of the login channel, and the address that opens them."""

import secrets
from typing import Any
from urllib.parse import urlencode

from bot.emulator import limits
from bot.emulator.acts.liff import opened
from bot.emulator.api import pages
from bot.emulator.api.authorize import browsing_user
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks.liff_apps import check_app
from bot.emulator.errors import LineError, not_found
from bot.emulator.model import LiffApp
from bot.emulator.rules import channel_tokens

operations = Operations(bearer=False)

_DEFAULT_SCOPES = ("profile", "chat_message.write")


def _enter(call: Call) -> dict[str, LiffApp]:
    authorization = call.headers.get("Authorization")
    channel_tokens.require_login_channel(call.platform, authorization, call.now)
    return call.platform.world.tokens.liff


@operations.post("/liff/v1/apps")
def add(call: Call) -> Answer:
    """Register an app."""
    apps = _enter(call)
    view, rest = check_app(call.json(), complete=True)
    if len(apps) >= limits.LIFF_APPS_MAX:
        raise LineError(400, f"You can add up to {limits.LIFF_APPS_MAX} LIFF apps")
    liff_id = f"{call.platform.keys.login_channel_id}-{secrets.token_hex(4)}"
    apps[liff_id] = LiffApp(liff_id, view, {"scope": list(_DEFAULT_SCOPES), **rest})
    call.platform.on_change()
    return Answer({"liffId": liff_id})


@operations.get("/liff/v1/apps")
def list_all(call: Call) -> Answer:
    """Return all apps."""
    apps = _enter(call)
    if not apps:
        raise not_found()
    return Answer({"apps": [_wire(app) for app in apps.values()]})


@operations.put("/liff/v1/apps/{liffId}")
def update(call: Call) -> Answer:
    """Change parts of an app."""
    app = _app(call)
    view, rest = check_app(call.json(), complete=False)
    app.view |= view
    app.body |= rest
    call.platform.on_change()
    return Answer()


@operations.delete("/liff/v1/apps/{liffId}")
def delete(call: Call) -> Answer:
    """Delete an app."""
    del call.platform.world.tokens.liff[_app(call).liff_id]
    call.platform.on_change()
    return Answer()


def _app(call: Call) -> LiffApp:
    app = _enter(call).get(call.params["liffId"])
    if app is None:
        raise not_found()
    return app


def _wire(app: LiffApp) -> dict[str, Any]:
    return {"liffId": app.liff_id, "view": app.view, **app.body}


@operations.get(r"/{liffId:\d{10}-[A-Za-z0-9]{8}}{tail:.*}", json=False, host="liff")
def open_app(call: Call) -> Answer:
    """Send a browser to the app's page, with the tokens of whoever holds the phone."""
    user = browsing_user(call)
    query = urlencode([(k, v) for k, v in call.query.items() if k != "emulatedUser"])
    tail = call.params["tail"] + (f"?{query}" if query else "")
    app = call.platform.world.tokens.liff.get(call.params["liffId"])
    if app is None:
        return pages.message("404 Not Found", "There is no such app.", 404)
    return pages.redirect(opened(call.platform, app, tail, user))
