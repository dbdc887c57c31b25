"""Batches of menu changes: which operations go together."""

import re
from typing import Any, Final

from bot.emulator import limits
from bot.emulator.checks import fields
from bot.emulator.checks.fields import Node
from bot.emulator.checks.findings import ROOT, At, Findings
from bot.emulator.errors import body_errors, not_found
from bot.emulator.model import World

_MENU_ID: Final = re.compile(r"richmenu-[0-9a-f]{32}\Z")
_RESUME_KEY: Final = re.compile(rf"[0-9a-zA-Z\-_]{{1,{limits.RESUME_KEY_MAX}}}\Z")
_OPERATIONS: Final = ROOT.key("operations")


def check_batch(body: Node, world: World) -> list[dict[str, Any]]:
    """Check a batch and return its operations.

    Raises:
        LineError: 400 with every violation; 404 for a menu that is not there.
    """
    findings = Findings()
    operations = fields.objects(
        body, "operations", ROOT, findings, least=1, most=limits.BATCH_OPERATIONS_MAX
    )
    key = fields.string(body, "resumeRequestKey", ROOT)
    if key is not None and not _RESUME_KEY.match(key):
        findings.add(ROOT.key("resumeRequestKey"), "invalid resumeRequestKey")
    for index, operation in enumerate(operations):
        _check_operation(operation, _OPERATIONS.item(index), findings)
    _check_together(operations, findings)
    if findings:
        raise body_errors(findings.details)
    for index, operation in enumerate(operations):
        _check_menus(operation, world, _OPERATIONS.item(index), findings)
    if findings:
        raise body_errors(findings.details)
    return [dict(operation) for operation in operations]


def _check_operation(operation: Node, at: At, findings: Findings) -> None:
    kinds = ("link", "unlink", "unlinkAll")
    kind = fields.one_of(operation, "type", at, findings, kinds, required=True)
    keys = {"link": ("from", "to"), "unlink": ("from",)}.get(kind or "", ())
    for key in keys:
        menu_id = fields.text(operation, key, at, findings, most=limits.TEXT_MAX)
        if menu_id is not None and not _MENU_ID.match(menu_id):
            findings.add(at.key(key), "invalid richMenuId")


def _check_together(operations: list[Node], findings: Findings) -> None:
    kinds = [operation.get("type") for operation in operations]
    if "unlinkAll" in kinds and len(kinds) > 1:
        message = "'unlinkAll' type can't be combined with other type"
        findings.add(At("operations[].type"), message)
    seen: set[str] = set()
    for operation in operations:
        source = operation.get("from")
        if isinstance(source, str) and source in seen:
            findings.add(At("operations[].from"), f"from richmenu ({source}) is duplicated")
        if isinstance(source, str):
            seen.add(source)


def _check_menus(operation: Node, world: World, at: At, findings: Findings) -> None:
    for key in ("from", "to"):
        menu_id = operation.get(key)
        if menu_id is None:
            continue
        menu = world.menus.menus.get(menu_id)
        if menu is None:
            raise not_found(f"Richmenu ({menu_id}) is not found")
        if key == "to" and menu.media_key is None:
            message = f"'to' richmenu ({menu_id}) must have image but it doesn't"
            findings.add(at.key("to"), message)
