"""Which user has which rich menu: one by one, and in bulk."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.acts import menus
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import fields
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.errors import (
    LineError,
    body_errors,
    invalid_parameter,
    invalid_property,
    not_found,
)
from bot.emulator.model import User, UserState
from bot.emulator.rules import menu_links

operations = Operations()


@operations.post("/v2/bot/user/{userId}/richmenu/{richMenuId}", json=False)
def link(call: Call) -> Answer:
    """Give a friend a menu of their own; nothing happens to others."""
    user_id = _user_id(call)
    menu = menu_links.require_menu(call.platform.world, call.params["richMenuId"])
    menu_links.require_image(menu)
    menus.link(call.platform, user_id, menu.rich_menu_id)
    return Answer()


@operations.get("/v2/bot/user/{userId}/richmenu")
def get(call: Call) -> Answer:
    """Return the id of the user's own menu."""
    world = call.platform.world
    user = world.users.get(_user_id(call))
    if user is None or user.rich_menu_id not in world.menus.menus or not _keeps_menu(user):
        raise LineError(404, "the user has no richmenu", [])
    return Answer({"richMenuId": user.rich_menu_id})


def _keeps_menu(user: User) -> bool:
    return user.state in {UserState.FRIEND, UserState.BLOCKED}


@operations.delete("/v2/bot/user/{userId}/richmenu")
def unlink(call: Call) -> Answer:
    """Take the user's own menu away."""
    menus.link(call.platform, _user_id(call), None)
    return Answer()


@operations.post("/v2/bot/richmenu/bulk/link")
def bulk_link(call: Call) -> Answer:
    """Give up to 500 users a menu; it takes effect a little later."""
    body, findings = call.json(), Findings()
    menu_id = fields.text(body, "richMenuId", ROOT, findings, most=limits.TEXT_MAX)
    user_ids = _user_ids(body, findings)
    if findings:
        raise body_errors(findings.details)
    if not (menu_id or "").startswith("richmenu-"):
        raise LineError(400, "invalid richMenuId", [])
    menu = call.platform.world.menus.menus.get(menu_id or "")
    if menu is None:
        raise not_found("richmenu not found")
    menu_links.require_image(menu)
    menu_links.schedule(call.platform, dict.fromkeys(user_ids, menu.rich_menu_id))
    return Answer(status=202)


@operations.post("/v2/bot/richmenu/bulk/unlink")
def bulk_unlink(call: Call) -> Answer:
    """Take the own menus of up to 500 users away."""
    body, findings = call.json(), Findings()
    user_ids = _user_ids(body, findings)
    if findings:
        raise body_errors(findings.details)
    menu_links.schedule(call.platform, dict.fromkeys(user_ids))
    return Answer(status=202)


def _user_id(call: Call) -> str:
    user_id = call.params["userId"]
    if not ids.USER_ID.match(user_id):
        raise invalid_parameter("userId")
    return user_id


def _user_ids(body: dict[str, Any], findings: Findings) -> list[str]:
    user_ids = body.get("userIds")
    if user_ids is None:
        findings.add(ROOT.key("userIds"), fields.EMPTY)
        return []
    if not isinstance(user_ids, list):
        raise invalid_property("'userIds'")
    for index, user_id in enumerate(user_ids):
        if not isinstance(user_id, str) or not ids.USER_ID.match(user_id):
            raise invalid_property(f"'userIds[{index}]'")
    if not 1 <= len(user_ids) <= limits.BULK_USERS_MAX:
        findings.add(ROOT.key("userIds"), f"Size must be between 1 and {limits.BULK_USERS_MAX}")
    return user_ids
