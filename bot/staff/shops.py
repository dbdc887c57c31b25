"""Shops: where customers come, and where staff belong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.audit import audit
from bot.staff.model import Actor, StaffError, fit_name
from bot.store.tables.staff import shops

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class ShopKeyError(StaffError):
    """A key that is taken already, or is not one."""

    code = "shop_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffShop:
    """One shop."""

    key: str
    name: str
    address: str = ""
    phone: str = ""
    #: As ``bot.conversations.hours`` reads them: spans by day, and days that are different.
    hours: Mapping[str, Any] = field(default_factory=dict)
    exceptions: Sequence[Mapping[str, Any]] = ()
    is_active: bool = True


async def list_shops(connection: AsyncConnection, *, active: bool = False) -> list[StaffShop]:
    """Return the shops in their order; those that have closed for good come last."""
    query = select(shops).order_by(shops.c.is_active.desc(), shops.c.position, shops.c.key)
    if active:
        query = query.where(shops.c.is_active)
    return [_shop(row) for row in (await connection.execute(query)).mappings()]


async def find_shop(connection: AsyncConnection, key: str) -> StaffShop | None:
    """Return one shop."""
    found = await connection.execute(select(shops).where(shops.c.key == key))
    row = found.mappings().one_or_none()
    return None if row is None else _shop(row)


async def add_shop(
    connection: AsyncConnection, shop: StaffShop, *, by: Actor, now: datetime
) -> None:
    """Open a shop; it stands last in lists.

    Raises:
        ShopKeyError: the key is taken, or not one.
        UnfitNameError: the name cannot be one.
    """
    if not _KEY.fullmatch(shop.key) or await find_shop(connection, shop.key) is not None:
        raise ShopKeyError
    position = await connection.scalar(select(func.coalesce(func.max(shops.c.position), 0) + 1))
    values = _values(shop)
    await connection.execute(
        insert(shops).values(key=shop.key, position=position, created_at=now, version=1, **values)
    )
    await audit(connection, by, "shop.add", f"shop:{shop.key}", now=now, shop_key=shop.key)


async def edit_shop(
    connection: AsyncConnection, shop: StaffShop, *, by: Actor, now: datetime
) -> None:
    """Change what is known of a shop.

    Raises:
        UnfitNameError: the name cannot be one.
    """
    before = await find_shop(connection, shop.key)
    values = _values(shop)
    after = replace(shop, name=values["name"], exceptions=tuple(shop.exceptions))
    if before is None or before == after:
        return
    await connection.execute(
        update(shops).where(shops.c.key == shop.key).values(version=shops.c.version + 1, **values)
    )
    changed = [name for name in values if getattr(before, name) != getattr(after, name)]
    await audit(
        connection,
        by,
        "shop.edit",
        f"shop:{shop.key}",
        now=now,
        shop_key=shop.key,
        details={"fields": changed},
    )


def _values(shop: StaffShop) -> dict[str, Any]:
    return {
        "name": fit_name(shop.name),
        "address": shop.address,
        "phone": shop.phone,
        "hours": dict(shop.hours),
        "exceptions": [dict(exception) for exception in shop.exceptions],
        "is_active": shop.is_active,
    }


def _shop(row: RowMapping) -> StaffShop:
    return StaffShop(
        key=row["key"],
        name=row["name"],
        address=row["address"],
        phone=row["phone"],
        hours=row["hours"],
        exceptions=tuple(row["exceptions"]),
        is_active=row["is_active"],
    )
