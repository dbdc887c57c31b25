"""LIFF: apps of the login channel, the address that opens them, and a stand-in for the SDK."""

import secrets
from html import escape
from pathlib import Path
from typing import Any, Final
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
_SDK: Final = Path(__file__).parent.parent / "sdk" / "liff.js"
#: What the emulator's own pages put into a LIFF link; the app's page never sees it.
_OURS: Final = {"emulatedUser", "emulatedLogin"}


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
    query = urlencode([(k, v) for k, v in call.query.items() if k not in _OURS])
    tail = call.params["tail"] + (f"?{query}" if query else "")
    app = call.platform.world.tokens.liff.get(call.params["liffId"])
    if app is None:
        return pages.message("404 Not Found", "There is no such app.", 404)
    if user is None and "emulatedLogin" in call.query:
        return _who(call, query)
    return pages.redirect(opened(call.platform, app, tail, user))


def _who(call: Call, query: str) -> Answer:
    """Ask who logs in, in a browser that is nobody's phone."""
    choices = "".join(
        f'<p><a href="?{escape(query)}&amp;emulatedUser={user.user_id}">'
        f"{escape(user.display_name)}</a></p>"
        for user in call.platform.world.users.values()
    )
    return pages.page("Log in / ログイン", f"<p>Who? / だれ？</p>{choices}")


@operations.get("/liff/edge/2/sdk.js", json=False, host="static")
def sdk(_call: Call) -> Answer:
    """Send the stand-in for LINE's SDK."""
    return Answer(_SDK.read_bytes(), content_type="text/javascript")
