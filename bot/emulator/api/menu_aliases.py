"""Rich menu aliases: names that tab actions use, and that can be pointed elsewhere."""

import re
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import fields
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.errors import LineError, body_errors, not_found

operations = Operations()

_ALIAS: Final = re.compile(rf"[a-z0-9_-]{{1,{limits.ALIAS_ID_MAX}}}\Z")


@operations.post("/v2/bot/richmenu/alias")
def create(call: Call) -> Answer:
    """Name a menu."""
    body, findings = call.json(), Findings()
    alias = fields.text(body, "richMenuAliasId", ROOT, findings, most=limits.TEXT_MAX) or ""
    if not findings and not _ALIAS.match(alias):
        findings.add(ROOT.key("richMenuAliasId"), "invalid richMenuAliasId")
    menu_id = _menu_id(call, body, findings)
    aliases = call.platform.world.menus.aliases
    if alias in aliases:
        raise LineError(400, "conflict richmenu alias id", [])
    if len(aliases) >= limits.ALIASES_MAX:
        raise LineError(400, f"You can create up to {limits.ALIASES_MAX} rich menu aliases", [])
    aliases[alias] = menu_id
    call.platform.on_change()
    return Answer()


@operations.get("/v2/bot/richmenu/alias/list")
def list_all(call: Call) -> Answer:
    """Return all aliases."""
    aliases = call.platform.world.menus.aliases
    return Answer({"aliases": [_wire(alias, menu_id) for alias, menu_id in aliases.items()]})


@operations.post("/v2/bot/richmenu/alias/{richMenuAliasId}")
def update(call: Call) -> Answer:
    """Point an alias to another menu."""
    alias = _alias(call)
    call.platform.world.menus.aliases[alias] = _menu_id(call, call.json(), Findings())
    call.platform.on_change()
    return Answer()


@operations.get("/v2/bot/richmenu/alias/{richMenuAliasId}")
def get(call: Call) -> Answer:
    """Return what an alias names."""
    alias = _alias(call)
    return Answer(_wire(alias, call.platform.world.menus.aliases[alias]))


@operations.delete("/v2/bot/richmenu/alias/{richMenuAliasId}", rate=limits.RATE_HOURLY_100)
def delete(call: Call) -> Answer:
    """Forget an alias."""
    del call.platform.world.menus.aliases[_alias(call)]
    call.platform.on_change()
    return Answer()


def _alias(call: Call) -> str:
    alias = call.params["richMenuAliasId"]
    if alias not in call.platform.world.menus.aliases:
        raise not_found("richmenu alias not found")
    return alias


def _menu_id(call: Call, body: dict[str, Any], findings: Findings) -> str:
    """Return the menu an alias shall name; LINE answers 400 when there is none."""
    menu_id = fields.text(body, "richMenuId", ROOT, findings, most=limits.TEXT_MAX) or ""
    if findings:
        raise body_errors(findings.details)
    if not menu_id.startswith("richmenu-"):
        raise LineError(400, "invalid richMenuId", [])
    menu = call.platform.world.menus.menus.get(menu_id)
    if menu is None or menu.media_key is None:
        raise LineError(400, "richmenu not found", [])
    return menu_id


def _wire(alias: str, menu_id: str) -> dict[str, str]:
    return {"richMenuAliasId": alias, "richMenuId": menu_id}
