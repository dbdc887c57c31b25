"""The account, its quota, and the switches of the platform's behaviour."""

import dataclasses
import typing
from typing import Any

from bot.emulator.control.views import Json, Order, Views
from bot.emulator.errors import LineError
from bot.emulator.rules import quota
from bot.emulator.rules.calendar import month_of

views = Views()


@views.get("/account")
async def get_account(order: Order) -> Json:
    """Return the account and the origins mapped to this machine."""
    account = order.platform.world.account
    return {**_wire(account), "origins": order.platform.origins}


@views.post("/account")
async def change_account(order: Order) -> Json:
    """Change the account: displayName, pictureUrl, chatMode, verified and so on."""
    change(order.platform.world.account, order.body)
    order.platform.on_change()
    return await get_account(order)


@views.get("/quota")
async def get_quota(order: Order) -> Json:
    """Return the month's ledger."""
    ledger, now = order.platform.world.ledger, order.platform.clock.seconds()
    used = quota.used(ledger, now)
    return {
        "month": month_of(now),
        "type": "none" if ledger.limit is None else "limited",
        "value": ledger.limit,
        "used": used,
        "totalUsage": used,
        "reserved": sum(ledger.reserved.values()),
        "remaining": quota.remaining(ledger, now),
        "months": ledger.used,
        "sent": ledger.sent,
    }


@views.post("/quota")
async def change_quota(order: Order) -> Json:
    """Set the month's ceiling (``value``, or ``type: none``), what is used, or a reservation."""
    ledger, body = order.platform.world.ledger, order.body
    if body.get("type") == "none":
        ledger.limit = None
    elif "value" in body:
        ledger.limit = _number(body, "value")
    if "used" in body:
        ledger.used[month_of(order.platform.clock.seconds())] = _number(body, "used")
    if "reserved" in body:
        ledger.reserved["manual"] = _number(body, "reserved")
    order.platform.on_change()
    return await get_quota(order)


def _number(body: Json, key: str) -> int:
    value = body[key]
    if not isinstance(value, int) or value < 0:
        raise LineError(400, f"{key} must be a number from 0")
    return value


@views.get("/behaviour")
async def get_behaviour(order: Order) -> Json:
    """Return the switches for what LINE leaves open."""
    return _wire(order.platform.world.behaviour)


@views.post("/behaviour")
async def change_behaviour(order: Order) -> Json:
    """Set switches."""
    change(order.platform.world.behaviour, order.body)
    order.platform.on_change()
    return await get_behaviour(order)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _wire(target: Any) -> Json:
    return {_camel(f.name): getattr(target, f.name) for f in dataclasses.fields(target)}


def change(target: Any, body: Json) -> None:
    """Set fields of a dataclass by their wire names.

    Raises:
        LineError: 400, it has no such field, or the value is of another type.
    """
    names = {_camel(field.name): field.name for field in dataclasses.fields(target)}
    unknown = [key for key in body if key not in names]
    if unknown:
        raise LineError(400, f"unknown: {', '.join(unknown)}; known: {', '.join(names)}")
    kinds = typing.get_type_hints(type(target))
    for key, value in body.items():
        if not _fits(value, kinds[names[key]]):
            raise LineError(400, f"{key} cannot be {value!r}")
    for key, value in body.items():
        setattr(target, names[key], value)


def _fits(value: Any, kind: Any) -> bool:
    """Tell whether a JSON value is of a field's type; a whole number is a number too."""
    kinds = typing.get_args(kind) or (kind,)
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (isinstance(value, int) and float in kinds)
