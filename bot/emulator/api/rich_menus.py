"""Rich menus: create, picture, read, delete, and the default for everybody."""

from typing import Any

from bot.emulator import ids, limits
from bot.emulator.acts import menus
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import rich_menus as checks
from bot.emulator.checks.warnings import menu_warnings
from bot.emulator.errors import LineError, not_found
from bot.emulator.model import RichMenu
from bot.emulator.rules import menu_links

operations = Operations()

_BODY = ("size", "selected", "name", "chatBarText", "areas")


@operations.post("/v2/bot/richmenu", rate=limits.RATE_HOURLY_100)
def create(call: Call) -> Answer:
    """Create a menu without a picture."""
    body = _checked(call)
    known = call.platform.world.menus.menus
    if len(known) >= limits.MENUS_MAX:
        raise LineError(400, f"You can create up to {limits.MENUS_MAX} rich menus", [])
    menu = RichMenu(ids.rich_menu_id(), {key: body[key] for key in _BODY})
    known[menu.rich_menu_id] = menu
    call.platform.on_change()
    return Answer({"richMenuId": menu.rich_menu_id})


@operations.post("/v2/bot/richmenu/validate")
def validate(call: Call) -> Answer:
    """Check a menu without creating it."""
    _checked(call)
    return Answer()


def _checked(call: Call) -> dict[str, Any]:
    body = call.json()
    behaviour = call.platform.world.behaviour
    checks.check_rich_menu(body, areas_must_fit=behaviour.menu_areas_must_fit)
    call.warnings += menu_warnings(body)
    return body


@operations.post("/v2/bot/richmenu/{richMenuId}/content", json=False, host="data")
def set_image(call: Call) -> Answer:
    """Add the picture, once."""
    menu = _menu(call)
    content_type = call.headers.get("Content-Type", "").partition(";")[0].strip()
    behaviour = call.platform.world.behaviour
    if menu.media_key is not None:
        raise LineError(400, "An image has already been uploaded to the richmenu", [])
    size = menu.body["size"]
    must_match = behaviour.menu_image_must_match
    checks.check_image(call.raw, content_type, size, must_match=must_match)
    menu.media_key, menu.content_type = call.platform.media.put(call.raw), content_type
    call.platform.on_change()
    return Answer()


@operations.get("/v2/bot/richmenu/{richMenuId}/content", host="data")
def get_image(call: Call) -> Answer:
    """Return the picture."""
    menu = _menu(call)
    data = call.platform.media.get(menu.media_key) if menu.media_key else None
    if data is None:
        raise not_found()
    return Answer(data, content_type=menu.content_type)


@operations.get("/v2/bot/richmenu/list", rate=limits.RATE_RICHMENU_LIST)
def list_all(call: Call) -> Answer:
    """Return all menus."""
    return Answer({"richmenus": [_wire(m) for m in call.platform.world.menus.menus.values()]})


@operations.get("/v2/bot/richmenu/{richMenuId}")
def get(call: Call) -> Answer:
    """Return one menu."""
    return Answer(_wire(_menu(call)))


@operations.delete("/v2/bot/richmenu/{richMenuId}", rate=limits.RATE_HOURLY_100)
def delete(call: Call) -> Answer:
    """Delete a menu; whoever saw it sees the next in line."""
    menu = _menu(call)
    known = call.platform.world.menus
    del known.menus[menu.rich_menu_id]
    if known.default_id == menu.rich_menu_id:
        known.default_id = None
    menus.tell_all(call.platform)
    return Answer()


@operations.post("/v2/bot/user/all/richmenu/{richMenuId}", json=False)
def set_default(call: Call) -> Answer:
    """Show a menu to everybody who has none of their own."""
    menu = _menu(call)
    menu_links.require_image(menu)
    call.platform.world.menus.default_id = menu.rich_menu_id
    menus.tell_all(call.platform)
    return Answer()


@operations.get("/v2/bot/user/all/richmenu")
def get_default(call: Call) -> Answer:
    """Return the default menu's id."""
    if call.platform.world.behaviour.default_menu_of_others:
        raise LineError(403, "the richmenu is owned by another channel", [])
    default_id = call.platform.world.menus.default_id
    if default_id is None:
        raise LineError(404, "no default richmenu", [])
    return Answer({"richMenuId": default_id})


@operations.delete("/v2/bot/user/all/richmenu")
def clear_default(call: Call) -> Answer:
    """Have no default menu."""
    call.platform.world.menus.default_id = None
    menus.tell_all(call.platform)
    return Answer()


def _menu(call: Call) -> RichMenu:
    return menu_links.require_menu(call.platform.world, call.params["richMenuId"])


def _wire(menu: RichMenu) -> dict[str, Any]:
    return {"richMenuId": menu.rich_menu_id, **menu.body}
